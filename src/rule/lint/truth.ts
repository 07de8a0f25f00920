import { namesOf, type Condition } from '../condition.js';

/** A condition's truth table: bit i of a row's number is the i-th selection. */
export interface Truth {
  readonly names: readonly string[];
  readonly rows: Uint8Array;
  readonly canBeTrue: boolean;
  readonly canBeFalse: boolean;
}

/** More selections than this make too large a table. */
const LIMIT = 12;

/** The truth table of conditions joined by OR, the selections free of each other; undefined where it would be too large. */
export function truthOf(conditions: readonly Condition[], names: readonly string[]): Truth | undefined {
  if (names.length > LIMIT || conditions.length === 0) return undefined;
  const rows = new Uint8Array(1 << names.length);
  for (let row = 0; row < rows.length; row++) {
    const isTrue = (name: string): boolean => ((row >> names.indexOf(name)) & 1) === 1;
    if (conditions.some((condition) => holds(condition, names, isTrue))) rows[row] = 1;
  }
  return { names, rows, canBeTrue: rows.includes(1), canBeFalse: rows.includes(0) };
}

function holds(condition: Condition, names: readonly string[], isTrue: (name: string) => boolean): boolean {
  switch (condition.kind) {
    case 'name':
      return isTrue(condition.name);
    case 'not':
      return !holds(condition.item, names, isTrue);
    case 'of': {
      const named = namesOf(condition.pattern, names);
      return condition.all ? named.every(isTrue) : named.some(isTrue);
    }
    case 'and':
      return condition.items.every((item) => holds(item, names, isTrue));
    case 'or':
      return condition.items.some((item) => holds(item, names, isTrue));
  }
}

/**
 * Those of the selections that a condition can do without: with the selection's name replaced by true, or by false, it comes
 * out the same wherever it can be asked. `possible`: whether a row can be, for selections that depend on each other.
 */
export function idleSelections(
  { names, rows }: Truth,
  among: readonly string[],
  possible: (row: number) => boolean = () => true,
): readonly string[] {
  const asked = [...rows.keys()].filter(possible);
  return among.filter((name) => {
    const bit = 1 << names.indexOf(name);
    const isSame = (other: (row: number) => number): boolean => asked.every((row) => rows[row] === rows[other(row)]);
    return isSame((row) => row | bit) || isSame((row) => row & ~bit);
  });
}
