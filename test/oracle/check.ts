/** Runs a subject against the oracle on random pairs. */
import { arrange, detectionsOf, lateOf, ORDERS, withLate, type Order } from './arrivals.js';
import { type Case, canonical, describeCase, differences, differencesIn, shrink } from './compare.js';
import { generatePair, type GeneratorOptions } from './generate.js';
import type { OracleCorrelation, OracleDetection, OracleEpisode, Subject } from './model.js';
import { DAY } from './model.js';
import { episodesOf, memberOf } from './oracle.js';
import { createRandom, mixedSeed } from './random.js';

/** How much to check. */
export interface CheckOptions {
  /** How many random pairs of correlations and detections. */
  readonly pairs: number;
  readonly seed: number;
  /** Orders of arrival tried for each pair; all by default. */
  readonly orders?: readonly Order[];
  readonly generator?: Partial<GeneratorOptions>;
  /** Stops after so many failures (3 by default): each is shrunk, which costs up to 2,000 runs. */
  readonly maxFailures?: number;
}

/** One difference between subject and oracle. */
export interface Failure {
  /** Seed of the pair: `generatePair(seed, options.generator)` makes it again. */
  readonly seed: number;
  readonly order: Order | 'late';
  readonly reproduction: Case;
  /** For people: seed, order, differences, and the smallest case found that still differs. */
  readonly text: string;
}

/**
 * Compares a subject with the oracle on random pairs, each in several orders of arrival in which nothing is late.
 * Same rule, group, start, end and count, or it is a failure. Deterministic in seed and options.
 */
export function checkSubject(subject: Subject, options: CheckOptions): Failure[] {
  const failures: Failure[] = [];
  for (let index = 0; index < options.pairs; index++) {
    for (const order of options.orders ?? ORDERS) {
      const { seed, ...run } = caseOf(options, index, order);
      if (differencesIn(subject, run).length === 0) continue;
      failures.push(failureOf(seed, order, run, (smaller) => differencesIn(subject, smaller)));
      if (failures.length >= (options.maxFailures ?? 3)) return failures;
    }
  }
  return failures;
}

function caseOf(options: CheckOptions, index: number, order: Order): Case & { seed: number } {
  const { seed, correlations, detections } = generatePair(mixedSeed(options.seed, index), options.generator);
  const random = createRandom(mixedSeed(seed, ORDERS.indexOf(order)));
  return { seed, correlations, arrivals: arrange(random, detections, order) };
}

function failureOf(seed: number, order: Order | 'late', run: Case, differ: (run: Case) => string[]): Failure {
  const reproduction = shrink(run, (smaller) => differ(smaller).length > 0);
  const lines = [
    `seed ${seed}, order ${order}: the subject differs (- missing, + too much)`,
    ...differ(reproduction).map((line) => `  ${line}`),
    describeCase(reproduction),
  ];
  return { seed, order, reproduction, text: lines.join('\n') };
}

/**
 * Late detections: what must hold although the state they would need may be gone.
 *
 * Everything but the late ones is exact: a group of a correlation that no late detection belongs to has the oracle's
 * episodes. In a group that one belongs to, if more detections can never make the condition false, every episode
 * without the late ones lies within one of the subject's, and each of the subject's within one of the final set.
 * (Conditions that can become false again are not compared there.) If the subject tells how many were late, it tells the
 * number of detections that were older than the watermark when they arrived. No chains and no cuts.
 */
export function checkLate(subject: Subject, options: Omit<CheckOptions, 'orders'>): Failure[] {
  const generator: Partial<GeneratorOptions> = { ...options.generator, chainDepth: 1, cuts: false };
  const failures: Failure[] = [];
  for (let index = 0; index < options.pairs; index++) {
    const { seed, correlations, detections } = generatePair(mixedSeed(options.seed, index), generator);
    const uncut = correlations.map((correlation) => ({ ...correlation, maxEpisode: 10_000 * DAY }));
    const run = { correlations: uncut, arrivals: withLate(createRandom(seed), detections) };
    if (lateDifferencesIn(subject, run).length === 0) continue;
    failures.push(failureOf(seed, 'late', run, (smaller) => lateDifferencesIn(subject, smaller)));
    if (failures.length >= (options.maxFailures ?? 3)) return failures;
  }
  return failures;
}

function lateDifferencesIn(subject: Subject, { correlations, arrivals }: Case): string[] {
  const late = lateOf(arrivals);
  try {
    const actual = subject.run(correlations, arrivals);
    const counted = subject.lateCount?.() ?? late.length;
    const wrong = counted === late.length ? [] : [`counted ${counted} late detections, ${late.length} were`];
    return [...wrong, ...correlations.flatMap((c) => lateDifferencesOf(c, arrivals, late, actual))];
  } catch (error) {
    return [`threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
  }
}

function lateDifferencesOf(
  correlation: OracleCorrelation,
  arrivals: Case['arrivals'],
  late: readonly OracleDetection[],
  actual: readonly OracleEpisode[],
): string[] {
  const all = detectionsOf(arrivals);
  const touched = new Set(late.map((detection) => JSON.stringify(memberOf(correlation, detection)?.group)));
  const isTouched = (episode: OracleEpisode): boolean => touched.has(JSON.stringify(episode.group));
  const most = episodesOf([correlation], all);
  const least = episodesOf(
    [correlation],
    all.filter((detection) => !late.includes(detection)),
  );
  const own = actual.filter((episode) => episode.rule === correlation.name);
  const exact = differences(
    most.filter((episode) => !isTouched(episode)),
    own.filter((episode) => !isTouched(episode)),
  );
  if (!isMonotone(correlation)) return exact;
  const reached = own.filter(isTouched);
  return [
    ...exact,
    ...outside(least.filter(isTouched), reached).map((line) => `- within an episode: ${line}`),
    ...outside(reached, most).map((line) => `+ beyond every episode: ${line}`),
  ];
}

/** Whether more detections can never make the condition false. */
function isMonotone({ condition = {} }: OracleCorrelation): boolean {
  return Object.keys(condition).every((operator) => operator === 'gte' || operator === 'gt');
}

/** The episodes that lie within none of `covers` (same rule and group, no earlier start, no later end). */
function outside(episodes: readonly OracleEpisode[], covers: readonly OracleEpisode[]): string[] {
  const within = (inner: OracleEpisode, outer: OracleEpisode): boolean =>
    inner.rule === outer.rule &&
    JSON.stringify(inner.group) === JSON.stringify(outer.group) &&
    inner.start >= outer.start &&
    inner.end <= outer.end;
  return canonical(episodes.filter((inner) => !covers.some((outer) => within(inner, outer))));
}
