import { namesMatching } from './condition.js';
import { readDetection } from './detection.js';
import { fieldReader, withCondition, type EventRuleDraft, type ReadOptions } from './event-rule.js';
import { readScalars } from './fields.js';
import { readLogsource, readMeta, readTaxonomy, type Origin, type Taxonomy } from './meta.js';
import { nearest, quote, type Report } from './problem.js';
import type { ActedDocument } from './actions.js';
import { child, type MapNode, type ScalarNode } from './reader.js';
import type { Expression } from './types.js';
import type { Logsource } from '../event/index.js';

/** Begins the label of an expression that a filter added; no selection's name that a condition can use begins so. */
export const FILTER_LABEL = 'filter: ';

/** A Sigma filter, checked: its condition is added to every rule it is for. */
export interface FilterDraft {
  readonly title: string;
  readonly logsource: Logsource;
  /** How its fields are named; undefined: as those of each rule it is for. */
  readonly taxonomy: Taxonomy | undefined;
  /** Ids, names or titles; undefined: `any`. */
  readonly rules: readonly ScalarNode[] | undefined;
  readonly section: MapNode;
  readonly report: Report;
}

/**
 * Reads a document with a `filter:` section. Source: Sigma Filters Specification 2.2: rules (a list, or `any`),
 * selections and a condition; the log source is required. As pySigma does, `all` and an empty list mean `any`.
 */
export function readFilter(document: ActedDocument, origin: Origin, options: ReadOptions): FilterDraft | undefined {
  const { root, report } = document;
  const section = child(root, 'filter');
  if (section?.kind !== 'map') {
    return report.error(
      'rule.filter',
      section?.at ?? root.at,
      'filter',
      '`filter` must be a map',
      'give it rules, selections and a condition',
    );
  }
  const { title } = readMeta(withLevel(root), origin, report);
  const logsource = readLogsource(root, report);
  const taxonomy = child(root, 'taxonomy') === undefined ? undefined : readTaxonomy(root, options.mapping, report);
  const rules = readTargets(section, report);
  readDetection(section, 'filter', {
    field: fieldReader(logsource ?? {}, taxonomy ?? 'sigma', options.mapping),
    placeholders: options.placeholders,
    report,
  });
  if (logsource === undefined || report.failed) return undefined;
  return { title, logsource, taxonomy, rules, section, report };
}

/** The rules a filter is for; undefined: all of its log source. */
function readTargets(section: MapNode, report: Report): readonly ScalarNode[] | undefined {
  const rules = readScalars(section, 'rules', 'filter.rules', report);
  const given = child(section, 'rules');
  if (given?.kind === 'list') return rules.length === 0 ? undefined : rules;
  if (given === undefined || rules.length === 0) {
    const fix = 'list ids or names under `rules:`, or write `rules: any`';
    report.error('rule.filter', section.at, 'filter.rules', 'the filter names no rules', fix);
  }
  return /^(?:any|all)$/i.test(rules[0]?.text ?? '') ? undefined : rules;
}

/** A filter has no level; its meta data is read without asking for one. */
function withLevel(root: MapNode): MapNode {
  const level: ScalarNode = { kind: 'scalar', type: 'string', text: 'medium', at: root.at, textAt: undefined };
  return { ...root, entries: new Map([...root.entries, ['level', { key: 'level', at: root.at, value: level }]]) };
}

/**
 * The rules with the conditions of the filters that are for them, read with each rule's own field names. A filter is
 * for a rule if it names it (by id, name or title, `*` for any part of it; or `any`) and the rule's log source has what the filter's says, as pySigma does it.
 * A filter that is for no loaded rule, or names a correlation (`correlations`: their ids and names), is a warning. Costs filters times the rules they name.
 */
export function applyFilters(
  drafts: readonly EventRuleDraft[],
  filters: readonly FilterDraft[],
  options: ReadOptions,
  correlations: ReadonlySet<string> = new Set(),
): readonly EventRuleDraft[] {
  if (filters.length === 0) return drafts;
  const added = new Map<EventRuleDraft, Expression[]>();
  const byName = indexByName(drafts);
  let left = ADDED_LIMIT;
  for (const filter of filters) {
    const targets =
      filter.rules === undefined ? drafts : filter.rules.flatMap((node) => named(node, filter, byName, correlations));
    const fitting = [...new Set(targets)].filter((draft) => covers(filter.logsource, draft.rule.logsource));
    if (fitting.length === 0) warnIdle(filter, targets);
    left -= fitting.length;
    if (left < 0) {
      tooMany(filter);
      continue;
    }
    const reader = new FilterReader(filter, options);
    for (const draft of fitting) {
      const expression = reader.read(draft);
      if (expression === undefined) continue;
      const list = added.get(draft);
      if (list === undefined) added.set(draft, [expression]);
      else list.push(expression);
    }
  }
  return drafts.map((draft) => withCondition(draft, added.get(draft) ?? []));
}

/** Conditions that filters may add to rules in all: each is compiled with its rule. */
const ADDED_LIMIT = 200_000;

function tooMany({ report, section }: FilterDraft): void {
  const reason = `the filters come to more than ${ADDED_LIMIT} conditions; this one is left out`;
  report.error('rule.filter', section.at, 'filter.rules', reason, 'name the rules it is for, or join filters');
}

/** Reads one filter with the field names of each rule it is for: once for all rules of a log source and taxonomy. */
class FilterReader {
  readonly #read = new Map<string, Expression | undefined>();

  constructor(
    private readonly filter: FilterDraft,
    private readonly options: ReadOptions,
  ) {}

  read({ rule: { logsource }, taxonomy: own }: EventRuleDraft): Expression | undefined {
    const taxonomy = this.filter.taxonomy ?? own;
    const key = JSON.stringify([logsource.category, logsource.product, logsource.service, taxonomy]);
    if (!this.#read.has(key)) this.#read.set(key, this.#expression(logsource, taxonomy));
    return this.#read.get(key);
  }

  #expression(logsource: Logsource, taxonomy: Taxonomy): Expression | undefined {
    const { section, report, title } = this.filter;
    const field = fieldReader(logsource, taxonomy, this.options.mapping);
    const { placeholders } = this.options;
    const expression = readDetection(section, 'filter', { field, placeholders, report: report.silent() });
    return expression === undefined ? undefined : { ...expression, label: `${FILTER_LABEL}${title}` };
  }
}

function indexByName(drafts: readonly EventRuleDraft[]): ReadonlyMap<string, EventRuleDraft> {
  const index = new Map<string, EventRuleDraft>();
  for (const draft of drafts) {
    const { id, uuid, name } = draft.rule.meta;
    for (const key of [id, uuid, name]) if (key !== undefined) index.set(key, draft);
  }
  for (const draft of drafts) if (!index.has(draft.rule.meta.title)) index.set(draft.rule.meta.title, draft);
  return index;
}

function named(
  node: ScalarNode,
  filter: FilterDraft,
  byName: ReadonlyMap<string, EventRuleDraft>,
  correlations: ReadonlySet<string>,
): readonly EventRuleDraft[] {
  const text = node.text.trim();
  const found = byName.get(text);
  if (found !== undefined) return [found];
  if (correlations.has(text)) {
    const reason = `the filter names the correlation ${quote(text)}, which filters do not change`;
    filter.report.warn('rule.filter', node.at, 'filter.rules', reason, 'name the rules it refers to');
    return [];
  }
  const matching = text.includes('*') ? namesMatching(text, byName.keys()) : [];
  if (matching.length > 0) return matching.flatMap((name) => byName.get(name) ?? []);
  const near = byName.size > 5_000 ? undefined : nearest(text, byName.keys());
  const fix = near === undefined ? 'load the rule too, or remove it from the filter' : `did you mean \`${near}\`?`;
  filter.report.warn(
    'rule.filter',
    node.at,
    'filter.rules',
    `the filter names ${quote(text)}, which is not loaded`,
    fix,
  );
  return [];
}

function warnIdle(filter: FilterDraft, targets: readonly EventRuleDraft[]): void {
  if (targets.length === 0 && filter.rules !== undefined) return;
  const reason = 'the filter changes no rule: none of those it names has its log source';
  filter.report.warn(
    'rule.filter',
    filter.section.at,
    'filter',
    reason,
    'give it the log source of the rules, or less of it',
  );
}

/** Whether a log source has every dimension that a filter's says. */
function covers(filter: Logsource, rule: Logsource): boolean {
  return (['category', 'product', 'service'] as const).every(
    (key) => filter[key] === undefined || filter[key] === rule[key],
  );
}
