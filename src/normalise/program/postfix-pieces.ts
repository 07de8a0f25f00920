import type { Fields } from '../../event/index.js';
import { find, isIPv4In, matches, word } from '../codes.js';
import type { Line } from '../line.js';

const SPACE = 32;
const COMMA = 44;
const DASH = 45;
const POINT = 46;
const COLON = 58;
const EQUALS = 61;
const MORE = 62;
const OPEN = 91;
const CLOSE = 93;
const LETTER_N = 110;
const LETTER_S = 115;
const LONGEST_NAME = 255;
const LONGEST_METHOD = 32;
const LONGEST_ADDRESS = 512;
const CATEGORY = ['email'];
const TYPE = ['info'];
const DSN = word(' dsn');

/** The message at hand: its text, and where it stands in the bytes. */
export interface Message {
  text: string;
  bytes: Uint8Array;
  start: number;
  end: number;
}

/** Filled anew for each message. */
export const message: Message = { text: '', bytes: new Uint8Array(0), start: 0, end: 0 };

/** Bytes of a client's name: no space, no bracket; a colon stands in addresses alone, an equals sign in what is no name. */
const NAME = new Uint8Array(256).fill(1, 33, 128);
for (const code of [SPACE, COLON, EQUALS, OPEN, CLOSE]) NAME[code] = 0;

/** `\w`: 2 for the underscore, which an alphanumeric is not. */
export const WORD = new Uint8Array(256).fill(1, 48, 58).fill(1, 65, 91).fill(1, 97, 123).fill(2, 95, 96);
/** What `WORD` says of letters and digits. */
export const ALPHANUMERIC = 1;

/** Where `NAME[ADDRESS]` ends that begins at `at`: its bracket; -1 where it is none, or the address no IPv4 address. */
export function peerEnd(at: number): number {
  const { bytes, end } = message;
  const limit = Math.min(end, at + LONGEST_NAME + 1);
  let open = at;
  while (open < limit && NAME[bytes[open] as number] === 1) open++;
  if (open === at || open >= limit || bytes[open] !== OPEN) return -1;
  const close = find(bytes, CLOSE, open + 1, Math.min(end, open + 17));
  return close < end && bytes[close] === CLOSE && isIPv4In(bytes, open + 1, close) ? close : -1;
}

/** Sets the client that stands at `at` and ends at `close`; postfix calls one without a name `unknown`. */
export function setPeer(fields: Fields, at: number, close: number): void {
  const { bytes, end } = message;
  const open = find(bytes, OPEN, at, close);
  const isUnknown = isDash(at, open) || (open - at === UNKNOWN.length && matches(bytes, UNKNOWN, at, end));
  if (!isUnknown && !isIPv4In(bytes, at, open)) fields['source.domain'] = piece(at, open);
  const ip = piece(open + 1, close);
  fields['source.address'] = ip;
  fields['source.ip'] = ip;
}

const UNKNOWN = word('unknown');

/** Where the mail address in angles ends that begins at `at`; -1: it is longer than any. */
export function addressEnd(at: number): number {
  const more = find(message.bytes, MORE, at, Math.min(message.end, at + LONGEST_ADDRESS));
  return more < message.end && message.bytes[more] === MORE && !isDash(at, more) ? more : -1;
}

/** Where a name of at most so many characters ends, before a space, a comma or the end; -1: it is none. */
export function nameEnd(at: number, longest: number): number {
  const { bytes, end } = message;
  let last = at;
  while (last < end && bytes[last] !== SPACE && bytes[last] !== COMMA) last++;
  return last === at || last - at > longest || isDash(at, last) ? -1 : last;
}

/** Where a word of letters, digits, underscores and dashes ends; -1: it is none, or a lone dash. */
export function methodEnd(at: number): number {
  const { bytes, end } = message;
  let last = at;
  while (last < end && (WORD[bytes[last] as number] !== 0 || bytes[last] === DASH)) last++;
  return last === at || last - at > LONGEST_METHOD || isDash(at, last) ? -1 : last;
}

/** A lone dash says that nothing is told. */
function isDash(at: number, end: number): boolean {
  return end === at + 1 && message.bytes[at] === DASH;
}

/** Where the value of the first `dsn=` begins, plain characters before it; -1: there is none near. */
export function dsnAt(at: number): number {
  const { bytes, end } = message;
  const limit = Math.min(end, at + LONGEST_ADDRESS);
  for (let equals = at; equals < limit; equals++) {
    const code = bytes[equals] as number;
    if (code < SPACE || code > 126) return -1;
    if (code !== EQUALS || bytes[equals - 1] !== LETTER_N || bytes[equals - 2] !== LETTER_S) continue;
    return equals - DSN.length >= at - 1 && matches(bytes, DSN, equals - DSN.length, end) ? equals + 1 : -1;
  }
  return -1;
}

/** Whether `2.0.0` stands there: digits and points, five to sixteen of them. */
export function isVersion(at: number, last: number): boolean {
  if (last - at < 5 || last - at > 16) return false;
  for (let index = at; index < last; index++) {
    const code = message.bytes[index] as number;
    if (code !== POINT && (code < 48 || code > 57)) return false;
  }
  return true;
}

/** The text of the message from one byte to another. */
export function piece(start: number, end: number): string {
  return message.text.slice(start - message.start, end - message.start);
}

/** An event with a place for all that these messages say. */
export function mail(line: Line): Fields {
  return {
    'event.kind': 'event',
    'event.module': line.module,
    'event.dataset': line.dataset,
    'event.category': CATEGORY,
    'event.type': TYPE,
    'event.action': undefined,
    'event.outcome': undefined,
    'event.original': line.original,
    message: line.message,
    'host.name': line.hostOf(line.host),
    'host.hostname': line.host,
    'process.name': line.program,
    'process.pid': line.pid,
    'user.name': undefined,
    'email.local_id': undefined,
    'source.domain': undefined,
    'source.address': undefined,
    'source.ip': undefined,
    'postfix.sasl_method': undefined,
    'email.from.address': undefined,
    'email.to.address': undefined,
    'email.message_id': undefined,
    'postfix.size': undefined,
    'postfix.recipients': undefined,
    'postfix.relay': undefined,
    'postfix.dsn': undefined,
  };
}
