import type { Fields } from '../../event/index.js';
import { matches, word } from '../text/codes.js';
import type { Line } from '../line.js';
import { isObject, parseObject } from '../json/json.js';
import type { JsonObject } from '../line.js';
import { pam } from './pam.js';
import { commandFields, type Parts } from './sudo-fields.js';

/**
 * Messages of sudo: `alice : [ERROR ; ]TTY=pts/0 ; PWD=/home/alice ; USER=root ; [GROUP=… ; ][ENV=… ; ]COMMAND=/bin/ls`. An error
 * (wrong passwords, not in sudoers, command not allowed) makes it a failure. Source: sudo's log format, sudoers(5).
 *
 * sudo does not escape ` ; `: the first USER and COMMAND are the real ones whatever the command's arguments say. Where
 * they occur twice, the working directory could have been named to forge them: the event is tagged `sekisho.ambiguous`.
 */
export function sudo(text: string, line: Line): Fields | undefined {
  if (text.startsWith('pam_')) return pam(text, line);
  if (text.startsWith('{"sudo"') || text.startsWith('@cee:{"sudo"')) return inJson(text, line);
  // A command's last argument may end with a space.
  const { message } = line;
  const bytes = line.messageBytes();
  const offset = line.messageAt;
  // The engine looks for one character, or for a rare first one, faster than for three.
  const colon = parting(message, ':', 0);
  const command = colon < 0 ? -1 : message.indexOf('COMMAND=', colon);
  if (command < 0) return undefined;
  const start = pastSpaces(bytes, offset, offset + colon) - offset;
  const user = userIn(message.slice(start, colon - 1));
  if (user.includes(' ')) return undefined;
  if (message.includes(';', command) && message.includes(' ; COMMAND=', command)) line.tag('sekisho.ambiguous');
  const parts = partsOf(message, bytes, offset, colon + 2, command);
  // sudo pads the name with spaces.
  const first = message.charCodeAt(start);
  const whole = first > SPACE && first < DELETE ? message.slice(start) : message.trimStart();
  return commandFields(line, whole, user, parts, message.slice(command + 8));
}

/** Index of the first `mark` from `start` with a space on both sides, or -1. */
function parting(message: string, mark: string, start: number): number {
  let at = message.indexOf(mark, start);
  while (at >= 0 && (at === start || message.charCodeAt(at - 1) !== SPACE || message.charCodeAt(at + 1) !== SPACE))
    at = message.indexOf(mark, at + 1);
  return at;
}

const SPACE = 32;
const DELETE = 127;
const TTY = word('TTY=');
const DIRECTORY = word('PWD=');
const USER = word('USER=');
const GROUP = word('GROUP=');

function pastSpaces(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] === SPACE) at++;
  return at;
}

/** A name without white space around it: most have none. */
function userIn(text: string): string {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  return first > SPACE && first < DELETE && last > SPACE && last < DELETE ? text : text.trim();
}

/**
 * The parts of `message`, whose bytes begin at `offset`, from `start` to `end`, parted by ` ; `; of each name the first counts.
 */
function partsOf(message: string, bytes: Uint8Array, offset: number, start: number, end: number): Parts {
  const parts: Parts = { error: undefined, tty: undefined, directory: undefined, user: undefined, group: undefined };
  const last = offset + end;
  let at = start;
  for (;;) {
    const semicolon = parting(message, ';', at);
    const isLast = semicolon < 0 || semicolon + 2 > end;
    const stop = isLast ? end : semicolon - 1;
    const index = offset + at;
    if (matches(bytes, TTY, index, last)) parts.tty ??= message.slice(at + 4, stop);
    else if (matches(bytes, DIRECTORY, index, last)) parts.directory ??= message.slice(at + 4, stop);
    else if (matches(bytes, USER, index, last)) parts.user ??= message.slice(at + 5, stop);
    else if (matches(bytes, GROUP, index, last)) parts.group ??= message.slice(at + 6, stop);
    else if (at === start) parts.error = errorIn(message.slice(start, stop));
    if (isLast) return parts;
    at = semicolon + 2;
  }
}

/** `@cee:{"sudo":{"accept":{"submituser":"alice","command":"/bin/ls","runargv":["ls"],"runuser":"root",…}}}` (log_format=json). */
function inJson(text: string, line: Line): Fields | undefined {
  const told = parseObject(text.slice(text.indexOf('{')))?.['sudo'];
  const [kind = '', event] = isObject(told) ? (Object.entries(told)[0] ?? []) : [];
  if (!isObject(event)) return undefined;
  const user = textIn(event, 'submituser');
  const command = commandIn(event);
  if (user === undefined || command === undefined) return undefined;
  const error = kind === 'accept' ? undefined : (textIn(event, 'reason') ?? kind);
  const parts: Parts = {
    error,
    tty: textIn(event, 'ttyname'),
    directory: textIn(event, 'submitcwd'),
    user: textIn(event, 'runuser'),
    group: textIn(event, 'rungroup'),
  };
  return commandFields(line, line.message, user, parts, command);
}

function textIn(event: JsonObject, name: string): string | undefined {
  const value = event[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The program with its arguments, of which the first is its own name. */
function commandIn(event: JsonObject): string | undefined {
  const command = textIn(event, 'command');
  const list: unknown = event['runargv'];
  const words = Array.isArray(list)
    ? (list as readonly unknown[]).slice(1).filter((word) => typeof word === 'string')
    : [];
  return command === undefined ? undefined : [command, ...words].join(' ');
}

/** The first part, unless it is a value. */
function errorIn(part: string): string | undefined {
  return /^[A-Z]{2,8}=/.test(part) ? undefined : part;
}
