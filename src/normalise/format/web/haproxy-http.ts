import type { Fields } from '../../../event/index.js';
import { list, put, request as readRequest } from '../../capture.js';
import { find, isIPv4In, numberIn, pastDigits, word } from '../../text/codes.js';
import type { Line } from '../../line.js';
import { Recent } from '../../text/fours.js';
import { present, validIp } from '../../text/scan.js';
import { readRequestLine, request } from './haproxy-request.js';
import { TIME_WIDTH, timeIn } from './haproxy-time.js';

const SPACE = 32;
const QUOTE = 34;
const DASH = 45;
const SLASH = 47;
const ZERO = 48;
const COLON = 58;
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
/** `----`. */
const NO_STATE = 0x2d_2d_2d_2d;

// The words before the request at hand, the headers captured, and the request; and the numbers among them. The route is the words
// `FRONTEND BACKEND/SERVER`.
const [CLIENT, TIME, ROUTE, REQUEST_COOKIE, RESPONSE_COOKIE, STATE, ASKED, ANSWERED, REQUEST] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8,
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
  // The quote at the end stops whatever is read before it.
  if (bytes[length - 1] !== QUOTE || !readPieces(bytes, offset, length) || !areShort()) return undefined;
  const route = routes.of(message, line.codes, startOf(ROUTE), endOf(ROUTE), offset);
  if (route === undefined || !readRequestLine(bytes, startOf(REQUEST), length - 1)) return undefined;
  const time = timeIn(message, offset, line, startOf(TIME), endOf(TIME));
  const colon = portBefore(bytes);
  if (Number.isNaN(time) || colon < 0) return undefined;
  line.time = time;
  const fields = eventOf(message, offset, line, bytes, colon, route);
  if (request.isUsual) setRequest(fields, message, offset);
  else put(fields, readRequest, message.slice(startOf(REQUEST) - offset, -1));
  if (endOf(ASKED) > startOf(ASKED)) put(fields, setAsked, wordAt(ASKED, message, offset));
  if (endOf(ANSWERED) > startOf(ANSWERED)) put(fields, setAnswered, wordAt(ANSWERED, message, offset));
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
  const time = readWords(bytes, start, length, CLIENT, CLIENT);
  const frontend = readTime(bytes, time, length);
  const timers = readRoute(bytes, frontend, length);
  const status = readNumbers(bytes, timers, TIMERS, 5, true);
  const size = readNumbers(bytes, status, STATUS, 1, true);
  if (size - status > LONGEST_STATUS + 1) return false;
  const cookies = readNumbers(bytes, size, SIZE, 1, false);
  const counts = readWords(bytes, cookies, length, REQUEST_COOKIE, STATE);
  const queues = readNumbers(bytes, counts, COUNTS, 5, false);
  const headers = readNumbers(bytes, queues, QUEUES, 2, false);
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

/** The time in brackets, which has one of two widths as a rule: the index behind its space, or -1. */
function readTime(bytes: Uint8Array, start: number, length: number): number {
  if (start < 0 || start + TIME_WIDTH >= length) return -1;
  const space = find(bytes, SPACE, start + TIME_WIDTH, length);
  starts[TIME] = start;
  ends[TIME] = space;
  return space < length ? space + 1 : -1;
}

/** `FRONTEND BACKEND/SERVER`: the index behind its space, or -1. */
function readRoute(bytes: Uint8Array, start: number, length: number): number {
  if (start < 0) return -1;
  const space = find(bytes, SPACE, start, length);
  const end = find(bytes, SPACE, space + 1, length);
  starts[ROUTE] = start;
  ends[ROUTE] = end;
  return end < length ? end + 1 : -1;
}

/** Reads `count` numbers between slashes into `numbers`, from the `first`: the index behind the space behind them, or -1. */
function readNumbers(bytes: Uint8Array, start: number, first: number, count: number, signed: boolean): number {
  if (start < 0) return -1;
  let at = start;
  const last = first + count - 1;
  for (let nth = first; nth <= last; nth++) {
    const isMinus = signed && bytes[at] === DASH;
    const from = isMinus ? at + 1 : at;
    let value = 0;
    let digit = (bytes[from] as number) ^ ZERO;
    for (at = from; digit <= 9; digit = (bytes[++at] as number) ^ ZERO) value = value * 10 + digit;
    // A zero below zero is no small integer.
    if (at === from || at - from > LONGEST_NUMBER || (isMinus && value === 0)) return -1;
    if (bytes[at] !== (nth === last ? SPACE : SLASH)) return -1;
    numbers[nth] = isMinus ? -value : value;
    at++;
  }
  return at;
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

/** Whether cookies and state are no longer than they may be. */
function areShort(): boolean {
  const state = endOf(STATE) - startOf(STATE);
  const asked = endOf(REQUEST_COOKIE) - startOf(REQUEST_COOKIE);
  const answered = endOf(RESPONSE_COOKIE) - startOf(RESPONSE_COOKIE);
  return state >= 2 && state <= 4 && asked <= LONGEST_COOKIE && answered <= LONGEST_COOKIE;
}

/** Which way a request went; `-` is no name. */
interface Route {
  readonly frontend: string | undefined;
  readonly backend: string | undefined;
  readonly server: string | undefined;
}

/** The routes of the lines before, of which there are few; undefined where the words are none. */
const routes = new Recent<Route | undefined>((text) => {
  const space = text.indexOf(' ');
  const slash = text.indexOf('/', space);
  const names = [text.slice(0, space), text.slice(space + 1, slash), text.slice(slash + 1)];
  const areNames = slash > space && names.every(({ length }) => length >= 1 && length <= LONGEST_NAME);
  const [frontend, backend, server] = names.map(present);
  return areNames ? { frontend, backend, server } : undefined;
});

/** The colon before the client's port, or -1. */
function portBefore(bytes: Uint8Array): number {
  const end = endOf(CLIENT);
  let at = end - 1;
  while (at > startOf(CLIENT) && bytes[at] !== COLON) at--;
  const host = at - startOf(CLIENT);
  const isPort = end - at - 1 >= 1 && end - at - 1 <= LONGEST_PORT && pastDigits(bytes, at + 1, end) === end;
  return isPort && host >= 1 && host <= LONGEST_ADDRESS ? at : -1;
}

function eventOf(message: string, offset: number, line: Line, bytes: Uint8Array, colon: number, route: Route): Fields {
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
    'haproxy.http.request.captured_cookie': cookieAt(REQUEST_COOKIE, message, offset, bytes),
    'haproxy.http.response.captured_cookie': cookieAt(RESPONSE_COOKIE, message, offset, bytes),
    'source.address': host,
    'source.ip': isAddress || host === undefined ? host : validIp(host),
    'source.port': numberIn(bytes, colon + 1, endOf(CLIENT)),
    'haproxy.frontend_name': route.frontend,
    'haproxy.backend_name': route.backend,
    'haproxy.server_name': route.server,
    'haproxy.http.request.time_wait_ms': numbers[0],
    'haproxy.total_waiting_time_ms': numbers[1],
    'haproxy.connection_wait_time_ms': numbers[2],
    'haproxy.http.request.time_wait_without_data_ms': numbers[3],
    'event.duration': Math.round((numbers[4] as number) * MS),
    'http.response.status_code': numbers[5],
    'haproxy.bytes_read': size,
    'http.response.bytes': size,
    'haproxy.termination_state':
      endOf(STATE) - startOf(STATE) === 4 && line.codes.view.getInt32(startOf(STATE)) === NO_STATE
        ? '----'
        : wordAt(STATE, message, offset),
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

function cookieAt(index: number, message: string, offset: number, bytes: Uint8Array): string {
  const isNone = endOf(index) - startOf(index) === 1 && bytes[startOf(index)] === DASH;
  return isNone ? '-' : wordAt(index, message, offset);
}

function wordAt(index: number, message: string, offset: number): string {
  return message.slice(startOf(index) - offset, endOf(index) - offset);
}

function setRequest(fields: Fields, message: string, offset: number): void {
  const { methodEnd, pathEnd, dot, targetEnd } = request;
  const target = methodEnd + 1 - offset;
  fields['http.request.method'] = message.slice(startOf(REQUEST) - offset, methodEnd - offset);
  const original = message.slice(target, targetEnd - offset);
  fields['url.original'] = original;
  fields['url.path'] = pathEnd < targetEnd ? message.slice(target, pathEnd - offset) : original;
  if (pathEnd < targetEnd) fields['url.query'] = message.slice(pathEnd + 1 - offset, targetEnd - offset);
  if (dot >= 0 && dot + 1 < pathEnd) fields['url.extension'] = message.slice(dot + 1 - offset, pathEnd - offset);
  fields['http.version'] = message.slice(targetEnd + HTTP.length - offset, -1);
}
