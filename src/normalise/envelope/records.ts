import type { Fields } from '../../event/index.js';
import { isObject } from '../json/json.js';
import type { Envelope, JsonObject, Payload } from '../line.js';
import { aroundOf, without } from './around.js';
import { parsedIn } from './filebeat.js';

/** Keys under which services put a list of logs: CloudTrail's files, Azure Event Hubs, Graph, Microsoft 365, CloudWatch. */
const LISTS = ['Records', 'records', 'value', 'logEvents', 'events', 'logs'];

/**
 * Several logs in one record: an object whose only list is one of objects under a usual name, and little beside it.
 * `logEvents` is CloudWatch's subscription, whose logs are texts with a time; `detail` is EventBridge's one event;
 * `AuditData` is the text of one within what `Search-UnifiedAuditLog` exports. Sources: AWS, "CloudTrail record contents" and
 * "CloudWatch Logs subscription filters"; Azure, "Stream to an event hub"; Exchange PowerShell, "Search-UnifiedAuditLog".
 */
export const records: Envelope = {
  name: 'records',
  aliases: ['cloudwatch'],
  keys: [...LISTS, 'detail', 'json', 'o365audit', 'AuditData'],
  sniff: (json) => mayHold(json) && Object.keys(json).length <= 12 && heldIn(json) !== undefined,
  unwrap: (json, line) => {
    const held = heldIn(json);
    if (held === undefined) return [];
    const around = aroundOf(without(json, held.key), line);
    if (around === undefined) return [];
    const { fields } = around;
    rename(fields, 'carrier.logGroup', 'aws.cloudwatch.log_group');
    rename(fields, 'carrier.logStream', 'aws.cloudwatch.log_stream');
    return held.logs.map((log) => payloadOf(log, held.key, fields));
  },
};

/** What holds logs: the key, and they. */
interface Held {
  readonly key: string;
  readonly logs: readonly (JsonObject | string)[];
}

function heldIn(json: JsonObject): Held | undefined {
  const { AuditData: text } = json;
  return isDocument(text) ? { key: 'AuditData', logs: [text] } : (listOf(json) ?? aloneIn(json));
}

function rename(fields: Fields, from: string, to: string): void {
  if (typeof fields[from] !== 'string') return;
  fields[to] = fields[from];
  delete fields[from];
}

/** The text of a JSON object; any other text is the record's own. */
function isDocument(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('{');
}

/** A cheap look, by names that are written out: looking up a name that a variable holds costs many times that. */
function mayHold(json: JsonObject): boolean {
  const { Records, records: list, value, logEvents, events, logs, detail, json: inner, o365audit, AuditData } = json;
  return (
    isDocument(AuditData) ||
    isBox(Records) ||
    isBox(list) ||
    isBox(value) ||
    isBox(logEvents) ||
    isBox(events) ||
    isBox(logs) ||
    isBox(detail) ||
    isBox(inner) ||
    isBox(o365audit)
  );
}

function isBox(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** A document that Filebeat's input put under its key, and nobody's envelope around it. */
function aloneIn(json: JsonObject): Held | undefined {
  const parsed = Object.keys(json).length <= 2 ? parsedIn(json) : undefined;
  if (parsed === undefined) return undefined;
  return { key: parsed === json['json'] ? 'json' : 'o365audit', logs: [parsed] };
}

function listOf(json: JsonObject): Held | undefined {
  if ('detail-type' in json && isObject(json['detail'])) return { key: 'detail', logs: [json['detail']] };
  for (const key of LISTS) {
    const list = json[key];
    const isTold = key !== 'events' && key !== 'logs' && key !== 'value' ? true : Object.keys(json).length <= 2;
    if (isTold && Array.isArray(list) && list.length > 0 && list.every(isObject)) return { key, logs: list };
  }
  return undefined;
}

/** `around`: what stands beside the list. Of CloudWatch's logs the text is read, and the rest of the item is told too. */
function payloadOf(log: JsonObject | string, key: string, around: Fields): Payload {
  const plain = { hints: [], time: Number.NaN, host: undefined, fields: around };
  if (typeof log === 'string') return { ...plain, text: log };
  const { id, timestamp, message, ...others } = log;
  if (key !== 'logEvents' || typeof message !== 'string' || message === '')
    return { ...plain, text: JSON.stringify(log) };
  const isNamed = typeof id === 'string';
  const own: Fields = { ...around, 'event.id': isNamed ? id : undefined };
  const rest = isNamed || id === undefined ? others : { ...others, id };
  if (Object.keys(rest).length > 0) own['carrier.event'] = JSON.stringify(rest);
  return { ...plain, text: message, time: typeof timestamp === 'number' ? timestamp : Number.NaN, fields: own };
}
