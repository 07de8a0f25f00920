/** A text, a list of texts, or nothing: what one place of a joined text holds. */
export type TextValue = string | readonly string[] | null;

/**
 * Stands between two values. After NUL always stands what it means; a NUL of a text itself is escaped, so a joined text
 * says exactly one thing.
 */
export const SEPARATOR = '\u0000,';
const NULL = '\u0000n';
const LIST = '\u0000l';
const ITEM = '\u0000i';
const ESCAPED_NUL = '\u0000e';

/**
 * Several values as one text, injectively: equal texts mean equal values. One text without NUL stands for itself.
 *
 * The result of two or more values is a copy that shares no memory with them. Linear.
 */
export function joinTexts(values: readonly TextValue[]): string {
  if (values.length === 1) return encode(values[0] as TextValue);
  const parts = new Array<string>(values.length);
  for (let i = 0; i < values.length; i++) parts[i] = encode(values[i] as TextValue);
  return parts.join(SEPARATOR);
}

/** The values of a joined text: of one that `joinTexts` made of at least one value, exactly those. */
export function splitTexts(text: string): TextValue[] {
  return text.includes('\u0000') ? text.split(SEPARATOR).map(decode) : [text];
}

/** Where the first `count` values of a joined text end. */
export function endOfTexts(text: string, count: number): number {
  let end = -SEPARATOR.length;
  for (let i = 0; i < count; i++) {
    end = text.indexOf(SEPARATOR, end + SEPARATOR.length);
    if (end < 0) return text.length;
  }
  return end;
}

function encode(value: TextValue): string {
  if (typeof value === 'string') return value.includes('\u0000') ? value.replaceAll('\u0000', ESCAPED_NUL) : value;
  return value === null ? NULL : LIST + value.map((item) => ITEM + encode(item)).join('');
}

function decode(text: string): TextValue {
  if (!text.includes('\u0000')) return text;
  if (text === NULL) return null;
  if (!text.startsWith(LIST)) return unescaped(text);
  return text.slice(LIST.length).split(ITEM).slice(1).map(unescaped);
}

function unescaped(text: string): string {
  return text.replaceAll(ESCAPED_NUL, '\u0000');
}
