import type { FieldValue } from '../event/index.js';
import type { Hits } from './hits.js';
import { TextIndex, type TextFinder } from './text-index.js';
import { isList } from './text.js';

/** Fields whose values are remembered one by one; the values of others are searched every time. */
const FIELDS = 256;

/**
 * Finds keywords: every string value of an event, each field with a memory of its own.
 */
export class KeywordIndex {
  readonly #finder: TextFinder;
  readonly #fields = new Map<string, TextIndex>();

  constructor(finder: TextFinder) {
    this.#finder = finder;
  }

  /** Touches the atoms of the field's value, or of the strings in its array. */
  see(field: string, value: FieldValue | undefined, hits: Hits): void {
    if (typeof value === 'string') this.#run(field, value, hits);
    else if (isList(value))
      for (const element of value) if (typeof element === 'string') this.#run(field, element, hits);
  }

  #run(field: string, value: string, hits: Hits): void {
    let index = this.#fields.get(field);
    if (index === undefined) {
      if (this.#fields.size >= FIELDS) {
        this.#finder.run(value, hits);
        return;
      }
      index = new TextIndex(this.#finder);
      this.#fields.set(field, index);
    }
    index.run(value, hits);
  }
}
