import type { Fields, FieldValue } from '../event/index.js';
import { FIRST_FIELDS } from './fields.js';
import { LearnedShape } from './learned-shape.js';
import type { Line } from './line.js';
import { Made } from './text/names.js';
import { endpoint, firstPublic, unescapeQuoted, validIp } from './text/scan.js';
import { setUrl } from './format/web/url-fields.js';

/** Writes what one captured piece of a line says into the event. Gets neither the empty text nor `-`. */
export type Setter = (fields: Fields, value: string) => void;

/** One form a text may have: an anchored, bounded pattern, what each of its groups sets, and what the form itself says. */
export interface Shape {
  readonly pattern: RegExp;
  /** By group, in order; undefined: the group sets nothing. */
  readonly to: readonly (Setter | undefined)[];
  /** Fields of every text of this form. */
  readonly also?: Fields;
}

/**
 * Reads a text by the first shape that it has; false where none fits. `also` is set before the groups, so that a
 * group may correct it. Costs one regular expression per shape tried; the patterns are anchored and linear.
 */
export function readShape(shapes: readonly Shape[], text: string, fields: Fields): boolean {
  return readShapeInto(shapes, text, () => fields) !== undefined;
}

/** As `readShape`, for fields that are made only where a shape fits; undefined where none does. */
export function readShapeInto(shapes: readonly Shape[], text: string, make: () => Fields): Fields | undefined {
  for (const { pattern, to, also } of shapes) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const fields = make();
    for (const name in also) fields[name] = also[name];
    for (let group = 0; group < to.length; group++) put(fields, to[group], found[group + 1]);
    return fields;
  }
  return undefined;
}

/** Sets one captured piece; nothing for what is missing, empty or `-`. */
export function put(fields: Fields, setter: Setter | undefined, value: string | undefined): void {
  if (setter === undefined || value === undefined || value === '' || value === '-') return;
  setter(fields, value);
}

/** What kind of event a line of a format is, in ECS's words. */
export interface What {
  readonly kind?: string;
  readonly category?: readonly string[] | undefined;
  readonly type?: readonly string[] | undefined;
  readonly action?: string | undefined;
  readonly outcome?: string | undefined;
}

/** The fields that `setHead` sets, in its order. */
export const EVENT_HEAD: readonly string[] = [...FIRST_FIELDS, 'host.hostname', 'process.name', 'process.pid'];
/** The shapes of events by data set, of which there are as many as formats. */
const SHAPES = new Made((dataset) => ({ module: moduleOf(dataset), shape: new LearnedShape(EVENT_HEAD) }));
const head = new Array<FieldValue | undefined>(EVENT_HEAD.length).fill(undefined);

/** The fields every event of a format begins with, those of the syslog head it lay behind included. */
export function eventFields(line: Line, dataset: string, message: string, what: What): Fields {
  const { module, shape } = SHAPES.of(dataset);
  line.shape = shape;
  setHead(head, line, { module, dataset, message }, what);
  return shape.event(head);
}

function moduleOf(dataset: string): string {
  const dot = dataset.indexOf('.');
  return dot < 0 ? dataset : dataset.slice(0, dot);
}

/** The data set of a line, its module, and its message. */
export interface Said {
  readonly module: string;
  readonly dataset: string;
  readonly message: string;
}

/** Sets the first values to those of `EVENT_HEAD`. */
export function setHead(
  values: (FieldValue | undefined)[],
  line: Line,
  { module, dataset, message }: Said,
  what: What,
): void {
  values[0] = what.kind ?? 'event';
  values[1] = module;
  values[2] = dataset;
  values[3] = what.category;
  values[4] = what.type;
  values[5] = what.action;
  values[6] = what.outcome;
  values[7] = line.original;
  values[8] = message;
  values[9] = line.hostOf(line.host);
  values[10] = line.host;
  values[11] = line.program;
  values[12] = line.pid;
}

/** Sets a text field. */
export function text(field: string): Setter {
  return (fields, value) => {
    fields[field] = value;
  };
}

/** Sets a text field to the value in lower case. */
export function lower(field: string): Setter {
  return (fields, value) => {
    fields[field] = value.toLowerCase();
  };
}

/** Sets a text field without the escapes of nginx and Apache. */
export function unescaped(field: string): Setter {
  return (fields, value) => {
    fields[field] = unescapeQuoted(value);
  };
}

/** Sets an address field; nothing where the text is no address. */
export function ip(field: string): Setter {
  return (fields, value) => {
    fields[field] = validIp(value);
  };
}

/** Sets a number field; nothing where the text is no decimal number. */
export function number(field: string): Setter {
  return scaled(field, 1);
}

/** Sets a number field to a multiple of the decimal number told (a duration in ns, say), rounded where it is scaled. */
export function scaled(field: string, factor: number): Setter {
  return (fields, value) => {
    const found = decimal(value);
    if (found !== undefined) fields[field] = factor === 1 ? found : Math.round(found * factor);
  };
}

/** Sets a number field from hexadecimal digits, `0x` before them or not. */
export function hex(field: string): Setter {
  return (fields, value) => {
    if (/^(?:0x)?[0-9a-f]{1,12}$/i.test(value)) fields[field] = Number.parseInt(value, 16);
  };
}

/** A decimal number of any usual form; undefined for anything else, and for what no double holds exactly enough. */
export function decimal(value: string): number | undefined {
  return digitsOf(value) ?? (/^-?\d{1,15}(?:\.\d{1,15})?$/.test(value) ? Number(value) : undefined);
}

/** What most numbers are, without a regular expression: nine digits at most. */
function digitsOf(value: string): number | undefined {
  if (value.length > 9 || value === '') return undefined;
  let sum = 0;
  for (let at = 0; at < value.length; at++) {
    const digit = value.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return undefined;
    sum = sum * 10 + digit;
  }
  return sum;
}

/** Sets `<side>.address`, `.ip` where it is one, else `.domain` where told so. */
export function address(side: string, domain = false): Setter {
  const names = namesOf(side);
  return (fields, value) => {
    const ip = validIp(value);
    fields[names.address] = value;
    fields[names.ip] = ip;
    if (ip === undefined && domain) fields[names.domain] = value;
  };
}

function withoutBrackets(address: string): string {
  return address.startsWith('[') && address.endsWith(']') ? address.slice(1, -1) : address;
}

/**
 * Sets `<side>.address`, `.ip` and `.port` of `ADDRESS[:PORT]`; the brackets of an IPv6 address are left off. One that never
 * had any is followed by its port, where what stands before the last colon is an address as well.
 */
export function peer(side: string): Setter {
  const names = namesOf(side);
  return (fields, value) => {
    const last = value.lastIndexOf(':');
    const isBare = value.indexOf(':') < last && !value.includes(']') && validIp(value.slice(0, last)) !== undefined;
    const found = endpoint(isBare ? `[${value.slice(0, last)}]${value.slice(last)}` : value);
    fields[names.address] = withoutBrackets(found.address);
    fields[names.ip] = found.ip;
    if (found.port !== undefined) fields[names.port] = found.port;
  };
}

/** Names of a side's fields, made once: a name joined for every line is looked up letter by letter. */
function namesOf(side: string): Readonly<Record<'address' | 'ip' | 'domain' | 'port', string>> {
  return { address: `${side}.address`, ip: `${side}.ip`, domain: `${side}.domain`, port: `${side}.port` };
}

/** Sets a list of texts, split at a separator; at most 64 of them. */
export function list(field: string, separator: string | RegExp): Setter {
  return (fields, value) => {
    fields[field] = value.split(separator, 64).filter((item) => item !== '');
  };
}

/** Sets the same value by several setters. */
export function both(...setters: readonly Setter[]): Setter {
  return (fields, value) => {
    for (const setter of setters) setter(fields, value);
  };
}

/** Sets a field to what a table says of the value; nothing where it does not know it. */
export function mapped(field: string, table: Readonly<Record<string, FieldValue>>): Setter {
  return (fields, value) => {
    if (Object.hasOwn(table, value)) fields[field] = table[value];
  };
}

/** Sets the client's own word of where it comes from: told, never believed as the source. */
export function forwarded(fields: Fields, value: string): void {
  const found = firstPublic(value.split(/,[ +]?/, 64));
  if (found !== undefined) fields['network.forwarded_ip'] = found;
}

/** Sets status code and outcome: below 400 success, from 400 failure. */
export function status(fields: Fields, value: string): void {
  const code = decimal(value);
  if (code === undefined) return;
  fields['http.response.status_code'] = code;
  fields['event.outcome'] = code < 400 ? 'success' : 'failure';
}

/** Sets `url.*` of a path with its query, or of an absolute URL, the server's escapes taken off; replaces a path told before. */
export function url(fields: Fields, value: string): void {
  for (const part of REPLACED) if (fields[part] !== undefined) fields[part] = undefined;
  setUrl(fields, unescapeQuoted(value));
}

const REPLACED = ['url.original', 'url.path', 'url.query', 'url.fragment', 'url.extension'];

/** Sets method, `url.*` and version of `METHOD TARGET[ HTTP/VERSION]`, each perhaps `-`; nothing for what is no request. */
export function request(fields: Fields, value: string): void {
  const end = value.indexOf(' ');
  if (end < 1 || !/^[A-Za-z_-]{1,32}$/.test(value.slice(0, Math.min(end, 40)))) return;
  const version = value.endsWith(' -') ? value.length - 2 : value.lastIndexOf(' HTTP/');
  put(fields, text('http.request.method'), value.slice(0, end));
  put(fields, url, value.slice(end + 1, version > end ? version : value.length));
  if (version >= end) put(fields, text('http.version'), value.slice(version + 6));
}

/** Sets `tls.version` and `tls.version_protocol` of `TLSv1.2`. */
export function tlsVersion(fields: Fields, value: string): void {
  const found = /^(tls|ssl|dtls)v?(\d)(?:\.?(\d))?$/i.exec(value);
  if (found === null) return;
  fields['tls.version'] = `${found[2] ?? ''}.${found[3] ?? '0'}`;
  fields['tls.version_protocol'] = (found[1] ?? '').toLowerCase();
}
