import { looksLikeLog } from '../format/looks.js';
import { textOf } from '../fields.js';
import { flatten, timeOfFields } from '../json/json.js';
import type { Envelope, JsonObject, Line, Payload } from '../line.js';
import { isParsed } from './filebeat.js';

/**
 * JSON around a log, by nobody in particular (fluentd, say): a `message` (`log`, `msg`) that is itself a JSON object or
 * begins as a known log does is read again. Where the type told is a text format, any such text is the log.
 */
export const jsonMessage: Envelope = {
  name: 'json-message',
  aliases: [],
  keys: ['message', 'log', 'msg'],
  sniff: (json) => isLog(rawOf(json)) && !isParsed(json) && !OF_APPLICATION.some((key) => key in json),
  unwrap,
};

/** Keys of an application's own log, whose message may be what somebody sent. */
const OF_APPLICATION = ['level', 'logger', 'logger_name', 'severity', 'levelname', 'stack_trace'];

function isLog(text: string | undefined): boolean {
  if (text === undefined) return false;
  return (text.startsWith('{') && /\}\s{0,8}$/.test(text.slice(-10))) || looksLikeLog(text);
}

/** The text such an object carries, or undefined. */
export function rawOf(json: JsonObject): string | undefined {
  const key = keyOf(json);
  return key === undefined ? undefined : (json[key] as string);
}

/** Where it stands. */
function keyOf({ message, log, msg }: JsonObject): string | undefined {
  if (typeof message === 'string') return 'message';
  if (typeof log === 'string') return 'log';
  return typeof msg === 'string' ? 'msg' : undefined;
}

function unwrap(json: JsonObject, line: Line): readonly Payload[] {
  const key = keyOf(json) ?? '';
  const text = rawOf(json) ?? '';
  const flat = flatten(json);
  if ('failure' in flat) {
    line.failure = flat.failure;
    return [];
  }
  const fields = flat.fields;
  const host = textOf(fields, 'host.name') ?? textOf(fields, 'host') ?? textOf(fields, 'hostname');
  const time = timeOfFields(fields, line.clock, line.receiveTime);
  const hints = [textOf(fields, 'event.dataset'), textOf(fields, 'tag'), textOf(fields, 'log_name')];
  for (const name of ['@timestamp', key, 'host']) delete fields[name];
  return [{ text, hints: hints.filter((hint) => hint !== undefined), time, host, fields }];
}
