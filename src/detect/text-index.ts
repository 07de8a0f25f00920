import { Automaton } from './automaton.js';
import type { Hits } from './hits.js';
import { Memo } from './memo.js';
import { fold } from './text.js';
import { alphabetOf, END, isNarrow, type Literal } from './trie.js';
import { LITERAL_LIMIT } from './atoms.js';

/** Largest table of one automaton in 4-byte cells; literals are shortened until it fits. */
const CELL_LIMIT = 8_000_000;
const SHORTEST = 4;

const NONE: Int32Array = new Int32Array(0);

/** An automaton made when it is first needed. */
class LazyAutomaton {
  #automaton: Automaton | undefined;

  constructor(readonly literals: readonly Literal[]) {}

  get(): Automaton {
    return (this.#automaton ??= new Automaton(this.literals));
  }
}

/**
 * Finds text atoms: whole values by a map where nothing else is asked, everything by an automaton otherwise.
 *
 * Literals with other than ASCII characters have an automaton of their own, for the values that have such characters:
 * rules with lists of odd letters would else widen the table every value goes through.
 */
export class TextFinder {
  readonly #whole: ReadonlyMap<string, Int32Array> | undefined;
  readonly #narrow: LazyAutomaton;
  readonly #wide: LazyAutomaton | undefined;
  /** Collects the atoms of one value; shared by the fields of an index. */
  readonly #collector: Hits;
  /** Atoms whose literal had to be shortened: seen more often than they are there. */
  readonly blunt: ReadonlySet<number>;

  constructor(literals: readonly Literal[], collector: Hits) {
    const wholeOnly = literals.every(({ start, end }) => start && end);
    const blunt = new Set<number>();
    const narrow = fitting(literals.filter(isNarrow), blunt);
    const wide = fitting(
      literals.filter((literal) => !isNarrow(literal)),
      blunt,
    );
    this.blunt = wholeOnly ? new Set() : blunt;
    this.#whole = wholeOnly ? wholeMap(literals) : undefined;
    this.#narrow = new LazyAutomaton(narrow);
    this.#wide = wide.length === 0 ? undefined : new LazyAutomaton(wide);
    this.#collector = collector;
  }

  /** Touches the atoms a value holds. Linear in the value. */
  run(value: string, hits: Hits): void {
    if (this.#whole !== undefined) touchAll(this.#whole.get(fold(value)) ?? NONE, hits);
    else if (!this.#narrow.get().run(value, hits)) this.#runWide(fold(value), hits);
  }

  #runWide(folded: string, hits: Hits): void {
    this.#narrow.get().runWide(folded, hits);
    this.#wide?.get().runWide(folded, hits);
  }

  /** The atoms a value holds, to be kept. */
  list(value: string): Int32Array {
    const found = this.#collector;
    found.begin();
    this.run(value, found);
    return found.count === 0 ? NONE : found.list.slice(0, found.count);
  }
}

/**
 * A finder for the values of one field, which remembers what it found: many fields say the same again and again.
 */
export class TextIndex {
  readonly #finder: TextFinder;
  readonly #memo = new Memo();
  #last = '';
  /** Undefined before the first value: most fields that rules read never come. */
  #lastAtoms: Int32Array | undefined;

  constructor(finder: TextFinder) {
    this.#finder = finder;
  }

  /** Touches the atoms a value holds. Linear in the value; a look-up for one seen before. */
  run(value: string, hits: Hits): void {
    if (this.#lastAtoms !== undefined && value === this.#last) touchAll(this.#lastAtoms, hits);
    else if (this.#memo.awake()) touchAll(this.#remembered(value), hits);
    else this.#finder.run(value, hits);
  }

  #remembered(value: string): Int32Array {
    let atoms = this.#memo.get(value);
    if (atoms === undefined) {
      atoms = this.#finder.list(value);
      this.#memo.set(value, atoms);
    }
    this.#last = value;
    this.#lastAtoms = atoms;
    return atoms;
  }
}

function touchAll(atoms: Int32Array, hits: Hits): void {
  for (let i = 0; i < atoms.length; i++) hits.touch(atoms[i] as number);
}

function wholeMap(literals: readonly Literal[]): ReadonlyMap<string, Int32Array> {
  const lists = new Map<string, number[]>();
  for (const { text, atom } of literals) {
    const list = lists.get(text);
    if (list === undefined) lists.set(text, [atom]);
    else list.push(atom);
  }
  return new Map([...lists].map(([text, atoms]) => [text, Int32Array.from(atoms)]));
}

/** The literals, shortened where their table would else be too large; adds to `blunt` those that were. */
function fitting(literals: readonly Literal[], blunt: Set<number>): readonly Literal[] {
  const limit = lengthLimit(literals);
  for (const { text, atom } of literals) if (text.length > limit) blunt.add(atom);
  return literals.map((literal) => shorten(literal, limit));
}

/** The greatest length to which literals can be cut so that the table stays within its limit. */
function lengthLimit(literals: readonly Literal[]): number {
  const lengths = literals.map(({ text }) => text.length);
  const width = alphabetOf(literals).size + END + 1;
  let limit = LITERAL_LIMIT;
  const cells = (): number => lengths.reduce((sum, length) => sum + Math.min(length, limit), 0) * width;
  while (limit > SHORTEST && cells() > CELL_LIMIT) limit >>= 1;
  return limit;
}

function shorten(literal: Literal, limit: number): Literal {
  const { text, start, end, atom } = literal;
  if (text.length <= limit) return literal;
  const atEnd = end && !start;
  return { text: atEnd ? text.slice(-limit) : text.slice(0, limit), start, end: atEnd, atom };
}
