import { detach, type Fields, type FieldValue } from '../../../../event/index.js';
import { eventFields } from '../../../capture.js';
import { decimalIn } from '../../../text/codes.js';
import { type Layout, LAYOUTS } from '../../../json/layout.js';
import type { JsonObject, Line, TextFormat } from '../../../line.js';
import { zeek } from './zeek.js';
import { ConnColumns } from './conn.js';
import { type UsualColumns, usualColumns } from './columns.js';

const TAB = 9;
const DASH = 45;
const PARENTHESIS = 40;
const BACKSLASH = 92;
const MAX_COLUMNS = 256;
const NAMES = 'zeek.fields';
const TYPES = 'zeek.types';
const PATH = 'zeek.path';
const NUMERIC = new Set(['count', 'int', 'port', 'double', 'interval', 'time']);

/**
 * Zeek's tab-separated logs. `#fields`, `#types` and `#path` say what the columns are, as often as they come; a line of
 * values becomes the object Zeek's JSON writer would have written, and is read as that; without a header seen, the usual
 * columns of the commonest logs are tried. A header line is an event with its text as the message. Source: Zeek documentation, "Zeek TSV Format Logs".
 */
export const zeekTsv: TextFormat = {
  reads: 'text',
  name: 'zeek',
  aliases: ['zeek.tsv', ...zeek.aliases],
  dataset: 'zeek',
  sniff: (line) => isHeader(line) || /^\d{9,10}\.\d{1,9}\t/.test(line.slice(0, 24)),
  parse: (line, at) => (isHeader(line) ? header(line, at) : row(line, at)),
};

const HEADER = /^#(separator|set_separator|empty_field|unset_field|path|open|close|fields|types)[\t ]/;

function isHeader(line: string): boolean {
  return line.charCodeAt(0) === 35 && HEADER.test(line.slice(0, 32));
}

const KEPT: Readonly<Record<string, string>> = { fields: NAMES, types: TYPES, path: PATH };

function header(line: string, at: Line): Fields {
  const [name = '', ...values] = line.slice(1).split('\t', MAX_COLUMNS + 1);
  if (Object.hasOwn(KEPT, name)) at.headers.set(KEPT[name] ?? '', values.map(detach));
  at.isHeader = true;
  return eventFields(at, 'zeek', line, {});
}

/** What the header says of the columns. */
interface Columns {
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly path: string | undefined;
  /** Reads connections in their usual columns. */
  readonly conn: ConnColumns | undefined;
  readonly kinds: readonly number[];
  /** Where the columns of the line at hand begin, and where one more would. */
  readonly starts: Int32Array;
  /** Which columns of the line at hand are set: 1. */
  readonly isSet: Uint8Array;
  /** The layouts of lines, by the columns that are unset in them, a bit each. */
  readonly layouts: Map<number, Layout>;
}

/** Kinds of columns: those whose values need no look at their type. */
const NUMBER = 1;
const TEXT = 2;

function kindOf(type: string): number {
  if (NUMERIC.has(type)) return NUMBER;
  return type === 'bool' || type.endsWith(']') ? 0 : TEXT;
}

/** The columns by the list of their names, for as long as the header holds. */
const COLUMNS = new WeakMap<readonly string[], Columns>();

function columnsOf(at: Line, names: readonly string[]): Columns {
  const types = at.headers.get(TYPES) ?? [];
  const path = at.headers.get(PATH)?.[0];
  const known = COLUMNS.get(names);
  if (known?.types === types && known.path === path) return known;
  const columns = makeColumns(names, types, path);
  COLUMNS.set(names, columns);
  return columns;
}

function makeColumns(names: readonly string[], types: readonly string[], path: string | undefined): Columns {
  return {
    names,
    types,
    path,
    conn: ConnColumns.of(names, types, path),
    kinds: names.map((_, index) => kindOf(types[index] ?? 'string')),
    starts: new Int32Array(names.length + 1),
    isSet: new Uint8Array(names.length),
    layouts: new Map(),
  };
}

const USUAL = new Map<UsualColumns, Columns>();

/** The columns of a line without a header: told by what stands in them. */
function guessed(line: string): Columns | undefined {
  const found = usualColumns(line.split('\t', MAX_COLUMNS + 1));
  if (found === undefined) return undefined;
  const columns = USUAL.get(found) ?? makeColumns(found.names, found.types, found.path);
  USUAL.set(found, columns);
  return columns;
}

function row(line: string, at: Line): Fields | undefined {
  return usualRow(line, at) ?? anyRow(line, at);
}

/** The event of a connection in the usual columns; undefined for any other line, in doubt too. */
export function usualRow(line: string, at: Line): Fields | undefined {
  const names = at.headers.get(NAMES);
  return names === undefined ? undefined : columnsOf(at, names).conn?.read(line, at);
}

/**
 * Reads the row as the object Zeek's JSON would be, which is made only where its layout is not usual; undefined where nothing
 * tells the columns, or `line.inner` set to it as JSON where it is none of Zeek's.
 */
export function anyRow(line: string, at: Line): Fields | undefined {
  const names = at.headers.get(NAMES);
  const columns = names === undefined ? guessed(line) : columnsOf(at, names);
  if (columns === undefined) return undefined;
  const layout = columns.path === undefined ? undefined : layoutOf(line, columns, at);
  return layout === undefined ? rowSlowly(line, columns, at) : zeek.read(layout, () => objectOf(line, columns), at);
}

/** So many columns have a bit each; so many ways they may be set are remembered. */
const MOST_BITS = 30;
const MOST_LAYOUTS = 64;

/** The layout of the values that are set; undefined where it is not usual, or where the header told other columns. */
function layoutOf(line: string, columns: Columns, at: Line): Layout | undefined {
  const bytes = at.codes.load(line);
  const special = split(bytes, at.codes.length, columns);
  if (special < 0) return undefined;
  const { names, types, kinds, starts, isSet, layouts } = columns;
  const { values } = LAYOUTS;
  let unset = 0;
  let count = 1;
  values[0] = columns.path;
  for (let index = 0; index < names.length; index++) {
    const start = starts[index] as number;
    const end = (starts[index + 1] as number) - 1;
    const kind = kinds[index];
    let value: FieldValue | undefined = kind === NUMBER ? decimalIn(bytes, start, end) : undefined;
    if (kind === TEXT && special === 0 && bytes[start] !== PARENTHESIS && (end !== start + 1 || bytes[start] !== DASH))
      value = line.slice(start, end);
    value ??= valueOf(line.slice(start, end), types[index] ?? 'string');
    isSet[index] = value === undefined ? 0 : 1;
    if (value === undefined) unset |= 1 << index;
    else values[count++] = value;
  }
  return (names.length > MOST_BITS ? undefined : layouts.get(unset)) ?? learn(columns, unset);
}

/** The layout of the values that stand in `LAYOUTS`, asked for key by key. */
function learn({ names, isSet, layouts }: Columns, unset: number): Layout | undefined {
  const { values } = LAYOUTS;
  LAYOUTS.begin();
  LAYOUTS.add('_path', values[0] as FieldValue);
  for (let index = 0; index < names.length; index++) {
    if (isSet[index] === 1 && !LAYOUTS.add(names[index] as string, values[LAYOUTS.length] as FieldValue))
      return undefined;
  }
  const layout = LAYOUTS.end();
  if (layout !== undefined && names.length <= MOST_BITS && layouts.size < MOST_LAYOUTS) layouts.set(unset, layout);
  return layout;
}

/** Finds the columns of a line: whether any of them is escaped (1), none is (0), or there are more or fewer (-1). */
function split(bytes: Uint8Array, length: number, { starts }: Columns): number {
  const last = starts.length - 2;
  let index = 0;
  let escaped = 0;
  for (let at = 0; at < length; at++) {
    const code = bytes[at];
    if (code === BACKSLASH) escaped = 1;
    if (code !== TAB) continue;
    if (index === last) return -1;
    starts[++index] = at + 1;
  }
  starts[index + 1] = length + 1;
  return index === last ? escaped : -1;
}
function rowSlowly(line: string, columns: Columns, at: Line): Fields | undefined {
  if (line.split('\t', MAX_COLUMNS + 1).length !== columns.names.length) return undefined;
  const object = objectOf(line, columns);
  if (zeek.sniff(object)) return zeek.parse(object, at);
  at.inner = { text: JSON.stringify(object), hints: ['zeek'], time: Number.NaN, host: undefined, fields: {} };
  return undefined;
}

function objectOf(line: string, { names, types, path }: Columns): JsonObject {
  const values = line.split('\t', MAX_COLUMNS + 1);
  const object: Record<string, FieldValue | undefined> = { _path: path };
  for (const [index, name] of names.entries()) {
    const value = valueOf(values[index] ?? '', types[index] ?? 'string');
    if (value !== undefined) object[name] = value;
  }
  return object;
}

/** One value by its type; undefined for `-`, which is unset. */
function valueOf(text: string, type: string): FieldValue | undefined {
  if (text === '-') return undefined;
  if (type.endsWith(']') && /^(?:set|vector|table)\[/.test(type)) return text === '(empty)' ? [] : items(text, type);
  if (text === '(empty)') return '';
  if (type === 'bool') return text === 'T';
  return NUMERIC.has(type) && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text) ? Number(text) : unescape(text);
}

function items(text: string, type: string): readonly FieldValue[] {
  const own = type.slice(type.indexOf('[') + 1, -1);
  return text.split(',', MAX_COLUMNS).map((item) => valueOf(item, own) ?? '-');
}

/** Tabs and what is not ASCII are written `\xHH`. */
function unescape(text: string): string {
  if (!text.includes('\\x')) return text;
  return text.replace(/(?:\\x[0-9a-f]{2})+/gi, (escaped) =>
    Buffer.from(escaped.replaceAll(/\\x/gi, ''), 'hex').toString('utf8'),
  );
}
