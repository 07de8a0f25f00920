import type { FieldValue } from '../event/index.js';
import type { Numbered } from './atoms.js';
import type { Hits } from './hits.js';
import { TextIndex, type TextFinder } from './text-index.js';
import { isList, numberOf } from './text.js';

/** What is looked for in one field; undefined: nobody asks. */
export interface FieldAtoms {
  /** The field's atoms; of these, texts are looked for by `texts`. */
  readonly atoms: readonly Numbered[];
  readonly hears: (local: number) => boolean;
  /** Finds the texts asked of this field. */
  readonly texts: TextFinder | undefined;
  /** Finds the texts asked of every string of the event. */
  readonly keywords: TextFinder | undefined;
}

/** Sees the atoms of one field. */
export class FieldIndex {
  readonly #asked: FieldAtoms;
  #isReady = false;
  /** Touched where the field has a value; -1: nobody asks. */
  #present = -1;
  /** Touched where the field is there, be it null. */
  #there = -1;
  #numbers: Map<number, number> | undefined;
  readonly #texts: TextFinder | undefined;
  /** Finds all texts in a string, both this field's and keywords. */
  #strings: TextIndex | undefined;

  /** Costs nothing before the field first comes. */
  constructor(asked: FieldAtoms) {
    this.#asked = asked;
    this.#texts = asked.texts;
  }

  /** To be called when other atoms are listened for than before; what values held is learnt anew. */
  retune(): void {
    if (!this.#isReady) return;
    this.#listen();
    this.#strings?.forget();
  }

  #makeReady(): void {
    this.#listen();
    const { texts, keywords } = this.#asked;
    const first = texts ?? keywords;
    this.#strings = first && new TextIndex(first, texts && keywords);
    this.#isReady = true;
  }

  #listen(): void {
    const { atoms, hears } = this.#asked;
    this.#present = -1;
    this.#there = -1;
    this.#numbers = undefined;
    for (const { key, local } of atoms) {
      if (key.kind === 'text' || !hears(local)) continue;
      if (key.kind === 'number') (this.#numbers ??= new Map<number, number>()).set(key.value, local);
      else if (key.kind === 'present') this.#present = local;
      else this.#there = local;
    }
  }

  /** Touches the atoms a field's value has, those of an array's elements included. Linear in the value. */
  see(value: FieldValue | undefined, hits: Hits): void {
    if (!this.#isReady) this.#makeReady();
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
