import { DAY } from '../time/calendar.js';
import { type Codes, numberIn, pastDigits } from '../text/codes.js';
import { Latest } from '../text/fours.js';
import { mayGoOn } from '../time/head-time.js';
import type { Line } from '../line.js';
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
const LONGEST_NAME = 96;
const LONGEST_PID = 10;
const SECONDS_AT = 12;

/** Where the host begins, behind the time and its space. */
export const TIME_WIDTH = 16;
/** Where the tag of the head at hand stands. */
export const tag = { start: 0, end: 0 };
/** The host of the line before. */
const latest = new Latest();

/**
 * Takes off the head `Nov 23 06:39:04 web1 sshd[4242]: ` of a line that begins with a letter, which is how nearly all lines of
 * syslog begin, from its bytes. False, with nothing told, for any other head, in doubt too; says what `readAnyHead` says.
 */
export function readUsual(text: string, line: Line): boolean {
  if (!readUsualParts(text, line)) return false;
  line.program = line.programs.of(text, line.codes.bytes, tag.start, tag.end);
  line.message = text.slice(line.messageAt);
  return true;
}

/** As `readUsual`, but for the program, whose name is left in `tag`, and the message, which only begins at `line.messageAt`. */
export function readUsualParts(text: string, line: Line): boolean {
  const { codes } = line;
  const { bytes, length } = codes;
  const known = latest.end(codes, TIME_WIDTH, SPACE);
  const host = known < 0 ? hostEnd(bytes, length) : known;
  if (host < 0) return false;
  const start = host + 1;
  const end = nameEnd(bytes, start, length);
  if (end < 0) return false;
  const colon = bytes[end] === BRACKET ? numberEnd(bytes, end + 1, length) : end;
  const at = colon + 2;
  if (at >= length || bytes[colon] !== COLON || bytes[colon + 1] !== SPACE) return false;
  // `message repeated 2 times: [ … ]`
  if ((bytes[at] === LETTER_M && bytes[at + 1] === LETTER_E) || !readTime(bytes, line)) return false;
  tag.start = start;
  tag.end = end;
  line.host = known < 0 ? hostOf(text, codes, host, line) : latest.name;
  line.pid = colon === end ? undefined : numberIn(bytes, end + 1, colon - 1);
  line.messageAt = at;
  return true;
}

function hostOf(text: string, codes: Codes, end: number, line: Line): string {
  const host = line.hosts.of(text, codes.bytes, TIME_WIDTH, end);
  latest.learn(codes, TIME_WIDTH, end, host);
  return host;
}

/** The index behind the name of a program, where something stands; -1: it is none. */
function nameEnd(bytes: Uint8Array, start: number, length: number): number {
  let end = start;
  while (end < length && PART[bytes[end] as number] === 1) end++;
  return end === start || end - start >= LONGEST_NAME || end >= length ? -1 : end;
}

/** The index behind the number at `at` and its bracket; `length` where there is none. */
function numberEnd(bytes: Uint8Array, at: number, length: number): number {
  const end = pastDigits(bytes, at, length);
  // `kernel[0]` of macOS is a name.
  return end === at || end - at > LONGEST_PID || bytes[at] === ZERO || bytes[end] !== CLOSE ? length : end + 1;
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

/** Bytes that a program's name may have: neither space nor control, quote, brace, colon or bracket. */
const PART = new Uint8Array(256).fill(1, SPACE + 1);
for (const character of '"{:[') PART[character.charCodeAt(0)] = 0;
