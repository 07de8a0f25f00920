import type { CompareOp, TimePart, ValueTest } from '../rule/types.js';
import { matcherOf, shapeOf } from './pattern.js';
import { fold, numberOf, textOf, type Scalar } from './text.js';

/** Tests that look at one scalar; the others (null, exists, field, never) look at the field as a whole. */
export type ScalarTest = Exclude<ValueTest, { readonly kind: 'null' | 'exists' | 'field' | 'never' }>;

/** True for a test of single scalars. */
export function isScalarTest(test: ValueTest): test is ScalarTest {
  return test.kind !== 'null' && test.kind !== 'exists' && test.kind !== 'field' && test.kind !== 'never';
}

/** A test compiled to a function of one scalar. Linear in the text; never throws. */
export function scalarTest(test: ScalarTest): (value: Scalar) => boolean {
  switch (test.kind) {
    case 'pattern': {
      const matches = matcherOf(shapeOf(test.parts, test.cased));
      return test.cased ? (value) => matches(textOf(value)) : (value) => matches(fold(textOf(value)));
    }
    case 'number':
      return numberTest(test);
    case 'boolean':
      return (value) => value === test.value || (typeof value === 'string' && fold(value) === String(test.value));
    case 'regex':
    case 'cidr':
    case 'list':
      return (value) => test.test(textOf(value));
    case 'compare':
      return (value) => compares(test.op, numberOf(value), test.value);
    case 'time':
      return (value) => comparesTime(test.part, test.op, test.value, value);
  }
}

/** Equal as numbers or as texts; texts of the event only as texts where the rule's own spelling counts (`exact`). */
function numberTest({ value, text, exact }: Extract<ValueTest, { kind: 'number' }>): (scalar: Scalar) => boolean {
  if (exact !== true) return (scalar) => numberOf(scalar) === value || scalar === text;
  const folded = fold(text);
  return (scalar) => (typeof scalar === 'string' ? fold(scalar) === folded : scalar === value);
}

/** Order comparison; false where either side is NaN. */
function compares(op: CompareOp | 'eq', left: number, right: number): boolean {
  switch (op) {
    case 'lt':
      return left < right;
    case 'lte':
      return left <= right;
    case 'gt':
      return left > right;
    case 'gte':
      return left >= right;
    case 'eq':
      return left === right;
  }
}

function comparesTime(part: TimePart, op: CompareOp | 'eq', bound: number, value: Scalar): boolean {
  const time = timeOf(value);
  return Number.isNaN(time) ? false : compares(op, PARTS[part](new Date(time)), bound);
}

const PARTS: Readonly<Record<TimePart, (time: Date) => number>> = {
  minute: (time) => time.getUTCMinutes(),
  hour: (time) => time.getUTCHours(),
  day: (time) => time.getUTCDate(),
  week: isoWeek,
  month: (time) => time.getUTCMonth() + 1,
  year: (time) => time.getUTCFullYear(),
};

const DAY = 86_400_000;

/** ISO 8601 week: the week of the year that holds the same week's Thursday. */
function isoWeek(time: Date): number {
  const day = Math.floor(time.getTime() / DAY);
  // 1970-01-01 was a Thursday: day 0.
  const thursday = new Date((day - ((((day + 3) % 7) + 7) % 7) + 3) * DAY);
  return Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / DAY / 7) + 1;
}

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)?)?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?$/u;

/**
 * A timestamp as its own clock shows it, in epoch milliseconds as if that were UTC, or NaN: ISO 8601, of which an offset is
 * not reckoned in (`01:00+09:00` is one o'clock: the modifiers appendix says that the time modifiers convert no zones), or
 * a number of seconds (below 100,000,000,000) or milliseconds, in UTC.
 */
export function timeOf(value: Scalar): number {
  const number = numberOf(value);
  if (!Number.isNaN(number)) return clampTime(number < 1e11 ? number * 1000 : number);
  const parts = typeof value === 'string' && value.length <= 40 ? ISO.exec(value) : null;
  if (parts === null) return NaN;
  const [, date = '', minutes = '00:00', seconds = ':00'] = parts;
  return Date.parse(`${date}T${minutes}${seconds}Z`);
}

function clampTime(time: number): number {
  return Math.abs(time) <= 8.64e15 ? time : NaN;
}
