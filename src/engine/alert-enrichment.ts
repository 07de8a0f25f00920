import type { AlertDocument, FieldValue, Fields } from '../event/index.js';
import { GEO } from '../normalise/enrich/geo.js';
import { USER_AGENT } from '../normalise/enrich/user-agent.js';

type Tree = { [key: string]: FieldValue };

/** Fields of an alert that enrichment reads. */
const READ = ['source.ip', 'destination.ip', 'user_agent.original'];
const ENRICHED = [...GEO, ...USER_AGENT];

/**
 * The alert with the country of its addresses and the names of its user agent, where it names just one of each. What
 * the alert says already stays. Costs some microseconds for an address or agent seen before.
 */
export function enrichedAlert(alert: AlertDocument): AlertDocument {
  const fields: Fields = {};
  for (const name of READ) {
    const value = valueAt(alert.document, name);
    if (typeof value === 'string') fields[name] = value;
  }
  const document: Tree = structuredClone(alert.document);
  let isChanged = false;
  for (const { field, compute } of ENRICHED) {
    const value = compute(fields);
    if (value !== undefined && setAt(document, field, value)) isChanged = true;
  }
  return isChanged ? { ...alert, document } : alert;
}

function valueAt(document: AlertDocument['document'], name: string): unknown {
  let node: unknown = document;
  for (const key of name.split('.')) node = typeof node === 'object' && node !== null ? (node as Tree)[key] : undefined;
  return node;
}

function setAt(document: Tree, name: string, value: FieldValue): boolean {
  const keys = name.split('.');
  const last = keys.pop() as string;
  let node = document;
  for (const key of keys) {
    const next = (node[key] ??= {});
    if (typeof next !== 'object' || next === null || Array.isArray(next)) return false;
    node = next as Tree;
  }
  if (node[last] !== undefined) return false;
  node[last] = value;
  return true;
}
