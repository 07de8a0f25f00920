import type { Fields } from '../../event/index.js';
import { type Codes, matches, word } from '../text/codes.js';
import { Fours } from '../text/fours.js';
import type { Pairs } from '../fields.js';
import type { Line } from '../line.js';
import type { Priority } from './priority.js';
import { isPlainName } from '../shape.js';

const QUOTE = 34;
const BACKSLASH = 92;
const CLOSE = 93;
/** Behind the last value. */
const TAIL = word('"] ');
const MOST_VALUES = 32;
const MOST_LAYOUTS = 32;
/** Lines of a layout before it is compiled. */
const PROVEN = 4;
/** Lines without a known layout of which all are looked at, then some. */
const FIRST = 64;
const SOME = 63;

/** What an RFC 5424 line says before its message, but for its elements. */
export interface StructuredHead {
  priority: Priority;
  host: string | undefined;
  program: string | undefined;
  pid: number | undefined;
  procid: string | undefined;
  msgid: string | undefined;
}

/** The event of a line with this head and message, and with the values of its elements, the n-th of which is `text.slice(ends[2n], ends[2n + 1])`. */
export type MakeStructured = (
  line: Line,
  head: StructuredHead,
  message: string,
  text: string,
  ends: Int32Array,
) => Fields;

/** The properties of such an event in their order, and where their values stand. */
const PROPERTIES: readonly (readonly [field: string, code: string])[] = [
  ['event.kind', '"event"'],
  ['event.module', 'l.module'],
  ['event.dataset', 'l.dataset'],
  ['event.category', 'void 0'],
  ['event.type', 'void 0'],
  ['event.action', 'void 0'],
  ['event.outcome', 'void 0'],
  ['event.original', 'l.original'],
  ['message', 'm'],
  ['host.name', 'l.hostOf(h.host)'],
  ['host.hostname', 'h.host'],
  ['process.name', 'h.program'],
  ['process.pid', 'h.pid'],
  ['user.name', 'void 0'],
  ['log.syslog.priority', 'h.priority.code'],
  ['log.syslog.facility.code', 'h.priority.facility'],
  ['log.syslog.facility.name', 'h.priority.facilityName'],
  ['log.syslog.severity.code', 'h.priority.severity'],
  ['log.syslog.severity.name', 'h.priority.severityName'],
  ['log.syslog.version', '"1"'],
  ['log.syslog.appname', 'h.program'],
  ['log.syslog.procid', 'h.procid'],
  ['log.syslog.msgid', 'h.msgid'],
];

/**
 * Compiles the making of events whose elements have these names, in one step as `compileShape` does, and under the same conditions;
 * undefined where they do not hold.
 */
export function compileStructured(names: readonly string[]): MakeStructured | undefined {
  if (new Set(names).size !== names.length || !names.every(isPlainName)) return undefined;
  const own = PROPERTIES.map(([field, code]) => `"${field}":${code}`);
  const values = names.map((name, n) => `"${name}":t.slice(e[${2 * n}],e[${2 * n + 1}])`);
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- a literal of names checked above; nothing else makes one
    return new Function('l', 'h', 'm', 't', 'e', `return {${[...own, ...values].join(',')}}`) as MakeStructured;
  } catch {
    return undefined;
  }
}

/** Structured data of one set of names: what stands between its values. */
interface Layout {
  readonly before: readonly Fours[];
  readonly names: readonly string[];
  seen: number;
  make: MakeStructured | undefined;
}

/**
 * The layouts of structured data seen: elements and parameters of the same names in the same order. A line of a known layout is
 * told by what stands between its values, and becomes its event in one step. Bounded: 32 layouts, of which those seen often
 * stay; a layout is compiled once four lines had it.
 */
export class ElementLayouts {
  /** Where the values of the line at hand begin and end. */
  readonly ends = new Int32Array(MOST_VALUES * 2);
  /** Index behind the elements of the line at hand and their space. */
  end = 0;
  readonly #known: Layout[] = [];
  #missed = 0;

  /** What makes the events of lines with the elements at `at`, `end` and `ends` set; undefined where their layout is not known. */
  of(codes: Codes, at: number): MakeStructured | undefined {
    const known = this.#known;
    for (let nth = 0; nth < known.length; nth++) {
      const layout = known[nth] as Layout;
      if (!this.#stands(layout, codes, at)) continue;
      if (nth > 0) known[nth] = known[nth - 1] as Layout;
      if (nth > 0) known[nth - 1] = layout;
      if (++layout.seen === PROVEN) layout.make = compileStructured(layout.names);
      return layout.make;
    }
    return undefined;
  }

  #stands({ before }: Layout, { bytes, view, length }: Codes, at: number): boolean {
    let end = at;
    for (let nth = 0; nth < before.length; nth++) {
      const piece = before[nth] as Fours;
      if (!piece.stands(view, end, length)) return false;
      const start = end + piece.length;
      end = start;
      while (end < length && PART[bytes[end] as number] === 1) end++;
      if (end >= length || bytes[end] !== QUOTE) return false;
      this.ends[2 * nth] = start;
      this.ends[2 * nth + 1] = end;
    }
    this.end = end + TAIL.length;
    return matches(bytes, TAIL, end, length);
  }

  /** Whether the next layout that is not known shall be learned: not all of them are looked at where there are many. */
  wantsMore(): boolean {
    return this.#missed++ < FIRST || (this.#missed & SOME) === 0;
  }

  /** Learns a layout from a line's structured data, `text`, whose parameters have been read; does nothing for an odd one. */
  learn(text: string, { names, values }: Pairs): void {
    // A quote inside a value is escaped, and a backslash makes a layout odd, so that quotes part values from what is between them.
    const parts = text.split('"', 2 * MOST_VALUES + 2);
    const isWhole = parts.length === 2 * names.length + 1 && parts.at(-1) === ']' && !text.includes('\\');
    if (!isWhole || values.some((value, nth) => value !== parts[2 * nth + 1])) return;
    const before = names.map((_, nth) => `${nth === 0 ? '' : '"'}${parts[2 * nth]}"`);
    if (!before.every(isFit)) return;
    const layout: Layout = { before: before.map((piece) => new Fours(piece)), names, seen: 0, make: undefined };
    if (this.#known.length === MOST_LAYOUTS) this.#known.pop();
    this.#known.push(layout);
  }
}

/** By byte: 1 for what may stand in a value without ending it or being an escape. */
const PART = new Uint8Array(256).fill(1);
for (const code of [QUOTE, BACKSLASH, CLOSE]) PART[code] = 0;

/** What `Fours` can look for. */
function isFit(piece: string): boolean {
  return /^[\x20-\x7e]{4,64}$/.test(piece);
}
