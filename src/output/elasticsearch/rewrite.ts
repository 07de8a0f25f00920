import { type AlertDocument, cutText, type FieldValue } from '../../event/index.js';
import { ALERT_FIELDS, type FieldType } from './template.js';

type Tree = { [key: string]: FieldValue };

/** What a rewritten alert keeps as fields: what it is, when, and what it is about. */
const KEPT = [
  '@timestamp',
  'message',
  'event.kind',
  'event.module',
  'event.dataset',
  'event.id',
  'event.severity',
  'event.risk_score',
  'event.start',
  'event.end',
  'event.created',
  'event.ingested',
  'event.reason',
  'rule.id',
  'rule.uuid',
  'rule.name',
  'rule.author',
  'rule.license',
  'sekisho.alert.state',
  'sekisho.alert.severity',
  'sekisho.alert.revision',
  'sekisho.alert.count',
] as const;

const STRING_LIMIT = 8_192;
/** Of the whole alert as text; half of what an alert may have. */
const WHOLE_LIMIT = 128 * 1024;

/**
 * An alert that Elasticsearch refused, in a form that it takes: the fields of `KEPT` whose values fit their types, the
 * group as strings, why it was refused, and the alert as it was as one string that is kept but not indexed
 * (`sekisho.alert.whole`).
 */
export function rewriteAlert(alert: AlertDocument, reason: string): AlertDocument {
  const document: Tree = {};
  for (const field of KEPT) {
    const value = valueAt(alert.document, field);
    if (fits(value, ALERT_FIELDS.get(field))) put(document, field, cut(value));
  }
  put(document, 'sekisho.alert.group', groupOf(valueAt(alert.document, 'sekisho.alert.group')));
  put(document, 'sekisho.alert.rewritten', cutText(reason, STRING_LIMIT));
  put(document, 'sekisho.alert.revision', alert.revision);
  put(document, 'sekisho.alert.whole', cutText(JSON.stringify(alert.document), WHOLE_LIMIT));
  return { ...alert, document };
}

function fits(value: FieldValue | undefined, type: FieldType | undefined): value is string | number {
  if (type === 'date') return typeof value === 'string' && !Number.isNaN(Date.parse(value));
  if (type === 'long' || type === 'double') return typeof value === 'number' && Number.isFinite(value);
  return typeof value === 'string';
}

function cut(value: string | number): string | number {
  return typeof value === 'string' ? cutText(value, STRING_LIMIT) : value;
}

function groupOf(group: FieldValue | undefined): Tree {
  if (typeof group !== 'object' || group === null || Array.isArray(group)) return {};
  const entries = Object.entries(group).slice(0, 16);
  return Object.fromEntries(entries.map(([name, value]) => [name, cut(text(value))]));
}

function text(value: FieldValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function valueAt(document: AlertDocument['document'], field: string): FieldValue | undefined {
  let node: FieldValue | undefined = document;
  for (const key of field.split('.')) {
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return undefined;
    node = Object.hasOwn(node, key) ? (node as Tree)[key] : undefined;
  }
  return node;
}

function put(tree: Tree, field: string, value: FieldValue): void {
  const keys = field.split('.');
  const last = keys.pop() as string;
  let node = tree;
  for (const key of keys) node = (node[key] ??= {}) as Tree;
  node[last] = value;
}
