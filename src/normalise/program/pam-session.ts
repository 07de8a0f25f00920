import type { Fields } from '../../event/index.js';
import { find, matches, pastDigits, word } from '../text/codes.js';
import { Fours } from '../text/fours.js';
import type { Line } from '../line.js';
import type { Meaning } from './base.js';
import { eventMaker } from './event-maker.js';

const SPACE = 32;
const LAST = 126;
const OPEN = 40;
const CLOSE = 41;
const COLON = 58;
const UNDERSCORE = 95;
const LONGEST_MODULE = 32;
const LONGEST_SERVICE = 64;
const LONGEST_TYPE = 16;
const CATEGORY = ['session'];

/** A session began; as Elastic's pipeline has it, its type and outcome are not said. */
export const OPENED: Meaning = {
  category: CATEGORY,
  type: undefined,
  action: 'logged-on',
  outcome: undefined,
  user: undefined,
};
/** A session ended. */
export const CLOSED: Meaning = { ...OPENED, action: 'logged-off' };

const places = ['user.name', 'user.id', 'user.effective.name', 'user.effective.id'];
const makeOpened = eventMaker(OPENED, places, places, 'authDataset');
const makeClosed = eventMaker(CLOSED, places, places, 'authDataset');

const PAM = word('pam_');
const BEHIND = word('): session ');
const OPENS = new Fours('opened for user ');
const CLOSES = new Fours('closed for user ');
const BY = word(' by ');
const ID = word('(uid=');

/** Where an account's name and number stand; an end of 0: it has none. */
interface Account {
  name: number;
  nameEnd: number;
  id: number;
  idEnd: number;
}

const target: Account = { name: 0, nameEnd: 0, id: 0, idEnd: 0 };
const actor: Account = { name: 0, nameEnd: 0, id: 0, idEnd: 0 };
const NOBODY: Account = { name: 0, nameEnd: 0, id: 0, idEnd: 0 };
const session = { isAlone: false };

/**
 * The event of `pam_unix(sshd:session): session opened for user root(uid=0) by alice(uid=1000)`, or of one that closes, read in one
 * pass; undefined for any other message, in doubt too. Says what `anyPam` says.
 */
export function usualSession(text: string, line: Line, at: number, offset: number): Fields | undefined {
  // What other heads say beside would cost more than the event.
  if (line.priority < 0 && line.headFields !== undefined) return undefined;
  const { bytes, view, length: end } = line.codes;
  // White space at the end says nothing.
  if ((bytes[end - 1] as number) <= SPACE) return undefined;
  const said = saidAt(bytes, at, end);
  const isOpened = said > 0 && OPENS.stands(view, said, end);
  if (!isOpened && !(said > 0 && CLOSES.stands(view, said, end))) return undefined;
  if (!hasAccounts(bytes, said + OPENS.length, end)) return undefined;
  const who = session.isAlone ? target : actor;
  const whom = session.isAlone ? NOBODY : target;
  const make = isOpened ? makeOpened : makeClosed;
  return make(
    line,
    at === offset ? text : text.slice(at - offset),
    piece(text, offset, who.name, who.nameEnd),
    piece(text, offset, who.id, who.idEnd),
    piece(text, offset, whom.name, whom.nameEnd),
    piece(text, offset, whom.id, whom.idEnd),
  );
}

function piece(text: string, offset: number, start: number, end: number): string | undefined {
  return end <= start ? undefined : text.slice(start - offset, end - offset);
}

/** `root(uid=0) by alice(uid=1000)` to the end, or the first alone. */
function hasAccounts(bytes: Uint8Array, name: number, end: number): boolean {
  const nameEnd = wordEnd(bytes, name, end);
  if (nameEnd === name || !hasAccount(bytes, name, nameEnd, target)) return false;
  session.isAlone = nameEnd === end;
  if (session.isAlone) return true;
  const by = nameEnd + BY.length;
  return matches(bytes, BY, nameEnd, end) && wordEnd(bytes, by, end) === end && hasAccount(bytes, by, end, actor);
}

/** Where what a session did stands, behind `pam_unix(sshd:session): session `; -1: it stands nowhere. */
function saidAt(bytes: Uint8Array, offset: number, end: number): number {
  if (!matches(bytes, PAM, offset, end)) return -1;
  const module = offset + PAM.length;
  let open = module;
  while (open < end && isLetter(bytes[open] as number, true)) open++;
  const close = find(bytes, CLOSE, open + 1, end);
  const colon = find(bytes, COLON, open + 1, close);
  let type = colon + 1;
  while (type < close && isLetter(bytes[type] as number, false)) type++;
  const isNamed = open > module && open - module <= LONGEST_MODULE && bytes[open] === OPEN;
  const isShort = colon - open <= LONGEST_SERVICE && close - colon <= LONGEST_TYPE && type >= close;
  return isNamed && isShort && matches(bytes, BEHIND, close, end) ? close + BEHIND.length : -1;
}

/** Where what is neither space nor odd ends. */
function wordEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] as number) > SPACE && (bytes[at] as number) <= LAST) at++;
  return at;
}

/** Whether `[start, end)` is `alice(uid=1000)`, `alice`, `(uid=0)` or nothing. */
function hasAccount(bytes: Uint8Array, start: number, end: number, found: Account): boolean {
  const open = find(bytes, OPEN, start, end);
  found.name = start;
  found.nameEnd = open;
  found.id = open + ID.length;
  found.idEnd = open === end ? 0 : end - 1;
  if (open === end) return true;
  const isId = matches(bytes, ID, open, end) && bytes[end - 1] === CLOSE && found.idEnd > found.id;
  return isId && pastDigits(bytes, found.id, found.idEnd) === found.idEnd;
}

/** A small letter, or where told so a digit or an underscore. */
function isLetter(code: number, orOther: boolean): boolean {
  if (code >= 97 && code <= 122) return true;
  return orOther && (code === UNDERSCORE || (code >= 48 && code <= 57));
}
