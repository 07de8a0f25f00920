import type { Expression, ValueTest } from '../rule/types.js';
import type { Atoms, TestAtom } from './atoms.js';
import { KEYWORDS } from './slots.js';

/**
 * What an event must have for an expression to be true: an atom, or all or any of several such needs. `undefined`
 * stands for no need at all: a bare `not` can be true of anything.
 */
export type Need = number | Branch;

interface Branch {
  readonly all: boolean;
  readonly items: readonly Need[];
  /** As last reckoned by `costOf`. */
  cost: number;
}

/** No event has it. */
const NEVER: Need = { all: false, items: [], cost: 0 };

/**
 * The need of an expression, `not` pushed inwards. `localOf` numbers the atoms as the index does; all of the
 * expression's are there.
 */
export function needOf(
  expression: Expression,
  atoms: Atoms,
  localOf: (atom: number) => number,
  negated = false,
): Need | undefined {
  switch (expression.kind) {
    case 'not':
      return needOf(expression.item, atoms, localOf, !negated);
    case 'and':
    case 'or': {
      const items = expression.items.map((item) => needOf(item, atoms, localOf, negated));
      return (expression.kind === 'and') === negated ? anyOf(items) : allOf(items);
    }
    case 'test':
    case 'keyword': {
      if (expression.test.kind === 'never' && !negated) return NEVER;
      const atom = negated ? absence(expression, atoms) : presence(expression, atoms)?.atom;
      return atom === undefined ? undefined : localOf(atom);
    }
  }
}

type Leaf = Extract<Expression, { readonly test: ValueTest }>;

function presence(leaf: Leaf, atoms: Atoms): TestAtom | undefined {
  return atoms.ofTest(leaf.kind === 'test' ? atoms.slots.of(leaf.field) : KEYWORDS, leaf.test);
}

/** not(missing) needs the field. */
function absence(leaf: Leaf, atoms: Atoms): number | undefined {
  const { test } = leaf;
  if (leaf.kind !== 'test' || (test.kind !== 'null' && !(test.kind === 'exists' && !test.present))) return undefined;
  return atoms.intern({ kind: test.kind === 'null' ? 'present' : 'there', slot: atoms.slots.of(leaf.field) });
}

function allOf(items: readonly (Need | undefined)[]): Need | undefined {
  const needs = items.filter((item) => item !== undefined);
  return needs.length > 1 ? { all: true, items: needs, cost: 0 } : needs[0];
}

function anyOf(items: readonly (Need | undefined)[]): Need | undefined {
  const needs = items.filter((item) => item !== undefined);
  if (needs.length < items.length) return undefined;
  return needs.length === 1 ? needs[0] : { all: false, items: needs, cost: 0 };
}

/**
 * Appends a need's cheapest witness to `out`: atoms one of which every event has that meets the need. `costs` says for
 * each atom how often it is expected to be seen.
 *
 * Of several needs that must all be met the cheapest is enough; where any is enough, all of them count.
 */
export function witnessOf(need: Need, costs: Float64Array, out: number[]): void {
  costOf(need, costs);
  collect(need, costs, out);
}

function costOf(need: Need, costs: Float64Array): number {
  if (typeof need === 'number') return costs[need] as number;
  let cost = need.all ? Infinity : 0;
  for (const item of need.items) {
    const own = costOf(item, costs);
    cost = need.all ? Math.min(cost, own) : cost + own;
  }
  return (need.cost = cost);
}

function collect(need: Need, costs: Float64Array, out: number[]): void {
  if (typeof need === 'number') {
    if (!out.includes(need)) out.push(need);
    return;
  }
  for (const item of need.items) {
    if (need.all && (typeof item === 'number' ? costs[item] : item.cost) !== need.cost) continue;
    collect(item, costs, out);
    if (need.all) return;
  }
}
