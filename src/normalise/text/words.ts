import { matches, word } from './codes.js';

interface Known<T> {
  readonly bytes: Uint8Array;
  readonly value: T;
}

const FEWEST_BITS = 6;
const MOST_BITS = 14;
/** Odd numbers tried for each size of table. */
const TRIES = 256;
const FIRST_FACTOR = 0x9e3779b1;

/**
 * What is known of some ASCII words, found by a word's bytes where it stands: a look-up costs a comparison with one word and
 * makes no text. Made once for a format: a table and a factor are looked for by which no two words share a slot.
 */
export class Words<T> {
  readonly #slots: readonly (Known<T> | undefined)[];
  /** What is left of a hash is a slot. */
  readonly #shift: number;
  readonly #factor: number;

  /**
   * Words that differ in their length (modulo 16), first, second, middle or last letter; others throw, which is a bug of who lists
   * them.
   */
  constructor(values: Iterable<readonly [word: string, value: T]>) {
    const all = [...values].map(([name, value]) => ({ bytes: word(name), value }));
    for (let nth = 0; nth < (MOST_BITS - FEWEST_BITS + 1) * TRIES; nth++) {
      const bits = FEWEST_BITS + Math.floor(nth / TRIES);
      const factor = FIRST_FACTOR + 2 * nth;
      const slots = placed(all, bits, factor);
      if (slots === undefined) continue;
      this.#slots = slots;
      this.#shift = 32 - bits;
      this.#factor = factor;
      return;
    }
    throw new Error('two words are too much alike to be told by their ends');
  }

  /** What is known of the word `bytes[start, end)`; undefined for the empty and for all others. */
  of(bytes: Uint8Array, start: number, end: number): T | undefined {
    if (end <= start) return undefined;
    const known = this.#slots[Math.imul(keyOf(bytes, start, end), this.#factor) >>> this.#shift];
    return known?.bytes.length === end - start && matches(bytes, known.bytes, start, end) ? known.value : undefined;
  }
}

/** The words in a table of so many bits; undefined where two would share a slot. */
function placed<T>(
  all: readonly Known<T>[],
  bits: number,
  factor: number,
): readonly (Known<T> | undefined)[] | undefined {
  const slots = new Array<Known<T> | undefined>(1 << bits).fill(undefined);
  for (const known of all) {
    const slot = Math.imul(keyOf(known.bytes, 0, known.bytes.length), factor) >>> (32 - bits);
    if (slots[slot] !== undefined) return undefined;
    slots[slot] = known;
  }
  return slots;
}

/** A number of 32 bits that tells words by length, first, second, middle and last letter. */
function keyOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const second = length > 1 ? (bytes[start + 1] as number) : 0;
  const middle = bytes[start + (length >> 1)] as number;
  const ends = ((bytes[start] as number) << 21) | ((bytes[end - 1] as number) << 14);
  return ends | (second << 7) | middle | (length << 28);
}
