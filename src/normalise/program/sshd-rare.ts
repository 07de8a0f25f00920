import type { Fields } from '../../event/index.js';
import type { Line } from '../line.js';
import { digits, skipDigits, validIp } from '../text/scan.js';
import { failure } from './pam.js';
import { type Counting, NEUTRAL, REFUSED, ssh, TOO_MANY } from './sshd-fields.js';

/** Where a peer stands in a message: its address, and behind its port (or behind the address, where none is told). */
interface Peer {
  readonly address: string;
  readonly port: number | undefined;
  readonly end: number;
}

/** `ADDRESS[ port N]` or `[ADDRESS]:N` at `at`. */
function peerAt(message: string, at: number): Peer | undefined {
  const close = message.startsWith('[', at) ? message.indexOf(']:', at) : -1;
  if (close > 0) {
    const behind = skipDigits(message, close + 2);
    return { address: message.slice(at + 1, close), port: digits(message, close + 2, behind), end: behind };
  }
  let end = message.indexOf(' ', at);
  if (end < 0) end = message.length;
  if (end === at) return undefined;
  const address = message.slice(at, end);
  if (!message.startsWith(' port ', end)) return { address: trimColon(address), port: undefined, end };
  const portEnd = skipDigits(message, end + 6);
  return { address, port: digits(message, end + 6, portEnd), end: portEnd };
}

function trimColon(address: string): string {
  return address.endsWith(':') && !address.endsWith('::') ? address.slice(0, -1) : address;
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
export interface Kind {
  readonly prefix: string;
  readonly event: string;
  readonly counting: Counting;
  /** Where the peer stands: right behind the prefix, behind the last ` from `, or before the last ` port `. */
  readonly peer: 'next' | 'from' | 'port' | 'none';
  /** Whom the message is about, whatever it goes on to say. */
  readonly user?: string;
}

/** Messages by how they begin: longest first where one begins another. */
export const KINDS: readonly Kind[] = [
  { prefix: 'Connection closed by ', event: 'Closed', counting: NEUTRAL, peer: 'port' },
  { prefix: 'Connection reset by ', event: 'Reset', counting: NEUTRAL, peer: 'port' },
  { prefix: 'Received disconnect from ', event: 'Disconnect', counting: NEUTRAL, peer: 'next' },
  { prefix: 'error: Received disconnect from ', event: 'Disconnect', counting: NEUTRAL, peer: 'next' },
  { prefix: 'Disconnected from ', event: 'Disconnected', counting: NEUTRAL, peer: 'port' },
  {
    prefix: 'Disconnecting: Too many authentication failures for ',
    event: 'TooManyFailures',
    counting: TOO_MANY,
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
  { prefix: 'error: PAM: ', event: 'PamFailure', counting: REFUSED, peer: 'from' },
  { prefix: 'ROOT LOGIN REFUSED FROM ', event: 'NotAllowed', counting: REFUSED, peer: 'next', user: 'root' },
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
  { prefix: 'Timeout, client not responding from ', event: 'Timeout', counting: NEUTRAL, peer: 'port' },
  { prefix: 'Starting session: ', event: 'Session', counting: NEUTRAL, peer: 'from' },
  { prefix: 'Close session: ', event: 'Session', counting: NEUTRAL, peer: 'from' },
  { prefix: 'Illegal user ', event: 'Illegal', counting: REFUSED, peer: 'from' },
  { prefix: 'refused connect from ', event: 'Refused', counting: NEUTRAL, peer: 'next' },
  { prefix: 'drop connection #', event: 'Dropped', counting: NEUTRAL, peer: 'from' },
  { prefix: 'reverse mapping checking getaddrinfo for ', event: 'BreakInAttempt', counting: NEUTRAL, peer: 'none' },
  { prefix: 'Address ', event: 'BreakInAttempt', counting: NEUTRAL, peer: 'next' },
];

const FAILURES = 'Disconnecting: Too many authentication failures';
/** PAM's reason, of which there are some thirty, and one of them ends in `for service`. */
const PAM_REASON = /^error: PAM: .{1,96}? for (?:service for )?/;
const MORE_FAILURES = /^PAM \d{1,9} more authentication failures?;/;

/** sshd's messages about connections and refusals, read as text; undefined where none of them. */
export function rareMessage(message: string, line: Line): Fields | undefined {
  if (message.startsWith('User ')) return notAllowed(message, line);
  if (message.startsWith('input_userauth_request: invalid user ')) return userRequest(message, line);
  if (message.startsWith('subsystem request for ')) return subsystem(message, line);
  if (message.startsWith('Authentication tried for ')) return notFromHere(message, line);
  if (message.startsWith('fatal: Access denied for user ')) return accountDenied(message, line);
  if (MORE_FAILURES.test(message)) return failure(message, line);
  if (message.startsWith(FAILURES) && !message.includes(' from ')) return tooMany(message, line);
  for (const kind of KINDS) if (message.startsWith(kind.prefix)) return ofKind(message, line, kind);
  return undefined;
}

/** `Disconnecting: Too many authentication failures[ for NAME] [preauth]`: before OpenSSH 7.5 no peer is told. */
function tooMany(message: string, line: Line): Fields {
  const user = /^ for (?:invalid user )?(.*?)(?: \[preauth\])?$/.exec(message.slice(FAILURES.length, 1024))?.[1] ?? '';
  return rareFields(line, 'TooManyFailures', undefined, user, '', undefined, TOO_MANY);
}

function ofKind(message: string, line: Line, kind: Kind): Fields | undefined {
  if (kind.event === 'BreakInAttempt') return breakIn(message, line);
  const reason = kind.event === 'PamFailure' ? PAM_REASON.exec(message.slice(0, 256)) : undefined;
  if (reason === null) return undefined;
  const at = reason?.[0].length ?? kind.prefix.length;
  if (kind.peer === 'none') return rareFields(line, kind.event, undefined, '', '', undefined, kind.counting);
  if (kind.peer === 'port') return beforePort(message, line, kind);
  const from = kind.peer === 'next' ? at - 6 : lastFrom(message, at);
  const peer = from < 0 ? undefined : peerAt(message, from + 6);
  if (peer === undefined) return undefined;
  const user = kind.user ?? userBefore(message, kind, at, from);
  const fields = rareFields(line, kind.event, undefined, user, peer.address, peer.port, kind.counting);
  if (kind.event === 'NoIdentification') fields['system.auth.ssh.dropped_ip'] = fields['source.ip'];
  return fields;
}

/** Whom a message is about that goes on with ` from ` at `from`; of a session, the word before that. */
function userBefore(message: string, kind: Kind, at: number, from: number): string {
  if (kind.counting.outcome === 'failure') return bareUser(message.slice(at, Math.max(at, from)));
  return kind.event === 'Session' ? message.slice(message.lastIndexOf(' ', from - 1) + 1, from) : '';
}

/** Behind an existing user's name (no space) the first ` from `, otherwise the last: see `sshd`. */
function lastFrom(message: string, at: number): number {
  const isName =
    message.startsWith('invalid user ', at) || message.startsWith('illegal user ', at) || message.charCodeAt(at) === 39;
  const space = message.indexOf(' ', at);
  return !isName && message.startsWith(' from ', space) ? space : message.lastIndexOf(' from ');
}

function bareUser(text: string): string {
  return /^(?:invalid|illegal) user /.test(text) ? text.slice(13) : text;
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
  return rareFields(line, event, undefined, user, peer.address, peer.port, tooMany ? TOO_MANY : kind.counting);
}

/** `subsystem request for sftp by user NAME`. */
function subsystem(message: string, line: Line): Fields | undefined {
  const user = / by user ([^ ]+)$/.exec(message.slice(0, 1024))?.[1];
  return user === undefined ? undefined : rareFields(line, 'Subsystem', undefined, user, '', undefined, NEUTRAL);
}

/** `Authentication tried for NAME with correct key but not from a permitted host (host=…, ip=ADDRESS[, required=…]).` */
function notFromHere(message: string, line: Line): Fields | undefined {
  const found =
    /^Authentication tried for ([^ ]+) with .{1,512}? \(host=[^ ]{0,255}, ip=([0-9a-fA-F.:]{2,45})[,)]/.exec(
      message.slice(0, 1024),
    );
  if (found === null) return undefined;
  return rareFields(line, 'NotAllowed', undefined, found[1] ?? '', found[2] ?? '', undefined, REFUSED);
}

/** `fatal: Access denied for user NAME by PAM account configuration [preauth]`. */
function accountDenied(message: string, line: Line): Fields | undefined {
  const user = / for user ([^ ]+) by PAM account configuration/.exec(message.slice(0, 1024))?.[1];
  return user === undefined ? undefined : rareFields(line, 'NotAllowed', undefined, user, '', undefined, REFUSED);
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
