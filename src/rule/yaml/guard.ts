import type { Report } from '../problem.js';
import { yaml } from './yaml.js';

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
  report.error(
    'rule.yaml.nesting',
    at,
    '',
    reason,
    'flatten the rule; quote a text that consists of brackets or dashes',
  );
  return false;
}

const AMPERSAND = 38;

/** Lines, quotation marks, brackets, commas and the like in a file that only the YAML parser can read. */
const MARK_LIMIT = 100_000;

/**
 * Refuses a text with more marks of YAML (line ends, quotation marks, brackets, commas, anchors, tags) than the parser
 * reads in a fraction of a second: 100,000. Files in the plain part of YAML never come here. True: go on.
 */
export function guardParser(text: string, report: Report): boolean {
  let marks = 0;
  for (let i = 0; i < text.length; i++) marks += MARK_CODES[text.charCodeAt(i)] ?? 0;
  if (marks <= MARK_LIMIT) return true;
  const reason = 'the file holds too many values, quotation marks or brackets';
  const fix = 'split it; one `key: value` or `- value` a line, without anchors and tags, may be more';
  report.error('rule.yaml.size', 0, '', reason, fix);
  return false;
}

/** An anchor costs as much as three other marks. */
const MARK_CODES = Uint8Array.from({ length: 65_536 }, (_, code) =>
  code === AMPERSAND ? 3 : '\n"\'[]{},*!'.includes(String.fromCharCode(code)) ? 1 : 0,
);

const NEWLINE = 10;
const SPACE = 32;
const DASH = 45;
const COLON = 58;
const QUESTION = 63;
const BRACKET = 91;
const BRACE = 123;

/** An upper bound of the depth from counts alone: brackets in the file, and indentation plus indicators of any line. */
function couldNestDeeply(text: string): boolean {
  let brackets = 0;
  let columns = 0;
  let indent = true;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === NEWLINE) {
      columns = 0;
      indent = true;
    } else if (code === SPACE) {
      if (indent && ++columns > NESTING_LIMIT) return true;
    } else {
      indent = false;
      if ((code === BRACKET || code === BRACE) && ++brackets > NESTING_LIMIT) return true;
      // What can begin a block level inside a line, followed by white space.
      if (code !== DASH && code !== COLON && code !== QUESTION) continue;
      if (text.charCodeAt(i + 1) <= SPACE && ++columns > NESTING_LIMIT) return true;
    }
  }
  return false;
}

/** Marks of yaml's lexer that stand for no character of the source: document start, flow error, scalar. */
const MARKS = new Set(['\u0002', '\u0018', '\u001f']);
const DEEPER = new Set(['[', '{']);
const SHALLOWER = new Set([']', '}']);
const NEWLINES = new Set(['\n', '\r\n']);
const INDICATORS = new Set(['-', '?', ':']);

/**
 * Offset of the token that is nested too deeply, or undefined. Inside brackets pairs nest too (`[a: a: a: …`), until a comma.
 * Source: the token marks of yaml's lexer.
 */
function deepOffset(text: string): number | undefined {
  let offset = 0;
  let levels = 0;
  /** Levels at each open bracket. */
  const open: number[] = [];
  for (const token of new (yaml().Lexer)().lex(text)) {
    if (DEEPER.has(token)) open.push(levels);
    else if (SHALLOWER.has(token)) levels = open.pop() ?? levels;
    else if (token === ',') levels = open.at(-1) ?? levels;
    else if (NEWLINES.has(token)) levels = open.length > 0 ? levels : 0;
    else levels += levelStep(token, levels, open.length > 0);
    if (open.length > NESTING_LIMIT || levels > NESTING_LIMIT) return offset;
    if (!MARKS.has(token)) offset += token.length;
  }
  return undefined;
}

/** How many levels a token can add: one for an indicator, those of the indentation at the start of a line. */
function levelStep(token: string, levels: number, inFlow: boolean): number {
  if (INDICATORS.has(token)) return 1;
  return !inFlow && levels === 0 && /^ +$/.test(token) ? token.length : 0;
}
