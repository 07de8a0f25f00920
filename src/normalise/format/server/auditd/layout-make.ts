import { detach, type Fields, type FieldValue } from '../../../../event/index.js';
import { EVENT_HEAD } from '../../../capture.js';
import { numberIn } from '../../../text/codes.js';
import type { Line } from '../../../line.js';
import { isPlainName } from '../../../shape.js';
import { type RecordType, setRecord } from './record-fields.js';
import type { Slot } from './slots.js';
import { type Kind, KINDS } from './sorts.js';
import { decodedValue, type Pairs } from './values.js';

/**
 * The event of a record of one layout: `sequence` from its head, its message, and its n-th open value from `ends[2n]` to
 * `ends[2n + 1]` in `bytes`, which have `text` from `offset`.
 */
export type MakeRecord = (
  line: Line,
  sequence: number,
  message: string,
  text: string,
  bytes: Uint8Array,
  ends: Int32Array,
  offset: number,
) => Fields;

/** What every record begins with, and what makes it. */
const HEAD: ReadonlyMap<string, string> = new Map([
  ...EVENT_HEAD.map((name) => [name, 'void 0'] as const),
  ['event.kind', '"event"'],
  ['event.module', '"auditd"'],
  ['event.dataset', '"auditd.log"'],
  ['event.original', 'l.original'],
  ['message', 'm'],
  ['host.name', 'l.hostOf(l.host)'],
  ['host.hostname', 'l.host'],
  ['auditd.log.sequence', 'q'],
]);

/** More properties than V8 gives a literal before it makes it a hash table. */
const MOST_NAMES = 127;
/** A mark's form, where it may be a part of a text. */
const MARKS = /(\ue000\d+\ue001)/;
const FIRST_NUMBER = 10 ** 14;
/** What might be taken for a mark (an exit code may be any address of memory). */
const LIKE_MARK = /\ue000|1000000000000|^127\.0\.0\.\d/;

/** What stands in the place of an open value, and the code of what it becomes. */
interface Mark {
  readonly text: string;
  readonly code: string;
}

/**
 * Compiles the making of the events of a layout in one step, as `compileShape` does and where it may: of records of a type
 * with open values in these slots; `twins`: two of them that are the same. The event is what `setRecord` makes of the pairs
 * with a mark in the place of each open value: where a mark comes out, the value goes. undefined where it can't be.
 */
export function compileRecord(
  type: RecordType,
  pairs: Pairs,
  slots: readonly Slot[],
  twins: readonly [one: number, other: number] | undefined,
): MakeRecord | undefined {
  const open = new Set(slots.map(({ pair }) => pair));
  if (pairs.values.slice(0, pairs.length).some((value, pair) => !open.has(pair) && LIKE_MARK.test(value ?? '')))
    return undefined;
  const marks = slots.map(({ kind }, nth) => markOf(kind, nth));
  if (twins !== undefined) marks[twins[1]] = marks[twins[0]] as Mark;
  const constants: FieldValue[] = [];
  const properties = new Map(HEAD);
  const coder = new Coder(marks, constants);
  const marked = markedFields(type, pairs, slots, marks);
  for (const name in marked) if (marked[name] !== undefined) properties.set(name, coder.codeOf(marked[name]));
  if (properties.size > MOST_NAMES || ![...properties.keys()].every(isPlainName)) return undefined;
  const literal = [...properties].map(([name, code]) => `"${name}":${code}`).join(',');
  try {
    const body = `return function(l,q,m,t,b,e,o){return {${literal}}}`;
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- a literal of names checked above, over indexes; nothing else makes any
    const compile = new Function('c', 'n', 'd', body) as (
      constants: readonly FieldValue[],
      number: typeof numberIn,
      decoded: typeof decodedValue,
    ) => MakeRecord;
    return compile(constants, numberIn, decodedValue);
  } catch {
    return undefined;
  }
}

/** What a record's pairs say with marks for the open values, which are put back. */
function markedFields(type: RecordType, pairs: Pairs, slots: readonly Slot[], marks: readonly Mark[]): Fields {
  const values = pairs.values.slice(0, pairs.length);
  slots.forEach(({ pair }, nth) => (pairs.values[pair] = marks[nth]?.text));
  const fields: Fields = { 'auditd.log.record_type': type.type };
  setRecord(fields, type, pairs);
  values.forEach((value, index) => (pairs.values[index] = value));
  return fields;
}

/** The mark of the `nth` open value: of the same kind, and no other value's. */
function markOf(kind: Kind, nth: number): Mark {
  const slice = `t.slice(e[${2 * nth}]-o,e[${2 * nth + 1}]-o)`;
  switch (kind) {
    case KINDS.digits:
      return { text: String(FIRST_NUMBER + nth), code: slice };
    case KINDS.negative:
      return { text: String(-FIRST_NUMBER - nth), code: slice };
    case KINDS.address:
      return { text: `127.0.0.${nth}`, code: slice };
    case KINDS.rooted:
      return { text: `/\ue000${nth}\ue001`, code: slice };
    case KINDS.encoded:
      return { text: `\ue000${nth}\ue001`, code: `d(${slice})` };
    default:
      return { text: `\ue000${nth}\ue001`, code: slice };
  }
}

/** Tells the code of a value in which marks may stand. */
class Coder {
  readonly #codes = new Map<FieldValue, string>();
  readonly #constants: FieldValue[];

  /** What has no marks is added to the constants. */
  constructor(marks: readonly Mark[], constants: FieldValue[]) {
    this.#constants = constants;
    marks.forEach(({ text, code }, nth) => {
      const number = Number(text);
      if (this.#codes.has(text)) return;
      this.#codes.set(text, code);
      if (number > 0) this.#codes.set(number, `n(b,e[${2 * nth}],e[${2 * nth + 1}])`);
      if (number < 0) this.#codes.set(number, `-n(b,e[${2 * nth}]+1,e[${2 * nth + 1}])`);
    });
  }

  codeOf(value: FieldValue | undefined): string {
    const known = value === undefined ? 'void 0' : this.#codes.get(value);
    if (known !== undefined) return known;
    if (typeof value === 'string') return this.#joined(value);
    if (Array.isArray(value)) return this.#listed(value as readonly FieldValue[]);
    return this.#constant(value as FieldValue);
  }

  /** A list whose texts may be marks. */
  #listed(list: readonly FieldValue[]): string {
    const isOpen = list.some((item) => this.#codes.has(item));
    return isOpen ? `[${list.map((item) => this.codeOf(item)).join(',')}]` : this.#constant(list.map(detachedItem));
  }

  /** A text that marks may be parts of. */
  #joined(text: string): string {
    const parts = text.split(MARKS).filter((part) => part !== '');
    return parts.map((part) => this.#codes.get(part) ?? this.#constant(detach(part))).join('+');
  }

  #constant(value: FieldValue): string {
    return `c[${this.#constants.push(value) - 1}]`;
  }
}

function detachedItem(item: FieldValue): FieldValue {
  return typeof item === 'string' ? detach(item) : item;
}
