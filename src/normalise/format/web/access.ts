import type { Fields } from '../../../event/index.js';
import { find, isIPv4In, matches, numberIn, pastDigits, word } from '../../text/codes.js';
import { textOf } from '../../fields.js';
import type { Line } from '../../line.js';
import { readClf } from '../../time/minute.js';
import { closingQuote, endpoint, isDigit, unescapeQuoted, validIp } from '../../text/scan.js';
import {
  ACCESS,
  type AccessServer,
  setAddress,
  setClients,
  setHandshake,
  setIdent,
  setMore,
  setPlainPath,
  setResponseTime,
  setVhost,
  splitQuotedList,
  WEB,
} from './access-more.js';
import { usualAccess } from './access-usual.js';
import { setTarget, setUrl } from './url-fields.js';

const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const DASH = 45;
const SLASH = 47;
const OPEN = 91;
const CLOSE = 93;
const HTTP = word(' HTTP/');
const NO_USER = '" [';
// ` [23/Nov/2026:06:39:04 +0000] "`: from the space before the bracket to the quote.
const TIME_WIDTH = 30;

/**
 * The common and combined access log of nginx and Apache: `ADDRESS IDENT USER [TIME] "REQUEST" STATUS BYTES`, with or
 * without `"REFERRER" "AGENT"` and whatever follows; before the address perhaps `VHOST:PORT ` (vhost_combined), the address
 * perhaps a list, or a quoted list (`X-Forwarded-For`) before it, behind the host. Sources: ngx_http_log_module, mod_log_config.
 *
 * Both servers escape quotes, so the first quote begins the request and the fixed-width time stands right before it:
 * a user name cannot forge time or request, and a quote inside a quoted part is told by its backslash.
 */
export function parseAccess(text: string, line: Line, server: AccessServer): Fields | undefined {
  return usualAccess(text, line, server) ?? anyAccess(text, line, server);
}

/** As `parseAccess`, of lines that are not usual too. */
export function anyAccess(text: string, line: Line, server: AccessServer): Fields | undefined {
  const bytes = line.codes.load(text);
  const { length } = line.codes;
  const list = bytes[0] === QUOTE ? 0 : find(bytes, SPACE, 0, length) + 1;
  if (list >= length || bytes[list] !== QUOTE) return parseEntry(text, line, server);
  const quoted = splitQuotedList(list === 0 ? text : text.slice(list));
  if (quoted === undefined) return undefined;
  // The list may stand in the address's place.
  const isBare = quoted.rest.startsWith('- ');
  const fields = parseEntry(isBare ? `0.0.0.0 ${quoted.rest}` : quoted.rest, line, server);
  if (fields === undefined) return undefined;
  fields['message'] = text;
  setClients(fields, server, isBare ? quoted.list : `${quoted.list}, ${textOf(fields, 'source.address') ?? ''}`);
  if (list > 0) setVhost(fields, text.slice(0, list - 1));
  return fields;
}

function parseEntry(text: string, line: Line, server: AccessServer): Fields | undefined {
  const bytes = line.codes.load(text);
  const { length } = line.codes;
  // Long spans are found by the engine's own search, and one look tells whether anything is escaped at all.
  const escaped = text.includes('\\');
  const request = behindUser(text, closing(text, 0, escaped) + 1);
  const bracket = request - TIME_WIDTH;
  if (!isTimed(bytes, request)) return undefined;
  const requestEnd = closing(text, request, escaped);
  const status =
    requestEnd < 0 || requestEnd + 5 > length ? undefined : numberIn(bytes, requestEnd + 2, requestEnd + 5);
  const addressEnd = listEnd(bytes, 0, bracket - 1);
  if (status === undefined || addressEnd < 0) return undefined;
  line.time = readClf(text, bracket + 1, line);
  if (Number.isNaN(line.time)) return undefined;
  // vhost_combined has one token more: `VHOST:PORT ADDRESS IDENT USER [`.
  const vhostEnd = bytes[addressEnd + 1] === DASH ? -1 : vhostBefore(text, bytes, addressEnd, bracket);
  const end = vhostEnd < 0 ? listGoesOn(text, bytes, addressEnd, bracket) : listEnd(bytes, vhostEnd + 1, bracket - 1);
  const fields = entryFields(text, bytes, line, server, vhostEnd + 1, end, bracket);
  setRequest(fields, text, bytes, request, requestEnd, escaped);
  setHandshake(fields, server, text, request, requestEnd);
  fields['http.response.status_code'] = status;
  fields['event.outcome'] = status < 400 ? 'success' : 'failure';
  const rest = setResponse(fields, text, bytes, requestEnd + 6, length, escaped);
  if (rest > 0 && rest < length) setMore(fields, server, text, rest);
  if (vhostEnd > 0) setVhost(fields, text.slice(0, vhostEnd));
  else if (bytes[end + 1] !== DASH) setIdent(fields, server, text, end + 1);
  if (fields['source.ip'] !== fields['source.address']) setAddress(fields, server);
  return fields;
}

/** Where the request begins whose first quote may be a user's: Apache writes an empty name as `""`, and escapes any other quote. */
function behindUser(text: string, quoted: number): number {
  return text.charCodeAt(quoted) === QUOTE && text.startsWith(NO_USER, quoted)
    ? quoted + NO_USER.length - 1 + TIME_WIDTH
    : quoted;
}

/** Whether the 30 characters before the request are a bracketed time of fixed width. */
function isTimed(bytes: Uint8Array, request: number): boolean {
  const bracket = request - TIME_WIDTH;
  // `2026-11-23T…`: somebody else's head stands before the line.
  if (bytes[4] === DASH && bytes[7] === DASH && bytes[10] === 84) return false;
  return bracket >= 3 && bytes[bracket] === OPEN && bytes[request - 3] === CLOSE && bytes[request - 2] === SPACE;
}

/** Index of the space between the address and ident: the first one from `start` that no comma of a list of addresses precedes. */
function listEnd(bytes: Uint8Array, start: number, end: number): number {
  let space = find(bytes, SPACE, start, end);
  while (space < end && space > 0 && bytes[space - 1] === COMMA) space = find(bytes, SPACE, space + 1, end);
  return space > start && space < end ? space : -1;
}

/** The end of a list whose last address stands behind a space alone (`A, B C IDENT USER [`), else `first`. */
function listGoesOn(text: string, bytes: Uint8Array, first: number, bracket: number): number {
  if (bytes[first + 1] === DASH) return first;
  const second = listEnd(bytes, first + 1, bracket - 1);
  if (second < 0 || !text.slice(0, first).includes(',') || text.indexOf(' ', second + 1) >= bracket - 1) return first;
  return validIp(text.slice(first + 1, second)) === undefined ? first : second;
}

/** All keys of an access log's event, in one order; those of request and response are still undefined. */
function entryFields(
  text: string,
  bytes: Uint8Array,
  line: Line,
  server: AccessServer,
  addressStart: number,
  addressEnd: number,
  bracket: number,
): Fields {
  const address = text.slice(addressStart, addressEnd);
  const ip = isIPv4In(bytes, addressStart, addressEnd) ? address : validIp(address);
  const user = find(bytes, SPACE, addressEnd + 1, bracket) + 1;
  const hasUser = user < bracket - 1 && !(user === bracket - 2 && bytes[user] === DASH);
  return {
    'event.kind': 'event',
    'event.module': server.module,
    'event.dataset': server.dataset,
    'event.category': WEB,
    'event.type': ACCESS,
    'event.outcome': undefined,
    'event.original': line.original,
    message: text,
    'host.name': line.hostName,
    'source.address': address,
    'source.ip': ip,
    'user.name': hasUser ? userOf(text.slice(user, bracket - 1)) : undefined,
    'http.request.method': undefined,
    'http.request.referrer': undefined,
    'http.version': undefined,
    'http.response.status_code': undefined,
    'http.response.body.bytes': undefined,
    'url.original': undefined,
    'url.path': undefined,
    'url.query': undefined,
    'url.extension': undefined,
    'user_agent.original': undefined,
  };
}

/** `METHOD TARGET HTTP/VERSION` in `[start, end)`; what is no request (binary garbage, `-`) sets nothing. */
function setRequest(
  fields: Fields,
  text: string,
  bytes: Uint8Array,
  start: number,
  end: number,
  escaped: boolean,
): void {
  const methodEnd = methodOf(bytes, start, end);
  if (methodEnd < 0) return;
  const version = versionBefore(bytes, methodEnd, end);
  if (version < 0 && bytes[methodEnd + 1] !== SLASH) return;
  const urlEnd = version < 0 ? end : version;
  const raw = text.slice(methodEnd + 1, urlEnd);
  const url = escaped ? unescapeQuoted(raw) : raw;
  fields['http.request.method'] = methodName(text, bytes, start, methodEnd);
  if (version >= 0) fields['http.version'] = versionName(text, version + 6, end);
  fields['url.original'] = url;
  if (bytes[methodEnd + 1] !== SLASH) setAbsolute(fields, url);
  else if (escaped || !setPlainPath(fields, text, bytes, methodEnd + 1, urlEnd)) setTarget(fields, url);
}

/** Index of ` HTTP/` where a request ends with it and a version, or -1. */
function versionBefore(bytes: Uint8Array, methodEnd: number, end: number): number {
  let at = end - 1;
  while (at > methodEnd && bytes[at] !== SPACE) at--;
  return at > methodEnd && matches(bytes, HTTP, at, end) ? at : -1;
}

function methodName(text: string, bytes: Uint8Array, start: number, end: number): string {
  if (end - start === 3 && bytes[start] === 71 && bytes[start + 1] === 69 && bytes[start + 2] === 84) return 'GET';
  return text.slice(start, end);
}

function versionName(text: string, start: number, end: number): string {
  return end - start === 3 && text.startsWith('1.1', start) ? '1.1' : text.slice(start, end);
}

/** `BYTES ["REFERRER" "AGENT" …]` from `at`; the index of what follows, or -1. */
function setResponse(
  fields: Fields,
  text: string,
  bytes: Uint8Array,
  at: number,
  length: number,
  escaped: boolean,
): number {
  const sizeEnd = pastDigits(bytes, at, length);
  fields['http.response.body.bytes'] = numberIn(bytes, at, sizeEnd);
  const timed = setResponseTime(fields, text, sizeEnd === at ? at + 1 : sizeEnd);
  const referrer = timed + 2;
  if (referrer > length || bytes[referrer - 1] !== QUOTE) return -1;
  const referrerEnd = closing(text, referrer, escaped);
  if (referrerEnd < 0) return -1;
  fields['http.request.referrer'] = quotedIn(text, bytes, referrer, referrerEnd, escaped);
  const agent = referrerEnd + 3;
  if (agent > length || bytes[agent - 1] !== QUOTE) return -1;
  const agentEnd = closing(text, agent, escaped);
  if (agentEnd < 0) return -1;
  fields['user_agent.original'] = quotedIn(text, bytes, agent, agentEnd, escaped);
  return agentEnd + 2;
}

function quotedIn(text: string, bytes: Uint8Array, start: number, end: number, escaped: boolean): string | undefined {
  if (start === end || (end === start + 1 && bytes[start] === DASH)) return undefined;
  const value = text.slice(start, end);
  return escaped ? unescapeQuoted(value) : value;
}

function closing(text: string, start: number, escaped: boolean): number {
  return escaped ? closingQuote(text, start) : text.indexOf('"', start);
}

/**
 * Index of the space behind a `VHOST[:PORT]` before the address, or -1: an address and two tokens more stand behind it. A
 * client may choose its user name, never the ident that stands there otherwise.
 */
function vhostBefore(text: string, bytes: Uint8Array, first: number, bracket: number): number {
  const second = listEnd(bytes, first + 1, bracket - 1);
  if (second < 0 || text.indexOf(' ', second + 1) >= bracket - 1 || text.charCodeAt(first - 1) === COMMA) return -1;
  const address = text.slice(first + 1, second).split(',', 1)[0] ?? '';
  const isHost = endpoint(address).ip !== undefined || (isDigit(text.charCodeAt(first - 1)) && NAME.test(address));
  return isHost && !text.slice(0, first).includes(',') ? first : -1;
}

const NAME = /^[a-z0-9.-]{1,255}\.[a-z]{1,63}$/i;

/** End of the method: the first space of the request, where only letters stand before it; -1 otherwise. */
function methodOf(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isMethodCode(bytes[at] as number)) at++;
  return at > start && at < end && bytes[at] === SPACE ? at : -1;
}

function isMethodCode(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === DASH || code === 95;
}

function userOf(text: string): string | undefined {
  return text === '-' || text === '""' ? undefined : unescapeQuoted(text);
}

/** A request to a proxy names scheme and host; the path is what stands behind them. */
function setAbsolute(fields: Fields, url: string): void {
  if (fields['http.request.method'] !== 'CONNECT') return setUrl(fields, url);
  const { address, port } = endpoint(url);
  Object.assign(fields, { 'url.domain': address, 'url.port': port });
}

/** A cheap look: an opening bracket with a day and a slash, followed by a quoted request. */
export function looksLikeAccess(text: string): boolean {
  // Most texts that are none have no quote: looking for one character costs a fraction of looking for two.
  if (!text.includes('"')) return false;
  let quoted = text.indexOf(' "') + 2;
  // A host and a list in quotes before the line.
  if (quoted > 2 && text.indexOf(' ') === quoted - 2) quoted = text.indexOf(' "', quoted) + 2;
  const request = behindUser(text, quoted);
  return (
    request > TIME_WIDTH &&
    text.charCodeAt(request - TIME_WIDTH) === 91 &&
    text.charCodeAt(request - TIME_WIDTH + 3) === 47
  );
}
