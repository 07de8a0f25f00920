import type { Fields } from '../../../event/index.js';
import { type Codes, find, Memo, numberIn } from '../../text/codes.js';
import {
  compileStructured,
  ElementLayouts,
  type MakeStructured,
  type StructuredHead,
} from '../../head/element-layouts.js';
import { Fours, Latest } from '../../text/fours.js';
import type { Line } from '../../line.js';
import { readIso } from '../../time/minute.js';
import { type Priority, PRIORITIES } from '../../head/priority.js';
import { present } from '../../text/scan.js';
import { readElements } from '../../head/structured-data.js';
import { mayBeLogIn } from '../looks.js';
import { isPlainProgram } from './syslog.js';

const SPACE = 32;
const DASH = 45;
const ONE = 49;
const LESS = 60;
const GREATER = 62;
const BRACKET = 91;
/** The shortest line that is read: a priority, a time in UTC and the rest. */
const SHORTEST = 40;

/** A program by its name, and whether its messages are no more than its own words. */
interface App {
  readonly name: string;
  readonly isPlain: boolean;
}

const APPS = new Memo<App>((name) => ({ name, isPlain: name !== '-' && isPlainProgram(name) }));
const IDS = new Memo<string | undefined>(present);
const PAM = new Fours('pam_');
/** The host of the line before. */
const latest = new Latest();
const layouts = new ElementLayouts();
/** Makes the events of lines without structured data. */
const makePlain = compileStructured([]);

const head: StructuredHead = {
  priority: PRIORITIES[0] as Priority,
  host: undefined,
  program: undefined,
  pid: undefined,
  procid: undefined,
  msgid: undefined,
};
/** Where the message of the line at hand begins. */
let messageAt = 0;

/**
 * The event of `<34>1 2026-11-23T06:39:04.123Z web1 app 4974 ID47 - message`, with or without structured data, whose program has
 * no parser and whose message is no log of its own; read from the bytes of `line.codes`, where the text is loaded. Undefined for any other
 * line, in doubt too, nothing being told but the time. Says what reading piece by piece says.
 *
 * Structured data is read by its layout (`ElementLayouts`), which the first lines of a new one are here for.
 */
export function usualStructured(text: string, line: Line): Fields | undefined {
  const { codes } = line;
  const { bytes, length } = codes;
  const start = length < SHORTEST ? -1 : readPriority(bytes);
  if (start < 0) return undefined;
  const host = readIso(text, start, line) + 1;
  if (host > length || bytes[host - 1] !== SPACE) return undefined;
  const id = readNames(text, codes, host, line);
  const idEnd = id < 0 ? length : find(bytes, SPACE, id, length);
  if (idEnd >= length || idEnd === id) return undefined;
  head.msgid = IDS.of(text, bytes, id, idEnd);
  const make = makerOf(text, line, idEnd + 1);
  if (make === undefined || isOdd(text, codes, messageAt)) return undefined;
  return make(line, head, text.slice(messageAt), text, layouts.ends);
}

/** `<34>1 `: the index behind it, or -1. */
function readPriority(bytes: Uint8Array): number {
  let at = 1;
  while (at < 4 && bytes[at] !== GREATER) at++;
  const priority = numberIn(bytes, 1, at);
  const known = priority === undefined ? undefined : PRIORITIES[priority];
  if (
    known === undefined ||
    bytes[0] !== LESS ||
    bytes[at] !== GREATER ||
    bytes[at + 1] !== ONE ||
    bytes[at + 2] !== SPACE
  )
    return -1;
  head.priority = known;
  return at + 3;
}

/** `HOST APP PROCID `: the index behind them; -1 where one is missing, or the program is not a plain one. */
function readNames(text: string, codes: Codes, host: number, line: Line): number {
  const { bytes, length } = codes;
  const known = latest.end(codes, host, SPACE);
  const hostEnd = known < 0 ? find(bytes, SPACE, host, length) : known;
  const appEnd = find(bytes, SPACE, hostEnd + 1, length);
  const procidEnd = find(bytes, SPACE, appEnd + 1, length);
  if (hostEnd === host || appEnd <= hostEnd + 1 || procidEnd <= appEnd + 1 || procidEnd >= length) return -1;
  const app = APPS.of(text, bytes, hostEnd + 1, appEnd);
  if (!app.isPlain) return -1;
  head.host = known < 0 ? hostOf(text, codes, host, hostEnd, line) : latest.name;
  head.program = app.name;
  head.pid = numberIn(bytes, appEnd + 1, procidEnd);
  head.procid = isDash(bytes, appEnd + 1, procidEnd) ? undefined : text.slice(appEnd + 1, procidEnd);
  return procidEnd + 1;
}

function isDash(bytes: Uint8Array, start: number, end: number): boolean {
  return end === start + 1 && bytes[start] === DASH;
}

function hostOf(text: string, codes: Codes, start: number, end: number, line: Line): string | undefined {
  const host = present(line.hosts.of(text, codes.bytes, start, end));
  if (host !== undefined) latest.learn(codes, start, end, host);
  return host;
}

/** What makes the event of a line whose structured data stands at `at`, `messageAt` set. */
function makerOf(text: string, line: Line, at: number): MakeStructured | undefined {
  const { codes } = line;
  const { bytes } = codes;
  messageAt = at + 2;
  if (bytes[at] === DASH) return bytes[at + 1] === SPACE ? makePlain : undefined;
  if (bytes[at] !== BRACKET) return undefined;
  const make = layouts.of(codes, at);
  messageAt = layouts.end;
  if (make === undefined && layouts.wantsMore()) learn(text, at, line);
  return make;
}

function learn(text: string, at: number, line: Line): void {
  const end = readElements(text, at, line);
  const { elements } = line;
  line.elements = undefined;
  if (elements !== undefined && end < text.length) layouts.learn(text.slice(at, end), elements);
}

/** Whether a message may be more than its program's words: none, PAM's, a log. */
function isOdd(text: string, { bytes, view, length }: Codes, at: number): boolean {
  return at + 4 > length || PAM.stands(view, at, length) || mayBeLogIn(text, bytes, at);
}
