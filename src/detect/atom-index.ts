import type { FieldValue } from '../event/index.js';

import type { AtomKey, Atoms } from './atoms.js';
import { FieldIndex } from './field-index.js';
import type { Frame } from './frame.js';
import { Hits } from './hits.js';
import { KEYWORDS } from './slots.js';
import { TextFinder } from './text-index.js';
import { isList } from './text.js';
import type { Literal } from './trie.js';

/** Up to so many fields are asked for one by one; with more, an event's own fields are gone through. */
const FEW_FIELDS = 16;
/** Fields no rule asks for whose strings are remembered one by one, where there are keywords. */
const STRANGERS = 256;

/** A field that is asked for, whether or not the event has it. `head`: the first of its paths. */
interface Asked {
  readonly slot: number;
  readonly field: FieldIndex;
  readonly head: string;
}

/** What a property of events leads to. */
interface Place {
  /** The field that is this property alone; also what is looked for in every string. */
  field: FieldIndex | undefined;
  /** Fields whose first path this is: its value is theirs unless it is null. */
  readonly heads: Asked[];
  /** Fields that are read here where their first path has no value. */
  readonly tails: Asked[];
}

/**
 * Sees in one pass over an event which of its atoms are there: the first stage of matching.
 *
 * Atoms are renumbered from 0; `localOf` translates. Which atoms were seen stands in `hits` until the next `scan`.
 */
export class AtomIndex {
  readonly hits: Hits;
  readonly #atoms: Atoms;
  /** By atom: its own number here, or -1; and back. */
  readonly #local: Int32Array;
  readonly #global: number[] = [];
  /** By their names, properties that rules ask for; and those met that no rule asks for, for their keywords. */
  readonly #byName = new Map<string, Place>();
  /** Fields that are no ordinary properties (the event's time); and every field, where they are so few that each is asked for. */
  readonly #others: Asked[] = [];
  readonly #asks: boolean;
  readonly #keywords: TextFinder | undefined;
  #strangers = 0;
  /** All strangers beyond. */
  #crowd: FieldIndex | undefined;
  readonly #finders = new Map<number, TextFinder>();
  readonly #collector: Hits;

  /** `wanted`: the atoms of each rule. Cost: linear in them; automata are made when a field first comes. */
  constructor(atoms: Atoms, frame: Frame, wanted: readonly (readonly number[])[]) {
    this.#atoms = atoms;
    this.#local = new Int32Array(atoms.keys.length).fill(-1);
    const bySlot = this.#number(wanted);
    this.hits = new Hits(this.#global.length);
    this.#collector = new Hits(this.#global.length);
    this.#keywords = this.#finder(KEYWORDS, bySlot.get(KEYWORDS) ?? []);
    bySlot.delete(KEYWORDS);
    const ordinary: Asked[] = [];
    for (const [slot, locals] of bySlot) {
      const paths = frame.ordinaryPaths(slot);
      const [head = ''] = paths;
      const asked = { slot, field: this.#fieldIndex(slot, paths.length === 1, locals), head };
      (paths.length === 0 ? this.#others : ordinary).push(asked);
    }
    this.#asks = this.#keywords === undefined && ordinary.length <= FEW_FIELDS;
    if (this.#asks) this.#others.push(...ordinary);
    else for (const asked of ordinary) this.#put(asked, frame.ordinaryPaths(asked.slot));
  }

  /** Puts a field where a walk over an event's properties comes upon it. */
  #put(asked: Asked, [head = '', ...tails]: readonly string[]): void {
    if (tails.length === 0) this.#place(head).field = asked.field;
    else this.#place(head).heads.push(asked);
    for (const tail of tails) this.#place(tail).tails.push(asked);
  }

  #place(name: string): Place {
    let place = this.#byName.get(name);
    if (place === undefined) {
      const field = this.#keywords && new FieldIndex({ ...NOTHING, keywords: this.#keywords });
      this.#byName.set(name, (place = { field, heads: [], tails: [] }));
    }
    return place;
  }

  /** How many atoms are looked for. */
  get size(): number {
    return this.#global.length;
  }

  /** The index's number of an atom; -1 where it is not looked for. */
  localOf(atom: number): number {
    return this.#local[atom] ?? -1;
  }

  /** The atom that has a number of the index's. */
  globalOf(local: number): number {
    return this.#global[local] as number;
  }

  /** False where an atom may be seen though it is not quite there (its literal was shortened). */
  isSharp(local: number): boolean {
    const { slot } = this.#atoms.key(this.globalOf(local));
    return this.#finders.get(slot)?.blunt.has(local) !== true;
  }

  /** Fills `hits`. Linear in the event's text. */
  scan(frame: Frame): void {
    const hits = this.hits;
    hits.begin();
    if (!this.#asks) this.#walk(frame);
    const others = this.#others;
    for (let i = 0; i < others.length; i++) {
      const { slot, field } = others[i] as Asked;
      field.see(frame.value(slot), hits);
    }
  }

  /** Goes through the event's fields, because rules ask for more fields than an event has, or for every value. */
  #walk(frame: Frame): void {
    const { fields } = frame;
    const hits = this.hits;
    for (const name in fields) {
      const value = frame.cut(fields[name]);
      if (value === undefined) continue;
      const place = this.#byName.get(name);
      if (place === undefined) {
        if (this.#keywords !== undefined) this.#seeStranger(this.#keywords, name, value);
        continue;
      }
      place.field?.see(value, hits);
      const { heads, tails } = place;
      for (let i = 0; i < heads.length; i++) {
        const { slot, field } = heads[i] as Asked;
        field.see(value ?? frame.value(slot), hits);
      }
      for (let i = 0; i < tails.length; i++) {
        const { slot, field, head } = tails[i] as Asked;
        if (fields[head] === undefined || fields[head] === null) field.see(frame.value(slot), hits);
      }
    }
  }

  #seeStranger(keywords: TextFinder, name: string, value: FieldValue): void {
    if (typeof value !== 'string' && !isList(value)) return;
    const remembers = this.#strangers < STRANGERS;
    const field = remembers
      ? new FieldIndex({ ...NOTHING, keywords })
      : (this.#crowd ??= new FieldIndex({ ...NOTHING, keywords }));
    if (remembers) {
      this.#byName.set(name, { field, heads: [], tails: [] });
      this.#strangers++;
    }
    field.see(value, this.hits);
  }

  /** Numbers the atoms; returns the numbers by slot. */
  #number(wanted: readonly (readonly number[])[]): Map<number, number[]> {
    const bySlot = new Map<number, number[]>();
    for (const list of wanted) {
      for (const atom of list) {
        if (this.#local[atom] !== -1) continue;
        const local = this.#global.push(atom) - 1;
        this.#local[atom] = local;
        const { slot } = this.#atoms.key(atom);
        const locals = bySlot.get(slot);
        if (locals === undefined) bySlot.set(slot, [local]);
        else locals.push(local);
      }
    }
    return bySlot;
  }

  #keyOf(local: number): AtomKey {
    return this.#atoms.key(this.#global[local] as number);
  }

  #fieldIndex(slot: number, isPlain: boolean, locals: readonly number[]): FieldIndex {
    const numbers = new Map<number, number>();
    let present = -1;
    let there = -1;
    for (const local of locals) {
      const key = this.#keyOf(local);
      if (key.kind === 'number') numbers.set(key.value, local);
      else if (key.kind === 'present') present = local;
      else if (key.kind === 'there') there = local;
    }
    return new FieldIndex({
      present,
      there,
      numbers: numbers.size === 0 ? undefined : numbers,
      texts: this.#finder(slot, locals),
      // Fields that are not one property are read on top of what is looked for in every property.
      keywords: isPlain ? this.#keywords : undefined,
    });
  }

  #finder(slot: number, locals: readonly number[]): TextFinder | undefined {
    const literals: Literal[] = [];
    for (const local of locals) {
      const key = this.#keyOf(local);
      if (key.kind === 'text') literals.push({ text: key.text, start: key.start, end: key.end, atom: local });
    }
    if (literals.length === 0) return undefined;
    const finder = new TextFinder(literals, this.#collector);
    this.#finders.set(slot, finder);
    return finder;
  }
}

const NOTHING = { present: -1, there: -1, numbers: undefined, texts: undefined, keywords: undefined } as const;
