import type { Fields } from '../../event/index.js';
import type { Codes } from '../text/codes.js';
import { Fours, Latest } from '../text/fours.js';
import type { Line } from '../line.js';
import { eventMaker } from './event-maker.js';

const SPACE = 32;
const COLON = 58;
const SEMICOLON = 59;
const LETTER_P = 112;
const TTY = new Fours('TTY=');
const DIRECTORY = new Fours('PWD=');
const USER = new Fours('USER=');
const GROUP = new Fours('GROUP=');
const COMMAND = new Fours('COMMAND=');
const PAM = new Fours('pam_');
/** ` ; ` */
const PARTING = 3;
const WHO = ['user.name', 'user.effective.name', 'group.name'];
const WHAT = ['process.command_line', 'process.working_directory'];
const TOLD = ['system.auth.sudo.tty', 'system.auth.sudo.pwd', 'system.auth.sudo.user', 'system.auth.sudo.command'];
const places = [...WHO, ...WHAT, ...TOLD];
const makeCommand = eventMaker({ category: ['process'] }, places, places, 'authDataset');

/** The terminal and the user of the line before: most lines have the same. */
const ttys = new Latest();
const users = new Latest();

/** Where the parts of the message at hand stand; an end of 0: it has none. */
const found = { tty: 0, ttyEnd: 0, directory: 0, directoryEnd: 0, user: 0, userEnd: 0, group: 0, groupEnd: 0 };

/**
 * The event of `alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; [GROUP=… ; ]COMMAND=/bin/ls`, whose names and directory are one
 * word each, read in one pass; undefined for any other message, in doubt too. Says what `sudo` says.
 */
export function usualCommand(text: string, line: Line, at: number, offset: number): Fields | undefined {
  const { codes } = line;
  const { bytes, length } = codes;
  let start = at;
  while (start < length && bytes[start] === SPACE) start++;
  const userEnd = valueEnd(codes, start);
  const isParted = userEnd + PARTING < length && bytes[userEnd] === SPACE && bytes[userEnd + 1] === COLON;
  if (!isParted || bytes[userEnd + 2] !== SPACE || !isName(codes, start, userEnd)) return undefined;
  const command = readParts(codes, userEnd + PARTING);
  if (command < 0) return undefined;
  if (text.includes(';', command - offset) && isForged(codes, command)) line.tag('sekisho.ambiguous');
  const user = text.slice(start - offset, userEnd - offset);
  const tty = ttys.of(text, codes, found.tty, found.ttyEnd, offset);
  const directory = text.slice(found.directory - offset, found.directoryEnd - offset);
  const target = users.of(text, codes, found.user, found.userEnd, offset);
  const group = found.groupEnd === 0 ? undefined : text.slice(found.group - offset, found.groupEnd - offset);
  const ran = text.slice(command - offset);
  const message = start === offset ? text : text.slice(start - offset);
  return makeCommand(line, message, user, target, group, ran, directory, tty, directory, target, ran);
}

/** Whether a user's name stands there: PAM's messages and JSON begin otherwise. */
function isName({ bytes, view }: Codes, start: number, end: number): boolean {
  if (end === start || NAME[bytes[start] as number] === 0) return false;
  return bytes[start] !== LETTER_P || !PAM.stands(view, start, end);
}

/** Whether ` ; COMMAND=` stands in the command as well. */
function isForged({ bytes, view, length }: Codes, start: number): boolean {
  for (let at = start + 1; at < length; at++) {
    const isParting = bytes[at] === SEMICOLON && bytes[at - 1] === SPACE && bytes[at + 1] === SPACE;
    if (isParting && COMMAND.stands(view, at + 2, length)) return true;
  }
  return false;
}

/** Reads what stands between the name and the command, from `start`; where the command begins, or -1. */
function readParts(codes: Codes, start: number): number {
  const { view, length } = codes;
  const tty = start + TTY.length;
  const ttyEnd = TTY.stands(view, start, length) ? knownEnd(codes, tty, ttys) : -1;
  const directory = ttyEnd + PARTING + DIRECTORY.length;
  if (ttyEnd < 0 || !DIRECTORY.stands(view, ttyEnd + PARTING, length)) return -1;
  const directoryEnd = partEnd(codes, directory);
  const user = directoryEnd + PARTING + USER.length;
  if (directoryEnd < 0 || !USER.stands(view, directoryEnd + PARTING, length)) return -1;
  const userEnd = knownEnd(codes, user, users);
  if (userEnd < 0) return -1;
  let last = userEnd + PARTING;
  found.groupEnd = 0;
  if (GROUP.stands(view, last, length)) {
    found.group = last + GROUP.length;
    found.groupEnd = partEnd(codes, found.group);
    if (found.groupEnd < 0) return -1;
    last = found.groupEnd + PARTING;
  }
  if (!COMMAND.stands(view, last, length)) return -1;
  found.tty = tty;
  found.ttyEnd = ttyEnd;
  found.directory = directory;
  found.directoryEnd = directoryEnd;
  found.user = user;
  found.userEnd = userEnd;
  return last + COMMAND.length;
}

/** Where a value ends that ` ; ` follows; -1: something else does. */
function partEnd(codes: Codes, start: number): number {
  return partedAt(codes, valueEnd(codes, start));
}

/** As `partEnd`, of a value that nearly always is that of the line before. */
function knownEnd(codes: Codes, start: number, latest: Latest): number {
  const known = latest.end(codes, start, SPACE);
  return partedAt(codes, known < 0 ? valueEnd(codes, start) : known);
}

/** `last` where ` ; ` stands there, else -1. */
function partedAt({ bytes, length }: Codes, last: number): number {
  const isParted = last + PARTING <= length && bytes[last] === SPACE && bytes[last + 1] === SEMICOLON;
  return isParted && bytes[last + 2] === SPACE ? last : -1;
}

/** Where a word ends; an equals sign or an odd character ends it too, so that nothing that matters stands in it. */
function valueEnd({ bytes, length }: Codes, start: number): number {
  let last = start;
  while (last < length && VALUE[bytes[last] as number] === 1) last++;
  return last;
}

const VALUE = new Uint8Array(256).fill(1, 33, 127);
VALUE['='.charCodeAt(0)] = 0;
/** What a user's name may begin with: JSON begins otherwise, and a colon alone is no name. */
const NAME = Uint8Array.from(VALUE);
for (const character of '{@:') NAME[character.charCodeAt(0)] = 0;
