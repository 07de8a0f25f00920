import type { Fields } from '../../event/index.js';
import { type Codes, numberIn } from '../text/codes.js';
import { Fours } from '../text/fours.js';
import type { Line } from '../line.js';
import { eventMaker, type MakeEvent } from './event-maker.js';
import { usualSession } from './pam-session.js';
import { FAILURE, NEUTRAL, SUCCESS } from './sshd-fields.js';

const SPACE = 32;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const LETTER_A = 65;
const LETTER_D = 68;
const LETTER_F = 70;
const LETTER_P = 112;
/** ` for ` */
const FOR = 5;
/** `: ` */
const KEY = 2;
const LONGEST_PORT = 5;
const LONGEST_USER = 256;
const FAILED = new Fours('Failed ');
const ACCEPTED = new Fours('Accepted ');
const DISCONNECTED = new Fours('Disconnected from user ');
const PASSWORD = new Fours('password for ');
const PUBLIC_KEY = new Fours('publickey for ');
const INVALID_USER = new Fours('invalid user ');
const FROM = new Fours(' from ');
const PORT = new Fours(' port ');
const SSH2 = new Fours(' ssh2');

const SSH = ['system.auth.ssh.event', 'system.auth.ssh.method', 'system.auth.ssh.signature'];
const places = ['user.name', 'source.address', 'source.ip', 'source.port', ...SSH];
const makeFailed = eventMaker(FAILURE, places, places, 'authDataset');
const makeAccepted = eventMaker(SUCCESS, places, places, 'authDataset');
const makeEnded = eventMaker(NEUTRAL, places, places, 'authDataset');

/** Where the parts of the message at hand stand. */
const found = { user: 0, userEnd: 0, address: 0, addressEnd: 0, port: 0, portEnd: 0 };

/** The usual messages of sshd in one pass; undefined for all others. Says what `sshd` says of them. */
export function usualSsh(text: string, line: Line, at: number, offset: number): Fields | undefined {
  const { bytes, view, length } = line.codes;
  const first = bytes[at];
  if (first === LETTER_F) return FAILED.stands(view, at, length) ? attempt(text, line, at, offset, FAILED) : undefined;
  if (first === LETTER_A)
    return ACCEPTED.stands(view, at, length) ? attempt(text, line, at, offset, ACCEPTED) : undefined;
  if (first === LETTER_P) return usualSession(text, line, at, offset);
  return first === LETTER_D && DISCONNECTED.stands(view, at, length) ? ended(text, line, at, offset) : undefined;
}

/**
 * The event of `Failed password for [invalid user ]NAME from ADDRESS port N ssh2[: KEY]`, or of a public key or a success alike, whose
 * name is one word and whose address is IPv4; undefined for any other, in doubt too. Says what `attempt` of sshd.ts says of it.
 */
function attempt(text: string, line: Line, at: number, offset: number, how: Fours): Fields | undefined {
  const { codes } = line;
  const { bytes, view, length } = codes;
  const start = at + how.length;
  const method = methodAt(codes, start);
  if (method === undefined) return undefined;
  const name = start + method.length + FOR;
  const isInvalid = INVALID_USER.stands(view, name, length);
  if (!hasUser(codes, isInvalid ? name + INVALID_USER.length : name)) return undefined;
  if (!FROM.stands(view, found.userEnd, length) || !hasPeer(codes, found.userEnd + FROM.length)) return undefined;
  if (!SSH2.stands(view, found.portEnd, length)) return undefined;
  const last = found.portEnd + SSH2.length;
  // Behind a key an invalid name could go on.
  if (last < length && (isInvalid || !hasKey(bytes, last, length))) return undefined;
  const isFailed = how === FAILED;
  const event = isFailed ? 'Failed' : 'Accepted';
  const signature = last < length ? text.slice(last + KEY - offset) : undefined;
  return usualEvent(isFailed ? makeFailed : makeAccepted, text, line, at, offset, event, method, signature);
}

function methodAt({ view, length }: Codes, at: number): string | undefined {
  if (PASSWORD.stands(view, at, length)) return 'password';
  return PUBLIC_KEY.stands(view, at, length) ? 'publickey' : undefined;
}

function hasKey(bytes: Uint8Array, at: number, end: number): boolean {
  return at + KEY < end && bytes[at] === COLON && bytes[at + 1] === SPACE;
}

/** The event of `Disconnected from user NAME ADDRESS port N`; undefined where that does not end the message. */
function ended(text: string, line: Line, at: number, offset: number): Fields | undefined {
  const { codes } = line;
  const start = at + DISCONNECTED.length;
  if (!hasUser(codes, start) || !hasPeer(codes, found.userEnd + 1) || found.portEnd < codes.length) return undefined;
  if (found.userEnd - start >= LONGEST_USER) return undefined;
  return usualEvent(makeEnded, text, line, at, offset, 'Disconnected', undefined, undefined);
}

function usualEvent(
  make: MakeEvent,
  text: string,
  line: Line,
  at: number,
  offset: number,
  event: string,
  method: string | undefined,
  signature: string | undefined,
): Fields {
  const message = at === offset ? text : text.slice(at - offset);
  const user = text.slice(found.user - offset, found.userEnd - offset);
  const address = text.slice(found.address - offset, found.addressEnd - offset);
  const port = numberIn(line.codes.bytes, found.port, found.portEnd);
  return make(line, message, user, address, address, port, event, method, signature);
}

/** Whether a name of one word stands there, and a space behind it. */
function hasUser({ bytes, length }: Codes, start: number): boolean {
  let last = start;
  while (last < length && bytes[last] !== SPACE) last++;
  found.user = start;
  found.userEnd = last;
  return last > start && last < length;
}

/** Whether `ADDRESS port N` stands there, the address IPv4. */
function hasPeer({ bytes, view, length }: Codes, start: number): boolean {
  const addressEnd = ipv4End(bytes, start, length);
  if (addressEnd < 0 || !PORT.stands(view, addressEnd, length)) return false;
  const port = addressEnd + PORT.length;
  let last = port;
  while (last < length && isDigit(bytes[last] as number)) last++;
  found.address = start;
  found.addressEnd = addressEnd;
  found.port = port;
  found.portEnd = last;
  return last > port && last - port <= LONGEST_PORT;
}

/** Where the strict dotted address at `start` ends, told in one pass; -1 where there is none. */
function ipv4End(bytes: Uint8Array, start: number, end: number): number {
  let parts = 1;
  let value = -1;
  let last = start;
  for (; last < end; last++) {
    const code = bytes[last] as number;
    if (code === POINT) {
      if (value < 0 || ++parts > 4) return -1;
      value = -1;
    } else {
      if (code < ZERO || code > NINE) break;
      if (value === 0) return -1;
      value = (value < 0 ? 0 : value * 10) + code - ZERO;
      if (value > 255) return -1;
    }
  }
  return parts === 4 && value >= 0 ? last : -1;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}
