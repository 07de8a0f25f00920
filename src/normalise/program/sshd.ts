import type { Fields } from '../../event/index.js';
import { find, findLast, isIPv4In, matches, numberIn, pastDigits, word } from '../codes.js';
import type { Line } from '../line.js';
import { digits, skipDigits, validIp } from '../scan.js';
import { pam } from './pam.js';

const SPACE = 32;
const AUTHENTICATION = ['authentication'];
const AUTHENTICATION_SESSION = ['authentication', 'session'];
const INFO = ['info'];

/** How a message counts: one attempt has several lines, and `Accepted` and `Failed` are those that are the attempt. */
interface Counting {
  readonly category: readonly string[] | undefined;
  readonly type: readonly string[] | undefined;
  readonly action: string | undefined;
  readonly outcome: string | undefined;
}

const SUCCESS: Counting = { category: AUTHENTICATION_SESSION, type: INFO, action: 'ssh_login', outcome: 'success' };
const FAILURE: Counting = { category: AUTHENTICATION, type: INFO, action: 'ssh_login', outcome: 'failure' };
/** Belongs to a failed attempt, without being one. */
const REFUSED: Counting = { category: AUTHENTICATION, type: INFO, action: undefined, outcome: 'failure' };
const NEUTRAL: Counting = { category: undefined, type: undefined, action: undefined, outcome: undefined };

/** Where a peer stands in a message: its address, and behind its port (or behind the address, where none is told). */
interface Peer {
  readonly start: number;
  readonly address: string;
  readonly port: number | undefined;
  readonly end: number;
}

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
  return message.startsWith('pam_') ? pam(message, line) : rare(message, line);
}

const FAILED = word('Failed ');
const ACCEPTED = word('Accepted ');
const INVALID = word('Invalid user ');
const PASSWORD = word('password ');
const FOR = word(' for ');
const INVALID_USER = word('invalid user ');
const FROM = word(' from ');
const PORT = word(' port ');

/**
 * `Failed password for [invalid user ]NAME from ADDRESS port N ssh2[: key]`, and Accepted, Postponed, Partial alike; the
 * method begins at `at`.
 */
function attempt(bytes: Uint8Array, line: Line, event: string, at: number, counting: Counting): Fields | undefined {
  const end = line.codes.length;
  const methodEnd = find(bytes, SPACE, at, end);
  if (!matches(bytes, FOR, methodEnd, end)) return undefined;
  const invalid = matches(bytes, INVALID_USER, methodEnd + 5, end);
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
  // Only keys are told behind `ssh2`.
  if (bytes[end - 1] !== 50) addSignature(fields, message, from - messageAt);
  return fields;
}

function addSignature(fields: Fields, message: string, from: number): void {
  const mark = message.indexOf(' ssh2: ', from);
  if (mark > 0) fields['system.auth.ssh.signature'] = message.slice(mark + 7);
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

/** `ADDRESS[ port N]` at `at`. */
function peerAt(message: string, at: number): Peer | undefined {
  let end = message.indexOf(' ', at);
  if (end < 0) end = message.length;
  if (end === at) return undefined;
  const address = message.slice(at, end);
  if (!message.startsWith(' port ', end)) return { start: at, address: trimColon(address), port: undefined, end };
  const portEnd = skipDigits(message, end + 6);
  return { start: at, address, port: digits(message, end + 6, portEnd), end: portEnd };
}

function trimColon(address: string): string {
  return address.endsWith(':') && !address.endsWith('::') ? address.slice(0, -1) : address;
}

/** The one shape of sshd's events. */
function ssh(
  line: Line,
  event: string,
  method: string | undefined,
  user: string,
  address: string,
  ip: string | undefined,
  port: number | undefined,
  counting: Counting,
): Fields {
  return {
    'event.kind': 'event',
    'event.module': line.module,
    'event.dataset': line.authDataset,
    'event.category': counting.category,
    'event.type': counting.type,
    'event.action': counting.action,
    'event.outcome': counting.outcome,
    'event.original': line.original,
    message: line.message,
    'host.name': line.hostOf(line.host),
    'host.hostname': line.host,
    'process.name': line.program,
    'process.pid': line.pid,
    'user.name': user === '' ? undefined : user,
    'source.address': address === '' ? undefined : address,
    'source.ip': ip,
    'source.port': port,
    'system.auth.ssh.event': event,
    'system.auth.ssh.method': method,
  };
}

/** The same shape for messages that are rare enough to be read as text. */
function rareFields(
  line: Line,
  event: string,
  method: string | undefined,
  user: string,
  address: string,
  port: number | undefined,
  counting: Counting,
): Fields {
  return ssh(line, event, method, user, address, validIp(address), port, counting);
}

/** A message that names a peer and perhaps a user: `event` by what it begins with. */
interface Kind {
  readonly prefix: string;
  readonly event: string;
  readonly counting: Counting;
  /** Where the peer stands: right behind the prefix, behind the last ` from `, or before the last ` port `. */
  readonly peer: 'next' | 'from' | 'port' | 'none';
}

// Longest prefixes first where one begins another.
const KINDS: readonly Kind[] = [
  { prefix: 'Connection closed by ', event: 'Closed', counting: NEUTRAL, peer: 'port' },
  { prefix: 'Connection reset by ', event: 'Reset', counting: NEUTRAL, peer: 'port' },
  { prefix: 'Received disconnect from ', event: 'Disconnect', counting: NEUTRAL, peer: 'next' },
  { prefix: 'error: Received disconnect from ', event: 'Disconnect', counting: NEUTRAL, peer: 'next' },
  { prefix: 'Disconnected from ', event: 'Disconnected', counting: NEUTRAL, peer: 'port' },
  {
    prefix: 'Disconnecting: Too many authentication failures for ',
    event: 'TooManyFailures',
    counting: REFUSED,
    peer: 'from',
  },
  { prefix: 'Disconnecting ', event: 'Disconnecting', counting: NEUTRAL, peer: 'port' },
  {
    prefix: 'error: maximum authentication attempts exceeded for ',
    event: 'MaxAttempts',
    counting: REFUSED,
    peer: 'from',
  },
  { prefix: 'maximum authentication attempts exceeded for ', event: 'MaxAttempts', counting: REFUSED, peer: 'from' },
  { prefix: 'Did not receive identification string from ', event: 'NoIdentification', counting: NEUTRAL, peer: 'next' },
  { prefix: 'error: kex_exchange_identification: ', event: 'KeyExchange', counting: NEUTRAL, peer: 'none' },
  { prefix: 'kex_exchange_identification: ', event: 'KeyExchange', counting: NEUTRAL, peer: 'none' },
  { prefix: 'banner exchange: Connection from ', event: 'Banner', counting: NEUTRAL, peer: 'next' },
  { prefix: 'error: banner exchange: Connection from ', event: 'Banner', counting: NEUTRAL, peer: 'next' },
  { prefix: 'Bad protocol version identification ', event: 'BadProtocol', counting: NEUTRAL, peer: 'from' },
  { prefix: 'Protocol major versions differ for ', event: 'BadProtocol', counting: NEUTRAL, peer: 'next' },
  { prefix: 'Unable to negotiate with ', event: 'KeyExchange', counting: NEUTRAL, peer: 'next' },
  { prefix: 'fatal: Unable to negotiate with ', event: 'KeyExchange', counting: NEUTRAL, peer: 'next' },
  { prefix: 'fatal: Timeout before authentication for ', event: 'Timeout', counting: NEUTRAL, peer: 'next' },
  { prefix: 'Timeout before authentication for connection from ', event: 'Timeout', counting: NEUTRAL, peer: 'next' },
  { prefix: 'Timeout before authentication for ', event: 'Timeout', counting: NEUTRAL, peer: 'next' },
  { prefix: 'ssh_dispatch_run_fatal: Connection from ', event: 'KeyExchange', counting: NEUTRAL, peer: 'port' },
  { prefix: 'Connection from ', event: 'Connection', counting: NEUTRAL, peer: 'next' },
  { prefix: 'Starting session: ', event: 'Session', counting: NEUTRAL, peer: 'from' },
  { prefix: 'Close session: ', event: 'Session', counting: NEUTRAL, peer: 'from' },
  { prefix: 'refused connect from ', event: 'Refused', counting: NEUTRAL, peer: 'next' },
  { prefix: 'drop connection #', event: 'Dropped', counting: NEUTRAL, peer: 'from' },
  { prefix: 'reverse mapping checking getaddrinfo for ', event: 'BreakInAttempt', counting: NEUTRAL, peer: 'none' },
  { prefix: 'Address ', event: 'BreakInAttempt', counting: NEUTRAL, peer: 'next' },
];

function rare(message: string, line: Line): Fields | undefined {
  const { bytes } = line.codes;
  if (message.startsWith('Postponed ')) return attempt(bytes, line, 'Postponed', line.messageAt + 10, NEUTRAL);
  if (message.startsWith('Partial ')) return attempt(bytes, line, 'Partial', line.messageAt + 8, NEUTRAL);
  if (message.startsWith('User ')) return notAllowed(message, line);
  if (message.startsWith('input_userauth_request: invalid user ')) return userRequest(message, line);
  for (const kind of KINDS) if (message.startsWith(kind.prefix)) return ofKind(message, line, kind);
  return undefined;
}

function ofKind(message: string, line: Line, kind: Kind): Fields | undefined {
  if (kind.event === 'BreakInAttempt') return breakIn(message, line);
  const at = kind.prefix.length;
  if (kind.peer === 'none') return rareFields(line, kind.event, undefined, '', '', undefined, kind.counting);
  if (kind.peer === 'port') return beforePort(message, line, kind);
  const from = kind.peer === 'next' ? at - 6 : lastFrom(message, at);
  const peer = from < 0 ? undefined : peerAt(message, from + 6);
  if (peer === undefined) return undefined;
  const user = kind.counting === REFUSED ? bareUser(message.slice(at, Math.max(at, from))) : '';
  const fields = rareFields(line, kind.event, undefined, user, peer.address, peer.port, kind.counting);
  if (kind.event === 'NoIdentification') fields['system.auth.ssh.dropped_ip'] = fields['source.ip'];
  return fields;
}

/** Behind an existing user's name (no space) the first ` from `, otherwise the last: see `sshd`. */
function lastFrom(message: string, at: number): number {
  const isName = message.startsWith('invalid user ', at) || message.charCodeAt(at) === 39;
  const space = message.indexOf(' ', at);
  return !isName && message.startsWith(' from ', space) ? space : message.lastIndexOf(' from ');
}

function bareUser(text: string): string {
  return text.startsWith('invalid user ') ? text.slice(13) : text;
}

/** `Connection closed by [authenticating user|invalid user|user] [NAME] ADDRESS port N [preauth]`. */
function beforePort(message: string, line: Line, kind: Kind): Fields | undefined {
  const at = kind.prefix.length;
  const known = /^(?:authenticating )?user ([^ ]*) /.exec(message.slice(at, at + 1024));
  if (known !== null) return portPeer(message, line, kind, known[1] ?? '', at + known[0].length);
  if (!message.startsWith('invalid user ', at)) return portPeer(message, line, kind, '', at);
  // The reason of a refused change of user names another user: the peer stands before it.
  const reason = message.indexOf(': Change of username ', at);
  const port = message.lastIndexOf(' port ', reason < 0 ? message.length : reason);
  const start = message.lastIndexOf(' ', port - 1) + 1;
  return port > at
    ? portPeer(message, line, kind, message.slice(at + 13, Math.max(at + 13, start - 1)), start)
    : undefined;
}

function portPeer(message: string, line: Line, kind: Kind, user: string, at: number): Fields | undefined {
  const peer = peerAt(message, at);
  if (peer === undefined) return undefined;
  const tooMany = message.startsWith(': Too many authentication failures', peer.end);
  const event = tooMany ? 'TooManyFailures' : kind.event;
  return rareFields(line, event, undefined, user, peer.address, peer.port, tooMany ? REFUSED : kind.counting);
}

/** `User NAME [from HOST ]not allowed because …`: the host is a name or address as resolved. */
function notAllowed(message: string, line: Line): Fields | undefined {
  const found = /^User ([^ ]+) (?:from ([^ ]+) )?not allowed because /.exec(message.slice(0, 1024));
  if (found === null) return undefined;
  return rareFields(line, 'NotAllowed', undefined, found[1] ?? '', found[2] ?? '', undefined, REFUSED);
}

/** `input_userauth_request: invalid user NAME [preauth]` (before OpenSSH 7.5). */
function userRequest(message: string, line: Line): Fields {
  const end = message.endsWith(' [preauth]') ? message.length - 10 : message.length;
  return rareFields(line, 'InvalidRequest', undefined, message.slice(37, end), '', undefined, NEUTRAL);
}

/**
 * `reverse mapping checking getaddrinfo for NAME [ADDRESS] failed - POSSIBLE BREAK-IN ATTEMPT!` and
 * `Address ADDRESS maps to NAME, but this does not map back …`.
 */
function breakIn(message: string, line: Line): Fields | undefined {
  const found = /^Address ([^ ]+) maps to |\[([0-9a-f.:]+)\] failed/.exec(message.slice(0, 2048));
  if (found === null) return undefined;
  return rareFields(line, 'BreakInAttempt', undefined, '', found[1] ?? found[2] ?? '', undefined, NEUTRAL);
}
