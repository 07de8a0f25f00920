import type { Hits } from './hits.js';
import { Alphabet, ASCII, END, START, TrieNode, type Literal } from './trie.js';

/** Rows a table begins with. */
const FIRST_ROWS = 32;
const NONE = new Int32Array(0);

/** A state some text has led to. */
interface State {
  /** Where its row begins. */
  readonly row: number;
  readonly node: TrieNode;
  /** The state of the longest shorter text that ends here; undefined for the root. */
  readonly fail: State | undefined;
  /** Atoms listened for of all literals that end here. */
  atoms: Int32Array;
}

/**
 * Finds all literals in a text in one pass: Aho and Corasick's automaton as a table that grows where texts lead.
 *
 * One row per state over character classes (each character that occurs in a literal, and one for all others); ASCII
 * capitals share the class of their small letters, so texts need no lower-casing unless they hold other characters.
 * Anchors are characters too: START before the text, END after it. A step is worked out when a text first takes it: of
 * thousands of literals' states logs visit few, and those then lie together. A row that reports stands negative in the
 * table and 0 for a step not yet known, so the loop compares one number per character. Source: A. V. Aho and M. J.
 * Corasick, "Efficient string matching", 1975.
 */
export class Automaton {
  #next: Int32Array;
  readonly #classes: Uint8Array;
  readonly #alphabet: Alphabet;
  readonly #width: number;
  readonly #hears: (atom: number) => boolean;
  /** By number; that of row r is r / width - 1. */
  readonly #states: State[] = [];
  /** The step to the state before the first character. */
  #begin: number;

  /**
   * Touches atoms only while `hears` is true of them. Cost: linear in the literals; with the texts it grows to at most the sum of the literals' lengths × the number of
   * distinct characters, in time and in 4-byte cells.
   */
  constructor(literals: readonly Literal[], hears: (atom: number) => boolean) {
    this.#hears = hears;
    const alphabet = new Alphabet(literals);
    this.#classes = foldedClasses(alphabet);
    this.#alphabet = alphabet;
    this.#width = alphabet.size + END + 1;
    this.#next = new Int32Array(FIRST_ROWS * this.#width);
    const root = this.#add(new TrieNode(literals, 0), undefined);
    this.#begin = this.#step(root.row, START);
  }

  /**
   * Touches the atom of every literal the text holds. Linear in the text. Returns false where it had to stop at a
   * character that is not ASCII: what was touched is there, `runWide` finds the rest.
   */
  run(text: string, hits: Hits): boolean {
    const classes = this.#classes;
    const { length } = text;
    let next = this.#next;
    let row = this.#begin;
    if (row < 0) row = this.#enter(row, hits);
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code >= ASCII) return false;
      const by = classes[code] as number;
      const step = next[row + by] as number;
      if (step > 0) row = step;
      else {
        row = this.#take(step, row, by, hits);
        next = this.#next;
      }
    }
    const last = next[row + END] as number;
    if (last <= 0) this.#take(last, row, END, hits);
    return true;
  }

  /** The same for any text, folded. */
  runWide(folded: string, hits: Hits): void {
    let row = this.#enter(this.#begin, hits);
    for (let i = 0; i < folded.length; i++) {
      const by = this.#alphabet.of(folded.charCodeAt(i));
      row = this.#take(this.#next[row + by] as number, row, by, hits);
    }
    this.#take(this.#next[row + END] as number, row, END, hits);
  }

  /** Takes a step that may be unknown yet or report; returns the row it leads to. */
  #take(step: number, row: number, by: number, hits: Hits): number {
    return this.#enter(step === 0 ? this.#step(row, by) : step, hits);
  }

  #enter(step: number, hits: Hits): number {
    if (step > 0) return step;
    const { atoms } = this.#stateAt(-step);
    for (let i = 0; i < atoms.length; i++) hits.touch(atoms[i] as number);
    return -step;
  }

  #stateAt(row: number): State {
    return this.#states[row / this.#width - 1] as State;
  }

  /** The step from a row by a class, worked out where it is new: the trie's, else that of the failure state. */
  #step(row: number, by: number): number {
    const known = this.#next[row + by] as number;
    if (known !== 0) return known;
    const { node, fail } = this.#stateAt(row);
    const otherwise = fail === undefined ? row : Math.abs(this.#step(fail.row, by));
    const branch = node.branch(by, this.#alphabet);
    const step = this.#stepTo(this.#stateFor(branch, this.#stateAt(otherwise)));
    this.#next[row + by] = step;
    return step;
  }

  #stateFor(node: TrieNode | undefined, fail: State): State {
    return node === undefined ? fail : this.#add(node, fail);
  }

  #add(node: TrieNode, fail: State | undefined): State {
    const row = (this.#states.length + 1) * this.#width;
    if (row + this.#width > this.#next.length) this.#grow();
    const state = { row, node, fail, atoms: this.#heardAt(node, fail) };
    this.#states.push(state);
    this.#fill(state);
    return state;
  }

  /** Where no literal goes on, a state's steps are those of the state it fails to. */
  #fill({ row, node, fail }: State): void {
    const next = this.#next;
    if (fail === undefined) next.fill(row, row, row + this.#width);
    else next.copyWithin(row, fail.row, fail.row + this.#width);
    node.branches(this.#alphabet, (by) => {
      next[row + by] = 0;
    });
  }

  #heardAt(node: TrieNode, fail: State | undefined): Int32Array {
    const more = fail?.atoms ?? NONE;
    const own = node.atoms.length === 0 ? node.atoms : node.atoms.filter(this.#hears);
    return own.length === 0 ? more : Int32Array.of(...own, ...more);
  }

  /** To be called when `hears` answers otherwise than before. Linear in the states that texts have led to. */
  retune(): void {
    // A state comes after the one it fails to.
    for (const state of this.#states) state.atoms = this.#heardAt(state.node, state.fail);
    const next = this.#next;
    for (let at = 0; at < next.length; at++)
      if (next[at] !== 0) next[at] = this.#stepTo(this.#stateAt(Math.abs(next[at] as number)));
    this.#begin = this.#stepTo(this.#stateAt(Math.abs(this.#begin)));
  }

  #stepTo(state: State): number {
    return state.atoms.length > 0 ? -state.row : state.row;
  }

  #grow(): void {
    const next = new Int32Array(2 * this.#next.length);
    next.set(this.#next);
    this.#next = next;
  }
}

/** Classes of ASCII characters, capitals as small letters. */
function foldedClasses({ ascii }: Alphabet): Uint8Array {
  return Uint8Array.from(ascii, (_, code) => ascii[code >= 65 && code <= 90 ? code + 32 : code] as number);
}
