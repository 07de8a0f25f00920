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

/** So few literals are gone through for each branch asked for; more are sorted into branches once. */
const FEW = 8;

/**
 * A node of the trie of literals over character classes; its branches are told one by one, as they are asked for, so
 * that a trie costs nothing where no text ever leads.
 */
export class TrieNode {
  /** Atoms of the literals that end here. */
  readonly atoms: readonly number[];
  /** Literals that go on. */
  readonly #ahead: readonly Literal[];
  readonly #depth: number;
  #branches: Map<number, Literal[]> | undefined;

  /** `literals`: those whose path has led here by `depth` steps. */
  constructor(literals: readonly Literal[], depth: number) {
    this.#depth = depth;
    this.#ahead = literals.filter((literal) => pathLength(literal) > depth);
    const ends = this.#ahead.length < literals.length;
    this.atoms = ends ? literals.filter((literal) => pathLength(literal) === depth).map(({ atom }) => atom) : NONE;
  }

  /** Calls `each` with the classes that lead on, some more than once. */
  branches(alphabet: Alphabet, each: (by: number) => void): void {
    for (const literal of this.#ahead) each(classAt(literal, this.#depth, alphabet));
  }

  /** The node a class leads to, made anew at each call; undefined where no literal goes on with it. */
  branch(to: number, alphabet: Alphabet): TrieNode | undefined {
    const literals = this.#ahead.length <= FEW ? this.#few(to, alphabet) : this.#all(alphabet).get(to);
    return literals === undefined || literals.length === 0 ? undefined : new TrieNode(literals, this.#depth + 1);
  }

  #few(to: number, alphabet: Alphabet): readonly Literal[] {
    return this.#ahead.filter((literal) => classAt(literal, this.#depth, alphabet) === to);
  }

  #all(alphabet: Alphabet): Map<number, Literal[]> {
    if (this.#branches !== undefined) return this.#branches;
    const branches = new Map<number, Literal[]>();
    for (const literal of this.#ahead) {
      const by = classAt(literal, this.#depth, alphabet);
      const branch = branches.get(by);
      if (branch === undefined) branches.set(by, [literal]);
      else branch.push(literal);
    }
    return (this.#branches = branches);
  }
}

const NONE: readonly number[] = [];

function pathLength({ text, start, end }: Literal): number {
  return text.length + (start ? 1 : 0) + (end ? 1 : 0);
}

function classAt({ text, start }: Literal, i: number, alphabet: Alphabet): number {
  const at = start ? i - 1 : i;
  if (at < 0) return START;
  return at < text.length ? alphabet.of(text.charCodeAt(at)) : END;
}
