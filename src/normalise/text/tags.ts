import { detach } from '../../event/index.js';
import { type Codes, find } from './codes.js';
import { Fours } from './fours.js';

const COLON = 58;
const BRACKET = 91;
const OTHER = 128;
const SHORTEST = 4;
const LONGEST = 64;
/** A tag's longest name. */
const LONGEST_NAME = 96;
const LISTS = 32;
/** Spreads the first four bytes over the lists: the five highest bits of a product. */
const MIX = 0x9e3779b1;
const SHIFT = 27;
/** Tags of one list; of more the least usual one is forgotten. */
const MOST = 8;
/** How much more often than the one before it a tag must have been seen to be looked for before it. */
const AHEAD = 16;

/** A tag with the mark behind it, what is made of it, and how often it was seen. */
interface Tag<T> {
  readonly mark: Fours;
  readonly made: T;
  seen: number;
}

/**
 * What is made of the programs that tags name (`sshd[4242]: `, `sudo: `), by their bytes up to the bracket or colon: a tag that is
 * known costs two or three comparisons and no look for its end. Remembers some, of 3 to 63 ASCII characters; of all others it is
 * made anew. Changes no answer.
 */
export class Tags<T> {
  /** Index of the bracket or colon behind the name that was asked for last. */
  end = 0;
  readonly #lists: readonly Tag<T>[][] = Array.from({ length: LISTS }, () => []);
  readonly #make: (name: string) => T;

  /** `make` depends on nothing but the name. */
  constructor(make: (name: string) => T) {
    this.#make = make;
  }

  /**
   * What is made of the name that begins at `start` of the text that is loaded, `end` set to where it ends; undefined where no
   * name stands there with a bracket or a colon behind it.
   */
  of(text: string, codes: Codes, start: number): T | undefined {
    const { view, length } = codes;
    if (start + SHORTEST > length) return undefined;
    const list = this.#lists[Math.imul(view.getInt32(start, true), MIX) >>> SHIFT] as Tag<T>[];
    for (let nth = 0; nth < list.length; nth++) {
      const tag = list[nth] as Tag<T>;
      if (!tag.mark.stands(view, start, length)) continue;
      this.end = start + tag.mark.length - 1;
      tag.seen++;
      if (nth > 0) moveUp(list, nth, tag);
      return tag.made;
    }
    return this.#other(text, codes, start, list);
  }

  #other(text: string, codes: Codes, start: number, list: Tag<T>[]): T | undefined {
    const { bytes, view, length } = codes;
    const end = nameEnd(bytes, start, length);
    if (end < 0) return undefined;
    this.end = end;
    const made = this.#make(detach(text.slice(start, end)));
    const width = end + 1 - start;
    if (width < SHORTEST || width > LONGEST || find(bytes, OTHER, start, end) < end) return made;
    const mark = new Fours();
    mark.learn(view, start, width);
    if (list.length === MOST) list.pop();
    list.push({ mark, made, seen: 0 });
    return made;
  }
}

function moveUp<T>(list: Tag<T>[], nth: number, tag: Tag<T>): void {
  const before = list[nth - 1] as Tag<T>;
  if (tag.seen <= before.seen + AHEAD) return;
  list[nth - 1] = tag;
  list[nth] = before;
}

/** The bracket or colon behind the name at `start`; -1: no name stands there, or another character behind it. */
function nameEnd(bytes: Uint8Array, start: number, length: number): number {
  let end = start;
  while (end < length && PART[bytes[end] as number] === 1) end++;
  if (end === start || end - start >= LONGEST_NAME || end >= length) return -1;
  return bytes[end] === BRACKET || bytes[end] === COLON ? end : -1;
}

/** Bytes that a program's name may have: neither space nor control, quote, brace, colon or bracket. */
const PART = new Uint8Array(256).fill(1, 33);
for (const character of '"{:[') PART[character.charCodeAt(0)] = 0;
