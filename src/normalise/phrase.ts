import { type Codes, word } from './codes.js';

/** An ASCII text of four characters at least, which is looked for four bytes at a time. */
export class Phrase {
  /** Of bytes. */
  readonly length: number;
  readonly #fours: Int32Array;
  readonly #last: number;

  constructor(text: string) {
    const view = new DataView(word(text).buffer);
    this.length = text.length;
    this.#fours = Int32Array.from({ length: text.length >> 2 }, (_, index) => view.getInt32(index * 4, true));
    this.#last = view.getInt32(text.length - 4, true);
  }

  /** Whether it stands at `at` of the text loaded, wholly in it. */
  stands({ view, length }: Codes, at: number): boolean {
    if (at + this.length > length || view.getInt32(at + this.length - 4, true) !== this.#last) return false;
    const fours = this.#fours;
    for (let index = 0; index < fours.length; index++)
      if (view.getInt32(at + index * 4, true) !== fours[index]) return false;
    return true;
  }
}
