import { zoneOffset } from './dates.js';
import type { Line } from '../line.js';
import { Clock, type DateParts, monthAt } from './time.js';

const COLON = 58;
const SPACE = 32;

/** Whether what stands at `at`, behind a time, may be a zone or a year rather than a host: a cheap look. */
export function mayGoOn(bytes: Uint8Array, at: number): boolean {
  const first = bytes[at] as number;
  if (first > 90) return false;
  if (first >= 65 || first === 43 || first === 45) return true;
  const behind = bytes[at + 4];
  return behind === SPACE || behind === COLON;
}

/** A time, epoch ms, and the index behind it and its space. */
export interface HeadTime {
  readonly time: number;
  readonly end: number;
}

const ZONE = String.raw`(?:TZ|UTC|GMT)?[+-]\d{1,2}(?::?\d\d)?|[A-Z]{1,5}`;
const STAMP = new RegExp(
  String.raw`^((?:(\d{4}) )?([A-Za-z]{3}) ( ?\d{1,2}) (?:(\d{4}) )?(\d\d:\d\d:\d\d(?:[.,]\d{1,9})?):? )(?:(\d{4}|${ZONE}):? )?`,
);
type Groups = readonly [
  whole: string,
  head: string,
  before: string | undefined,
  month: string,
  day: string,
  behindDay: string | undefined,
  clock: string,
  behind: string | undefined,
];
/** What stands behind a host's name, never behind a year or a zone: the tag of a line whose host is called like one. */
const TAG = /^[^ :[]{1,96}(?:\[\d{1,9}\])?:(?: |$)/;
const LONGEST = 64;
const TAG_LENGTH = 120;

/**
 * A syslog time with more than RFC 3164 has: a year before it (syslog-ng's FULLDATE), behind the day or behind the time, or a
 * zone (`JST`, `+0900`, `UTC+9`, `TZ-6`); a colon may end it, as routers write it. Undefined where it has none of them.
 *
 * Where a tag follows at once, the year or zone is the name of a host. Source: RFC 3164, sections 4.3.2 and 5.4 (the
 * example of 1990), which asks readers to be liberal.
 */
export function fullerTime(text: string, at: number, line: Line): HeadTime | undefined {
  const found = STAMP.exec(text.slice(at, at + LONGEST));
  if (found === null) return undefined;
  const [whole, head, before, month, day, behindDay, clock, behind] = found as unknown as Groups;
  const isHost = !whole.endsWith(': ') && TAG.test(text.slice(at + whole.length, at + whole.length + TAG_LENGTH));
  const more = isHost ? {} : yearOrZone(behind);
  const year = before ?? behindDay ?? more.year;
  if (year === undefined && more.zone === undefined) return undefined;
  const date = { year: year === undefined ? undefined : Number(year), month: monthAt(month, 0), day: Number(day) };
  const time = timeIn(more.zone, line, clock, date);
  const isTaken = more.zone !== undefined || more.year !== undefined;
  return Number.isNaN(time) ? undefined : { time, end: at + (isTaken ? whole : head).length };
}

/** A time of day on a date, in a zone so many ms east of UTC, or the source's. */
function timeIn(zone: number | undefined, line: Line, clock: string, date: DateParts): number {
  if (zone === undefined) return line.clock.parts(clock, 0, date, line.receiveTime);
  return UTC.parts(clock, 0, date, line.receiveTime + zone) - zone;
}

/** What a word behind a time is, where it is a year or a known zone. */
function yearOrZone(word = ''): { readonly year?: string; readonly zone?: number | undefined } {
  return /^\d{4}$/.test(word) ? { year: word } : { zone: offsetOf(word) };
}

const UTC = new Clock('UTC');

/** Milliseconds east of UTC. `TZ-6` and `UTC+9` are hours; so are signs alone. */
function offsetOf(name: string): number | undefined {
  const signed = /^(?:TZ|UTC|GMT)?([+-])(\d{1,2}):?(\d\d)?$/.exec(name);
  if (signed === null) return zoneOffset(name);
  const minutes = Number(signed[2]) * 60 + Number(signed[3] ?? 0);
  return (signed[1] === '-' ? -minutes : minutes) * 60_000;
}
