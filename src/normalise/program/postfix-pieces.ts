import type { Fields } from '../../event/index.js';
import { type Codes, find, isIPv4In, pastIPv4 } from '../text/codes.js';
import { Fours } from '../text/fours.js';
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
const LONGEST_NAME = 255;
const LONGEST_METHOD = 32;
const LONGEST_ADDRESS = 512;
const SHORTEST_VERSION = 5;
const LONGEST_VERSION = 16;
const CATEGORY = ['email'];
const TYPE = ['info'];
const DSN = new Fours(' dsn');
const UNKNOWN = new Fours('unknown');

/** Bytes of a client's name: no space, no bracket; a colon stands in addresses alone, an equals sign in what is no name. */
const NAME = new Uint8Array(256).fill(1, 33, 128);
for (const code of [SPACE, COLON, EQUALS, OPEN, CLOSE]) NAME[code] = 0;

/** Plain characters but for the equals sign. */
const PLAIN = new Uint8Array(256).fill(1, SPACE, 127);
PLAIN[EQUALS] = 0;

/** `\w`: 2 for the underscore, which an alphanumeric is not. */
export const WORD = new Uint8Array(256).fill(1, 48, 58).fill(1, 65, 91).fill(1, 97, 123).fill(2, 95, 96);
/** What `WORD` says of letters and digits. */
export const ALPHANUMERIC = 1;

/** Where the name of the client `NAME[ADDRESS]` that begins at `at` ends: its opening bracket; -1 where it is none. */
export function peerOpen({ bytes, length }: Codes, at: number): number {
  const limit = Math.min(length, at + LONGEST_NAME + 1);
  let open = at;
  while (open < limit && NAME[bytes[open] as number] === 1) open++;
  return open === at || open >= limit || bytes[open] !== OPEN ? -1 : open;
}

/** The closing bracket of the client's address; -1 where it is no IPv4 address. */
export function peerClose({ bytes, length }: Codes, open: number): number {
  const close = pastIPv4(bytes, open + 1, length);
  return close > 0 && close < length && bytes[close] === CLOSE ? close : -1;
}

/** Sets the client that stands at `at`, its address in brackets; postfix calls one without a name `unknown`. */
export function setPeer(
  fields: Fields,
  text: string,
  codes: Codes,
  offset: number,
  at: number,
  open: number,
  close: number,
): void {
  const isUnknown = isDash(codes, at, open) || (open - at === UNKNOWN.length && UNKNOWN.stands(codes.view, at, open));
  if (!isUnknown && !isIPv4In(codes.bytes, at, open)) fields['source.domain'] = text.slice(at - offset, open - offset);
  const ip = text.slice(open + 1 - offset, close - offset);
  fields['source.address'] = ip;
  fields['source.ip'] = ip;
}

/** Where the mail address in angles ends that begins at `at`; -1: it is longer than any. */
export function addressEnd(codes: Codes, at: number): number {
  const { bytes, length } = codes;
  const more = find(bytes, MORE, at, Math.min(length, at + LONGEST_ADDRESS));
  return more < length && bytes[more] === MORE && !isDash(codes, at, more) ? more : -1;
}

/** Where a name of at most so many characters ends, before a space, a comma or the end; -1: it is none. */
export function nameEnd(codes: Codes, at: number, longest: number): number {
  const { bytes, length } = codes;
  let last = at;
  while (last < length && bytes[last] !== SPACE && bytes[last] !== COMMA) last++;
  return last === at || last - at > longest || isDash(codes, at, last) ? -1 : last;
}

/** Where a word of letters, digits, underscores and dashes ends; -1: it is none, or a lone dash. */
export function methodEnd(codes: Codes, at: number): number {
  const { bytes, length } = codes;
  let last = at;
  while (last < length && (WORD[bytes[last] as number] !== 0 || bytes[last] === DASH)) last++;
  return last === at || last - at > LONGEST_METHOD || isDash(codes, at, last) ? -1 : last;
}

/** A lone dash says that nothing is told. */
function isDash({ bytes }: Codes, at: number, end: number): boolean {
  return end === at + 1 && bytes[at] === DASH;
}

/** Where the value of the first `dsn=` begins, plain characters before it; -1: there is none near. */
export function dsnAt({ bytes, view, length }: Codes, at: number): number {
  const limit = Math.min(length, at + LONGEST_ADDRESS);
  for (let equals = at; equals < limit; equals++) {
    if (PLAIN[bytes[equals] as number] === 1) continue;
    if (bytes[equals] !== EQUALS) return -1;
    const start = equals - DSN.length;
    if (start >= at - 1 && DSN.stands(view, start, length)) return equals + 1;
    // A word that only ends so.
    if (bytes[equals - 1] === LETTER_N && bytes[equals - 2] === LETTER_S) return -1;
  }
  return -1;
}

const LETTER_N = 110;
const LETTER_S = 115;

/** Where `2.0.0` ends, five to sixteen digits and points; -1 where something else stands there. */
export function versionEnd({ bytes, length }: Codes, at: number): number {
  let last = at;
  while (last < length && isVersion(bytes[last] as number)) last++;
  return last - at < SHORTEST_VERSION || last - at > LONGEST_VERSION ? -1 : last;
}

function isVersion(code: number): boolean {
  return code === POINT || (code >= 48 && code <= 57);
}

/** An event of the message at `at`, with a place for all that these messages say. */
export function mail(text: string, line: Line, at: number, offset: number): Fields {
  return {
    'event.kind': 'event',
    'event.module': line.module,
    'event.dataset': line.dataset,
    'event.category': CATEGORY,
    'event.type': TYPE,
    'event.action': undefined,
    'event.outcome': undefined,
    'event.original': line.original,
    message: at === offset ? text : text.slice(at - offset),
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
