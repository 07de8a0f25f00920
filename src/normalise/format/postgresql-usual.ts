import type { Fields } from '../../event/index.js';
import { decimalIn, find, matches, numberIn, pastDigits, word } from '../codes.js';
import { zoneOffset } from '../dates.js';
import type { Line } from '../line.js';
import { Made } from '../names.js';
import { present } from '../scan.js';
import { Words } from '../words.js';

const SPACE = 32;
const QUOTE = 34;
const POINT = 46;
const COLON = 58;
const AT = 64;
const OPEN = 91;
const CLOSE = 93;
const MS = 1_000_000;
const LONGEST_TIME = 27;
const LONGEST_PID = 10;
const LONGEST_DURATION = 13;
/** With its point. */
const LONGEST_FRACTION = 7;
const LONGEST_QUERY = 65_536;
const LONGEST_NAME = 256;
const CATEGORY = ['database'];
const TYPE = ['info'];
/** Offsets of zones, each looked up once. */
const ZONES = new Made(zoneOffset);

const LEVELS = new Words(
  'DEBUG DEBUG1 DEBUG2 DEBUG3 DEBUG4 DEBUG5 LOG INFO NOTICE WARNING ERROR FATAL PANIC DETAIL HINT STATEMENT CONTEXT QUERY LOCATION'
    .split(' ')
    .map((level) => [level, level]),
);

/** What the prefix of the line at hand says. */
const prefix = {
  zone: '',
  time: Number.NaN,
  pid: 0,
  user: undefined as string | undefined,
  database: undefined as string | undefined,
  level: '',
};

/**
 * The event of `2026-11-23 06:39:04.123 UTC [4974] [alice@app ]LOG:  …`, which is how nearly all lines of `%m [%p] ` and Debian's
 * `%m [%p] %q%u@%d ` begin, read from its bytes; undefined for any other line, in doubt too. Says what reading piece by piece
 * says. `read` is given the messages that are none of the usual two.
 */
export function usualLine(
  text: string,
  line: Line,
  read: (fields: Fields, message: string) => void,
): Fields | undefined {
  const bytes = line.load(text);
  const { length } = line.codes;
  const zoneEnd = readTime(bytes, text, line);
  const pidEnd = zoneEnd < 0 ? -1 : readPid(bytes, zoneEnd, length);
  const levelAt = pidEnd < 0 ? -1 : readClient(bytes, text, pidEnd + 2, length);
  const start = levelAt < 0 ? -1 : readLevel(bytes, levelAt, length);
  if (start < 0) return undefined;
  line.time = prefix.time;
  const fields: Fields = {
    'event.kind': 'event',
    'event.module': 'postgresql',
    'event.dataset': 'postgresql.log',
    'event.category': CATEGORY,
    'event.type': TYPE,
    'event.action': undefined,
    'event.outcome': undefined,
    'event.original': line.original,
    message: text.slice(start),
    'host.name': line.hostOf(line.host),
    'host.hostname': line.host,
    'process.name': line.program,
    'process.pid': prefix.pid,
    'user.name': prefix.user,
    'postgresql.log.database': prefix.database,
    'log.level': prefix.level,
    'event.timezone': prefix.zone,
    'postgresql.log.timestamp': text.slice(0, zoneEnd),
    'event.duration': undefined,
    'postgresql.log.query_step': undefined,
    'postgresql.log.query': undefined,
  };
  const isRead = readFailed(fields, bytes, text, start, length) || readDuration(fields, bytes, text, start, length);
  if (!isRead) read(fields, text.slice(start));
  return fields;
}

/** Time and zone; where the zone ends, or -1. */
function readTime(bytes: Uint8Array, text: string, line: Line): number {
  const wall = line.clock.wallIn(bytes, text, 0, line.codes.length);
  const start = line.clock.end + 1;
  if (Number.isNaN(wall) || start > LONGEST_TIME || bytes[10] !== SPACE || bytes[start - 1] !== SPACE) return -1;
  let end = start;
  while (end < start + 6 && isCapital(bytes[end] as number)) end++;
  prefix.zone = line.programs.of(text, bytes, start, end);
  const offset = ZONES.of(prefix.zone);
  if (offset === undefined) return -1;
  prefix.time = wall - offset;
  return end;
}

/** ` [4974] `: where its bracket closes, or -1. */
function readPid(bytes: Uint8Array, at: number, length: number): number {
  const end = pastDigits(bytes, at + 2, length);
  const pid = end - at - 2 > LONGEST_PID ? undefined : numberIn(bytes, at + 2, end);
  if (pid === undefined || bytes[at] !== SPACE || bytes[at + 1] !== OPEN) return -1;
  prefix.pid = pid;
  return bytes[end] === CLOSE && bytes[end + 1] === SPACE ? end : -1;
}

/** `alice@app `, or nothing where a background process wrote the line: where it ends, or -1. */
function readClient(bytes: Uint8Array, text: string, at: number, length: number): number {
  prefix.user = undefined;
  prefix.database = undefined;
  const end = find(bytes, SPACE, at, length);
  if (bytes[end - 1] === COLON) return at;
  const sign = find(bytes, AT, at, end);
  if (sign - at > LONGEST_NAME || end - sign > LONGEST_NAME) return -1;
  if (!isPlain(bytes, at, sign) || !isPlain(bytes, sign + 1, end)) return -1;
  prefix.user = present(text.slice(at, sign));
  prefix.database = present(text.slice(sign + 1, end));
  return end + 1;
}

const FAILED = word('password authentication failed for user "');
const DURATION = word('duration: ');
const STATEMENT = word(' ms  statement: ');

function readFailed(fields: Fields, bytes: Uint8Array, text: string, at: number, length: number): boolean {
  const user = at + FAILED.length;
  const end = length - 1;
  if (!matches(bytes, FAILED, at, length) || end - user > LONGEST_NAME || bytes[end] !== QUOTE) return false;
  if (!isPlain(bytes, user, end)) return false;
  const name = present(text.slice(user, end));
  if (name !== undefined) fields['user.name'] = name;
  fields['event.action'] = 'failed-login';
  fields['event.outcome'] = 'failure';
  return true;
}

function readDuration(fields: Fields, bytes: Uint8Array, text: string, at: number, length: number): boolean {
  if (!matches(bytes, DURATION, at, length)) return false;
  const start = at + DURATION.length;
  const end = find(bytes, SPACE, start, length);
  const isLong = end - start > LONGEST_DURATION || end - find(bytes, POINT, start, end) > LONGEST_FRACTION;
  const ms = isLong ? undefined : decimalIn(bytes, start, end);
  const query = end + STATEMENT.length;
  if (ms === undefined || !matches(bytes, STATEMENT, end, length) || query >= length) return false;
  if (length - at > LONGEST_QUERY) return false;
  fields['event.duration'] = Math.round(ms * MS);
  fields['postgresql.log.query_step'] = 'statement';
  fields['postgresql.log.query'] = text.slice(query);
  return true;
}

/** Whether a name is of such characters as mean nothing else in a prefix, and has one at least. */
function isPlain(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (ODD[bytes[at] as number] === 1) return false;
  return end > start;
}

const ODD = new Uint8Array(256).fill(1, 0, SPACE + 1).fill(1, 127);
for (const character of '@[]=,():"\'') ODD[character.charCodeAt(0)] = 1;

/** `LOG:  `: where the message begins, or -1; -1 too where a state stands before it. */
function readLevel(bytes: Uint8Array, at: number, length: number): number {
  const colon = find(bytes, COLON, at, Math.min(length, at + 12));
  const level = bytes[colon] === COLON ? LEVELS.of(bytes, at, colon) : undefined;
  if (level === undefined || bytes[colon + 1] !== SPACE || colon + 2 >= length) return -1;
  prefix.level = level;
  const start = bytes[colon + 2] === SPACE ? colon + 3 : colon + 2;
  return bytes[start + 5] === COLON ? -1 : start;
}

function isCapital(code: number): boolean {
  return code >= 65 && code <= 90;
}
