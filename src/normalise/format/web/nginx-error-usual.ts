import type { Fields } from '../../../event/index.js';
import { extensionIn, find, isIPv4In, isPlainUrl, matches, numberIn, pastDigits, word } from '../../text/codes.js';
import type { Line } from '../../line.js';
import { secondsIn } from '../../time/minute.js';
import { isModSecurity } from '../waf/modsecurity-text.js';
import { setUrl } from './url-fields.js';

const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const STAR = 42;
const COMMA = 44;
const POINT = 46;
const SLASH = 47;
const COLON = 58;
const OPEN = 91;
const CLOSE = 93;
const STAMP_WIDTH = 20;
const SECONDS_AT = 16;
const LEVEL_AT = 21;
const LONGEST_LEVEL = 19;
const LONGEST_NUMBER = 15;
const LONGEST_SERVER = 512;
const LONGEST_METHOD = 32;
const LONGEST_HOST = 255;
const CATEGORY = ['web'];
const TYPE = ['error'];
const CLIENT = ', client: ';
const SERVER = word(', server: ');
const REQUEST = word(', request: "');
const HTTP = word(' HTTP/');
const UPSTREAM = word(', upstream: "');
const HOST = word(', host: "');
const REFERRER = word(', referrer: "');

/** Where the parts of the line at hand stand. */
const at = {
  levelEnd: 0,
  pidEnd: 0,
  threadEnd: 0,
  message: 0,
  client: 0,
  clientEnd: 0,
  method: 0,
  url: 0,
  urlEnd: 0,
  requestEnd: 0,
  host: 0,
  hostEnd: 0,
  referrer: 0,
  referrerEnd: 0,
};

/**
 * The event of an error about a request, `2026/11/23 06:39:04 [error] 123#45: *6 text, client: 203.0.113.9, server: …, request:
 * "GET / HTTP/1.1", host: "…"`, read from its bytes; undefined for any other line, in doubt too. Says what `parseAny` says.
 */
export function usualError(text: string, line: Line): Fields | undefined {
  const bytes = line.load(text);
  const { length } = line.codes;
  if (length <= STAMP_WIDTH || !hasTime(bytes, text, line) || !hasProcess(bytes, length)) return undefined;
  const client = text.indexOf(CLIENT, at.message);
  if (client < 0 || !hasClient(bytes, client, length)) return undefined;
  const message = text.slice(at.message);
  if (isModSecurity(message)) return undefined;
  const ip = text.slice(at.client, at.clientEnd);
  const url = text.slice(at.url, at.urlEnd);
  const isPlain = bytes[at.url] === SLASH && isPlainUrl(bytes, at.url, at.urlEnd);
  const extension = isPlain ? extensionIn(bytes, at.url, at.urlEnd) : -1;
  const fields: Fields = {
    'event.kind': 'event',
    'event.module': 'nginx',
    'event.dataset': 'nginx.error',
    'event.category': CATEGORY,
    'event.type': TYPE,
    'event.original': line.original,
    message,
    'host.name': line.hostName,
    'log.level': line.programs.of(text, bytes, LEVEL_AT, at.levelEnd),
    'process.pid': numberIn(bytes, at.levelEnd + 2, at.pidEnd),
    'process.thread.id': numberIn(bytes, at.pidEnd + 1, at.threadEnd),
    'nginx.error.connection_id': numberIn(bytes, at.threadEnd + 3, at.message - 1),
    'source.address': ip,
    'source.ip': ip,
    'source.port': undefined,
    'http.request.method': line.programs.of(text, bytes, at.method, at.url - 1),
    'http.request.referrer': at.referrer === 0 ? undefined : text.slice(at.referrer, at.referrerEnd),
    'http.version': line.programs.of(text, bytes, at.urlEnd + HTTP.length, at.requestEnd),
    'url.original': isPlain ? url : undefined,
    'url.path': isPlain ? url : undefined,
    'url.query': undefined,
    'url.extension': extension < 0 ? undefined : text.slice(extension, at.urlEnd),
    'url.domain': undefined,
    'url.port': undefined,
  };
  if (!isPlain) setUrl(fields, url);
  fields['url.domain'] ??= line.hosts.of(text, bytes, at.host, at.hostEnd);
  return fields;
}

/** Sets the time of a stamp and a space; false where it is none. */
function hasTime(bytes: Uint8Array, text: string, line: Line): boolean {
  const { slashed, clock, codes } = line;
  const seconds = secondsIn(bytes, SECONDS_AT);
  if (seconds < 0 || bytes[STAMP_WIDTH - 1] !== SPACE || bytes[STAMP_WIDTH] !== OPEN) return false;
  if (slashed.stands(codes, 0, clock)) {
    line.time = slashed.start + seconds;
    return true;
  }
  const time = clock.slashed(text, 0);
  if (Number.isNaN(time)) return false;
  slashed.learn(codes, 0, clock, time, seconds);
  line.time = time;
  return true;
}

/** `error] 123#45: *6 `, or without the number of a connection. */
function hasProcess(bytes: Uint8Array, length: number): boolean {
  const levelEnd = find(bytes, CLOSE, LEVEL_AT, Math.min(length, LEVEL_AT + LONGEST_LEVEL));
  const pidEnd = pastDigits(bytes, levelEnd + 2, length);
  const threadEnd = pastDigits(bytes, pidEnd + 1, length);
  at.levelEnd = levelEnd;
  at.pidEnd = pidEnd;
  at.threadEnd = threadEnd;
  if (threadEnd + 3 >= length || bytes[levelEnd] !== CLOSE || bytes[levelEnd + 1] !== SPACE) return false;
  if (!isShort(levelEnd + 2, pidEnd) || !isShort(pidEnd + 1, threadEnd)) return false;
  if (bytes[pidEnd] !== HASH || bytes[threadEnd] !== COLON || bytes[threadEnd + 1] !== SPACE) return false;
  at.message = threadEnd + 2;
  if (bytes[at.message] !== STAR) return true;
  const connectionEnd = pastDigits(bytes, threadEnd + 3, length);
  at.message = connectionEnd + 1;
  return isShort(threadEnd + 3, connectionEnd) && at.message < length && bytes[connectionEnd] === SPACE;
}

/** Whether so many digits are a number that all ways read alike. */
function isShort(start: number, end: number): boolean {
  return end > start && end - start <= LONGEST_NUMBER;
}

/** `, client: …, server: …, request: "…", host: "…"` to the end of the line, nothing of it in doubt. */
function hasClient(bytes: Uint8Array, start: number, length: number): boolean {
  at.client = start + CLIENT.length;
  at.clientEnd = find(bytes, COMMA, at.client, length);
  const server = at.clientEnd + SERVER.length;
  if (!matches(bytes, SERVER, at.clientEnd, length) || !isIPv4In(bytes, at.client, at.clientEnd)) return false;
  const serverEnd = find(bytes, COMMA, server, Math.min(length, server + LONGEST_SERVER + 1));
  return matches(bytes, REQUEST, serverEnd, length) && hasRequest(bytes, serverEnd + REQUEST.length, length);
}

/** `GET / HTTP/1.1"` and what stands behind it. */
function hasRequest(bytes: Uint8Array, method: number, length: number): boolean {
  at.method = method;
  let end = method;
  while (end < length && isCapital(bytes[end] as number)) end++;
  if (end === method || end - method > LONGEST_METHOD || bytes[end] !== SPACE) return false;
  at.url = end + 1;
  at.urlEnd = plainEnd(bytes, at.url, length);
  const version = at.urlEnd + HTTP.length;
  if (!matches(bytes, HTTP, at.urlEnd, length)) return false;
  at.requestEnd = version;
  while (at.requestEnd < length && isVersion(bytes[at.requestEnd] as number)) at.requestEnd++;
  const last = at.requestEnd + 1;
  return (
    at.requestEnd > version &&
    bytes[at.requestEnd] === QUOTE &&
    hasHost(bytes, behindUpstream(bytes, last, length), length)
  );
}

/** Where `, upstream: "…"` at `start` ends; `start` where there is none that is plain. */
function behindUpstream(bytes: Uint8Array, start: number, length: number): number {
  if (!matches(bytes, UPSTREAM, start, length)) return start;
  const end = plainEnd(bytes, start + UPSTREAM.length, length);
  return end < length && bytes[end] === QUOTE ? end + 1 : start;
}

/** `, host: "…"`, perhaps `, referrer: "…"`, and the end of the line. */
function hasHost(bytes: Uint8Array, start: number, length: number): boolean {
  if (!matches(bytes, HOST, start, length)) return false;
  at.host = start + HOST.length;
  let end = at.host;
  while (end < length && NAME[bytes[end] as number] === 1) end++;
  at.hostEnd = end;
  at.referrer = 0;
  if (end === at.host || end - at.host > LONGEST_HOST || end >= length || bytes[end] !== QUOTE) return false;
  if (end + 1 === length) return true;
  if (!matches(bytes, REFERRER, end + 1, length)) return false;
  at.referrer = end + 1 + REFERRER.length;
  at.referrerEnd = plainEnd(bytes, at.referrer, length);
  return at.referrerEnd === length - 1 && bytes[at.referrerEnd] === QUOTE;
}

/** Where what has neither space nor quote ends. */
function plainEnd(bytes: Uint8Array, start: number, length: number): number {
  let end = start;
  while (end < length && bytes[end] !== SPACE && bytes[end] !== QUOTE) end++;
  return end;
}

function isCapital(code: number): boolean {
  return code >= 65 && code <= 90;
}

function isVersion(code: number): boolean {
  return code === POINT || (code >= 48 && code <= 57);
}

/** Bytes of a host's name without its port. */
const NAME = new Uint8Array(256).fill(1, 48, 58).fill(1, 65, 91).fill(1, 97, 123);
for (const character of '.-_') NAME[character.charCodeAt(0)] = 1;
