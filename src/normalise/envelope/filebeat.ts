import type { Fields, FieldValue } from '../../event/index.js';
import { fill } from '../fields.js';
import { hintOfPath } from '../format/paths.js';
import { layoutNear } from '../json/families.js';
import { flatten, isObject, timeOf, timeOfFields } from '../json/json.js';
import { flattened, type Layout, LAYOUTS } from '../json/layout.js';
import type { Envelope, JsonObject, Line, Payload, SyslogParts } from '../line.js';
import { wholeNumber } from '../text/scan.js';
import { compileCopier, type Copier, type Make } from '../shape.js';
import { zoneNamed } from '../time/zone-name.js';

/**
 * Filebeat and Elastic Agent: `{"@timestamp", "@metadata", "message", "log": {"file": {"path"}}, "host": {"name"}, "agent", …}`.
 * The message is the raw log, read by the data set the envelope names, else by its path, else by detection; `host.name`
 * is the envelope's, `event.timezone` the zone of times that tell none. A document that an ingest pipeline has already parsed is no envelope.
 */
export const filebeat: Envelope = {
  name: 'filebeat',
  aliases: ['beat', 'beats', 'elastic-agent'],
  keys: ['message', 'json', 'o365audit', 'event', 'event.original'],
  sniff: (json) => rawOf(json) !== undefined && isShipped(json) && !isParsed(json) && !isDecoded(json),
  unwrap,
};

/** The raw log: the message, the document a JSON parser or an input put under its key, else the original an input kept. */
function rawOf(json: JsonObject): string | undefined {
  const { message, event } = json;
  if (typeof message === 'string') return message;
  const parsed = parsedIn(json);
  if (parsed !== undefined) return JSON.stringify(parsed);
  const original = isObject(event) ? event['original'] : json['event.original'];
  return typeof original === 'string' ? original : undefined;
}

/** The document under `json` (inputs that read JSON) or `o365audit` (the input of that name). */
export function parsedIn(json: JsonObject): JsonObject | undefined {
  const { json: parsed, o365audit } = json;
  if (isObject(parsed)) return parsed;
  return isObject(o365audit) ? o365audit : undefined;
}

function isShipped(json: JsonObject): boolean {
  const agent = json['agent'];
  const log = json['log'];
  if (isObject(json['@metadata']) || isObject(json['data_stream']) || isObject(json['input'])) return true;
  if (isObject(agent) && 'type' in agent) return true;
  return 'log.file.path' in json || (isObject(log) && isObject(log['file'])) || isBare(json);
}

/** Data sets whose raw logs are texts. */
const TEXTS =
  /^(?:system\.(?:auth|syslog)|(?:nginx|apache|nginx_ingress_controller|iis|traefik)\.(?:access|error)|(?:haproxy|auditd|iptables|snort|postgresql|keycloak)\.log|mysql\.(?:error|slowlog)|aws\.elb(?:_logs)?)$/;
/** What a document has that was taken apart, or that an application wrote of itself. */
const APART = ['source', 'client', 'destination', 'user', 'url', 'http', 'log.level', 'log.logger', 'service'];
/** What stands beside an original that nobody has read. */
const ORIGINAL = /^(?:@timestamp|event|tags|ecs|host|log|fields|labels)(?:\.|$)/;

/**
 * A document without any shipper's mark that tells no more than a raw log and what it is: its data set, the head that a syslog
 * processor took off, or the original alone.
 */
function isBare(json: JsonObject): boolean {
  const { log, event, message } = json;
  if (APART.some((key) => key in json) || (isObject(log) && ('level' in log || 'logger' in log))) return false;
  if (message === undefined) return Object.keys(json).every((key) => ORIGINAL.test(key));
  const dataset = isObject(event) ? event['dataset'] : json['event.dataset'];
  if (typeof dataset === 'string') return TEXTS.test(dataset);
  const syslog = isObject(log) ? log['syslog'] : undefined;
  return isObject(syslog) && 'appname' in syslog;
}

/** Keys of logs whose own `message` is a part of them: Windows', Keycloak's, PostgreSQL's, Zeek's syslog. */
const DECODED = ['winlog', 'loggerClassName', 'error_severity', 'id.orig_h'];

/** The logger of Keycloak's events, which its ECS form tells under a dotted key. */
const KEYCLOAK = 'org.keycloak.events';

/** Whether the shipper decoded the log, put its keys beside its own, and kept no raw one: the record itself is the log. */
export function isDecoded(json: JsonObject): boolean {
  const { message } = json;
  const isKept = typeof message === 'string' && message.startsWith('{') && !('winlog' in json);
  return !isKept && (DECODED.some((key) => key in json) || json['log.logger'] === KEYCLOAK);
}

/** Whether an object has fields that only a parsed document has. */
export function isParsed(json: JsonObject): boolean {
  const event = json['event'];
  if (isObject(event) && ('category' in event || 'action' in event || 'outcome' in event)) return true;
  return 'event.category' in json || 'event.action' in json || 'event.outcome' in json;
}

/** What an envelope is asked for by name. */
const ASKED = (
  '@timestamp host.name host host.hostname log.syslog.hostname agent.hostname process.program log.syslog.appname ' +
  'syslog.identifier journald.process.name process.pid log.syslog.procid log.file.path source event.dataset ' +
  'data_stream.dataset fileset.name event.module event.timezone kubernetes.container.name container.name'
).split(' ');

function unwrap(json: JsonObject, line: Line): readonly Payload[] {
  const layout = layoutNear(json);
  const make = layout === undefined ? undefined : keptBy(layout);
  const asked = layout?.made(unwrap, () => ASKED)?.(LAYOUTS.values);
  if (layout === undefined || make === undefined || asked === undefined) return unwrapSlowly(json, line);
  const kept = make(LAYOUTS.values);
  kept['event.dataset'] ??= textIn(asked['data_stream.dataset']);
  const shipped = timeOf(asked['@timestamp'], line.clock, line.receiveTime);
  const time = Number.isNaN(shipped) ? timeOfFields(flattened(layout), line.clock, line.receiveTime) : shipped;
  return [payloadOf(json, asked, kept, time, copierOf(layout, kept))];
}

/** What copies the envelope's own fields of documents of a layout into the log's. */
function copierOf(layout: Layout, kept: Fields): Copier | undefined {
  const known = layout.plans.get(copierOf) as { readonly copy: Copier | undefined } | undefined;
  if (known !== undefined) return known.copy;
  const names = Object.keys(kept).map((name) => [name, name] as const);
  const copy = compileCopier(names, false);
  layout.plans.set(copierOf, { copy });
  return copy;
}

/** What may be the raw log in the message's place, or a part of it: paths of a layout that documents without a message may have. */
const RAW_TOO = /^(?:json|o365audit)(?:\.|$)|^message\./;

/** What makes the envelope's own fields of the values of a layout; undefined where the raw log is not the message alone. */
function keptBy(layout: Layout): Make | undefined {
  return layout.made(keptBy, (paths) => {
    if (!paths.includes('message') || paths.some((path) => RAW_TOO.test(path))) return [];
    return [...paths.filter((path) => path !== 'message' && isKept(path)), 'event.dataset'];
  });
}

function unwrapSlowly(json: JsonObject, line: Line): readonly Payload[] {
  const { message, json: parsed, o365audit, ...others } = json;
  const told = { ...(parsed !== undefined && { json: parsed }), ...(o365audit !== undefined && { o365audit }) };
  const rest = message === undefined ? others : { ...others, ...told };
  const flat = flatten(rest);
  if ('failure' in flat) {
    line.failure = flat.failure;
    return [];
  }
  const time = timeOfFields(flat.fields, line.clock, line.receiveTime);
  return [payloadOf(json, flat.fields, keptOf(flat.fields), time)];
}

/** The payload of a document: `fields` are all of the envelope's that are asked for, `kept` those that stay. */
function payloadOf(json: JsonObject, fields: Fields, kept: Fields, time: number, copy?: Copier): Payload {
  const host =
    textIn(fields['host.name']) ??
    textIn(fields['host']) ??
    textIn(fields['host.hostname']) ??
    textIn(fields['log.syslog.hostname']) ??
    textIn(fields['agent.hostname']);
  const zone = textIn(fields['event.timezone']);
  return {
    text: rawOf(json) ?? '',
    hints: hintsOf(fields),
    time,
    host,
    fields: kept,
    copy,
    head: headOf(fields),
    timezone: zone === undefined ? undefined : zoneNamed(zone),
  };
}

// Names written out: looking up one that a variable holds costs several times that.

function textIn(value: FieldValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** What Filebeat's inputs and processors of syslog and the journal have taken off already. */
function headOf(fields: Fields): SyslogParts | undefined {
  const program =
    textIn(fields['process.program']) ??
    textIn(fields['log.syslog.appname']) ??
    textIn(fields['syslog.identifier']) ??
    textIn(fields['journald.process.name']);
  if (program === undefined) return undefined;
  const pid = fields['process.pid'] ?? wholeNumber(textIn(fields['log.syslog.procid']));
  return { program, pid: typeof pid === 'number' ? pid : undefined };
}

function hintsOf(fields: Fields): readonly string[] {
  const path = textIn(fields['log.file.path']) ?? textIn(fields['source']);
  const fileset = textIn(fields['fileset.name']);
  const hints: string[] = [];
  add(hints, textIn(fields['event.dataset']));
  add(hints, textIn(fields['data_stream.dataset']));
  if (fileset !== undefined) hints.push(`${textIn(fields['event.module']) ?? ''}.${fileset}`);
  if (path !== undefined) add(hints, hintOfPath(path));
  add(hints, textIn(fields['kubernetes.container.name']));
  add(hints, textIn(fields['container.name']));
  return hints;
}

function add(hints: string[], hint: string | undefined): void {
  if (hint !== undefined) hints.push(hint);
}

const TRANSPORT = new Set(['@timestamp', '@version', 'host', 'event.original']);

function isKept(key: string): boolean {
  return !TRANSPORT.has(key) && !key.startsWith('@metadata');
}

/** The envelope's own fields, without its transport's and without the times that are the event's. */
function keptOf(fields: Fields): Fields {
  const kept: Fields = {};
  for (const key of Object.keys(fields)) {
    if (isKept(key)) kept[key] = fields[key];
  }
  return fill(kept, { 'event.dataset': textIn(fields['data_stream.dataset']) });
}
