import { detach, type Fields, type FieldValue } from '../event/index.js';
import { isIPv4, validIp, wholeNumber } from './text/scan.js';
import { timeOf } from './json/json.js';
import type { Line } from './line.js';
import { Made, Names } from './text/names.js';

/** Where a value may stand in a flattened document: a dotted name, or several, the best first. */
export type From = string | readonly string[];

/** Turns a value of a document into one of an ECS field; undefined where it is none. Never throws. */
export type Convert = (value: FieldValue) => FieldValue | undefined;

/** Whether a value says something: null, the empty text and `-` do not. */
export function says(value: FieldValue | undefined): value is FieldValue {
  return value !== undefined && value !== null && value !== '' && value !== '-';
}

/** The first value that says something, of flattened fields; only own fields are looked at. */
export function valueOf(raw: Fields, from: From): FieldValue | undefined {
  if (typeof from === 'string') return ownValue(raw, from);
  for (const key of from) {
    const value = ownValue(raw, key);
    if (value !== undefined) return value;
  }
  return undefined;
}

function ownValue(raw: Fields, key: string): FieldValue | undefined {
  const value = raw[key];
  if (!says(value)) return undefined;
  // What every object inherits is a function or an object: a text or a number is the document's own.
  return typeof value === 'string' || typeof value === 'number' || Object.hasOwn(raw, key) ? value : undefined;
}

/** As `valueOf`, as a text: numbers and truth values are written out, of an array the first member is taken. */
export function stringOf(raw: Fields, from: From): string | undefined {
  const value = valueOf(raw, from);
  return value === undefined ? undefined : (text(value) as string | undefined);
}

/** As `stringOf`, of a value that was looked up by a name written out: looking up one that a variable holds costs several times that. */
export function stringIn(value: FieldValue | undefined): string | undefined {
  if (typeof value === 'string') return value === '' || value === '-' ? undefined : value;
  return value === undefined ? undefined : (text(value) as string | undefined);
}

/** As `valueOf`, as a number: digits in a text count. */
export function numberOf(raw: Fields, from: From): number | undefined {
  const value = valueOf(raw, from);
  return value === undefined ? undefined : (number(value) as number | undefined);
}

/** The first of `from` that holds a time, epoch ms; NaN where none does. */
export function timeIn(raw: Fields, from: readonly string[], line: Line): number {
  for (const key of from) {
    const time = timeOfValue(valueOf(raw, key), line);
    if (!Number.isNaN(time)) return time;
  }
  return Number.NaN;
}

/** A value as a time, epoch ms: what `timeOf` reads, and rarer forms; NaN for anything else. */
export function timeOfValue(value: FieldValue | undefined, line: Line): number {
  const time = timeOf(value, line.clock, line.receiveTime);
  return Number.isNaN(time) && typeof value === 'string' ? rareTime(value, line) : time;
}

/** `Mon Nov 23 06:39:04 2026`, and `23/Nov/2026:06:39:04.123456 +0000`. */
function rareTime(value: string, line: Line): number {
  if (value.length > 64) return Number.NaN;
  const ctime = line.clock.ctime(value, 0);
  if (!Number.isNaN(ctime)) return ctime;
  const fraction = /:\d\d\.(\d{1,9}) /.exec(value)?.[1];
  if (fraction === undefined) return line.clock.clf(value, 0);
  return line.clock.clf(value.replace(`.${fraction} `, ' '), 0) + Number(fraction.slice(0, 3).padEnd(3, '0'));
}

/** Converts: a text of any scalar; of an array its first. */
export const text: Convert = (value) => {
  const first: unknown = Array.isArray(value) ? (value as readonly FieldValue[])[0] : value;
  if (typeof first === 'string') return says(first) ? first : undefined;
  return typeof first === 'number' || typeof first === 'boolean' ? String(first) : undefined;
};

/** Converts: texts, always as an array. */
export const texts: Convert = (value) => {
  const all = (Array.isArray(value) ? (value as readonly FieldValue[]) : [value])
    .map(text)
    .filter((item) => item !== undefined);
  return all.length === 0 ? undefined : all;
};

/** Converts: a number, or a text that is one (decimal, or hexadecimal behind `0x`). */
export const number: Convert = (value) => {
  const first: unknown = Array.isArray(value) ? (value as readonly FieldValue[])[0] : value;
  if (typeof first === 'number') return first;
  if (typeof first !== 'string' || first.length > 24) return undefined;
  return /^(?:-?\d{1,15}(?:\.\d{1,9})?|0x[0-9a-f]{1,12})$/i.test(first) ? Number(first) : undefined;
};

/** Converts: a whole number; undefined for anything else. */
export const whole: Convert = (value) => {
  const found = number(value);
  return typeof found === 'number' && Number.isInteger(found) ? found : undefined;
};

/** Converts: an address without brackets, zone or port; `::ffff:192.0.2.1` is the IPv4 address it carries. */
export const ip: Convert = (value) => {
  if (typeof value === 'string' && isIPv4(value)) return value;
  const found = text(value);
  if (typeof found !== 'string') return undefined;
  const bare = validIp(found.startsWith('/') ? found.slice(1) : found);
  if (bare !== undefined) return bare;
  const colon = found.lastIndexOf(':');
  return colon > 0 ? validIp(found.slice(0, colon)) : undefined;
};

/** Converts: an address as `ip` reads it, else the text as it is (a name, a socket). */
export const address: Convert = (value) => ip(value) ?? text(value);

/** Converts: the port behind the last colon of `address:port`. */
export const portBehind: Convert = (value) => {
  const found = text(value);
  if (typeof found !== 'string') return undefined;
  const colon = found.lastIndexOf(':');
  const host = found.slice(0, colon);
  return isIPv4(host) || host.endsWith(']') ? wholeNumber(found.slice(colon + 1)) : undefined;
};

/** Converts: a text in lower case. */
export const lower: Convert = (value) => {
  const found = text(value);
  return typeof found === 'string' ? found.toLowerCase() : undefined;
};

/** Converts: a span in seconds to nanoseconds, as `event.duration` wants it. */
export const seconds: Convert = (value) => scaled(value, 1e9);

/** Converts: a span in milliseconds to nanoseconds. */
export const milliseconds: Convert = (value) => scaled(value, 1e6);

function scaled(value: FieldValue, by: number): number | undefined {
  const found = number(value);
  return typeof found === 'number' ? Math.round(found * by) : undefined;
}

/** The minute of the last time that `isoTime` read in UTC: another of the same minute needs no calendar. */
let minute = '?';
const OF_MINUTE = /^.{17}[0-5]\d(?:\.(\d{3})\d*)?(?:Z|\+00:?00)$/;
/** Days, and times without a zone, come again: certificates have them. */
const DATES = new Made(isoTimeSlowly);
const DATE = /T00:00:00|[T ][\d:.]+$/;

/** Converts: a time of any usual form with a zone, as ISO 8601 in UTC. */
export const isoTime: Convert = (value) => {
  const found = text(value);
  if (typeof found !== 'string') return undefined;
  const near = found.startsWith(minute) ? OF_MINUTE.exec(found) : null;
  if (near !== null) return `${found.slice(0, 19)}.${near[1] ?? '000'}Z`;
  if (found.length < 64 && DATE.test(found)) return DATES.of(found);
  const time = isoTimeSlowly(found);
  // Read in UTC, with nothing turned over.
  if (time?.startsWith(found.slice(0, 17)) === true) minute = detach(found.slice(0, 17));
  return time;
};

function isoTimeSlowly(found: string): string | undefined {
  const zoned = found.replace(/([+-]\d\d)(\d\d)$/, '$1:$2');
  const time = /^\d{4}-\d\d-\d\dT/.test(zoned)
    ? Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(zoned) ? zoned : `${zoned}Z`)
    : NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** Converts: `HTTP/1.1` to `1.1`. */
export const httpVersion: Convert = (value) => {
  const found = text(value);
  return typeof found === 'string' ? VERSIONS.of(found) : undefined;
};

const VERSIONS = new Names((found) => (/^http\//i.test(found) ? found.slice(5) : found));

/** `callerIpAddress`, `userAgent`, `ARNRole` → `caller_ip_address`, `user_agent`, `arn_role`, part by part. */
export function snake(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replace(/[ -]+/g, '_')
    .toLowerCase();
}
