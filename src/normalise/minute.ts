import type { Codes } from './codes.js';
import type { Clock } from './time.js';

const ZERO = 48;
const FIVE = 53;
const NINE = 57;
const COLON = 58;

/**
 * The minute of the time read last of one form, by the 16 bytes (or 12) that it is written in: most lines are of the minute of the
 * line before, and cost four comparisons and their seconds. No zone changes within a minute.
 */
export class Minute {
  /** Epoch ms of the minute's beginning. */
  start = Number.NaN;
  #clock: Clock | undefined = undefined;
  #first = 0;
  #second = 0;
  #third = 0;
  #fourth = 0;
  readonly #isLong: boolean;

  /** `width`: bytes from the form's first to those of its minute. */
  constructor(width: 12 | 16) {
    this.#isLong = width === 16;
  }

  /** Whether that minute stands at `at` (16 bytes at least are loaded behind it), of the same clock. */
  stands({ view }: Codes, at: number, clock: Clock): boolean {
    return (
      view.getInt32(at + 8, true) === this.#third &&
      view.getInt32(at + 4, true) === this.#second &&
      view.getInt32(at, true) === this.#first &&
      (!this.#isLong || view.getInt32(at + 12, true) === this.#fourth) &&
      clock === this.#clock
    );
  }

  /** Remembers the minute at `at`, in which `time` lies, whose seconds are these ms (none where they are -1). */
  learn({ view }: Codes, at: number, clock: Clock, time: number, seconds: number): void {
    this.#clock = seconds < 0 ? undefined : clock;
    this.start = time - seconds;
    this.#first = view.getInt32(at, true);
    this.#second = view.getInt32(at + 4, true);
    this.#third = view.getInt32(at + 8, true);
    if (this.#isLong) this.#fourth = view.getInt32(at + 12, true);
  }
}

/** `:04` at `at` in ms, or -1; no leap second. */
export function secondsIn(bytes: Uint8Array, at: number): number {
  const tens = bytes[at + 1] as number;
  const ones = bytes[at + 2] as number;
  const isNumber = tens >= ZERO && tens <= FIVE && ones >= ZERO && ones <= NINE;
  return isNumber && bytes[at] === COLON ? ((tens - ZERO) * 10 + ones - ZERO) * 1000 : -1;
}
