import { nearest, quote } from './problem.js';
import { child, type Entry, type MapNode, type RuleDocument } from './reader.js';

/** A document after `action:` was applied. `inherited`: its id came from a global or repeated document. */
export interface ActedDocument extends RuleDocument {
  readonly inheritedId: boolean;
}

/** Keys that the documents of one file may take over from others in all, those of inner maps included. */
const MERGE_LIMIT = 200_000;
const ACTIONS = ['global', 'reset', 'repeat'];

/**
 * Applies `action: global | reset | repeat` over the documents of one file.
 *
 * A global document is merged into every following one until `reset` (several accumulate; a document's own keys win);
 * `repeat` is merged over the document before it, be that a global one. Maps merge key by key, everything else is replaced.
 * Source: the Sigma rule collections of the legacy specification, as pySigma reads them.
 */
export function applyActions(documents: readonly RuleDocument[]): readonly ActedDocument[] {
  const out: ActedDocument[] = [];
  let shared: MapNode | undefined;
  let previous: MapNode | undefined;
  let left = MERGE_LIMIT;
  for (const document of documents) {
    const { root, report } = document;
    const action = actionOf(document);
    const own = withoutAction(root);
    const base = action === 'repeat' ? previous : shared;
    left -= base === undefined ? 0 : mergeCost(base, own);
    if (left < 0) {
      report.error('rule.action', root.at, 'action', 'the file repeats too much', 'write the rules out, or split it');
    } else if (action === 'global') previous = shared = shared === undefined ? own : merge(shared, own);
    else if (action === 'reset') shared = undefined;
    else if (action === 'repeat' && previous === undefined) {
      report.error(
        'rule.action',
        root.at,
        'action',
        '`action: repeat` has no rule before it',
        'put the rule it repeats first',
      );
    } else if (!report.failed) {
      const merged: MapNode = base === undefined ? own : merge(base, own);
      const inheritedId = base !== undefined && base.entries.has('id') && !own.entries.has('id');
      out.push({ ...document, root: merged, inheritedId });
      previous = merged;
    }
  }
  return out;
}

function actionOf({ root, report }: RuleDocument): string | undefined {
  const node = child(root, 'action');
  if (node === undefined) return undefined;
  const action = node.kind === 'scalar' ? node.text : '';
  if (ACTIONS.includes(action)) return action;
  // `action: correlation` was a proposal; other values are custom attributes unless they look mistyped.
  const meant = nearest(action, ACTIONS);
  if (meant !== undefined)
    report.error('rule.action', node.at, 'action', `unknown action ${quote(action)}`, `did you mean \`${meant}\`?`);
  return undefined;
}

function withoutAction(root: MapNode): MapNode {
  if (!root.entries.has('action')) return root;
  return { ...root, entries: new Map([...root.entries].filter(([key]) => key !== 'action')) };
}

/** Entries that `merge` copies. */
function mergeCost(base: MapNode, over: MapNode): number {
  let cost = base.entries.size;
  for (const [key, { value }] of over.entries) {
    const below = base.entries.get(key)?.value;
    if (below?.kind === 'map' && value.kind === 'map') cost += mergeCost(below, value);
  }
  return cost;
}

function merge(base: MapNode, over: MapNode): MapNode {
  const entries = new Map<string, Entry>(base.entries);
  for (const [key, entry] of over.entries) {
    const below = entries.get(key);
    const both =
      below?.value.kind === 'map' && entry.value.kind === 'map' ? merge(below.value, entry.value) : entry.value;
    entries.set(key, { ...entry, value: both });
  }
  return { kind: 'map', entries, at: over.at };
}
