import { ANY, ONE, type PatternPart } from './types.js';

/**
 * A dash that `windash` found: any of the five in `DASHES`. Lives only while modifiers are applied.
 */
export const DASH = Symbol('dash');

/** A pattern while modifiers work on it. */
export type TextPart = PatternPart | typeof DASH;

/** What `windash` takes for one another: hyphen, slash, en dash, em dash, horizontal bar. Source: Sigma modifiers 2.1. */
export const DASHES = ['-', '/', '–', '—', '―'] as const;

/**
 * Reads the wildcards and escapes of a Sigma string.
 *
 * `*` and `?` are wildcards; `\*`, `\?` and `\\` are the plain characters; a backslash before anything else, or at the
 * end, is itself. Source: Sigma Rules Specification 2.0, "Escaping". Linear; runs of `*` become one.
 */
export function parsePattern(text: string): readonly PatternPart[] {
  if (!/[*?\\]/.test(text)) return text === '' ? [] : [text];
  const parts: PatternPart[] = [];
  let literal = '';
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    const next = text.charAt(i + 1);
    if (char === '\\' && (next === '*' || next === '?' || next === '\\')) {
      literal += next;
      i++;
    } else if (char === '*' || char === '?') {
      if (literal !== '') parts.push(literal);
      literal = '';
      parts.push(char === '*' ? ANY : ONE);
    } else literal += char;
  }
  if (literal !== '') parts.push(literal);
  return joinParts(parts);
}

/** Joins neighbouring literals and drops repeated `ANY`. */
export function joinParts<T extends TextPart>(parts: readonly T[]): readonly T[] {
  const out: T[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (typeof part === 'string' && typeof last === 'string') out[out.length - 1] = (last + part) as T;
    else if (part !== '' && !(part === ANY && last === ANY)) out.push(part);
  }
  return out;
}

/** Whether a pattern holds a wildcard. */
export function hasWildcard(parts: readonly TextPart[]): boolean {
  return parts.some((part) => part === ANY || part === ONE);
}

/** Letters of any script, as pySigma's regular expression counts them. */
const WORD = /[\p{L}\p{N}_]/u;
const DASH_SET: ReadonlySet<string> = new Set(DASHES);

/**
 * Marks the dashes of command-line flags: a dash after no word character and before one, as pySigma's windash does
 * (`\B[-/]\b`), so that `foo-bar` and paths keep theirs.
 */
export function markDashes(parts: readonly TextPart[]): readonly TextPart[] {
  return joinParts(parts.flatMap((part) => (typeof part === 'string' ? markLiteral(part) : [part])));
}

function markLiteral(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const free = i === 0 || !WORD.test(text.charAt(i - 1));
    if (!free || !DASH_SET.has(text.charAt(i)) || !WORD.test(text.charAt(i + 1))) continue;
    parts.push(text.slice(start, i), DASH);
    start = i + 1;
  }
  parts.push(text.slice(start));
  return parts;
}

/** How many plain patterns the marked dashes stand for. */
export function dashVariants(parts: readonly TextPart[]): number {
  return parts.includes(DASH) ? DASHES.length ** parts.filter((part) => part === DASH).length : 1;
}

/** Every plain pattern that the marked dashes stand for. Ask `dashVariants` first: it is a power of five. */
export function expandDashes(parts: readonly TextPart[]): readonly (readonly PatternPart[])[] {
  if (!parts.includes(DASH)) return [parts as readonly PatternPart[]];
  let variants: (readonly PatternPart[])[] = [[]];
  for (const part of parts) {
    const choices: readonly PatternPart[] = part === DASH ? DASHES : [part];
    variants = variants.flatMap((variant) => choices.map((choice): readonly PatternPart[] => [...variant, choice]));
  }
  return variants.map((variant) => joinParts<PatternPart>(variant));
}

/** A pattern as the source of a regular expression over the whole value, for dashes too many to expand. */
export function patternSource(parts: readonly TextPart[]): string {
  const first = parts[0] === ANY;
  const last = parts.length > 1 && parts.at(-1) === ANY;
  const inner = parts.slice(first ? 1 : 0, last ? -1 : undefined);
  return `${first ? '' : '^'}${partsSource(inner)}${last ? '' : '$'}`;
}

/** Parts of a pattern as the source of a regular expression that matches what they match, anywhere. */
export function partsSource(parts: readonly TextPart[]): string {
  return parts.map(partSource).join('');
}

function partSource(part: TextPart): string {
  if (part === ANY) return '[\\s\\S]*';
  if (part === ONE) return '[\\s\\S]';
  if (part === DASH) return '[-/–—―]';
  return escapeRegex(part);
}

/** A text that matches only itself in a regular expression, in JavaScript and in RE2. */
export function escapeRegex(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
