import type { Line } from '../line.js';
import { DAY } from './calendar.js';

/** A time of day may be this much later than the clock of whoever received it, ms. */
const SLACK = 5 * 60_000;

/**
 * The time of a line that tells only its time of day, `06:39:04.123`, in the source's zone: the latest one that is not after the
 * head before it, else what it lay in, else the receive time, so that a line of 23:59 received after midnight is of the day
 * before. NaN where no time of day stands there.
 */
export function latestOf(text: string, { clock, time, outerTime, receiveTime }: Line): number {
  const told = Number.isNaN(time) ? outerTime : time;
  const known = Number.isNaN(told) ? receiveTime : told;
  // West of Greenwich the day before may be two before that of the known time in UTC.
  for (let day = 1; day >= -2; day--) {
    const date = new Date(known + day * DAY).toISOString().slice(0, 10);
    const latest = clock.iso(`${date}T${text}`, 0);
    if (Number.isNaN(latest) || latest <= known + SLACK) return latest;
  }
  return Number.NaN;
}
