import type { FieldValue, Fields } from '../../event/index.js';
import type { Said } from '../capture.js';
import { find, matches, pastDigits, word as codesOf } from './codes.js';
import type { Line } from '../line.js';
import { type Cell, type Column, Row } from '../row.js';

const QUOTE = 34;
const SPACE = 32;
const DASH = 45;
const DOT = 46;
const BACKSLASH = 92;
const ZERO = 48;
const NINE = 57;
const UPPER_Z = 90;
const NOTHING = {};

/** Tells a piece that begins at `start`: the index behind it, or -1 where it is none. Linear, and never looks back. */
export type Piece = (bytes: Uint8Array, start: number, end: number) => number;

/** Anything but a space, at most so long; of a longer one so much. */
export function word(most: number): Piece {
  return (bytes, start, end) => {
    const at = find(bytes, SPACE, start, Math.min(end, start + most));
    return at === start ? -1 : at;
  };
}

/** So many digits. */
export function digits(most: number, least = 1): Piece {
  return (bytes, start, end) => {
    const at = pastDigits(bytes, start, Math.min(end, start + most));
    return at - start < least ? -1 : at;
  };
}

/** A piece of some kind, or `-`. */
export function orDash(piece: Piece): Piece {
  return (bytes, start, end) => (isDash(bytes, start, end) ? start + 1 : piece(bytes, start, end));
}

/** Whether a lone `-` stands at `start`. */
function isDash(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes[start] === DASH && start < end && (start + 1 === end || bytes[start + 1] === SPACE);
}

/** A decimal number of nine digits at most before and behind its point, perhaps negative. */
export const decimal: Piece = (bytes, start, end) => {
  const first = bytes[start] === DASH ? start + 1 : start;
  const point = pastDigits(bytes, first, Math.min(end, first + 9));
  if (point === first) return -1;
  if (point === end || bytes[point] !== DOT) return point;
  const last = pastDigits(bytes, point + 1, Math.min(end, point + 10));
  return last === point + 1 ? point : last;
};

/** A text in quotes, backslashes before quotes and backslashes in it; an escaped line end is none. */
export const quoted: Piece = (bytes, start, end) => {
  if (start >= end || bytes[start] !== QUOTE) return -1;
  for (let at = start + 1; at < end; at++) {
    const code = bytes[at];
    if (code === QUOTE) return at + 1;
    if (code !== BACKSLASH) continue;
    at++;
    if (bytes[at] === 10 || bytes[at] === 13) return -1;
  }
  return -1;
};

/** A text of fixed characters. */
export function exactly(text: string): Piece {
  const wanted = codesOf(text);
  return (bytes, start, end) => (matches(bytes, wanted, start, end) ? start + wanted.length : -1);
}

/** `2026-11-23T06:39:04`, perhaps with a fraction of nine digits, perhaps with a `Z`. */
export const isoStamp: Piece = (bytes, start, end) => {
  if (start + 19 > end) return -1;
  for (let index = 0; index < 19; index++) {
    const code = bytes[start + index] as number;
    const mark = STAMP[index] as number;
    if (mark === ZERO ? code < ZERO || code > NINE : code !== mark) return -1;
  }
  let at = start + 19;
  if (at < end && bytes[at] === DOT) {
    const last = pastDigits(bytes, at + 1, Math.min(end, at + 10));
    if (last > at + 1) at = last;
  }
  return at < end && bytes[at] === UPPER_Z ? at + 1 : at;
};

const STAMP = codesOf('0000-00-00T00:00:00');

/** Pieces of a form: what they are, and what they set. */
export type PieceRow = readonly [piece: Piece, column?: Column];

/**
 * A form that lines may have: pieces parted by single spaces. It is told and read in one pass over the bytes, where a regular
 * expression of as many groups costs several times that; `fields` are those of every line of the form.
 */
export class Form {
  readonly row = new Row();
  readonly #pieces: readonly Piece[];
  readonly #cells: readonly (Cell | undefined)[];
  readonly #needed: number;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #fixed: readonly { readonly slot: number; readonly value: FieldValue | undefined }[];
  #count = 0;

  /** The last `optional` pieces may be missing; what stands behind them all is not looked at. */
  constructor(rows: readonly PieceRow[], fields: Fields, optional = 0) {
    this.#pieces = rows.map(([piece]) => piece);
    this.#cells = this.row.cells(rows.map(([, column]) => column));
    this.#needed = rows.length - optional;
    this.#starts = new Int32Array(rows.length);
    this.#ends = new Int32Array(rows.length);
    this.#fixed = Object.entries(fields).map(([name, value]) => ({ slot: this.row.slot(name), value }));
  }

  /** Whether the bytes `[0, length)` are of this form. */
  fits(bytes: Uint8Array, length: number): boolean {
    let start = 0;
    let count = 0;
    for (const piece of this.#pieces) {
      if (count > 0 && bytes[start++] !== SPACE) break;
      const end = start > length ? -1 : piece(bytes, start, length);
      if (end < 0) break;
      const inside = piece === quoted ? 1 : 0;
      this.#starts[count] = start + inside;
      this.#ends[count] = end - inside;
      count++;
      start = end;
    }
    this.#count = count;
    return count >= this.#needed;
  }

  /** Where a piece of the text that fitted last begins. */
  start(index: number): number {
    return this.#starts[index] as number;
  }

  /** A piece of the text that fitted last. */
  piece(text: string, index: number): string {
    return text.slice(this.#starts[index], this.#ends[index]);
  }

  /** The event of the text that fitted last. */
  event(text: string, line: Line, said: Said): Fields {
    const { row } = this;
    row.begin(text, line, said, NOTHING);
    for (const fixed of this.#fixed) row.values[fixed.slot] = fixed.value;
    for (let at = 0; at < this.#count; at++)
      row.put(this.#cells[at], this.#starts[at] as number, this.#ends[at] as number);
    return row.event();
  }
}
