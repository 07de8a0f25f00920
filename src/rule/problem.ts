import { distance } from 'fastest-levenshtein';
import type { RulePlace, RuleProblem } from './types.js';

/** Finds the line and column of an offset in one file. */
export interface Positions {
  /** Lines and columns count from 1. */
  linePos(offset: number): { readonly line: number; readonly col: number };
}

/** At most this many problems are told of one document; a rule with more is broken throughout. */
const PROBLEM_LIMIT = 50;

/**
 * Gathers what is wrong with one document, each with its place, path, reason and fix.
 *
 * Keeps the first 50 problems and counts the rest, so that a rule bomb can't become a report bomb.
 */
export class Report {
  #errors = 0;
  #told = 0;
  readonly #file: string;
  readonly #positions: Positions;
  readonly #problems: RuleProblem[];

  constructor(file: string, positions: Positions, problems: RuleProblem[]) {
    this.#file = file;
    this.#positions = positions;
    this.#problems = problems;
  }

  /** True once an error was reported: the document must not run. */
  get failed(): boolean {
    return this.#errors > 0;
  }

  /** True once so many problems were reported that no more are told: looking for fixes is a waste. */
  get full(): boolean {
    return this.#told >= PROBLEM_LIMIT;
  }

  /** Another report on the same file that counts its own errors. */
  fork(): Report {
    return new Report(this.#file, this.#positions, this.#problems);
  }

  /** A report whose problems nobody sees: for reading again what was reported already. */
  silent(): Report {
    return new Report(this.#file, this.#positions, []);
  }

  /** A report on the same file into a list of its own. */
  gathering(problems: RuleProblem[]): Report {
    return new Report(this.#file, this.#positions, problems);
  }

  /** The place of an offset of this file. */
  place(at: number): RulePlace {
    const { line, col } = this.#positions.linePos(at);
    return { file: this.#file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  /** Reports what keeps the document from running. Returns undefined, so that a reader can `return report.error(…)`. */
  error(code: string, at: number, path: string, reason: string, fix: string): undefined {
    this.#errors++;
    this.#add('error', code, at, path, reason, fix);
  }

  /** Reports what is doubtful and runs all the same. */
  warn(code: string, at: number, path: string, reason: string, fix: string): undefined {
    this.#add('warning', code, at, path, reason, fix);
  }

  #add(severity: RuleProblem['severity'], code: string, at: number, path: string, reason: string, fix: string): void {
    this.#told++;
    if (this.#told > PROBLEM_LIMIT) return;
    this.#problems.push({ ...this.place(at), severity, code, path: clip(path), reason: clip(reason), fix: clip(fix) });
  }
}

/** Sentences stay readable even where a rule quotes a megabyte. */
function clip(text: string): string {
  return text.length <= 400 ? text : `${text.slice(0, 400)}…`;
}

/** Known words that are compared with a mistyped one. */
const CANDIDATE_LIMIT = 5_000;

/** A text as it is quoted in a sentence, cut at 80 characters. */
export function quote(text: string): string {
  return `\`${text.length <= 80 ? text : `${text.slice(0, 80)}…`}\``;
}

/**
 * The known word nearest to a mistyped one, or undefined where none is near: case, `_`, `-` and plurals are forgiven, a beginning will do,
 * otherwise two letters in five. Costs one comparison per known word, of the first 5,000.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  if (word.length > 100) return undefined;
  const plain = simplify(word);
  let best: string | undefined;
  let least = Math.max(1, Math.round(plain.length * 0.4)) + 1;
  let left = CANDIDATE_LIMIT;
  for (const candidate of known) {
    if (left-- === 0) break;
    const other = simplify(candidate);
    const far = plain.length > 2 && other.startsWith(plain) ? 1 : distance(plain, other);
    if (far < least) [least, best] = [far, candidate];
  }
  return best;
}

/**
 * The known word that a word is a slip of the hand away from: one letter more, less or other, or two neighbours swapped, from
 * four letters on. Stricter than `nearest`: for words that may well be meant as they stand.
 */
export function slipOf(word: string, known: Iterable<string>): string | undefined {
  if (word.length < 4 || word.length > 100) return undefined;
  const lower = word.toLowerCase();
  for (const candidate of known) {
    if (candidate === word || candidate.length < 4 || Math.abs(candidate.length - word.length) > 1) continue;
    const other = candidate.toLowerCase();
    if (other !== lower && (distance(lower, other) === 1 || isSwap(lower, other))) return candidate;
  }
  return undefined;
}

function isSwap(one: string, other: string): boolean {
  const at = [...one].findIndex((char, i) => char !== other.charAt(i));
  return one.slice(0, at) + one.charAt(at + 1) + one.charAt(at) + one.slice(at + 2) === other;
}

function simplify(word: string): string {
  return word.toLowerCase().replaceAll(/[_\- ]/g, '');
}

function listed(words: readonly string[]): string {
  return words.length <= 30 ? words.join(', ') : `${words.slice(0, 30).join(', ')} …`;
}

/** A fix for an unknown word: `did you mean …`, or the list of what is known. */
export function instead(word: string, known: readonly string[]): string {
  const best = nearest(word, known);
  return best === undefined ? `use one of ${listed(known)}` : `did you mean \`${best}\`?`;
}
