import type { Fields } from '../../../event/index.js';
import { decimal, forwarded } from '../../capture.js';
import type { Line } from '../../line.js';
import { decimalIn, find, numberIn, timeOfDay } from '../../text/codes.js';
import { Recent } from '../../text/fours.js';
import { percentDecoded } from '../../text/percent.js';
import { validIp } from '../../text/scan.js';
import { DayMemo } from '../../time/dates.js';
import { secondsIn } from '../../time/minute.js';
import { Clock } from '../../time/time.js';
import { setTarget } from './url-fields.js';

/** Categories of a line. */
export const WEB: readonly string[] = ['web'];
/** Categories of a line that tells both ends of its connection. */
export const WEB_NETWORK: readonly string[] = ['web', 'network'];
/** The type of such a line. */
export const CONNECTION: readonly string[] = ['connection'];

/** The data set of the lines below a header: HTTP.sys's own errors tell a reason. */
export function datasetOf(names: readonly string[]): 'iis.access' | 'iis.error' {
  return names.includes('s-reason') ? 'iis.error' : 'iis.access';
}

/** Columns whose text fields have as it is written. Source: Microsoft, "W3C Extended Log File Format"; Elastic's iis module. */
export const TEXT_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  's-computername': ['iis.access.server_name'],
  's-sitename': ['iis.access.site_name'],
  'cs(cookie)': ['iis.access.cookie'],
  'cs(referer)': ['http.request.referrer'],
  'cs-host': ['destination.domain', 'url.domain'],
  's-reason': ['iis.error.reason_phrase'],
  's-queuename': ['iis.error.queue_name'],
  's-siteid': ['iis.error.site_id'],
};

/** Columns whose number a field has. */
export const NUMBER_COLUMNS: Readonly<Record<string, string>> = {
  's-port': 'destination.port',
  'c-port': 'source.port',
  'sc-substatus': 'iis.access.sub_status',
  'sc-win32-status': 'iis.access.win32_status',
  'sc-bytes': 'http.response.body.bytes',
  'cs-bytes': 'http.request.body.bytes',
};

/** Columns whose values are long as a rule: the engine's own search costs as much as a look at some fifteen bytes. */
export const LONG_COLUMNS: ReadonlySet<string> = new Set([
  'cs(user-agent)',
  'cs(cookie)',
  'cs(referer)',
  'x-forwarded-for',
  'cs(x-forwarded-for)',
]);

/** A table with something else made of each row. */
export function mapped<From, To>(
  rows: Readonly<Record<string, From>>,
  make: (row: From, name: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, make(row, name)]));
}

const OPEN = 91;
// An address that a wiki or a mail program made a link.
const LINKED = /^\[([0-9a-fA-F.:]{2,45})\]\(http:\/\/[0-9a-fA-F.:[\]]{2,47}\)$/;

/** An address without the link that it was made. */
export function unlinked(address: string): string {
  return address.charCodeAt(0) === OPEN ? (LINKED.exec(address)?.[1] ?? address) : address;
}

/** The server's address, which is that of the lines before as a rule. */
export const servers = new Recent((text) => {
  const address = unlinked(text);
  return { address, ip: validIp(address) };
});

/** The domain of an account's name: `DOMAIN\\name`, `name@domain`, and both at once, whose second domain counts. */
export function domainOf(name: string): string | undefined {
  const slash = name.indexOf('\\');
  const at = name.indexOf('@', slash + 1);
  if (at > slash + 1) return name.slice(at + 1);
  return slash > 0 ? name.slice(0, slash) : undefined;
}

/** The version behind `HTTP/`; undefined where there is none. */
export function versionIn(value: string): string | undefined {
  return value.startsWith('HTTP/') ? value.slice(5) : undefined;
}

/** The client's own word of where it comes from. */
export function forwardedIn(value: string): string | undefined {
  const found: Fields = {};
  forwarded(found, value);
  return found['network.forwarded_ip'] as string | undefined;
}

/** A value whose spaces IIS writes as `+`; percent-escapes are the client's own and decoded where they are sound. */
function spaced(value: string): string {
  return percentDecoded(value.includes('+') ? value.replaceAll('+', ' ') : value);
}

/** Agents, their spaces put back. */
export const agents = new Recent(spaced, { longest: 256, slots: 256 });

/** A piece as a number; undefined where it is none. */
export function numberAt(text: string, bytes: Uint8Array, start: number, end: number): number | undefined {
  return numberIn(bytes, start, end) ?? decimalIn(bytes, start, end) ?? decimal(text.slice(start, end));
}

/** A piece's milliseconds in nanoseconds; undefined where it is no number. */
export function durationAt(text: string, bytes: Uint8Array, start: number, end: number): number | undefined {
  const ms = numberAt(text, bytes, start, end);
  return ms === undefined ? undefined : Math.round(ms * 1_000_000);
}

/** The target of a request with these two columns (neither is empty, the path is none of `-`): `url.*`, decoded. */
export function targetOf(stem: string, query: string): Fields {
  const found: Fields = {};
  setTarget(found, stem);
  if (query !== '-') found['url.query'] = spaced(query);
  found['url.original'] = query === '-' ? stem : `${stem}?${query}`;
  return found;
}

/** Characters of a day. */
export const DAY_WIDTH = 10;
const TIME_WIDTH = 8;
const SPACE = 32;
/** Behind a date, a space and a minute. */
const SECONDS_AT = 16;
const utc = new Clock('UTC');
/** Midnights of days. */
const days = new DayMemo(DAY_WIDTH, (text, at) => utc.iso(`${text.slice(at, at + DAY_WIDTH)} 00:00:00Z`, 0));

/**
 * The time of a day and a time of day that stand there, one behind the other as a rule: one of the minute read last costs its
 * seconds. NaN where they are none, or have a space inside.
 */
export function timeAt(text: string, { codes, clock, w3c }: Line, date: number, start: number): number {
  const { bytes } = codes;
  const seconds = start === date + DAY_WIDTH + 1 ? secondsIn(bytes, date + SECONDS_AT) : -1;
  if (seconds >= 0 && w3c.stands(codes, date, clock)) return w3c.start + seconds;
  // A digit may be a space elsewhere; here it would part columns.
  if (find(bytes, SPACE, date, date + DAY_WIDTH) < date + DAY_WIDTH) return Number.NaN;
  if (find(bytes, SPACE, start, start + TIME_WIDTH) < start + TIME_WIDTH) return Number.NaN;
  const time = days.of(bytes, date, text, date) + timeOfDay(bytes, start);
  if (seconds >= 0 && !Number.isNaN(time)) w3c.learn(codes, date, clock, time, seconds);
  return time;
}
