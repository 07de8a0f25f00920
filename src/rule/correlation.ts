import type { RuleMeta } from '../event/index.js';
import { ecsMeant } from './lint/names.js';
import { readCondition, readPercentile } from './correlation-condition.js';
import { checkKeys, readMap, readScalars, readTimespan } from './fields.js';
import { readMeta, type Origin } from './meta.js';
import { instead, nearest, quote, type Report } from './problem.js';
import type { ActedDocument } from './actions.js';
import { child, type MapNode, type RuleNode, type ScalarNode } from './reader.js';
import { readSekisho } from './sekisho-key.js';
import { refuseWhere } from './where.js';
import type { Bounds, CorrelationType, SekishoOptions } from './types.js';

/** One field name of an alias for one referred rule. */
export interface AliasField {
  readonly rule: string;
  readonly field: string;
  readonly at: number;
}

/** A correlation that was read and is right by itself; its rules are still names. */
export interface CorrelationDraft {
  readonly meta: RuleMeta;
  readonly type: CorrelationType;
  /** Names or ids, each once; empty where the condition is a text that names them. */
  readonly rules: readonly ScalarNode[];
  /** Places in `rules`, where the order of a sequence has one of them more than once. */
  readonly order: readonly number[] | undefined;
  readonly groupBy: readonly string[];
  readonly aliases: ReadonlyMap<string, readonly AliasField[]>;
  readonly timespan: number;
  readonly bounds: Bounds | undefined;
  /** The condition as a text over rules (`a and not b`). */
  readonly text: ScalarNode | undefined;
  readonly fields: readonly string[];
  readonly percentile: number | undefined;
  readonly generate: boolean;
  readonly sekisho: SekishoOptions;
  readonly at: number;
  readonly report: Report;
}

/** Every type of correlation, as rules name them. */
export const CORRELATION_TYPES: readonly CorrelationType[] = [
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
  'value_sum',
  'value_avg',
  'value_percentile',
  'value_median',
];
const KEYS = ['type', 'rules', 'group-by', 'timespan', 'condition', 'aliases', 'generate', 'percentile'];
/**
 * Reads a document with a `correlation:` section, or reports why it can't run and returns undefined.
 * Source: Sigma Correlation Rules Specification 2.1; text conditions from 2.2.
 */
export function readCorrelation(document: ActedDocument, origin: Origin): CorrelationDraft | undefined {
  const { root, report } = document;
  const meta = readMeta(root, origin, report);
  const sekisho = readSekisho(root, report);
  refuseWhere(root, report);
  const section = child(root, 'correlation');
  if (section?.kind !== 'map') {
    return report.error(
      'rule.correlation',
      section?.at ?? root.at,
      'correlation',
      '`correlation` must be a map',
      'give it type, rules, group-by, timespan and condition',
    );
  }
  checkKeys(section, KEYS, 'correlation', false, report);
  const type = readType(section, report);
  if (type === undefined) return undefined;
  const condition = readCondition(section, type, report);
  // A sequence may come to a rule twice; everything else counts it once.
  const isOrder = type === 'temporal_ordered' && condition.text === undefined && condition.bounds === undefined;
  const rules = readRules(section, condition.text !== undefined, report);
  const timespan = readSpan(section, report);
  const percentile = readPercentile(section, type, report);
  const draft = {
    meta,
    type,
    ...(isOrder ? inOrder(rules) : { rules: eachOnce(rules, report), order: undefined }),
    timespan: timespan ?? 0,
    ...condition,
    percentile,
    sekisho,
    report,
    at: root.at,
    groupBy: readGroupBy(section, report),
    aliases: readAliases(section, report),
    generate: readGenerate(root, section, report),
  };
  warnIdleAliases(draft, report);
  return report.failed ? undefined : draft;
}

function readType(section: MapNode, report: Report): CorrelationType | undefined {
  const node = child(section, 'type');
  const text = node?.kind === 'scalar' ? node.text : '';
  const type = CORRELATION_TYPES.find((one) => one === text);
  if (type !== undefined) return type;
  const reason = node === undefined ? 'the correlation has no type' : `unknown correlation type ${quote(text)}`;
  return report.error(
    'rule.correlation.type',
    node?.at ?? section.at,
    'correlation.type',
    reason,
    instead(text, CORRELATION_TYPES),
  );
}

function readRules(section: MapNode, named: boolean, report: Report): readonly ScalarNode[] {
  const rules = readScalars(section, 'rules', 'correlation.rules', report);
  if (rules.length === 0 && !named) {
    report.error(
      'rule.correlation.rules',
      section.at,
      'correlation.rules',
      'the correlation refers to no rules',
      'list ids or names under `rules:`',
    );
  }
  return rules;
}

function eachOnce(rules: readonly ScalarNode[], report: Report): readonly ScalarNode[] {
  const seen = new Set<string>();
  return rules.filter(({ text, at }) => {
    const name = text.trim();
    if (seen.has(name))
      report.warn('rule.correlation.rules', at, 'correlation.rules', `${quote(name)} is listed twice`, 'remove one');
    return !seen.has(name) && seen.add(name);
  });
}

function inOrder(rules: readonly ScalarNode[]): Pick<CorrelationDraft, 'rules' | 'order'> {
  const names = [...new Set(rules.map(({ text }) => text.trim()))];
  if (names.length === rules.length) return { rules, order: undefined };
  return {
    rules: names.flatMap((name) => rules.find(({ text }) => text.trim() === name) ?? []),
    order: rules.map(({ text }) => names.indexOf(text.trim())),
  };
}

function readSpan(section: MapNode, report: Report): number | undefined {
  const node = child(section, 'timespan');
  if (node !== undefined) return readTimespan(node, 'correlation.timespan', report);
  return report.error(
    'rule.timespan',
    section.at,
    'correlation.timespan',
    'the correlation has no timespan',
    'add for example `timespan: 10m`',
  );
}

function readGenerate(root: MapNode, section: MapNode, report: Report): boolean {
  const node = child(section, 'generate') ?? child(root, 'generate');
  if (node === undefined) return false;
  if (node.kind === 'scalar' && /^(true|false)$/i.test(node.text)) return node.text.toLowerCase() === 'true';
  report.error(
    'rule.correlation.generate',
    node.at,
    'correlation.generate',
    '`generate` must be true or false',
    'write `generate: true`',
  );
  return false;
}

function readAliases(section: MapNode, report: Report): ReadonlyMap<string, readonly AliasField[]> {
  const out = new Map<string, readonly AliasField[]>();
  const node = readMap(section, 'aliases', 'correlation.aliases', report);
  for (const { key, value, at } of node?.entries.values() ?? []) {
    const path = `correlation.aliases.${key}`;
    if (value.kind === 'map')
      out.set(
        key,
        [...value.entries.values()].flatMap((entry) => readAlias(entry, path, report)),
      );
    else
      report.error(
        'rule.correlation.alias',
        at,
        path,
        'an alias must be a map from rules to fields',
        'write `rule_name: field` below it',
      );
  }
  return out;
}

/** Fields to group by. One that is a slip away from a field of ECS is kept and told: logs may carry it all the same. */
function readGroupBy(section: MapNode, report: Report): readonly string[] {
  return readScalars(section, 'group-by', 'correlation.group-by', report).map(({ text, at }) => {
    const name = text.trim();
    const meant = ecsMeant(name);
    if (meant !== undefined) {
      const reason = `no log is known to carry ${quote(name)}`;
      report.warn('rule.correlation.group-by', at, 'correlation.group-by', reason, `did you mean \`${meant}\`?`);
    }
    return name;
  });
}

/** An alias that neither `group-by` nor `field` names does nothing; one of them may be mistyped. */
function warnIdleAliases(
  { aliases, groupBy, fields }: Pick<CorrelationDraft, 'aliases' | 'groupBy' | 'fields'>,
  report: Report,
): void {
  const used = [...groupBy, ...fields];
  for (const [name, [first]] of aliases) {
    if (used.includes(name) || first === undefined) continue;
    const meant = nearest(name, used);
    const fix = meant === undefined ? 'name it in `group-by`, or remove it' : `${quote(meant)} there may mean it`;
    const reason = `nothing uses the alias ${quote(name)}: neither \`group-by\` nor the condition's \`field\``;
    report.warn('rule.correlation.alias', first.at, `correlation.aliases.${name}`, reason, fix);
  }
}

function readAlias(
  entry: { readonly key: string; readonly at: number; readonly value: RuleNode },
  path: string,
  report: Report,
): readonly AliasField[] {
  const { key, at, value } = entry;
  if (value.kind === 'scalar' && value.text.trim() !== '') return [{ rule: key, field: value.text.trim(), at }];
  report.error(
    'rule.correlation.alias',
    at,
    `${path}.${key}`,
    'an alias must name one field',
    'write `rule_name: field`',
  );
  return [];
}

/** The aliases that name a rule the correlation does not refer to, with the rule that may be meant. */
export function strayAliases(
  draft: CorrelationDraft,
  known: readonly string[],
): readonly { readonly alias: AliasField; readonly meant: string | undefined }[] {
  const strays = [...draft.aliases.values()].flat().filter(({ rule }) => !known.includes(rule));
  return strays.map((alias) => ({ alias, meant: nearest(alias.rule, known) }));
}
