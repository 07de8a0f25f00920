import type { RegexNode } from './parse.js';

/** Half of a character beyond the basic plane. */
const SURROGATE = /[\ud800-\udfff]/;
const FIRST_SURROGATE = 0xd800;

/**
 * An expression as JavaScript runs it with the meaning PCRE and RE2 give it, or undefined where JavaScript can't read it:
 * `.` leaves out only the line feed, and a character is a code point where it makes a difference (then the flag is `u`).
 */
export function compileNative(node: RegexNode, flags: string): RegExp | undefined {
  const source = flags.includes('s') ? node.source : nativeSource(node.source);
  const unicode = SURROGATE.test(source) || countsCharacters(node);
  return (unicode ? attempt(source, `${flags}u`) : undefined) ?? attempt(source, flags);
}

function attempt(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}

/** Whether a set that half a character fits into stands anywhere but in an open repetition, where halves do no harm. */
function countsCharacters(node: RegexNode): boolean {
  if (node.kind === 'set') return node.set.some(([from, to]) => from <= FIRST_SURROGATE && to >= FIRST_SURROGATE);
  if (node.kind === 'anchor') return false;
  if (node.kind === 'look') return countsCharacters(node.item);
  if (node.kind === 'repeat') {
    const open = node.item.kind === 'set' && node.min <= 1 && node.max === Infinity;
    return !open && countsCharacters(node.item);
  }
  return node.items.some(countsCharacters);
}

/** Writes `.` outside classes out: JavaScript's own also leaves out carriage returns and U+2028. */
function nativeSource(source: string): string {
  return source.replace(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\./g, (piece) => (piece === '.' ? '[^\\n]' : piece));
}
