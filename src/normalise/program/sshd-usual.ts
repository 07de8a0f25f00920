import type { Fields } from '../../event/index.js';
import { matches, numberIn, word } from '../codes.js';
import type { Line } from '../line.js';
import { type Counting, NEUTRAL, ssh } from './sshd-fields.js';

const SPACE = 32;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const LONGEST_PORT = 5;
const LONGEST_USER = 256;
const PASSWORD = word('password for ');
const PUBLIC_KEY = word('publickey for ');
const INVALID_USER = word('invalid user ');
const FROM = word(' from ');
const PORT = word(' port ');
const SSH2 = word(' ssh2');
const KEY = word(': ');

/** Where the parts of the message at hand stand. */
const at = { user: 0, userEnd: 0, address: 0, addressEnd: 0, port: 0, portEnd: 0 };

/**
 * The event of `password for [invalid user ]NAME from ADDRESS port N ssh2[: KEY]`, or of a public key alike, at `start`, whose name
 * is one word and whose address is IPv4; undefined for any other, in doubt too. Says what `attempt` says of it.
 */
export function usualAttempt(
  bytes: Uint8Array,
  line: Line,
  event: string,
  start: number,
  counting: Counting,
): Fields | undefined {
  const end = line.codes.length;
  const isPassword = matches(bytes, PASSWORD, start, end);
  if (!isPassword && !matches(bytes, PUBLIC_KEY, start, end)) return undefined;
  const name = start + (isPassword ? PASSWORD.length : PUBLIC_KEY.length);
  const isInvalid = matches(bytes, INVALID_USER, name, end);
  if (!hasUser(bytes, isInvalid ? name + INVALID_USER.length : name, end)) return undefined;
  if (!matches(bytes, FROM, at.userEnd, end) || !hasPeer(bytes, at.userEnd + FROM.length, end)) return undefined;
  const last = at.portEnd + SSH2.length;
  if (!matches(bytes, SSH2, at.portEnd, end)) return undefined;
  const hasKey = last < end;
  // Behind a key an invalid name could go on.
  if (hasKey && (isInvalid || last + KEY.length >= end || !matches(bytes, KEY, last, end))) return undefined;
  const fields = usualEvent(bytes, line, event, isPassword ? 'password' : 'publickey', counting);
  if (hasKey) fields['system.auth.ssh.signature'] = line.message.slice(last + KEY.length - line.messageAt);
  return fields;
}

/** The event of `NAME ADDRESS port N`, which ends the message, at `start`; undefined for any other. */
export function usualEnd(bytes: Uint8Array, line: Line, start: number): Fields | undefined {
  const end = line.codes.length;
  if (!hasUser(bytes, start, end) || !hasPeer(bytes, at.userEnd + 1, end) || at.portEnd < end) return undefined;
  return at.userEnd - start < LONGEST_USER ? usualEvent(bytes, line, 'Disconnected', undefined, NEUTRAL) : undefined;
}

function usualEvent(
  bytes: Uint8Array,
  line: Line,
  event: string,
  method: string | undefined,
  counting: Counting,
): Fields {
  const { message, messageAt } = line;
  const user = message.slice(at.user - messageAt, at.userEnd - messageAt);
  const address = message.slice(at.address - messageAt, at.addressEnd - messageAt);
  return ssh(line, event, method, user, address, address, numberIn(bytes, at.port, at.portEnd), counting);
}

/** Whether a name of one word stands there, and a space behind it. */
function hasUser(bytes: Uint8Array, start: number, end: number): boolean {
  let last = start;
  while (last < end && bytes[last] !== SPACE) last++;
  at.user = start;
  at.userEnd = last;
  return last > start && last < end;
}

/** Whether `ADDRESS port N` stands there, the address IPv4. */
function hasPeer(bytes: Uint8Array, start: number, end: number): boolean {
  const addressEnd = ipv4End(bytes, start, end);
  const port = addressEnd + PORT.length;
  if (addressEnd < 0 || !matches(bytes, PORT, addressEnd, end)) return false;
  let last = port;
  while (last < end && isDigit(bytes[last] as number)) last++;
  at.address = start;
  at.addressEnd = addressEnd;
  at.port = port;
  at.portEnd = last;
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
