import type { Fields } from '../../../event/index.js';
import { type Codes, Memo, pastDigits } from '../../text/codes.js';
import { zoneOffset } from '../../time/dates.js';
import { Fours } from '../../text/fours.js';
import type { Line } from '../../line.js';
import { fractionIn, secondsIn } from '../../time/minute.js';
import { isDigit, present } from '../../text/scan.js';

const SPACE = 32;
const QUOTE = 34;
const POINT = 46;
const ZERO = 48;
const COLON = 58;
const AT = 64;
const OPEN = 91;
const CLOSE = 93;
const MS = 1_000_000;
const LONGEST_TIME = 27;
const LONGEST_PID = 10;
const MOST_DIGITS = 9;
const LONGEST_QUERY = 65_536;
const LONGEST_NAME = 256;
const CATEGORY = ['database'];
const TYPE = ['info'];
/** The shortest line: its time, a zone, a number, a severity. */
const SHORTEST = 34;
const SECONDS_AT = 16;
const FRACTION_AT = 20;

/** Severities, those of most lines first, and how they stand before a message. */
const LEVELS =
  'LOG ERROR STATEMENT FATAL DETAIL WARNING HINT CONTEXT NOTICE INFO PANIC QUERY LOCATION DEBUG1 DEBUG2 DEBUG3 DEBUG4 DEBUG5 DEBUG'
    .split(' ')
    .map((name) => ({ name, fours: new Fours(`${name}: `) }));

/** What a zone's name means: undefined where it is none that is known. */
interface Zone {
  readonly name: string;
  readonly offset: number | undefined;
}

const ZONES = new Memo<Zone>((name) => ({ name, offset: zoneOffset(name) }));
const DATABASES = new Memo();

// What the line at hand says, and where (-1: it is not of the usual form).
let zone: Zone = { name: '', offset: undefined };
let zoneAt = 0;
let pidEnd = 0;
let level = '';
let messageAt = 0;
/** The zone read last and the space behind it, where it has three letters. */
let zoneBytes = 0;

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
  const wall = length < SHORTEST ? -1 : wallTime(text, bytes, line);
  if (wall < 0) return undefined;
  const zoneEnd = readZone(text, line.codes);
  const pid = readPid(bytes, zoneEnd, length);
  if (pid < 0) return undefined;
  const user = pidEnd + 2;
  const sign = plainEnd(bytes, user, length);
  const isClient = bytes[sign] === AT;
  const space = isClient ? clientEnd(bytes, user, sign, length) : user - 1;
  readLevel(line.codes, space + 1);
  if (space < 0 || messageAt < 0 || zone.offset === undefined) return undefined;
  line.time = wall - zone.offset;
  const fields: Fields = {
    'event.kind': 'event',
    'event.module': 'postgresql',
    'event.dataset': 'postgresql.log',
    'event.category': CATEGORY,
    'event.type': TYPE,
    'event.action': undefined,
    'event.outcome': undefined,
    'event.original': line.original,
    message: text.slice(messageAt),
    'host.name': line.hostOf(line.host),
    'host.hostname': line.host,
    'process.name': line.program,
    'process.pid': pid,
    'user.name': isClient ? present(text.slice(user, sign)) : undefined,
    'postgresql.log.database': isClient ? present(DATABASES.of(text, bytes, sign + 1, space)) : undefined,
    'log.level': level,
    'event.timezone': zone.name,
    'postgresql.log.timestamp': text.slice(0, zoneEnd),
    'event.duration': undefined,
    'postgresql.log.query_step': undefined,
    'postgresql.log.query': undefined,
  };
  if (!readFailed(fields, text, line.codes, user, isClient ? sign : user) && !readDuration(fields, text, line.codes))
    read(fields, text.slice(messageAt));
  return fields;
}

/** The time as if it were UTC, and where its zone begins; -1 for any other form, and before 1970. One of the minute read last costs its seconds. */
function wallTime(text: string, bytes: Uint8Array, line: Line): number {
  const { clock, codes, wall } = line;
  const { length } = codes;
  const seconds = secondsIn(bytes, SECONDS_AT);
  if (seconds >= 0 && wall.stands(codes, 0, clock)) {
    const end = bytes[FRACTION_AT - 1] === POINT ? pastDigits(bytes, FRACTION_AT, length) : FRACTION_AT - 1;
    if (end === FRACTION_AT || end >= LONGEST_TIME || bytes[end] !== SPACE) return -1;
    zoneAt = end + 1;
    return wall.start + seconds + fractionIn(bytes, FRACTION_AT, end);
  }
  const time = clock.wallIn(bytes, text, 0, length);
  zoneAt = clock.end + 1;
  if (!(time >= 0) || zoneAt > LONGEST_TIME || bytes[zoneAt - 1] !== SPACE || bytes[10] !== SPACE) return -1;
  if (seconds >= 0) wall.learn(codes, 0, clock, time - (time % 1000), seconds);
  return time;
}

/** The zone at `zoneAt`, which is that of the line before nearly always; where it ends. */
function readZone(text: string, { bytes, view }: Codes): number {
  if (view.getInt32(zoneAt, true) === zoneBytes) return zoneAt + 3;
  let end = zoneAt;
  while (end < zoneAt + 6 && isCapital(bytes[end] as number)) end++;
  zone = ZONES.of(text, bytes, zoneAt, end);
  zoneBytes = end === zoneAt + 3 && bytes[end] === SPACE ? view.getInt32(zoneAt, true) : 0;
  return end;
}

/** ` [4974] `: the number; -1 where something else stands there. */
function readPid(bytes: Uint8Array, at: number, length: number): number {
  let end = at + 2;
  let pid = 0;
  for (; isDigit(bytes[end] as number); end++) pid = pid * 10 + (bytes[end] as number) - ZERO;
  const digits = end - at - 2;
  pidEnd = end;
  if (digits === 0 || digits > LONGEST_PID || end >= length || bytes[at] !== SPACE || bytes[at + 1] !== OPEN) return -1;
  return bytes[end] === CLOSE && bytes[end + 1] === SPACE ? pid : -1;
}

/** Where what begins at `at` has a character that means something in a prefix, or is no plain ASCII; `length` at most. */
function plainEnd(bytes: Uint8Array, at: number, length: number): number {
  let end = at;
  while (end < length && ODD[bytes[end] as number] === 0) end++;
  return end;
}

/** The space behind `alice@app`, whose sign is known: two names, neither empty nor long; -1 where something else stands there. */
function clientEnd(bytes: Uint8Array, user: number, sign: number, length: number): number {
  const space = plainEnd(bytes, sign + 1, length);
  const isLong = sign - user > LONGEST_NAME || space - sign > LONGEST_NAME;
  return !isLong && sign > user && space > sign + 1 && bytes[space] === SPACE ? space : -1;
}

const FAILED = new Fours('password authentication failed for user "');
const DURATION = new Fours('duration: ');
const STATEMENT = new Fours(' ms  statement: ');

/** The user named by the message is the one of the prefix as a rule, which stands from `start` to `sign`. */
function readFailed(fields: Fields, text: string, codes: Codes, start: number, sign: number): boolean {
  const { bytes, length } = codes;
  const user = messageAt + FAILED.length;
  const end = length - 1;
  if (!FAILED.stands(codes.view, messageAt, length) || end - user > LONGEST_NAME || bytes[end] !== QUOTE) return false;
  if (end - user !== sign - start || !isSame(bytes, start, user, end)) {
    if (end <= user || plainEnd(bytes, user, end) < end) return false;
    const name = present(text.slice(user, end));
    if (name !== undefined) fields['user.name'] = name;
  }
  fields['event.action'] = 'failed-login';
  fields['event.outcome'] = 'failure';
  return true;
}

/** Whether what stands at `at` stands in `[start, end)` too. */
function isSame(bytes: Uint8Array, at: number, start: number, end: number): boolean {
  let next = at;
  for (let index = start; index < end; index++) if (bytes[index] !== bytes[next++]) return false;
  return true;
}

function readDuration(fields: Fields, text: string, codes: Codes): boolean {
  const { length } = codes;
  if (!DURATION.stands(codes.view, messageAt, length)) return false;
  const ns = readMs(codes.bytes, messageAt + DURATION.length);
  const query = msEnd + STATEMENT.length;
  if (ns < 0 || !STATEMENT.stands(codes.view, msEnd, length) || query >= length || length - messageAt > LONGEST_QUERY)
    return false;
  fields['event.duration'] = ns;
  fields['postgresql.log.query_step'] = 'statement';
  fields['postgresql.log.query'] = text.slice(query);
  return true;
}

/** Where the milliseconds read last end. */
let msEnd = 0;
/** What one of so many digits behind the point is in nanoseconds. */
const UNITS = [MS, MS / 10, MS / 100, MS / 1000, MS / 10_000, MS / 100_000, 1];

/** `37.118` in nanoseconds; -1 where it is another number, or so great that a double may round it. */
function readMs(bytes: Uint8Array, at: number): number {
  let end = at;
  let whole = 0;
  for (; isDigit(bytes[end] as number); end++) whole = whole * 10 + (bytes[end] as number) - ZERO;
  const digits = end - at;
  let part = 0;
  if (bytes[end] === POINT) {
    const point = end++;
    for (; isDigit(bytes[end] as number); end++) part = part * 10 + (bytes[end] as number) - ZERO;
    if (end === point + 1 || end > point + UNITS.length) return -1;
    part *= UNITS[end - point - 1] as number;
  }
  msEnd = end;
  return digits === 0 || digits > MOST_DIGITS ? -1 : whole * MS + part;
}

const ODD = new Uint8Array(256).fill(1, 0, SPACE + 1).fill(1, 127);
for (const character of '@[]=,():"\'') ODD[character.charCodeAt(0)] = 1;

/** `LOG:  `: its severity, and where the message begins; -1 where there is none, or a state stands before it. */
function readLevel({ bytes, view, length }: Codes, at: number): void {
  messageAt = -1;
  for (const { name, fours } of LEVELS) {
    if (!fours.stands(view, at, length)) continue;
    const end = at + fours.length;
    const start = end < length && bytes[end] === SPACE ? end + 1 : end;
    level = name;
    if (end < length && bytes[start + 5] !== COLON) messageAt = start;
    return;
  }
}

function isCapital(code: number): boolean {
  return code >= 65 && code <= 90;
}
