import { detach, type Fields, type FieldValue } from '../../event/index.js';
import { eventFields } from '../capture.js';
import { decimalIn, find } from '../codes.js';
import { type Layout, LAYOUTS } from '../layout.js';
import type { JsonObject, Line, TextFormat } from '../line.js';
import { zeek } from './zeek.js';

const TAB = 9;
const DASH = 45;
const PARENTHESIS = 40;
const MAX_COLUMNS = 256;
const NAMES = 'zeek.fields';
const TYPES = 'zeek.types';
const PATH = 'zeek.path';
const NUMERIC = new Set(['count', 'int', 'port', 'double', 'interval', 'time']);

/**
 * Zeek's tab-separated logs. `#fields`, `#types` and `#path` say what the columns are, as often as they come; a line of
 * values becomes the object Zeek's JSON writer would have written, and is read as that. A header line is an event with its
 * text as the message. Source: Zeek documentation, "Zeek TSV Format Logs".
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
  readonly kinds: readonly number[];
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
  const columns = { names, types, path, kinds: names.map((_, index) => kindOf(types[index] ?? 'string')) };
  COLUMNS.set(names, columns);
  return columns;
}

/**
 * Reads the row as the object Zeek's JSON would be, which is made only where its layout is not usual; undefined where no header
 * told the columns, or `line.inner` set to it as JSON where it is none of Zeek's.
 */
function row(line: string, at: Line): Fields | undefined {
  const names = at.headers.get(NAMES);
  if (names === undefined) return undefined;
  const columns = columnsOf(at, names);
  const layout = columns.path === undefined ? undefined : layoutOf(line, columns, at);
  return layout === undefined ? rowSlowly(line, columns, at) : zeek.read(layout, () => objectOf(line, columns), at);
}

/** The layout of the values that are set; undefined where it is not usual, or where the header told other columns. */
function layoutOf(line: string, columns: Columns, at: Line): Layout | undefined {
  const bytes = at.codes.load(line);
  const { length } = at.codes;
  const { names, types, kinds } = columns;
  const isPlain = !line.includes('\\x');
  LAYOUTS.begin();
  LAYOUTS.add('_path', columns.path ?? null);
  let start = 0;
  for (let index = 0; index < names.length; index++) {
    const end = find(bytes, TAB, start, length);
    // The last column ends the line, and no other does.
    if ((end === length) !== (index === names.length - 1)) return undefined;
    if (end !== start + 1 || bytes[start] !== DASH) {
      const kind = kinds[index];
      let value: FieldValue | undefined = kind === NUMBER ? decimalIn(bytes, start, end) : undefined;
      if (kind === TEXT && isPlain && bytes[start] !== PARENTHESIS) value = line.slice(start, end);
      value ??= valueOf(line.slice(start, end), types[index] ?? 'string');
      if (value !== undefined && !LAYOUTS.add(names[index] as string, value)) return undefined;
    }
    start = end + 1;
  }
  return LAYOUTS.end();
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
