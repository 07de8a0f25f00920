import type { Fields, FieldValue } from '../event/index.js';
import { addressesOf } from './client-list.js';
import type { Enrichment } from './enrich/enrichment.js';
import { communityId } from './community-id.js';
import { GEO } from './enrich/geo.js';
import { DOMAINS } from './enrich/public-suffix.js';
import { USER_AGENT } from './enrich/user-agent.js';
import { percentDecoded } from './text/percent.js';
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
  ...DOMAINS,
  { field: 'nginx.access.remote_ip_list', compute: (fields) => addressesOf(fields, 'nginx.access') },
  { field: 'apache.access.remote_addresses', compute: (fields) => addressesOf(fields, 'apache.access') },
  ...Object.keys(RELATED).map((field) => ({ field, compute: (fields: Fields) => gathered(fields, field) })),
];

/** The derived fields asked for; the operator's own data come before what is built in (a city database knows more). */
export function derivedOf(asked: ReadonlySet<string> | 'all', enrichment?: Enrichment): readonly Derived[] {
  const own = enrichment?.derived(asked) ?? [];
  return [...own, ...(asked === 'all' ? DERIVED : DERIVED.filter((derived) => asked.has(derived.field)))];
}

/**
 * Computes what the event has not. Sets nothing where there is nothing: most events have no URL, and a new property costs
 * each of them its shape.
 */
export function derive(fields: Fields, derived: readonly Derived[]): void {
  for (const { field, compute } of derived) {
    if (fields[field] !== undefined) continue;
    const value = compute(fields);
    if (value !== undefined) fields[field] = value;
  }
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
  return percentDecoded(percentDecoded(spaced));
}
