import type { ScalarNode } from './reader.js';

// Source: YAML 1.2.2, section 10.3.2 (core schema tag resolution).
const NUMBER = /^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|0x[0-9a-fA-F]+|0o[0-7]+)$/;
const NULL = /^(?:~|null|Null|NULL)?$/;
const BOOLEAN = /^(?:true|True|TRUE|false|False|FALSE)$/;

/** What YAML's core schema makes of a scalar without quotes. */
export function plainType(text: string): ScalarNode['type'] {
  if (text.length > 40) return 'string';
  if (NULL.test(text)) return 'null';
  if (BOOLEAN.test(text)) return 'boolean';
  return NUMBER.test(text) ? 'number' : 'string';
}

/** `at` if the text stands there in its file letter by letter, else undefined. */
export function verbatimAt(source: string, text: string, at: number): number | undefined {
  return source.startsWith(text, at) ? at : undefined;
}
