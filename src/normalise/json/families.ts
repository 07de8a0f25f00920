import { Family } from './family.js';
import { type Layout, LAYOUTS } from './layout.js';
import type { JsonObject } from '../line.js';

/** Families in all, and of one first key. */
const MOST_FAMILIES = 32;
const MOST_ALIKE = 8;
/** Documents that begin with one key before there is a family of them; keys that are counted so. */
const ENOUGH = 8;
const MOST_COUNTED = 256;
/** Where there is no room, families that read nothing in so many documents are given up; not sooner again. */
const SEASON = 10_000;

/**
 * The families of all documents read, by the key that these begin with. Bounded; changes no answer: who gets no layout reads
 * the document the long way.
 */
class Families {
  #byKey = new Map<string, Family[]>();
  #count = 0;
  #counted = new Map<string, number>();
  #asked = 0;
  #cleared = 0;

  /** The layout of the family that has all keys of a document, its values left in `LAYOUTS`; undefined where none does. */
  of(document: JsonObject): Layout | undefined {
    this.#asked++;
    const first = firstKeyOf(document);
    if (first === undefined) return undefined;
    let home: Family | undefined;
    let isResting = false;
    for (const family of this.#byKey.get(first) ?? []) {
      if (!family.next()) {
        isResting = true;
        continue;
      }
      const layout = family.read(document, LAYOUTS.values);
      if (layout !== undefined) return layout;
      if (home === undefined && family.isHomeOf(document)) home = family;
    }
    home ??= isResting ? undefined : this.#found(first);
    home?.learn(document);
    return undefined;
  }

  /** A new family; undefined where there are too few documents of it so far, or no room. */
  #found(first: string): Family | undefined {
    const families = this.#byKey.get(first) ?? [];
    if (families.length === MOST_ALIKE || !this.#isUsual(first) || !this.#hasRoom()) return undefined;
    const family = new Family();
    this.#byKey.set(first, [...families, family]);
    this.#count++;
    return family;
  }

  #isUsual(first: string): boolean {
    if (this.#counted.size === MOST_COUNTED) this.#counted.clear();
    const count = (this.#counted.get(first) ?? 0) + 1;
    this.#counted.set(first, count);
    return count >= ENOUGH;
  }

  #hasRoom(): boolean {
    if (this.#count < MOST_FAMILIES) return true;
    if (this.#asked - this.#cleared < SEASON) return false;
    this.#cleared = this.#asked;
    this.#count = 0;
    for (const [first, families] of this.#byKey) {
      const kept = families.filter((family) => family.isUsed);
      for (const family of kept) family.isUsed = false;
      if (kept.length === 0) this.#byKey.delete(first);
      else this.#byKey.set(first, kept);
      this.#count += kept.length;
    }
    return this.#count < MOST_FAMILIES;
  }

  forget(): void {
    this.#byKey = new Map();
    this.#count = 0;
    this.#counted = new Map();
  }
}

function firstKeyOf(document: JsonObject): string | undefined {
  for (const key in document) return key;
  return undefined;
}

const FAMILIES = new Families();
/**
 * The layout of a document, as `LAYOUTS.of`, or where that knows none the union of layouts of documents like it; its values
 * are left in `LAYOUTS`, undefined for what the document does not have. Whoever asks must take an undefined value for none.
 */
export function layoutNear(document: JsonObject): Layout | undefined {
  const isFirst = LAYOUTS.isCovered && !LAYOUTS.isTold(document) && !LAYOUTS.isDue();
  const first = isFirst ? FAMILIES.of(document) : undefined;
  if (first !== undefined) return first;
  const own = LAYOUTS.of(document);
  if (own !== undefined) return own;
  const near = isFirst ? undefined : FAMILIES.of(document);
  LAYOUTS.isCovered = near !== undefined;
  return near;
}

/** Forgets all layouts, those of families too. */
export function forgetLayouts(): void {
  LAYOUTS.forget();
  LAYOUTS.isCovered = false;
  FAMILIES.forget();
}
