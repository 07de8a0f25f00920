import type { Fields, FieldValue } from '../../event/index.js';
import { parseObject } from './json.js';
import { type Layout, LAYOUTS } from './layout.js';
import type { JsonObject } from '../line.js';
import { leafOf } from './template-leaf.js';
import { Fork } from './template-fork.js';
import type { Pace } from './template-pace.js';
import { type Leaf, Segment } from './template-segment.js';
import { type Slot, slotsOf } from './template-slot.js';

/** Longer texts are left to `JSON.parse`. */
const LONGEST = 65_536;
/** Texts looked at before a template is made: what is the same in all of them is taken for constant. */
const ENOUGH = 8;
/** Texts of one layout that are learned from. */
const MOST_LEARNED = 96;
/** Ways to write documents of one layout: with white space or without, lists of one object or two. */
const MOST_WRITINGS = 8;
/** Values of all templates. */
const MOST_SLOTS = 20_000;
/** A way to write that comes again within so many texts pays; what is used less has to be warmed up each time, and `JSON.parse` is as quick. */
const RECENT = 32;
/** Where there is no room, templates that were of no use for so many texts are given up; not sooner again. */
const SEASON = 10_000;
/** Texts that one of them may be learned from again. */
const LEARNED_AGAIN = 8;

/** What is known of the texts of one layout. */
interface Learned {
  /** Texts that may still be learned from. */
  left: number;
  /** When there was no room for one of them: how many texts had been tried when room was made before. */
  refused: number;
  /** Texts of the same keys and punctuation, by these. */
  readonly writings: Map<string, Writing>;
}

interface Writing {
  readonly slots: readonly Slot[];
  seen: number;
}

/**
 * Reads JSON texts without `JSON.parse`, by templates learned from texts it has read. Shippers write the same keys in the
 * same order with the same punctuation: such texts are matched by regular expressions that have all of that as it is
 * written and a group for each value, at a third of the cost. What begins alike is matched once; the ways part where
 * keys do.
 *
 * Changes no answer: a match is a whole document with those keys and valid values, of which JSON knows one meaning; any
 * other text is for `JSON.parse`. Linear; bounded in number and size of templates and in what is spent on learning and
 * on texts that don't match. All sources share the templates, so that a thousand sources alike cost one; each has a `Pace`
 * of its own, so that none is left to `JSON.parse` for what another writes.
 */
export class Templates {
  #roots = new Fork([]);
  #slots = 0;
  #isMissed = false;
  #age = 0;
  /** Texts tried, and how many had been when room was made. */
  #tried = 0;
  #cleared = 0;
  readonly #most: number;

  /** `most`: values of all templates, for all that is learned. */
  constructor(most = MOST_SLOTS) {
    this.#most = most;
  }

  /** Values of all templates. */
  get size(): number {
    return this.#slots;
  }

  /** The document of a text, its layout and values left in `LAYOUTS`; undefined where no template matches. */
  read(text: string, pace: Pace): JsonObject | undefined {
    this.#isMissed = false;
    if (text.length > LONGEST || !pace.next()) return undefined;
    this.#tried++;
    LAYOUTS.begin();
    if (LAYOUTS.age !== this.#age) this.#forget();
    const leaf = this.#match(text, LAYOUTS.values);
    this.#isMissed = leaf === undefined;
    if (leaf === undefined) return undefined;
    this.#count(leaf, pace);
    const document = leaf.make(LAYOUTS.values);
    LAYOUTS.tell(document, leaf.layout, leaf.length);
    return document;
  }

  #match(text: string, values: (FieldValue | undefined)[]): Leaf | undefined {
    let at = 0;
    let ways = this.#roots.at(text, at);
    for (let tried = 0; tried < ways.length;) {
      const way = ways[tried] as Segment;
      const end = way.read(text, at, values);
      if (end < 0) tried++;
      else {
        if (way.leaf !== undefined) return way.leaf;
        ways = way.next.at(text, end);
        at = end;
        tried = 0;
      }
    }
    return undefined;
  }

  /** Learns from a text that `read` did not match and `JSON.parse` made this document of; undefined: it is none. */
  learn(text: string, document: JsonObject | undefined, pace: Pace): void {
    if (!this.#isMissed) return;
    const layout = document === undefined || !LAYOUTS.isDue() ? undefined : LAYOUTS.of(document);
    if (document !== undefined && layout !== undefined && this.#isOpen(learnedOf(layout)))
      this.#learn(text, document, layout);
    else if (this.#slots > 0) pace.tire();
  }

  /** Whether texts of a layout may be learned from. */
  #isOpen({ left, refused }: Learned): boolean {
    return left > 0 && (refused !== this.#cleared || this.#makeRoom());
  }

  #learn(text: string, document: JsonObject, layout: Layout): void {
    const learned = learnedOf(layout);
    learned.left--;
    const slots = slotsOf(text);
    const writing = slots === undefined ? undefined : writingOf(learned, slots);
    if (writing === undefined || writing.seen < ENOUGH) return;
    const leaf = leafOf(document, layout, writing.slots.length - 1);
    if (leaf === undefined) learned.left = 0;
    else if (!this.#insert(writing.slots, leaf)) learned.refused = this.#cleared;
    else if (!this.#isProven(text, document)) learned.left = 0;
  }

  /** Counts a text that was read. */
  #count(leaf: Leaf, pace: Pace): void {
    if (this.#tried - leaf.used > RECENT) pace.tire();
    else pace.gain();
    leaf.used = this.#tried;
  }

  /** Gives up the templates that were of no use since this was done last; false: that is not long ago. */
  #makeRoom(): boolean {
    if (this.#tried - this.#cleared < SEASON) return false;
    this.#slots = this.#roots.prune((leaf) => leaf.used > this.#cleared || forgotten(leaf));
    this.#cleared = this.#tried;
    return true;
  }

  /** Adds the way that texts with these slots take, or takes the slots in where it is there; false: there are too many. */
  #insert(slots: readonly Slot[], leaf: Leaf): boolean {
    let ways = this.#roots;
    for (let first = 0; first < slots.length;) {
      const way = ways.find((one) => one.begins(slots[first]));
      if (way === undefined) return this.#add(ways, slots, first, leaf);
      const count = way.widen(slots);
      if (count < way.length) way.split(count);
      first += count;
      ways = way.next;
    }
    return true;
  }

  #add(ways: Fork, slots: readonly Slot[], first: number, leaf: Leaf): boolean {
    const own = slots.slice(first).map((slot) => slot.copy());
    leaf.used = this.#tried;
    if (this.#slots + own.length > this.#most || !ways.add(new Segment(first, own, leaf))) return false;
    this.#slots += own.length;
    return true;
  }

  /** Whether the templates make of a text what `JSON.parse` did; where they don't, all are given up. */
  #isProven(text: string, document: JsonObject): boolean {
    const expected = LAYOUTS.values.slice(0, LAYOUTS.length);
    const layout = LAYOUTS.of(document);
    const leaf = this.#match(text, LAYOUTS.values);
    const isSame =
      leaf === undefined ||
      (leaf.layout === layout &&
        isEqual(leaf.make(LAYOUTS.values), document) &&
        isEqual(LAYOUTS.values.slice(0, leaf.length), expected));
    if (!isSame) this.#clear();
    // What comes next finds the document's own values, not those that were read before the text ceased to match.
    for (const [index, value] of expected.entries()) LAYOUTS.values[index] = value;
    return isSame;
  }

  #forget(): void {
    this.#age = LAYOUTS.age;
    this.#clear();
  }

  #clear(): void {
    this.#roots = new Fork([]);
    this.#slots = 0;
  }
}

function learnedOf(layout: Layout): Learned {
  const known = layout.plans.get(Templates) as Learned | undefined;
  if (known !== undefined) return known;
  const learned: Learned = { left: MOST_LEARNED, refused: -1, writings: new Map() };
  layout.plans.set(Templates, learned);
  return learned;
}

/** Lets the texts of a template that is given up be learned from again; false, for it is not kept. */
function forgotten({ layout }: Leaf): false {
  const learned = learnedOf(layout);
  learned.left = Math.max(learned.left, LEARNED_AGAIN);
  return false;
}

/** What is known of texts like this one, which is taken in; undefined where there are too many kinds. */
function writingOf({ writings }: Learned, slots: readonly Slot[]): Writing | undefined {
  const key = slots.map(({ before }) => before).join('\0');
  const known = writings.get(key);
  if (known !== undefined) {
    known.seen++;
    known.slots.forEach((slot, index) => slot.widen(slots[index] as Slot));
    return known;
  }
  if (writings.size === MOST_WRITINGS) return undefined;
  const writing: Writing = { slots, seen: 1 };
  writings.set(key, writing);
  return writing;
}

/** Whether two values are the same, keys in the same order and all. */
function isEqual(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return Object.is(one, other);
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  const others = Object.keys(other);
  return (
    keys.length === others.length &&
    keys.every((key, index) => key === others[index]) &&
    keys.every((key) => isEqual((one as Fields)[key], (other as Fields)[key]))
  );
}

const TEMPLATES = new Templates();

/** The document of a text that is written as many were before; undefined where it is not, whatever it is. Linear. */
export function usualDocument(text: string, pace: Pace): JsonObject | undefined {
  return TEMPLATES.read(text, pace);
}

/** As `parseObject`, for a text of which `usualDocument` has just known nothing: learns from it. Linear. */
export function otherDocument(text: string, pace: Pace): JsonObject | undefined {
  const object = parseObject(text);
  TEMPLATES.learn(text, object, pace);
  return object;
}
