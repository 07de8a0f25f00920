import { LITERAL_LIMIT, type Numbered } from './atoms.js';
import { Automaton } from './automaton.js';
import type { Hits } from './hits.js';
import { Memo } from './memo.js';
import { fold } from './text.js';
import { Alphabet, ASCII, END, isNarrow, type Literal } from './trie.js';

/** Largest table of one automaton in 4-byte cells; literals are shortened until it fits. */
const CELL_LIMIT = 8_000_000;
const SHORTEST = 4;

/** Values longer than this are not searched twice in an event. */
const LONG = 256;

const NONE: Int32Array = new Int32Array(0);

/** What is listened for, and where it may be gathered what one value holds: hits as large as those to be filled. */
export interface Listening {
  readonly hears: (local: number) => boolean;
  readonly collector: Hits;
}

/** Literals of which a text is searched for all at once; the table is made at the first search. */
class Search {
  readonly #literals: readonly Literal[];
  readonly #hears: (atom: number) => boolean;
  #automaton: Automaton | undefined;

  /** Adds to `blunt` the atoms of literals that had to be shortened. */
  constructor(literals: readonly Literal[], hears: (atom: number) => boolean, blunt: Set<number>) {
    this.#hears = hears;
    const limit = lengthLimit(literals);
    for (const { text, atom } of literals) if (text.length > limit) blunt.add(atom);
    this.#literals = literals.map((literal) => shorten(literal, limit));
  }

  get automaton(): Automaton {
    return (this.#automaton ??= new Automaton(this.#literals, this.#hears));
  }

  retune(): void {
    this.#automaton?.retune();
  }
}

/** How the literals of one field are looked for. */
interface Strategy {
  /** Where only whole values are asked for. */
  readonly whole: ReadonlyMap<string, Int32Array> | undefined;
  readonly narrow: Search;
  readonly wide: Search | undefined;
}

/**
 * Finds text atoms: whole values by a map where nothing else is asked, everything by an automaton otherwise.
 *
 * Literals with other than ASCII characters have an automaton of their own, for the values that have such characters:
 * rules with lists of odd letters would else widen the table every value goes through. Nothing is built before it is
 * needed: most fields that rules read never come.
 */
export class TextFinder {
  readonly #atoms: readonly Numbered[];
  readonly #hears: (local: number) => boolean;
  /** Collects the atoms of one value; shared by the fields of an index. */
  readonly collector: Hits;
  readonly #blunt = new Set<number>();
  #strategy: Strategy | undefined;
  /** The last long value, and the event it was searched in: the whole record is often in two fields. */
  #long = '';
  #longAt = 0;
  #longHits: Hits | undefined;

  /** Looks for those of `atoms` that are texts. */
  constructor(atoms: readonly Numbered[], { hears, collector }: Listening) {
    this.#atoms = atoms;
    this.#hears = hears;
    this.collector = collector;
  }

  /** Atoms whose literal had to be shortened: seen more often than they are there. */
  get blunt(): ReadonlySet<number> {
    this.#strategy ??= this.#choose();
    return this.#blunt;
  }

  /** Touches the atoms a value holds. Linear in the value, but for a long one that was the last to be searched, too. */
  run(value: string, hits: Hits): void {
    if (value.length > LONG) {
      if (hits === this.#longHits && hits.now === this.#longAt && value === this.#long) return;
      this.#long = value;
      this.#longAt = hits.now;
      this.#longHits = hits;
    }
    this.#search(value, hits);
  }

  /** To be called when other atoms are listened for than before. */
  retune(): void {
    this.#strategy?.narrow.retune();
    this.#strategy?.wide?.retune();
    this.#longHits = undefined;
  }

  #search(value: string, hits: Hits): void {
    const { whole, narrow, wide } = (this.#strategy ??= this.#choose());
    if (whole !== undefined) this.#touchHeard(whole.get(fold(value)) ?? NONE, hits);
    else if (!narrow.automaton.run(value, hits)) {
      const folded = fold(value);
      narrow.automaton.runWide(folded, hits);
      wide?.automaton.runWide(folded, hits);
    }
  }

  #touchHeard(atoms: Int32Array, hits: Hits): void {
    for (const atom of atoms) if (this.#hears(atom)) hits.touch(atom);
  }

  #literals(): readonly Literal[] {
    const literals: Literal[] = [];
    for (const { key, local } of this.#atoms)
      if (key.kind === 'text') literals.push({ text: key.text, start: key.start, end: key.end, atom: local });
    return literals;
  }

  #choose(): Strategy {
    const literals = this.#literals();
    const whole = literals.every(({ start, end }) => start && end) ? wholeMap(literals) : undefined;
    const narrow: Literal[] = [];
    const wide: Literal[] = [];
    if (whole === undefined) for (const literal of literals) (isNarrow(literal) ? narrow : wide).push(literal);
    return {
      whole,
      narrow: new Search(narrow, this.#hears, this.#blunt),
      wide: wide.length === 0 ? undefined : new Search(wide, this.#hears, this.#blunt),
    };
  }
}

/**
 * Finders for the strings of one field, with a memory of what they found: many fields say the same again and again.
 */
export class TextIndex {
  readonly #first: TextFinder;
  readonly #second: TextFinder | undefined;
  #memo = new Memo();
  #last: string | undefined;
  #lastAtoms = NONE;

  /** Both finders of the same index. */
  constructor(first: TextFinder, second: TextFinder | undefined) {
    this.#first = first;
    this.#second = second;
  }

  /** Touches the atoms a value holds. Linear in the value; a comparison or a look-up for one seen before. */
  run(value: string, hits: Hits): void {
    if (value === this.#last) touchAll(this.#lastAtoms, hits);
    else if (this.#memo.takes(value)) touchAll(this.#remembered(value), hits);
    else this.#find(value, hits);
  }

  /** Forgets what values held: other atoms are listened for than before. */
  forget(): void {
    this.#memo = new Memo();
    this.#last = undefined;
  }

  #remembered(value: string): Int32Array {
    const atoms = this.#memo.get(value) ?? this.#learn(value);
    this.#last = value;
    this.#lastAtoms = atoms;
    return atoms;
  }

  #find(value: string, hits: Hits): void {
    this.#first.run(value, hits);
    this.#second?.run(value, hits);
  }

  #learn(value: string): Int32Array {
    const found = this.#first.collector;
    found.begin();
    this.#find(value, found);
    const atoms = found.count === 0 ? NONE : found.list.slice(0, found.count);
    this.#memo.set(value, atoms);
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

/** The greatest length to which literals can be cut so that the table stays within its limit. */
function lengthLimit(literals: readonly Literal[]): number {
  let limit = LITERAL_LIMIT;
  const length = (): number => literals.reduce((sum, { text }) => sum + Math.min(text.length, limit), 0);
  // Characters are counted only where it matters how many there are.
  if (literals.every(isNarrow) && length() * (ASCII + END + 1) <= CELL_LIMIT) return limit;
  const width = new Alphabet(literals).size + END + 1;
  while (limit > SHORTEST && length() * width > CELL_LIMIT) limit >>= 1;
  return limit;
}

function shorten(literal: Literal, limit: number): Literal {
  const { text, end, atom } = literal;
  return text.length <= limit ? literal : { text: text.slice(-limit), start: false, end, atom };
}
