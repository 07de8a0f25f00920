import { closeSync, openSync, writeSync } from 'node:fs';

/** One line to come: when, and which actor logs it (an index of the caller's). */
export interface Slot {
  readonly time: number;
  readonly actor: number;
}

/**
 * Writes the lines of all slots in order of time.
 *
 * Times are epoch ms below 2^43, so a time and an actor share one double exactly and a numeric sort orders them.
 */
export class TimedLines {
  readonly #packed: Float64Array;
  #length = 0;

  constructor(capacity: number) {
    this.#packed = new Float64Array(capacity);
  }

  /** How many lines are left to be added. */
  get room(): number {
    return this.#packed.length - this.#length;
  }

  /** Adds a line of `actor` (below 2^17) at `time`; seconds are all that is kept. Ignored where there is no room. */
  add(time: number, actor: number): void {
    if (this.room > 0) this.#packed[this.#length++] = Math.floor(time / 1000) * 131_072 + actor;
  }

  /** Sorts, then writes `lineOf(time in ms, actor)` for each. Returns the bytes written. */
  write(file: string, lineOf: (time: number, actor: number) => string): number {
    const sorted = this.#packed.subarray(0, this.#length).sort();
    const handle = openSync(file, 'w');
    let chunk = '';
    let bytes = 0;
    for (const packed of sorted) {
      const actor = packed % 131_072;
      chunk += `${lineOf(((packed - actor) / 131_072) * 1000, actor)}\n`;
      if (chunk.length > 1_048_576) {
        bytes += writeSync(handle, chunk);
        chunk = '';
      }
    }
    bytes += writeSync(handle, chunk);
    closeSync(handle);
    return bytes;
  }
}

/** Midnight at which every generated day begins. */
export const DAY_START = Date.UTC(2026, 2, 10);
/** One day, ms. */
export const DAY = 86_400_000;
