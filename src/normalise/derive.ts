import type { Fields, FieldValue } from '../event/index.js';
import { communityId } from './community-id.js';
import { GEO } from './enrich/geo.js';
import { USER_AGENT } from './enrich/user-agent.js';
import { gathered, RELATED } from './related.js';

/** A field computed from others of the same event: only where a loaded rule reads it, because it costs. */
export interface Derived {
  readonly field: string;
  /** Linear; undefined where the event has nothing to compute it from. */
  readonly compute: (fields: Fields) => FieldValue | undefined;
}

/** Every derived field. */
export const DERIVED: readonly Derived[] = [
  { field: 'sekisho.url.decoded', compute: (fields) => decodedUrl(fields['url.original']) },
  { field: 'network.community_id', compute: communityId },
  ...USER_AGENT,
  ...GEO,
  ...Object.keys(RELATED).map((field) => ({ field, compute: (fields: Fields) => gathered(fields, field) })),
];

/** The derived fields asked for. */
export function derivedOf(asked: ReadonlySet<string> | 'all'): readonly Derived[] {
  return asked === 'all' ? DERIVED : DERIVED.filter((derived) => asked.has(derived.field));
}

function decodedUrl(original: Fields[string]): string | undefined {
  return typeof original === 'string' ? decodeUrl(original) : undefined;
}

/**
 * A URL with `+` as space and percent-decoding done twice, because attackers encode twice. Sequences that are no valid
 * UTF-8 stay as they are, without keeping what stands beside them from being decoded. A URL without `%` and `+` is
 * returned itself. Never throws; linear.
 */
export function decodeUrl(url: string): string {
  const spaced = url.includes('+') ? url.replaceAll('+', ' ') : url;
  return spaced.includes('%') ? decodeOnce(decodeOnce(spaced)) : spaced;
}

// An ASCII byte by itself; a lead byte with as many continuation bytes as it asks for (RFC 3629, section 4).
const ESCAPED =
  /%[0-7][0-9a-f]|%(?:c[2-9a-f]|d[0-9a-f])%[89ab][0-9a-f]|%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-4](?:%[89ab][0-9a-f]){3}/gi;

function decodeOnce(text: string): string {
  return text.replace(ESCAPED, (escaped) => {
    if (escaped.length === 3) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    const decoded = Buffer.from(escaped.replaceAll('%', ''), 'hex').toString('utf8');
    return decoded.includes('\ufffd') && escaped.toLowerCase() !== '%ef%bf%bd' ? escaped : decoded;
  });
}
