import type { EcsEvent, FieldValue } from '../../src/event/index.js';
import { ANY, ONE, type Expression, type FieldRef, type PatternPart, type ValueTest } from '../../src/rule/types.js';

/**
 * The slow, obvious evaluator: what an expression means, with nothing clever. Detect is compared with it; it shares
 * no code with src/detect.
 */
export function holds(expression: Expression, event: EcsEvent): boolean {
  switch (expression.kind) {
    case 'and':
      return expression.items.every((item) => holds(item, event));
    case 'or':
      return expression.items.some((item) => holds(item, event));
    case 'not':
      return !holds(expression.item, event);
    case 'test':
      return fieldHolds(expression.test, read(event, expression.field), event);
    case 'keyword':
      return allStrings(event).some((text) => scalarHolds(expression.test, text));
  }
}

function read(event: EcsEvent, field: FieldRef): FieldValue | undefined {
  const values = field.paths.map((path) => {
    if (path === '@timestamp') return new Date(event.time).toISOString();
    return new Map(Object.entries(event.fields)).get(path);
  });
  return values.find((value) => value !== undefined && value !== null) ?? values.find((value) => value === null);
}

function allStrings(event: EcsEvent): string[] {
  return Object.values(event.fields).flatMap((value) =>
    elements(value).filter((element): element is string => typeof element === 'string'),
  );
}

function elements(value: FieldValue | undefined): readonly (FieldValue | undefined)[] {
  return Array.isArray(value) ? (value as readonly FieldValue[]) : [value];
}

function fieldHolds(test: ValueTest, value: FieldValue | undefined, event: EcsEvent): boolean {
  const missing = value === undefined || value === null;
  switch (test.kind) {
    case 'never':
      return false;
    case 'null':
      return elements(value).some((element) => element === undefined || element === null);
    case 'exists':
      return (value !== undefined) === test.present;
    case 'field': {
      const others = elements(read(event, test.other));
      return elements(value).some((left) => others.some((right) => fieldsCompare(test, left, right)));
    }
    case 'pattern':
      if (test.parts.length > 0 && test.parts.every((part) => part === ANY || part === '') && test.parts.includes(ANY))
        return !missing;
      return elements(value).some((element) => scalarHolds(test, element));
    default:
      return elements(value).some((element) => scalarHolds(test, element));
  }
}

function fieldsCompare(
  test: Extract<ValueTest, { kind: 'field' }>,
  left: FieldValue | undefined,
  right: FieldValue | undefined,
): boolean {
  const leftText = asText(left);
  const rightText = asText(right);
  if (leftText === undefined || rightText === undefined) return false;
  const a = test.cased ? leftText : lower(leftText);
  const b = test.cased ? rightText : lower(rightText);
  switch (test.how) {
    case 'equals':
      return a === b;
    case 'contains':
      return a.includes(b);
    case 'startswith':
      return a.startsWith(b);
    case 'endswith':
      return a.endsWith(b);
  }
}

function asText(value: FieldValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? `${value}` : undefined;
}

/** Lower case, with the two small sigmas as one. */
function lower(text: string): string {
  return text.replace(/[^İ]+/g, (part) => part.toLowerCase()).replace(/ς/g, 'σ');
}

function scalarHolds(test: ValueTest, value: FieldValue | undefined): boolean {
  const text = asText(value);
  if (text === undefined) return false;
  switch (test.kind) {
    case 'pattern':
      return patternHolds(test, text);
    case 'number':
      return numberHolds(test, value, text);
    case 'boolean':
      return typeof value !== 'number' && lower(text) === `${test.value}`;
    case 'regex':
    case 'cidr':
    case 'list':
      return test.test(text);
    case 'compare':
      return typeof value !== 'boolean' && isNumeric(text) && orders(test.op, Number(text), test.value);
    case 'time':
      return timeHolds(test, text);
    default:
      return false;
  }
}

function numberHolds(
  test: Extract<ValueTest, { kind: 'number' }>,
  value: FieldValue | undefined,
  text: string,
): boolean {
  if (test.exact === true) return typeof value === 'number' ? value === test.value : lower(text) === lower(test.text);
  return typeof value !== 'boolean' && (text === test.text || (isNumeric(text) && Number(text) === test.value));
}

function patternHolds(test: Extract<ValueTest, { kind: 'pattern' }>, text: string): boolean {
  if (test.cased) return wildcard(test.parts.flatMap(characters), Array.from(text));
  return wildcard(test.parts.map(lowerPart).flatMap(characters), Array.from(lower(text)));
}

function isNumeric(text: string): boolean {
  return text.length <= 64 && /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text);
}

function orders(op: 'lt' | 'lte' | 'gt' | 'gte' | 'eq', a: number, b: number): boolean {
  return { lt: a < b, lte: a <= b, gt: a > b, gte: a >= b, eq: a === b }[op];
}

function timeHolds(test: Extract<ValueTest, { kind: 'time' }>, text: string): boolean {
  const milliseconds = isNumeric(text)
    ? Number(text) * (Number(text) < 1e11 ? 1000 : 1)
    : /^\d{4}-\d\d-\d\d/.test(text)
      ? Date.parse(text.replace(/(?:Z|[+-]\d\d:?\d\d)$/, '') + (text.length > 10 ? 'Z' : ''))
      : NaN;
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) return false;
  const parts = {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    week: weekOf(date),
  };
  return orders(test.op, parts[test.part], test.value);
}

/** ISO 8601: count the Thursdays of the year up to this week's. */
function weekOf(date: Date): number {
  const thursday = new Date(date);
  thursday.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
  let count = 0;
  for (const day = new Date(thursday); day.getUTCFullYear() === thursday.getUTCFullYear(); count++)
    day.setUTCDate(day.getUTCDate() - 7);
  return count;
}

function lowerPart(part: PatternPart): PatternPart {
  return typeof part === 'string' ? lower(part) : part;
}

function characters(part: PatternPart): PatternPart[] {
  return typeof part === 'string' ? Array.from(part) : [part];
}

/** Which prefixes of the pattern match which prefixes of the text: the textbook table. */
function wildcard(pattern: readonly PatternPart[], text: readonly string[]): boolean {
  let row = [true, ...text.map(() => false)];
  for (const part of pattern) {
    const next = [part === ANY && row[0] === true];
    text.forEach((character, i) => {
      if (part === ANY) next.push(row[i + 1] === true || next[i] === true);
      else next.push(row[i] === true && (part === ONE || part === character));
    });
    row = next;
  }
  return row.at(-1) === true;
}
