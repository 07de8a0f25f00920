import type { Fields } from '../../event/index.js';
import { find, findLast, isIPv4In, matches, numberIn, pastDigits, word } from '../text/codes.js';
import type { Line } from '../line.js';
import { validIp } from '../text/scan.js';
import { pam } from './pam.js';
import { type Counting, FAILURE, NEUTRAL, ssh, SUCCESS } from './sshd-fields.js';
import { rareMessage } from './sshd-rare.js';

const SPACE = 32;

/**
 * Messages of OpenSSH's sshd (sshd-session and sshd-auth are its parts since 9.8). Source: the format strings of auth.c,
 * auth2.c, packet.c and sshd-session.c of OpenSSH 6–10.
 *
 * `system.auth.ssh.event` tells the several lines of one attempt apart. The peer is the address sshd wrote: a user name
 * like `root from 1.2.3.4 port 1` cannot move it, because names of existing users end at the first space and those of
 * invalid users before the last peer. (An invalid user's certificate id can still name another peer; such lines
 * appear at LogLevel VERBOSE only.)
 */
export function sshd(message: string, line: Line): Fields | undefined {
  const bytes = line.messageBytes();
  const at = line.messageAt;
  const end = line.codes.length;
  const first = at < end ? bytes[at] : 0;
  if (first === 70 && matches(bytes, FAILED, at, end)) return attempt(bytes, line, 'Failed', at + 7, FAILURE);
  if (first === 65 && matches(bytes, ACCEPTED, at, end)) return attempt(bytes, line, 'Accepted', at + 9, SUCCESS);
  if (first === 73 && matches(bytes, INVALID, at, end)) return invalidUser(bytes, line, at + 13);
  if (message.startsWith('pam_')) return pam(message, line);
  if (message.startsWith('Postponed ')) return attempt(bytes, line, 'Postponed', at + 10, NEUTRAL);
  if (message.startsWith('Partial ')) return attempt(bytes, line, 'Partial', at + 8, NEUTRAL);
  return rareMessage(message, line);
}

const FAILED = word('Failed ');
const ACCEPTED = word('Accepted ');
const INVALID = word('Invalid user ');
const PASSWORD = word('password ');
const FOR = word(' for ');
const INVALID_USER = word('invalid user ');
/** As OpenSSH had it before 3.9. */
const ILLEGAL_USER = word('illegal user ');
const FROM = word(' from ');
const PORT = word(' port ');
const SSH2 = word(' ssh2: ');

/**
 * `Failed password for [invalid user ]NAME from ADDRESS port N ssh2[: key]`, and Accepted, Postponed, Partial alike; the
 * method begins at `at`.
 */
function attempt(bytes: Uint8Array, line: Line, event: string, at: number, counting: Counting): Fields | undefined {
  const end = line.codes.length;
  const methodEnd = find(bytes, SPACE, at, end);
  if (!matches(bytes, FOR, methodEnd, end)) return undefined;
  const named = methodEnd + FOR.length;
  const invalid = matches(bytes, INVALID_USER, named, end) || matches(bytes, ILLEGAL_USER, named, end);
  const user = methodEnd + (invalid ? 18 : 5);
  const from = invalid ? findLast(bytes, FROM, user, end) : find(bytes, SPACE, user, end);
  if (from < 0 || !matches(bytes, FROM, from, end)) return undefined;
  const { message, messageAt } = line;
  const method = matches(bytes, PASSWORD, at, end) ? 'password' : message.slice(at - messageAt, methodEnd - messageAt);
  const fields = withPeer(
    bytes,
    line,
    event,
    method,
    message.slice(user - messageAt, from - messageAt),
    from + 6,
    counting,
  );
  addSignature(fields, bytes, line, from);
  return fields;
}

/** What stands behind the first ` ssh2: `, a key, from `at` in the bytes of the message. */
function addSignature(fields: Fields, bytes: Uint8Array, line: Line, at: number): void {
  const end = line.codes.length;
  let space = find(bytes, SPACE, at, end);
  while (space < end && !matches(bytes, SSH2, space, end)) space = find(bytes, SPACE, space + 1, end);
  if (space < end) fields['system.auth.ssh.signature'] = line.message.slice(space + SSH2.length - line.messageAt);
}

/** `Invalid user NAME from ADDRESS[ port N]`; the name begins at `at`. */
function invalidUser(bytes: Uint8Array, line: Line, at: number): Fields | undefined {
  const from = findLast(bytes, FROM, at - 1, line.codes.length);
  if (from < 0) return undefined;
  const user = line.message.slice(at - line.messageAt, Math.max(from, at) - line.messageAt);
  return withPeer(bytes, line, 'Invalid', undefined, user, from + 6, FAILURE);
}

/** The event whose peer, `ADDRESS[ port N]`, begins at `at`. */
function withPeer(
  bytes: Uint8Array,
  line: Line,
  event: string,
  method: string | undefined,
  user: string,
  at: number,
  counting: Counting,
): Fields {
  const end = line.codes.length;
  const addressEnd = find(bytes, SPACE, at, end);
  const address = line.message.slice(at - line.messageAt, addressEnd - line.messageAt);
  const ip = isIPv4In(bytes, at, addressEnd) ? address : validIp(address);
  const port = matches(bytes, PORT, addressEnd, end) ? addressEnd + 6 : end;
  return ssh(line, event, method, user, address, ip, numberIn(bytes, port, pastDigits(bytes, port, end)), counting);
}
