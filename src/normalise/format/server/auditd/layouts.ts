import { type Codes, find, matches } from '../../../text/codes.js';
import { Fours, isFit } from '../../../text/fours.js';
import { compileRecord, type MakeRecord } from './layout-make.js';
import { MOST_VALUES, type Slot, slotsOf, twinsOf, valueEnd } from './slots.js';
import { type Kind, kindOf, type Sort } from './sorts.js';
import type { RecordType } from './record-fields.js';
import type { Pairs } from './values.js';

/** Of all layouts together; where there are more, all is learned anew. */
const MOST_TEXTS = 4096;
/** At one place; beyond, that is forgotten which was not met for long. */
const MOST_HERE = 32;
/** Records of a layout before it is compiled. */
const PROVEN = 4;
/** Records without a known layout of which all are learned, then some. */
const FIRST = 256;
const SOME = 63;
const OTHER = 128;

/** What stands before a value, the value's kind, and what may follow it. */
interface Piece {
  readonly before: Fours;
  readonly text: string;
  readonly isQuoted: boolean;
  readonly sort: Sort;
  readonly kind: Kind;
  readonly next: Place;
}

/** A place in a record: the pieces that have followed here, those met often first, and the texts with which records have ended. */
interface Place {
  readonly pieces: Piece[];
  readonly endings: Ending[];
}

/** The end of a layout. */
interface Ending {
  readonly tail: Uint8Array;
  /** The values of `uid` and `auid` where it matters whether they are the same: a name goes with one. */
  readonly twins: readonly [one: number, other: number] | undefined;
  /** Where they differ, and where not. */
  readonly ways: readonly [Way, Way];
}

interface Way {
  seen: number;
  make: MakeRecord | undefined;
}

/** The layouts of the records of one type: a tree of what has stood between values. */
export interface Layouts {
  root: Place;
  /** When it was begun: an older one is forgotten. */
  age: number;
}

/** No layouts yet. */
export function noLayouts(): Layouts {
  return { root: newPlace(), age: 0 };
}

function newPlace(): Place {
  return { pieces: [], endings: [] };
}

/**
 * Tells records by their layout: their keys and what of their values decides what the event says. The text between values and
 * each value's kind lead through a tree, whose end knows how such an event is made in one step. Costs a comparison for each
 * text, and one pass over each value. Bounded: 4096 texts; a layout is compiled once four records had it.
 */
export class RecordLayouts {
  /** Where the values of the record at hand begin and end. */
  readonly ends = new Int32Array(MOST_VALUES * 2);
  #way: Way | undefined = undefined;
  #texts = 0;
  #age = 0;
  #missed = 0;

  /** What makes the event of the record whose pairs begin at `at`, `ends` set; undefined where its layout is not known. */
  of(layouts: Layouts, codes: Codes, at: number): MakeRecord | undefined {
    this.#way = undefined;
    if (layouts.age !== this.#age) return undefined;
    const { ends } = this;
    let place = layouts.root;
    let count = 0;
    let end = at;
    for (let piece = this.#next(place, codes, end, count); piece !== undefined;) {
      place = piece.next;
      end = ends[2 * count + 1] as number;
      piece = this.#next(place, codes, end, ++count);
    }
    this.#way = this.#wayOf(place, codes, end);
    return this.#way?.make;
  }

  /** The piece that stands at `at` with a value of its kind behind it, the `nth` value. */
  #next({ pieces }: Place, { bytes, view, length }: Codes, at: number, nth: number): Piece | undefined {
    for (let index = 0; index < pieces.length; index++) {
      const piece = pieces[index] as Piece;
      if (!piece.before.stands(view, at, length)) continue;
      const start = at + piece.before.length;
      const end = valueEnd(bytes, start, length, piece.isQuoted);
      if (kindOf(piece.sort, bytes, start, end) !== piece.kind) continue;
      this.ends[2 * nth] = start;
      this.ends[2 * nth + 1] = end;
      if (index > 0) {
        pieces[index] = pieces[index - 1] as Piece;
        pieces[index - 1] = piece;
      }
      return piece;
    }
    return undefined;
  }

  #wayOf({ endings }: Place, { bytes, length }: Codes, at: number): Way | undefined {
    for (const { tail, twins, ways } of endings) {
      if (at + tail.length !== length || !matches(bytes, tail, at, length)) continue;
      return twins !== undefined && this.#areSame(bytes, twins) ? ways[1] : ways[0];
    }
    return undefined;
  }

  #areSame(bytes: Uint8Array, [one, other]: readonly [number, number]): boolean {
    const { ends } = this;
    const start = ends[2 * one] as number;
    const length = (ends[2 * one + 1] as number) - start;
    const from = ends[2 * other] as number;
    if ((ends[2 * other + 1] as number) - from !== length) return false;
    for (let at = 0; at < length; at++) if (bytes[start + at] !== bytes[from + at]) return false;
    return true;
  }

  /**
   * Learns from the record that `of` was asked about last and has not known: from its pairs, as `readUsualPairs` has read them
   * behind `at`.
   */
  learn(layouts: Layouts, type: RecordType, codes: Codes, at: number, pairs: Pairs): void {
    const way = this.#way ?? (this.#wantsMore() ? this.#add(layouts, codes, at, pairs) : undefined);
    if (way === undefined || ++way.seen !== PROVEN) return;
    const slots = slotsOf(codes.bytes, pairs);
    if (slots === undefined) return;
    const twins = twinsOf(slots);
    const areSame = twins !== undefined && this.#areSame(codes.bytes, twins);
    way.make = compileRecord(type, pairs, slots, areSame ? twins : undefined);
  }

  /** Whether the next layout that is not known shall be learned: not all are where there are many. */
  #wantsMore(): boolean {
    return this.#missed++ < FIRST || (this.#missed & SOME) === 0;
  }

  /** The way of a new layout; undefined for an odd one. */
  #add(layouts: Layouts, codes: Codes, at: number, pairs: Pairs): Way | undefined {
    const slots = slotsOf(codes.bytes, pairs);
    if (slots === undefined) return undefined;
    const texts = textsBetween(slots, codes.bytes, at);
    const last = slots.at(-1)?.end ?? at;
    // Of characters that are not ASCII the bytes tell no more than that.
    if (texts === undefined || find(codes.bytes, OTHER, last, codes.length) < codes.length) return undefined;
    this.#makeRoom(layouts, texts.length + 1);
    let place = layouts.root;
    for (const [nth, slot] of slots.entries()) place = this.#step(place, texts[nth] as string, slot);
    const tail = codes.bytes.slice(last, codes.length);
    const ending: Ending = { tail, twins: twinsOf(slots), ways: [newWay(), newWay()] };
    this.#push(place.endings, ending);
    return ending.ways[0];
  }

  /** Forgets all where there are too many texts. */
  #makeRoom(layouts: Layouts, more: number): void {
    if (this.#texts + more > MOST_TEXTS) {
      this.#age++;
      this.#texts = 0;
    }
    if (layouts.age === this.#age) return;
    layouts.root = newPlace();
    layouts.age = this.#age;
  }

  #step({ pieces }: Place, text: string, { kind, isQuoted, sort }: Slot): Place {
    const known = pieces.find((piece) => piece.text === text && piece.kind === kind);
    if (known !== undefined) return known.next;
    const next = newPlace();
    this.#push(pieces, { before: new Fours(text), text, isQuoted, sort, kind, next });
    return next;
  }

  #push<T>(list: T[], one: T): void {
    this.#texts++;
    if (list.length === MOST_HERE) list.pop();
    list.push(one);
  }
}

function newWay(): Way {
  return { seen: 0, make: undefined };
}

/** What stands before each value, behind the one before it; undefined where one of these can't be looked for. */
function textsBetween(slots: readonly Slot[], bytes: Uint8Array, at: number): readonly string[] | undefined {
  const from = slots.map((_, nth) => slots[nth - 1]?.end ?? at);
  if (!slots.every(({ start }, nth) => isFit(bytes, from[nth] as number, start))) return undefined;
  return slots.map(({ start }, nth) => String.fromCharCode(...bytes.subarray(from[nth], start)));
}
