import type { Leaf, Segment } from './template-segment.js';

/** Ways to go on from one place. */
const MOST_WAYS = 128;

/** A character in which ways differ, `at` characters on: what it leaves of them, and what is left where it is another. */
interface Branch {
  readonly at: number;
  /** undefined: nothing is left to tell. */
  readonly by: ReadonlyMap<number, Branch> | undefined;
  readonly none: readonly Segment[];
}

/**
 * Where texts part: the ways to go on, told apart by the few characters in which they differ before their first values, so
 * that of a hundred ways one is tried.
 */
export class Fork {
  #ways: Segment[];
  #tree: Branch;

  constructor(ways: readonly Segment[]) {
    this.#ways = [...ways];
    this.#tree = treeOf(ways, 0, []);
  }

  /** The way that begins as told. */
  find(isWanted: (way: Segment) => boolean): Segment | undefined {
    return this.#ways.find(isWanted);
  }

  /** Adds a way that begins as no other does; false: there are too many. */
  add(way: Segment): boolean {
    if (this.#ways.length === MOST_WAYS) return false;
    this.#ways.push(way);
    this.#tree = treeOf(this.#ways, 0, []);
    return true;
  }

  /** Gives up the ways that lead to nothing that is kept; how many values are left. */
  prune(isKept: (leaf: Leaf) => boolean): number {
    let count = 0;
    this.#ways = this.#ways.filter((way) => {
      const left = way.prune(isKept);
      count += left;
      return left > 0;
    });
    this.#tree = treeOf(this.#ways, 0, []);
    return count;
  }

  /** The ways that the text may take from there, likeliest first: mostly one, or none. Costs a look-up for each character in which ways differ. */
  at(text: string, at: number): readonly Segment[] {
    let tree = this.#tree;
    while (tree.by !== undefined) {
      const next = tree.by.get(text.charCodeAt(at + tree.at));
      if (next === undefined) break;
      tree = next;
    }
    return tree.none;
  }
}

/** Tells apart ways that are alike before `from`; `shorter` are those that have ended before: values stand there. */
function treeOf(ways: readonly Segment[], from: number, shorter: readonly Segment[]): Branch {
  const [first] = ways;
  if (first === undefined || ways.length === 1) return { at: from, by: undefined, none: [...ways, ...shorter] };
  let at = from;
  while (at < first.begin.length && ways.every(({ begin }) => begin.charAt(at) === first.begin.charAt(at))) at++;
  const none = [...ways.filter(({ begin }) => begin.length === at), ...shorter];
  const longer = new Map<number, Segment[]>();
  for (const way of ways) {
    if (way.begin.length === at) continue;
    const code = way.begin.charCodeAt(at);
    const alike = longer.get(code);
    if (alike === undefined) longer.set(code, [way]);
    else alike.push(way);
  }
  return { at, none, by: new Map([...longer].map(([code, alike]) => [code, treeOf(alike, at + 1, none)])) };
}
