import type { FieldValue } from '../event/index.js';

import type { Frame } from './frame.js';
import { Hits } from './hits.js';
import { KEYWORDS } from './slots.js';
import { KeywordIndex } from './keyword-index.js';
import { TextFinder, TextIndex } from './text-index.js';
import { isList, numberOf } from './text.js';
import type { Literal } from './trie.js';
import type { Atoms, AtomKey } from './witness.js';

/** What is looked for in one field. Atoms are the index's own numbers. */
interface FieldIndex {
  readonly slot: number;
  /** Touched where the field is there; -1: nobody asks. */
  readonly present: number;
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
  /** All others: several paths, the event's time. */
  readonly #others: FieldIndex[] = [];
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
      const field = this.#fieldIndex(slot, keys);
      const path = frame.plainPath(slot);
      if (path === '') this.#others.push(field);
      else this.#byName.set(path, field);
    }
  }

  /** How many atoms are looked for. */
  get size(): number {
    return this.#local.size;
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
    const { fields } = frame;
    for (const name in fields) {
      const field = this.#byName.get(name);
      if (field !== undefined) seeAny(field, frame.put(field.slot, fields[name]), hits);
      if (this.#keywords !== undefined) this.#keywords.see(name, frame.cut(fields[name]), hits);
    }
    for (const field of this.#others) seeAny(field, frame.value(field.slot), hits);
  }

  #fieldIndex(slot: number, keys: readonly [AtomKey, number][]): FieldIndex {
    const numbers = new Map<number, number>();
    let present = -1;
    for (const [key, local] of keys) {
      if (key.kind === 'number') numbers.set(key.value, local);
      else if (key.kind === 'present') present = local;
    }
    const finder = this.#finder(keys);
    const texts = finder && new TextIndex(finder);
    return { slot, present, texts, numbers: numbers.size === 0 ? undefined : numbers };
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
  if (value !== undefined && value !== null) see(field, value, hits);
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
