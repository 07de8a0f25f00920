import { fill } from '../fields.js';
import { looksLikeLog } from '../format/looks.js';
import { isObject } from '../json/json.js';
import type { Envelope, JsonObject, Line, Payload } from '../line.js';
import { timeIn } from '../raw.js';
import { MAX_LENGTH } from '../refusals.js';
import { aroundOf, without } from './around.js';
import { textOfBase64 } from './base64.js';

/**
 * Logs that cloud services carry as base64, gzipped or not: Google Pub/Sub's push request and what a pull gives
 * (`{"message": {"data", "messageId", "publishTime", "attributes"}, "subscription"}`, `{"receivedMessages": […]}`), AWS's
 * CloudWatch Logs for a function (`{"awslogs": {"data"}}`), and one record of Kinesis or Firehose (`{"data"}`,
 * `{"kinesis": {"data"}}`). What is no base64 of a text stays as it is. Sources: Google Cloud, "PubsubMessage" and "Push
 * subscriptions"; AWS, "Subscription filters", "Kinesis event" and "Firehose data transformation".
 */
export const encoded: Envelope = {
  name: 'pubsub',
  aliases: ['pub-sub', 'kinesis', 'firehose'],
  keys: ['data', 'message', 'awslogs', 'kinesis', 'receivedMessages'],
  sniff: (json) => isBatch(json['receivedMessages']) || CARRIERS.some((key) => isCarrier(json[key])) || isCarrier(json),
  unwrap: (json, line) => {
    const { receivedMessages: list } = json;
    if (!isBatch(list)) return payloadOf(json, line) ?? [];
    const read = list.map((one) => payloadOf(one, line));
    if (read.every((payloads) => payloads === undefined)) return [];
    const around = aroundOf(without(json, 'receivedMessages'), line);
    if (around === undefined) return [];
    // A message of attributes alone is one too.
    const all = read.flatMap((payloads, index) => payloads ?? [asItIs(list[index] ?? {})]);
    return all.map((payload) => ({ ...payload, fields: fill({ ...payload.fields }, around.fields) }));
  },
};

/** Characters unpacked of one record, of which gzip in gzip could make gigabytes; what is beyond stays as it is written. */
const MOST_UNPACKED = 4 * MAX_LENGTH;

/** What a record lies in, the first that there is. */
const CARRIERS = ['message', 'awslogs', 'kinesis'];

function isCarrier(value: unknown): value is JsonObject {
  return isObject(value) && typeof value['data'] === 'string';
}

function isBatch(value: unknown): value is readonly JsonObject[] {
  return Array.isArray(value) && value.every(isObject);
}

function asItIs(json: JsonObject): Payload {
  return { text: JSON.stringify(json), hints: [], time: Number.NaN, host: undefined, fields: {} };
}

/** Where the services tell when they took the record: names that nobody else has beside `data`. */
const TIMES = ['publishTime', 'publish_time', 'approximateArrivalTimestamp'];

/** The log of a document, with what stands around it there; undefined where it holds none. */
function payloadOf(json: JsonObject, line: Line): readonly Payload[] | undefined {
  const key = CARRIERS.find((name) => isCarrier(json[name]));
  const carrier = (key === undefined ? json : json[key]) as JsonObject;
  const { data, ...rest } = carrier;
  const text = typeof data === 'string' && line.unpacked < MOST_UNPACKED ? textOfBase64(data) : undefined;
  const isAnyones = key === undefined || key === 'message';
  if (text === undefined || (isAnyones && !isServices(carrier, text))) return undefined;
  line.unpacked += text.length;
  const around = aroundOf({ ...(key === undefined ? {} : without(json, key)), ...rest }, line);
  if (around === undefined) return [];
  const time = timeIn(around.raw, TIMES, line);
  return [{ text: text.replace(/[\r\n]{1,2}$/, ''), hints: [], time, host: undefined, fields: around.fields }];
}

/** Any application may have a `data`, or a `message` with one: without a service's time its text has to be a log, and all there is. */
function isServices(json: JsonObject, text: string): boolean {
  if (TIMES.some((key) => key in json)) return true;
  return Object.keys(json).length === 1 && (text.startsWith('{') || looksLikeLog(text));
}
