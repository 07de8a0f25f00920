import type { Fields, FieldValue } from '../../event/index.js';
import { fill, textOf } from '../fields.js';
import { layoutNear } from '../json/families.js';
import { flatten, isObject, timeOfFields } from '../json/json.js';
import { flattened, type Layout, LAYOUTS } from '../json/layout.js';
import type { JsonFormat, JsonObject, Line } from '../line.js';
import { validIp } from '../text/scan.js';
import type { Make } from '../shape.js';
import { extensionOf } from './web/url.js';

/**
 * ECS documents, passed through: nested or dotted names become flat fields, nothing that is set is changed but what
 * ECS does not allow (`host` as a text is `host.name`; an address that is none moves to `source.address`).
 */
export const ecs: JsonFormat = {
  reads: 'json',
  name: 'ecs',
  aliases: ['ecs.json', 'elastic'],
  dataset: 'ecs',
  sniff: (json) => '@timestamp' in json || Object.keys(json).some((key) => isEcs(key, json[key])),
  parse: (json, line) => parseJson(json, line, 'ecs'),
};

/**
 * JSON of nobody's form: flattened under its own names, time and message by the usual ones; `event.dataset` is `unknown`
 * where it names none itself.
 */
export const json: JsonFormat = {
  reads: 'json',
  name: 'json',
  aliases: ['ndjson'],
  dataset: 'unknown',
  sniff: () => true,
  parse: (object, line) => parseJson(object, line, 'unknown'),
};

function isEcs(key: string, value: FieldValue | undefined): boolean {
  return /^(?:ecs|event)\.[a-z]+$/.test(key) || ((key === 'ecs' || key === 'event') && isObject(value));
}

function parseJson(object: JsonObject, line: Line, dataset: string): Fields | undefined {
  const layout = layoutNear(object);
  const make = layout === undefined ? undefined : makeOf(layout);
  const fields = layout === undefined || make === undefined ? readSlowly(object, line) : readBy(layout, make, line);
  if (fields === undefined) return undefined;
  if (typeof fields['event.original'] !== 'string') fields['event.original'] = undefined;
  const host = textOf(fields, 'host');
  if (host !== undefined) {
    fields['host'] = undefined;
    fields['host.name'] ??= host;
  }
  correctAddress(fields);
  completeUrl(fields);
  return fill(fields, defaults(fields, line, dataset));
}

/** The flattened document without its time, which becomes the line's. */
function readSlowly(object: JsonObject, line: Line): Fields | undefined {
  const flat = flatten(object);
  if ('failure' in flat) {
    line.failure = flat.failure;
    return undefined;
  }
  line.time = timeOfFields(flat.fields, line.clock, line.receiveTime);
  delete flat.fields['@timestamp'];
  return flat.fields;
}

function readBy(layout: Layout, make: Make, line: Line): Fields {
  line.time = timeOfFields(flattened(layout), line.clock, line.receiveTime);
  return make(LAYOUTS.values);
}

/** What every event has, besides what the document tells. */
const DEFAULTS = ['event.kind', 'event.dataset', 'event.module', 'event.original', 'message', 'host.name'];

/** What makes events of the values of a layout. */
function makeOf(layout: Layout): Make | undefined {
  return layout.made(makeOf, (paths) => [...paths.filter((path) => path !== '@timestamp'), ...DEFAULTS]);
}

function defaults(fields: Fields, line: Line, fallback: string): Fields {
  const dataset = textOf(fields, 'event.dataset') ?? textOf(fields, 'data_stream.dataset') ?? fallback;
  const dot = dataset.indexOf('.');
  return {
    'event.kind': 'event',
    'event.dataset': dataset,
    'event.module': dot > 0 ? dataset.slice(0, dot) : undefined,
    'event.original': line.original,
    message: textOf(fields, 'msg') ?? textOf(fields, 'log') ?? line.message,
    'host.name': line.hostOf(textOf(fields, 'host.hostname')),
  };
}

function correctAddress(fields: Fields): void {
  const ip = textOf(fields, 'source.ip');
  if (ip === undefined || validIp(ip) === ip) return;
  fields['source.address'] ??= ip;
  fields['source.ip'] = validIp(ip);
}

/** Rules read `url.original` and `url.path`: each is made of the other where only one is told. */
function completeUrl(fields: Fields): void {
  const path = textOf(fields, 'url.path');
  const original = textOf(fields, 'url.original');
  const query = textOf(fields, 'url.query');
  if (path !== undefined && original === undefined)
    fields['url.original'] = query === undefined ? path : `${path}?${query}`;
  if (path !== undefined || original === undefined || !original.startsWith('/')) return;
  const question = original.indexOf('?');
  const own = question < 0 ? original : original.slice(0, question);
  fill(fields, {
    'url.path': own,
    'url.query': question < 0 ? undefined : original.slice(question + 1),
    'url.extension': extensionOf(own),
  });
}
