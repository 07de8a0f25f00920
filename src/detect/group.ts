import { detach, joinTexts, KeyedGroup, type FieldValue, type Group } from '../event/index.js';
import type { FieldRef } from '../rule/types.js';
import { isList, isScalar, type Scalar } from './text.js';

/** One event makes at most this many groups of one correlation, where fields hold arrays. */
export const GROUP_LIMIT = 16;

const NO_VALUES: readonly string[] = [];

/**
 * The canonical values of a field: texts as they are (addresses in lower case), numbers and booleans as JavaScript
 * writes them, an array's elements each once. Empty: missing.
 */
export function canonicalValues(value: FieldValue | undefined, field: FieldRef): readonly string[] {
  if (isScalar(value)) return [canonical(value, field)];
  if (!isList(value)) return NO_VALUES;
  const values = new Set<string>();
  for (const element of value) {
    if (isScalar(element)) values.add(canonical(element, field));
    if (values.size === GROUP_LIMIT) break;
  }
  return [...values];
}

function canonical(value: Scalar, field: FieldRef): string {
  return typeof value === 'string' ? canonicalText(value, field) : String(value);
}

/** The canonical form of a text: itself, an address in lower case. */
export function canonicalText(value: string, field: FieldRef): string {
  // IPv6 is the only address that has letters.
  return value.includes(':') && (field.paths[0] ?? '').endsWith('.ip') ? value.toLowerCase() : value;
}

/**
 * All combinations of one value per field, at most `GROUP_LIMIT`, as groups.
 */
export function groupsOf(fields: readonly (readonly (string | null)[])[]): readonly Group[] {
  let rows: (readonly (string | null)[])[] = [[]];
  for (const values of fields) {
    rows = rows.flatMap((row) => values.map((value) => [...row, value]));
    if (rows.length > GROUP_LIMIT) rows = rows.slice(0, GROUP_LIMIT);
  }
  return rows.map(groupOf);
}

/** A group of values with its key. Holds on to no batch's text. */
export function groupOf(values: readonly (string | null)[]): Group {
  const key = joinTexts(values);
  return new KeyedGroup(values.length === 1 ? detach(key) : key, values.length);
}
