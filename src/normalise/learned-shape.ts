import type { Fields, FieldValue } from '../event/index.js';
import { compileShape, type Make } from './shape.js';

/** Events looked at one by one before only some are; a shape is compiled anew where their number is a power of eight. */
const FIRST = 64;
const SOME = 63;
const MOST = 32_768;
const MOST_NAMES = 120;

/**
 * The properties that events of one kind have, learned from events: the next ones are made with all of them, undefined until
 * they are set, so that setting them costs a store and not a new shape each. Changes no answer but the order of properties.
 */
export class LearnedShape {
  readonly #names: Set<string>;
  readonly #head: number;
  #seen = 0;
  #compiled = 0;
  #make: Make | undefined = undefined;

  /** `head`: the properties every event begins with. */
  constructor(head: readonly string[]) {
    this.#names = new Set(head);
    this.#head = head.length;
  }

  /** An event with these values of its head. */
  event(head: readonly (FieldValue | undefined)[]): Fields {
    this.#make ??= this.#compile();
    if (this.#make !== undefined) return this.#make(head);
    // Where nothing may be compiled.
    const fields: Fields = {};
    for (const name of this.#names) fields[name] = head[Object.keys(fields).length];
    return fields;
  }

  /** Learns from an event that is complete. */
  learn(fields: Fields): void {
    const seen = ++this.#seen;
    if (seen > MOST || (seen > FIRST && (seen & SOME) !== 0)) return;
    for (const name in fields) {
      if (this.#names.size === MOST_NAMES) break;
      if (fields[name] !== undefined) this.#names.add(name);
    }
    if (
      (seen === 8 || seen === FIRST || seen === 512 || seen === 4096 || seen === MOST) &&
      this.#names.size > this.#compiled
    )
      this.#make = this.#compile();
  }

  #compile(): Make | undefined {
    const names = [...this.#names];
    this.#compiled = names.length;
    return compileShape(
      names,
      names.map((_, slot) => (slot < this.#head ? slot : -1)),
    );
  }
}
