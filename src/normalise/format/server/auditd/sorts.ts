import { isIPv4In, pastDigits, word, matches } from '../../../text/codes.js';
import { Words } from '../../../text/words.js';
import { DIRECTIONS, RECORDS } from './records.js';
import type { Key } from './values.js';

/** What a value is, as far as its key asks. */
export const KINDS = {
  /** What must stand there to the letter: it says nothing (`?`), or it decides what else the event says. */
  literal: 0,
  digits: 1,
  /** A minus and digits. */
  negative: 2,
  address: 3,
  /** A path from the root. */
  rooted: 4,
  /** Bytes in hexadecimal digits. */
  encoded: 5,
  text: 6,
} as const;
/** One of `KINDS`. */
export type Kind = (typeof KINDS)[keyof typeof KINDS];

/** What a key asks of its values. */
export interface Sort {
  readonly asks: Asks;
  /** Whether its values may be encoded, as those without quotes of some keys are. */
  readonly mayBeHex: boolean;
}

type Asks = 'nothing' | 'all' | 'digits' | 'number' | 'address' | 'root' | 'name' | 'call';

/** Keys whose values can't be told by kinds (nor, of `old_auid`, by whether two are the same): a record that has one is read the long way. */
export const UNTOLD: ReadonlySet<string> = new Set(['cmd', 'data', 'proctitle', 'old_auid']);

const ACCOUNTS = new Set([...RECORDS.values()].flatMap(({ accounts }) => accounts.flatMap(({ from }) => from)));
const ASKS: ReadonlyMap<string, Asks> = new Map<string, Asks>([
  ...'res result op arch success key_enforce virt'.split(' ').map((key) => [key, 'all'] as const),
  ...'pid ppid argc exit lport rport entries dst_prefixlen ksize size src_prefixlen'
    .split(' ')
    .map((key) => [key, 'number'] as const),
  ...'addr src dst'.split(' ').map((key) => [key, 'address'] as const),
  ['name', 'root'],
  ['syscall', 'call'],
]);

/** What a key asks of a value in quotes or without; `isCommand`: of a command, whose arguments may be encoded. */
export function sortOf({ key, place, mayBeHex, isArgument }: Key, isQuoted: boolean, isCommand: boolean): Sort {
  const first = key.charCodeAt(0);
  const other = first < SMALL_A ? 'name' : ACCOUNTS.has(place) ? 'digits' : 'nothing';
  return { asks: ASKS.get(key) ?? other, mayBeHex: !isQuoted && (mayBeHex || (isCommand && isArgument)) };
}

const SMALL_A = 97;
const PAREN = 40;
const MINUS = 45;
const SLASH = 47;
const COLON = 58;
const QUESTION = 63;
/** More digits are no number of an event's, or none that one pass reads. */
const MOST_DIGITS = 9;
const NOBODY = word('un');
const TOLD_CALLS = new Words([...DIRECTIONS.keys()].map((call) => [call, true]));
/** Capital hexadecimal digits. */
const HEX = new Uint8Array(256).fill(1, 48, 58).fill(1, 65, 71);

/** What the value `bytes[start, end)` of a key is. */
export function kindOf({ asks, mayBeHex }: Sort, bytes: Uint8Array, start: number, end: number): Kind {
  const first = bytes[start] as number;
  // `(null)`, and `(none)` besides.
  if (end <= start || first === PAREN || (first === QUESTION && end === start + 1)) return KINDS.literal;
  if (mayBeHex && isHex(bytes, start, end)) return asks === 'nothing' ? KINDS.encoded : KINDS.literal;
  return asks === 'nothing' ? KINDS.text : askedOf(asks, first, bytes, start, end);
}

function askedOf(asks: Asks, first: number, bytes: Uint8Array, start: number, end: number): Kind {
  switch (asks) {
    case 'digits':
      return pastDigits(bytes, start, end) === end ? KINDS.digits : KINDS.text;
    case 'number':
      return numberKind(first, bytes, start, end);
    case 'address':
      return addressKind(bytes, start, end);
    case 'root':
      return first === SLASH ? KINDS.rooted : KINDS.text;
    case 'name':
      // `unset`, `unknown(1005)`.
      return matches(bytes, NOBODY, start, end) ? KINDS.literal : KINDS.text;
    case 'call':
      return pastDigits(bytes, start, end) === end && TOLD_CALLS.of(bytes, start, end) === undefined
        ? KINDS.digits
        : KINDS.literal;
    default:
      return KINDS.literal;
  }
}

function numberKind(first: number, bytes: Uint8Array, start: number, end: number): Kind {
  const from = first === MINUS ? start + 1 : start;
  if (from === end || end - from > MOST_DIGITS || pastDigits(bytes, from, end) !== end) return KINDS.literal;
  return from === start ? KINDS.digits : KINDS.negative;
}

function addressKind(bytes: Uint8Array, start: number, end: number): Kind {
  if (isIPv4In(bytes, start, end)) return KINDS.address;
  for (let at = start; at < end; at++) if (bytes[at] === COLON) return KINDS.literal;
  return KINDS.text;
}

function isHex(bytes: Uint8Array, start: number, end: number): boolean {
  if ((end - start) % 2 !== 0) return false;
  for (let at = start; at < end; at++) if (HEX[bytes[at] as number] === 0) return false;
  return true;
}
