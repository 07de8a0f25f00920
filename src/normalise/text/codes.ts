import { detach } from '../../event/index.js';

const ENCODER = new TextEncoder();
const OTHER = 128;

/**
 * The characters of one text as bytes, index for index: an ASCII character as its code, any other UTF-16 unit as 128,
 * which no delimiter is. Reading a byte costs a fifth of `charCodeAt` on a slice of a batch, so the formats that come in
 * millions scan this instead of the text, and slice the text by the indexes found.
 *
 * Loading costs one native call, for a text that is not all ASCII a loop. Behind the text's end stand old bytes: scans
 * are bounded by `length`.
 */
export class Codes {
  bytes: Uint8Array = new Uint8Array(4096);
  /** The same bytes, for comparing four at a time. */
  view: DataView = new DataView(this.bytes.buffer);
  length = 0;
  #text: string | undefined = undefined;

  /** Fills `bytes` with a text, once for the same text. */
  load(text: string): Uint8Array {
    if (text === this.#text) return this.bytes;
    const { length } = text;
    if (length > this.bytes.length) this.#grow(length);
    this.#text = text;
    this.length = length;
    if (ENCODER.encodeInto(text, this.bytes).written !== length || length === this.bytes.length) this.#loadSlowly(text);
    return this.bytes;
  }

  #grow(length: number): void {
    this.bytes = new Uint8Array(length * 4);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Forgets the text, so that the next `load` of another costs no comparison. */
  forget(): void {
    this.#text = undefined;
  }

  #loadSlowly(text: string): void {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      this.bytes[at] = code < OTHER ? code : OTHER;
    }
  }
}

/** The bytes of an ASCII word, to be looked for with `matches`. */
export function word(text: string): Uint8Array {
  return ENCODER.encode(text);
}

/** Index of the first `code` in `bytes[start, end)`, or `end`. */
export function find(bytes: Uint8Array, code: number, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== code) at++;
  return at;
}

/** Whether `wanted` stands at `at`, wholly before `end`. */
export function matches(bytes: Uint8Array, wanted: Uint8Array, at: number, end: number): boolean {
  const { length } = wanted;
  if (at + length > end) return false;
  for (let index = 0; index < length; index++) if (bytes[at + index] !== wanted[index]) return false;
  return true;
}

/** Index of the last `wanted` in `bytes[start, end)`, or -1. */
export function findLast(bytes: Uint8Array, wanted: Uint8Array, start: number, end: number): number {
  const first = wanted[0];
  for (let at = end - wanted.length; at >= start; at--) {
    if (bytes[at] === first && matches(bytes, wanted, at, end)) return at;
  }
  return -1;
}

/** Index of the first byte in `bytes[start, end)` that is no digit, or `end`. */
export function pastDigits(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isDigitCode(bytes[at] as number)) at++;
  return at;
}

function isDigitCode(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Whether `bytes[start, end)` holds none of what is special in a URL: `#`, `%`, `+`, `?`. */
export function isPlainUrl(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = bytes[at] as number;
    if (code === 37 || code === 63 || code === 43 || code === 35) return false;
  }
  return true;
}

/** Index behind the dot of the extension with which the path `bytes[start, end)` ends; -1: it has none. */
export function extensionIn(bytes: Uint8Array, start: number, end: number): number {
  for (let at = end - 1; at >= start; at--) {
    const code = bytes[at] as number;
    if (code === 46) return at + 1 === end ? -1 : at + 1;
    if (code === 47) return -1;
  }
  return -1;
}

/** The digits `bytes[start, end)` as a number; undefined where there is none, something else, or more than 15. */
export function numberIn(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (end <= start || end - start > 15) return undefined;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}

/** Hexadecimal digits `bytes[start, end)`, `0x` before them or not, as a number; undefined where there is none, something else, or more than 12. */
export function hexIn(bytes: Uint8Array, start: number, end: number): number | undefined {
  const at = bytes[start] === 48 && ((bytes[start + 1] as number) | 32) === 120 && end > start + 2 ? start + 2 : start;
  if (end <= at || end - at > 12) return undefined;
  let value = 0;
  for (let index = at; index < end; index++) {
    const code = bytes[index] as number;
    const digit = isDigitCode(code) ? code - 48 : (code | 32) - 87;
    if (digit < 0 || digit > 15 || (digit < 10 && !isDigitCode(code))) return undefined;
    value = value * 16 + digit;
  }
  return value;
}

const POWERS = Array.from({ length: 16 }, (_, index) => 10 ** index);

/**
 * The decimal number `bytes[start, end)`, digits with perhaps a fraction, exactly as `Number` reads it; undefined where there is
 * something else, or more digits than a double holds. (Both numbers of the division are exact, so that it is rounded once.)
 */
export function decimalIn(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (end - start > 17) return longDecimalIn(bytes, start, end);
  let value = 0;
  let point = -1;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - 48;
    if (digit >= 0 && digit <= 9) value = value * 10 + digit;
    else if (digit === -2 && point < 0 && at > start && at + 1 < end) point = at;
    else return undefined;
  }
  if (point < 0) return end > start && end - start <= 15 ? value : undefined;
  return value <= Number.MAX_SAFE_INTEGER ? value / (POWERS[end - point - 1] as number) : undefined;
}

/** As `decimalIn`, for more digits than 16. */
function longDecimalIn(bytes: Uint8Array, start: number, end: number): number | undefined {
  const point = find(bytes, 46, start, end);
  const whole = numberIn(bytes, start, point);
  if (point === end || whole === undefined || end - point > 16) return point === end ? whole : undefined;
  const fraction = numberIn(bytes, point + 1, end);
  const power = POWERS[end - point - 1] as number;
  if (fraction === undefined) return undefined;
  const digits = whole * power + fraction;
  return digits <= Number.MAX_SAFE_INTEGER ? digits / power : undefined;
}

/** Two digits at `at` (a leading space counts as 0), or NaN. */
export function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at] as number;
  const ones = (bytes[at + 1] as number) - 48;
  if (ones < 0 || ones > 9 || (tens !== 32 && !isDigitCode(tens))) return Number.NaN;
  return tens === 32 ? ones : (tens - 48) * 10 + ones;
}

/** `HH:MM:SS` at `at` in ms since midnight, or NaN. */
export function timeOfDay(bytes: Uint8Array, at: number): number {
  const hour = twoDigits(bytes, at);
  const minute = twoDigits(bytes, at + 3);
  const second = twoDigits(bytes, at + 6);
  if (bytes[at + 2] !== 58 || bytes[at + 5] !== 58 || !(hour <= 23 && minute <= 59 && second <= 60)) return Number.NaN;
  return ((hour * 60 + minute) * 60 + second) * 1000;
}

/** Whether `bytes[start, end)` is a strict dotted IPv4 address, as `isIPv4` of scan.ts. */
export function isIPv4In(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= 7 && pastIPv4(bytes, start, end) === end;
}

/** Index behind the strict dotted IPv4 address that begins at `start`, before `end`; -1 where none stands there, or it goes on. */
export function pastIPv4(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  for (let part = 0; ; part++) {
    let value = at < end ? (bytes[at++] as number) - 48 : -1;
    if (value < 0 || value > 9) return -1;
    for (; at < end; at++) {
      const digit = (bytes[at] as number) - 48;
      if (digit < 0 || digit > 9) break;
      if (value === 0) return -1;
      value = value * 10 + digit;
      if (value > 255) return -1;
    }
    if (part === 3) return at < end && bytes[at] === 46 ? -1 : at;
    if (at === end || bytes[at++] !== 46) return -1;
  }
}

const SLOTS = 64;
const LONGEST_NAME = 64;

/**
 * Gives what is made of one name that many lines share (a host, a program, a user: the name itself), instead of making it anew
 * each time. Remembers 64 names, by their length and three of their letters; what is long or not all ASCII is made anew.
 */
export class Memo<T = string> {
  readonly #made = new Array<T | undefined>(SLOTS).fill(undefined);
  readonly #lengths = new Uint16Array(SLOTS);
  readonly #bytes: Uint8Array;
  readonly #longest: number;
  readonly #make: (text: string) => T;

  /** `make` depends on nothing but the name, of which it makes what is remembered; `longest`: characters of one name. */
  constructor(make: (text: string) => T = itself as (text: string) => T & string, longest = LONGEST_NAME) {
    this.#make = make;
    this.#longest = longest;
    this.#bytes = new Uint8Array(SLOTS * longest);
  }

  /** What is made of `bytes[start, end)`, the bytes of a text, or of one that has it from `offset`. */
  of(text: string, bytes: Uint8Array, start: number, end: number, offset = 0): T {
    const length = end - start;
    if (length > this.#longest || length === 0) return this.#make(text.slice(start - offset, end - offset));
    const middle = bytes[start + (length >> 1)] as number;
    const slot = (length * 7 + (bytes[start] as number) * 5 + middle * 3 + (bytes[end - 1] as number)) & (SLOTS - 1);
    return this.#lengths[slot] === length && this.#isKnown(bytes, start, length, slot * this.#longest)
      ? (this.#made[slot] as T)
      : this.#learn(text.slice(start - offset, end - offset), bytes, start, end, slot);
  }

  #isKnown(bytes: Uint8Array, start: number, length: number, at: number): boolean {
    const known = this.#bytes;
    for (let index = 0; index < length; index++) if (known[at + index] !== bytes[start + index]) return false;
    return true;
  }

  #learn(text: string, bytes: Uint8Array, start: number, end: number, slot: number): T {
    if (find(bytes, OTHER, start, end) < end) return this.#make(text);
    // A piece of a text would keep the whole in memory.
    const made = this.#make(detach(text));
    this.#made[slot] = made;
    this.#lengths[slot] = end - start;
    for (let at = start; at < end; at++) this.#bytes[slot * this.#longest + at - start] = bytes[at] as number;
    return made;
  }
}

function itself(text: string): string {
  return text;
}
