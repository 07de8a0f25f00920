import { looksLikeLog } from '../format/looks.js';
import { hintOfPath } from '../format/paths.js';
import { isObject } from '../json/json.js';
import type { Envelope, JsonObject } from '../line.js';
import { simpleEnvelope } from './simple.js';

const KEYS = new Set(['time', 'host', 'source', 'sourcetype', 'index', 'event', 'fields']);
/** Keys of ECS below `event`: such an object is no log. */
const OF_ECS = ['kind', 'category', 'dataset', 'module', 'action', 'outcome'];

const inner = simpleEnvelope({
  name: 'splunk_hec',
  aliases: ['splunk', 'splunk-hec', 'hec'],
  keys: ['event'],
  sniff: isHec,
  text: 'event',
  time: ['time'],
  host: 'host',
  hints: ['sourcetype', 'hint'],
  names: { time: '', host: '', hint: '', source: 'splunk.source', path: 'log.file.path' },
  rest: 'splunk.',
});

/**
 * What is sent to Splunk's HTTP Event Collector: `{"time", "host", "source", "sourcetype", "index", "event": "raw" or {…},
 * "fields": {…}}`, several of them one behind another in a record perhaps (`concatenatedIn`). Source: Splunk, "Format events
 * for HTTP Event Collector".
 */
export const splunkHec: Envelope = {
  ...inner,
  unwrap: (json, line) => {
    const { event, source, sourcetype } = json;
    const text = typeof event === 'string' ? event : JSON.stringify(event);
    const hint = typeof sourcetype === 'string' ? hintOfPath(sourcetype) : undefined;
    const path = typeof source === 'string' && /^(?:\/|[A-Za-z]:\\)/.test(source) ? source : undefined;
    return inner.unwrap({ ...json, event: text, hint: hint ?? null, path: path ?? null }, line);
  },
};

/** No key but the collector's; without a `sourcetype` an application's own `event` is told by what it holds. */
function isHec(json: JsonObject): boolean {
  const { event, host, source, sourcetype, time } = json;
  if (event === undefined || !Object.keys(json).every((key) => KEYS.has(key))) return false;
  if (isObject(host) || isObject(source) || event === 'metric') return false;
  if (typeof event === 'string') return typeof sourcetype === 'string' || event.startsWith('{') || looksLikeLog(event);
  if (!isObject(event) || OF_ECS.some((key) => key in event)) return false;
  return [time, host, source, sourcetype].some((value) => typeof value === 'string' || typeof value === 'number');
}
