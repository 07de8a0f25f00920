import type { Fields } from '../../../event/index.js';
import { list, put, request as readRequest } from '../../capture.js';
import { find, isIPv4In, numberIn, pastDigits, timeOfDay, word } from '../../text/codes.js';
import { clfDay, DayMemo } from '../../time/dates.js';
import type { Line } from '../../line.js';
import { present, validIp } from '../../text/scan.js';
import { readRequestLine, request } from './haproxy-request.js';

const SPACE = 32;
const QUOTE = 34;
const DASH = 45;
const POINT = 46;
const SLASH = 47;
const ZERO = 48;
const COLON = 58;
const OPEN = 91;
const CLOSE = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const WEB = ['web'];
const MS = 1_000_000;
const HTTP = word(' HTTP/');
const LONGEST_PORT = 5;
const LONGEST_ADDRESS = 64;
const LONGEST_NAME = 256;
const LONGEST_COOKIE = 4096;
/** Such that `numbers` hold them. */
const LONGEST_NUMBER = 9;
const LONGEST_STATUS = 3;
const LONGEST_HEADERS = 8192;
const LONGEST_FRACTION = 6;

// The words before the request at hand, the headers captured, and the request; and the numbers among them.
const [CLIENT, TIME, FRONTEND, SERVER, REQUEST_COOKIE, RESPONSE_COOKIE, STATE, ASKED, ANSWERED, REQUEST] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
];
const starts = new Int32Array(REQUEST + 1);
const ends = new Int32Array(REQUEST + 1);
const [TIMERS, STATUS, SIZE, COUNTS, QUEUES] = [0, 5, 6, 7, 12];
const numbers = new Int32Array(14);

/**
 * The event of a line of `option httplog`, read from its bytes: `ADDRESS:PORT [TIME] FRONTEND BACKEND/SERVER Tq/Tw/Tc/Tr/Ta STATUS
 * BYTES COOKIE COOKIE STATE a/f/b/s/r q/q [{HEADERS} [{HEADERS}]] "REQUEST"`. Undefined for any other line, in doubt too. Says
 * what the expressions of `haproxy.ts` say. Source: HAProxy, Configuration Manual, section 8.2.3.
 */
export function httpLine(message: string, line: Line): Fields | undefined {
  const offset = line.offsetOf(message);
  const { bytes, length } = line.codes;
  const isUsual = bytes[length - 1] === QUOTE && readPieces(bytes, offset, length);
  const slash = isUsual ? find(bytes, SLASH, startOf(SERVER), endOf(SERVER)) : 0;
  if (!isUsual || !areNames(slash) || !readRequestLine(bytes, startOf(REQUEST), length - 1)) return undefined;
  const time = timeIn(bytes, message, offset, line);
  const colon = portBefore(bytes);
  if (Number.isNaN(time) || colon < 0) return undefined;
  line.time = time;
  const fields = eventOf(message, offset, line, bytes, colon, slash);
  if (request.isUsual) setRequest(fields, message, offset);
  else put(fields, readRequest, message.slice(startOf(REQUEST) - offset, -1));
  put(fields, setAsked, wordAt(ASKED, message, offset));
  put(fields, setAnswered, wordAt(ANSWERED, message, offset));
  return fields;
}

const setAsked = list('haproxy.http.request.captured_headers', '|');
const setAnswered = list('haproxy.http.response.captured_headers', '|');

function startOf(index: number): number {
  return starts[index] as number;
}

function endOf(index: number): number {
  return ends[index] as number;
}

/** Finds words and reads numbers, each step where the one before it ended; whether a quote stands behind them. */
function readPieces(bytes: Uint8Array, start: number, length: number): boolean {
  const timers = readWords(bytes, start, length, CLIENT, SERVER);
  const status = readNumbers(bytes, timers, length, TIMERS, 5, true);
  const size = readNumbers(bytes, status, length, STATUS, 1, true);
  if (size - status > LONGEST_STATUS + 1) return false;
  const cookies = readNumbers(bytes, size, length, SIZE, 1, false);
  const counts = readWords(bytes, cookies, length, REQUEST_COOKIE, STATE);
  const queues = readNumbers(bytes, counts, length, COUNTS, 5, false);
  const headers = readNumbers(bytes, queues, length, QUEUES, 2, false);
  const quote = readHeaders(bytes, headers, length);
  starts[REQUEST] = quote + 1;
  return quote >= 0 && quote < length - 1 && bytes[quote] === QUOTE;
}

/** Words with a space behind each: the index behind the last one's, or -1. */
function readWords(bytes: Uint8Array, start: number, length: number, first: number, last: number): number {
  if (start < 0) return -1;
  let at = start;
  for (let index = first; index <= last; index++) {
    const space = find(bytes, SPACE, at, length);
    if (space === at || space >= length) return -1;
    starts[index] = at;
    ends[index] = space;
    at = space + 1;
  }
  return at;
}

/** Reads `count` numbers between slashes into `numbers`, from the `first`: the index behind the space behind them, or -1. */
function readNumbers(
  bytes: Uint8Array,
  start: number,
  length: number,
  first: number,
  count: number,
  signed: boolean,
): number {
  let at = start;
  for (let nth = first; nth < first + count && at >= 0; nth++) {
    const isMinus = signed && bytes[at] === DASH;
    const from = isMinus ? at + 1 : at;
    let value = 0;
    let digit = (bytes[from] as number) - ZERO;
    for (at = from; digit >= 0 && digit <= 9 && at < length; digit = (bytes[++at] as number) - ZERO)
      value = value * 10 + digit;
    numbers[nth] = isMinus ? -value : value;
    at =
      at < length && isHeld(at - from, value, isMinus) && bytes[at] === (nth === first + count - 1 ? SPACE : SLASH)
        ? at + 1
        : -1;
  }
  return at;
}

/** Whether `numbers` hold a number of so many digits: a zero below zero is no small integer. */
function isHeld(digits: number, value: number, isMinus: boolean): boolean {
  return digits > 0 && digits <= LONGEST_NUMBER && (value > 0 || !isMinus);
}

/** The headers captured, in braces, of request and answer, of the request, or none: the index behind the space behind them, or -1. */
function readHeaders(bytes: Uint8Array, start: number, length: number): number {
  starts[ASKED] = ends[ASKED] = starts[ANSWERED] = ends[ANSWERED] = start;
  let at = start;
  for (let index = ASKED; index <= ANSWERED && at >= 0 && bytes[at] === OPEN_BRACE; index++) {
    const end = find(bytes, CLOSE_BRACE, at, length);
    starts[index] = at + 1;
    ends[index] = end;
    at = end - at <= LONGEST_HEADERS + 1 && end + 1 < length && bytes[end + 1] === SPACE ? end + 2 : -1;
  }
  return at;
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

function eventOf(message: string, offset: number, line: Line, bytes: Uint8Array, colon: number, slash: number): Fields {
  const host = present(message.slice(startOf(CLIENT) - offset, colon - offset));
  const isAddress = isIPv4In(bytes, startOf(CLIENT), colon);
  const raw = message.slice(startOf(REQUEST) - offset, -1);
  const size = numbers[SIZE] as number;
  return {
    'event.kind': 'event',
    'event.module': 'haproxy',
    'event.dataset': 'haproxy.log',
    'event.category': WEB,
    'event.type': undefined,
    'event.action': undefined,
    'event.outcome': (numbers[STATUS] as number) < 400 ? 'success' : 'failure',
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
}

function wordAt(index: number, message: string, offset: number): string {
  return message.slice(startOf(index) - offset, endOf(index) - offset);
}

function setRequest(fields: Fields, message: string, offset: number): void {
  const { methodEnd, pathEnd, dot, targetEnd } = request;
  const target = methodEnd + 1 - offset;
  fields['http.request.method'] = message.slice(startOf(REQUEST) - offset, methodEnd - offset);
  fields['url.original'] = message.slice(target, targetEnd - offset);
  fields['url.path'] = message.slice(target, pathEnd - offset);
  if (pathEnd < targetEnd) fields['url.query'] = message.slice(pathEnd + 1 - offset, targetEnd - offset);
  if (dot >= 0 && dot + 1 < pathEnd) fields['url.extension'] = message.slice(dot + 1 - offset, pathEnd - offset);
  fields['http.version'] = message.slice(targetEnd + HTTP.length - offset, -1);
}
