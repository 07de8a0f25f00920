import { detach, type Fields } from '../../event/index.js';
import { eventFields } from '../capture.js';
import type { JsonObject, Line, TextFormat } from '../line.js';
import { zeek } from './zeek.js';

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

/** Reads the row as the object; undefined where no header told the columns, or `line.inner` set to it as JSON where it is none of Zeek's. */
function row(line: string, at: Line): Fields | undefined {
  const names = at.headers.get(NAMES);
  const values = line.split('\t', MAX_COLUMNS + 1);
  if (names === undefined || values.length !== names.length) return undefined;
  const types = at.headers.get(TYPES) ?? [];
  const object: Record<string, unknown> = { _path: at.headers.get(PATH)?.[0] };
  for (const [index, name] of names.entries()) {
    const value = valueOf(values[index] ?? '', types[index] ?? 'string');
    if (value !== undefined) object[name] = value;
  }
  if (zeek.sniff(object as JsonObject)) return zeek.parse(object as JsonObject, at);
  at.inner = { text: JSON.stringify(object), hints: ['zeek'], time: Number.NaN, host: undefined, fields: {} };
  return undefined;
}

/** One value by its type; undefined for `-`, which is unset. */
function valueOf(text: string, type: string): unknown {
  if (text === '-') return undefined;
  if (type.endsWith(']') && /^(?:set|vector|table)\[/.test(type)) return text === '(empty)' ? [] : items(text, type);
  if (text === '(empty)') return '';
  if (type === 'bool') return text === 'T';
  return NUMERIC.has(type) && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text) ? Number(text) : unescape(text);
}

function items(text: string, type: string): readonly unknown[] {
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
