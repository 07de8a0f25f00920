import { Lexer } from 'yaml';
import type { Report } from './problem.js';

/** Largest rule file, in UTF-16 units of its text (and in bytes, when it is read). */
export const FILE_LIMIT = 1024 * 1024;
/** Deepest nesting of maps and lists. Rules need about five levels. */
export const NESTING_LIMIT = 100;

/**
 * Refuses a text that could harm the YAML parser, before the parser sees it: larger than 1 MiB, or nested deeper than
 * 100 levels (nested brackets abort the process in yaml 2.9, uncatchably).
 *
 * Linear. Ordinary files cost one pass over their characters; only those with very many brackets or dashes are also
 * split into tokens, which is what tells brackets from brackets inside a string. True: safe to parse.
 */
export function guard(text: string, report: Report): boolean {
  if (text.length > FILE_LIMIT) {
    report.error('rule.file.size', 0, '', 'the file is larger than 1 MiB', 'split it into several rule files');
    return false;
  }
  if (!couldNestDeeply(text)) return true;
  const at = deepOffset(text);
  if (at === undefined) return true;
  const reason = `maps and lists are nested deeper than ${NESTING_LIMIT} levels`;
  report.error('rule.yaml.nesting', at, '', reason, 'flatten the rule; quote a text that consists of brackets or dashes');
  return false;
}

const NEWLINE = 10;
const SPACE = 32;
const OPENERS = new Set(['[', '{'].map((char) => char.charCodeAt(0)));
/** What can begin a block level inside a line: `-`, `?` and `:`, each followed by white space. */
const INDICATORS = new Set(['-', '?', ':'].map((char) => char.charCodeAt(0)));

/** An upper bound of the depth from counts alone: brackets in the file, and indentation plus indicators of any line. */
function couldNestDeeply(text: string): boolean {
  let brackets = 0;
  let columns = 0;
  let indent = true;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === NEWLINE) [columns, indent] = [0, true];
    else if (code === SPACE && indent) columns++;
    else {
      indent = false;
      if (OPENERS.has(code)) brackets++;
      else if (INDICATORS.has(code) && text.charCodeAt(i + 1) <= SPACE) columns++;
    }
    if (brackets > NESTING_LIMIT || columns > NESTING_LIMIT) return true;
  }
  return false;
}

/** Offset of the token that is nested too deeply, or undefined. Source: the token marks of yaml's lexer. */
function deepOffset(text: string): number | undefined {
  let offset = 0;
  let flow = 0;
  let block = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') flow++;
    else if (token === ']' || token === '}') flow = Math.max(0, flow - 1);
    else if (token === '\n' || token === '\r\n') block = 0;
    else if (token === '-' || token === '?' || token === ':') block++;
    else if (block === 0 && /^ +$/.test(token)) block = token.length;
    if (flow > NESTING_LIMIT || block > NESTING_LIMIT) return offset;
    // \u0002, \u0018, \u001f and \ufeff are marks of the lexer without width in the source (but for the BOM).
    if (!/^[\u0002\u0018\u001f]$/.test(token)) offset += token.length;
  }
  return undefined;
}
