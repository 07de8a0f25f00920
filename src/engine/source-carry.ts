import type { FieldValue, Fields } from '../event/index.js';
import type { Carried } from '../normalise/carry.js';

/**
 * What is committed with a source's position: the reader's own carry (JSON, an object) and what the normaliser carries
 * (`log`), as one text; null: neither.
 */
export function joinCarries(reader: string | null, carried: Carried | undefined): string | null {
  if (carried === undefined) return reader;
  const own = reader === null ? {} : (JSON.parse(reader) as object);
  return JSON.stringify({ ...own, log: carried });
}

/** The normaliser's part of a committed carry; empty where there is none, or it is not of this form. Never throws. */
export function carriedIn(carry: string | null | undefined): Carried {
  try {
    const { log } = JSON.parse(carry ?? '{}') as { readonly log?: { readonly [key: string]: unknown } };
    const headers = Object.entries(log?.['headers'] ?? {}).filter(isHeader);
    const audits = Array.isArray(log?.['audits']) ? log['audits'].filter(isAudit) : [];
    return { headers: Object.fromEntries(headers), audits };
  } catch {
    return {};
  }
}

function isHeader(entry: [string, unknown]): entry is [string, readonly string[]] {
  return Array.isArray(entry[1]) && entry[1].every((value) => typeof value === 'string');
}

function isAudit(entry: unknown): entry is readonly [string, Fields] {
  if (!Array.isArray(entry) || typeof entry[0] !== 'string') return false;
  const known: unknown = entry[1];
  return typeof known === 'object' && known !== null && Object.values(known).every(isScalar);
}

function isScalar(value: unknown): value is FieldValue {
  return typeof value === 'string' || typeof value === 'number';
}
