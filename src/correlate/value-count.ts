import type { Correlation } from '../rule/types.js';
import { isMonotone, satisfies, saturation } from './bounds.js';
import type { Cell, Mark } from './cell.js';
import type { Caps, Kind } from './kind.js';
import { EPISODE_EVIDENCE, VALUE_CELL, VALUE_SLOTS } from './limits.js';
import { sweep, sweepAlone, type SlidingWindow } from './sweep.js';

/** A cell tells no mark by the empty text; no value is this one. */
const EMPTY = '\u0000';

/**
 * value_count: how many distinct values the window holds. Every detection time is tested, repeats of a value included.
 *
 * A thinned cell always keeps the n values first seen earliest and the n last seen latest (n: where all greater numbers
 * are alike to the condition), each with that time: windows begin or end in a cell, so no more is needed.
 * Source: Sigma Correlation Rules Specification 2.1, "Value Count".
 */
export function valueCount(correlation: Correlation, caps: Caps): Kind {
  const bounds = correlation.bounds ?? { gte: 1 };
  const { timespan } = correlation;
  const enough = saturation(bounds);
  const eager = isMonotone(bounds);
  const window = new DistinctWindow((distinct) => satisfies(bounds, distinct), enough);
  return {
    eager,
    firesAlone: !eager || enough <= 1,
    showsDistinct: true,
    staged: false,
    thinning: {
      cap: caps.cell ?? Math.max(4 * enough, VALUE_CELL),
      edge: EPISODE_EVIDENCE,
      slots: VALUE_SLOTS,
      byRole: false,
      essential: (cell, keep) => keepEdges(cell, keep, enough),
    },
    mark: ({ value = '' }) => (value === '' ? EMPTY : value),
    possible: (before, cell) => !eager || cell.count + (before?.count ?? 0) >= enough,
    saturation: (cell) => (eager && cell.count >= enough ? sweepAlone(window, cell) : Infinity),
    firings: (before, cell, out) => sweep(window, before, cell, timespan, out),
  };
}

/** Keeps the first sight of the `enough` values seen first, and the last of the `enough` seen last. */
function keepEdges(cell: Cell, keep: Uint8Array, enough: number): void {
  const { marks } = cell;
  const seen = new Set<Mark>();
  for (let i = 0; i < marks.length && seen.size < enough; i++) {
    if (seen.has(marks[i] as Mark)) continue;
    seen.add(marks[i] as Mark);
    keep[i] = 1;
  }
  seen.clear();
  for (let i = marks.length - 1; i >= 0 && seen.size < enough; i--) {
    if (seen.has(marks[i] as Mark)) continue;
    seen.add(marks[i] as Mark);
    keep[i] = 1;
  }
}

class DistinctWindow implements SlidingWindow {
  readonly #counts = new Map<Mark, number>();

  constructor(
    private readonly test: (distinct: number) => boolean,
    private readonly enough: number,
  ) {}

  clear(): void {
    this.#counts.clear();
  }

  enter(mark: Mark): void {
    this.#counts.set(mark, (this.#counts.get(mark) ?? 0) + 1);
  }

  leave(mark: Mark): void {
    const count = this.#counts.get(mark) as number;
    if (count === 1) this.#counts.delete(mark);
    else this.#counts.set(mark, count - 1);
  }

  value(): number {
    return Math.min(this.#counts.size, this.enough);
  }

  holds(): boolean {
    return this.test(this.value());
  }
}
