import type { Fields } from '../../../event/index.js';
import type { Line } from '../../line.js';
import { type Codes, extensionIn, find, numberIn, pastDigits, pastIPv4 } from '../../text/codes.js';
import { percentDecoded } from '../../text/percent.js';
import { validIp } from '../../text/scan.js';
import { readClf } from '../../time/minute.js';
import { ACCESS, type AccessServer, setMore, WEB } from './access-more.js';
import { extensionOf } from './url.js';
import { setTarget } from './url-fields.js';

const SPACE = 32;
const QUOTE = 34;
const DASH = 45;
const SLASH = 47;
const OPEN = 91;
const CLOSE = 93;
const LONGEST_IP = 46;
/** From the space behind the address to the user. */
const USER_AT = 3;
/** From the quote behind the request to the size. */
const SIZE_AT = 6;
/** From the bracket before the time to the one behind it, and to the request. */
const TIME_END = 27;
const REQUEST_AT = 30;
/** Bytes that may be read behind a text's end. */
const AHEAD = 16;

/** Four bytes as `getInt32` reads them. */
function four(text: string): number {
  return Buffer.from(text).readInt32LE();
}

const GET = four('GET ');
const POST = four('POST');
const HEAD = four('HEAD');
const HTTP = four(' HTT');
const SLASHED = four('TTP/');
const ONE_ONE = four('1.1"');
const TWO = four('2.0"');
/** From the space before `HTTP/` to the version. */
const VERSION_AT = 6;

/** By byte of a target: what ends it, and what is special in it; 0 for all others. */
const KINDS = new Uint8Array(256);
const [END, QUESTION, PERCENT, HASH] = [1, 2, 3, 4];
for (const [character, kind] of Object.entries({ ' ': END, '"': END, '?': QUESTION, '%': PERCENT, '#': HASH }))
  KINDS[character.charCodeAt(0)] = kind;

/** Where the parts of the line at hand stand. */
const at = {
  addressEnd: 0,
  userEnd: 0,
  methodEnd: 0,
  /** -1: there is none. */
  question: -1,
  urlEnd: 0,
  isPathEscaped: false,
  isQueryEscaped: false,
  hasFragment: false,
  requestEnd: 0,
  status: 0,
  sizeEnd: 0,
  /** 0: the line ends with the size. */
  referrer: 0,
  referrerEnd: 0,
  agentEnd: 0,
};

/**
 * The event of `ADDRESS - USER [TIME] "METHOD /TARGET HTTP/VERSION" STATUS BYTES` with or without `"REFERRER" "AGENT"`, in one
 * pass over its bytes; undefined for any other line, in doubt too: one with a backslash (with which the servers escape), with a
 * host before the address, a list or a name in its place, a time behind the size. Says what `anyAccess` says.
 *
 * No quote stands before the request's: there is none in an address, a usual user and a time.
 */
export function usualAccess(text: string, line: Line, server: AccessServer): Fields | undefined {
  const { codes } = line;
  const bytes = codes.load(text);
  const { length } = codes;
  if (length + AHEAD > bytes.length) return undefined;
  // Ends whatever goes on to the text's end.
  bytes[length] = QUOTE;
  const bracket = timeAfterClient(text, bytes, length);
  const request = bracket + REQUEST_AT;
  if (bracket < 0 || !hasRequest(codes, request) || !hasResponse(text, bytes, length)) return undefined;
  if (text.includes('\\')) return undefined;
  line.time = readClf(text, bracket + 1, line);
  if (Number.isNaN(line.time)) return undefined;
  const fields = eventOf(text, codes, line, server, request);
  if (at.hasFragment) setTarget(fields, fields['url.original'] as string);
  const rest = at.agentEnd + 2;
  if (at.referrer > 0 && rest < length) setMore(fields, server, text, rest);
  return fields;
}

/** Finds `ADDRESS - USER ` and the time in its brackets; the index of the first, -1 where something else stands there. */
function timeAfterClient(text: string, bytes: Uint8Array, length: number): number {
  let end = pastIPv4(bytes, 0, length);
  if (end < 0 || bytes[end] !== SPACE) {
    end = find(bytes, SPACE, 0, Math.min(length, LONGEST_IP));
    const address = text.slice(0, end);
    if (validIp(address) !== address) return -1;
  }
  at.addressEnd = end;
  const user = end + USER_AT;
  if (user >= length) return -1;
  let userEnd = user;
  while (bytes[userEnd] !== SPACE && bytes[userEnd] !== QUOTE) userEnd++;
  at.userEnd = userEnd;
  const isUser = userEnd > user && bytes[end + 1] === DASH && bytes[end + 2] === SPACE && bytes[userEnd] === SPACE;
  return isUser && isBracketed(bytes, userEnd + 1, length) ? userEnd + 1 : -1;
}

/** Whether a time may stand there in brackets, and a request in quotes behind it. */
function isBracketed(bytes: Uint8Array, bracket: number, length: number): boolean {
  const close = bracket + TIME_END;
  return (
    close + 3 < length &&
    bytes[bracket] === OPEN &&
    bytes[close] === CLOSE &&
    bytes[close + 1] === SPACE &&
    bytes[close + 2] === QUOTE
  );
}

/** Finds the parts of `METHOD /TARGET HTTP/VERSION"`. */
function hasRequest(codes: Codes, start: number): boolean {
  const { bytes, view, length } = codes;
  let end = start;
  while (isLetter(bytes[end] as number)) end++;
  at.methodEnd = end;
  if (end === start || bytes[end] !== SPACE || bytes[end + 1] !== SLASH) return false;
  const target = findTarget(bytes, end + 1);
  at.urlEnd = target;
  if (view.getInt32(target, true) !== HTTP || view.getInt32(target + 2, true) !== SLASHED) return false;
  let version = target + VERSION_AT;
  while (isVersion(bytes[version] as number)) version++;
  at.requestEnd = version;
  return version > target + VERSION_AT && version < length && bytes[version] === QUOTE;
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

function isVersion(code: number): boolean {
  return code === 46 || (code >= 48 && code <= 57);
}

/** Finds what is special in a target; its end. */
function findTarget(bytes: Uint8Array, start: number): number {
  at.question = -1;
  at.isPathEscaped = false;
  at.isQueryEscaped = false;
  at.hasFragment = false;
  for (let end = start; ; end++) {
    const kind = KINDS[bytes[end] as number] as number;
    if (kind === 0) continue;
    if (kind === END) return end;
    if (kind === HASH) at.hasFragment = true;
    else if (kind === PERCENT && at.question < 0) at.isPathEscaped = true;
    else if (kind === PERCENT) at.isQueryEscaped = true;
    else if (at.question < 0) at.question = end;
  }
}

/** Finds the parts of ` STATUS BYTES "REFERRER" "AGENT"` behind the request, or of its first half. */
function hasResponse(text: string, bytes: Uint8Array, length: number): boolean {
  const start = at.requestEnd + SIZE_AT;
  const status = numberIn(bytes, start - 4, start - 1);
  if (status === undefined || start >= length || bytes[start - 1] !== SPACE || bytes[start - 5] !== SPACE) return false;
  at.status = status;
  let end = pastDigits(bytes, start, length);
  if (end === start && bytes[start] === DASH) end++;
  at.sizeEnd = end;
  at.referrer = 0;
  if (end === length) return true;
  return end > start && bytes[end] === SPACE && bytes[end + 1] === QUOTE && hasAgent(text, bytes, end + 2);
}

/** Finds the parts of `REFERRER" "AGENT"`. */
function hasAgent(text: string, bytes: Uint8Array, referrer: number): boolean {
  const isNone = bytes[referrer] === DASH && bytes[referrer + 1] === QUOTE;
  const referrerEnd = isNone ? referrer + 1 : text.indexOf('"', referrer);
  const agent = referrerEnd + 3;
  at.referrer = referrer;
  at.referrerEnd = referrerEnd;
  if (referrerEnd < 0 || bytes[agent - 2] !== SPACE || bytes[agent - 1] !== QUOTE) return false;
  at.agentEnd = text.indexOf('"', agent);
  return at.agentEnd > 0;
}

/** The event of the parts found. All keys of an access log's event stand in one order, that of `anyAccess`. */
function eventOf(text: string, codes: Codes, line: Line, server: AccessServer, request: number): Fields {
  const { bytes } = codes;
  const { addressEnd, userEnd, methodEnd, question, urlEnd, requestEnd, hasFragment, status, referrer } = at;
  const address = text.slice(0, addressEnd);
  const user = addressEnd + USER_AT;
  const url = text.slice(methodEnd + 1, urlEnd);
  const pathEnd = question < 0 ? urlEnd : question;
  const written = question < 0 ? url : text.slice(methodEnd + 1, question);
  const path = at.isPathEscaped ? percentDecoded(written) : written;
  const extension = at.isPathEscaped ? 0 : extensionIn(bytes, methodEnd + 1, pathEnd);
  return {
    'event.kind': 'event',
    'event.module': server.module,
    'event.dataset': server.dataset,
    'event.category': WEB,
    'event.type': ACCESS,
    'event.outcome': status < 400 ? 'success' : 'failure',
    'event.original': line.original,
    message: text,
    'host.name': line.hostName,
    'source.address': address,
    'source.ip': address,
    'user.name': pieceOf(text, bytes, user, userEnd),
    'http.request.method': methodOf(text, codes, request),
    'http.request.referrer': referrer === 0 ? undefined : pieceOf(text, bytes, referrer, at.referrerEnd),
    'http.version': versionOf(text, codes),
    'http.response.status_code': status,
    'http.response.body.bytes': numberIn(bytes, requestEnd + SIZE_AT, at.sizeEnd),
    'url.original': url,
    'url.path': hasFragment ? undefined : path,
    'url.query': hasFragment || question < 0 ? undefined : queryOf(text, question + 1, urlEnd),
    'url.extension': hasFragment || extension < 0 ? undefined : extensionAt(text, path, extension, pathEnd),
    'user_agent.original': referrer === 0 ? undefined : pieceOf(text, bytes, at.referrerEnd + 3, at.agentEnd),
  };
}

/** A piece of the text; undefined for an empty one and `-`. */
function pieceOf(text: string, bytes: Uint8Array, start: number, end: number): string | undefined {
  return end - start > 1 || (end > start && bytes[start] !== DASH) ? text.slice(start, end) : undefined;
}

/** The method, the usual ones as the text that all lines share. */
function methodOf(text: string, { view }: Codes, start: number): string {
  const four = view.getInt32(start, true);
  if (four === GET) return 'GET';
  const end = at.methodEnd;
  if (end !== start + 4) return text.slice(start, end);
  return four === POST ? 'POST' : four === HEAD ? 'HEAD' : text.slice(start, end);
}

function versionOf(text: string, { view }: Codes): string {
  const start = at.urlEnd + VERSION_AT;
  const four = view.getInt32(start, true);
  return four === ONE_ONE ? '1.1' : four === TWO ? '2.0' : text.slice(start, at.requestEnd);
}

/** The extension behind its dot; `start` is 0 where it is that of a decoded path. */
function extensionAt(text: string, path: string, start: number, end: number): string | undefined {
  return start === 0 ? extensionOf(path) : text.slice(start, end);
}

function queryOf(text: string, start: number, end: number): string {
  const query = text.slice(start, end);
  return at.isQueryEscaped ? percentDecoded(query) : query;
}
