import { detach, type FieldValue } from '../../event/index.js';

// What a value has been so far; a set of these.
const TEXT = 1;
const ESCAPED = 2;
const NUMBER = 4;
const TRUTH = 8;
const NOTHING = 16;
const LIST = 32;

const CLEAN = '[^"\\\\\\x00-\\x1f]*';
const PATTERNS: readonly (readonly [kind: number, pattern: string])[] = [
  [ESCAPED, `"${CLEAN}(?:\\\\.${CLEAN})*"`],
  [TEXT, `"${CLEAN}"`],
  [NUMBER, '-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?'],
  [TRUTH, 'true|false'],
  [NOTHING, 'null'],
  [LIST, '\\[[^\\][{}]*\\]'],
];

/** What a value of a document's text is: one bit. */
export function kindOf(value: string): number {
  const first = value.charAt(0);
  if (first === '"') return value.includes('\\') ? ESCAPED : TEXT;
  if (first === '[') return LIST;
  if (first === 'n') return NOTHING;
  return first === 't' || first === 'f' ? TRUTH : NUMBER;
}

/** A regular expression with one group for values of these kinds; matches whole values only. Linear: no part can match in two ways. */
export function patternOf(kinds: number): string {
  if (kinds === TEXT) return `"(${CLEAN})"`;
  if ((kinds & ~(TEXT | ESCAPED)) === 0) return `("${CLEAN}(?:\\\\.${CLEAN})*")`;
  const wanted = (kinds & ESCAPED) === 0 ? kinds : kinds & ~TEXT;
  const patterns = PATTERNS.filter(([kind]) => (wanted & kind) !== 0).map(([, pattern]) => pattern);
  return `(${patterns.join('|')})`;
}

/** A number as JSON writes it: what `JSON.parse` makes of it, without a call into the engine for usual ones. */
export function numberOf(text: string): number {
  const { length } = text;
  if (length > LONGEST_NUMBER) return Number(text);
  let digits = 0;
  let point = length;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code === 46) point = at + 1;
    else if (code >= 48 && code <= 57) digits = digits * 10 + code - 48;
    else return Number(text);
  }
  if (digits > Number.MAX_SAFE_INTEGER) return Number(text);
  // Both are exact, so the quotient is rounded as the text's value is.
  return point === length ? digits : digits / (POWERS[length - point] as number);
}

const LONGEST_NUMBER = 17;
const POWERS = Array.from({ length: LONGEST_NUMBER }, (_, power) => 10 ** power);

/**
 * Makes values of what one group matched. Pieces that `JSON.parse` must read (texts with escapes, lists) are remembered
 * as long as they come again: paths and tags do, messages don't.
 */
export class Reader {
  /** The pieces read lately; undefined: they don't come again. */
  #known: Map<string, FieldValue> | undefined = new Map();
  /** How often one was among them. */
  #found = 0;

  /** The value of a text in its quotes; undefined where it is none. */
  text(piece: string): FieldValue | undefined {
    return piece.includes('\\') ? this.#read(piece) : piece.slice(1, -1);
  }

  /** A list of scalars, of its own; undefined where it is none. */
  list(piece: string): FieldValue | undefined {
    const value = this.#read(piece);
    return Array.isArray(value) ? (value.slice() as FieldValue) : undefined;
  }

  /** Any scalar or list of scalars; undefined where it is none. */
  any(piece: string): FieldValue | undefined {
    switch (kindOf(piece)) {
      case NOTHING:
        return null;
      case TRUTH:
        return piece === 'true';
      case NUMBER:
        return numberOf(piece);
      case LIST:
        return this.list(piece);
      default:
        return this.text(piece);
    }
  }

  #read(piece: string): FieldValue | undefined {
    if (this.#known === undefined || piece.length > LONGEST_PIECE) return parsed(piece);
    const known = this.#known.get(piece);
    if (known !== undefined) {
      this.#found++;
      return known;
    }
    const value = parsed(piece);
    this.#remember(this.#known, piece, value);
    return value;
  }

  #remember(known: Map<string, FieldValue>, piece: string, value: FieldValue | undefined): void {
    if (value !== undefined) known.set(detach(piece), value);
    if (known.size < MOST_PIECES) return;
    known.clear();
    // More were new than had come before: to look for the next ones isn't worth it.
    if (this.#found < MOST_PIECES) this.#known = undefined;
    this.#found = 0;
  }
}

const LONGEST_PIECE = 128;
const MOST_PIECES = 64;

function parsed(text: string): FieldValue | undefined {
  try {
    return JSON.parse(text) as FieldValue;
  } catch {
    return undefined;
  }
}

/** The code that reads the group `m[group]` of values of these kinds; `reader`: the code of its `Reader`. */
export function codeOf(kinds: number, group: number, reader: string): string {
  const piece = `m[${group}]`;
  if (kinds === TEXT) return piece;
  if (kinds === NUMBER) return `n(${piece})`;
  if (kinds === TRUTH) return `${piece}==="true"`;
  if ((kinds & ~(TEXT | ESCAPED)) === 0) return `${reader}.text(${piece})`;
  return `${reader}.${kinds === LIST ? 'list' : 'any'}(${piece})`;
}
