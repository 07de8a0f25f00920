import type { Fields } from '../../event/index.js';
import { hintOfPath } from '../format/paths.js';
import { flatten, isObject } from '../json/json.js';
import type { Envelope, JsonObject, Line, Payload } from '../line.js';
import { stringOf, timeIn } from '../raw.js';

/** A metric's field that holds the raw log, best first: the value parser's, syslog's, and what people name theirs. */
const TEXT = ['fields.value', 'fields.message', 'fields.log', 'fields.msg'];

/**
 * Telegraf's JSON output: one metric `{"name", "tags", "fields": {"value": "raw"}, "timestamp"}`, or a batch
 * `{"metrics": […]}`, each a log of its own. Source: Telegraf documentation, JSON output, tail and syslog inputs.
 */
export const telegraf: Envelope = {
  name: 'telegraf',
  aliases: [],
  keys: ['metrics', 'fields'],
  sniff: (json) =>
    isMetric(json)
      ? isLog(json)
      : 'metrics' in json && members(json).some((metric) => isMetric(metric) && isLog(metric)),
  unwrap: (json, line) => (isMetric(json) ? [json] : members(json)).flatMap((metric) => payloadOf(metric, line)),
};

function members(json: JsonObject): readonly JsonObject[] {
  const metrics = json['metrics'];
  return Array.isArray(metrics) ? metrics.filter(isObject) : [];
}

function isMetric(json: JsonObject): boolean {
  return typeof json['name'] === 'string' && isObject(json['tags']) && isObject(json['fields']);
}

function isLog(json: JsonObject): boolean {
  const fields = json['fields'];
  return isObject(fields) && Object.values(fields).some((value) => typeof value === 'string');
}

function payloadOf(metric: JsonObject, line: Line): readonly Payload[] {
  const flat = flatten(metric);
  if ('failure' in flat) {
    line.failure = flat.failure;
    return [];
  }
  const raw = flat.fields;
  const path = stringOf(raw, ['tags.path', 'tags.file']);
  const program = stringOf(raw, 'tags.appname');
  const pid = Number(stringOf(raw, 'fields.procid'));
  const hint = path === undefined ? undefined : hintOfPath(path);
  return [
    {
      text: stringOf(raw, TEXT) ?? JSON.stringify(metric['fields'] ?? metric),
      hints: hint === undefined ? [] : [hint],
      time: timeIn(raw, ['fields.timestamp', 'timestamp'], line),
      host: stringOf(raw, ['tags.host', 'tags.hostname']),
      fields: keptOf(raw, path),
      head: program === undefined ? undefined : { program, pid: Number.isInteger(pid) && pid > 0 ? pid : undefined },
    },
  ];
}

function keptOf(raw: Fields, path: string | undefined): Fields {
  const kept: Fields = { 'log.file.path': path };
  for (const key of Object.keys(raw)) {
    if (key !== 'timestamp' && key !== 'tags.host' && !TEXT.includes(key)) kept[`telegraf.${key}`] = raw[key];
  }
  return kept;
}
