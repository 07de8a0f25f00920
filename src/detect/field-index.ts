import type { FieldValue } from '../event/index.js';
import type { Hits } from './hits.js';
import { TextIndex, type TextFinder } from './text-index.js';
import { isList, numberOf } from './text.js';

/** What is looked for in one field; -1 and undefined: nobody asks. Atoms are the index's own numbers. */
export interface FieldAtoms {
  /** Touched where the field has a value. */
  readonly present: number;
  /** Touched where the field is there, be it null. */
  readonly there: number;
  readonly numbers: ReadonlyMap<number, number> | undefined;
  /** Finds the texts asked of this field. */
  readonly texts: TextFinder | undefined;
  /** Finds the texts asked of every string of the event. */
  readonly keywords: TextFinder | undefined;
}

/** Sees the atoms of one field. */
export class FieldIndex {
  readonly #present: number;
  readonly #there: number;
  readonly #numbers: ReadonlyMap<number, number> | undefined;
  readonly #texts: TextFinder | undefined;
  /** Finds all texts in a string, both this field's and keywords. */
  readonly #strings: TextIndex | undefined;

  constructor({ present, there, numbers, texts, keywords }: FieldAtoms) {
    this.#present = present;
    this.#there = there;
    this.#numbers = numbers;
    this.#texts = texts;
    const first = texts ?? keywords;
    this.#strings = first && new TextIndex(first, texts && keywords);
  }

  /** Touches the atoms a field's value has, those of an array's elements included. Linear in the value. */
  see(value: FieldValue | undefined, hits: Hits): void {
    if (typeof value === 'string') {
      if (this.#there >= 0) hits.touch(this.#there);
      this.#seeString(value, hits);
    } else if (value !== undefined) {
      if (this.#there >= 0) hits.touch(this.#there);
      if (value !== null) this.#seeOther(value, hits);
    }
  }

  #seeString(value: string, hits: Hits): void {
    if (this.#present >= 0) hits.touch(this.#present);
    if (this.#strings !== undefined) this.#strings.run(value, hits);
    if (this.#numbers !== undefined) this.#seeNumber(numberOf(value), hits);
  }

  #seeOther(value: Exclude<FieldValue, string | null>, hits: Hits): void {
    if (this.#present >= 0) hits.touch(this.#present);
    if (typeof value === 'number') {
      if (this.#numbers !== undefined) this.#seeNumber(value, hits);
      if (this.#texts !== undefined) this.#texts.run(String(value), hits);
    } else if (typeof value === 'boolean') this.#texts?.run(String(value), hits);
    else if (isList(value)) this.#seeElements(value, hits);
  }

  #seeElements(list: readonly FieldValue[], hits: Hits): void {
    for (const element of list) {
      if (typeof element === 'string') this.#seeString(element, hits);
      else if (typeof element === 'number' || typeof element === 'boolean') this.#seeOther(element, hits);
    }
  }

  #seeNumber(value: number, hits: Hits): void {
    const atom = this.#numbers?.get(value);
    if (atom !== undefined) hits.touch(atom);
  }
}
