import { find, numberIn, pastDigits } from '../text/codes.js';
import { fullerTime, mayGoOn } from '../time/head-time.js';
import type { Line } from '../line.js';
import { digits, isDigit, present, skipDigits, validIp } from '../text/scan.js';
import { readIso } from '../time/minute.js';
import { readElements } from './structured-data.js';
import { readUsual } from './usual-head.js';

const SPACE = 32;
const DASH = 45;
const COLON = 58;
const BRACKET = 91;
const CLOSE = 93;
const ONE = 49;
const OPEN = 40;
const LESS = 60;
const GREATER = 62;
const BYTE_ORDER_MARK = 0xfeff;
const MAX_REPEAT = 1000;
const REPEATED = 'message repeated ';

/**
 * Takes off the head of a syslog line: `[<PRI>]` then RFC 5424, or RFC 3164 whose time may be an RFC 3339 one (rsyslog's
 * default), then host and tag. Fills the head of `line`, and `message` with what stands behind it; false where there is
 * no such head. `message repeated N times: [ … ]` becomes its message, `line.repeat` the N (at most 1,000).
 *
 * A time that is missing behind a PRI leaves `line.time` at NaN; the rest is read all the same. Linear.
 */
export function readHead(text: string, line: Line): boolean {
  const bytes = line.codes.load(text);
  return ((bytes[0] as number) > GREATER && readUsual(text, line)) || readAnyHead(text, bytes, line);
}

/** As `readHead`, of a text that is loaded, without the quick way. */
export function readAnyHead(text: string, bytes: Uint8Array, line: Line): boolean {
  const start = bytes[0] === LESS ? readPriority(bytes, line) : 0;
  if (start < 0) return false;
  if (start > 0 && bytes[start] === ONE && bytes[start + 1] === SPACE && start + 1 < line.codes.length)
    return readStructured(text, start + 2, line);
  const at = readTime(text, bytes, start, line);
  if (at < 0) return false;
  readTag(text, bytes, at === start ? at : readHost(text, bytes, at, line), line);
  if (line.message.startsWith(REPEATED)) readRepeated(line);
  return start > 0 || (bytes[0] as number) > 57 || isRsyslog(bytes, line);
}

/**
 * An RFC 3339 time also begins the lines of many applications: only with a host and a tag behind it is it syslog. What has no
 * space behind its colon, and a digit there or at its beginning, is a time, or an address.
 */
function isRsyslog(bytes: Uint8Array, line: Line): boolean {
  const { messageAt } = line;
  const isClose = messageAt > 0 && bytes[messageAt - 1] === COLON;
  const isNumber = isDigit(bytes[messageAt] as number) || isDigit(line.program?.charCodeAt(0) ?? 0);
  if (isClose && isNumber) return false;
  const isTold = line.program !== undefined || line.message.startsWith(LAST_REPEATED);
  return isTold && line.host !== undefined && !LEVEL.test(line.host);
}

const LAST_REPEATED = 'last message repeated ';
const LEVEL = /^[[(<]?(?:trace|debug|info|notice|warn|warning|err|error|crit|critical|fatal|severe)\b/i;

/** `<34>`: index behind it, or -1. */
function readPriority(bytes: Uint8Array, line: Line): number {
  const { length } = line.codes;
  const end = pastDigits(bytes, 1, length);
  const priority = numberIn(bytes, 1, end);
  if (priority === undefined || priority > 191 || end === length || bytes[end] !== GREATER) return -1;
  line.priority = priority;
  return end + 1;
}

/** Index behind the time and its space; `at` itself where a PRI stands before and no time; -1 where neither. */
function readTime(text: string, bytes: Uint8Array, at: number, line: Line): number {
  const { clock } = line;
  const { length } = line.codes;
  const isDigits = (bytes[at] as number) <= 57;
  let time = Number.NaN;
  if (length >= at + 16) {
    time = isDigits ? clock.isoIn(bytes, text, at, length) : clock.bsdIn(bytes, text, at, line.receiveTime);
  }
  const isNone = Number.isNaN(time);
  const gap = clock.end < length && bytes[clock.end] === COLON ? clock.end + 1 : clock.end;
  const isFuller = isNone
    ? isDigits && length > at + 4 && bytes[at + 4] === SPACE
    : !isDigits && mayGoOn(bytes, gap + 1);
  const fuller = isFuller ? fullerTime(text, at, line) : undefined;
  if (fuller !== undefined) {
    line.time = fuller.time;
    return fuller.end;
  }
  if (isNone) return at > 0 ? at : -1;
  if (gap >= length || bytes[gap] !== SPACE) return -1;
  line.time = time;
  return gap + 1;
}

/** The token behind the time is the host, unless it ends with a colon: that is a tag, and the line names no host. */
function readHost(text: string, bytes: Uint8Array, at: number, line: Line): number {
  const { length } = line.codes;
  const space = find(bytes, SPACE, at, length);
  if (space === length || space === at || bytes[space - 1] === COLON) return at;
  // `--- last message repeated 1 time ---`
  if (bytes[at] === DASH && bytes[at + 1] === DASH) return at;
  line.host = present(line.hosts.of(text, bytes, at, space));
  return space + 1;
}

/**
 * `program[pid]: message`, `program: message`; `program[pid] message`, as rsyslog's templates write what came to it as RFC
 * 5424; anything else is all message.
 */
function readTag(text: string, bytes: Uint8Array, at: number, line: Line, isForwarded = false): void {
  const { length } = line.codes;
  const end = tagEnd(text, bytes, at, length);
  const hasPid = end > at && end < length && bytes[end] === BRACKET;
  const colon = hasPid ? pidEnd(bytes, end, line) : end;
  const isTag = end > at && colon < length && !isPeer(bytes, at, colon, length);
  const behind = isTag ? behindTag(bytes, colon, hasPid) : -1;
  if (behind < 0) return readOddTag(text, bytes, at, line, isForwarded);
  const spaced = behind < length && bytes[behind] === SPACE ? behind + 1 : behind;
  const start = spaced + (hasPid && behind === colon ? labelLength(text, bytes, spaced) : 0);
  setProgram(text, bytes, at, end, colon, start > spaced ? start - 2 : 0, line);
  line.messageAt = start;
  line.message = text.slice(start);
}

/** Whether what stands where a tag may is none: an address and its port (a number first, no space behind the colon), or a priority. */
function isPeer(bytes: Uint8Array, at: number, colon: number, length: number): boolean {
  if (bytes[at] === LESS) return true;
  const isClose = bytes[colon] === COLON && colon + 1 < length && (bytes[colon + 1] as number) > SPACE;
  return isClose && isDigit(bytes[at] as number);
}

/** The index behind `[pid]`, which begins at `at`, and sets the number; the text's length where it is none. */
function pidEnd(bytes: Uint8Array, at: number, line: Line): number {
  const { length } = line.codes;
  const end = pastDigits(bytes, at + 1, length);
  line.pid = numberIn(bytes, at + 1, end);
  return line.pid === undefined || end + 1 >= length || bytes[end] !== CLOSE ? length : end + 1;
}

/**
 * Names the program of the tag `[at, colon)`, whose name ends at `end`. What is no process's own number is of the name, as Elastic's
 * pipeline has it: `kernel[0]` of macOS, and the job that its launchd speaks of, which ends at `labelEnd`.
 */
function setProgram(
  text: string,
  bytes: Uint8Array,
  at: number,
  end: number,
  colon: number,
  labelEnd: number,
  line: Line,
): void {
  const isNone = labelEnd > 0 || line.pid === 0;
  line.program = line.programs.of(text, bytes, at, labelEnd > 0 ? labelEnd : isNone ? colon : end);
  if (isNone) line.pid = undefined;
}

const HEX_GROUP = 4;

/** Whether the first token is an IPv6 address (`fe80::1`), whose first group looks like a tag. */
function isAddress(text: string, bytes: Uint8Array, at: number, length: number): boolean {
  const colon = find(bytes, COLON, at, Math.min(length, at + HEX_GROUP + 1));
  if (bytes[colon] !== COLON || colon >= length || (bytes[colon + 1] as number) <= SPACE) return false;
  return validIp(text.slice(at, Math.min(find(bytes, SPACE, colon, length), at + 64))) !== undefined;
}

const LABEL = /^\(([\w.-]{1,128})(?:\[\d{1,10}\])?\): /;

/**
 * launchd of macOS names the job it speaks of before the colon, behind its number:
 * `com.apple.xpc.launchd[1] (com.example.agent[52]): …`.
 */
function labelLength(text: string, bytes: Uint8Array, at: number): number {
  return (bytes[at] === OPEN ? LABEL.exec(text.slice(at, at + 160))?.[0].length : undefined) ?? 0;
}

// Programs of macOS have names of several words; the number tells that they are names.
const SPACED = /^([A-Za-z][\w.-]{0,62}(?: [\w.-]{1,62}){1,6})\[(\d{1,10})\]: /;

// Programs of two words without a number: `syslogd 1.4.1: restart.`, `gconfd (root-2900): …`, `Server Administrator: …`.
const WORDED =
  /^([A-Za-z][\w.-]{0,62} (?:\d[\w.-]{0,31}|\([\w.-]{1,64}\))|[A-Z][\w.-]{0,62}(?: [A-Z][\w.-]{0,62}){1,3}): /;

// A number may stand apart: `fail2ban.filter         [52]: …`.
const APART = /^([^\s:[\]"{]{1,64}) {1,32}\[(\d{1,10})\]: /;

// login of old Linuxes writes whom it let in where its name belongs: `web1  -- root[52]: ROOT LOGIN ON tty1`.
const DASHED = /^( ?-- [\w.-]{1,64})\[(\d{1,10})\]: /;

// What stands in a name's brackets is a number only where it is the process's: `sssd[be[example.org]]`, `sssd[nss][52]`.
const BRACKETED = /^([^\s:[\]"{]{1,64}\[[^\s:"{]{1,64}?\])(?:\[(\d{1,10})\])?: /;

function wordsOf(tag: string): RegExpExecArray | null {
  return SPACED.exec(tag) ?? WORDED.exec(tag) ?? DASHED.exec(tag);
}

// AIX names the host that a line came from behind its own: `Message forwarded from db1: sshd[52]: …`.
const FORWARDED = /^(?:Message )?forwarded from ([^\s:]{1,128}): /;

/**
 * `Some Program[pid]: message` and `program 1.4.1: message` behind a BSD time; `program[part]: message`, `program [pid]: message`;
 * anything else is all message.
 */
function readOddTag(text: string, bytes: Uint8Array, at: number, line: Line, isForwarded: boolean): void {
  const isBsd = text.charCodeAt(0) > 57 || text.charCodeAt(0) === LESS;
  const tag = text.slice(at, at + 160);
  const forwarded = isForwarded ? null : FORWARDED.exec(tag);
  if (forwarded !== null) {
    line.host = forwarded[1];
    return readTag(text, bytes, at + forwarded[0].length, line, true);
  }
  const found = BRACKETED.exec(tag) ?? APART.exec(tag) ?? (isBsd ? wordsOf(tag) : null);
  line.program = found?.[1];
  line.pid = found?.[2] === undefined ? undefined : Number(found[2]);
  line.messageAt = at + (found?.[0].length ?? 0);
  line.message = line.messageAt === 0 ? text : text.slice(line.messageAt);
}

/** Where a tag's colon ends, or the tag itself where a number in brackets is all that ends it; -1: no tag. */
function behindTag(bytes: Uint8Array, at: number, hasPid: boolean): number {
  if (bytes[at] === COLON) return at + 1;
  return hasPid && bytes[at] === SPACE ? at : -1;
}

/** Where a program's name ends: a name has no space, quote, bracket or brace, and at most 96 characters; an address is none. */
function tagEnd(text: string, bytes: Uint8Array, start: number, length: number): number {
  if (isAddress(text, bytes, start, length)) return start;
  const limit = Math.min(length, start + 96);
  for (let at = start; at < limit; at++) {
    const code = bytes[at] as number;
    if (code === COLON || code === BRACKET) return at;
    if (code <= SPACE || code === 34 || code === 123) return start;
  }
  return start;
}

/** rsyslog's and sshd's `message repeated 2 times: [ inner]`. */
function readRepeated(line: Line): void {
  const message = line.message;
  const end = skipDigits(message, REPEATED.length);
  const count = digits(message, REPEATED.length, end);
  const open = ' times: [ ';
  if (count === undefined || count < 1 || !message.startsWith(open, end) || !message.endsWith(']')) return;
  line.repeat = Math.min(count, MAX_REPEAT);
  line.message = message.slice(end + open.length, -1);
  line.messageAt = -1;
}

/** RFC 5424 behind `<PRI>1 `: TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA [MSG]. */
function readStructured(text: string, at: number, line: Line): boolean {
  const { bytes, length } = line.codes;
  let start = at;
  if (bytes[at] === DASH && bytes[at + 1] === SPACE) start += 2;
  else {
    start = readIso(text, at, line) + 1;
    if (start > length || bytes[start - 1] !== SPACE) return false;
  }
  const hostEnd = find(bytes, SPACE, start, length);
  const programEnd = find(bytes, SPACE, hostEnd + 1, length);
  const procidEnd = find(bytes, SPACE, programEnd + 1, length);
  const msgidEnd = find(bytes, SPACE, procidEnd + 1, length);
  // Each token has a character at least.
  const isShort = hostEnd === start || programEnd <= hostEnd + 1 || procidEnd <= programEnd + 1;
  if (isShort || msgidEnd <= procidEnd + 1 || msgidEnd >= length) return false;
  line.isStructured = true;
  line.program = present(line.programs.of(text, bytes, hostEnd + 1, programEnd));
  line.procid = present(text.slice(programEnd + 1, procidEnd));
  line.msgid = present(line.programs.of(text, bytes, procidEnd + 1, msgidEnd));
  line.host = present(line.hosts.of(text, bytes, start, hostEnd));
  line.pid = numberIn(bytes, programEnd + 1, procidEnd);
  const end = bytes[msgidEnd + 1] === DASH ? msgidEnd + 2 : readElements(text, msgidEnd + 1, line);
  const behind = text.charCodeAt(end) === SPACE ? end + 1 : end;
  line.messageAt = text.charCodeAt(behind) === BYTE_ORDER_MARK ? behind + 1 : behind;
  line.message = text.slice(line.messageAt);
  return true;
}
