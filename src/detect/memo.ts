import { detach } from '../event/index.js';

/** Values remembered per field, and the longest of them. */
const CAPACITY = 4096;
const LONGEST = 256;
/** Every so many look-ups the memo asks itself whether it pays, and if not, rests for so many. */
const TRIAL = 1024;
const REST = 65_536;
/** It pays if more than this share of look-ups finds something. */
const WORTH = 0.8;

/** A value and the atoms it holds. */
interface Known {
  readonly value: string;
  readonly atoms: Int32Array;
}

/**
 * Remembers which atoms a field's values hold: process names, user agents and the like come again and again.
 *
 * Bounded; where values hardly repeat it switches itself off for a while.
 */
export class Memo {
  readonly #known = new Map<string, Known>();
  /** By length, the value found last: comparing costs a tenth of the hash that a map wants of every new text. */
  readonly #recent = new Array<Known | undefined>(LONGEST + 1).fill(undefined);
  #lookups = 0;
  #found = 0;
  #resting = 0;

  /** The atoms of a value seen before. */
  get(value: string): Int32Array | undefined {
    if (++this.#lookups === TRIAL) this.#judge();
    const recent = this.#recent[value.length];
    const known = recent?.value === value ? recent : this.#known.get(value);
    if (known === undefined) return undefined;
    this.#found++;
    this.#recent[value.length] = known;
    return known.atoms;
  }

  /** False for values too long to be remembered, and while remembering is not worth its cost. */
  takes(value: string): boolean {
    if (value.length > LONGEST) return false;
    if (this.#resting === 0) return true;
    this.#resting--;
    return false;
  }

  /** Remembers a value; forgets all others where there are too many. */
  set(value: string, atoms: Int32Array): void {
    if (this.#known.size >= CAPACITY) this.#forget();
    const own = detach(value);
    this.#known.set(own, { value: own, atoms });
  }

  #forget(): void {
    this.#known.clear();
    this.#recent.fill(undefined);
  }

  #judge(): void {
    if (this.#found < TRIAL * WORTH) {
      this.#resting = REST;
      this.#forget();
    }
    this.#lookups = 0;
    this.#found = 0;
  }
}
