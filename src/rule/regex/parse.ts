import { type CharSet, CLASSES, invert, MAX_CODE, NEWLINES, normaliseSet } from './char-set.js';

/** A regular expression as far as its cost is judged. `source` is what JavaScript is given. */
export type RegexNode =
  | { readonly kind: 'set'; readonly set: CharSet; readonly char: string | undefined; readonly source: string }
  | { readonly kind: 'seq'; readonly items: readonly RegexNode[]; readonly source: string }
  | { readonly kind: 'alt'; readonly items: readonly RegexNode[]; readonly source: string }
  | {
      readonly kind: 'repeat';
      readonly item: RegexNode;
      readonly min: number;
      readonly max: number;
      readonly lazy: boolean;
      readonly source: string;
    }
  | { readonly kind: 'anchor'; readonly what: '^' | '$' | 'b'; readonly source: string }
  | { readonly kind: 'look'; readonly item: RegexNode; readonly ahead: boolean; readonly source: string };

/** Why an expression is not read here: it may still be good for RE2. */
export interface NotRead {
  readonly kind: 'unread';
  /** What it uses that no linear engine has, in words; undefined where it is only unknown syntax. */
  readonly feature: string | undefined;
}

const CONTROLS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11 };

const MAX_DEPTH = 60;

/** Thrown and caught inside this file only. */
class Unread extends Error {
  constructor(readonly feature?: string) {
    super(feature ?? 'syntax');
  }
}

/**
 * Reads a regular expression in the syntax that PCRE and JavaScript share. What the two read differently, or only one
 * of them knows, is not read. Linear; at most 60 groups deep. `dotAll`: the `s` flag.
 */
export function readRegex(source: string, dotAll: boolean): RegexNode | NotRead {
  try {
    return new RegexReader(source, dotAll).read();
  } catch (error) {
    if (error instanceof Unread) return { kind: 'unread', feature: error.feature };
    throw error;
  }
}

class RegexReader {
  #at = 0;
  #depth = 0;

  constructor(
    private readonly source: string,
    private readonly dotAll: boolean,
  ) {}

  read(): RegexNode {
    const node = this.#alternation();
    if (this.#at < this.source.length) throw new Unread();
    return node;
  }

  #peek(): string {
    return this.source.charAt(this.#at);
  }

  #since(start: number): string {
    return this.source.slice(start, this.#at);
  }

  #alternation(): RegexNode {
    if (++this.#depth > MAX_DEPTH) throw new Unread();
    const start = this.#at;
    const items = [this.#sequence()];
    while (this.#peek() === '|') {
      this.#at++;
      items.push(this.#sequence());
    }
    this.#depth--;
    const [only] = items;
    return items.length === 1 && only !== undefined ? only : { kind: 'alt', items, source: this.#since(start) };
  }

  #sequence(): RegexNode {
    const start = this.#at;
    const items: RegexNode[] = [];
    while (this.#at < this.source.length && this.#peek() !== '|' && this.#peek() !== ')')
      items.push(this.#quantified());
    return { kind: 'seq', items, source: this.#since(start) };
  }

  #quantified(): RegexNode {
    const start = this.#at;
    const item = this.#atom();
    const bounds = this.#bounds();
    if (bounds === undefined) return item;
    if (item.kind === 'anchor' || item.kind === 'look') throw new Unread();
    const mark = this.#peek();
    if (mark === '+') throw new Unread('possessive quantifiers');
    if (mark === '?') this.#at++;
    if (/[*+?]/.test(this.#peek())) throw new Unread();
    return { kind: 'repeat', item, ...bounds, lazy: mark === '?', source: this.#since(start) };
  }

  #bounds(): { min: number; max: number } | undefined {
    const simple = { '*': { min: 0, max: Infinity }, '+': { min: 1, max: Infinity }, '?': { min: 0, max: 1 } }[
      this.#peek()
    ];
    if (simple !== undefined) {
      this.#at++;
      return simple;
    }
    const braces = /^\{(\d{1,5})(?:(,)(\d{0,5}))?\}/.exec(this.source.slice(this.#at, this.#at + 14));
    if (braces === null) return undefined;
    this.#at += braces[0].length;
    const min = Number(braces[1]);
    const max = braces[2] === undefined ? min : braces[3] === '' ? Infinity : Number(braces[3]);
    if (max < min) throw new Unread();
    return { min, max };
  }

  #atom(): RegexNode {
    const start = this.#at;
    const char = this.#peek();
    if (char === '(') return this.#group();
    if (char === '[') return this.#class();
    if (char === '\\') return this.#escape();
    this.#at++;
    if (char === '^' || char === '$') return { kind: 'anchor', what: char, source: char };
    if (char === '.')
      return { kind: 'set', set: this.dotAll ? [[0, MAX_CODE]] : invert(NEWLINES), char: undefined, source: char };
    if (/[*+?]/.test(char) || (char === '{' && /^\{\d*,?\d*\}/.test(this.source.slice(start, start + 14))))
      throw new Unread();
    return literal(char.charCodeAt(0), this.#since(start));
  }

  #group(): RegexNode {
    const start = this.#at;
    this.#at++;
    const head = /^\?(?:<?[=!]|:|>|[^:)]*)/.exec(this.source.slice(this.#at, this.#at + 40))?.[0] ?? '';
    const look = /^\?<?[=!]$/.test(head);
    if (head === '?>') throw new Unread('atomic groups');
    if (head !== '' && head !== '?:' && !look)
      throw new Unread(/^\?(?:P=|\(|&|R|\d)/.test(head) ? 'references and conditions in groups' : undefined);
    this.#at += head.length;
    const item = this.#alternation();
    if (this.#peek() !== ')') throw new Unread();
    this.#at++;
    const source = this.#since(start);
    if (look) return { kind: 'look', item, ahead: !head.startsWith('?<'), source };
    return item.kind === 'alt' ? { ...item, source } : { kind: 'seq', items: [item], source };
  }

  #escape(): RegexNode {
    const start = this.#at;
    const char = this.source.charAt(start + 1);
    if (char === 'b' || char === 'B') {
      this.#at += 2;
      return { kind: 'anchor', what: 'b', source: this.#since(start) };
    }
    if (/[1-9k]/.test(char)) throw new Unread('references to groups');
    const set = this.#escapedSet();
    const [only] = set;
    const single =
      set.length === 1 && only !== undefined && only[0] === only[1] ? String.fromCharCode(only[0]) : undefined;
    return { kind: 'set', set, char: single, source: this.#since(start) };
  }

  /** A `\` escape that stands for characters, inside or outside a class. */
  #escapedSet(): CharSet {
    const rest = this.source.slice(this.#at + 1, this.#at + 6);
    const char = rest.charAt(0);
    const hex = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(rest);
    this.#at += 1 + (hex?.[0].length ?? 1);
    const byHex = hex?.[1] ?? hex?.[2];
    if (byHex !== undefined) return one(Number.parseInt(byHex, 16));
    const named = CLASSES[char];
    if (named !== undefined) return named;
    const control = CONTROLS[char];
    if (control !== undefined) return one(control);
    if (char === '' || /[a-zA-Z0-9]/.test(char)) throw new Unread();
    return one(char.charCodeAt(0));
  }

  #class(): RegexNode {
    const start = this.#at;
    this.#at++;
    const negated = this.#peek() === '^';
    if (negated) this.#at++;
    // `[]` begins a literal bracket in PCRE and an empty class in JavaScript; `[:` a POSIX class in one of them.
    if (this.#peek() === ']') throw new Unread();
    const ranges: (readonly [number, number])[] = [];
    while (this.#peek() !== ']') {
      if (this.#at >= this.source.length || this.source.startsWith('[:', this.#at)) throw new Unread();
      ranges.push(...this.#classItem());
    }
    this.#at++;
    const set = normaliseSet(ranges);
    return { kind: 'set', set: negated ? invert(set) : set, char: undefined, source: this.#since(start) };
  }

  #classItem(): CharSet {
    const low = this.#classChar();
    if (this.#peek() !== '-' || this.source.charAt(this.#at + 1) === ']') return low;
    this.#at++;
    const high = this.#classChar();
    const [from, to] = [low[0], high[0]];
    if (low.length !== 1 || high.length !== 1 || from === undefined || to === undefined) throw new Unread();
    if (from[0] !== from[1] || to[0] !== to[1] || to[0] < from[0]) throw new Unread();
    return [[from[0], to[0]]];
  }

  #classChar(): CharSet {
    if (this.#peek() === '\\') {
      if (this.source.charAt(this.#at + 1) === 'b') throw new Unread();
      return this.#escapedSet();
    }
    const code = this.source.charCodeAt(this.#at);
    this.#at++;
    return one(code);
  }
}

function one(code: number): CharSet {
  return [[code, code]];
}

function literal(code: number, source: string): RegexNode {
  return { kind: 'set', set: one(code), char: String.fromCharCode(code), source };
}
