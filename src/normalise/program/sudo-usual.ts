import type { Fields } from '../../event/index.js';
import { matches, word } from '../codes.js';
import type { Line } from '../line.js';
import { commandFields, type Parts } from './sudo-fields.js';

const SPACE = 32;
const SEMICOLON = 59;
const LETTER_P = 112;
const COLON = word(' : ');
const TTY = word('TTY=');
const DIRECTORY = word('PWD=');
const USER = word('USER=');
const GROUP = word('GROUP=');
const COMMAND = word('COMMAND=');
const PAM = word('pam_');
/** ` ; ` */
const PARTING = 3;

/** Filled anew for each message. */
const parts: Parts = { error: undefined, tty: undefined, directory: undefined, user: undefined, group: undefined };

/**
 * The event of `alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; [GROUP=… ; ]COMMAND=/bin/ls`, whose names and directory are one
 * word each, read in one pass; undefined for any other message, in doubt too. Says what `anyCommand` says.
 */
export function usualCommand(line: Line): Fields | undefined {
  const bytes = line.messageBytes();
  const offset = line.messageAt;
  const end = line.codes.length;
  const { message } = line;
  let start = offset;
  while (start < end && bytes[start] === SPACE) start++;
  const userEnd = valueEnd(bytes, start, end);
  if (userEnd === start || NAME[bytes[start] as number] === 0 || !matches(bytes, COLON, userEnd, end)) return undefined;
  if (bytes[start] === LETTER_P && matches(bytes, PAM, start, end)) return undefined;
  const command = readParts(bytes, message, offset, userEnd + COLON.length, end);
  if (command < 0) return undefined;
  const behind = command - offset;
  if (message.includes(';', behind) && message.includes(' ; COMMAND=', behind)) line.tag('sekisho.ambiguous');
  const whole = start === offset ? message : message.slice(start - offset);
  return commandFields(line, whole, message.slice(start - offset, userEnd - offset), parts, message.slice(behind));
}

/** Reads what stands between the name and the command; where the command begins, or -1. */
function readParts(bytes: Uint8Array, message: string, offset: number, start: number, end: number): number {
  const tty = start + TTY.length;
  const ttyEnd = matches(bytes, TTY, start, end) ? partEnd(bytes, tty, end) : -1;
  const directory = ttyEnd + PARTING + DIRECTORY.length;
  if (ttyEnd < 0 || !matches(bytes, DIRECTORY, ttyEnd + PARTING, end)) return -1;
  const directoryEnd = partEnd(bytes, directory, end);
  const user = directoryEnd + PARTING + USER.length;
  if (directoryEnd < 0 || !matches(bytes, USER, directoryEnd + PARTING, end)) return -1;
  const userEnd = partEnd(bytes, user, end);
  if (userEnd < 0) return -1;
  let last = userEnd + PARTING;
  parts.group = undefined;
  if (matches(bytes, GROUP, last, end)) {
    const group = last + GROUP.length;
    const groupEnd = partEnd(bytes, group, end);
    if (groupEnd < 0) return -1;
    parts.group = message.slice(group - offset, groupEnd - offset);
    last = groupEnd + PARTING;
  }
  if (!matches(bytes, COMMAND, last, end)) return -1;
  parts.tty = message.slice(tty - offset, ttyEnd - offset);
  parts.directory = message.slice(directory - offset, directoryEnd - offset);
  parts.user = message.slice(user - offset, userEnd - offset);
  return last + COMMAND.length;
}

/** Where a value ends that ` ; ` follows; -1: something else does. */
function partEnd(bytes: Uint8Array, start: number, end: number): number {
  const last = valueEnd(bytes, start, end);
  const isParted = last + PARTING <= end && bytes[last] === SPACE && bytes[last + 1] === SEMICOLON;
  return isParted && bytes[last + 2] === SPACE ? last : -1;
}

/** Where a word ends; an equals sign or an odd character ends it too, so that nothing that matters stands in it. */
function valueEnd(bytes: Uint8Array, start: number, end: number): number {
  let last = start;
  while (last < end && VALUE[bytes[last] as number] === 1) last++;
  return last;
}

const VALUE = new Uint8Array(256).fill(1, 33, 127);
VALUE['='.charCodeAt(0)] = 0;
/** What a user's name may begin with: JSON begins otherwise, and a colon alone is no name. */
const NAME = Uint8Array.from(VALUE);
for (const character of '{@:') NAME[character.charCodeAt(0)] = 0;
