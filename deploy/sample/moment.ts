const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** One second in milliseconds; every time of the story is in milliseconds since 1970, UTC. */
export const SECOND = 1_000;
/** One minute in milliseconds. */
export const MINUTE = 60 * SECOND;
/** One hour in milliseconds. */
export const HOUR = 60 * MINUTE;

/** Reads an ISO 8601 time with its zone; throws on anything else, because a wrong time in the story is a bug. */
export function at(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new Error(`at: not a time: ${text}`);
  return time;
}

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`);
const clock = (date: Date): string =>
  `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
const month = (date: Date): string => MONTHS[date.getUTCMonth()] ?? 'Jan';
const shifted = (time: number, offsetHours: number): Date => new Date(time + offsetHours * HOUR);

/** nginx `$time_local`: `10/Mar/2026:09:00:00 +0900`. */
export function nginxTime(time: number, offsetHours: number): string {
  const date = shifted(time, offsetHours);
  const zone = `${offsetHours < 0 ? '-' : '+'}${two(Math.abs(offsetHours))}00`;
  return `${two(date.getUTCDate())}/${month(date)}/${date.getUTCFullYear()}:${clock(date)} ${zone}`;
}

/** The stamp of nginx's error log, local and without a zone: `2026/03/10 09:00:00`. */
export function errorTime(time: number, offsetHours: number): string {
  const date = shifted(time, offsetHours);
  return `${date.getUTCFullYear()}/${two(date.getUTCMonth() + 1)}/${two(date.getUTCDate())} ${clock(date)}`;
}

/** The stamp of RFC 3164, local, without year and zone, the day padded with a blank: `Mar  9 09:00:00`. */
export function bsdTime(time: number, offsetHours: number): string {
  const date = shifted(time, offsetHours);
  return `${month(date)} ${`${date.getUTCDate()}`.padStart(2)} ${clock(date)}`;
}

/** rsyslog's default stamp on Debian 12 (RFC 3339 in microseconds), in UTC: `2026-03-10T09:00:00.123456+00:00`. */
export function rsyslogTime(time: number): string {
  const micros = `${(Math.floor(time / 1_000) * 7 + (time % 1_000) * 919) % 1_000}`.padStart(3, '0');
  return `${new Date(time).toISOString().slice(0, -1)}${micros}+00:00`;
}
