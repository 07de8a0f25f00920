import { ANY, type ONE, type PatternPart } from '../rule/types.js';
import { fold } from './text.js';

/** What a pattern comes down to. `text` is its literal (folded unless cased); `general`: more than one literal or `?`. */
export type PatternShape =
  | { readonly kind: 'any' }
  | { readonly kind: 'exact' | 'contains' | 'prefix' | 'suffix'; readonly text: string }
  | { readonly kind: 'general'; readonly parts: readonly PatternPart[] };

/** Simplifies a pattern (neighbouring texts joined, repeated `*` collapsed, folded unless cased) and names its shape. */
export function shapeOf(parts: readonly PatternPart[], cased: boolean): PatternShape {
  const simple = simplify(parts, cased);
  const [first, second, third] = simple;
  if (first === undefined) return { kind: 'exact', text: '' };
  if (simple.length === 1) return single(first, simple);
  if (simple.length === 2 && first === ANY && typeof second === 'string') return { kind: 'suffix', text: second };
  if (simple.length === 2 && typeof first === 'string' && second === ANY) return { kind: 'prefix', text: first };
  if (simple.length === 3 && first === ANY && third === ANY && typeof second === 'string')
    return { kind: 'contains', text: second };
  return { kind: 'general', parts: simple };
}

function single(part: PatternPart, parts: readonly PatternPart[]): PatternShape {
  if (part === ANY) return { kind: 'any' };
  return typeof part === 'string' ? { kind: 'exact', text: part } : { kind: 'general', parts };
}

function simplify(parts: readonly PatternPart[], cased: boolean): readonly PatternPart[] {
  const simple: PatternPart[] = [];
  for (const part of parts) {
    const last = simple.at(-1);
    if (part === '' || (part === ANY && last === ANY)) continue;
    const next = typeof part === 'string' && !cased ? fold(part) : part;
    if (typeof next === 'string' && typeof last === 'string') simple[simple.length - 1] = last + next;
    else simple.push(next);
  }
  return simple;
}

/**
 * The test of a shape on one text (folded by the caller unless the pattern is cased).
 *
 * Linear in the text for every shape without `?`; with `?`, at most text × pattern. Never a regular expression.
 * `?` is one code point.
 */
export function matcherOf(shape: PatternShape): (text: string) => boolean {
  if (shape.kind === 'any') return () => true;
  if (shape.kind === 'general') return generalMatcher(shape.parts);
  const literal = shape.text;
  switch (shape.kind) {
    case 'exact':
      return (text) => text === literal;
    case 'contains':
      return (text) => text.includes(literal);
    case 'prefix':
      return (text) => text.startsWith(literal);
    case 'suffix':
      return (text) => text.endsWith(literal);
  }
}

/** What stands between two `*`: literals and single characters. */
type Segment = readonly (string | typeof ONE)[];

/**
 * Greedy matching: the first segment at the start, each following one as far left as it goes, the last one at the end.
 * Leftmost is enough, since an earlier occurrence never ends later.
 */
function generalMatcher(parts: readonly PatternPart[]): (text: string) => boolean {
  const segments = segmentsOf(parts);
  const first = segments[0] ?? [];
  const last = segments.at(-1) ?? [];
  const middle = segments.slice(1, -1);
  if (segments.length === 1) return (text) => matchAt(first, text, 0) === text.length;
  return (text) => {
    let position = matchAt(first, text, 0);
    for (const segment of middle) {
      if (position < 0) return false;
      position = findFrom(segment, text, position);
    }
    return position >= 0 && matchEnd(last, text) >= position;
  };
}

function segmentsOf(parts: readonly PatternPart[]): readonly Segment[] {
  const segments: (string | typeof ONE)[][] = [[]];
  for (const part of parts) {
    if (part === ANY) segments.push([]);
    else segments.at(-1)?.push(part);
  }
  return segments;
}

/** Where the segment ends if it stands at `position`, else -1. */
function matchAt(segment: Segment, text: string, position: number): number {
  let at = position;
  for (const part of segment) {
    if (typeof part === 'string') {
      if (!text.startsWith(part, at)) return -1;
      at += part.length;
    } else {
      if (at >= text.length) return -1;
      at += isPair(text, at) ? 2 : 1;
    }
  }
  return at;
}

/** Where the segment begins if the text ends with it, else -1. */
function matchEnd(segment: Segment, text: string): number {
  let at = text.length;
  for (let i = segment.length - 1; i >= 0; i--) {
    const part = segment[i] ?? '';
    if (typeof part === 'string') {
      if (!text.endsWith(part, at)) return -1;
      at -= part.length;
    } else {
      if (at <= 0) return -1;
      at -= at > 1 && isPair(text, at - 2) ? 2 : 1;
    }
  }
  return at;
}

/** Where the leftmost occurrence from `position` on ends, or -1. */
function findFrom(segment: Segment, text: string, position: number): number {
  const head = segment[0];
  if (typeof head !== 'string') return findAnywhere(segment, text, position);
  for (let at = text.indexOf(head, position); at >= 0; at = text.indexOf(head, at + 1)) {
    const end = segment.length === 1 ? at + head.length : matchAt(segment, text, at);
    if (end >= 0) return end;
  }
  return -1;
}

function findAnywhere(segment: Segment, text: string, position: number): number {
  for (let at = position; at <= text.length; at += isPair(text, at) ? 2 : 1) {
    const end = matchAt(segment, text, at);
    if (end >= 0) return end;
  }
  return -1;
}

function isPair(text: string, at: number): boolean {
  const high = text.charCodeAt(at);
  const low = text.charCodeAt(at + 1);
  return high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
}
