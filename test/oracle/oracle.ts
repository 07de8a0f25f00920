/**
 * The slow, obvious answer: every episode of every correlation, computed from the final set of detections by the
 * definitions of the design (windows, firings, episodes, chains). No state is kept, nothing is incremental, every
 * window is cut out of the whole list again. Quadratic in the detections of a group; a chain recomputes what it
 * refers to. Meant for at most a few hundred detections.
 */
import type { OracleCondition, OracleCorrelation, OracleDetection, OracleEpisode } from './model.js';

/** A detection as one correlation sees it: its group, and the value that `value_count` counts. */
export interface Member {
  readonly rule: string;
  readonly time: number;
  readonly group: readonly (string | null)[];
  readonly value: string | undefined;
}

/**
 * All episodes of all correlations. The order of the detections is irrelevant.
 * Throws when a correlation refers to itself, directly or through others, or has no meaning (no condition for a count).
 */
export function episodesOf(
  correlations: readonly OracleCorrelation[],
  detections: readonly OracleDetection[],
): OracleEpisode[] {
  return correlations.flatMap((correlation) => episodesOfOne(correlation, correlations, detections, []));
}

function episodesOfOne(
  correlation: OracleCorrelation,
  all: readonly OracleCorrelation[],
  detections: readonly OracleDetection[],
  referrers: readonly string[],
): OracleEpisode[] {
  if (referrers.includes(correlation.name)) throw new Error(`${correlation.name} refers to itself`);
  const path = [...referrers, correlation.name];
  const members = inputOf(correlation, all, detections, path)
    .map((detection) => memberOf(correlation, detection))
    .filter((member) => member !== undefined);
  const groups = new Set(members.map((member) => JSON.stringify(member.group)));
  return [...groups].flatMap((group) =>
    episodesOfGroup(
      correlation,
      members.filter((member) => JSON.stringify(member.group) === group),
    ),
  );
}

/** The detections of the referred rules; of a referred correlation, one for each of its episodes. */
function inputOf(
  correlation: OracleCorrelation,
  all: readonly OracleCorrelation[],
  detections: readonly OracleDetection[],
  path: readonly string[],
): OracleDetection[] {
  return distinct(correlation.rules).flatMap((rule) => {
    const referred = all.find((other) => other.name === rule);
    if (referred === undefined) return detections.filter((detection) => detection.rule === rule);
    return episodesOfOne(referred, all, detections, path).map((episode) => derivedFrom(referred, episode));
  });
}

/** An episode as a detection: at its first firing, with the group-by fields under the names the correlation gave them. */
function derivedFrom(correlation: OracleCorrelation, episode: OracleEpisode): OracleDetection {
  const pairs = correlation.groupBy.map((name, index) => [name, episode.group[index] ?? null] as const);
  const present = pairs.filter((pair): pair is readonly [string, string] => pair[1] !== null);
  return { rule: correlation.name, time: episode.start, fields: Object.fromEntries(present) };
}

/** How a correlation sees a detection of one of its rules; undefined where a missing field leaves it out. */
export function memberOf(correlation: OracleCorrelation, detection: OracleDetection): Member | undefined {
  if (!correlation.rules.includes(detection.rule)) return undefined;
  const group = correlation.groupBy.map((name) => fieldOf(correlation, detection, name) ?? null);
  if (group.includes(null) && correlation.keepMissing !== true) return undefined;
  const value =
    correlation.valueField === undefined ? undefined : fieldOf(correlation, detection, correlation.valueField);
  if (correlation.type.startsWith('value_') && value === undefined) return undefined;
  if (isMetric(correlation.type) && !/^[-+]?\d+(\.\d+)?$/.test(value ?? '')) return undefined;
  return { rule: detection.rule, time: detection.time, group, value };
}

function fieldOf(correlation: OracleCorrelation, detection: OracleDetection, name: string): string | undefined {
  const field = correlation.aliases?.[name]?.[detection.rule] ?? name;
  return Object.hasOwn(detection.fields, field) ? detection.fields[field] : undefined;
}

function episodesOfGroup(correlation: OracleCorrelation, members: readonly Member[]): OracleEpisode[] {
  const firings = distinct(members.map((member) => member.time))
    .sort((a, b) => a - b)
    .filter((time) => holds(correlation, windowOf(members, time - correlation.timespan, time)));
  return runsOf(correlation, firings).map(({ start, end }) => ({
    rule: correlation.name,
    group: members[0]?.group ?? [],
    start,
    end,
    count: windowOf(members, start - correlation.timespan, end).length,
  }));
}

/** The members in (after, until]. */
function windowOf(members: readonly Member[], after: number, until: number): Member[] {
  return members.filter((member) => member.time > after && member.time <= until);
}

/** Cuts ascending firing times into episodes: at a gap longer than quiet, and beyond the longest episode. */
function runsOf(correlation: OracleCorrelation, firings: readonly number[]): { start: number; end: number }[] {
  const runs: { start: number; end: number }[] = [];
  for (const time of firings) {
    const run = runs.at(-1);
    if (run !== undefined && time - run.end <= correlation.quiet && time - run.start <= correlation.maxEpisode) {
      run.end = time;
    } else {
      runs.push({ start: time, end: time });
    }
  }
  return runs;
}

function holds(correlation: OracleCorrelation, window: readonly Member[]): boolean {
  const { type, condition } = correlation;
  if (type === 'temporal_ordered' && condition === undefined) return inOrder(correlation.rules, window);
  if (condition !== undefined) return satisfies(valueOf(correlation, window), condition);
  if (type !== 'temporal') throw new Error(`${correlation.name}: ${type} needs a condition`);
  return valueOf(correlation, window) === distinct(correlation.rules).length;
}

function valueOf(correlation: OracleCorrelation, window: readonly Member[]): number {
  switch (correlation.type) {
    case 'event_count':
      return window.length;
    case 'value_count':
      return distinct(window.map((member) => member.value)).length;
    case 'temporal':
      return distinct(window.map((member) => member.rule)).length;
    case 'temporal_ordered':
      return longestOrder(correlation.rules, window);
    case 'value_sum':
      return numbersOf(window).reduce((sum, number) => sum + number, 0);
    case 'value_avg':
      return numbersOf(window).reduce((sum, number) => sum + number, 0) / window.length;
    case 'value_median':
      return percentileOf(numbersOf(window), 50);
    case 'value_percentile':
      return percentileOf(numbersOf(window), correlation.percentile ?? 50);
  }
}

function isMetric(type: OracleCorrelation['type']): boolean {
  return type.startsWith('value_') && type !== 'value_count';
}

function numbersOf(window: readonly Member[]): number[] {
  return window.map((member) => Number(member.value)).sort((a, b) => a - b);
}

/** Between the two nearest ranks, linearly. */
function percentileOf(sorted: readonly number[], percentile: number): number {
  const rank = ((sorted.length - 1) * percentile) / 100;
  const below = sorted[Math.floor(rank)] as number;
  const above = sorted[Math.ceil(rank)] as number;
  return below + (above - below) * (rank - Math.floor(rank));
}

function satisfies(value: number, { gte, gt, lte, lt, eq, neq }: OracleCondition): boolean {
  return (
    (gte === undefined || value >= gte) &&
    (gt === undefined || value > gt) &&
    (lte === undefined || value <= lte) &&
    (lt === undefined || value < lt) &&
    (eq === undefined || value === eq) &&
    (neq === undefined || value !== neq)
  );
}

/** Whether t1 <= t2 <= … <= tk exist in the window, ti a time of the i-th rule, no member twice. Tries every choice. */
function inOrder(rules: readonly string[], window: readonly Member[], from = Number.NEGATIVE_INFINITY): boolean {
  const [rule, ...rest] = rules;
  if (rule === undefined) return true;
  return window.some((member, index) => {
    if (member.rule !== rule || member.time < from) return false;
    return inOrder(rest, rest.includes(rule) ? window.toSpliced(index, 1) : window, member.time);
  });
}

/** How many of the rules the longest sequence in their order has. Tries every choice of rules. */
function longestOrder(rules: readonly string[], window: readonly Member[]): number {
  const choices = rules.reduce<string[][]>((all, rule) => all.flatMap((one) => [one, [...one, rule]]), [[]]);
  return Math.max(...choices.filter((choice) => inOrder(choice, window)).map((choice) => choice.length));
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
