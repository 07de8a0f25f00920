import { epoch, monthAt } from './calendar.js';
import type { Clock } from './time.js';
import { offsetNamed } from './zone-name.js';

const EPOCH = /^\d{9,19}(?:\.\d{1,9})?$/;
/** A zone behind a time that had none: ` UTC`, ` CET`, ` +01:00`. */
const ZONE = /^ ?([A-Z]{1,5}|[+-]\d\d:?\d\d)$/;
const TOLD = /(?:Z|[+-]\d\d:?\d\d)$/i;
const DAY = /^(\d{4})[-/](\d\d)[-/](\d\d)[Tt ]/;
const LONGEST = 64;

/**
 * A time of any form of `Clock`, or a rarer one, alone in its text; NaN where it is none. A zone may stand behind it. The usual
 * forms cost what `Clock` does.
 */
export function anyTime(clock: Clock, text: string, receiveTime: number): number {
  let time = clock.iso(text, 0);
  if (Number.isNaN(time)) time = clock.clf(text, 0);
  if (Number.isNaN(time)) time = clock.slashed(text, 0);
  if (Number.isNaN(time)) time = clock.bsd(text, 0, receiveTime);
  if (!Number.isNaN(time)) return clock.end >= text.length ? time : zoned(clock, text, time);
  if (EPOCH.test(text)) return epoch(Number(text));
  return text.length > LONGEST ? Number.NaN : rareTime(clock, text);
}

/** A time that was read up to `clock.end`, of the zone behind it, if there is one and the time has none itself. */
function zoned(clock: Clock, text: string, time: number): number {
  const head = text.slice(0, clock.end);
  const name = text.length - head.length > 8 ? undefined : ZONE.exec(text.slice(head.length))?.[1];
  const offset = name === undefined || TOLD.test(head) ? undefined : offsetNamed(name);
  if (offset === undefined) return time;
  const found = clock.iso(head.replace(DAY, '$1-$2-$3T') + offset, 0);
  return Number.isNaN(found) ? time : found;
}

const REST = String.raw`(?<f>[.,]\d{1,9})?(?: ?(?<z>[A-Z]{1,5}|[+-]\d\d:?\d\d))?`;
const CLOCK = String.raw`(?<h>\d{1,2}):(?<n>\d\d)(?::(?<s>\d\d))?`;

/** Forms that few logs write. Sources: ISO 8601 (basic), RFC 5322, RFC 9110, date(1), Java's and .NET's own forms. */
const FORMS: readonly RegExp[] = [
  /^(?<y>\d{4})(?<m>\d\d)(?<d>\d\d)T(?<h>\d\d)(?<n>\d\d)(?<s>\d\d)(?<f>[.,]\d{1,9})?(?<z>Z|[+-]\d\d:?\d\d)?$/,
  new RegExp(String.raw`^(?<y>\d{4})-(?<m>\d\d)-(?<d>\d\d)[T ]${CLOCK}${REST}$`),
  new RegExp(String.raw`^(?:[A-Z][a-z]{2},? )?(?<d>\d{1,2})[ -](?<m>[A-Z][a-z]{2})[ -](?<y>\d{4}) ${CLOCK}${REST}$`),
  new RegExp(String.raw`^[A-Z][a-z]{2} (?<m>[A-Z][a-z]{2}) +(?<d>\d{1,2}) ${CLOCK}${REST} (?<y>\d{4})$`),
  new RegExp(
    String.raw`^(?<m>[A-Z][a-z]{2})[a-z]{0,6} (?<d>\d{1,2}), (?<y>\d{4}),? ${CLOCK}(?<f>[.,]\d{1,9})?(?: (?<half>[AP]M))?$`,
  ),
  new RegExp(String.raw`^(?<d>\d{1,2})\.(?<m>\d{1,2})\.(?<y>\d{4}),? ${CLOCK}${REST}$`),
];

function rareTime(clock: Clock, text: string): number {
  const ms = /^\/Date\((-?\d{1,16})(?:[+-]\d{4})?\)\/$/.exec(text)?.[1];
  if (ms !== undefined) return Number(ms);
  for (const form of FORMS) {
    const found = form.exec(text)?.groups;
    if (found !== undefined) return clock.iso(isoOf(found), 0);
  }
  return Number.NaN;
}

/** The parts of a time as ISO 8601 writes them; what they can't be makes it none. */
function isoOf({ y, m = '', d, h, n, s = '00', f = '', z, half }: Readonly<Record<string, string>>): string {
  const month = /^\d/.test(m) ? m : String(monthAt(m, 0));
  const hour = half === undefined ? h : String((Number(h) % 12) + (half === 'PM' ? 12 : 0));
  const [mm, dd, hh] = [month, d, hour].map((part = '') => part.padStart(2, '0'));
  const offset = z === undefined ? '' : (offsetNamed(z) ?? 'unknown');
  return offset === 'unknown' ? '' : `${y ?? ''}-${mm ?? ''}-${dd ?? ''}T${hh ?? ''}:${n ?? ''}:${s}${f}${offset}`;
}
