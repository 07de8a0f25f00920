import type { Hits } from './hits.js';
import { fold } from './text.js';

/** A text looked for in a field's value: folded, at the value's start or end where said. */
export interface Literal {
  readonly text: string;
  readonly start: boolean;
  readonly end: boolean;
  /** What is touched when it is found. */
  readonly atom: number;
}

const ASCII = 128;
/** Character classes that stand for no character of their own: any other one, the value's start, its end. */
const OTHER = 0;
const START = 1;
const END = 2;

/**
 * Finds all literals in a text in one pass: Aho and Corasick's automaton, compiled to a table.
 *
 * One `Int32Array` row per state over character classes (each character that occurs in a literal, and one for all
 * others); ASCII capitals share the class of their small letters, so texts need no lower-casing unless they hold
 * other characters. Anchors are characters too: START before the text, END after it. States that report something
 * are numbered last, so the loop compares one number per character. Source: A. V. Aho and M. J. Corasick, "Efficient
 * string matching", 1975.
 */
export class Automaton {
  readonly #next: Int32Array;
  readonly #classes: Uint16Array;
  readonly #wide: ReadonlyMap<number, number>;
  /** Row of the state before the first character. */
  readonly #begin: number;
  /** States from this row on report atoms. */
  readonly #reporting: number;
  readonly #width: number;
  readonly #outputStart: Int32Array;
  readonly #outputs: Int32Array;

  /** Cost: the sum of the literals' lengths × the number of distinct characters, in time and in 4-byte cells. */
  constructor(literals: readonly Literal[]) {
    const alphabet = alphabetOf(literals);
    const trie = buildTrie(literals, alphabet);
    const table = compileTable(trie);
    this.#classes = asciiClasses(alphabet);
    this.#wide = alphabet;
    this.#width = trie.width;
    this.#next = table.next;
    this.#begin = table.next[START] ?? 0;
    this.#reporting = table.reporting * trie.width;
    this.#outputStart = table.outputStart;
    this.#outputs = table.outputs;
  }

  /** Cells of the table, 4 bytes each. */
  get cells(): number {
    return this.#next.length;
  }

  /** Touches the atom of every literal the text holds. Linear in the text. */
  run(text: string, hits: Hits): void {
    const next = this.#next;
    const classes = this.#classes;
    const reporting = this.#reporting;
    let state = this.#begin;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= ASCII) {
        this.#runWide(text, hits);
        return;
      }
      state = next[state + (classes[code] as number)] as number;
      if (state >= reporting) this.#report(state, hits);
    }
    state = next[state + END] as number;
    if (state >= reporting) this.#report(state, hits);
  }

  /** The same for a text with other than ASCII characters, from its beginning: touching twice does no harm. */
  #runWide(text: string, hits: Hits): void {
    const next = this.#next;
    const folded = fold(text);
    let state = this.#begin;
    for (let i = 0; i < folded.length; i++) {
      state = next[state + (this.#wide.get(folded.charCodeAt(i)) ?? OTHER)] as number;
      if (state >= this.#reporting) this.#report(state, hits);
    }
    state = next[state + END] as number;
    if (state >= this.#reporting) this.#report(state, hits);
  }

  #report(row: number, hits: Hits): void {
    const state = (row - this.#reporting) / this.#width;
    const end = this.#outputStart[state + 1] as number;
    for (let i = this.#outputStart[state] as number; i < end; i++) hits.touch(this.#outputs[i] as number);
  }
}

/** Class of each character code that occurs in a literal. */
function alphabetOf(literals: readonly Literal[]): ReadonlyMap<number, number> {
  const alphabet = new Map<number, number>();
  for (const { text } of literals) {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (!alphabet.has(code)) alphabet.set(code, END + 1 + alphabet.size);
    }
  }
  return alphabet;
}

function asciiClasses(alphabet: ReadonlyMap<number, number>): Uint16Array {
  const classes = new Uint16Array(ASCII);
  for (let code = 0; code < ASCII; code++) {
    const small = code >= 65 && code <= 90 ? code + 32 : code;
    classes[code] = alphabet.get(small) ?? OTHER;
  }
  return classes;
}

interface Trie {
  readonly width: number;
  readonly states: number;
  /** Child states, 0 where there is none. */
  readonly next: Int32Array;
  /** Atoms reported by a state itself. */
  readonly atoms: ReadonlyMap<number, readonly number[]>;
}

function buildTrie(literals: readonly Literal[], alphabet: ReadonlyMap<number, number>): Trie {
  const width = alphabet.size + END + 1;
  let most = 1;
  for (const { text } of literals) most += text.length + 2;
  const next = new Int32Array(most * width);
  const atoms = new Map<number, number[]>();
  let states = 1;
  const step = (state: number, char: number): number => {
    const cell = state * width + char;
    if (next[cell] === 0) next[cell] = states++;
    return next[cell] as number;
  };
  for (const literal of literals) {
    let state = literal.start ? step(0, START) : 0;
    for (let i = 0; i < literal.text.length; i++)
      state = step(state, alphabet.get(literal.text.charCodeAt(i)) as number);
    if (literal.end) state = step(state, END);
    const own = atoms.get(state);
    if (own === undefined) atoms.set(state, [literal.atom]);
    else own.push(literal.atom);
  }
  return { width, states, next: next.subarray(0, states * width), atoms };
}

interface Table {
  /** Rows (state × width) in place of states. */
  readonly next: Int32Array;
  /** The first state that reports. */
  readonly reporting: number;
  readonly outputStart: Int32Array;
  readonly outputs: Int32Array;
}

/** Fills the missing transitions breadth first, then renumbers the states so that reporting ones come last. */
function compileTable(trie: Trie): Table {
  const outputs = completeTransitions(trie);
  const number = renumber(outputs);
  const reporting = outputs.filter((list) => list.length === 0).length;
  const next = new Int32Array(trie.next.length);
  for (let state = 0; state < trie.states; state++) {
    const from = state * trie.width;
    const to = (number[state] as number) * trie.width;
    for (let char = 0; char < trie.width; char++)
      next[to + char] = (number[trie.next[from + char] as number] as number) * trie.width;
  }
  return { next, reporting, ...flatten(outputs, number, reporting) };
}

/** Each state's outputs, its failure states' included. The trie's table becomes the automaton's. */
function completeTransitions({ width, states, next, atoms }: Trie): readonly (readonly number[])[] {
  const fail = new Int32Array(states);
  const outputs: (readonly number[])[] = new Array<readonly number[]>(states).fill([]);
  const queue = new Int32Array(states);
  let tail = 1;
  for (let head = 0; head < tail; head++) {
    const state = queue[head] as number;
    const back = fail[state] as number;
    const own = atoms.get(state);
    const inherited = state === 0 ? [] : (outputs[back] ?? []);
    outputs[state] = own === undefined ? inherited : [...own, ...inherited];
    for (let char = 0; char < width; char++) {
      const child = next[state * width + char] as number;
      const other = state === 0 ? 0 : (next[back * width + char] as number);
      if (child === 0) next[state * width + char] = other;
      else {
        fail[child] = other;
        queue[tail++] = child;
      }
    }
  }
  return outputs;
}

function renumber(outputs: readonly (readonly number[])[]): Int32Array {
  const number = new Int32Array(outputs.length);
  let next = 0;
  for (const reports of [false, true])
    outputs.forEach((list, state) => {
      if (list.length > 0 === reports) number[state] = next++;
    });
  return number;
}

function flatten(
  outputs: readonly (readonly number[])[],
  number: Int32Array,
  reporting: number,
): { outputStart: Int32Array; outputs: Int32Array } {
  const byNumber: (readonly number[])[] = [];
  outputs.forEach((list, state) => {
    if (list.length > 0) byNumber[(number[state] as number) - reporting] = list;
  });
  const outputStart = new Int32Array(byNumber.length + 1);
  byNumber.forEach((list, i) => (outputStart[i + 1] = (outputStart[i] as number) + list.length));
  return { outputStart, outputs: Int32Array.from(byNumber.flat()) };
}
