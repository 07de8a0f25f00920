import type { FieldValue } from '../event/index.js';

import type { Frame } from './frame.js';
import { Hits } from './hits.js';
import { KEYWORDS } from './slots.js';
import { KeywordIndex } from './keyword-index.js';
import { TextFinder, TextIndex } from './text-index.js';
import { isList, numberOf } from './text.js';
import type { Literal } from './trie.js';
import type { Atoms, AtomKey } from './atoms.js';

/** Up to so many fields are asked for one by one; with more, an event's own fields are gone through. */
const FEW_FIELDS = 16;

/** What is looked for in one field. Atoms are the index's own numbers. */
interface FieldIndex {
  readonly slot: number;
  /** The property it is; '' where it is several paths, or the event's time. */
  readonly path: string;
  /** Touched where the field has a value; -1: nobody asks. */
  readonly present: number;
  /** Touched where the field is there, be it null; -1: nobody asks. */
  readonly there: number;
  readonly texts: TextIndex | undefined;
  readonly numbers: ReadonlyMap<number, number> | undefined;
}

/**
 * Sees in one pass over an event which of its atoms are there: the first stage of matching.
 *
 * Atoms are renumbered from 0; `localOf` translates. Which atoms were seen stands in `hits` until the next `scan`.
 */
export class AtomIndex {
  readonly hits: Hits;
  readonly #local = new Map<number, number>();
  /** Fields that are one ordinary property, by its name. */
  readonly #byName = new Map<string, FieldIndex>();
  /** All others (several paths, the event's time); and every field, where they are so few that each is asked for. */
  readonly #others: FieldIndex[] = [];
  readonly #asks: boolean;
  readonly #keywords: KeywordIndex | undefined;
  readonly #blunt = new Set<number>();
  readonly #collector: Hits;

  constructor(atoms: Atoms, frame: Frame, wanted: Iterable<number>) {
    for (const atom of wanted) if (!this.#local.has(atom)) this.#local.set(atom, this.#local.size);
    const bySlot = new Map<number, [AtomKey, number][]>();
    for (const [atom, local] of this.#local) {
      const key = atoms.key(atom);
      const list = bySlot.get(key.slot);
      if (list === undefined) bySlot.set(key.slot, [[key, local]]);
      else list.push([key, local]);
    }
    this.hits = new Hits(this.#local.size);
    this.#collector = new Hits(this.#local.size);
    const keywords = this.#finder(bySlot.get(KEYWORDS) ?? []);
    this.#keywords = keywords && new KeywordIndex(keywords);
    bySlot.delete(KEYWORDS);
    for (const [slot, keys] of bySlot) {
      const field = this.#fieldIndex(slot, frame.plainPath(slot), keys);
      if (field.path === '') this.#others.push(field);
      else this.#byName.set(field.path, field);
    }
    this.#asks = this.#keywords === undefined && this.#byName.size <= FEW_FIELDS;
    if (this.#asks) this.#others.push(...this.#byName.values());
  }

  /** How many atoms are looked for. */
  get size(): number {
    return this.#local.size;
  }

  /** The atoms looked for, by the index's numbers. */
  atoms(): Iterable<number> {
    return this.#local.keys();
  }

  /** The index's number of an atom; undefined where it is not looked for. */
  localOf(atom: number): number | undefined {
    return this.#local.get(atom);
  }

  /** False where an atom may be seen though it is not quite there (its literal was shortened). */
  isSharp(local: number): boolean {
    return !this.#blunt.has(local);
  }

  /** Fills `hits`. Linear in the event's text. */
  scan(frame: Frame): void {
    const hits = this.hits;
    hits.begin();
    if (!this.#asks) this.#walk(frame);
    const others = this.#others;
    for (let i = 0; i < others.length; i++) {
      const field = others[i] as FieldIndex;
      seeAny(field, frame.value(field.slot), hits);
    }
  }

  /** Goes through the event's fields, because rules ask for more fields than an event has, or for every value. */
  #walk(frame: Frame): void {
    const { fields } = frame;
    const hits = this.hits;
    for (const name in fields) {
      const field = this.#byName.get(name);
      if (field !== undefined) seeAny(field, frame.put(field.slot, fields[name]), hits);
      if (this.#keywords !== undefined) this.#keywords.see(name, frame.cut(fields[name]), hits);
    }
  }

  #fieldIndex(slot: number, path: string, keys: readonly [AtomKey, number][]): FieldIndex {
    const numbers = new Map<number, number>();
    let present = -1;
    let there = -1;
    for (const [key, local] of keys) {
      if (key.kind === 'number') numbers.set(key.value, local);
      else if (key.kind === 'present') present = local;
      else if (key.kind === 'there') there = local;
    }
    const finder = this.#finder(keys);
    const texts = finder && new TextIndex(finder);
    return { slot, path, present, there, texts, numbers: numbers.size === 0 ? undefined : numbers };
  }

  #finder(keys: readonly [AtomKey, number][]): TextFinder | undefined {
    const literals: Literal[] = [];
    for (const [key, atom] of keys)
      if (key.kind === 'text') literals.push({ text: key.text, start: key.start, end: key.end, atom });
    if (literals.length === 0) return undefined;
    const finder = new TextFinder(literals, this.#collector);
    for (const atom of finder.blunt) this.#blunt.add(atom);
    return finder;
  }
}

function seeAny(field: FieldIndex, value: FieldValue | undefined, hits: Hits): void {
  if (value === undefined) return;
  if (field.there >= 0) hits.touch(field.there);
  if (value !== null) see(field, value, hits);
}

function see(field: FieldIndex, value: FieldValue, hits: Hits): void {
  if (field.present >= 0) hits.touch(field.present);
  if (typeof value === 'string') {
    if (field.texts !== undefined) field.texts.run(value, hits);
    if (field.numbers !== undefined) seeNumber(field.numbers, numberOf(value), hits);
  } else if (typeof value === 'number') {
    if (field.numbers !== undefined) seeNumber(field.numbers, value, hits);
    if (field.texts !== undefined) field.texts.run(String(value), hits);
  } else if (typeof value === 'boolean') field.texts?.run(String(value), hits);
  else if (isList(value)) for (const element of value) if (isPlainElement(element)) see(field, element, hits);
}

function seeNumber(numbers: ReadonlyMap<number, number>, value: number, hits: Hits): void {
  const atom = numbers.get(value);
  if (atom !== undefined) hits.touch(atom);
}

function isPlainElement(element: FieldValue): boolean {
  return element !== null && typeof element !== 'object';
}
