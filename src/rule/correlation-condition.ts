import { checkKeys, isNull, readTexts } from './fields.js';
import { quote, type Report } from './problem.js';
import { child, type MapNode, type RuleNode, type ScalarNode } from './reader.js';
import type { Bounds, CorrelationType } from './types.js';

const OPERATORS = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;
const CONDITION_KEYS = [...OPERATORS, 'field', 'percentile'];

/** Types that count whole things, so that their bounds are whole numbers. */
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

/** A correlation's condition: bounds on a number, with the fields of value types, or a text over rules. */
export interface ReadCondition {
  readonly bounds: Bounds | undefined;
  readonly text: ScalarNode | undefined;
  readonly fields: readonly string[];
}

/**
 * Reads `correlation: condition:` for a type; what is wrong is reported. A condition no number can meet is refused: the
 * rule would silently never fire.
 */
export function readCondition(section: MapNode, type: CorrelationType, report: Report): ReadCondition {
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
  const pattern = COUNTS.has(type) ? /^\d{1,9}(?:\.0{0,9})?$/ : /^[-+]?(?:\d{1,15}\.?\d{0,15}|\.\d{1,15})$/;
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

/** The rank of a `value_percentile`, 0 to 100, or undefined (reported where it is needed or out of place). */
export function readPercentile(section: MapNode, type: CorrelationType, report: Report): number | undefined {
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
