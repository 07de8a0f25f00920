import { detach } from '../../event/index.js';
import { isUnsafe } from './layout.js';
import { kindOf } from './template-values.js';

const LONGEST_CONSTANT = 256;

/** A place for a value in texts: what stands before it, punctuation and keys, and what stood in it. */
export class Slot {
  readonly before: string;
  /** Whether the document ends here. */
  readonly isEnd: boolean;
  /** What the value has been so far. */
  kinds: number;
  /** The value's text, as long as it was the same each time. */
  constant: string | undefined;

  private constructor(before: string, isEnd: boolean, kinds: number, constant: string | undefined) {
    this.before = before;
    this.isEnd = isEnd;
    this.kinds = kinds;
    this.constant = constant;
  }

  /** The slot of one value; undefined: the document ends there. */
  static of(before: string, value: string | undefined): Slot {
    const constant = value === undefined || value.length > LONGEST_CONSTANT ? undefined : detach(value);
    return new Slot(detach(before), value === undefined, value === undefined ? 0 : kindOf(value), constant);
  }

  /** A slot of its own that has been the same. */
  copy(): Slot {
    return new Slot(this.before, this.isEnd, this.kinds, this.constant);
  }

  /** Whether another stands behind the same text. */
  isLike({ before, isEnd }: Slot): boolean {
    return this.before === before && this.isEnd === isEnd;
  }

  /** Takes in what another has been; whether that changes what is to be looked for. */
  widen({ kinds, constant }: Slot): boolean {
    if (this.constant !== undefined && this.constant === constant) return false;
    const isChanged = this.constant !== undefined || (this.kinds | kinds) !== this.kinds;
    this.constant = undefined;
    this.kinds |= kinds;
    return isChanged;
  }
}

const SCALAR = '"[^"\\\\]*(?:\\\\.[^"\\\\]*)*"|-?\\d[\\d.eE+-]*|true|false|null';
const SPACE = '[ \\t\\r\\n]*';
const VALUE = new RegExp(
  `(?:${SCALAR})|\\[${SPACE}(?:(?:${SCALAR})(?:${SPACE},${SPACE}(?:${SCALAR}))*${SPACE})?\\]`,
  'y',
);
const COLON = /[ \t\r\n]*:/y;
const OBJECT = /\[[ \t\r\n]*\{/y;
/** Values of one text. */
const MOST_VALUES = 160;
/** Characters of a text that its template has as they are written: engines refuse expressions with a run of 32,768. */
const MOST_WRITTEN = 16_384;
/** Keys that may stand in code, in quotes; numbers are put first by JavaScript, wherever they stand. */
const KEY = /^(?!\d+$)[ !#-[\]-~]{1,128}$/;

/**
 * The slots of a JSON text: its values, scalars and lists of scalars, in their order. undefined where they are not those of
 * the document one by one (keys twice, as numbers, with escapes or odd characters; lists in lists), or too many or too long. The
 * text must be valid JSON. Linear.
 */
export function slotsOf(text: string): readonly Slot[] | undefined {
  const slots: Slot[] = [];
  const open: Set<string>[] = [];
  let from = 0;
  let written = 0;
  for (let at = 0; at < text.length;) {
    const end = pastMatch(VALUE, text, at);
    if (slots.length > MOST_VALUES || written + at - from > MOST_WRITTEN) return undefined;
    if (end > at) {
      const key = keyAt(text, at, end);
      if (key === undefined) {
        const slot = Slot.of(text.slice(from, at), text.slice(at, end));
        slots.push(slot);
        written += at - from + (slot.constant?.length ?? 0);
        from = end;
      } else if (!isNew(key, open.at(-1))) return undefined;
      at = end;
    } else {
      if (!isFit(text, at, open)) return undefined;
      at++;
    }
  }
  slots.push(Slot.of(text.slice(from), undefined));
  return slots;
}

/** Where a pattern that matches there ends; -1: it doesn't. */
function pastMatch(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** The key that stands there; undefined: it is a value. */
function keyAt(text: string, at: number, end: number): string | undefined {
  return text.charAt(at) === '"' && pastMatch(COLON, text, end) > 0 ? text.slice(at + 1, end - 1) : undefined;
}

function isNew(key: string, keys: Set<string> | undefined): boolean {
  if (keys === undefined || keys.has(key) || !KEY.test(key) || isUnsafe(key)) return false;
  keys.add(key);
  return true;
}

/** Whether what stands between values can be read; keeps account of the objects that are open. */
function isFit(text: string, at: number, open: Set<string>[]): boolean {
  const mark = text.charAt(at);
  if (mark === '{') open.push(new Set());
  else if (mark === '}') open.pop();
  else if (mark === '[') return pastMatch(OBJECT, text, at) > 0;
  return true;
}
