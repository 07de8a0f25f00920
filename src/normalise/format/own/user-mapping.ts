import type { Fields, FieldValue, InputSettings } from '../../../event/index.js';
import { flatten, timeOfFields } from '../../json/json.js';
import type { JsonObject, Line } from '../../line.js';
import { type Convert, ip, stringOf, text, texts, timeIn, valueOf, whole } from '../../raw.js';
import { resultOf } from '../app/app-result.js';
import { readJsonPattern } from './custom-json.js';

/** ECS field to the name an application gives it, as an input's settings say. */
export type FieldMapping = Readonly<Record<string, string>>;

/** A JSON document as the input's settings describe it, by `mapping` or a `pattern` that is JSON; undefined: it isn't so. */
export function readOwn(
  json: JsonObject,
  line: Line,
  { mapping, pattern }: Pick<InputSettings, 'mapping' | 'pattern'>,
): Fields | undefined {
  const mapped = mapping === undefined ? undefined : readMapping(json, line, mapping);
  if (mapped !== undefined || pattern === undefined || line.failure !== undefined) return mapped;
  return readJsonPattern(json, line, pattern);
}

/**
 * An application's JSON read by the mapping of its input: `{"user.name": "who", "source.ip": "from", "event.outcome": "res"}`.
 * Values are read as their fields want them: addresses, numbers, results in any usual words (`ok`, `denied`, true, 1).
 * A mapping of user and outcome without a category is one of log-ins. undefined where none of its names occurs, or the
 * record is beyond the limits (`line.failure`).
 */
export function readMapping(json: JsonObject, line: Line, mapping: FieldMapping): Fields | undefined {
  const flat = flatten(json);
  if ('failure' in flat) {
    line.failure = flat.failure;
    return undefined;
  }
  const raw = flat.fields;
  if (!Object.values(mapping).some((name) => valueOf(raw, name) !== undefined)) return undefined;
  const told = mapping['@timestamp'];
  line.time = told === undefined ? timeOfFields(raw, line.clock, line.receiveTime) : timeIn(raw, [told], line);
  const fields = head(raw, line, mapping);
  for (const [field, name] of Object.entries(mapping)) {
    const value = valueOf(raw, name);
    const read = value === undefined ? undefined : converterOf(field)(value);
    if (read !== undefined && field !== '@timestamp') fields[field] = read;
  }
  for (const key of Object.keys(raw)) if (raw[key] !== null) fields[`app.${key}`] = raw[key];
  return fields;
}

function head(raw: Fields, line: Line, mapping: FieldMapping): Fields {
  const isLogin = 'user.name' in mapping && 'event.outcome' in mapping && !('event.category' in mapping);
  return {
    'event.kind': 'event',
    'event.module': 'app',
    'event.dataset': isLogin ? 'app.login' : 'app.log',
    'event.category': isLogin ? ['authentication'] : undefined,
    'event.type': isLogin ? ['start'] : undefined,
    'event.original': line.original,
    message: stringOf(raw, ['message', 'msg', 'event']) ?? line.original,
    'host.name': line.hostOf(stringOf(raw, ['host.name', 'hostname', 'host'])),
  };
}

/** What kind of value a field of ECS holds, by the end of its name. */
const KINDS: readonly (readonly [RegExp, Convert])[] = [
  [/^event\.outcome$/, outcome],
  [/^event\.(?:category|type)$|^related\./, texts],
  [/(?:^|\.)ip$/, ip],
  [/(?:^|\.)(?:port|pid|bytes|packets|status_code|duration|severity)$/, whole],
];

/** How a field of ECS wants its values: addresses, numbers, lists, results in any usual words, else text. */
export function converterOf(field: string): Convert {
  return KINDS.find(([pattern]) => pattern.test(field))?.[1] ?? text;
}

function outcome(value: FieldValue): FieldValue | undefined {
  if (value === 1 || value === '1') return 'success';
  if (value === 0 || value === '0') return 'failure';
  const words = text(value);
  return typeof words === 'string' ? resultOf(words) : undefined;
}
