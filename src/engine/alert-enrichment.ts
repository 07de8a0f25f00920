import type { AlertDocument, FieldValue, Fields } from '../event/index.js';
import type { Derived } from '../normalise/derive.js';
import type { Enrichment } from '../normalise/enrich/enrichment.js';
import { GEO } from '../normalise/enrich/geo.js';
import { USER_AGENT } from '../normalise/enrich/user-agent.js';
import { alertField } from './alert-field.js';

type Tree = AlertDocument['document'];

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
      const value = alertField(alert, name);
      if (typeof value === 'string') fields[name] = value;
    }
    let { document } = alert;
    for (const { field, compute } of this.#derived) {
      const value = compute(fields);
      if (value !== undefined) document = withField(document, field.split('.'), value);
    }
    return document === alert.document ? alert : { ...alert, document };
  }
}

/** The tree with a value set, copied only along the way to it; itself where the value's place is taken. */
function withField(tree: Tree, [key = '', ...rest]: readonly string[], value: FieldValue): Tree {
  const known = tree[key];
  if (rest.length === 0) return known === undefined ? { ...tree, [key]: value } : tree;
  const below = known ?? {};
  if (typeof below !== 'object' || Array.isArray(below)) return tree;
  const changed = withField(below as Tree, rest, value);
  return changed === below ? tree : { ...tree, [key]: changed };
}
