import { isPadded } from '../../../time/calendar.js';
import { find, numberIn, pastDigits, pastIPv4 } from '../../../text/codes.js';
import type { Line } from '../../../line.js';
import { isoStamp } from '../../../text/pieces.js';

const SPACE = 32;
const QUOTE = 34;
const DASH = 45;
const POINT = 46;
const ZERO = 48;
const ONE = 49;
const COLON = 58;
const UPPER_T = 84;
const UPPER_Z = 90;
const LONGEST_NUMBER = 9;
const LONGEST_SIZE = 15;
const LONGEST_PORT = 5;
/** `2026-11-23T06:39:04.123456789Z` */
const LONGEST_STAMP = 30;
const LONGEST_NAME = 256;
const LONGEST_CIPHER = 128;
const LONGEST_PROTOCOL = 32;
const LONGEST_GROUP = 512;

/** The texts of a line. */
export const [TYPE, STAMP, NAME, CLIENT, TARGET, TARGET_PORT, REQUEST, AGENT, CIPHER] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
/** More of them. */
export const [PROTOCOL, GROUP, TRACE, DOMAIN, CERTIFICATE, PRIORITY, BEGAN, ACTIONS] = [9, 10, 11, 12, 13, 14, 15, 16];
/** The last of them. */
export const [REDIRECT, ERROR, PORTS, STATUSES, CLASS, REASON] = [17, 18, 19, 20, 21, 22];
/** The numbers of a line. */
export const [PORT, WAITED, ANSWERED_IN, SENT_IN, STATUS, TARGET_STATUS, SENT, RECEIVED] = [0, 1, 2, 3, 4, 5, 6, 7];
// Where the texts of the line at hand stand, and its numbers; -1: it has none.
const starts = new Int32Array(REASON + 1);
const ends = new Int32Array(REASON + 1);
const numbers = new Float64Array(RECEIVED + 1);

/**
 * Finds the texts of a line of an Application Load Balancer and reads its numbers, where its addresses are IPv4 and nothing in it
 * is escaped: the time it tells, epoch ms, or NaN for any other line. What it found holds until the next line. Linear.
 */
export function readPieces(text: string, line: Line): number {
  const bytes = line.codes.load(text);
  const { length } = line.codes;
  const stamp = readType(bytes, length);
  const time = stamp < 0 ? Number.NaN : line.clock.isoIn(bytes, text, stamp, length);
  // Every step begins where the one before it ended, and ends behind a space; -1 goes on as -1.
  let at = Number.isNaN(time) ? -1 : stampEnd(bytes, stamp, line.clock.end);
  at = readWord(text, at, NAME, LONGEST_NAME);
  at = readClient(bytes, at, length);
  at = readTarget(bytes, at, length);
  at = readSeconds(bytes, at, length, WAITED);
  at = readSeconds(bytes, at, length, ANSWERED_IN);
  at = readSeconds(bytes, at, length, SENT_IN);
  at = readStatus(bytes, at, length, STATUS, 3);
  at = readStatus(bytes, at, length, TARGET_STATUS, 1);
  at = readSize(bytes, at, length, SENT);
  at = readSize(bytes, at, length, RECEIVED);
  at = readQuoted(text, bytes, at, REQUEST, AGENT);
  at = readShort(bytes, at, length, CIPHER, LONGEST_CIPHER);
  at = readShort(bytes, at, length, PROTOCOL, LONGEST_PROTOCOL);
  at = readWord(text, at, GROUP, LONGEST_GROUP);
  at = readQuoted(text, bytes, at, TRACE, CERTIFICATE);
  at = readPriority(bytes, at, length);
  at = readBegan(bytes, at, length);
  at = readQuoted(text, bytes, at, ACTIONS, CLASS);
  // What stands behind the last piece is not looked at.
  const end = at < 0 ? -1 : quoteAt(text, bytes, at, REASON);
  return end < 0 || end >= length || text.includes('\\') ? Number.NaN : time;
}

/** Where a text of the line read last begins. */
export function startOf(piece: number): number {
  return starts[piece] as number;
}

/** Where a text of the line read last ends. */
export function endOf(piece: number): number {
  return ends[piece] as number;
}

/** Two to eight small letters or digits at the line's beginning. */
function readType(bytes: Uint8Array, length: number): number {
  let at = 0;
  while (at < length && at < 9 && isSmall(bytes[at] as number)) at++;
  ends[TYPE] = at;
  return at >= 2 && at <= 8 && at < length && bytes[at] === SPACE ? at + 1 : -1;
}

function isSmall(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= ZERO && code <= ZERO + 9);
}

/** The time read from `start` to `end`: whether it has the form that `isoStamp` tells, in UTC. */
function stampEnd(bytes: Uint8Array, start: number, end: number): number {
  starts[STAMP] = start;
  ends[STAMP] = end;
  const isWhole = bytes[end] === SPACE && bytes[end - 1] === UPPER_Z && bytes[start + 10] === UPPER_T;
  const isCut = end === start + 20 || (bytes[start + 19] === POINT && end - start <= LONGEST_STAMP);
  return isWhole && isCut && !isPadded(bytes, start) ? end + 1 : -1;
}

/** A word that is long as a rule: the engine's own search costs as much as a look at some fifteen bytes. */
function readWord(text: string, at: number, piece: number, most: number): number {
  const end = at < 0 ? -1 : text.indexOf(' ', at);
  if (end <= at || end - at > most) return -1;
  starts[piece] = at;
  ends[piece] = end;
  return end + 1;
}

function readShort(bytes: Uint8Array, at: number, length: number, piece: number, most: number): number {
  const end = at < 0 ? length : find(bytes, SPACE, at, length);
  if (end >= length || end === at || end - at > most) return -1;
  starts[piece] = at;
  ends[piece] = end;
  return end + 1;
}

/** `ADDRESS:PORT `, an IPv4 address: the index of its colon, or -1; `ends[piece]` is where the port ends. */
function colonOf(bytes: Uint8Array, at: number, length: number, piece: number): number {
  const colon = at < 0 ? -1 : pastIPv4(bytes, at, length);
  if (colon < 0 || colon >= length || bytes[colon] !== COLON) return -1;
  const end = pastDigits(bytes, colon + 1, length);
  const digits = end - colon - 1;
  starts[piece] = at;
  ends[piece] = end;
  return digits >= 1 && digits <= LONGEST_PORT && end < length && bytes[end] === SPACE ? colon : -1;
}

function readClient(bytes: Uint8Array, at: number, length: number): number {
  const colon = colonOf(bytes, at, length, CLIENT);
  if (colon < 0) return -1;
  const end = endOf(CLIENT);
  numbers[PORT] = numberIn(bytes, colon + 1, end) as number;
  ends[CLIENT] = colon;
  return end + 1;
}

/** An address and a port without zeros before it, or `-`. */
function readTarget(bytes: Uint8Array, at: number, length: number): number {
  if (at >= 0 && at + 1 < length && bytes[at] === DASH && bytes[at + 1] === SPACE) {
    starts[TARGET] = ends[TARGET] = starts[TARGET_PORT] = ends[TARGET_PORT] = at;
    return at + 2;
  }
  const colon = colonOf(bytes, at, length, TARGET);
  if (colon < 0 || bytes[colon + 1] === ZERO) return -1;
  const end = endOf(TARGET);
  ends[TARGET] = colon;
  starts[TARGET_PORT] = colon + 1;
  ends[TARGET_PORT] = end;
  return end + 1;
}

const POWERS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/** A decimal number of nine characters at most, or -1 where nothing was measured. */
function readSeconds(bytes: Uint8Array, start: number, length: number, piece: number): number {
  if (start < 0) return -1;
  let value = 0;
  let point = -1;
  let at = start;
  for (; at < length && at - start <= LONGEST_NUMBER; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit >= 0 && digit <= 9) value = value * 10 + digit;
    else if (digit === POINT - ZERO && point < 0) point = at;
    else break;
  }
  if (at >= length || bytes[at] !== SPACE) return minusOne(bytes, start, length, piece);
  // Digits on both sides of the point.
  if (at === start || point === start || point === at - 1) return -1;
  numbers[piece] = point < 0 ? value : value / (POWERS[at - point - 1] as number);
  return at + 1;
}

function minusOne(bytes: Uint8Array, at: number, length: number, piece: number): number {
  numbers[piece] = -1;
  const isUnset = at + 2 < length && bytes[at] === DASH && bytes[at + 1] === ONE && bytes[at + 2] === SPACE;
  return isUnset ? at + 3 : -1;
}

/** A status of three digits at most, or `-`. */
function readStatus(bytes: Uint8Array, at: number, length: number, piece: number, least: number): number {
  if (at < 0) return -1;
  const end = pastDigits(bytes, at, length);
  if (end === at && at + 1 < length && bytes[at] === DASH && bytes[at + 1] === SPACE) {
    numbers[piece] = -1;
    return at + 2;
  }
  numbers[piece] = numberIn(bytes, at, end) ?? -1;
  return end - at >= least && end - at <= 3 && end < length && bytes[end] === SPACE ? end + 1 : -1;
}

function readSize(bytes: Uint8Array, at: number, length: number, piece: number): number {
  if (at < 0) return -1;
  const end = pastDigits(bytes, at, length);
  numbers[piece] = numberIn(bytes, at, end) ?? -1;
  return end > at && end - at <= LONGEST_SIZE && end < length && bytes[end] === SPACE ? end + 1 : -1;
}

/** Texts in quotes with a space behind each. */
function readQuoted(text: string, bytes: Uint8Array, start: number, first: number, last: number): number {
  let at = start;
  for (let piece = first; piece <= last && at >= 0; piece++) {
    const end = quoteAt(text, bytes, at, piece);
    at = end >= 0 && bytes[end + 1] === SPACE ? end + 2 : -1;
  }
  return at;
}

/** The quote that closes the one at `at`, or -1; most pieces say nothing. Behind the line's end stand old bytes. */
function quoteAt(text: string, bytes: Uint8Array, at: number, piece: number): number {
  if (bytes[at] !== QUOTE) return -1;
  const end = bytes[at + 1] === DASH && bytes[at + 2] === QUOTE ? at + 2 : text.indexOf('"', at + 1);
  starts[piece] = at + 1;
  ends[piece] = end;
  return end;
}

/** A number of nine digits, perhaps negative, or `-`. */
function readPriority(bytes: Uint8Array, at: number, length: number): number {
  if (at < 0) return -1;
  const first = bytes[at] === DASH ? at + 1 : at;
  const end = pastDigits(bytes, first, length);
  starts[PRIORITY] = at;
  ends[PRIORITY] = end;
  const isNumber = end > at && end - first <= LONGEST_NUMBER;
  return isNumber && end < length && bytes[end] === SPACE ? end + 1 : -1;
}

/** A time, or `-`. */
function readBegan(bytes: Uint8Array, at: number, length: number): number {
  if (at < 0) return -1;
  const isUnset = at < length && bytes[at] === DASH;
  const end = isUnset ? at + 1 : isoStamp(bytes, at, length);
  starts[BEGAN] = at;
  ends[BEGAN] = end;
  return end > at && end < length && bytes[end] === SPACE ? end + 1 : -1;
}

/** Whether a text of the line read last is `-`. */
export function isDash(bytes: Uint8Array, piece: number): boolean {
  return bytes[startOf(piece)] === DASH && endOf(piece) - startOf(piece) === 1;
}

/** A text of the line read last, if it says something. */
export function told(text: string, bytes: Uint8Array, piece: number): string | undefined {
  const start = startOf(piece);
  const end = endOf(piece);
  return end > start + 1 || (end === start + 1 && bytes[start] !== DASH) ? text.slice(start, end) : undefined;
}

/** A number of the line read last; undefined: it has none. */
export function number(piece: number): number | undefined {
  const value = numbers[piece] as number;
  return value < 0 ? undefined : value;
}
