import { detach, type Fields } from '../../../event/index.js';
import { eventFields } from '../../capture.js';
import type { Line, TextFormat } from '../../line.js';
import { isDigit, validIp } from '../../text/scan.js';
import { Columns, DATE } from './iis-columns.js';
import { unlinked } from './iis-values.js';

const HEADER = 'iis.fields';
const MAX_COLUMNS = 128;

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

function isHeader(line: string): boolean {
  return (
    line.charCodeAt(0) === 35 &&
    /^#(?:Software: (?:Microsoft|IIS)|Version: \d|Date: \d|Fields: .*\b(?:date|time|c-ip)\b)/i.test(line.slice(0, 4096))
  );
}

function header(line: string, at: Line): Fields {
  if (line.startsWith('#Fields: ')) at.headers.set(HEADER, detach(line.slice(9).trim()).split(/ +/, MAX_COLUMNS));
  if (line.startsWith('#Date: ')) {
    at.time = at.clock.iso(`${line.slice(7, 26)}Z`, 0);
    at.headers.set(DATE, [detach(line.slice(7, 17))]);
  }
  at.isHeader = true;
  return eventFields(at, 'iis.access', line, {});
}

function entry(line: string, at: Line): Fields | undefined {
  if (line.charCodeAt(0) === 35) return undefined;
  const told = at.headers.get(HEADER);
  const columns = told === undefined ? undefined : columnsOf(told);
  const usual = columns?.readUsual(line, at);
  if (usual !== undefined) return usual;
  const text = trimmed(line);
  const fields = columns?.read(text, at, line);
  if (fields !== undefined) return fields;
  const names = usualOf(text.split(' ', MAX_COLUMNS + 1));
  return names === undefined ? undefined : columnsOf(names).read(text, at, line);
}

/** A text without white space at its end, which hardly any has. */
function trimmed(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last > 32 && last < 127 ? text : text.trimEnd();
}

/** By the list of the columns' names, for as long as its header holds. */
const KNOWN = new WeakMap<readonly string[], Columns>();
/** By the names themselves: a header comes again with every restart. */
const BY_NAMES = new Map<string, Columns>();
const MOST_HEADERS = 64;

/** The columns asked for last. */
let latest: { readonly names: readonly string[]; readonly columns: Columns } | undefined = undefined;

function columnsOf(names: readonly string[]): Columns {
  if (latest?.names === names) return latest.columns;
  const columns = KNOWN.get(names) ?? named(names);
  KNOWN.set(names, columns);
  latest = { names, columns };
  return columns;
}

function named(names: readonly string[]): Columns {
  const key = names.join(' ');
  const columns = BY_NAMES.get(key) ?? new Columns(names);
  if (BY_NAMES.size >= MOST_HEADERS) BY_NAMES.clear();
  BY_NAMES.set(key, columns);
  return columns;
}

/** The first usual set of columns that fits. */
function usualOf(values: readonly string[]): readonly string[] | undefined {
  const sets = SETS.filter((names) => names.length === values.length);
  return sets.find((names) => fits(names, values)) ?? sets.find((names) => fits(names, values, HOST));
}

const HOST = /^[A-Za-z\d][\w.-]{0,252}$/;

/** `host`: what a client's name looks like where names are looked up. */
function fits(names: readonly string[], values: readonly string[], host?: RegExp): boolean {
  return names.every((name, index) => {
    const value = values[index] ?? '';
    if (name === 'date') return /^\d{4}-\d\d-\d\d$/.test(value);
    if (name === 'time') return /^\d\d:\d\d:\d\d$/.test(value);
    if (value === '-') return true;
    if (ADDRESSES.has(name))
      return validIp(unlinked(value)) !== undefined || (name === 'c-ip' && host?.test(value) === true);
    if (name === 'cs-version') return value.startsWith('HTTP');
    return !NUMBERS.has(name) || /^\d{1,15}$/.test(value);
  });
}
