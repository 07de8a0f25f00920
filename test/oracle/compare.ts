/** Compares two sets of episodes and makes a difference small and readable. */
import { detectionsOf } from './arrivals.js';
import type { Arrival, OracleCorrelation, OracleEpisode, Subject } from './model.js';
import { episodesOf } from './oracle.js';

/** One run of a subject: what it is given. */
export interface Case {
  readonly correlations: readonly OracleCorrelation[];
  readonly arrivals: readonly Arrival[];
}

/** One line an episode, sorted: equal sets of episodes give equal lines, in whatever order they came. */
export function canonical(episodes: readonly OracleEpisode[]): string[] {
  return episodes.map(lineOf).sort();
}

function lineOf({ rule, group, start, end, count }: OracleEpisode): string {
  return `${rule} ${JSON.stringify(group)} ${start}..${end} count ${count}`;
}

/** What is missing (`-`) from and what is too much (`+`) in `actual`, a line each; empty where the two sets are equal. */
export function differences(expected: readonly OracleEpisode[], actual: readonly OracleEpisode[]): string[] {
  const wanted = canonical(expected);
  const got = canonical(actual);
  const missing = without(wanted, got).map((line) => `- ${line}`);
  return [...missing, ...without(got, wanted).map((line) => `+ ${line}`)];
}

/** Removes from `lines` each line of `others` once. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...lines];
  for (const other of others) {
    const index = left.indexOf(other);
    if (index >= 0) left.splice(index, 1);
  }
  return left;
}

/** How the subject differs from the oracle in one case, as text lines; empty where it does not. A throw is a difference. */
export function differencesIn(subject: Subject, { correlations, arrivals }: Case): string[] {
  const expected = episodesOf(correlations, detectionsOf(arrivals));
  try {
    return differences(expected, subject.run(correlations, arrivals));
  } catch (error) {
    return [`threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
  }
}

/**
 * Drops arrivals (halves first, then single ones) and correlations nobody refers to, as long as `differs` stays true.
 * Dropping makes nothing late that was not. Stops after `budget` attempts with the smallest case so far.
 */
export function shrink(original: Case, differs: (smaller: Case) => boolean, budget = 2_000): Case {
  let best = original;
  let left = budget;
  const keeps = (smaller: Case): boolean => {
    if (left-- <= 0 || !differs(smaller)) return false;
    best = smaller;
    return true;
  };
  let before: Case;
  do {
    before = best;
    dropCorrelations(() => best, keeps);
    dropArrivals(() => best, keeps);
  } while (best !== before && left > 0);
  return best;
}

function dropCorrelations(best: () => Case, keeps: (smaller: Case) => boolean): void {
  for (const { name } of best().correlations) {
    const { correlations, arrivals } = best();
    if (correlations.some((other) => other.rules.includes(name))) continue;
    keeps({ correlations: correlations.filter((other) => other.name !== name), arrivals });
  }
}

function dropArrivals(best: () => Case, keeps: (smaller: Case) => boolean): void {
  for (let size = Math.ceil(best().arrivals.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < best().arrivals.length - 1;) {
      const { correlations, arrivals } = best();
      const last = arrivals.length - 1;
      const kept = arrivals.filter((_, index) => index === last || index < from || index >= from + size);
      if (!keeps({ correlations, arrivals: kept })) from += size;
    }
  }
}

/** A case as text that can be read, and pasted into a test. */
export function describeCase({ correlations, arrivals }: Case): string {
  const lines = [
    'correlations:',
    ...correlations.map((correlation) => `  ${JSON.stringify(correlation)},`),
    'arrivals:',
    ...arrivals.map((arrival) => `  ${arrivalText(arrival)},`),
    'the oracle says:',
    ...canonical(episodesOf(correlations, detectionsOf(arrivals))).map((line) => `  ${line}`),
  ];
  return lines.join('\n');
}

/** JSON but for infinite watermarks, which JSON cannot say. */
function arrivalText(arrival: Arrival): string {
  return 'advance' in arrival ? `{"advance":${arrival.advance}}` : JSON.stringify(arrival);
}
