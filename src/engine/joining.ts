import { z } from 'zod';
import type { Joining } from '../input/index.js';
import { compileRegex } from '../rule/regex.js';
import type { Config } from './config.js';
import { span } from './config-span.js';
import { inputOf } from './inputs.js';

/** The usual bounds of one joined record. */
const MAX_LINES = 500;
const TIMEOUT = 2000;

const pattern = z.string().superRefine((text, context) => {
  const compiled = compileRegex(text, '');
  if (compiled.kind === 'fault') context.addIssue(`${compiled.reason}; ${compiled.fix}`);
});

/** An input's `multiline`: which lines of its files are one record. */
export const multilineSchema = z.union([
  z.enum(['auto', 'none', 'indent']),
  z.strictObject({
    start: pattern.optional(),
    'max-lines': z.number().int().min(2).max(10_000).default(MAX_LINES),
    timeout: span.refine((ms) => ms <= 30_000, { error: 'not longer than 30s' }).default(TIMEOUT),
  }),
]);

type Multiline = z.output<typeof multilineSchema>;

/**
 * Which lines of a path are one record, by the configuration's input for it (`auto` where it says nothing); undefined:
 * every line is one. A start pattern runs in linear time.
 */
export function joiningFor(config: Config): (path: string) => Joining | undefined {
  const inputFor = inputOf(config);
  return (path) => joiningOf(inputFor(path)?.multiline ?? 'auto');
}

function joiningOf(multiline: Multiline): Joining | undefined {
  if (multiline === 'none') return undefined;
  if (typeof multiline === 'string') return { rule: multiline, maxLines: MAX_LINES, timeout: TIMEOUT };
  const { start, 'max-lines': maxLines, timeout } = multiline;
  return { rule: start === undefined ? 'auto' : startRule(start), maxLines, timeout };
}

function startRule(start: string): (line: string) => boolean {
  const compiled = compileRegex(start, '');
  if (compiled.kind === 'fault') throw new Error(`a checked pattern: ${compiled.reason}`);
  return (line) => compiled.test(line);
}
