import { applyActions, type ActedDocument } from '../actions.js';
import { namesOf, parseCondition, type Condition } from '../condition.js';
import { readDetection } from '../detection.js';
import { fieldReader } from '../event-rule.js';
import { broadReason, contradictionOf, impossibleSelections } from './expression.js';
import { lintGroups } from './groups.js';
import { lintMeta } from './meta.js';
import { lintNames } from './names.js';
import { lintValues } from './values.js';
import { containmentsOf, type Containment } from './implies.js';
import { idleSelections, truthOf, type Truth } from './truth.js';
import { loadRules, type LoadOptions, type RuleFile } from '../load.js';
import { readLogsource, readTaxonomy } from '../meta.js';
import { quote, type Report } from '../problem.js';
import { child, readDocuments, type MapNode, type RuleNode } from '../reader.js';
import type { Expression, RuleProblem } from '../types.js';

/**
 * Doubts about rules that load: selections never used, without effect or contained in another, conditions that can't be true (or can't be
 * false), patterns nearly everything matches, names of fields and log sources that look mistyped, groups an attacker chooses or logs never carry, missing ATT&CK techniques
 * and meta data. Codes are `lint.` and the check's name.
 *
 * A rule that knows better says so, with its reason: `sekisho: { lint: { ignore: { broad: why } } }`. Rules that are
 * refused are left to `rules check`. Never throws; costs about twice what loading does.
 */
export function lintRules(files: readonly RuleFile[], options: LoadOptions): readonly RuleProblem[] {
  const found: RuleProblem[] = [];
  const ignored = new Map<string, ReadonlySet<string>>();
  for (const { file, text } of files) {
    for (const document of applyActions(readDocuments(file, text, []))) {
      if (document.report.failed) continue;
      const { line } = document.report.place(document.root.at);
      const own = lintDocument(document, file, options);
      ignored.set(`${file}:${line}`, ignoredBy(document.root));
      found.push(...own.filter(({ code }) => !isIgnored(code, ignored.get(`${file}:${line}`))));
    }
  }
  const ruleSet = loadRules(files, options);
  const groups = lintGroups(ruleSet);
  found.push(...groups.filter(({ code, file, line }) => !isIgnored(code, ignored.get(`${file}:${line}`))));
  return found.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}

function isIgnored(code: string, ignored: ReadonlySet<string> | undefined): boolean {
  return ignored?.has(code.slice('lint.'.length)) ?? false;
}

function ignoredBy(root: MapNode): ReadonlySet<string> {
  const sekisho = child(root, 'sekisho');
  const lint = sekisho?.kind === 'map' ? child(sekisho, 'lint') : undefined;
  const ignore = lint?.kind === 'map' ? child(lint, 'ignore') : undefined;
  return new Set(ignore?.kind === 'map' ? ignore.entries.keys() : []);
}

function lintDocument(document: ActedDocument, file: string, options: LoadOptions): readonly RuleProblem[] {
  const found: RuleProblem[] = [];
  const report = document.report.gathering(found);
  const { root } = document;
  if (child(root, 'filter') !== undefined) return found;
  const detection = child(root, 'detection');
  if (detection === undefined && child(root, 'correlation') === undefined) return found;
  lintMeta(root, report);
  if (detection?.kind === 'map') lintDetection(root, detection, report, options);
  return found.filter(({ code, file: at }) => code.startsWith('lint.') && at === file);
}

function lintDetection(root: MapNode, section: MapNode, report: Report, options: LoadOptions): void {
  const silent = report.silent();
  const logsource = readLogsource(root, silent) ?? {};
  const taxonomy = readTaxonomy(root, options.mapping, silent);
  const field = fieldReader(logsource, taxonomy, options.mapping);
  const placeholders = options.placeholders ?? new Map<string, readonly string[]>();
  const expression = readDetection(section, 'detection', { field, placeholders, report: silent });
  if (expression === undefined) return;
  lintCondition(section, expression, report);
  if (options.mapping && taxonomy === 'sigma') lintNames(root, section, logsource, report);
  lintValues(section, logsource, report);
  const fix = 'remove one of the two, or make them alternatives: a list of maps';
  const impossible = impossibleSelections(expression);
  for (const [name, why] of impossible) {
    const at = section.entries.get(name)?.at ?? section.at;
    report.warn('lint.impossible', at, `detection.${name}`, `the selection can't be true: ${why}`, fix);
  }
  const contradiction = impossible.size > 0 ? undefined : contradictionOf(expression);
  if (contradiction !== undefined)
    report.warn('lint.impossible', section.at, 'detection', `the condition can't be true: ${contradiction}`, fix);
  const broad = asksList(root) ? undefined : broadReason(expression);
  if (broad !== undefined) {
    const fix = 'add a test on a field that tells these events from others';
    report.warn('lint.broad', section.at, 'detection', `the rule may match nearly everything: ${broad}`, fix);
  }
}

/** Whether a list of the operator narrows the rule. */
function asksList(root: MapNode): boolean {
  const sekisho = child(root, 'sekisho');
  return sekisho?.kind === 'map' && child(sekisho, 'where') !== undefined;
}

/** Selections and conditions as propositions: what each can change. */
function lintCondition(section: MapNode, expression: Expression, report: Report): void {
  const names = [...section.entries.keys()].filter((name) => name !== 'condition' && name !== 'timeframe');
  const node = child(section, 'condition');
  const parsed = conditionsOf(node).map((text) => parseCondition(text));
  const conditions = parsed.filter((one): one is Condition => one.kind !== 'fault');
  const used = new Set(conditions.flatMap((condition) => usedNames(condition, names)));
  for (const name of names) {
    if (used.has(name)) continue;
    const at = section.entries.get(name)?.at ?? section.at;
    const reason = `no condition uses the selection ${quote(name)}`;
    report.warn('lint.unused', at, `detection.${name}`, reason, 'use it in the condition, or remove it');
  }
  const truth = truthOf(conditions, names);
  if (truth === undefined) return;
  const at = node?.at ?? section.at;
  if (!truth.canBeTrue || !truth.canBeFalse) {
    const reason = truth.canBeTrue ? 'is true for every event' : 'can never be true';
    const fix = 'look at its `not`s and parentheses';
    return report.warn('lint.impossible', at, 'detection.condition', `the condition ${reason}`, fix);
  }
  const idle = idleSelections(truth, [...used]);
  for (const name of idle) {
    const reason = `the selection ${quote(name)} changes nothing: the condition comes out the same without it`;
    report.warn('lint.idle', at, `detection.${name}`, reason, 'remove it from the condition, or mend the condition');
  }
  if (idle.length === 0) lintContained(section, at, { truth, containments: containmentsOf(expression) }, report);
}

/** Selections that say the same as another, or less than one that the condition asks already. */
function lintContained(
  section: MapNode,
  at: number,
  { truth, containments }: { readonly truth: Truth; readonly containments: readonly Containment[] },
  report: Report,
): void {
  const bit = (name: string): number => 1 << truth.names.indexOf(name);
  const allows = ({ inner, outer, same }: Containment, row: number): boolean => {
    const [one, other] = [(row & bit(inner)) !== 0, (row & bit(outer)) !== 0];
    return same ? one === other : !one || other;
  };
  const possible = (row: number): boolean => containments.every((one) => allows(one, row));
  if (![...truth.rows.keys()].some((row) => truth.rows[row] === 1 && possible(row))) {
    const reason = `the condition can never be true: ${containments.map(inWords).join(', ')}`;
    return report.warn('lint.impossible', at, 'detection.condition', reason, 'mend one of these selections');
  }
  const names = new Set(containments.flatMap(({ inner, outer }) => [inner, outer]));
  for (const name of idleSelections(truth, [...names], possible)) {
    const related = containments.filter(({ inner, outer }) => inner === name || outer === name);
    const enough = related.find((one) => idleSelections(truth, [name], (row) => allows(one, row)).length > 0);
    const why = (enough === undefined ? related : [enough]).map(inWords);
    const place = section.entries.get(name)?.at ?? section.at;
    const reason = `the selection ${quote(name)} changes nothing: ${why.join(', ')}`;
    return report.warn('lint.idle', place, `detection.${name}`, reason, 'remove it, or say what sets the two apart');
  }
}

function inWords({ inner, outer, same }: Containment): string {
  return same
    ? `${quote(inner)} says the same as ${quote(outer)}`
    : `whatever matches ${quote(inner)} matches ${quote(outer)} too`;
}

function conditionsOf(node: RuleNode | undefined): readonly string[] {
  const nodes = node?.kind === 'list' ? node.items : node === undefined ? [] : [node];
  return nodes.flatMap((one) => (one.kind === 'scalar' ? [one.text] : []));
}

function usedNames(condition: Condition, names: readonly string[]): readonly string[] {
  if (condition.kind === 'name') return [condition.name];
  if (condition.kind === 'of') return namesOf(condition.pattern, names);
  if (condition.kind === 'not') return usedNames(condition.item, names);
  return condition.items.flatMap((item) => usedNames(item, names));
}
