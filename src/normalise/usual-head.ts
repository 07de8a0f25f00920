import { DAY } from './calendar.js';
import { numberIn, pastDigits } from './codes.js';
import { mayGoOn } from './head-time.js';
import type { Line } from './line.js';
import { secondsIn } from './minute.js';

const SPACE = 32;
const DASH = 45;
const COLON = 58;
const BRACKET = 91;
const CLOSE = 93;
const LETTER_Z = 90;
const LETTER_M = 109;
const TIME_WIDTH = 16;
const LONGEST_NAME = 96;
const LONGEST_PID = 10;
const SECONDS_AT = 12;

/**
 * Takes off the head `Nov 23 06:39:04 web1 sshd[4242]: ` of a line that begins with a letter, which is how nearly all lines of
 * syslog begin, from its bytes. False, with nothing told, for any other head, in doubt too; says what `readAnyHead` says.
 */
export function readUsual(text: string, bytes: Uint8Array, line: Line): boolean {
  const { length } = line.codes;
  const host = hostEnd(bytes, length);
  if (host < 0) return false;
  const tag = host + 1;
  let end = tag;
  while (end < length && PART[bytes[end] as number] === 1) end++;
  if (end === tag || end - tag >= LONGEST_NAME || end >= length) return false;
  const colon = bytes[end] === BRACKET ? numberEnd(bytes, end + 1, length) : end;
  const start = colon + 2;
  if (start >= length || bytes[colon] !== COLON || bytes[colon + 1] !== SPACE) return false;
  // `message repeated 2 times: [ … ]`
  if (bytes[start] === LETTER_M || !readTime(bytes, line)) return false;
  line.host = line.hosts.of(text, bytes, TIME_WIDTH, host);
  line.program = line.programs.of(text, bytes, tag, end);
  line.pid = colon === end ? undefined : numberIn(bytes, end + 1, colon - 1);
  line.messageAt = start;
  line.message = text.slice(start);
  return true;
}

/** The index behind the number at `at` and its bracket; `length` where there is none. */
function numberEnd(bytes: Uint8Array, at: number, length: number): number {
  const end = pastDigits(bytes, at, length);
  return end === at || end - at > LONGEST_PID || bytes[end] !== CLOSE ? length : end + 1;
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
