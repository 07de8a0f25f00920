import { mayGoOn } from './head-time.js';
import type { Line } from './line.js';
import { isDigit } from './scan.js';
import { DAY } from './calendar.js';
import type { Clock } from './time.js';

const SPACE = 32;
const DASH = 45;
const ZERO = 48;
const COLON = 58;
const BRACKET = 91;
const CLOSE = 93;
const LETTER_M = 109;
const TIME_WIDTH = 16;
const LONGEST_NAME = 96;
const LONGEST_PID = 10;

/** The time of the last line whose head was read so. */
export class Stamp {
  /** Epoch ms. */
  time = Number.NaN;
  #clock: Clock | undefined = undefined;
  /** `Nov 23 06:39:04 `, four bytes each. */
  readonly #words = new Uint32Array(4);

  /**
   * Whether the line loaded begins with a BSD time of the day that its clock read last and a space; `time` is that. A stamp of the
   * second of the line before, which most are, costs four comparisons.
   */
  reads({ clock, codes, receiveTime }: Line): boolean {
    const { words } = codes;
    const last = this.#words;
    const isAgain = words[3] === last[3] && words[2] === last[2] && words[1] === last[1] && words[0] === last[0];
    if (isAgain && clock === this.#clock) {
      const slack = receiveTime + DAY - this.time;
      // As the clock has it: no other year comes nearer.
      return slack >= 0 && slack < 365 * DAY;
    }
    const time = clock.bsdAgain(codes.bytes, 0, receiveTime);
    if (Number.isNaN(time)) return false;
    this.time = time;
    this.#clock = clock;
    for (let index = 0; index < 4; index++) last[index] = words[index] as number;
    return true;
  }
}

/** Where the parts of the head at hand stand. */
const found = { tag: 0, end: 0, start: 0, pid: 0 as number | undefined };

/**
 * Takes off the head `Nov 23 06:39:04 web1 sshd[4242]: ` of a line that begins with a letter, which is how nearly all lines of
 * syslog begin, from its bytes. False, with nothing set, for any other head, in doubt too; says what `readAnyHead` says.
 */
export function readUsual(text: string, bytes: Uint8Array, line: Line): boolean {
  const { length } = line.codes;
  if (length <= TIME_WIDTH || !line.stamp.reads(line)) return false;
  if (!hasHost(bytes, length) || !hasTag(bytes, length)) return false;
  const { tag, end, start, pid } = found;
  line.time = line.stamp.time;
  line.host = line.hosts.of(text, bytes, TIME_WIDTH, tag - 1);
  line.program = line.programs.of(text, bytes, tag, end);
  line.pid = pid;
  line.messageAt = start;
  line.message = text.slice(start);
  return true;
}

/** Whether the name of a host stands behind the time; `found.tag` is where what is behind it begins. */
function hasHost(bytes: Uint8Array, length: number): boolean {
  if (mayGoOn(bytes, TIME_WIDTH) || bytes[TIME_WIDTH] === DASH) return false;
  let end = TIME_WIDTH;
  while (end < length && bytes[end] !== SPACE) end++;
  found.tag = end + 1;
  return end > TIME_WIDTH && bytes[end - 1] !== COLON;
}

/** Whether `sshd[4242]: ` or `sshd: ` stands at `found.tag`; sets where its name ends, its number, and where the message begins. */
function hasTag(bytes: Uint8Array, length: number): boolean {
  const { tag } = found;
  let end = tag;
  while (end < length && PART[bytes[end] as number] === 1) end++;
  if (end === tag || end - tag >= LONGEST_NAME || end >= length) return false;
  const colon = bytes[end] === BRACKET ? numberEnd(bytes, end + 1, length) : end;
  if (colon >= length || bytes[colon] !== COLON) return false;
  if (colon === end) found.pid = undefined;
  found.end = end;
  const start = colon + 1 < length && bytes[colon + 1] === SPACE ? colon + 2 : colon + 1;
  found.start = start;
  // `message repeated 2 times: [ … ]`
  return start >= length || bytes[start] !== LETTER_M;
}

/** Sets `found.pid` to the number at `at`; the index behind the bracket that closes it, or `length` where it is none. */
function numberEnd(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  let end = at;
  for (; end < length && isDigit(bytes[end] as number); end++) value = value * 10 + (bytes[end] as number) - ZERO;
  found.pid = value;
  return end === at || end - at > LONGEST_PID || bytes[end] !== CLOSE ? length : end + 1;
}

/** Bytes that a program's name may have: neither space nor control, quote, brace, colon or bracket. */
const PART = new Uint8Array(256).fill(1, SPACE + 1);
for (const character of '"{:[') PART[character.charCodeAt(0)] = 0;
