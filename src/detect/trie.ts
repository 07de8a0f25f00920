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

/** Numbers the characters that occur in literals: the classes of an automaton. */
export class Alphabet {
  /** Class of every ASCII character; OTHER where no literal has it. */
  readonly ascii = new Uint16Array(ASCII);
  readonly #wide = new Map<number, number>();
  /** How many characters occur. Their classes are those from END + 1 on. */
  readonly size: number;

  /** Cost: linear in the literals. */
  constructor(literals: readonly Literal[]) {
    let size = 0;
    for (const { text } of literals) {
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (this.of(code) !== OTHER) continue;
        const own = END + 1 + size++;
        if (code < ASCII) this.ascii[code] = own;
        else this.#wide.set(code, own);
      }
    }
    this.size = size;
  }

  /** The class of a character code. */
  of(code: number): number {
    return code < ASCII ? (this.ascii[code] as number) : (this.#wide.get(code) ?? OTHER);
  }
}

/**
 * Builds the trie of literals over character classes.
 *
 * Sorted first, so that each literal shares its beginning with the one before it: no look-ups of children.
 */
export function buildTrie(literals: readonly Literal[], alphabet: Alphabet): Trie {
  const sorted = [...literals].sort(compareLiterals);
  const most = sorted.reduce((sum, { text }) => sum + text.length + 2, 1);
  const parent = new Int32Array(most);
  const edge = new Uint16Array(most);
  const depth = new Int32Array(most);
  const atoms = new Map<number, number[]>();
  /** The states of the last literal's path. */
  const spine = [0];
  let states = 1;
  let last: Literal | undefined;
  for (const literal of sorted) {
    const length = pathLength(literal);
    for (let i = last === undefined ? 0 : sharedLength(last, literal); i < length; i++) {
      parent[states] = spine[i] as number;
      edge[states] = classAt(literal, i, alphabet);
      depth[states] = i + 1;
      spine[i + 1] = states++;
    }
    last = literal;
    addTo(atoms, spine[length] as number, literal.atom);
  }
  return { states, parent, edge, atoms, ...byDepth(depth.subarray(0, states)) };
}

/** By path: START, the characters, END. Literals that share a beginning stand together, the shortest first. */
function compareLiterals(a: Literal, b: Literal): number {
  if (a.start !== b.start) return a.start ? 1 : -1;
  if (a.text !== b.text) return a.text < b.text ? -1 : 1;
  return a.end === b.end ? 0 : a.end ? 1 : -1;
}

function pathLength({ text, start, end }: Literal): number {
  return text.length + (start ? 1 : 0) + (end ? 1 : 0);
}

function classAt({ text, start }: Literal, i: number, alphabet: Alphabet): number {
  const at = start ? i - 1 : i;
  if (at < 0) return START;
  return at < text.length ? alphabet.of(text.charCodeAt(at)) : END;
}

/** How many steps two paths have in common. */
function sharedLength(a: Literal, b: Literal): number {
  if (a.start !== b.start) return 0;
  const least = Math.min(a.text.length, b.text.length);
  let length = 0;
  while (length < least && a.text.charCodeAt(length) === b.text.charCodeAt(length)) length++;
  if (length === a.text.length && length === b.text.length && a.end && b.end) length++;
  return a.start ? length + 1 : length;
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
