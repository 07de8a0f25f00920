import type { Fields, FieldValue } from '../event/index.js';
import type { JsonObject } from './line.js';
import { compileShape, type Make } from './shape.js';

/**
 * One way documents are laid out: the same keys in the same order, objects inside each other and all. Formats keep with it
 * what they have worked out for such documents (`plans`), so that it is worked out once and not for every document.
 */
export class Layout {
  /** The dotted names of the values, in the order of the document. */
  readonly paths: readonly string[];
  /** The flattened document, of its values in the same order. */
  readonly make: Make;
  /** What a format knows of documents laid out so, by the format. */
  readonly plans = new Map<object, unknown>();

  constructor(paths: readonly string[], make: Make) {
    this.paths = paths;
    this.make = make;
  }

  /**
   * What makes objects of some of the paths and of names besides, which stay undefined; `names` tells them, once for each
   * `whose`. undefined where none can be compiled, or `names` tells none.
   */
  made(whose: object, names: (paths: readonly string[]) => readonly string[]): Make | undefined {
    const known = this.plans.get(whose) as { readonly make: Make | undefined } | undefined;
    if (known !== undefined) return known.make;
    const all = [...new Set(names(this.paths))];
    const make =
      all.length === 0
        ? undefined
        : compileShape(
            all,
            all.map((name) => this.paths.indexOf(name)),
          );
    this.plans.set(whose, { make });
    return make;
  }
}

/** A key, an object's beginning or its end, behind others: the documents that begin alike share their steps. */
class Step {
  readonly above: Step | undefined;
  /** The key; '' for an object's end. */
  readonly key: string;
  readonly kind: number;
  /** The step last taken from here, and all there are. */
  next: Step | undefined = undefined;
  all: Step[] | undefined = undefined;
  /** Documents that ended here; negative: no layout can be made of them. */
  seen = 0;
  layout: Layout | undefined = undefined;

  constructor(above: Step | undefined, key: string, kind: number) {
    this.above = above;
    this.key = key;
    this.kind = kind;
  }
}

const VALUE = 0;
const OPEN = 1;
const CLOSE = 2;
const MOST_STEPS = 50_000;
const MOST_LAYOUTS = 500;
const MOST_VALUES = 127;
const MOST_DEPTH = 16;
/** Ways to go on from one step: where there are more, keys are data and no two documents alike. */
const MOST_WAYS = 64;
const LONGEST_KEY = 128;
/** Documents laid out alike before their layout is worth being worked out. */
const USUAL = 16;

/**
 * Tells the layouts of documents. A key that stands where it stood before costs a comparison, so that most documents are
 * told for less than one look-up a key. Bounded: forgets all where there are too many. Changes no answer: whoever gets no
 * layout flattens the document the long way.
 */
export class Layouts {
  /** The values of the document told last, in its order; those behind `length` are older ones. */
  readonly values: FieldValue[] = [];
  length = 0;
  #root = new Step(undefined, '', OPEN);
  #steps = 0;
  #layouts = 0;
  #at: Step = this.#root;

  /**
   * The layout of a document, its values left in `values`; undefined where it has been rare so far, holds more than 127
   * values, objects in arrays, or two values under one dotted name.
   */
  of(document: JsonObject): Layout | undefined {
    this.begin();
    return this.#object(document, 0) ? this.end() : undefined;
  }

  /** Begins a document told value by value, with `add` and `end`. */
  begin(): void {
    if (this.#steps > MOST_STEPS || this.#layouts > MOST_LAYOUTS) this.forget();
    this.#at = this.#root;
    this.length = 0;
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
        if (!isPlain(value) || !this.add(key, value)) return false;
      } else if (!this.#inner(key, value as JsonObject, depth)) return false;
    }
    return true;
  }

  #inner(key: string, object: JsonObject, depth: number): boolean {
    if (depth === MOST_DEPTH || key.length > LONGEST_KEY || this.length >= MOST_VALUES) return false;
    return this.#move(key, OPEN) && this.#object(object, depth + 1) && this.#move('', CLOSE);
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
    const all = (at.all ??= []);
    let step = all.find((one) => one.key === key && one.kind === kind);
    if (step === undefined) {
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
    if (step.seen < 0 || ++step.seen < USUAL) return undefined;
    const paths = pathsTo(step);
    const make = paths.some(isUnsafe) ? undefined : compileShape(paths);
    if (make === undefined) {
      step.seen = -1;
      return undefined;
    }
    this.#layouts++;
    step.layout = new Layout(paths, make);
    return step.layout;
  }

  /** Forgets all layouts and what was worked out for them. */
  forget(): void {
    this.#root = new Step(undefined, '', OPEN);
    this.#steps = 0;
    this.#layouts = 0;
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

/** The dotted names of the values on the way to a step. */
function pathsTo(end: Step): readonly string[] {
  const steps: Step[] = [];
  for (let step: Step | undefined = end; step?.above !== undefined; step = step.above) steps.push(step);
  const paths: string[] = [];
  const around: string[] = [];
  for (const { key, kind } of steps.reverse()) {
    if (kind === OPEN) around.push(key);
    else if (kind === CLOSE) around.pop();
    else paths.push([...around, key].join('.'));
  }
  return paths;
}

/** The layouts of all documents read; what one format met, others find. */
export const LAYOUTS = new Layouts();

/** A document flattened by its layout, the values being those left in `LAYOUTS`. */
export function flattened(layout: Layout): Fields {
  return layout.make(LAYOUTS.values);
}
