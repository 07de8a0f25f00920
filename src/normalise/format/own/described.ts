import type { FieldValue, Fields, FormatDescription } from '../../../event/index.js';
import type { Format, JsonFormat, JsonObject, Line, TextFormat } from '../../line.js';
import { valueOf } from '../../raw.js';
import { capture, type LinePattern, readPattern } from './pattern.js';
import { timeEndOf } from './time-end.js';
import { converterOf, readMapping } from './user-mapping.js';

const compiled = new WeakMap<FormatDescription, readonly Format[]>();

/**
 * The formats that an operator described, as the built-in ones are: text lines by patterns, JSON records by a mapping.
 * Compiled once for each description. A description's pattern that can't be read is left out: whoever reads the
 * description's file refuses it first.
 */
export function describedFormats(description: FormatDescription): readonly Format[] {
  let formats = compiled.get(description);
  if (formats === undefined) {
    const { patterns, mapping } = description;
    formats = [
      ...(patterns.length > 0 ? [textFormat(description)] : []),
      ...(Object.keys(mapping).length > 0 ? [jsonFormat(description)] : []),
    ];
    compiled.set(description, formats);
  }
  return formats;
}

function textFormat(description: FormatDescription): TextFormat {
  const { name } = description;
  const patterns = description.patterns.map(readPattern).filter((pattern) => typeof pattern !== 'string');
  return {
    reads: 'text',
    name,
    aliases: [],
    dataset: name,
    sniff: (text) => patterns.some(({ begins }) => text.startsWith(begins)),
    parse: (text, line) => {
      const timeEnd = timeEndOf(description, line);
      for (const pattern of patterns) {
        const values = capture(text, pattern, timeEnd);
        if ('why' in values) continue;
        const fields = fieldsOf(description, pattern, values, line);
        if (fields !== undefined) return fields;
      }
      return undefined;
    },
  };
}

/** undefined where the time is not of the form told. */
function fieldsOf(
  description: FormatDescription,
  { captures }: LinePattern,
  values: readonly string[],
  line: Line,
): Fields | undefined {
  const fields = begin(description, line);
  for (const [index, { field, kind }] of captures.entries()) {
    const value = values[index] as string;
    if (field === '' || value === '' || value === '-') continue;
    if (field === '@timestamp') {
      line.time = timeOf(value, description, line);
      if (Number.isNaN(line.time)) return undefined;
    } else fields[field] = meant(description, field, kind === 'int' || kind === 'number' ? Number(value) : value);
  }
  return complete(description, fields, line);
}

function jsonFormat(description: FormatDescription): JsonFormat {
  const { name, mapping } = description;
  const names = Object.values(mapping);
  return {
    reads: 'json',
    name,
    aliases: [],
    dataset: name,
    sniff: (json: JsonObject) => names.every((one) => valueOf(json, one) !== undefined),
    parse: (json, line) => {
      const read = readMapping(json, line, mapping);
      if (read === undefined) return undefined;
      for (const field of Object.keys(mapping)) {
        const raw = valueOf(json, mapping[field] as string);
        if (field === '@timestamp' && description.time !== undefined && typeof raw === 'string') {
          line.time = timeOf(raw, description, line);
        } else if (description.values[field] !== undefined && raw !== undefined) {
          read[field] = meant(description, field, raw);
        }
      }
      return complete(description, { ...read, ...headOf(description) }, line);
    },
  };
}

function begin(description: FormatDescription, line: Line): Fields {
  return {
    'event.kind': 'event',
    ...headOf(description),
    'event.original': line.original,
    message: line.original,
    'host.name': line.hostName,
  };
}

function headOf({ name }: FormatDescription): Fields {
  const dot = name.indexOf('.');
  return { 'event.module': dot > 0 ? name.slice(0, dot) : name, 'event.dataset': name };
}

/** What the description says a value means, else the value as its field wants it. */
function meant({ values }: FormatDescription, field: string, value: FieldValue): FieldValue | undefined {
  const table = Object.hasOwn(values, field) ? values[field] : undefined;
  const key = typeof value === 'string' ? value : JSON.stringify(value);
  if (table !== undefined && Object.hasOwn(table, key)) return table[key];
  return typeof value === 'number' ? value : converterOf(field)(value);
}

function complete({ fields: fixed }: FormatDescription, fields: Fields, line: Line): Fields {
  for (const [field, value] of Object.entries(fixed)) fields[field] ??= value;
  const host = fields['host.hostname'];
  if (typeof host === 'string') fields['host.name'] = line.hostOf(host);
  const address = fields['source.ip'];
  if (typeof address === 'string') fields['source.address'] ??= address;
  return fields;
}

function timeOf(text: string, { time }: FormatDescription, line: Line): number {
  return time === undefined ? line.clock.any(text, line.receiveTime) : line.clock.formatted(text, time);
}
