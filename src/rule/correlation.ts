import type { RuleMeta } from '../event/index.js';
import { checkKeys, isNull, readMap, readScalars, readTexts, readTimespan } from './fields.js';
import { readMeta, type Origin } from './meta.js';
import { instead, nearest, quote, type Report } from './problem.js';
import type { ActedDocument } from './actions.js';
import { child, type MapNode, type RuleNode, type ScalarNode } from './reader.js';
import { readSekisho } from './sekisho-key.js';
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
  /** Names or ids; empty where the condition is a text that names them. */
  readonly rules: readonly ScalarNode[];
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

const TYPES: readonly CorrelationType[] = [
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
const OPERATORS = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;
const CONDITION_KEYS = [...OPERATORS, 'field', 'percentile'];

/** Whether a type counts whole things, so that its bounds are whole numbers. */
const COUNTS: ReadonlySet<CorrelationType> = new Set(['event_count', 'value_count', 'temporal', 'temporal_ordered']);
/** Types over the values of a field. */
const VALUED: ReadonlySet<CorrelationType> = new Set([
  'value_count',
  'value_sum',
  'value_avg',
  'value_percentile',
  'value_median',
]);

/** Whether a type is about the presence of several rules. */
export function isTemporal(type: CorrelationType): boolean {
  return type === 'temporal' || type === 'temporal_ordered';
}

/**
 * Reads a document with a `correlation:` section, or reports why it can't run and returns undefined.
 * Source: Sigma Correlation Rules Specification 2.1; text conditions from 2.2.
 */
export function readCorrelation(document: ActedDocument, origin: Origin): CorrelationDraft | undefined {
  const { root, report } = document;
  const meta = readMeta(root, origin, report);
  const sekisho = readSekisho(root, report);
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
  const rules = readRules(section, condition.text !== undefined, report);
  const timespan = readSpan(section, report);
  const percentile = readPercentile(section, type, report);
  const draft = {
    meta,
    type,
    rules,
    timespan: timespan ?? 0,
    ...condition,
    percentile,
    sekisho,
    report,
    at: root.at,
    groupBy: readTexts(section, 'group-by', 'correlation.group-by', report),
    aliases: readAliases(section, report),
    generate: readGenerate(root, section, report),
  };
  return report.failed ? undefined : draft;
}

function readType(section: MapNode, report: Report): CorrelationType | undefined {
  const node = child(section, 'type');
  const text = node?.kind === 'scalar' ? node.text : '';
  const type = TYPES.find((one) => one === text);
  if (type !== undefined) return type;
  const reason = node === undefined ? 'the correlation has no type' : `unknown correlation type ${quote(text)}`;
  return report.error(
    'rule.correlation.type',
    node?.at ?? section.at,
    'correlation.type',
    reason,
    instead(text, TYPES),
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
  const seen = new Set<string>();
  return rules.filter(({ text, at }) => {
    const name = text.trim();
    if (seen.has(name))
      report.warn('rule.correlation.rules', at, 'correlation.rules', `${quote(name)} is listed twice`, 'remove one');
    return !seen.has(name) && seen.add(name);
  });
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

interface ReadCondition {
  readonly bounds: Bounds | undefined;
  readonly text: ScalarNode | undefined;
  readonly fields: readonly string[];
}

function readCondition(section: MapNode, type: CorrelationType, report: Report): ReadCondition {
  const none: ReadCondition = { bounds: undefined, text: undefined, fields: [] };
  const path = 'correlation.condition';
  const node = child(section, 'condition');
  const fail = (at: number, reason: string, fix: string): ReadCondition => {
    report.error('rule.correlation.condition', at, path, reason, fix);
    return none;
  };
  if (node === undefined || isNull(node)) {
    return isTemporal(type)
      ? none
      : fail(section.at, `\`${type}\` needs a condition`, 'add for example `condition: { gte: 10 }`');
  }
  if (node.kind === 'scalar') {
    if (isTemporal(type)) return { ...none, text: node };
    return fail(node.at, `\`${type}\` takes a condition on a number`, 'write for example `condition: { gte: 10 }`');
  }
  if (node.kind === 'list')
    return fail(node.at, 'the condition is a list', 'write a map with one or two of gt, gte, lt, lte, eq, neq');
  checkKeys(node, CONDITION_KEYS, path, true, report);
  const bounds = readBounds(node, type, report);
  const fields = readTexts(node, 'field', `${path}.field`, report);
  if (VALUED.has(type) && fields.length === 0)
    return fail(node.at, `\`${type}\` needs a field`, 'add `field:` to the condition');
  if (!VALUED.has(type) && fields.length > 0) {
    return fail(
      node.at,
      `\`${type}\` takes no field`,
      type === 'event_count' ? 'use the type value_count' : 'remove `field`',
    );
  }
  if (type !== 'value_count' && fields.length > 1)
    return fail(node.at, `\`${type}\` takes one field`, 'keep one of them');
  return { bounds, text: undefined, fields };
}

function readBounds(node: MapNode, type: CorrelationType, report: Report): Bounds | undefined {
  const path = 'correlation.condition';
  const bounds: { -readonly [K in keyof Bounds]: Bounds[K] } = {};
  for (const operator of OPERATORS) {
    const value = child(node, operator);
    const number = value === undefined ? undefined : readBound(value, `${path}.${operator}`, type, report);
    if (number !== undefined) bounds[operator] = number;
  }
  if (report.failed) return undefined;
  const given = Object.keys(bounds).length;
  if (given === 0) {
    if (isTemporal(type)) return undefined;
    return report.error(
      'rule.correlation.condition',
      node.at,
      path,
      'the condition has no operator',
      'add one or two of gt, gte, lt, lte, eq, neq',
    );
  }
  if (!satisfiable(bounds, COUNTS.has(type))) {
    return report.error(
      'rule.correlation.condition',
      node.at,
      path,
      'the condition can never be true',
      impossibleFix(bounds, COUNTS.has(type)),
    );
  }
  return bounds;
}

function readBound(node: RuleNode, path: string, type: CorrelationType, report: Report): number | undefined {
  const pattern = COUNTS.has(type) ? /^\d{1,9}$/ : /^[-+]?(?:\d{1,15}\.?\d{0,15}|\.\d{1,15})$/;
  if (node.kind === 'scalar' && pattern.test(node.text)) return Number(node.text);
  const kind = COUNTS.has(type) ? 'a whole number of at least 0' : 'a number';
  const said = node.kind === 'scalar' ? quote(node.text) : 'a list or map';
  return report.error('rule.number', node.at, path, `${kind} is needed, not ${said}`, 'write such a number');
}

/** Whether some number meets all bounds; counts are whole and at least 1 whenever the condition is looked at. */
export function satisfiable(bounds: Bounds, counts: boolean): boolean {
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity, eq, neq } = bounds;
  const holds = (n: number): boolean =>
    n > gt && n >= gte && n < lt && n <= lte && (eq === undefined || n === eq) && n !== neq;
  if (eq !== undefined) return holds(eq) && (!counts || eq >= 1);
  if (!counts) return Math.max(gt, gte) < Math.min(lt, lte) || (gte === lte && holds(gte));
  const least = Math.max(1, gte, gt + 1);
  return holds(least) || holds(least + 1);
}

function impossibleFix(bounds: Bounds, counts: boolean): string {
  const low = counts && Object.values(bounds).some((bound) => bound <= 1);
  return low
    ? 'a count is at least 1 when it is looked at; absence is not a Sigma condition'
    : 'check that the bounds leave a number between them';
}

function readPercentile(section: MapNode, type: CorrelationType, report: Report): number | undefined {
  const condition = child(section, 'condition');
  const inner = condition?.kind === 'map' ? child(condition, 'percentile') : undefined;
  const node = inner ?? child(section, 'percentile');
  const path = 'correlation.condition.percentile';
  if (type !== 'value_percentile') {
    if (node !== undefined)
      report.error(
        'rule.correlation.condition',
        node.at,
        path,
        `\`${type}\` takes no percentile`,
        'use the type value_percentile',
      );
    return undefined;
  }
  const value = node?.kind === 'scalar' && /^\d{1,3}(?:\.\d{1,9})?$/.test(node.text) ? Number(node.text) : NaN;
  if (value >= 0 && value <= 100) return value;
  const reason =
    node === undefined ? '`value_percentile` needs a percentile' : 'the percentile must be a number from 0 to 100';
  return report.error(
    'rule.correlation.condition',
    node?.at ?? section.at,
    path,
    reason,
    'add for example `percentile: 95` to the condition',
  );
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
