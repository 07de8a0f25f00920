import { type Codes, find, isIPv4In, pastIPv4 } from '../text/codes.js';
import { Fours } from '../text/fours.js';

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
const DSN = new Fours(' dsn');
/** What Postfix calls a client without a name. */
const UNKNOWN = new Fours('unknown[');
const DELAY = new Fours(', delay=');
const DELAYS = new Fours(', delays=');
const USUAL_DSN = new Fours(', dsn=');

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

/** The brackets around the address of the client at hand, and whether Postfix knew no name for it. */
export const peer = { open: 0, close: 0, isUnknown: false };

/** Whether a client `NAME[ADDRESS]` with an IPv4 address stands at `at`; tells where in `peer`. */
export function hasPeer(codes: Codes, at: number): boolean {
  const { bytes, view, length } = codes;
  const isUnknown = UNKNOWN.stands(view, at, length);
  const open = isUnknown ? at + UNKNOWN.length - 1 : nameClose(codes, at);
  const close = open < 0 ? -1 : pastIPv4(bytes, open + 1, length);
  if (close < 0 || close >= length || bytes[close] !== CLOSE) return false;
  peer.open = open;
  peer.close = close;
  peer.isUnknown = isUnknown;
  return true;
}

/** Where a client's name that begins at `at` ends: the bracket behind it; -1 where it is none. */
function nameClose({ bytes, length }: Codes, at: number): number {
  const limit = Math.min(length, at + LONGEST_NAME + 1);
  let open = at;
  while (open < limit && NAME[bytes[open] as number] === 1) open++;
  return open === at || open >= limit || bytes[open] !== OPEN ? -1 : open;
}

/** The name of the client at hand, which stands at `at`; undefined where it has none, or its address for one. */
export function peerDomain(text: string, codes: Codes, offset: number, at: number): string | undefined {
  const { open, isUnknown } = peer;
  if (isUnknown || isDash(codes, at, open) || isIPv4In(codes.bytes, at, open)) return undefined;
  return text.slice(at - offset, open - offset);
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

/** Where the value of the first `dsn=` behind the comma at `at` begins, plain characters before it; -1: there is none near. */
export function dsnAt(codes: Codes, at: number): number {
  const { bytes, view, length } = codes;
  const usual = pastDelays(codes, at);
  if (USUAL_DSN.stands(view, usual, length) && usual - at < LONGEST_ADDRESS - 2) return usual + USUAL_DSN.length;
  const start = at + 2;
  const limit = Math.min(length, start + LONGEST_ADDRESS);
  for (let equals = start; equals < limit; equals++) {
    if (PLAIN[bytes[equals] as number] === 1) continue;
    if (bytes[equals] !== EQUALS) return -1;
    const space = equals - DSN.length;
    if (space >= start - 1 && DSN.stands(view, space, length)) return equals + 1;
    // A word that only ends so.
    if (bytes[equals - 1] === LETTER_N && bytes[equals - 2] === LETTER_S) return -1;
  }
  return -1;
}

/** Index behind `, delay=0.42, delays=0.08/0/0.13/0.21`, or behind as much of it as stands at `at`. */
function pastDelays({ bytes, view, length }: Codes, at: number): number {
  let end = at;
  if (DELAY.stands(view, end, length)) end = pastTimes(bytes, end + DELAY.length, length);
  return DELAYS.stands(view, end, length) ? pastTimes(bytes, end + DELAYS.length, length) : end;
}

function pastTimes(bytes: Uint8Array, at: number, length: number): number {
  let end = at;
  while (end < length && isTimes(bytes[end] as number)) end++;
  return end;
}

/** A point, a slash (which stands between the two), or a digit. */
function isTimes(code: number): boolean {
  return code >= POINT && code <= 57;
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
