import type { Correlation } from '../rule/types.js';
import type { Cell } from './cell.js';
import type { Caps, Firings, Kind } from './kind.js';
import { mayHoldAll, roleThinning } from './temporal.js';

/**
 * temporal_ordered: times t1 ≤ t2 ≤ … ≤ tk in the window, ti of the i-th referred rule. Fires at the time of any
 * detection whose window holds such a sequence.
 *
 * For each length r the sequence that begins latest is known as the sweep goes on (a later beginning serves every
 * window that an earlier one does), so one pass over two cells answers all windows of the cell.
 * Source: Sigma Correlation Rules Specification 2.1, "Ordered Temporal Proximity".
 */
export function temporalOrdered(correlation: Correlation, caps: Caps): Kind {
  const { refs, timespan } = correlation;
  const sequence = new Sequence(refs.length);
  return {
    eager: true,
    firesAlone: refs.length <= 1,
    showsDistinct: true,
    staged: true,
    thinning: roleThinning(refs.length, caps),
    mark: (detection) => detection.role,
    possible: (before, cell) => mayHoldAll(before, cell, refs.length),
    saturation: (cell) => (mayHoldAll(undefined, cell, refs.length) ? sequence.completedIn(cell) : Infinity),
    firings: (before, cell, out) => sequence.firings(before, cell, timespan, out),
  };
}

class Sequence {
  /** starts[r]: the latest beginning of a sequence of the first r + 1 roles seen so far. */
  readonly #starts: number[];
  /** Roles of the detections at one time. */
  readonly #present: boolean[];

  constructor(private readonly length: number) {
    this.#starts = new Array<number>(length).fill(-Infinity);
    this.#present = new Array<boolean>(length).fill(false);
  }

  firings(before: Cell | undefined, cell: Cell, span: number, out: Firings): void {
    this.#starts.fill(-Infinity);
    if (before !== undefined) for (let i = 0; i < before.times.length;) i = this.#take(before, i);
    for (let i = 0; i < cell.times.length;) {
      const time = cell.times[i] as number;
      i = this.#take(cell, i);
      if ((this.#starts[this.length - 1] as number) <= time - span) continue;
      out.times.push(time);
      out.values.push(this.length);
    }
  }

  completedIn(cell: Cell): number {
    this.#starts.fill(-Infinity);
    for (let i = 0; i < cell.times.length;) {
      const time = cell.times[i] as number;
      i = this.#take(cell, i);
      if (this.#starts[this.length - 1] !== -Infinity) return time;
    }
    return Infinity;
  }

  /** Takes all detections of one time: equal times satisfy the order. Returns the next index. */
  #take(cell: Cell, from: number): number {
    const time = cell.times[from] as number;
    let i = from;
    for (; i < cell.times.length && cell.times[i] === time; i++) this.#present[cell.marks[i] as number] = true;
    for (let role = 0; role < this.length; role++) {
      if (this.#present[role] !== true) continue;
      this.#present[role] = false;
      const start = role === 0 ? time : (this.#starts[role - 1] as number);
      if (start > (this.#starts[role] as number)) this.#starts[role] = start;
    }
    return i;
  }
}
