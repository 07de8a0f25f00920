import type { Fields, FieldValue } from '../event/index.js';
import { EVENT_HEAD, type Said, setHead, type What } from './capture.js';
import type { Line } from './line.js';
import { compileShape, type Make, plainShape } from './shape.js';

import { Codes } from './text/codes.js';

/** Makes values undefined that may have been set. */
type Clear = (values: (FieldValue | undefined)[]) => void;

/** Events before their shape is worth being compiled: a header that somebody changes at every line costs no compiling. */
const USUAL = 16;

/** What rows have before their first text. */
const NONE = new Codes();

/** Writes what one piece of a row says into its values; the piece is neither empty nor `-`. */
export type Cell = (row: Row, start: number, end: number) => void;

/** What a column sets, for the rows whose places `slot` tells. */
export type Column = (slot: (field: string) => number) => Cell;

/**
 * One event in the making of a format whose lines all have the same pieces. Cells read the pieces from bytes and put values in
 * their places; then the event is made of all of them in one step, with one shape. Every field a cell may set has its
 * place before the first event is made.
 */
export class Row {
  text = '';
  codes = NONE;
  bytes: Uint8Array = NONE.bytes;
  /** By place; undefined: the event lacks the field. */
  readonly values: (FieldValue | undefined)[] = EVENT_HEAD.map(() => undefined);
  readonly #names = [...EVENT_HEAD];
  #make: Make = plainShape(this.#names);
  #clear: Clear = clearAll;
  #seen = 0;

  /** The place of a field, the same for the same field. */
  readonly slot = (field: string): number => {
    const known = this.#names.indexOf(field);
    if (known >= 0) return known;
    this.values.push(undefined);
    return this.#names.push(field) - 1;
  };

  /** The cells of some columns; undefined: the column sets nothing. */
  cells(columns: readonly (Column | undefined)[]): readonly (Cell | undefined)[] {
    return columns.map((column) => column?.(this.slot));
  }

  /** Begins the event of a text: all values are undefined but those every event begins with. */
  begin(text: string, line: Line, said: Said, what: What): void {
    this.text = text;
    this.codes = line.codes;
    this.bytes = line.codes.load(text);
    this.#clear(this.values);
    setHead(this.values, line, said, what);
  }

  /** Sets the piece `[start, end)` by its cell; nothing where it is empty or `-`. */
  put(cell: Cell | undefined, start: number, end: number): void {
    if (cell === undefined || end <= start || (end === start + 1 && this.bytes[start] === 45)) return;
    cell(this, start, end);
  }

  /** The event. */
  event(): Fields {
    if (++this.#seen === USUAL) {
      this.#make = compileShape(this.#names) ?? this.#make;
      this.#clear = clearOf(this.#names.length);
    }
    return this.#make(this.values);
  }
}

/** A loop: `fill` costs four times that. */
function clearAll(values: (FieldValue | undefined)[]): void {
  for (let at = EVENT_HEAD.length; at < values.length; at++) values[at] = undefined;
}

/** `clearAll` of so many values, a store for each. Costs some 20 µs. */
function clearOf(length: number): Clear {
  let stores = '';
  for (let at = EVENT_HEAD.length; at < length; at++) stores += `v[${at}]=void 0;`;
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- stores to indexes; nothing else makes any
    return new Function('v', stores) as Clear;
  } catch {
    return clearAll;
  }
}

/** Sets the pieces of a row: the n-th begins at the n-th of `starts`, and ends before the character in front of the next. */
export type PutAll = (row: Row, starts: Int32Array) => void;

/**
 * What puts pieces by their cells as `Row.put` does, each with a call of its own: a loop that calls many cells from one place
 * costs each of them a look-up. Costs some 50 µs. A loop where nothing may be compiled.
 */
export function putAll(cells: readonly (Cell | undefined)[]): PutAll {
  const put = (index: number): string =>
    `b=s[${index}];e=s[${index + 1}]-1;if(e>b&&(e!==b+1||r.bytes[b]!==45))c${index}(r,b,e);`;
  const used = cells.flatMap((cell, index) => (cell === undefined ? [] : [index]));
  const names = used.map((index) => `c${index}=c[${index}]`);
  try {
    const body = `let ${['b', 'e', ...names].join(',')};return function(r,s){${used.map(put).join('')}}`;
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- statements over indexes; nothing else makes any
    return (new Function('c', body) as (all: typeof cells) => PutAll)(cells);
  } catch {
    return (row, starts) => {
      for (let at = 0; at < cells.length; at++)
        row.put(cells[at], starts[at] as number, (starts[at + 1] as number) - 1);
    };
  }
}
