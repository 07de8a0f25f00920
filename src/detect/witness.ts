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
export const NEVER: Need = { all: false, items: [], cost: 0 };

/** What must be met where all of several expressions must be true. */
export function allOf(items: readonly (Need | undefined)[]): Need | undefined {
  const needs = items.filter((item) => item !== undefined);
  return needs.length > 1 ? { all: true, items: needs, cost: 0 } : needs[0];
}

/** What must be met where one of several expressions must be true. */
export function anyOf(items: readonly (Need | undefined)[]): Need | undefined {
  const needs = items.filter((item) => item !== undefined);
  if (needs.length < items.length) return undefined;
  return needs.length === 1 ? needs[0] : { all: false, items: needs, cost: 0 };
}

/** Calls `each` with every atom of a need. */
export function atomsOfNeed(need: Need, each: (atom: number) => void): void {
  if (typeof need === 'number') each(need);
  else for (const item of need.items) atomsOfNeed(item, each);
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
    out.push(need);
    return;
  }
  for (const item of need.items) {
    if (need.all && (typeof item === 'number' ? costs[item] : item.cost) !== need.cost) continue;
    collect(item, costs, out);
    if (need.all) return;
  }
}
