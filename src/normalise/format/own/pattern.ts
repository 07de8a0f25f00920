import { closingQuote, unescapeQuoted } from '../../text/scan.js';

/** What a captured value must look like: otherwise the line is not of the form. */
export const CAPTURE_KINDS = ['text', 'word', 'ip', 'int', 'number'] as const;

/** A kind of capture. */
export type CaptureKind = (typeof CAPTURE_KINDS)[number];

/** One `{field:kind}` of a pattern and the literal text behind it (empty: it reaches to the line's end). */
export interface Capture {
  /** Empty: skipped. */
  readonly field: string;
  readonly kind: CaptureKind;
  readonly ends: string;
  readonly quoted: boolean;
}

/** A pattern taken apart. */
export interface LinePattern {
  readonly begins: string;
  readonly captures: readonly Capture[];
}

const PLACEHOLDER = /\{\{|\}\}|\{([^{}:]{0,256})(?::([a-z]{1,16}))?\}/g;

/**
 * Reads a pattern such as `{@timestamp} [{log.level}] {user.name} from {source.ip:ip}`: `{}` skips a value, `{{` and `}}` are
 * braces. Returns a sentence that says what is wrong instead, where two values stand side by side, a kind is unknown, or
 * nothing is captured.
 */
export function readPattern(pattern: string): LinePattern | string {
  const literals: string[] = [''];
  const found: { readonly field: string; readonly kind: string }[] = [];
  let end = 0;
  const add = (text: string): void => {
    literals[literals.length - 1] += text;
  };
  for (const match of pattern.matchAll(PLACEHOLDER)) {
    add(pattern.slice(end, match.index));
    end = match.index + match[0].length;
    if (match[1] === undefined) add(match[0].charAt(0));
    else {
      found.push({ field: match[1].trim(), kind: match[2] ?? 'text' });
      literals.push('');
    }
  }
  add(pattern.slice(end));
  return taken(literals, found);
}

function taken(
  literals: readonly string[],
  found: readonly { readonly field: string; readonly kind: string }[],
): LinePattern | string {
  const begins = literals[0] as string;
  if (!found.some(({ field }) => field !== ''))
    return 'the pattern captures no field; write {user.name} where the value stands';
  const captures: Capture[] = [];
  for (const [index, { field, kind }] of found.entries()) {
    if (!isKind(kind)) return `no kind of value is called '${kind}'; there are ${CAPTURE_KINDS.join(', ')}`;
    const before = literals[index] as string;
    const ends = literals[index + 1] as string;
    if (ends === '' && index + 1 < found.length)
      return `{${field}} and the value behind it are not separated by any text`;
    captures.push({ field, kind, ends, quoted: before.endsWith('"') && ends.startsWith('"') });
  }
  return { begins, captures };
}

function isKind(kind: string): kind is CaptureKind {
  return (CAPTURE_KINDS as readonly string[]).includes(kind);
}

const LOOKS: Readonly<Record<CaptureKind, RegExp | undefined>> = {
  text: undefined,
  word: /^\S{1,1024}$/,
  ip: /^\[?[0-9a-fA-F:.]{2,45}(?:%\w{1,16})?\]?$/,
  int: /^-?\d{1,15}$/,
  number: /^-?\d{1,15}(?:\.\d{1,15})?$/,
};

/** Where a time ends that begins at `start` and has `ends` behind it, which it may itself contain; −1: there is none. */
export type TimeEnd = (line: string, start: number, ends: string) => number;

/** Where a line ceases to be of a pattern's form, and why. */
export interface Misfit {
  readonly from: number;
  readonly why: string;
}

/**
 * The values of a line in the order of the captures; a `Misfit` where it is not of this form. A value ends at the first
 * occurrence of the text behind it, in quotes at the closing quote (escapes are taken off), `@timestamp` where `timeEnd`
 * says. Linear.
 */
export function capture(
  line: string,
  { begins, captures }: LinePattern,
  timeEnd?: TimeEnd,
): readonly string[] | Misfit {
  if (!line.startsWith(begins)) return { from: 0, why: `\`${begins}\` does not stand there` };
  const values: string[] = [];
  let start = begins.length;
  for (const one of captures) {
    const end = endOf(line, start, one, timeEnd);
    if (end < 0) return { from: start, why: `no ${named(one)} with \`${one.ends}\` behind it stands there` };
    const value = line.slice(start, end);
    if (LOOKS[one.kind]?.test(value) === false)
      return { from: start, why: `\`${value.slice(0, 64)}\` is no ${named(one)}` };
    values.push(one.quoted ? unescapeQuoted(value) : value);
    start = end + one.ends.length;
  }
  return start === line.length ? values : { from: start, why: 'the pattern is at its end' };
}

function named({ field, kind }: Capture): string {
  return `{${field}${kind === 'text' ? '' : `:${kind}`}}`;
}

function endOf(line: string, start: number, { field, ends, quoted }: Capture, timeEnd: TimeEnd | undefined): number {
  if (ends === '') return line.length;
  if (field === '@timestamp' && timeEnd !== undefined && !quoted) return timeEnd(line, start, ends);
  if (!quoted) return line.indexOf(ends, start);
  const end = closingQuote(line, start);
  return end >= 0 && line.startsWith(ends, end) ? end : -1;
}
