import { DAY } from '../time/calendar.js';
import type { Codes } from '../text/codes.js';
import { Latest } from '../text/fours.js';
import type { Line } from '../line.js';
import { Tags } from '../text/tags.js';
import { mayGoOn } from '../time/head-time.js';
import { secondsIn } from '../time/minute.js';

const SPACE = 32;
const ZERO = 48;
const DASH = 45;
const COLON = 58;
const BRACKET = 91;
const CLOSE = 93;
const LETTER_Z = 90;
const LETTER_E = 101;
const LETTER_M = 109;
const LONGEST_PID = 10;
const SECONDS_AT = 12;

/** Where the host begins, behind the time and its space. */
export const TIME_WIDTH = 16;
/** The programs of tags, by their names alone. */
export const programs = new Tags((name) => name);
/** The host of the line before. */
const latest = new Latest();

/**
 * Takes off the head `Nov 23 06:39:04 web1 sshd[4242]: ` of a line that begins with a letter, which is how nearly all lines of
 * syslog begin, from its bytes. False, with nothing told, for any other head, in doubt too; says what `readAnyHead` says.
 */
export function readUsual(text: string, line: Line): boolean {
  const program = readUsualParts(text, line, programs);
  if (program === undefined) return false;
  line.program = program;
  line.message = text.slice(line.messageAt);
  return true;
}

/**
 * As `readUsual`, but for the message, which only begins at `line.messageAt`, and the program: what `tags` makes of its name.
 * undefined for any other head.
 */
export function readUsualParts<T>(text: string, line: Line, tags: Tags<T>): T | undefined {
  const { codes } = line;
  const { bytes, length } = codes;
  const known = latest.end(codes, TIME_WIDTH, SPACE);
  const host = known < 0 ? hostEnd(bytes, length) : known;
  if (host < 0) return undefined;
  const start = host + 1;
  const program = tags.of(text, codes, start);
  if (program === undefined) return undefined;
  const { end } = tags;
  const hasPid = bytes[end] === BRACKET;
  const pid = hasPid ? pidAt(bytes, end + 1, length) : 0;
  const colon = hasPid ? pidEnd : end;
  const at = colon + 2;
  if (pid < 0 || at >= length || bytes[colon] !== COLON || bytes[colon + 1] !== SPACE) return undefined;
  // `message repeated 2 times: [ … ]`
  if ((bytes[at] === LETTER_M && bytes[at + 1] === LETTER_E) || !readTime(bytes, line)) return undefined;
  line.host = known < 0 ? hostOf(text, codes, host, line) : latest.name;
  line.pid = hasPid ? pid : undefined;
  line.messageAt = at;
  return program;
}

function hostOf(text: string, codes: Codes, end: number, line: Line): string {
  const host = line.hosts.of(text, codes.bytes, TIME_WIDTH, end);
  latest.learn(codes, TIME_WIDTH, end, host);
  return host;
}

/** Index behind the bracket of the number that `pidAt` read. */
let pidEnd = 0;

/** The number at `at`, with a bracket behind it; -1 where there is none. */
function pidAt(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  let end = at;
  for (; end < length; end++) {
    const digit = (bytes[end] as number) - ZERO;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  pidEnd = end + 1;
  // `kernel[0]` of macOS is a name.
  return end === at || end - at > LONGEST_PID || bytes[at] === ZERO || bytes[end] !== CLOSE ? -1 : value;
}

/** Sets the time of a BSD stamp of the day read last and a space; false for any other. */
function readTime(bytes: Uint8Array, line: Line): boolean {
  const { bsd, clock, codes, receiveTime } = line;
  const seconds = secondsIn(bytes, SECONDS_AT);
  if (seconds < 0 || bytes[TIME_WIDTH - 1] !== SPACE) return false;
  if (bsd.stands(codes, 0, clock)) {
    const time = bsd.start + seconds;
    const slack = receiveTime + DAY - time;
    line.time = time;
    // As the clock has it: no other year comes nearer.
    return slack >= 0 && slack < 365 * DAY;
  }
  const time = clock.bsdAgain(bytes, 0, receiveTime);
  if (Number.isNaN(time)) return false;
  bsd.learn(codes, 0, clock, time, seconds);
  line.time = time;
  return true;
}

/** Where the name of a host behind the time ends; -1: there is none. */
function hostEnd(bytes: Uint8Array, length: number): number {
  let end = TIME_WIDTH;
  while (end < length && bytes[end] !== SPACE) end++;
  const first = bytes[TIME_WIDTH] as number;
  const isOdd = end === TIME_WIDTH || end >= length || first === DASH || bytes[end - 1] === COLON;
  return isOdd || (first <= LETTER_Z && mayGoOn(bytes, TIME_WIDTH)) ? -1 : end;
}
