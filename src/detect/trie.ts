/** A text looked for in a field's value: folded, at the value's start or end where said. */
export interface Literal {
  readonly text: string;
  readonly start: boolean;
  readonly end: boolean;
  /** What is touched when it is found. */
  readonly atom: number;
}

/** The character class of every character that occurs in no literal. */
export const OTHER = 0;
/** The class that stands before a value's first character. */
export const START = 1;
/** The class that stands after its last one; the classes of characters follow. */
export const END = 2;

/** Character codes below this are ASCII. */
export const ASCII = 128;

/** False for a literal that is searched for only in texts with other than ASCII characters. */
export function isNarrow({ text }: Literal): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= ASCII) return false;
  return true;
}

/**
 * A trie as arrays: state s was reached from `parent[s]` by the class `edge[s]`. State 0 is the root.
 */
export interface Trie {
  readonly states: number;
  readonly parent: Int32Array;
  readonly edge: Uint16Array;
  /** States by depth, ascending: those of depth d stand from `levels[d]` up to `levels[d + 1]`. */
  readonly order: Int32Array;
  readonly levels: readonly number[];
  /** Atoms of the literals that end in a state. */
  readonly atoms: ReadonlyMap<number, readonly number[]>;
}

/** Class of each character code that occurs in a literal. */
export function alphabetOf(literals: readonly Literal[]): ReadonlyMap<number, number> {
  const alphabet = new Map<number, number>();
  for (const { text } of literals) {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (!alphabet.has(code)) alphabet.set(code, END + 1 + alphabet.size);
    }
  }
  return alphabet;
}

/**
 * Builds the trie of literals over character classes.
 *
 * Sorted first, so that each literal shares its beginning with the one before it: no look-ups of children.
 */
export function buildTrie(literals: readonly Literal[], alphabet: ReadonlyMap<number, number>): Trie {
  const words = literals.map((literal) => ({ path: pathOf(literal, alphabet), atom: literal.atom }));
  words.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const most = words.reduce((sum, { path }) => sum + path.length, 1);
  const parent = new Int32Array(most);
  const edge = new Uint16Array(most);
  const depth = new Int32Array(most);
  const atoms = new Map<number, number[]>();
  /** The states of the last word's path. */
  const spine = [0];
  let states = 1;
  let last = '';
  for (const { path, atom } of words) {
    for (let i = sharedLength(last, path); i < path.length; i++) {
      parent[states] = spine[i] as number;
      edge[states] = path.charCodeAt(i);
      depth[states] = i + 1;
      spine[i + 1] = states++;
    }
    last = path;
    addTo(atoms, spine[path.length] as number, atom);
  }
  return { states, parent, edge, atoms, ...byDepth(depth.subarray(0, states)) };
}

/** A literal as a string of classes. */
function pathOf({ text, start, end }: Literal, alphabet: ReadonlyMap<number, number>): string {
  let path = start ? String.fromCharCode(START) : '';
  for (let i = 0; i < text.length; i++) path += String.fromCharCode(alphabet.get(text.charCodeAt(i)) as number);
  return end ? path + String.fromCharCode(END) : path;
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

function addTo(lists: Map<number, number[]>, key: number, value: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function byDepth(depth: Int32Array): { order: Int32Array; levels: number[] } {
  const levels: number[] = [];
  for (const d of depth) levels[d + 1] = (levels[d + 1] ?? 0) + 1;
  levels[0] = 0;
  for (let d = 1; d < levels.length; d++) levels[d] = (levels[d] as number) + (levels[d - 1] as number);
  const next = [...levels];
  const order = new Int32Array(depth.length);
  depth.forEach((d, state) => {
    const place = next[d] as number;
    order[place] = state;
    next[d] = place + 1;
  });
  return { order, levels };
}
