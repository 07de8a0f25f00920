import { cutText, type FieldValue } from '../event/index.js';

export { fold } from '../rule/fold.js';

/** Fields longer than this many UTF-16 units are cut for matching (DESIGN.md section 8). */
export const MATCH_LIMIT = 65_536;

/** A field value that can be compared: what an array's elements or a plain field hold. */
export type Scalar = string | number | boolean;

/** A scalar as text: numbers and booleans as JavaScript writes them. */
export function textOf(value: Scalar): string {
  return typeof value === 'string' ? value : String(value);
}

// Linear: no two neighbouring parts can take the same digit.
const NUMERIC = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/u;

/**
 * The number a scalar stands for, or NaN: decimal texts of at most 64 characters, without blanks; never hexadecimal,
 * never the empty text, never a boolean.
 */
export function numberOf(value: Scalar): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean' || value.length === 0 || value.length > 64) return NaN;
  const first = value.charCodeAt(0);
  // '+' , '-', '.', digits
  if (first > 57 || first < 43 || first === 47 || first === 44) return NaN;
  return NUMERIC.test(value) ? Number(value) : NaN;
}

/** True for what a scalar test may look at: not missing, not null, not an object or array. */
export function isScalar(value: FieldValue | undefined): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** True for an array; `Array.isArray` with a type that keeps the elements'. */
export function isList(value: FieldValue | undefined): value is readonly FieldValue[] {
  return Array.isArray(value);
}

/** Sigma's rule for arrays: the value passes, or any element does. Objects and nested arrays never pass. */
export function anyScalar(value: FieldValue | undefined, test: (scalar: Scalar) => boolean): boolean {
  if (isScalar(value)) return test(value);
  if (!isList(value)) return false;
  for (const element of value) if (isScalar(element) && test(element)) return true;
  return false;
}

/** True for a missing field, an explicit null, and an array with a null in it. */
export function isNull(value: FieldValue | undefined): boolean {
  if (value === undefined || value === null) return true;
  return isList(value) && value.includes(null);
}

/** A value as matching sees it: texts cut at `MATCH_LIMIT`, those inside an array too. The same object if nothing is cut. */
export function cutValue(value: FieldValue): FieldValue {
  if (typeof value === 'string') return cutText(value, MATCH_LIMIT);
  if (!isList(value) || !value.some(isTooLong)) return value;
  return value.map((element) => (typeof element === 'string' ? cutText(element, MATCH_LIMIT) : element));
}

function isTooLong(element: FieldValue): boolean {
  return typeof element === 'string' && element.length > MATCH_LIMIT;
}
