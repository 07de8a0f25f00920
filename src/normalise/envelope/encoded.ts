import { looksLikeLog } from '../format/looks.js';
import { flatten, isObject } from '../json/json.js';
import type { Envelope, JsonObject, Line, Payload } from '../line.js';
import { timeIn } from '../raw.js';
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
  sniff: (json) => {
    const { data, message, awslogs, kinesis, receivedMessages } = json;
    return (
      typeof data === 'string' ||
      Array.isArray(receivedMessages) ||
      isCarrier(message) ||
      isCarrier(awslogs) ||
      isCarrier(kinesis)
    );
  },
  unwrap: (json, line) => {
    const { receivedMessages: list } = json;
    const carriers = Array.isArray(list) ? (list as readonly unknown[]).filter(isObject) : [json];
    return carriers.flatMap((carrier) => payloadOf(carrier, line));
  },
};

function isCarrier(value: unknown): value is JsonObject {
  return isObject(value) && typeof value['data'] === 'string';
}

function carrierIn(json: JsonObject): JsonObject {
  const { message, awslogs, kinesis } = json;
  if (isCarrier(message)) return message;
  if (isCarrier(awslogs)) return awslogs;
  return isCarrier(kinesis) ? kinesis : json;
}

/** Where the services tell when they took the record: names that nobody else has beside `data`. */
const TIMES = ['publishTime', 'publish_time', 'approximateArrivalTimestamp'];

function payloadOf(json: JsonObject, line: Line): readonly Payload[] {
  const carrier = carrierIn(json);
  const { data, ...rest } = carrier;
  const text = typeof data === 'string' ? textOfBase64(data) : undefined;
  const isAnyones = carrier === json || carrier === json['message'];
  if (text === undefined || (isAnyones && !isServices(carrier, text))) return [];
  const flat = flatten({ ...(carrier === json ? {} : outside(json)), ...rest });
  if ('failure' in flat) {
    line.failure = flat.failure;
    return [];
  }
  const fields: Record<string, (typeof flat.fields)[string]> = {};
  for (const key of Object.keys(flat.fields)) fields[`carrier.${key}`] = flat.fields[key];
  const time = timeIn(flat.fields, TIMES, line);
  return [{ text: text.replace(/[\r\n]{1,2}$/, ''), hints: [], time, host: undefined, fields }];
}

/** Any application may have a `data`, or a `message` with one: without a service's time its text has to be a log, and all there is. */
function isServices(json: JsonObject, text: string): boolean {
  if (TIMES.some((key) => key in json)) return true;
  return Object.keys(json).length === 1 && (text.startsWith('{') || looksLikeLog(text));
}

const CARRIERS = new Set(['message', 'awslogs', 'kinesis']);

/** What stands around the record, but not what it is inside. */
function outside(json: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(json).filter(([key]) => !CARRIERS.has(key)));
}
