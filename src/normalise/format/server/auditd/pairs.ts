import { KEYS, MOST_PAIRS, type Pairs, USUAL_KEYS } from './values.js';

/** Group separator: enriched records put their readable names behind it. */
const GROUP = 29;
const SPACE = 32;
const QUOTE = 34;
const APOSTROPHE = 39;
const COLON = 58;
const EQUALS = 61;
const LETTER_A = 65;
const DELETE = 127;
const LONGEST_NAME = 64;
/** Bytes of a name, and of a value without quotes. */
const NAME = new Uint8Array(256);
for (const character of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-')
  NAME[character.charCodeAt(0)] = 1;
const VALUE = new Uint8Array(256).fill(1, SPACE + 1, DELETE);
VALUE[QUOTE] = 0;

// `old auid=` and `new auid=` of LOGIN records are two words.
// A value without quotes goes on over words that are no pair: `op=adding user`.
const PAIR = new RegExp(
  String.raw`(?:\b(old|new) )?([A-Za-z_][\w-]{0,63}(?:\[\d{1,6}\])?)=(?:"([^"]*)"|'|([^\s\u001d"]*(?: (?!(?:old|new) )[^\s=\u001d'"]+'?(?=[ \u001d]|$))*))`,
  'g',
);

// As programs of Red Hat 5 end their messages.
const OLD = /\(hostname=([^,]{0,255}), addr=([^,]{0,255}), terminal=([^ ]{0,255}) res=(\w{1,16})\)/;
// What an enriched record tells of an address: `SADDR={ saddr_fam=inet laddr=192.0.2.1 lport=80 }`.
const GROUPED = new RegExp(`\u001d(\\w{1,32})=\\{ (.*) \\}$`);

/** A record whose pairs all stand side by side. */
function plain(rest: string): string {
  if (rest.includes('(hostname=')) return rest.replace(OLD, 'hostname=$1 addr=$2 terminal=$3 res=$4');
  const grouped = rest.endsWith(' }') ? GROUPED.exec(rest) : null;
  if (grouped === null) return rest;
  return `${rest.slice(0, grouped.index)} original_field=${(grouped[1] ?? '').toLowerCase()} ${grouped[2] ?? ''}`;
}

/** Reads `key=value` pairs, the first of a key; the text of `msg='…'` is read as part of the record. Linear. */
export function readPairs(record: string, pairs: Pairs): void {
  const text = plain(record);
  pairs.clear();
  PAIR.lastIndex = 0;
  for (let found = PAIR.exec(text); found !== null && pairs.length < MOST_PAIRS; found = PAIR.exec(text)) {
    const [, age, name = '', quoted, bare] = found;
    const key = KEYS.of(age === undefined ? name : `${age}_${name}`);
    if (quoted !== undefined) pairs.add(key, quoted);
    else if (bare !== undefined) pairs.addBare(key, bare.endsWith("'") ? bare.slice(0, -1) : bare);
  }
}

/**
 * As `readPairs`, from the bytes of a text between `start` and `end`, which is all pairs with a space or group separator between
 * them, their values in double quotes or without spaces: nearly all records are. False for all others, whose pairs are to
 * be read the long way.
 */
export function readUsualPairs(
  text: string,
  bytes: Uint8Array,
  offset: number,
  start: number,
  end: number,
  pairs: Pairs,
): boolean {
  pairs.clear();
  ahead.start = -1;
  let at = start;
  while (at < end) {
    const code = bytes[at] as number;
    if (code === SPACE || code === GROUP) {
      at++;
      continue;
    }
    at = readPair(text, bytes, offset, at, end, pairs);
    if (at < 0 || pairs.length === MOST_PAIRS) return false;
  }
  return true;
}

/** One pair at `start`: the index behind it; -1: it is of another form. */
function readPair(text: string, bytes: Uint8Array, offset: number, start: number, end: number, pairs: Pairs): number {
  const equals = nameEnd(bytes, start, end);
  const value = equals + 1;
  if (equals < 0) return -1;
  if (value < end && bytes[value] === APOSTROPHE) return value + 1;
  const isQuoted = value < end && bytes[value] === QUOTE;
  const stop = isQuoted ? quotedEnd(bytes, value + 1, end, pairs) : bareEnd(bytes, value, end);
  const behind = isQuoted ? behindQuote(bytes, stop, end) : stop;
  if (behind < 0) return -1;
  const key = USUAL_KEYS.of(bytes, start, equals) ?? KEYS.of(text.slice(start - offset, equals - offset));
  const from = isQuoted ? value + 1 : value;
  const to = !isQuoted && bytes[stop - 1] === APOSTROPHE ? stop - 1 : stop;
  const { length } = pairs;
  if (isQuoted) pairs.add(key, text.slice(from - offset, to - offset));
  else pairs.addBare(key, text.slice(from - offset, to - offset));
  if (pairs.length > length) pairs.setSpan(from, to);
  return behind;
}

/** The name that a value's end was told by: where it begins and ends. */
const ahead = { start: -1, end: -1 };

/** The `=` behind a name that begins at `start`, or -1. */
function nameEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = ahead.start === start ? ahead.end : start;
  while (at < end && NAME[bytes[at] as number] === 1) at++;
  const isName = at > start && at - start <= LONGEST_NAME && (bytes[start] as number) >= LETTER_A;
  return isName && at < end && bytes[at] === EQUALS ? at : -1;
}

/** The quote that closes a value, else `end`; notes a colon in it. */
function quotedEnd(bytes: Uint8Array, start: number, end: number, pairs: Pairs): number {
  let at = start;
  for (; at < end && bytes[at] !== QUOTE; at++) if (bytes[at] === COLON) pairs.hasColon = true;
  return at;
}

/** Behind a closing quote, perhaps of `msg='…"'` too, where a pair may end; -1 elsewhere. */
function behindQuote(bytes: Uint8Array, quote: number, end: number): number {
  if (quote === end) return -1;
  const at = quote + 1;
  const behind = at < end && bytes[at] === APOSTROPHE ? at + 1 : at;
  return behind === end || bytes[behind] === SPACE || bytes[behind] === GROUP ? behind : -1;
}

/** Where a value without quotes ends; -1 where it goes on over a word that is no pair, or holds anything odd. */
function bareEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && VALUE[bytes[at] as number] === 1) at++;
  if (at === end || bytes[at] === GROUP) return at;
  if (bytes[at] !== SPACE) return -1;
  let next = at + 1;
  if (next === end || bytes[next] === SPACE || bytes[next] === GROUP) return at;
  while (next < end && NAME[bytes[next] as number] === 1) next++;
  ahead.start = at + 1;
  ahead.end = next;
  return next < end && bytes[next] === EQUALS ? at : -1;
}
