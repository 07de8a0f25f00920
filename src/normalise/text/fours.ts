import { detach } from '../../event/index.js';
import { type Codes, find } from './codes.js';

const SHORTEST = 4;
const LONGEST = 256;
/** What `Recent` remembers if nothing else is told. */
const USUAL = { longest: 64, slots: 64 };
/** Characters of a name that are told apart by three of them well enough. */
const SHORT = 16;
const OTHER = 128;
/** Of so many names that are not known (less one), one is learned: two that take turns cost no copying. */
const SELDOM = 7;
/** Bytes that are compared without a loop, but for the last four. */
const AHEAD = 12;
const ENCODER = new TextEncoder();
const NOTHING = new Int32Array(0);

/**
 * A text of 4 to 256 ASCII characters, told by numbers of four bytes each, of which the last overlaps the one before: looking for
 * it costs a third of comparing byte by byte (`matches`).
 */
export class Fours {
  length = 0;
  #first = 0;
  #second = 0;
  #third = 0;
  #last = 0;
  #more = NOTHING;

  /** Another length throws, which is a bug of who lists the words. Without a text it stands nowhere until `learn` is called. */
  constructor(text?: string) {
    if (text === undefined) return;
    const bytes = ENCODER.encode(text);
    if (bytes.length < SHORTEST || bytes.length > LONGEST) throw new Error(`not of 4 to 256 bytes: ${text}`);
    this.learn(new DataView(bytes.buffer, bytes.byteOffset), 0, bytes.length);
  }

  /** Becomes the text of so many bytes, 4 to 256, that stands at `at`. */
  learn(view: DataView, at: number, length: number): void {
    this.length = length;
    this.#first = view.getInt32(at, true);
    this.#second = length > 8 ? view.getInt32(at + 4, true) : 0;
    this.#third = length > 12 ? view.getInt32(at + 8, true) : 0;
    this.#last = view.getInt32(at + length - 4, true);
    if (length <= AHEAD + 4) return;
    if (this.#more.length * 4 < length - AHEAD) this.#more = new Int32Array((length - AHEAD + 3) >> 2);
    for (let from = AHEAD; from < length - 4; from += 4)
      this.#more[(from - AHEAD) / 4] = view.getInt32(at + from, true);
  }

  /** Whether it stands at `at`, wholly before `end`. */
  stands(view: DataView, at: number, end: number): boolean {
    const { length } = this;
    if (at + length > end || length === 0 || view.getInt32(at, true) !== this.#first) return false;
    if (view.getInt32(at + length - 4, true) !== this.#last) return false;
    if (length <= 8) return true;
    if (view.getInt32(at + 4, true) !== this.#second) return false;
    if (length <= AHEAD) return true;
    return view.getInt32(at + 8, true) === this.#third && (length <= AHEAD + 4 || this.#goesOn(view, at));
  }

  #goesOn(view: DataView, at: number): boolean {
    for (let from = AHEAD; from < this.length - 4; from += 4)
      if (view.getInt32(at + from, true) !== this.#more[(from - AHEAD) / 4]) return false;
    return true;
  }
}

/** The name that stood last at a place where most lines have the same (their host): found again without looking for its end. */
export class Latest {
  readonly #fours = new Fours();
  #missed = 0;
  name = '';

  /** Index behind the name where it stands at `at` and `stop` follows it; -1 where something else stands there. */
  end({ bytes, view, length }: Codes, at: number, stop: number): number {
    const end = at + this.#fours.length;
    return this.#fours.stands(view, at, length) && end < length && bytes[end] === stop ? end : -1;
  }

  /** The text of `[start, end)`, which `text` has from `offset`: the name known where it is that, else a piece of the text, which is learned now and then. */
  of(text: string, codes: Codes, start: number, end: number, offset: number): string {
    if (this.#fours.length === end - start && this.#fours.stands(codes.view, start, end)) return this.name;
    const piece = text.slice(start - offset, end - offset);
    if ((this.#missed++ & SELDOM) === 0) this.learn(codes, start, end, detach(piece));
    return piece;
  }

  /** Remembers the name `[start, end)`, unless it is too short, too long or not all ASCII. */
  learn({ bytes, view }: Codes, start: number, end: number, name: string): void {
    if (!isFit(bytes, start, end, LONGEST)) return;
    this.name = name;
    this.#fours.learn(view, start, end - start);
  }
}

/**
 * What is made of names that come again and again (programs), by their bytes: of 4 to `longest` ASCII characters, and no more
 * than `slots` (a power of two) at a time. Of all others it is made anew.
 */
export class Recent<T> {
  readonly #names: readonly Fours[];
  readonly #made: (T | undefined)[];
  readonly #make: (name: string) => T;
  readonly #longest: number;

  /** `make` depends on nothing but the name; `longest` is 256 at most. */
  constructor(make: (name: string) => T, { longest, slots } = USUAL) {
    this.#make = make;
    this.#longest = longest;
    this.#names = Array.from({ length: slots }, () => new Fours());
    this.#made = new Array<T | undefined>(slots).fill(undefined);
  }

  /** What is made of `[start, end)` of the text that is loaded; `text` has it from `offset`. */
  of(text: string, codes: Codes, start: number, end: number, offset = 0): T {
    const { bytes, view } = codes;
    const length = end - start;
    const slot = (length > SHORT ? mixed(view, start, end) : sampled(bytes, start, end)) & (this.#made.length - 1);
    const known = this.#names[slot] as Fours;
    if (known.length === length && known.stands(view, start, end)) return this.#made[slot] as T;
    const made = this.#make(detach(text.slice(start - offset, end - offset)));
    if (!isFit(bytes, start, end, this.#longest)) return made;
    known.learn(view, start, length);
    this.#made[slot] = made;
    return made;
  }
}

/** A number by a name's length and three of its letters. */
function sampled(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const middle = bytes[start + (length >> 1)] as number;
  return length * 7 + (bytes[start] as number) * 5 + middle * 3 + (bytes[end - 1] as number);
}

/** A number by all of a name's bytes but its first ones: agents differ in a digit of their version. */
function mixed(view: DataView, start: number, end: number): number {
  let sum = end - start;
  for (let at = end - 4; at > start; at -= 4) sum = Math.imul(sum, 31) + view.getInt32(at, true);
  return sum ^ (sum >>> 8) ^ (sum >>> 16);
}

/** Whether `[start, end)` is a text that `Fours` can tell: ASCII characters, 4 to `longest` of them. */
export function isFit(bytes: Uint8Array, start: number, end: number, longest = LONGEST): boolean {
  return end - start >= SHORTEST && end - start <= longest && find(bytes, OTHER, start, end) === end;
}
