import type { Joining } from '../input/index.js';
import { compileRegex } from '../rule/regex/regex.js';
import type { Config } from './config/config.js';
import type { Multiline } from './config/joining.js';
import { inputOf } from './inputs.js';

/** The usual bounds of one joined record. */
export const MAX_LINES = 500;
/** Milliseconds. */
export const TIMEOUT = 2000;

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
