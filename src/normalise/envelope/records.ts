import { isObject } from '../json/json.js';
import type { Envelope, JsonObject, Payload } from '../line.js';
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
  sniff: (json) => mayHold(json) && Object.keys(json).length <= 12 && holds(json),
  unwrap: (json) => {
    const { AuditData: text } = json;
    if (isDocument(text)) return [{ text, hints: [], time: Number.NaN, host: undefined, fields: {} }];
    return (listOf(json) ?? [aloneIn(json) ?? {}]).map((item) => payloadOf(item, json));
  },
};

/** The text of a JSON object; any other text is the record's own. */
function isDocument(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('{');
}

function holds(json: JsonObject): boolean {
  return isDocument(json['AuditData']) || (listOf(json) ?? aloneIn(json)) !== undefined;
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
function aloneIn(json: JsonObject): JsonObject | undefined {
  return Object.keys(json).length <= 2 ? parsedIn(json) : undefined;
}

function listOf(json: JsonObject): readonly JsonObject[] | undefined {
  if ('detail-type' in json && isObject(json['detail'])) return [json['detail']];
  for (const key of LISTS) {
    const list = json[key];
    const isTold = key !== 'events' && key !== 'logs' && key !== 'value' ? true : Object.keys(json).length <= 2;
    if (isTold && Array.isArray(list) && list.length > 0 && list.every(isObject)) return list;
  }
  return undefined;
}

function payloadOf(item: JsonObject, json: JsonObject): Payload {
  const message = 'logEvents' in json && typeof item['message'] === 'string' ? item['message'] : '';
  const isText = message !== '';
  const time = item['timestamp'];
  const group = json['logGroup'];
  return {
    text: isText ? message : JSON.stringify(item),
    hints: [],
    time: isText && typeof time === 'number' ? time : Number.NaN,
    host: undefined,
    fields:
      typeof group === 'string'
        ? { 'aws.cloudwatch.log_group': group, 'aws.cloudwatch.log_stream': json['logStream'] }
        : {},
  };
}
