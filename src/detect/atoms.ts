import { ANY, ONE, type PatternPart, type ValueTest } from '../rule/types.js';
import type { TextNeed } from '../rule/regex/need.js';
import { shapeOf } from './pattern.js';
import { KEYWORDS, type Slots } from './slots.js';
import { fold, numberOf } from './text.js';
import { allOf, anyOf, NEVER, type Need } from './witness.js';

/**
 * One thing an index can see in an event at once: a text in a field (at its start or end where said), a number, or
 * that the field has a value (`present`) or is there at all, be it null (`there`).
 */
export type AtomKey =
  | {
      readonly kind: 'text';
      readonly slot: number;
      readonly text: string;
      readonly start: boolean;
      readonly end: boolean;
    }
  | { readonly kind: 'number'; readonly slot: number; readonly value: number }
  | { readonly kind: 'present'; readonly slot: number }
  | { readonly kind: 'there'; readonly slot: number };

/** An atom with the number an index gives it. */
export interface Numbered {
  readonly key: AtomKey;
  readonly local: number;
}

/** What a test needs; `exact`: the test is true if and only if that is met, else it is only necessary. */
export interface TestNeed {
  readonly need: Need;
  readonly exact: boolean;
}

/** The longest literals that are looked for whole. */
export const LITERAL_LIMIT = 32;
/** Longer ones are looked for by their last this many characters. */
const LITERAL_KEPT = 14;
/** Of a hash, so many characters before its digits, and so many of these. */
const HASH_PART = 8;
const HEX_DIGITS = '0123456789abcdef';

/** All atoms of a rule set, each once. */
export class Atoms {
  readonly keys: AtomKey[] = [];
  /** By what they are (kind or anchors) and slot, then by text, number or nothing. */
  readonly #numbers: Map<string | number, number>[] = [];

  readonly #priors: number[] = [];

  constructor(readonly slots: Slots) {}

  /** What an atom is. */
  key(atom: number): AtomKey {
    return this.keys[atom] as AtomKey;
  }

  /** How rare an atom is taken to be before any event was seen; see `priorCost`. */
  priorCost(atom: number): number {
    return (this.#priors[atom] ??= priorCost(this.key(atom)));
  }

  /** The number of an atom. */
  intern(key: AtomKey): number {
    const place = (key.slot - KEYWORDS) * KINDS + kindOf(key);
    const numbers = (this.#numbers[place] ??= new Map());
    const name = key.kind === 'text' ? key.text : key.kind === 'number' ? key.value : 0;
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, this.keys.length);
    return this.keys.push(key) - 1;
  }

  /** The need of a field test or keyword; undefined where the test can hold without anything an index sees. */
  ofTest(slot: number, test: ValueTest): TestNeed | undefined {
    if (test.kind === 'regex' && test.need !== undefined) return { need: this.#ofText(slot, test.need), exact: false };
    const sharp = sharpAtom(slot, test);
    if (sharp !== undefined) return { need: this.intern(sharp.key), exact: sharp.exact };
    if (slot === KEYWORDS || test.kind === 'null') return undefined;
    if (test.kind === 'exists')
      return test.present ? { need: this.intern({ kind: 'there', slot }), exact: true } : undefined;
    return { need: this.intern({ kind: 'present', slot }), exact: isAny(test) };
  }

  #ofText(slot: number, need: TextNeed): Need {
    if (typeof need === 'string') return this.intern(textAtom(slot, need, false, false, false).key);
    const items = need.items.map((item) => this.#ofText(slot, item));
    return (need.all ? allOf(items) : anyOf(items)) ?? NEVER;
  }
}

/** Kinds of atoms one slot can have: texts by their anchors, and the three others. */
const KINDS = 7;

function kindOf(key: AtomKey): number {
  if (key.kind === 'text') return (key.start ? 1 : 0) + (key.end ? 2 : 0);
  return key.kind === 'number' ? 4 : key.kind === 'present' ? 5 : 6;
}

function isAny(test: ValueTest): boolean {
  return test.kind === 'pattern' && shapeOf(test.parts, test.cased).kind === 'any';
}

interface SharpAtom {
  readonly key: AtomKey;
  readonly exact: boolean;
}

/** The atom of a test that says more than "present". */
function sharpAtom(slot: number, test: ValueTest): SharpAtom | undefined {
  switch (test.kind) {
    case 'pattern':
      return patternAtom(slot, test.parts, test.cased);
    case 'number':
      return numberAtom(slot, test);
    case 'boolean':
      return { key: { kind: 'text', slot, text: String(test.value), start: true, end: true }, exact: true };
    default:
      return undefined;
  }
}

/** Texts an `exact` test takes are numbers too, unless it is written in a form numbers of events never have (`0x1f`). */
function numberAtom(
  slot: number,
  { value, text, exact }: Extract<ValueTest, { kind: 'number' }>,
): SharpAtom | undefined {
  if (slot === KEYWORDS || numberOf(text) !== value) return undefined;
  return { key: { kind: 'number', slot, value }, exact: exact !== true };
}

function patternAtom(slot: number, parts: readonly PatternPart[], cased: boolean): SharpAtom | undefined {
  // Folded even where cased: what holds with case holds without.
  const shape = shapeOf(cased ? parts.map((part) => (typeof part === 'string' ? fold(part) : part)) : parts, false);
  switch (shape.kind) {
    case 'any':
      return undefined;
    case 'general':
      return generalAtom(slot, shape.parts);
    case 'exact':
      return textAtom(slot, shape.text, true, true, !cased);
    case 'contains':
      return textAtom(slot, shape.text, false, false, !cased);
    case 'prefix':
      return textAtom(slot, shape.text, true, false, !cased);
    case 'suffix':
      return textAtom(slot, shape.text, false, true, !cased);
  }
}

/** The longest literal of a pattern, at an end if it stands there. */
function generalAtom(slot: number, parts: readonly PatternPart[]): SharpAtom | undefined {
  let best = -1;
  parts.forEach((part, i) => {
    if (typeof part === 'string' && part.length > ((parts[best] as string | undefined)?.length ?? 0)) best = i;
  });
  const text = parts[best];
  if (text === undefined || text === ANY || text === ONE) return undefined;
  return textAtom(slot, text, best === 0, best === parts.length - 1, false);
}

/**
 * Long literals by their last characters: paths say there what they mean, their beginnings are everywhere. Hashes by their
 * names and first digits (`imphash=0f1e2d3c`): any digits would lead into thousands of them.
 */
function textAtom(slot: number, text: string, start: boolean, end: boolean, exact: boolean): SharpAtom {
  if (text.length <= LITERAL_LIMIT) return { key: { kind: 'text', slot, text, start, end }, exact };
  const digits = hexEnd(text);
  if (digits > 0 && text.length - digits >= LITERAL_KEPT) {
    const from = Math.max(0, digits - HASH_PART);
    const kept = text.slice(from, digits + HASH_PART);
    return { key: { kind: 'text', slot, text: kept, start: start && from === 0, end: false }, exact: false };
  }
  return { key: { kind: 'text', slot, text: text.slice(-LITERAL_KEPT), start: false, end }, exact: false };
}

/** Where the hexadecimal digits at a text's end begin. */
function hexEnd(text: string): number {
  let begin = text.length;
  while (begin > 0 && HEX_DIGITS.includes(text.charAt(begin - 1))) begin--;
  return begin;
}

/** How rare an atom is taken to be before any event was seen: longer texts are rarer, whole values rarer still. */
function priorCost(key: AtomKey): number {
  if (key.kind === 'present' || key.kind === 'there') return 0.8;
  if (key.kind === 'number') return 0.1;
  const length = key.text.length + (key.start ? 1 : 0) + (key.end ? 1 : 0);
  const rarity = Math.max(0.004, 0.7 * 0.7 ** length);
  return key.slot === KEYWORDS ? Math.min(1, rarity * 3) : rarity;
}
