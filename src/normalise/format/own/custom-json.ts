import type { Fields } from '../../../event/index.js';
import { eventFields } from '../../capture.js';
import { flatten, parseObject } from '../../json/json.js';
import type { JsonObject, Line } from '../../line.js';
import { isNginxs, type Scanner, scannerOf } from '../web/log-format.js';

/** The keys of a format string that is a JSON object, each with the scanner of its value (undefined: it tells nothing). */
type Keys = ReadonlyMap<string, Scanner | undefined>;

const CACHE_LIMIT = 100;
const cache = new Map<string, Keys | undefined>();
const WHAT = { category: ['web'], type: ['access'] };

/**
 * A JSON document that a web server wrote by a format string which is a JSON object: `log_format x escape=json
 * '{"ip":"$remote_addr","status":$status}'`, or Apache's `{"ip":"%a"}`. Undefined where the pattern is none, or the document
 * lacks one of its keys. Values that the server did not escape for JSON make the line no document; it is read as text then.
 */
export function readJsonPattern(json: JsonObject, line: Line, pattern: string): Fields | undefined {
  const keys = keysOf(pattern);
  if (keys === undefined) return undefined;
  const flat = flatten(json);
  if ('failure' in flat) return undefined;
  const values = flat.fields;
  for (const key of keys.keys()) if (values[key] === undefined) return undefined;
  const fields = eventFields(line, isNginxs(pattern) ? 'nginx.access' : 'apache.access', line.original, WHAT);
  for (const [key, scan] of keys) {
    const value = values[key];
    if (typeof value === 'string' || typeof value === 'number') scan?.(String(value), fields, line);
  }
  return fields;
}

/** Whether lines can be read by a format string, as text or as JSON. */
export function isReadable(pattern: string): boolean {
  return scannerOf(pattern) !== undefined || keysOf(pattern) !== undefined;
}

function keysOf(pattern: string): Keys | undefined {
  if (!pattern.trimStart().startsWith('{')) return undefined;
  if (cache.has(pattern)) return cache.get(pattern);
  const keys = readKeys(pattern);
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(pattern, keys);
  return keys;
}

/** Variables that stand for numbers have no quotes. */
const BARE = /(:\s*)(\$\{?\w{1,64}\}?|%[^\s,"}\]]{1,64})(?=\s*[,}])/g;

function readKeys(pattern: string): Keys | undefined {
  const json = parseObject(pattern.trim().replaceAll('\\"', '"').replace(BARE, '$1"$2"'));
  const flat = json === undefined ? undefined : flatten(json);
  if (flat === undefined || 'failure' in flat) return undefined;
  const keys = new Map<string, Scanner | undefined>();
  for (const [key, value] of Object.entries(flat.fields)) {
    keys.set(key, typeof value === 'string' ? scannerOf(value) : undefined);
  }
  return [...keys.values()].some((scan) => scan !== undefined) ? keys : undefined;
}
