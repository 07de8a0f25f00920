import type { Fields, FieldValue } from '../../event/index.js';
import type { JsonObject } from '../line.js';
import { CLOSE, END_LIST, LIST, OPEN, pathsOf, Step, stepsTo, VALUE } from './layout-steps.js';
import { Layout } from './one-layout.js';
import { compileShape } from '../shape.js';

export { Layout };

const MOST_STEPS = 50_000;
const MOST_LAYOUTS = 500;
const MOST_VALUES = 127;
const MOST_DEPTH = 16;
/** Ways to go on from one step: where there are more, keys are data and no two documents alike. */
const MOST_WAYS = 64;
const LONGEST_KEY = 128;
/** Objects in one list, and values of all lists of one document. */
const MOST_ITEMS = 64;
const MOST_GATHERED = 4096;
/** Documents laid out alike before their layout is worth being worked out. */
const USUAL = 16;
/** One of so many documents is rare: where a family reads it, it gets no layout of its own. */
const RARE = 64;
/** Documents that a family covers for each that is looked at: at first, and where that came to too much. */
const FIRST_EVERY = 31;
const MOST_EVERY = 255;

/**
 * Tells the layouts of documents. A key that stands where it stood before costs a comparison, so that most documents are
 * told for less than one look-up a key. Bounded: forgets all where there are too many. Changes no answer: whoever gets no
 * layout flattens the document the long way.
 */
export class Layouts {
  /** The values of the document told last, in its order; those behind `length` are older ones. */
  readonly values: (FieldValue | undefined)[] = [];
  length = 0;
  /** How often all layouts were forgotten. */
  age = 0;
  /** Whether the last document without a layout of its own had that of a family: what is rare is not worth one then. */
  isCovered = false;
  /** Documents told. */
  #documents = 0;
  /** Documents that a family covers for each that is looked at, and how many are left. */
  #every = FIRST_EVERY;
  #left = 0;
  /** The document told last, and what its layout was. */
  #told: JsonObject | undefined = undefined;
  #toldLayout: Layout | undefined = undefined;
  #root = new Step(undefined, '', OPEN);
  #steps = 0;
  #layouts = 0;
  #at: Step = this.#root;
  /** Values gathered from lists. */
  #gathered = 0;
  /** Where the item of a list that is compared with the first one stands: its step, and its value's place. */
  #other: Step | undefined = undefined;
  #place = 0;
  /** The step with which the first one ended: what comes behind it is of other documents. */
  #last: Step | undefined = undefined;

  /**
   * The layout of a document, its values left in `values`; undefined where it has been rare so far, holds more than 127
   * values, two values under one dotted name, or lists that are neither of scalars nor of objects that are all alike.
   *
   * Of a list of objects the values are those of its items, gathered under their dotted names, and the list itself, which
   * is the document's own. Asked for the document told last, it costs nothing.
   */
  of(document: JsonObject): Layout | undefined {
    if (document === this.#told) return this.#toldLayout;
    this.begin();
    this.#documents++;
    const layout = this.#object(document, 0) ? this.end() : undefined;
    this.#told = document;
    this.#toldLayout = layout;
    return layout;
  }

  /**
   * Whether a document is to be looked at for a layout of its own: each is, but of those that a family covers one of some, for the
   * steps of layouts that never come again cost more than all the rest.
   */
  isDue(): boolean {
    if (this.isCovered && --this.#left >= 0) return false;
    this.#left = this.#every;
    return true;
  }

  /** Whether this document was told last. */
  isTold(document: JsonObject): boolean {
    return document === this.#told;
  }

  /** Takes a document for told: its first `length` values stand in `values`, in the order of this layout. */
  tell(document: JsonObject, layout: Layout, length: number): void {
    this.length = length;
    this.#told = document;
    this.#toldLayout = layout;
  }

  /** Begins a document told value by value, with `add` and `end`. */
  begin(): void {
    if (this.#steps > MOST_STEPS || this.#layouts > MOST_LAYOUTS) {
      this.forget();
      this.#every = Math.min(this.#every * 2, MOST_EVERY);
    }
    this.#at = this.#root;
    this.#told = undefined;
    this.length = 0;
    this.#gathered = 0;
  }

  /** The next value of the document, a scalar or an array of them, its key without an object around it; false: no layout. */
  add(key: string, value: FieldValue): boolean {
    if (this.length >= MOST_VALUES || key.length > LONGEST_KEY) return false;
    this.values[this.length++] = value;
    return this.#move(key, VALUE);
  }

  /** The layout of the document told, as `of`. */
  end(): Layout | undefined {
    return this.#at.layout ?? this.#usual(this.#at);
  }

  #object(object: JsonObject, depth: number): boolean {
    let count = 0;
    for (const key in object) {
      const value = object[key];
      if (++count > MOST_VALUES) return false;
      if (typeof value !== 'object' || value === null) {
        if (value === undefined || !this.add(key, value)) return false;
      } else if (Array.isArray(value)) {
        if (isPlain(value) ? !this.#scalars(key, value) : !this.#list(key, value, depth)) return false;
      } else if (!this.#inner(key, value as JsonObject, depth)) return false;
    }
    return true;
  }

  #scalars(key: string, list: readonly FieldValue[]): boolean {
    this.#gathered += list.length;
    return this.#gathered <= MOST_GATHERED && this.add(key, list);
  }

  #inner(key: string, object: JsonObject, depth: number): boolean {
    if (depth === MOST_DEPTH || key.length > LONGEST_KEY || this.length >= MOST_VALUES) return false;
    return this.#move(key, OPEN) && this.#object(object, depth + 1) && this.#move('', CLOSE);
  }

  /** A list of objects: the first is walked as an object is, the others must have the same keys in the same order. */
  #list(key: string, items: readonly FieldValue[], depth: number): boolean {
    const [first, ...others] = items;
    if (depth === MOST_DEPTH || key.length > LONGEST_KEY || items.length > MOST_ITEMS || !isItem(first)) return false;
    if (!this.#move(key, LIST)) return false;
    const begin = this.#at;
    const from = this.length;
    if (!this.#item(first, depth + 1)) return false;
    this.#last = this.#at;
    for (const other of others) {
      this.#other = begin;
      this.#place = from;
      if (!isItem(other) || !this.#alike(other) || this.#other !== this.#last) return false;
    }
    if (this.length >= MOST_VALUES) return false;
    this.values[this.length++] = items;
    return this.#move('', END_LIST);
  }

  /** The first item of a list: its values begin the gathered ones. */
  #item(object: JsonObject, depth: number): boolean {
    for (const key in object) {
      const value = object[key];
      if (isItem(value)) {
        if (depth === MOST_DEPTH || key.length > LONGEST_KEY) return false;
        if (!this.#move(key, OPEN) || !this.#item(value, depth + 1) || !this.#move('', CLOSE)) return false;
      } else {
        const gathered: FieldValue[] = [];
        if (!this.#gather(gathered, value) || !this.add(key, gathered)) return false;
      }
    }
    return true;
  }

  /** Another item of a list, along the steps that the first one took. */
  #alike(object: JsonObject): boolean {
    for (const key in object) {
      const value = object[key];
      const isInner = isItem(value);
      if (!this.#follow(key, isInner ? OPEN : VALUE)) return false;
      if (isInner) {
        if (!this.#alike(value) || !this.#follow('', CLOSE)) return false;
      } else if (!this.#gather(this.values[this.#place++] as FieldValue[], value)) return false;
    }
    return true;
  }

  #follow(key: string, kind: number): boolean {
    if (this.#other === this.#last) return false;
    const next = this.#other?.next;
    this.#other = next;
    return next !== undefined && next.key === key && next.kind === kind;
  }

  /** Adds a value, or those of a list of scalars. */
  #gather(gathered: FieldValue[], value: FieldValue | undefined): boolean {
    if (!Array.isArray(value)) {
      if (value === undefined || ++this.#gathered > MOST_GATHERED) return false;
      gathered.push(value);
      return true;
    }
    const items = value as readonly FieldValue[];
    this.#gathered += items.length + 1;
    if (this.#gathered > MOST_GATHERED || !isPlain(items)) return false;
    for (const item of items) gathered.push(item);
    return true;
  }

  #move(key: string, kind: number): boolean {
    const { next } = this.#at;
    if (next !== undefined && next.key === key && next.kind === kind) this.#at = next;
    else if (!this.#turn(key, kind)) return false;
    return true;
  }

  /** Goes on by a step that was not the last one taken from here; false: there are too many. */
  #turn(key: string, kind: number): boolean {
    const at = this.#at;
    let step = at.way(key, kind);
    if (step === undefined) {
      if (at.all?.length === MOST_WAYS) this.#steps -= at.thin();
      const all = (at.all ??= []);
      if (all.length === MOST_WAYS) return false;
      step = new Step(at, key, kind);
      all.push(step);
      this.#steps++;
    }
    at.next = step;
    this.#at = step;
    return true;
  }

  #usual(step: Step): Layout | undefined {
    if (step.seen === 0) step.since = this.#documents;
    if (step.seen < 0 || ++step.seen < USUAL) return undefined;
    if (this.isCovered && this.#documents - step.since > USUAL * RARE) {
      step.seen = 0;
      return undefined;
    }
    const steps = stepsTo(step);
    const paths = pathsOf(steps);
    const make = steps.some(({ key }) => isUnsafe(key)) ? undefined : compileShape(paths);
    if (make === undefined) {
      step.seen = -1;
      return undefined;
    }
    this.#layouts++;
    step.layout = new Layout(paths, make);
    for (const one of steps) one.isUsual = true;
    return step.layout;
  }

  /** Forgets all layouts and what was worked out for them. */
  forget(): void {
    this.#root = new Step(undefined, '', OPEN);
    this.#steps = 0;
    this.#layouts = 0;
    this.#told = undefined;
    this.age++;
  }
}

/** Keys that could reach an object's prototype, as a whole key or a part of a dotted one. */
export function isUnsafe(key: string): boolean {
  if (!key.includes('proto') && !key.includes('constructor')) return false;
  return key.split('.').some((part) => part === '__proto__' || part === 'constructor' || part === 'prototype');
}

function isPlain(items: readonly unknown[]): boolean {
  for (const item of items) if (typeof item === 'object' && item !== null) return false;
  return true;
}

/** Whether a value is an object. */
function isItem(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The layouts of all documents read; what one format met, others find. */
export const LAYOUTS = new Layouts();

/** A document flattened by its layout, the values being those left in `LAYOUTS`. */
export function flattened(layout: Layout): Fields {
  return layout.make(LAYOUTS.values);
}
