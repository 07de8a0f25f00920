import type { OrderedCase } from '../rule/types.js';
import { isTrue } from './temporal.js';

/** What is known of the order in which detections came, time after time. */
export interface Order {
  /** Forgets everything. */
  clear(): void;
  /** Takes the detections of the next time; `counts`: how many there are of each role. */
  take(time: number, counts: Int32Array): void;
  /** The value of what came after `after`, or undefined where the condition does not hold of it. */
  within(after: number): number | undefined;
}

/**
 * Detections of given roles, one at or after the other. Knows for each length the sequence that begins latest, since a
 * later beginning serves every window that an earlier one does. Costs the number of steps per time.
 */
export class Sequence implements Order {
  /** starts[i]: the latest beginning of a sequence of the first i + 1 steps seen so far. */
  readonly #starts: number[];
  /** The same before the time that is being taken; kept where a role stands more than once. */
  readonly #before: number[] | undefined;

  /** `steps`: roles. One that stands more than once needs a detection each time. */
  constructor(private readonly steps: readonly number[]) {
    this.#starts = new Array<number>(steps.length).fill(-Infinity);
    this.#before = new Set(steps).size < steps.length ? [...this.#starts] : undefined;
  }

  clear(): void {
    this.#starts.fill(-Infinity);
  }

  take(time: number, counts: Int32Array): void {
    const before = this.#before;
    if (before !== undefined) for (let i = 0; i < before.length; i++) before[i] = this.#starts[i] as number;
    for (let i = 0; i < this.steps.length; i++) {
      if (counts[this.steps[i] as number] === 0) continue;
      const start = before === undefined ? this.#startOf(i, time) : this.#distinctStart(i, before, time, counts);
      if (start > (this.#starts[i] as number)) this.#starts[i] = start;
    }
  }

  within(after: number): number | undefined {
    return (this.#starts.at(-1) ?? -Infinity) > after ? this.steps.length : undefined;
  }

  #startOf(step: number, time: number): number {
    return step === 0 ? time : (this.#starts[step - 1] as number);
  }

  /** As many steps as there are detections for happen at this very time, those before them earlier. */
  #distinctStart(step: number, before: readonly number[], time: number, counts: Int32Array): number {
    const left = [...counts];
    let best = -Infinity;
    for (let first = step; first >= 0; first--) {
      const role = this.steps[first] as number;
      if (left[role] === 0) break;
      left[role] = (left[role] as number) - 1;
      best = first === 0 ? time : (before[first - 1] as number);
    }
    return best;
  }
}

/** The greatest number of roles, in ascending order, one seen at or after the other. Costs roles² per time. */
export class Longest implements Order {
  /** starts[role][n]: the latest beginning of n + 1 roles in order of which this one is the last. */
  readonly #starts: readonly number[][];

  constructor(roles: number) {
    this.#starts = Array.from({ length: roles }, (_, role) => new Array<number>(role + 1).fill(-Infinity));
  }

  clear(): void {
    for (const starts of this.#starts) starts.fill(-Infinity);
  }

  take(time: number, counts: Int32Array): void {
    this.#starts.forEach((starts, role) => {
      if (counts[role] === 0) return;
      starts[0] = time;
      for (let n = 1; n <= role; n++) {
        for (let last = n - 1; last < role; last++) {
          const start = (this.#starts[last] as number[])[n - 1] as number;
          if (start > (starts[n] as number)) starts[n] = start;
        }
      }
    });
  }

  within(after: number): number {
    let most = 0;
    for (const starts of this.#starts) {
      let n = starts.length;
      while (n > most && (starts[n - 1] as number) <= after) n--;
      most = Math.max(most, n);
    }
    return most;
  }
}

/** A text condition: one of its cases is in order, and what it asks besides is true of the window. */
export class Cases implements Order {
  readonly #cases: readonly { readonly sequence: Sequence; readonly besides: OrderedCase['besides'] }[];
  readonly #last: number[];
  readonly #present: number[];

  constructor(cases: readonly OrderedCase[], roles: number) {
    this.#cases = cases.map(({ steps, besides }) => ({ sequence: new Sequence(steps), besides }));
    this.#last = new Array<number>(roles).fill(-Infinity);
    this.#present = new Array<number>(roles).fill(0);
  }

  clear(): void {
    this.#last.fill(-Infinity);
    for (const { sequence } of this.#cases) sequence.clear();
  }

  take(time: number, counts: Int32Array): void {
    counts.forEach((count, role) => {
      if (count > 0) this.#last[role] = time;
    });
    for (const { sequence } of this.#cases) sequence.take(time, counts);
  }

  within(after: number): number | undefined {
    let most: number | undefined;
    this.#last.forEach((time, role) => (this.#present[role] = time > after ? 1 : 0));
    for (const { sequence, besides } of this.#cases) {
      const length = sequence.within(after);
      if (length === undefined || length <= (most ?? 0)) continue;
      if (besides.every((condition) => isTrue(condition, this.#present))) most = length;
    }
    return most;
  }
}
