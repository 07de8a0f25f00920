import type { Line } from '../../line.js';
import { find, pastDigits, timeOfDay } from '../../text/codes.js';
import { Fours } from '../../text/fours.js';
import { clfDay, DayMemo } from '../../time/dates.js';
import { fractionIn, secondsIn } from '../../time/minute.js';
import type { Clock } from '../../time/time.js';

const SPACE = 32;
const POINT = 46;
const COLON = 58;
const OPEN = 91;
const CLOSE = 93;
const LONGEST_FRACTION = 6;
/** Characters of `23/Nov/2026:06:39:04`. */
export const TIME_WIDTH = 20;
/** Characters of its minute. */
const MINUTE_WIDTH = 17;

const days = new DayMemo(11, clfDay);

/**
 * The time `[23/Nov/2026:06:39:04.655]` that stands in `[start, behind)` of the bytes loaded, in the zone of the input; NaN for any
 * other form. `message` has it from `start - offset`.
 */
export function timeIn(message: string, offset: number, line: Line, start: number, behind: number): number {
  const { bytes } = line.codes;
  const day = start + 1;
  const end = behind - 1;
  const point = day + 20;
  if (bytes[day - 1] !== OPEN || bytes[end] !== CLOSE || end < point || bytes[day + 11] !== COLON) return Number.NaN;
  let ms = 0;
  if (end > point) {
    const isFraction = bytes[point] === POINT && end - point <= LONGEST_FRACTION + 1;
    if (!isFraction || end === point + 1 || pastDigits(bytes, point + 1, end) < end) return Number.NaN;
    ms = fractionIn(bytes, point + 1, end);
  }
  return timeOfMinute(bytes, message, offset, line, day) + ms;
}

/** The minute read last, `23/Nov/2026:06:39`. */
const minute = { stamp: new Fours(), start: Number.NaN, clock: undefined as Clock | undefined };

/** The time of `23/Nov/2026:06:39:04` at `day`: one of the minute read last costs its seconds. */
function timeOfMinute(bytes: Uint8Array, message: string, offset: number, line: Line, day: number): number {
  const { clock, codes } = line;
  const seconds = secondsIn(bytes, day + MINUTE_WIDTH);
  if (seconds >= 0 && minute.stamp.stands(codes.view, day, codes.length) && minute.clock === clock)
    return minute.start + seconds;
  if (find(bytes, SPACE, day, day + TIME_WIDTH) < day + TIME_WIDTH) return Number.NaN;
  const time = clock.local(days.of(bytes, day, message, day - offset) + timeOfDay(bytes, day + 12));
  if (seconds < 0 || Number.isNaN(time)) return time;
  minute.stamp.learn(codes.view, day, MINUTE_WIDTH);
  minute.start = time - seconds;
  minute.clock = clock;
  return time;
}
