import type { EcsEvent, Fields, FieldValue } from '../event/index.js';
import { isMisplaced } from '../output/elasticsearch/event-template.js';

type Tree = { [key: string]: FieldValue };

/**
 * An event as a nested ECS document with `@timestamp`, for output.
 *
 * Where a field is both a value and a parent of others (`a` and `a.b`, which ECS has not but passed-through JSON may),
 * the longer name stays dotted at the top, so nothing is lost.
 */
export function documentOf(event: EcsEvent): { readonly [key: string]: FieldValue } {
  const fields = Object.entries(event.fields);
  // A value placed before its children leaves them dotted; after them it would take their place.
  return (
    build(event, fields) ??
    build(
      event,
      fields.toSorted(([a], [b]) => a.length - b.length),
    ) ??
    {}
  );
}

const CACHE_LIMIT = 10_000;
const labels = new Map<string, string | undefined>();

/**
 * As `documentOf`, to be kept with others in one index: what other programs call `user`, `source` or `event`, where ECS has
 * objects, is under `labels`, beside what the event has there by the same name.
 */
export function storedOf(event: EcsEvent): { readonly [key: string]: FieldValue } {
  const fields: Fields = {};
  for (const name in event.fields) {
    const value = event.fields[name];
    if (value === undefined) continue;
    const place = isOfObjects(value) ? name : (labelOf(name) ?? name);
    const other = fields[place];
    fields[place] = other === undefined ? value : [other, value].flat();
  }
  return documentOf({ ...event, fields });
}

/** An array of objects stands where an object may. */
function isOfObjects(value: FieldValue): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'object' && item !== null);
}

function labelOf(name: string): string | undefined {
  if (labels.has(name)) return labels.get(name);
  const label = isMisplaced(name) ? `labels.${name.replaceAll('.', '_')}` : undefined;
  if (labels.size >= CACHE_LIMIT) labels.clear();
  labels.set(name, label);
  return label;
}

/** The document of the fields in this order; undefined where one would overwrite another. */
function build(
  event: EcsEvent,
  fields: readonly (readonly [string, FieldValue | undefined])[],
): { readonly [key: string]: FieldValue } | undefined {
  const document: Tree = { '@timestamp': timestamp(event.time) };
  for (const [name, value] of fields) {
    if (value === undefined || name === '@timestamp' || place(document, name, value)) continue;
    if (Object.hasOwn(document, name)) return undefined;
    Object.defineProperty(document, name, { value, enumerable: true, writable: true, configurable: true });
  }
  return document;
}

function timestamp(time: number): string | null {
  return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : null;
}

function place(tree: Tree, name: string, value: FieldValue): boolean {
  const keys = name.split('.');
  const last = keys.pop() as string;
  let node = tree;
  for (const key of keys) {
    if (key === '__proto__') return false;
    const next = (Object.hasOwn(node, key) ? node[key] : undefined) ?? (node[key] = {});
    if (typeof next !== 'object' || Array.isArray(next)) return false;
    node = next as Tree;
  }
  if (last === '__proto__' || Object.hasOwn(node, last)) return false;
  node[last] = value;
  return true;
}
