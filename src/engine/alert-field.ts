import type { AlertDocument } from '../event/index.js';

/** A field of an alert document by its dotted name; undefined where it isn't set. Keys with dots are found too. */
export function alertField(alert: AlertDocument, name: string): unknown {
  let node: unknown = alert.document;
  const keys = name.split('.');
  while (keys.length > 0) {
    if (typeof node !== 'object' || node === null) return undefined;
    const rest = keys.join('.');
    const object = node as Readonly<Record<string, unknown>>;
    if (Object.hasOwn(object, rest)) return object[rest];
    const key = keys.shift() as string;
    node = Object.hasOwn(object, key) ? object[key] : undefined;
  }
  return node;
}
