import { detectionsNeeded } from '../correlate/bounds.js';
import { ANY, type Correlation, type CorrelationRef, type Gate, type RuleSet } from '../rule/types.js';

/** Correlations that ask for more detections than this have no use of a gate. */
const MOST_NEEDED = 256;
/** A gate tells its members apart by the bits of a number. */
const MOST_MEMBERS = 30;

/**
 * The correlations that count the same detections. Rule files are complete in themselves, so that several correlations
 * often have each its own copy of one rule: what counts is the rules' expressions, not their names.
 *
 * Only such are put together as need two detections or more before anything can follow. Linear in the rules' sizes.
 */
export function gatesOf({ rules, correlations }: RuleSet): readonly Gate[] {
  const byWhatTheyCount = new Map<string, Correlation[]>();
  for (const correlation of correlations) {
    const [ref] = correlation.refs;
    if (!isGated(correlation) || ref === undefined) continue;
    const rule = rules[ref.target.index];
    const name = JSON.stringify(
      [rule?.logsource, rule?.looseLogsource, rule?.expression, paths(ref.groupBy)],
      replaced,
    );
    const like = byWhatTheyCount.get(name);
    if (like === undefined) byWhatTheyCount.set(name, [correlation]);
    else like.push(correlation);
  }
  return [...byWhatTheyCount.values()].map(gateOf).filter(({ members }) => members.length > 1);
}

function isGated({ type, implicit, level, refs, bounds }: Correlation): boolean {
  const [ref] = refs;
  if (implicit || level > 0 || refs.length !== 1 || ref?.target.kind !== 'rule') return false;
  if (type !== 'event_count' && type !== 'value_count') return false;
  const needed = detectionsNeeded(bounds ?? { gte: 1 });
  return needed > 1 && needed <= MOST_NEEDED;
}

/** Those that count events, and those that count the values which the first of its kind counts. */
function gateOf(correlations: readonly Correlation[]): Gate {
  const valueOf = ({ refs }: Correlation): string => paths(refs[0]?.value ?? []);
  const counted = correlations.map(valueOf).find((value) => value !== NONE);
  const members = correlations
    .filter((correlation) => [NONE, counted].includes(valueOf(correlation)))
    .slice(0, MOST_MEMBERS);
  const valued = members.filter((correlation) => valueOf(correlation) !== NONE);
  return { members: members.map(({ index }) => index), valued: valued.map(({ index }) => index) };
}

function paths(fields: CorrelationRef['groupBy']): string {
  return JSON.stringify(fields.map((field) => field.paths));
}

const NONE = paths([]);

/** What JSON leaves out of an expression: wildcards stand as texts that no pattern holds; labels say nothing. */
function replaced(key: string, value: unknown): unknown {
  if (typeof value === 'symbol') return value === ANY ? '\u0000any' : '\u0000one';
  if (key === 'label') return undefined;
  return value;
}
