import type { z } from 'zod';
import { suggestion } from './suggest.js';

type RawIssue = z.core.$ZodRawIssue;

/** What a kind of value is called, and how one is written. */
const KINDS: Readonly<Record<string, readonly [name: string, how: string]>> = {
  string: ['a text', 'write one, in quotes where it looks like a number'],
  number: ['a number', 'write its digits without quotes'],
  int: ['a whole number', 'write its digits without quotes or a fraction'],
  boolean: ['true or false', 'write one of the two without quotes'],
  array: ['a list', 'write it as [a, b], or each entry on lines of its own, the first with `- ` before it'],
  object: ['a map of keys', 'write `key: value` lines, indented where they belong to a key'],
  record: ['a map of keys', 'write `key: value` lines, indented where they belong to a key'],
};

const SIZES: Readonly<Record<string, string>> = { array: 'entries', string: 'characters' };

/**
 * A problem of a configuration in a sentence: what stands there, what is needed, how to write it. Values are not
 * repeated but where only some words are allowed, since they may be secrets. Undefined: the schema's own words will do.
 */
export function issueWords(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return typeWords(issue.expected, issue.input);
    case 'invalid_value':
      return `${typeof issue.input === 'string' ? `'${issue.input}'` : seen(issue.input)} is none of the words that may stand here${suggestion(String(issue.input), issue.values.map(String))}`;
    case 'invalid_union':
      return `${seen(issue.input)} can't stand here; write ${alternatives(issue.errors)}`;
    case 'too_small':
      return sizeWords(issue.origin, 'at least', Number(issue.minimum));
    case 'too_big':
      return sizeWords(issue.origin, 'at most', Number(issue.maximum));
    default:
      return undefined;
  }
}

/** What may stand in a place of several kinds: `auto, none, indent or a map of keys`. */
function alternatives(branches: readonly (readonly z.core.$ZodIssue[])[]): string {
  const all = branches.flat().flatMap((issue) => {
    if (issue.path.length > 0) return [];
    if (issue.code === 'invalid_value') return issue.values.map(String);
    return issue.code === 'invalid_type' ? [KINDS[issue.expected]?.[0] ?? issue.expected] : [];
  });
  const kinds = [...new Set(all)];
  return kinds.length < 2
    ? (kinds[0] ?? 'what deploy/sekisho.sample.yml shows')
    : `${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1)}`;
}

function typeWords(expected: string, input: unknown): string {
  const [name, how] = KINDS[expected] ?? [expected, 'look the key up in deploy/sekisho.sample.yml'];
  return input === undefined
    ? `is missing; ${name} is needed`
    : `${seen(input)} stands where ${name} is needed; ${how}`;
}

function sizeWords(origin: string, bound: string, size: number): string {
  const unit = SIZES[origin];
  if (unit === undefined) return `out of range; write a number of ${bound} ${size}`;
  return size === 1 && bound === 'at least' ? 'is empty; name at least one' : `write ${bound} ${size} ${unit}`;
}

function seen(input: unknown): string {
  if (input === undefined || input === null) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'a map of keys';
  return KINDS[typeof input]?.[0] ?? 'something else';
}
