import { find } from '../text/codes.js';
import type { Line } from '../line.js';
import { Made, Names } from '../text/names.js';

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;
const EQUALS = 61;
const BRACKET = 91;
const BACKSLASH = 92;
const CLOSE = 93;

/** Names of parameters by the element's id. */
const ELEMENTS = new Made((id) => new Names((name) => `log.syslog.structured_data.${id}.${name}`));
const LONGEST_NAME = 64;

/**
 * Structured data elements at `at`, as `log.syslog.structured_data.<id>.<name>`, into `line.elements`; the index behind them, or of
 * the first that is none. One parameter is ` NAME="VALUE"`, where \" \\ and \] are escaped (RFC 5424, section 6.3.3).
 */
export function readElements(text: string, at: number, line: Line): number {
  const bytes = line.codes.load(text);
  const { length } = line.codes;
  let start = at;
  while (start < length && bytes[start] === BRACKET) {
    let next = start + 1;
    while (next < length && next <= start + LONGEST_NAME + 1 && bytes[next] !== SPACE && bytes[next] !== CLOSE) next++;
    if (next === start + 1 || next > start + LONGEST_NAME + 1 || next >= length) return start;
    const names = ELEMENTS.of(line.programs.of(text, bytes, start + 1, next));
    for (let end = readParameter(text, bytes, next, line, names); end > 0;) {
      next = end;
      end = readParameter(text, bytes, next, line, names);
    }
    if (bytes[next] !== CLOSE || next >= length) return start;
    start = next + 1;
  }
  return start;
}

/** One parameter at `at`: the index behind it, or -1. */
function readParameter(text: string, bytes: Uint8Array, at: number, line: Line, names: Names): number {
  const { length } = line.codes;
  const equals = nameEnd(bytes, at, length);
  const start = equals + 2;
  const end = equals < 0 ? -1 : valueEnd(bytes, start, length);
  if (end < 0) return -1;
  const value = text.slice(start, end);
  const { names: all, values } = (line.elements ??= { names: [], values: [] });
  all.push(names.of(line.programs.of(text, bytes, at + 1, equals)));
  values.push(value.includes('\\') ? value.replace(/\\(["\\\]])/g, '$1') : value);
  return end + 1;
}

/** Where the name of a parameter ends that begins behind the space at `at`, a quote behind its `=`; -1: there is none. */
function nameEnd(bytes: Uint8Array, at: number, length: number): number {
  const equals = find(bytes, EQUALS, at + 1, Math.min(length, at + LONGEST_NAME + 2));
  const isNamed = equals > at + 1 && bytes[at] === SPACE && bytes[equals] === EQUALS && bytes[equals + 1] === QUOTE;
  if (!isNamed || equals + 1 >= length) return -1;
  for (let index = at + 1; index < equals; index++)
    if (bytes[index] === SPACE || bytes[index] === CLOSE || bytes[index] === QUOTE) return -1;
  return equals;
}

/** The quote that ends a value, or -1; a line end can't be escaped. */
function valueEnd(bytes: Uint8Array, start: number, length: number): number {
  let end = start;
  while (end < length && bytes[end] !== QUOTE && bytes[end] !== CLOSE) {
    if (bytes[end] === BACKSLASH && (bytes[++end] === NEWLINE || bytes[end] === RETURN)) return -1;
    end++;
  }
  return end < length && bytes[end] === QUOTE ? end : -1;
}
