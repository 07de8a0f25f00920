import type { Line } from '../line.js';
import { DAY } from './calendar.js';

/** A time of day may be this much later than the clock of whoever received it, ms. */
const SLACK = 5 * 60_000;

/**
 * The time of a line that tells only its time of day, `06:39:04.123`, in the source's zone: the latest one that is not after the
 * receive time, so that a line of 23:59 received after midnight is of the day before. NaN where no time of day stands there.
 */
export function latestOf(text: string, { clock, receiveTime }: Line): number {
  for (let day = 1; day >= -1; day--) {
    const date = new Date(receiveTime + day * DAY).toISOString().slice(0, 10);
    const time = clock.iso(`${date}T${text}`, 0);
    if (Number.isNaN(time) || time <= receiveTime + SLACK) return time;
  }
  return Number.NaN;
}
