import type { AlertDocument, FieldValue, Fields } from '../event/index.js';
import type { Derived } from '../normalise/derive.js';
import type { Enrichment } from '../normalise/enrich/enrichment.js';
import { GEO } from '../normalise/enrich/geo.js';
import { USER_AGENT } from '../normalise/enrich/user-agent.js';

type Tree = { [key: string]: FieldValue };

/** Fields of an alert that enrichment reads. */
const READ = ['source.ip', 'destination.ip', 'user.name', 'host.name', 'url.domain', 'user_agent.original'];
/** What alerts show of the operator's own data. */
const SHOWN = ['sekisho.lists', 'sekisho.asset.role', 'sekisho.asset.criticality'];
const BUILT_IN = [...GEO, ...USER_AGENT];

/**
 * Adds to alerts what is known of the one address, user, host and user agent that they name: country and network, lists,
 * asset, the agent's names. What an alert says already stays, and of several addresses nothing is said.
 */
export class AlertEnricher {
  readonly #derived: readonly Derived[];

  constructor(enrichment: Enrichment | undefined) {
    const own = enrichment?.derived('all') ?? [];
    const isShown = ({ field }: Derived): boolean => /\.(?:geo|as)\./.test(field) || SHOWN.includes(field);
    this.#derived = [...own.filter(isShown), ...BUILT_IN];
  }

  /** The alert with what is known. Costs some microseconds for an address and agent seen before. */
  enriched(alert: AlertDocument): AlertDocument {
    const fields: Fields = {};
    for (const name of READ) {
      const value = valueAt(alert.document, name);
      if (typeof value === 'string') fields[name] = value;
    }
    const document: Tree = structuredClone(alert.document);
    let isChanged = false;
    for (const { field, compute } of this.#derived) {
      const value = compute(fields);
      if (value !== undefined && setAt(document, field, value)) isChanged = true;
    }
    return isChanged ? { ...alert, document } : alert;
  }
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
