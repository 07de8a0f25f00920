import type { Hits } from './hits.js';
import { Alphabet, ASCII, buildTrie, END, START, type Literal, type Trie } from './trie.js';

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
  readonly #alphabet: Alphabet;
  /** Row of the state before the first character. */
  readonly #begin: number;
  /** States from this row on report atoms. */
  readonly #reporting: number;
  readonly #width: number;
  readonly #reports: Reports;

  /** Cost: the sum of the literals' lengths × the number of distinct characters, in time and in 4-byte cells. */
  constructor(literals: readonly Literal[]) {
    const alphabet = new Alphabet(literals);
    const width = alphabet.size + END + 1;
    const table = compileTable(buildTrie(literals, alphabet), width);
    this.#classes = foldedClasses(alphabet);
    this.#alphabet = alphabet;
    this.#width = width;
    this.#next = table.next;
    this.#begin = table.next[START] ?? 0;
    this.#reporting = table.reporting * width;
    this.#reports = table.reports;
  }

  /**
   * Touches the atom of every literal the text holds. Linear in the text. Returns false where it had to stop at a
   * character that is not ASCII: what was touched is there, `runWide` finds the rest.
   */
  run(text: string, hits: Hits): boolean {
    const next = this.#next;
    const classes = this.#classes;
    const reporting = this.#reporting;
    let state = this.#begin;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= ASCII) return false;
      state = next[state + (classes[code] as number)] as number;
      if (state >= reporting) this.#report(state, hits);
    }
    state = next[state + END] as number;
    if (state >= reporting) this.#report(state, hits);
    return true;
  }

  /** The same for any text, folded. */
  runWide(folded: string, hits: Hits): void {
    const next = this.#next;
    let state = this.#begin;
    for (let i = 0; i < folded.length; i++) {
      state = next[state + this.#alphabet.of(folded.charCodeAt(i))] as number;
      if (state >= this.#reporting) this.#report(state, hits);
    }
    state = next[state + END] as number;
    if (state >= this.#reporting) this.#report(state, hits);
  }

  #report(row: number, hits: Hits): void {
    const { start, atoms, more } = this.#reports;
    let place = (row - this.#reporting) / this.#width;
    do {
      const end = start[place + 1] as number;
      for (let i = start[place] as number; i < end; i++) hits.touch(atoms[i] as number);
      place = more[place] as number;
    } while (place >= 0);
  }
}

/** Classes of ASCII characters, capitals as small letters. */
function foldedClasses({ ascii }: Alphabet): Uint16Array {
  return ascii.map((_, code) => ascii[code >= 65 && code <= 90 ? code + 32 : code] as number);
}

/** What the reporting states report, numbered from 0. */
interface Reports {
  /** Own atoms of state i: `atoms` from `start[i]` up to `start[i + 1]`. */
  readonly start: Int32Array;
  readonly atoms: Int32Array;
  /** The next shorter reporting state whose literals end here too, or -1. */
  readonly more: Int32Array;
}

interface Table {
  /** Rows (state × width) in place of states. */
  readonly next: Int32Array;
  /** The first state that reports. */
  readonly reporting: number;
  readonly reports: Reports;
}

/**
 * Fills all transitions level by level. A state's row is its failure state's with its own children put in; the failure
 * state is shallower, so its row is complete by then. Reporting states are numbered from the last one down.
 */
function compileTable(trie: Trie, width: number): Table {
  const { states, parent, edge, order, levels, atoms } = trie;
  const next = new Int32Array(states * width);
  /** By trie state: its row; the failure state's row; whether it reports. By row number: the trie state. */
  const row = new Int32Array(states);
  const fail = new Int32Array(states);
  const stateAt = new Int32Array(states);
  let low = 1;
  let high = states;
  for (let depth = 1; depth + 1 < levels.length; depth++) {
    const level = order.subarray(levels[depth], levels[depth + 1]);
    for (const state of level) {
      const up = parent[state] as number;
      fail[state] = up === 0 ? 0 : (next[(fail[up] as number) + (edge[state] as number)] as number);
      const reports = atoms.has(state) || fail[state] >= high * width;
      const number = reports ? --high : low++;
      stateAt[number] = state;
      row[state] = number * width;
    }
    for (const state of level)
      next[(row[parent[state] as number] as number) + (edge[state] as number)] = row[state] as number;
    for (const state of level)
      next.copyWithin(row[state] as number, fail[state] as number, (fail[state] as number) + width);
  }
  return { next, reporting: high, reports: reportsOf(trie, { width, high, fail, stateAt }) };
}

interface Numbering {
  readonly width: number;
  readonly high: number;
  readonly fail: Int32Array;
  readonly stateAt: Int32Array;
}

function reportsOf({ states, atoms }: Trie, { width, high, fail, stateAt }: Numbering): Reports {
  const count = states - high;
  const start = new Int32Array(count + 1);
  const more = new Int32Array(count);
  const all: number[] = [];
  for (let i = 0; i < count; i++) {
    const state = stateAt[high + i] as number;
    all.push(...(atoms.get(state) ?? []));
    start[i + 1] = all.length;
    const back = (fail[state] as number) / width - high;
    more[i] = back >= 0 ? back : -1;
  }
  return { start, atoms: Int32Array.from(all), more };
}
