import { detach } from '../../event/index.js';
import { zoneOffset } from './dates.js';

const MINUTE = 60_000;
const LIMIT = 1000;
const LONGEST = 64;
const known = new Map<string, string | undefined>();

/**
 * The zone that a shipper tells (`event.timezone`: `+09:00`, `JST`, `Asia/Tokyo`) as `Clock` names zones; undefined where it is
 * none. Costs a look-up; what was asked once is remembered, within bounds.
 */
export function zoneNamed(text: string): string | undefined {
  if (text.length > LONGEST) return undefined;
  if (known.has(text)) return known.get(text);
  const offset = offsetNamed(text);
  const name = offset === undefined ? region(text) : offset === 'Z' ? 'UTC' : `UTC${offset}`;
  if (known.size >= LIMIT) known.clear();
  known.set(detach(text), name);
  return name;
}

/** `+0900`, `+09:00` or an abbreviation of a zone as ISO 8601 writes it: `+09:00`, `Z`; undefined for anything else. */
export function offsetNamed(text: string): string | undefined {
  if (/^[+-](?:0\d|1[0-4]):?[0-5]\d$/.test(text)) return `${text.slice(0, 3)}:${text.slice(-2)}`;
  const offset = zoneOffset(text);
  if (offset === undefined || offset === 0) return offset === 0 ? 'Z' : undefined;
  const minutes = Math.abs(offset) / MINUTE;
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function region(text: string): string | undefined {
  if (!/^[A-Z][\w+-]{1,31}(?:\/[\w+-]{1,31}){0,2}$/.test(text)) return undefined;
  try {
    // Its one proper name: any case will do, and each name costs a clock.
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
