import type { EcsEvent, FieldValue } from '../event/index.js';

type Tree = { [key: string]: FieldValue };

/**
 * An event as a nested ECS document with `@timestamp`, for output.
 *
 * Where a field is both a value and a parent of others (`a` and `a.b`, which ECS has not but passed-through JSON may),
 * the longer name stays dotted at the top, so nothing is lost.
 */
export function documentOf(event: EcsEvent): { readonly [key: string]: FieldValue } {
  const document: Tree = { '@timestamp': timestamp(event.time) };
  for (const [name, value] of Object.entries(event.fields)) {
    if (value !== undefined && !place(document, name, value)) document[name] = value;
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
