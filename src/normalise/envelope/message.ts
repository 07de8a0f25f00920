import { textOf } from '../fields.js';
import { flatten, timeOfFields } from '../json.js';
import type { Envelope, JsonObject, Line, Payload } from '../line.js';

/**
 * JSON around a log, by nobody in particular: a `message` (`log`, `msg`) that is itself a JSON object is read again. Where
 * the type told is a text format, any such text is the log.
 */
export const jsonMessage: Envelope = {
  name: 'json-message',
  aliases: [],
  sniff: (json) => rawOf(json)?.startsWith('{') === true && rawOf(json)?.endsWith('}') === true,
  unwrap,
};

/** The text such an object carries, or undefined. */
export function rawOf(json: JsonObject): string | undefined {
  return [json['message'], json['log'], json['msg']].find((value) => typeof value === 'string');
}

function unwrap(json: JsonObject, line: Line): readonly Payload[] {
  const text = rawOf(json) ?? '';
  const flat = flatten(json);
  if ('failure' in flat) {
    line.failure = flat.failure;
    return [];
  }
  const fields = flat.fields;
  const host = textOf(fields, 'host.name') ?? textOf(fields, 'host') ?? textOf(fields, 'hostname');
  const time = timeOfFields(fields, line.clock, line.receiveTime);
  for (const key of ['@timestamp', 'message', 'log', 'msg', 'host']) delete fields[key];
  return [{ text, hints: [], time, host, fields }];
}
