import type { FieldValue } from '../../event/index.js';
import type { Layout } from './layout.js';
import type { JsonObject } from '../line.js';
import { Fork } from './template-fork.js';
import type { Slot } from './template-slot.js';
import { codeOf, numberOf, patternOf, Reader } from './template-values.js';

/** Changes of one segment after which none of its values is taken for constant. */
const MOST_CHANGES = 12;

/** How the texts of documents of one layout end: what makes their values and the document of them. */
export interface Leaf {
  readonly layout: Layout;
  /** How many values the layout has. */
  readonly length: number;
  /** Puts the layout's values in the place of the text's, where they differ, and makes the document. */
  readonly make: (values: (FieldValue | undefined)[]) => JsonObject;
  /** How many texts had been tried when it was used last. */
  used: number;
}

type Fill = (
  match: RegExpExecArray,
  values: (FieldValue | undefined)[],
  constants: readonly FieldValue[],
  readers: readonly Reader[],
  number: (text: string) => number,
) => boolean;

/**
 * A stretch of text that documents have in common, as one sticky regular expression: keys, punctuation and constant values
 * as they are written, a group for each other value. `next` are the ways to go on; they differ in what they begin with.
 */
export class Segment {
  /** Where its first value stands among the document's. */
  readonly first: number;
  next = new Fork([]);
  leaf: Leaf | undefined;
  #slots: Slot[];
  #changes = 0;
  #pattern: RegExp | undefined = undefined;
  #fill: Fill | undefined = undefined;
  #constants: FieldValue[] = [];
  #readers: Reader[] = [];

  constructor(first: number, slots: Slot[], leaf: Leaf | undefined) {
    this.first = first;
    this.#slots = slots;
    this.leaf = leaf;
  }

  get length(): number {
    return this.#slots.length;
  }

  /** What stands before its first value. */
  get begin(): string {
    return this.#slots[0]?.before ?? '';
  }

  /** Whether a slot is the one that the segment begins with. */
  begins(slot: Slot | undefined): boolean {
    return slot !== undefined && this.#slots[0]?.isLike(slot) === true;
  }

  /** Takes in those of a text's slots, from `first`, that are the segment's own; how many. */
  widen(slots: readonly Slot[]): number {
    let count = 0;
    let isChanged = false;
    for (; count < this.#slots.length; count++) {
      const own = this.#slots[count] as Slot;
      const other = slots[this.first + count];
      if (other === undefined || !own.isLike(other)) break;
      if (own.widen(other)) isChanged = true;
    }
    if (isChanged && this.#pattern !== undefined) this.#change();
    return count;
  }

  #change(): void {
    this.#pattern = undefined;
    if (++this.#changes > MOST_CHANGES) for (const slot of this.#slots) slot.constant = undefined;
  }

  /** Ends the segment after `count` values; what stood behind becomes the way to go on. */
  split(count: number): void {
    const rest = new Segment(this.first + count, this.#slots.slice(count), this.leaf);
    rest.next = this.next;
    rest.#changes = this.#changes;
    this.#slots = this.#slots.slice(0, count);
    this.leaf = undefined;
    this.next = new Fork([rest]);
    this.#pattern = undefined;
  }

  /** Gives up the ways to go on that lead to nothing that is kept; how many values are left with its own, 0: it does so itself. */
  prune(isKept: (leaf: Leaf) => boolean): number {
    if (this.leaf !== undefined) return isKept(this.leaf) ? this.length : 0;
    const left = this.next.prune(isKept);
    return left === 0 ? 0 : this.length + left;
  }

  /** Reads the text from `at`, its values into `values`: where it ends, or -1. */
  read(text: string, at: number, values: (FieldValue | undefined)[]): number {
    const pattern = this.#pattern ?? this.#compile();
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return -1;
    const isRead = (this.#fill as Fill)(match, values, this.#constants, this.#readers, numberOf);
    return isRead ? pattern.lastIndex : -1;
  }

  #compile(): RegExp {
    let source = '';
    let code = '';
    let group = 0;
    this.#constants = [];
    this.#readers = [];
    for (const [index, { before, isEnd, kinds, constant }] of this.#slots.entries()) {
      source += literal(before);
      if (isEnd) break;
      const slot = `v[${this.first + index}]`;
      if (constant === undefined) {
        source += patternOf(kinds);
        const read = codeOf(kinds, ++group, `r[${this.#readers.length}]`);
        if (read.startsWith('r')) this.#readers.push(new Reader());
        code += read.startsWith('r') ? `if((${slot}=${read})===void 0)return false;` : `${slot}=${read};`;
      } else {
        source += literal(constant);
        const isList = constant.startsWith('[');
        code += `${slot}=c[${this.#constants.length}]${isList ? '.slice()' : ''};`;
        this.#constants.push(JSON.parse(constant) as FieldValue);
      }
    }
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- places of values only; nothing of any document
    this.#fill = new Function('m', 'v', 'c', 'r', 'n', `${code}return true`) as Fill;
    this.#pattern = new RegExp(source + (this.#slots.at(-1)?.isEnd === true ? '$' : ''), 'y');
    return this.#pattern;
  }
}

/** A regular expression for a text as it stands. */
function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
