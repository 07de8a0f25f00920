import type { Fields } from '../../event/index.js';
import { request as readRequest } from '../capture.js';
import { find, isIPv4In, matches, numberIn, pastDigits, timeOfDay, word } from '../codes.js';
import { clfDay, DayMemo } from '../dates.js';
import type { Line } from '../line.js';
import { present, validIp } from '../scan.js';

const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const PERCENT = 37;
const DASH = 45;
const POINT = 46;
const SLASH = 47;
const COLON = 58;
const QUESTION = 63;
const OPEN = 91;
const BACKSLASH = 92;
const CLOSE = 93;
const WEB = ['web'];
const MS = 1_000_000;
const HTTP = word(' HTTP/');
const LONGEST_PORT = 5;
const LONGEST_ADDRESS = 64;
const LONGEST_NAME = 256;
const LONGEST_COOKIE = 4096;
const LONGEST_NUMBER = 12;
const LONGEST_FRACTION = 6;
const LONGEST_METHOD = 32;

// The words before the request, and the numbers among them, of the line at hand.
const [CLIENT, TIME, FRONTEND, SERVER, TIMERS, STATUS, SIZE, REQUEST_COOKIE, RESPONSE_COOKIE, STATE, COUNTS, QUEUES] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
];
const WORDS = 12;
const starts = new Int32Array(WORDS + 1);
const numbers = new Float64Array(14);

/**
 * The event of a line of `option httplog` without captured headers, read from its bytes: `ADDRESS:PORT [TIME] FRONTEND
 * BACKEND/SERVER Tq/Tw/Tc/Tr/Ta STATUS BYTES COOKIE COOKIE STATE a/f/b/s/r q/q "REQUEST"`. Undefined for any other line, in
 * doubt too. Says what the expressions of `haproxy.ts` say. Source: HAProxy, Configuration Manual, section 8.2.3.
 */
export function httpLine(message: string, line: Line): Fields | undefined {
  const offset = line.offsetOf(message);
  const { bytes, length } = line.codes;
  const isUsual = bytes[length - 1] === QUOTE && split(bytes, offset, length) && readNumbers(bytes);
  const slash = isUsual ? find(bytes, SLASH, startOf(SERVER), endOf(SERVER)) : 0;
  if (!isUsual || !areNames(slash) || !readRequestLine(bytes, startOf(WORDS) + 1, length - 1)) return undefined;
  const time = timeIn(bytes, message, offset, line);
  const colon = portBefore(bytes);
  if (Number.isNaN(time) || colon < 0) return undefined;
  line.time = time;
  return eventOf(message, offset, line, bytes, colon, slash);
}

function startOf(index: number): number {
  return starts[index] as number;
}

function endOf(index: number): number {
  return startOf(index + 1) - 1;
}

/** Finds the words; whether a quote stands behind them. */
function split(bytes: Uint8Array, start: number, length: number): boolean {
  let at = start;
  for (let index = 0; index < WORDS; index++) {
    starts[index] = at;
    const space = find(bytes, SPACE, at, length);
    if (space === at || space === length) return false;
    at = space + 1;
  }
  starts[WORDS] = at;
  return bytes[at] === QUOTE;
}

function readNumbers(bytes: Uint8Array): boolean {
  return (
    readList(bytes, TIMERS, 0, 5, true) &&
    readList(bytes, STATUS, 5, 1, true) &&
    readList(bytes, SIZE, 6, 1, false) &&
    readList(bytes, COUNTS, 7, 5, false) &&
    readList(bytes, QUEUES, 12, 2, false) &&
    endOf(STATUS) - startOf(STATUS) <= 3
  );
}

/** Reads `count` numbers between slashes into `numbers`, from the `first`. */
function readList(bytes: Uint8Array, index: number, first: number, count: number, signed: boolean): boolean {
  const end = endOf(index);
  let at = startOf(index);
  for (let nth = 0; nth < count; nth++) {
    const stop = nth === count - 1 ? end : find(bytes, SLASH, at, end);
    const isMinus = signed && bytes[at] === DASH;
    const start = isMinus ? at + 1 : at;
    const value = stop - start > LONGEST_NUMBER ? undefined : numberIn(bytes, start, stop);
    if (value === undefined) return false;
    numbers[first + nth] = isMinus ? -value : value;
    at = stop + 1;
  }
  return true;
}

/** Whether the names and cookies are no longer than they may be; `slash` stands before the server's name. */
function areNames(slash: number): boolean {
  const backend = slash - startOf(SERVER);
  const server = endOf(SERVER) - slash - 1;
  const cookies = Math.max(
    endOf(REQUEST_COOKIE) - startOf(REQUEST_COOKIE),
    endOf(RESPONSE_COOKIE) - startOf(RESPONSE_COOKIE),
  );
  const state = endOf(STATE) - startOf(STATE);
  if (backend < 1 || server < 1 || state < 2 || state > 4 || cookies > LONGEST_COOKIE) return false;
  return Math.max(endOf(FRONTEND) - startOf(FRONTEND), backend, server) <= LONGEST_NAME;
}

const days = new DayMemo(11, clfDay);

/** `[23/Nov/2026:06:39:04.655]` in the zone of the input; NaN for any other form. */
function timeIn(bytes: Uint8Array, message: string, offset: number, line: Line): number {
  const day = startOf(TIME) + 1;
  const end = endOf(TIME) - 1;
  const point = day + 20;
  if (bytes[day - 1] !== OPEN || bytes[end] !== CLOSE || end < point || bytes[day + 11] !== COLON) return Number.NaN;
  let ms = 0;
  if (end > point) {
    const isFraction = bytes[point] === POINT && end - point <= LONGEST_FRACTION + 1;
    if (!isFraction || end === point + 1 || pastDigits(bytes, point + 1, end) < end) return Number.NaN;
    for (let at = point + 1; at < point + 4; at++) ms = ms * 10 + (at < end ? (bytes[at] as number) - 48 : 0);
  }
  return line.clock.local(days.of(bytes, day, message, day - offset) + timeOfDay(bytes, day + 12) + ms);
}

/** The colon before the client's port, or -1. */
function portBefore(bytes: Uint8Array): number {
  const end = endOf(CLIENT);
  let at = end - 1;
  while (at > startOf(CLIENT) && bytes[at] !== COLON) at--;
  const host = at - startOf(CLIENT);
  const isPort = end - at - 1 >= 1 && end - at - 1 <= LONGEST_PORT && pastDigits(bytes, at + 1, end) === end;
  return isPort && host >= 1 && host <= LONGEST_ADDRESS ? at : -1;
}

/** Where the parts of the request at hand stand, where it is a usual one: `METHOD /PATH[?QUERY] HTTP/VERSION`. */
const request = { isUsual: false, methodEnd: 0, pathEnd: 0, dot: 0, targetEnd: 0 };

/** Reads the request in `[start, end)`; false where anything in it is escaped, or is a quote. */
function readRequestLine(bytes: Uint8Array, start: number, end: number): boolean {
  let [first, last, question, dot] = [-1, -1, -1, -1];
  let isPlain = true;
  request.dot = -1;
  request.pathEnd = -1;
  for (let at = start; at < end; at++) {
    const code = bytes[at] as number;
    if (code === QUOTE || code === BACKSLASH) return false;
    if (code === PERCENT || code === HASH) isPlain = false;
    else if (code === SPACE) {
      if (first < 0) first = at;
      last = at;
      request.dot = dot;
      request.pathEnd = question < 0 ? at : question;
    } else if (question < 0) {
      if (code === QUESTION) question = at;
      else if (code === POINT) dot = at;
      else if (code === SLASH) dot = -1;
    }
  }
  request.methodEnd = first;
  request.targetEnd = last;
  request.isUsual = isPlain && last > first + 1 && isWhole(bytes, start, end);
  return true;
}

/** Whether a method of capital letters stands before the target, a path, and a version behind it. */
function isWhole(bytes: Uint8Array, start: number, end: number): boolean {
  const { methodEnd, targetEnd } = request;
  const isVersioned = matches(bytes, HTTP, targetEnd, end) && isVersion(bytes, targetEnd + HTTP.length, end);
  return isVersioned && bytes[methodEnd + 1] === SLASH && isMethod(bytes, start, methodEnd);
}

function isMethod(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!((bytes[at] as number) >= 65 && (bytes[at] as number) <= 90)) return false;
  return end > start && end - start <= LONGEST_METHOD;
}

/** A version that is nothing but `-` is none. */
function isVersion(bytes: Uint8Array, start: number, end: number): boolean {
  return end > start && bytes[start] !== DASH;
}

function eventOf(message: string, offset: number, line: Line, bytes: Uint8Array, colon: number, slash: number): Fields {
  const host = present(message.slice(startOf(CLIENT) - offset, colon - offset));
  const isAddress = isIPv4In(bytes, startOf(CLIENT), colon);
  const raw = message.slice(startOf(WORDS) + 1 - offset, -1);
  const size = numbers[6] as number;
  const fields: Fields = {
    'event.kind': 'event',
    'event.module': 'haproxy',
    'event.dataset': 'haproxy.log',
    'event.category': WEB,
    'event.type': undefined,
    'event.action': undefined,
    'event.outcome': (numbers[5] as number) < 400 ? 'success' : 'failure',
    'event.original': line.original,
    message,
    'host.name': line.hostOf(line.host),
    'host.hostname': line.host,
    'process.name': line.program,
    'process.pid': line.pid,
    'haproxy.http.request.captured_cookie': wordAt(REQUEST_COOKIE, message, offset),
    'haproxy.http.response.captured_cookie': wordAt(RESPONSE_COOKIE, message, offset),
    'source.address': host,
    'source.ip': isAddress || host === undefined ? host : validIp(host),
    'source.port': numberIn(bytes, colon + 1, endOf(CLIENT)),
    'haproxy.frontend_name': present(wordAt(FRONTEND, message, offset)),
    'haproxy.backend_name': present(message.slice(startOf(SERVER) - offset, slash - offset)),
    'haproxy.server_name': present(message.slice(slash + 1 - offset, endOf(SERVER) - offset)),
    'haproxy.http.request.time_wait_ms': numbers[0],
    'haproxy.total_waiting_time_ms': numbers[1],
    'haproxy.connection_wait_time_ms': numbers[2],
    'haproxy.http.request.time_wait_without_data_ms': numbers[3],
    'event.duration': Math.round((numbers[4] as number) * MS),
    'http.response.status_code': numbers[5],
    'haproxy.bytes_read': size,
    'http.response.bytes': size,
    'haproxy.termination_state': wordAt(STATE, message, offset),
    'haproxy.connections.active': numbers[7],
    'haproxy.connections.frontend': numbers[8],
    'haproxy.connections.backend': numbers[9],
    'haproxy.connections.server': numbers[10],
    'haproxy.connections.retries': numbers[11],
    'haproxy.server_queue': numbers[12],
    'haproxy.backend_queue': numbers[13],
    'haproxy.http.request.raw_request_line': present(raw),
    'http.request.method': undefined,
    'url.original': undefined,
    'url.path': undefined,
    'url.query': undefined,
    'url.extension': undefined,
    'http.version': undefined,
    'haproxy.source': line.host,
  };
  if (request.isUsual) setRequest(fields, message, offset);
  else if (present(raw) !== undefined) readRequest(fields, raw);
  return fields;
}

function wordAt(index: number, message: string, offset: number): string {
  return message.slice(startOf(index) - offset, endOf(index) - offset);
}

function setRequest(fields: Fields, message: string, offset: number): void {
  const { methodEnd, pathEnd, dot, targetEnd } = request;
  const target = methodEnd + 1 - offset;
  fields['http.request.method'] = message.slice(startOf(WORDS) + 1 - offset, methodEnd - offset);
  fields['url.original'] = message.slice(target, targetEnd - offset);
  fields['url.path'] = message.slice(target, pathEnd - offset);
  if (pathEnd < targetEnd) fields['url.query'] = message.slice(pathEnd + 1 - offset, targetEnd - offset);
  if (dot >= 0 && dot + 1 < pathEnd) fields['url.extension'] = message.slice(dot + 1 - offset, pathEnd - offset);
  fields['http.version'] = message.slice(targetEnd + HTTP.length - offset, -1);
}
