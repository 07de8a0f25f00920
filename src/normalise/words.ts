import { matches, word } from './codes.js';

interface Known<T> {
  readonly bytes: Uint8Array;
  readonly value: T;
}

const FEWEST_SLOTS = 64;
const MOST_SLOTS = 65_536;

/**
 * What is known of some ASCII words, found by a word's bytes where it stands: a look-up costs a comparison with one word and
 * makes no text. Made once for a format: its table grows until no two words share a slot.
 */
export class Words<T> {
  readonly #slots: readonly (Known<T> | undefined)[];

  /** Words that differ in their length, first, second or last letter; others throw, which is a bug of who lists them. */
  constructor(values: Iterable<readonly [word: string, value: T]>) {
    const all = [...values].map(([name, value]) => ({ bytes: word(name), value }));
    let slots: readonly (Known<T> | undefined)[] | undefined;
    for (let size = FEWEST_SLOTS; slots === undefined; size *= 2) {
      if (size > MOST_SLOTS) throw new Error('two words are too much alike to be told by their ends');
      slots = placed(all, size);
    }
    this.#slots = slots;
  }

  /** What is known of the word `bytes[start, end)`; undefined for the empty and for all others. */
  of(bytes: Uint8Array, start: number, end: number): T | undefined {
    if (end <= start) return undefined;
    const known = this.#slots[slotOf(bytes, start, end) & (this.#slots.length - 1)];
    return known?.bytes.length === end - start && matches(bytes, known.bytes, start, end) ? known.value : undefined;
  }
}

/** The words in a table of `size` slots; undefined where two would share one. */
function placed<T>(all: readonly Known<T>[], size: number): readonly (Known<T> | undefined)[] | undefined {
  const slots = new Array<Known<T> | undefined>(size).fill(undefined);
  for (const known of all) {
    const slot = slotOf(known.bytes, 0, known.bytes.length) & (size - 1);
    if (slots[slot] !== undefined) return undefined;
    slots[slot] = known;
  }
  return slots;
}

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  const second = start + 1 < end ? (bytes[start + 1] as number) : 0;
  const first = bytes[start] as number;
  const last = bytes[end - 1] as number;
  return first * 31 + second * 17 + last * 5 + (end - start) * 3;
}
