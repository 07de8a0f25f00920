import type { Bounds, Correlation } from '../rule/types.js';
import { isMonotone, satisfies } from './bounds.js';
import type { Cell } from './cell.js';
import type { Caps, Firings, Kind } from './kind.js';
import { Cases, Longest, Sequence, type Order } from './order.js';
import { hasNot, mayHoldAll, roleThinning } from './temporal.js';

/**
 * temporal_ordered: times t1 ≤ t2 ≤ … ≤ tk in the window, ti of the i-th referred rule. Fires at the time of any
 * detection whose window holds such a sequence. A rule that is listed twice needs two events.
 *
 * Bounds are about how many of the rules stand in their order, the longest choice of them; in a text condition
 * (`a and b and not c`) the rules that are not negated must stand in their order.
 * Source: Sigma Correlation Rules Specification 2.1, "Ordered Temporal Proximity"; 2.2 for extended conditions.
 */
export function temporalOrdered(correlation: Correlation, caps: Caps): Kind {
  const { bounds, roles, refs, timespan } = correlation;
  const sweep = new OrderSweep(refs.length, orderOf(correlation));
  const eager = (bounds === undefined || isMonotone(bounds)) && !hasNot(roles);
  const needsAll = bounds === undefined && roles === undefined;
  return {
    eager,
    firesAlone: !needsAll || refs.length <= 1,
    showsDistinct: true,
    staged: true,
    thinning: roleThinning(refs.length, caps),
    mark: (detection) => detection.role,
    possible: (before, cell) => !needsAll || mayHoldAll(before, cell, refs.length),
    // With bounds the number may still grow after the condition holds, so only the full sequence is final.
    saturation: (cell) => (needsAll && mayHoldAll(undefined, cell, refs.length) ? sweep.completedIn(cell) : Infinity),
    firings: (before, cell, out) => sweep.firings(before, cell, timespan, out),
  };
}

function orderOf({ refs, bounds, cases }: Correlation): Order {
  if (cases !== undefined) return new Cases(cases, refs.length);
  if (bounds !== undefined) return new Bounded(bounds, refs.length);
  return new Sequence([...refs.keys()]);
}

/** How many rules stand in their order, if that is within the bounds. */
class Bounded implements Order {
  readonly #longest: Longest;

  constructor(
    private readonly bounds: Bounds,
    roles: number,
  ) {
    this.#longest = new Longest(roles);
  }

  clear(): void {
    this.#longest.clear();
  }

  take(time: number, counts: Int32Array): void {
    this.#longest.take(time, counts);
  }

  within(after: number): number | undefined {
    const length = this.#longest.within(after);
    return satisfies(this.bounds, length) ? length : undefined;
  }
}

/** One pass over two cells answers all windows of the second: what began latest serves every window that anything does. */
class OrderSweep {
  /** How many detections of each role there are at one time. */
  readonly #counts: Int32Array;

  constructor(
    roles: number,
    private readonly order: Order,
  ) {
    this.#counts = new Int32Array(roles);
  }

  firings(before: Cell | undefined, cell: Cell, span: number, out: Firings): void {
    this.order.clear();
    if (before !== undefined) for (let i = 0; i < before.times.length;) i = this.#take(before, i);
    for (let i = 0; i < cell.times.length;) {
      const time = cell.times[i] as number;
      i = this.#take(cell, i);
      const value = this.order.within(time - span);
      if (value === undefined) continue;
      out.times.push(time);
      out.values.push(value);
    }
  }

  completedIn(cell: Cell): number {
    this.order.clear();
    for (let i = 0; i < cell.times.length;) {
      const time = cell.times[i] as number;
      i = this.#take(cell, i);
      if (this.order.within(-Infinity) !== undefined) return time;
    }
    return Infinity;
  }

  /** Takes all detections of one time: equal times satisfy the order. Returns the next index. */
  #take(cell: Cell, from: number): number {
    const time = cell.times[from] as number;
    let i = from;
    for (; i < cell.times.length && cell.times[i] === time; i++) {
      const role = cell.marks[i] as number;
      this.#counts[role] = (this.#counts[role] as number) + 1;
    }
    this.order.take(time, this.#counts);
    this.#counts.fill(0);
    return i;
  }
}
