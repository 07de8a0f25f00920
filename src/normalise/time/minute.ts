import { type Codes, pastDigits } from '../text/codes.js';
import type { Line } from '../line.js';
import type { Clock } from './time.js';

const ZERO = 48;
const FIVE = 53;
const NINE = 57;
const COLON = 58;
const POINT = 46;
const LETTER_Z = 90;
const MINUTE = 60_000;
const SECONDS_AT = 16;

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

const CLF_SECONDS_AT = 17;
const CLF_ZONE_AT = 20;

/** As `Minute`, of `23/Nov/2026:06:39:04 +0000`: the minute and the zone that were read last. */
export class ClfMinute {
  /** Epoch ms of the minute's beginning. */
  start = Number.NaN;
  readonly #fours = new Int32Array(5);
  readonly #zone = new Int32Array(2);

  /** Whether that minute stands at `at`, in that zone. */
  stands({ view }: Codes, at: number): boolean {
    const fours = this.#fours;
    return (
      view.getInt32(at + 13, true) === fours[4] &&
      view.getInt32(at + 8, true) === fours[2] &&
      view.getInt32(at + 4, true) === fours[1] &&
      view.getInt32(at, true) === fours[0] &&
      view.getInt32(at + 12, true) === fours[3] &&
      view.getInt32(at + CLF_ZONE_AT, true) === this.#zone[0] &&
      view.getInt32(at + CLF_ZONE_AT + 2, true) === this.#zone[1]
    );
  }

  /** Remembers the minute at `at`, which begins at `start`. */
  learn({ view }: Codes, at: number, start: number): void {
    this.start = start;
    for (let nth = 0; nth < 4; nth++) this.#fours[nth] = view.getInt32(at + nth * 4, true);
    this.#fours[4] = view.getInt32(at + 13, true);
    this.#zone[0] = view.getInt32(at + CLF_ZONE_AT, true);
    this.#zone[1] = view.getInt32(at + CLF_ZONE_AT + 2, true);
  }
}

/**
 * The time of the common log format at `at` of the text loaded, whose 26 characters lie in it, as the clock's `clfIn` reads it. One of the
 * minute read last costs its seconds.
 */
export function readClf(text: string, at: number, { codes, clock, clf }: Line): number {
  const { bytes } = codes;
  const seconds = secondsIn(bytes, at + CLF_SECONDS_AT);
  if (seconds >= 0 && clf.stands(codes, at)) return clf.start + seconds;
  const time = clock.clfIn(bytes, text, at);
  if (seconds >= 0 && !Number.isNaN(time)) clf.learn(codes, at, time - seconds);
  return time;
}

/** `:04` at `at` in ms, or -1; no leap second. */
export function secondsIn(bytes: Uint8Array, at: number): number {
  const tens = bytes[at + 1] as number;
  const ones = bytes[at + 2] as number;
  const isNumber = tens >= ZERO && tens <= FIVE && ones >= ZERO && ones <= NINE;
  return isNumber && bytes[at] === COLON ? ((tens - ZERO) * 10 + ones - ZERO) * 1000 : -1;
}

/**
 * Sets the time of an RFC 3339 stamp at `at` of the text loaded, as the clock's `isoIn` reads it; the index behind it. Where none
 * stands there, `Infinity`, and the time is NaN. One in UTC of the minute read last costs its seconds and their fraction.
 */
export function readIso(text: string, at: number, line: Line): number {
  const { codes, clock, iso } = line;
  const { bytes, length } = codes;
  const seconds = secondsIn(bytes, at + SECONDS_AT);
  if (seconds >= 0 && at + SECONDS_AT + 3 < length && iso.stands(codes, at, clock)) {
    const point = at + SECONDS_AT + 3;
    const end = bytes[point] === POINT ? pastDigits(bytes, point + 1, length) : point;
    if (end < length && bytes[end] === LETTER_Z && end !== point + 1) {
      line.time = iso.start + seconds + fractionIn(bytes, point + 1, end);
      return end + 1;
    }
  }
  const time = clock.isoIn(bytes, text, at, length);
  line.time = time;
  if (Number.isNaN(time)) return Number.POSITIVE_INFINITY;
  if (bytes[clock.end - 1] === LETTER_Z && clock.end <= length) iso.learn(codes, at, clock, time - (time % MINUTE), 0);
  return clock.end;
}

/** The first three digits of a fraction in ms; 0 where there are none. */
export function fractionIn(bytes: Uint8Array, start: number, end: number): number {
  let ms = 0;
  for (let at = start; at < start + 3; at++) ms = ms * 10 + (at < end ? (bytes[at] as number) - ZERO : 0);
  return ms;
}
