import { disjoint, type CharSet } from './char-set.js';
import type { RegexNode } from './parse.js';

/** Ways a backtracking engine may try at one place, at most, for an expression to count as bounded. */
const PATH_LIMIT = 200;
/** Characters that the bounded parts of an expression may look at from one place, times the ways. */
const WORK_LIMIT = 5_000;

/**
 * Whether a backtracking engine searches with this expression in time linear in the text, whatever the text.
 *
 * A proof by four cases, conservative on purpose (no: RE2 takes it).
 * 1. Nothing is unbounded and the ways through are few: constant work from each start.
 * 2. Only single character sets are repeated without bound, directly in the top sequence. Each is followed by something
 *    that can't begin with a character of its set, so giving characters back fails at once; except at most one, and
 *    only if it is the last (the rest after it is bounded).
 * 3. The expression is anchored at the text's start: there is one start, so one pass.
 * 4. Or, before the first repetition, a fixed character stands that no repeated set holds: a run then never reaches
 *    over another start, so all starts together look at each character a bounded number of times.
 *
 * Look-ahead is judged as part of the work at its place; right after the anchor it is tried once, so it may hold
 * whatever is linear by itself. `fold`: case-insensitive. `multiline`: `^` also holds after each newline, so it anchors nothing.
 */
export function isLinear(node: RegexNode, fold: boolean, multiline: boolean): boolean {
  const items = withoutLooks(flatten(node), fold, multiline);
  if (!withinBounds(items)) return false;
  const runs = items.flatMap((item, index) => (isRun(item) ? [{ index, set: runSet(item) }] : []));
  if (runs.length === 0) return true;
  if (!runs.every((run, order) => order === runs.length - 1 || followedByOther(items, run.index, run.set, fold)))
    return false;
  if (items[0]?.kind === 'anchor' && items[0].what === '^' && !multiline) return true;
  const fixed = items.slice(0, runs[0]?.index).flatMap((item) => (item.kind === 'set' ? [item.set] : []));
  return runs.every(({ set }) => fixed.some((guard) => disjoint(guard, set, fold)));
}

/** Leaves out the look-aheads right after an anchor at the text's start that are linear from there. */
function withoutLooks(items: readonly RegexNode[], fold: boolean, multiline: boolean): readonly RegexNode[] {
  const [anchor] = items;
  if (anchor?.kind !== 'anchor' || anchor.what !== '^' || multiline) return items;
  let next = 1;
  for (let item = items[next]; item?.kind === 'look' && item.ahead; item = items[next]) {
    const inner: RegexNode = { kind: 'seq', items: [anchor, item.item], source: '' };
    if (item.item.kind === 'alt' || !isLinear(inner, fold, multiline)) break;
    next++;
  }
  return [anchor, ...items.slice(next)];
}

/** How large an expression is once its repetitions are written out. */
export interface RegexSize {
  /** Single characters and anchors. */
  readonly steps: number;
  /** The greatest product of counts of repetitions inside each other. */
  readonly repeats: number;
}

/** The size of an expression, which is what RE2 compiles it to: `(a{3}b){10}` has 40 steps, and 30 repeats. */
export function sizeOf(node: RegexNode): RegexSize {
  if (node.kind === 'set' || node.kind === 'anchor') return { steps: 1, repeats: 1 };
  if (node.kind === 'look') return sizeOf(node.item);
  if (node.kind === 'repeat') {
    const times = node.max === Infinity ? Math.max(node.min, 1) : Math.max(node.max, 1);
    const { steps, repeats } = sizeOf(node.item);
    return { steps: steps * times, repeats: repeats * times };
  }
  const sizes = node.items.map(sizeOf);
  return {
    steps: sizes.reduce((sum, { steps }) => sum + steps, 1),
    repeats: sizes.reduce((most, { repeats }) => Math.max(most, repeats), 1),
  };
}

/** The expression's top sequence with plain groups opened. */
export function flatten(node: RegexNode): readonly RegexNode[] {
  return node.kind === 'seq' ? node.items.flatMap(flatten) : [node];
}

/** A single character set repeated without bound. */
function isRun(node: RegexNode): node is Extract<RegexNode, { kind: 'repeat' }> {
  return node.kind === 'repeat' && node.max === Infinity && single(node.item) !== undefined;
}

function runSet(node: RegexNode): CharSet {
  return node.kind === 'repeat' ? (single(node.item) ?? []) : [];
}

/** The set of a node that is exactly one character, groups opened. */
function single(node: RegexNode): CharSet | undefined {
  const [item, more] = flatten(node);
  return item?.kind === 'set' && more === undefined ? item.set : undefined;
}

/**
 * The items between runs must be bounded: all ways together (a product) and the characters looked at. A run itself
 * counts as one way. Look-around is refused unless nothing in it is unbounded.
 */
function withinBounds(items: readonly RegexNode[]): boolean {
  let ways = 1;
  let length = 1;
  for (const item of items) {
    const cost = isRun(item) ? { ways: 1, length: minOf(item) } : costOf(item);
    ways *= cost.ways;
    length += cost.length;
    if (!(ways <= PATH_LIMIT && ways * length <= WORK_LIMIT)) return false;
  }
  return true;
}

function minOf(node: RegexNode): number {
  return node.kind === 'repeat' ? node.min : 1;
}

interface Cost {
  /** Ways through; Infinity where unbounded. */
  readonly ways: number;
  /** Characters looked at on the longest way. */
  readonly length: number;
}

const ENDLESS: Cost = { ways: Infinity, length: Infinity };

function costOf(node: RegexNode): Cost {
  if (node.kind === 'set') return { ways: 1, length: 1 };
  if (node.kind === 'anchor') return { ways: 1, length: 1 };
  if (node.kind === 'look') return costOf(node.item);
  if (node.kind === 'repeat') return repeatCost(node.item, node.min, node.max);
  const costs = node.items.map(costOf);
  const length = costs.reduce((sum, cost) => sum + cost.length, 1);
  const product = costs.reduce((all, cost) => all * cost.ways, 1);
  const sum = costs.reduce((all, cost) => all + cost.ways, 0);
  return { ways: node.kind === 'seq' ? product : sum, length };
}

function repeatCost(item: RegexNode, min: number, max: number): Cost {
  if (max === Infinity) return ENDLESS;
  const { ways, length } = costOf(item);
  if (ways === 1) return { ways: max - min + 1, length: length * Math.max(max, 1) };
  const all = ways ** max;
  return all > PATH_LIMIT ? ENDLESS : { ways: all * (max - min + 1), length: length * Math.max(max, 1) };
}

/**
 * Whether what follows a run must begin with a character outside its set, so that the run has one possible end. The
 * end of the expression and an anchor at the text's end do as well: the run took all it could.
 */
function followedByOther(items: readonly RegexNode[], index: number, set: CharSet, fold: boolean): boolean {
  const next = items[index + 1];
  if (next === undefined) return true;
  const first = next.kind === 'repeat' && next.min > 0 ? single(next.item) : single(next);
  return first !== undefined && disjoint(first, set, fold);
}
