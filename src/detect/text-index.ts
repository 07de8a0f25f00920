import { Automaton } from './automaton.js';
import { Hits } from './hits.js';
import { Memo } from './memo.js';
import { fold } from './text.js';
import type { Literal } from './trie.js';

/** Largest table of one automaton in 4-byte cells; literals are shortened until it fits. */
const CELL_LIMIT = 8_000_000;
const SHORTEST = 4;

const NONE: Int32Array = new Int32Array(0);

/**
 * Finds the text atoms of one field: whole values by a map, everything else by an automaton; repeated values by a memo.
 */
export class TextIndex {
  readonly #whole: ReadonlyMap<string, Int32Array> | undefined;
  readonly #automaton: Automaton | undefined;
  readonly #memo = new Memo();
  /** Collects the atoms of one value for the memo. */
  readonly #own: Hits;
  /** Atoms whose literal had to be shortened: seen more often than they are there. */
  readonly blunt: ReadonlySet<number>;
  #last = '';
  #lastAtoms = NONE;

  constructor(literals: readonly Literal[], atoms: number) {
    const limit = lengthLimit(literals);
    this.blunt = new Set(literals.filter(({ text }) => text.length > limit).map(({ atom }) => atom));
    const wholeOnly = literals.every(({ start, end }) => start && end);
    this.#whole = wholeOnly ? wholeMap(literals) : undefined;
    this.#automaton = wholeOnly ? undefined : new Automaton(literals.map((literal) => shorten(literal, limit)));
    this.#own = new Hits(atoms);
    this.#lastAtoms = this.#lookUp('');
  }

  /** Touches the atoms a value holds. Linear in the value. */
  run(value: string, hits: Hits): void {
    if (value === this.#last) touchAll(this.#lastAtoms, hits);
    else if (this.#memo.awake()) touchAll(this.#remembered(value), hits);
    else if (this.#automaton === undefined) touchAll(this.#whole?.get(fold(value)) ?? NONE, hits);
    else this.#automaton.run(value, hits);
  }

  #remembered(value: string): Int32Array {
    let atoms = this.#memo.get(value);
    if (atoms === undefined) {
      atoms = this.#lookUp(value);
      this.#memo.set(value, atoms);
    }
    this.#last = value;
    this.#lastAtoms = atoms;
    return atoms;
  }

  #lookUp(value: string): Int32Array {
    if (this.#automaton === undefined) return this.#whole?.get(fold(value)) ?? NONE;
    this.#own.begin();
    this.#automaton.run(value, this.#own);
    return this.#own.count === 0 ? NONE : this.#own.list.slice(0, this.#own.count);
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
  if (literals.every(({ start, end }) => start && end)) return Infinity;
  const width = new Set(literals.flatMap(({ text }) => [...text])).size + 3;
  let limit = 32;
  const cells = (): number => literals.reduce((sum, { text }) => sum + Math.min(text.length, limit) + 2, 1) * width;
  while (limit > SHORTEST && cells() > CELL_LIMIT) limit >>= 1;
  return limit;
}

function shorten(literal: Literal, limit: number): Literal {
  const { text, start, end, atom } = literal;
  if (text.length <= limit) return literal;
  const atEnd = end && !start;
  return { text: atEnd ? text.slice(-limit) : text.slice(0, limit), start, end: atEnd, atom };
}
