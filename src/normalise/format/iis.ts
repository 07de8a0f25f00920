import { detach, type Fields } from '../../event/index.js';
import {
  both,
  eventFields,
  forwarded,
  ip,
  number,
  put,
  scaled,
  type Setter,
  status,
  text,
  type What,
} from '../capture.js';
import { clockAt } from '../calendar.js';
import type { Line, TextFormat } from '../line.js';
import { percentDecoded } from '../percent.js';
import { isDigit, validIp } from '../scan.js';
import { setTarget } from './url-fields.js';

const HEADER = 'iis.fields';
const DATE = 'iis.date';
const MAX_COLUMNS = 128;

/** What each column of a W3C log sets. Source: Microsoft, "W3C Extended Log File Format"; Elastic's iis module. */
const COLUMNS: Readonly<Record<string, Setter>> = {
  's-ip': both(text('destination.address'), ip('destination.ip')),
  's-port': number('destination.port'),
  's-computername': text('iis.access.server_name'),
  's-sitename': text('iis.access.site_name'),
  'c-ip': both(text('source.address'), ip('source.ip')),
  'c-port': number('source.port'),
  'cs-method': text('http.request.method'),
  'cs-username': account,
  'cs-version': version,
  'cs(user-agent)': plus('user_agent.original'),
  'cs(cookie)': text('iis.access.cookie'),
  'cs(referer)': text('http.request.referrer'),
  'cs-host': both(text('destination.domain'), text('url.domain')),
  'sc-status': status,
  'sc-substatus': number('iis.access.sub_status'),
  'sc-win32-status': number('iis.access.win32_status'),
  'sc-bytes': number('http.response.body.bytes'),
  'cs-bytes': number('http.request.body.bytes'),
  'time-taken': scaled('event.duration', 1_000_000),
  'x-forwarded-for': forwarded,
  'cs(x-forwarded-for)': forwarded,
  's-reason': text('iis.error.reason_phrase'),
  's-queuename': text('iis.error.queue_name'),
  's-siteid': text('iis.error.site_id'),
};

const BEGIN = 'date time ';
const TAIL = 'sc-status sc-substatus sc-win32-status time-taken';
const USUAL = 's-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent)';
const FULL =
  'cs(User-Agent) cs(Cookie) cs(Referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken';

/** The usual sets of columns, for a line whose header was not seen; an X-Forwarded-For column may follow each. */
const SETS: readonly (readonly string[])[] = [
  `${BEGIN}${USUAL} cs(Referer) ${TAIL}`,
  `${BEGIN}${USUAL} ${TAIL}`,
  `${BEGIN}${USUAL} cs(Cookie) cs(Referer) ${TAIL}`,
  `${BEGIN}s-computername ${USUAL} cs(Referer) ${TAIL}`,
  `${BEGIN}s-sitename s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs-version cs(User-Agent) cs(Cookie) cs(Referer) sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken`,
  `${BEGIN}s-sitename cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip ${FULL}`,
  `${BEGIN}s-sitename s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs-version ${FULL}`,
  `${BEGIN}c-ip c-port s-ip s-port cs-version cs-method cs-uri streamid sc-status s-siteid s-reason s-queuename`,
  `${BEGIN}c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid s-reason s-queuename`,
].flatMap((names) => [names.split(' '), `${names} X-Forwarded-For`.split(' ')]);

const ADDRESSES = new Set(['s-ip', 'c-ip']);
const NUMBERS = new Set([
  's-port',
  'c-port',
  'sc-status',
  'sc-substatus',
  'sc-win32-status',
  'time-taken',
  'sc-bytes',
  'cs-bytes',
  'streamid',
]);

/**
 * IIS's W3C log and the HTTP.sys error log (HTTPERR). The `#Fields:` line says what the columns are, as often as it
 * comes; without one seen, the usual sets are tried. Spaces in values are `+`, times are UTC. A header line is an event
 * with its text as the message. Source: Microsoft, "W3C Extended Log File Format".
 */
export const iisAccess: TextFormat = {
  reads: 'text',
  name: 'iis.access',
  aliases: ['iis', 'iis_access', 'iis-access', 'iis.error', 'w3c'],
  dataset: 'iis.access',
  sniff: (line) => isHeader(line) || (isDigit(line.charCodeAt(0)) && line.charCodeAt(4) === 45 && SNIFFED.test(line)),
  parse: (line, at) => (isHeader(line) ? header(line, at) : entry(line, at)),
};

const SNIFFED =
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (?:[^ [\]]{1,128}|\[[0-9a-fA-F.:]{2,45}\]\(http:[^ ]{1,64}\)) [^ [\]]{1,128} [^ ]{1,65536} /;

// Addresses that a wiki or a mail program made links.
const LINKED = /\[([0-9a-fA-F.:]{2,45})\]\(http:\/\/[0-9a-fA-F.:[\]]{2,47}\)/g;

function isHeader(line: string): boolean {
  return (
    line.charCodeAt(0) === 35 &&
    /^#(?:Software: (?:Microsoft|IIS)|Version: \d|Date: \d|Fields: .*\b(?:date|time|c-ip)\b)/i.test(line.slice(0, 4096))
  );
}

function header(line: string, at: Line): Fields {
  if (line.startsWith('#Fields: ')) at.headers.set(HEADER, detach(line.slice(9).trim()).split(/ +/, MAX_COLUMNS));
  if (line.startsWith('#Date: ')) {
    at.time = utcTime(at, line.slice(7));
    at.headers.set(DATE, [detach(line.slice(7, 17))]);
  }
  at.isHeader = true;
  return eventFields(at, 'iis.access', line, {});
}

function utcTime(at: Line, value: string): number {
  return at.clock.iso(`${value.slice(0, 19)}Z`, 0);
}

/** The last day read, and its midnight. */
let known = { day: '', midnight: Number.NaN };

function timeOf(at: Line, day: string, time: string): number {
  const ofDay = time.length === 8 ? clockAt(time, 0) : Number.NaN;
  if (day === known.day && !Number.isNaN(ofDay)) return known.midnight + ofDay;
  const found = utcTime(at, `${day} ${time}`);
  if (day.length === 10 && !Number.isNaN(found - ofDay)) known = { day: detach(day), midnight: found - ofDay };
  return found;
}

function entry(line: string, at: Line): Fields | undefined {
  if (line.charCodeAt(0) === 35) return undefined;
  const text = line.includes('](http:') ? line.replace(LINKED, '$1') : line;
  const values = text.trimEnd().split(' ', MAX_COLUMNS + 1);
  const names = columnsOf(values, at.headers.get(HEADER));
  if (names === undefined) return undefined;
  const columns = planOf(names);
  const { date, time } = columns;
  const day = date < 0 ? at.headers.get(DATE)?.[0] : values[date];
  at.time = timeOf(at, day ?? '', values[time] ?? '');
  const server = values[columns.server];
  if (server !== undefined && server !== '-') at.host = server.toLowerCase();
  const fields = eventFields(at, columns.dataset, line, WHAT);
  fields['host.hostname'] = undefined;
  return complete(filled(fields, columns, values));
}

/** What is known of a set of columns. */
interface Columns {
  readonly date: number;
  readonly time: number;
  readonly server: number;
  readonly stem: number;
  readonly query: number;
  readonly uri: number;
  readonly dataset: string;
  readonly setters: readonly (Setter | undefined)[];
}

/** By the list of the columns' names, for as long as its header holds. */
const PLANS = new WeakMap<readonly string[], Columns>();

function planOf(names: readonly string[]): Columns {
  const known = PLANS.get(names);
  if (known !== undefined) return known;
  const keys = names.map((name) => name.toLowerCase());
  const columns = {
    date: names.indexOf('date'),
    time: names.indexOf('time'),
    server: names.indexOf('s-computername'),
    stem: keys.lastIndexOf('cs-uri-stem'),
    query: keys.lastIndexOf('cs-uri-query'),
    uri: keys.lastIndexOf('cs-uri'),
    dataset: names.includes('s-reason') ? 'iis.error' : 'iis.access',
    setters: keys.map((key) => (Object.hasOwn(COLUMNS, key) ? COLUMNS[key] : undefined)),
  };
  PLANS.set(names, columns);
  return columns;
}

const WHAT: What = { category: ['web'] };

/** The columns told, where the line has as many, else the first usual set that fits. */
function columnsOf(values: readonly string[], told: readonly string[] | undefined): readonly string[] | undefined {
  if (told?.length === values.length) return told;
  return SETS.find((names) => names.length === values.length && fits(names, values));
}

function fits(names: readonly string[], values: readonly string[]): boolean {
  return names.every((name, index) => {
    const value = values[index] ?? '';
    if (name === 'date') return /^\d{4}-\d\d-\d\d$/.test(value);
    if (name === 'time') return /^\d\d:\d\d:\d\d$/.test(value);
    if (value === '-') return true;
    if (ADDRESSES.has(name)) return validIp(value) !== undefined;
    if (name === 'cs-version') return value.startsWith('HTTP');
    return !NUMBERS.has(name) || /^\d{1,15}$/.test(value);
  });
}

function filled(fields: Fields, { setters, stem, query, uri }: Columns, values: readonly string[]): Fields {
  for (let index = 0; index < setters.length; index++) put(fields, setters[index], values[index]);
  const target = uri < 0 ? undefined : splitQuery(values[uri] ?? '');
  setUrl(fields, stem > uri ? values[stem] : target?.[0], query > uri ? values[query] : target?.[1]);
  return fields;
}

function splitQuery(target: string): [string, string | undefined] {
  const question = target.indexOf('?');
  return question < 0 ? [target, undefined] : [target.slice(0, question), target.slice(question + 1)];
}

function setUrl(fields: Fields, stem: string | undefined, query: string | undefined): void {
  if (stem === undefined || stem === '-' || stem === '') return;
  const asked = query === undefined || query === '-' ? undefined : query;
  fields['url.original'] = asked === undefined ? stem : `${stem}?${asked}`;
  setTarget(fields, stem);
  if (asked !== undefined) fields['url.query'] = percentDecoded(asked.replaceAll('+', ' '));
}

/** A connection is one where both its ends are told. */
function complete(fields: Fields): Fields {
  if (fields['source.ip'] === undefined || fields['destination.ip'] === undefined) return fields;
  fields['event.category'] = ['web', 'network'];
  fields['event.type'] = ['connection'];
  return fields;
}

/** `DOMAIN\\name`, `name@domain`, and both at once, whose second domain counts. */
function account(fields: Fields, value: string): void {
  const behind = value.slice(value.indexOf('\\') + 1);
  const at = behind.indexOf('@');
  fields['user.name'] = at > 0 ? behind.slice(0, at) : behind;
  fields['user.domain'] =
    at > 0 ? behind.slice(at + 1) : value.slice(0, Math.max(0, value.length - behind.length - 1)) || undefined;
}

function version(fields: Fields, value: string): void {
  if (value.startsWith('HTTP/')) fields['http.version'] = value.slice(5);
}

/** A value whose spaces IIS writes as `+`; percent-escapes are the client's own and decoded where they are sound. */
function plus(field: string): Setter {
  return (fields, value) => {
    fields[field] = percentDecoded(value.includes('+') ? value.replaceAll('+', ' ') : value);
  };
}
