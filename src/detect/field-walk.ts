import type { FieldValue } from '../event/index.js';
import type { Numbered } from './atoms.js';
import { FieldIndex } from './field-index.js';
import type { Frame } from './frame.js';
import type { Hits } from './hits.js';
import { KEYWORDS } from './slots.js';
import { TextFinder, type Listening } from './text-index.js';
import { isList } from './text.js';

/** Up to so many fields are asked for one by one; with more, an event's own fields are gone through. */
const FEW_FIELDS = 16;
/** Fields no rule asks for whose strings are remembered one by one, where there are keywords. */
const STRANGERS = 256;

/** A field that is asked for, whether or not the event has it. `head`: the first of its paths. */
interface Asked {
  readonly slot: number;
  readonly field: FieldIndex;
  readonly head: string;
  /** Number of the last event in which the first path was come upon with a value. */
  headAt: number;
}

/** What a property of events leads to. */
interface Place {
  readonly name: string;
  /** The field that is this property alone; also what is looked for in every string. */
  field: FieldIndex | undefined;
  /** Fields whose first path this is: its value is theirs unless it is null. */
  readonly heads: Asked[];
  /** Fields that are read here where their first path has no value. */
  readonly tails: Asked[];
  /** The place that last came after this one: events of a kind name their properties in one order. */
  next: Place | undefined;
}

/** Looks for a set of atoms in an event's fields. What is looked for in a field is made ready when the field first comes. */
export class FieldWalk {
  /** By their names, properties that rules ask for; and those met that no rule asks for, for their keywords. */
  readonly #byName = new Map<string, Place>();
  readonly #start = placeOf('', undefined);
  /** Fields that are no ordinary properties (the event's time); and every field, where they are so few that each is asked for. */
  readonly #others: Asked[] = [];
  readonly #asks: boolean;
  readonly #keywords: TextFinder | undefined;
  #strangers = 0;
  /** Events gone through. */
  #walks = 0;
  /** All strangers beyond. */
  #crowd: FieldIndex | undefined;
  readonly #finders = new Map<number, TextFinder>();
  readonly #listening: Listening;

  /** Cost: linear in the slots. */
  constructor(bySlot: ReadonlyMap<number, readonly Numbered[]>, frame: Frame, listening: Listening) {
    this.#listening = listening;
    this.#keywords = this.#finder(KEYWORDS, bySlot.get(KEYWORDS) ?? []);
    const ordinary: Asked[] = [];
    for (const [slot, atoms] of bySlot) {
      if (slot === KEYWORDS) continue;
      const paths = frame.ordinaryPaths(slot);
      const [head = ''] = paths;
      const asked = { slot, field: this.#fieldIndex(slot, paths.length === 1, atoms), head, headAt: -1 };
      (paths.length === 0 ? this.#others : ordinary).push(asked);
    }
    this.#asks = this.#keywords === undefined && ordinary.length <= FEW_FIELDS;
    if (this.#asks) this.#others.push(...ordinary);
    else for (const asked of ordinary) this.#put(asked, frame.ordinaryPaths(asked.slot));
  }

  /** Whether an atom may be seen though it is not quite there (its literal was shortened). */
  isBlunt(slot: number, local: number): boolean {
    return this.#finders.get(slot)?.blunt.has(local) === true;
  }

  /** To be called when other atoms are listened for than before. */
  retune(): void {
    for (const finder of this.#finders.values()) finder.retune();
    for (const { field } of this.#others) field.retune();
    for (const { field, heads } of this.#byName.values()) {
      field?.retune();
      for (const asked of heads) asked.field.retune();
    }
    this.#crowd?.retune();
  }

  /** Touches the atoms the frame's event has. Linear in the event's text. */
  see(frame: Frame, hits: Hits): void {
    if (!this.#asks) this.#walk(frame, hits);
    const others = this.#others;
    for (let i = 0; i < others.length; i++) {
      const { slot, field } = others[i] as Asked;
      field.see(frame.value(slot), hits);
    }
  }

  /** Goes through the event's fields, because rules ask for more fields than an event has, or for every value. */
  #walk(frame: Frame, hits: Hits): void {
    const { fields } = frame;
    let last = this.#start;
    this.#walks++;
    for (const name in fields) {
      const value = frame.cut(fields[name]);
      if (value === undefined) continue;
      const place = last.next?.name === name ? last.next : this.#follow(last, name);
      if (place === undefined) {
        if (this.#keywords !== undefined) this.#seeStranger(this.#keywords, name, value, hits);
        continue;
      }
      last = place;
      place.field?.see(value, hits);
      if (place.heads.length > 0) this.#seeHeads(place.heads, value, frame, hits);
      if (place.tails.length > 0) this.#seeTails(place.tails, frame, hits);
    }
  }

  #follow(last: Place, name: string): Place | undefined {
    const place = this.#byName.get(name);
    if (place !== undefined) last.next = place;
    return place;
  }

  #seeHeads(heads: readonly Asked[], value: FieldValue, frame: Frame, hits: Hits): void {
    for (let i = 0; i < heads.length; i++) {
      const asked = heads[i] as Asked;
      if (value !== null) asked.headAt = this.#walks;
      asked.field.see(value ?? frame.value(asked.slot), hits);
    }
  }

  #seeTails(tails: readonly Asked[], frame: Frame, hits: Hits): void {
    for (let i = 0; i < tails.length; i++) {
      const { slot, field, head, headAt } = tails[i] as Asked;
      if (headAt === this.#walks) continue;
      const first = frame.fields[head];
      if (first === undefined || first === null) field.see(frame.value(slot), hits);
    }
  }

  #seeStranger(keywords: TextFinder, name: string, value: FieldValue, hits: Hits): void {
    if (typeof value !== 'string' && !isList(value)) return;
    const remembers = this.#strangers < STRANGERS;
    const field = remembers
      ? new FieldIndex({ ...NOTHING, keywords })
      : (this.#crowd ??= new FieldIndex({ ...NOTHING, keywords }));
    if (remembers) {
      this.#byName.set(name, placeOf(name, field));
      this.#strangers++;
    }
    field.see(value, hits);
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
      this.#byName.set(name, (place = placeOf(name, field)));
    }
    return place;
  }

  #fieldIndex(slot: number, isPlain: boolean, atoms: readonly Numbered[]): FieldIndex {
    return new FieldIndex({
      atoms,
      hears: this.#listening.hears,
      texts: this.#finder(slot, atoms),
      // Fields that are not one property are read on top of what is looked for in every property.
      keywords: isPlain ? this.#keywords : undefined,
    });
  }

  #finder(slot: number, atoms: readonly Numbered[]): TextFinder | undefined {
    if (!atoms.some(({ key }) => key.kind === 'text')) return undefined;
    const finder = new TextFinder(atoms, this.#listening);
    this.#finders.set(slot, finder);
    return finder;
  }
}

function placeOf(name: string, field: FieldIndex | undefined): Place {
  return { name, field, heads: [], tails: [], next: undefined };
}

const NOTHING = { atoms: [], hears: () => false, texts: undefined, keywords: undefined } as const;
