import type { Fields } from '../../event/index.js';
import { flatten } from '../json/json.js';
import type { JsonObject, Line } from '../line.js';

/** Names that each log of a document is given of what stands around it. */
const MOST_NAMES = 24;

/** What stands around logs in a document. */
export interface Around {
  /** By its own names. */
  readonly raw: Fields;
  /** As the logs have it. */
  readonly fields: Fields;
}

/**
 * What stands around the logs of a document, which nobody may need and nobody shall miss: each under `carrier.`, or where that
 * were too many for a document of many logs, all as one JSON text, `carrier.json`. undefined where it exceeds what a
 * document may be, which is the line's failure. Linear.
 */
export function aroundOf(rest: JsonObject, line: Line): Around | undefined {
  const flat = flatten(rest);
  if ('failure' in flat) {
    line.failure = flat.failure;
    return undefined;
  }
  const raw = flat.fields;
  const names = Object.keys(raw);
  const fields: Fields = {};
  if (names.length > MOST_NAMES) fields['carrier.json'] = JSON.stringify(rest);
  else for (const name of names) fields[`carrier.${name}`] = raw[name];
  return { raw, fields };
}

/** A document without one of its keys. */
export function without(json: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(json).filter(([name]) => name !== key));
}
