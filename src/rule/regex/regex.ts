import { RE2JS } from 're2js';
import { flatten, isLinear, sizeOf, type RegexSize } from './cost.js';
import { compileNative } from './native.js';
import { needOf, type TextNeed } from './need.js';
import { readRegex, type RegexNode } from './parse.js';
import { beforeNewline, withoutPcre } from './pcre.js';

/** A regular expression that searches in linear time. */
export interface LinearRegex {
  readonly kind: 'regex';
  /** As written, without a leading flag group. */
  readonly source: string;
  /** Out of `ims`, those of a leading `(?i)` included. */
  readonly flags: string;
  /** Which engine runs it: the native one only where that was proven linear. */
  readonly engine: 'native' | 're2';
  /** Whether the expression is found anywhere in the text. Never throws. */
  readonly test: (text: string) => boolean;
  /** What every text in which it is found holds, once lower-cased. */
  readonly need: TextNeed | undefined;
}

/** Why a regular expression can't be run. */
export interface RegexFault {
  readonly kind: 'fault';
  readonly reason: string;
  readonly fix: string;
}

const LENGTH_LIMIT = 20_000;
/** Steps of all expressions of one rule, their repetitions written out: RE2 needs about a microsecond for each. */
const STEP_LIMIT = 100_000;
/** Larger ones are compiled when a text is first tried. */
const EAGER_STEPS = 200;
/** Repetitions inside each other that RE2 takes. */
const RE2_REPEATS = 1_000;

/** What the expressions of one rule have come to. */
export interface RegexBudget {
  steps: number;
}

/**
 * Compiles a Sigma regular expression (PCRE as far as the specification goes) into a search that takes time linear in
 * the text, whatever the rule says and whoever wrote the text.
 *
 * Leading `(?ims)` is read; `$` and `\Z` also match before a line feed at the end, as in PCRE. The native engine is used
 * only for expressions proven free of super-linear backtracking (see regex-cost), re2js for the others; what neither can
 * do in linear time is refused, and so is what with its repetitions written out is larger than `budget` has left of
 * 100,000 steps. Large ones are compiled at their first use.
 */
export function compileRegex(
  written: string,
  given: string,
  budget: RegexBudget = { steps: 0 },
): LinearRegex | RegexFault {
  if (written.length > LENGTH_LIMIT)
    return { kind: 'fault', reason: 'the regular expression is too long', fix: 'use a list of `contains`' };
  const { source, flags } = leadingFlags(written, given);
  const plain = withoutPcre(source, flags.includes('m'));
  const made = compilePlain(plain.source, flags, budget);
  if (made.kind === 'fault') return made;
  return plain.endsBeforeNewline ? { ...made, source, test: beforeNewline(made.test) } : { ...made, source };
}

function compilePlain(source: string, flags: string, budget: RegexBudget): LinearRegex | RegexFault {
  const node = readRegex(source, flags.includes('s'));
  const size = node.kind === 'unread' ? { steps: source.length, repeats: Infinity } : sizeOf(node);
  budget.steps += size.steps;
  if (budget.steps > STEP_LIMIT) return sizeFault();
  if (node.kind === 'unread') return compileRe2(source, flags, { feature: node.feature, need: undefined, size });
  const trimmed = trimEnds(node);
  if (isLinear(trimmed, flags.includes('i'), flags.includes('m'))) {
    const native = compileNative(trimmed, flags);
    if (native !== undefined) {
      return {
        kind: 'regex',
        source,
        flags,
        engine: 'native',
        test: (text) => native.test(text),
        need: needOf(node, native.unicode && flags.includes('i')),
      };
    }
  }
  const feature = hasLook(node) ? 'look-around' : undefined;
  return compileRe2(source, flags, { feature, need: needOf(node, flags.includes('i')), size });
}

function sizeFault(): RegexFault {
  const reason = `the regular expressions come to more than ${STEP_LIMIT} characters with their repetitions written out`;
  return { kind: 'fault', reason, fix: 'use lower counts in `{n,m}`, or fewer expressions' };
}

function leadingFlags(written: string, given: string): { source: string; flags: string } {
  const head = /^\(\?([ims]+)\)/.exec(written);
  const flags = [...new Set(given + (head?.[1] ?? ''))]
    .filter((flag) => 'ims'.includes(flag))
    .sort()
    .join('');
  return { source: head === null ? written : written.slice(head[0].length), flags };
}

const RE2_FLAGS: Readonly<Record<string, number>> = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL };

interface Known {
  readonly feature: string | undefined;
  readonly need: TextNeed | undefined;
  readonly size: RegexSize;
}

function compileRe2(source: string, flags: string, { feature, need, size }: Known): LinearRegex | RegexFault {
  const bits = [...flags].reduce((all, flag) => all | (RE2_FLAGS[flag] ?? 0), 0);
  const regex = { kind: 'regex', source, flags, engine: 're2', need } as const;
  // What was read here and repeats no more than RE2 allows is what RE2 takes.
  if (feature === undefined && size.steps > EAGER_STEPS && size.repeats <= RE2_REPEATS) {
    let compiled: RE2JS | undefined;
    return { ...regex, test: (text) => (compiled ??= RE2JS.compile(source, bits)).test(text) };
  }
  try {
    const compiled = RE2JS.compile(source, bits);
    return { ...regex, test: (text) => compiled.test(text) };
  } catch (error) {
    const detail = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error);
    return feature === undefined ? syntaxFault(detail) : featureFault(feature);
  }
}

/** How to do without what can't run in linear time; for all else a second selection does it. */
const FEATURE_FIXES: Readonly<Record<string, string>> = {
  'possessive quantifiers':
    'remove the second `+`: without it the same texts match, save where what follows would have had to give back',
  'atomic groups': 'write `(?:…)`: the same texts match, save where what follows would have had to give back',
};

function featureFault(feature: string): RegexFault {
  const reason = `the regular expression uses ${feature}, which can't run in linear time`;
  const fix =
    FEATURE_FIXES[feature] ?? 'write it without, for example as a second selection with `and not` in the condition';
  return { kind: 'fault', reason, fix };
}

function syntaxFault(detail: string): RegexFault {
  return {
    kind: 'fault',
    reason: `the regular expression can't be read: ${detail}`,
    fix: 'use the PCRE subset of Sigma: . ^ $ * + ? {n,m} [] () |',
  };
}

function hasLook(node: RegexNode): boolean {
  if (node.kind === 'look') return true;
  if (node.kind === 'repeat') return hasLook(node.item);
  return (node.kind === 'seq' || node.kind === 'alt') && node.items.some(hasLook);
}

/**
 * The same search with less work: a repetition at either end of the expression needs only its least number, because
 * a search finds the shorter match as well (`.*foo` is `foo`, `\s+foo` is `\sfoo`).
 */
function trimEnds(node: RegexNode): RegexNode {
  if (node.kind !== 'seq') return node;
  const items = [...flatten(node)];
  trimLast(items, () => items.pop(), -1);
  trimLast(items, () => items.shift(), 0);
  return { kind: 'seq', items, source: items.map((item) => item.source).join('') };
}

function trimLast(items: RegexNode[], drop: () => unknown, end: -1 | 0): void {
  for (let item = items.at(end); item?.kind === 'repeat' && item.max > item.min; item = items.at(end)) {
    drop();
    if (item.min === 0) continue;
    const source = `${item.item.source}${item.min === 1 ? '' : `{${item.min}}`}`;
    const least: RegexNode = item.min === 1 ? item.item : { ...item, max: item.min, source };
    if (end === 0) items.unshift(least);
    else items.push(least);
    return;
  }
}
