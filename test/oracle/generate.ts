/**
 * Random pairs of correlations and detections, nasty on purpose: windows hit exactly and missed by a millisecond, equal
 * times, bursts, missing fields, group values that collide when joined carelessly, ranges and negative conditions,
 * quiet longer than the timespan, short longest episodes, chains.
 */
import type { CorrelationType, OracleCondition, OracleCorrelation, OracleDetection } from './model.js';
import { DAY, plainRule } from './model.js';
import { createRandom, type Random } from './random.js';

/** What the generator may use; switch parts off to test an engine that has not grown them yet. */
export interface GeneratorOptions {
  readonly types: readonly CorrelationType[];
  readonly maxDetections: number;
  /** Levels of correlations over correlations: 1 for none, 3 at most. */
  readonly chainDepth: 1 | 2 | 3;
  /** lt, lte, eq, neq and ranges. */
  readonly patient: boolean;
  /** Conditions on `temporal` and `temporal_ordered` (the number of distinct rules); otherwise it needs every rule. */
  readonly temporalConditions: boolean;
  /** Longest episodes of a few timespans; otherwise twenty-four hours. */
  readonly cuts: boolean;
  readonly aliases: boolean;
  /** Plain rules (missing fields become null) beside the correlations. */
  readonly plainRules: boolean;
  /** Times before 1970. */
  readonly negativeTimes: boolean;
}

/** Everything on, 60 detections. */
export const EVERYTHING: GeneratorOptions = {
  types: ['event_count', 'value_count', 'temporal', 'temporal_ordered'],
  maxDetections: 60,
  chainDepth: 3,
  patient: true,
  temporalConditions: true,
  cuts: true,
  aliases: true,
  plainRules: true,
  negativeTimes: true,
};

/** A rule set and the final set of detections it sees. */
export interface Pair {
  readonly seed: number;
  readonly correlations: readonly OracleCorrelation[];
  readonly detections: readonly OracleDetection[];
}

const RULES = ['a', 'b', 'c', 'd'];
const FIELDS = ['ip', 'user', 'path'];
/** Values that a careless key (joined by a separator, kept in a plain object, read as a number) would confuse. */
const VALUES = ['x', 'y', 'x|y', 'y|x', 'x,y', '|', 'null', '__proto__', 'x\u0000y', '"x"', '1', '01', '1.0', 'X'];
const UNITS = [1, 2, 3, 10, 10, 100, 1_000, 60_000, 300_000, 3_600_000];

/** The pair of a seed: always the same. */
export function generatePair(seed: number, options: Partial<GeneratorOptions> = {}): Pair {
  const settings = { ...EVERYTHING, ...options };
  const random = createRandom(seed);
  const rules = RULES.slice(0, 1 + random.below(RULES.length));
  const correlations = correlationsOver(random, rules, settings);
  const detections = detectionsFor(random, rules, correlations, settings);
  return { seed, correlations: random.shuffled(correlations), detections };
}

function correlationsOver(random: Random, rules: readonly string[], settings: GeneratorOptions): OracleCorrelation[] {
  const unit = random.pick(UNITS);
  const depth = Math.min(settings.chainDepth, random.pick([1, 1, 1, 2, 2, 3]));
  const first = Array.from({ length: random.pick([1, 1, 2]) }, (_, index) =>
    correlationOver(random, `L1.${index}`, rules, [], unit, settings),
  );
  const all = [...first];
  for (let level = 2; level <= depth; level++) {
    const below = all.slice(-2);
    const names = referredIn(random, below, all, rules);
    all.push(correlationOver(random, `L${level}.0`, names, all, unit * random.pick([1, 2, 5]), settings));
  }
  if (settings.plainRules && random.chance(15)) all.push(plainRule(random.pick(rules), someOf(random, FIELDS, 0, 2)));
  return all;
}

/** The level below, and now and then a base rule or a level further down (a diamond) beside it. */
function referredIn(
  random: Random,
  below: readonly OracleCorrelation[],
  all: readonly OracleCorrelation[],
  rules: readonly string[],
): string[] {
  const names = below.map((correlation) => correlation.name);
  if (random.chance(50)) names.push(random.pick(rules));
  if (random.chance(20)) names.push(random.pick(all).name);
  return [...new Set(random.shuffled(names))];
}

function correlationOver(
  random: Random,
  name: string,
  candidates: readonly string[],
  known: readonly OracleCorrelation[],
  unit: number,
  settings: GeneratorOptions,
): OracleCorrelation {
  const type = random.pick(settings.types);
  const isSequence = type === 'temporal' || type === 'temporal_ordered';
  const least = isSequence ? Math.min(2, candidates.length) : 1;
  const most = random.pick([least, least, least + 1, 4]);
  const rules = random.shuffled(known.length > 0 ? candidates : someOf(random, candidates, least, most));
  const timespan = Math.max(1, unit * random.pick([1, 1, 2, 4]) + random.pick([0, 0, 0, 1, -1]));
  const quiet = random.pick([timespan, timespan, timespan, timespan + 1, timespan * 2, timespan * 5]);
  const grouping = groupingOver(random, rules, known, settings);
  const condition = conditionFor(random, type, rules.length, settings);
  const repeats = type === 'temporal_ordered' && condition === undefined && random.chance(30);
  return {
    name,
    type,
    rules: repeats ? [...rules, random.pick(rules)] : rules,
    ...grouping,
    timespan,
    ...(condition === undefined ? {} : { condition }),
    ...(type === 'value_count' ? { valueField: random.pick(fieldsOf(random.pick(rules), known)) } : {}),
    quiet,
    maxEpisode: settings.cuts && random.chance(45) ? shortEpisode(random, timespan, quiet) : DAY,
  };
}

function shortEpisode(random: Random, timespan: number, quiet: number): number {
  return Math.max(
    1,
    random.pick([timespan - 1, timespan, timespan + 1, timespan * 2, timespan * 3 + 1, quiet, quiet + 1]),
  );
}

/** Group-by fields, often under an alias that stands for another field in each rule. */
function groupingOver(
  random: Random,
  rules: readonly string[],
  known: readonly OracleCorrelation[],
  settings: GeneratorOptions,
): Pick<OracleCorrelation, 'groupBy' | 'aliases'> {
  const common = FIELDS.concat('who').filter((field) => rules.every((rule) => fieldsOf(rule, known).includes(field)));
  const groupBy = random.chance(30) ? [] : someOf(random, common.length > 0 ? common : FIELDS, 1, random.pick([1, 2]));
  const reachable = rules.every((rule) => fieldsOf(rule, known).length > 0);
  if (!settings.aliases || !reachable || random.chance(70)) return { groupBy };
  const who = Object.fromEntries(rules.map((rule) => [rule, random.pick(fieldsOf(rule, known))]));
  return { groupBy: [...groupBy.filter((name) => name !== 'who').slice(0, 1), 'who'], aliases: { who } };
}

/** The fields a detection of this rule may carry: a derived one has the group-by fields of its correlation. */
function fieldsOf(rule: string, known: readonly OracleCorrelation[]): readonly string[] {
  const correlation = known.find((other) => other.name === rule);
  if (correlation === undefined) return FIELDS;
  return correlation.groupBy.length > 0 ? correlation.groupBy : FIELDS.slice(0, 1);
}

function conditionFor(
  random: Random,
  type: CorrelationType,
  rules: number,
  settings: GeneratorOptions,
): OracleCondition | undefined {
  const isSequence = type === 'temporal' || type === 'temporal_ordered';
  if (isSequence && (!settings.temporalConditions || random.chance(60))) return undefined;
  const bound = isSequence ? 1 + random.below(rules) : random.pick([0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 5]);
  if (!settings.patient || random.chance(50)) return random.pick([{ gte: bound }, { gte: bound }, { gt: bound }]);
  const upper = bound + random.pick([-1, 0, 1, 2, 3]);
  return random.pick<OracleCondition>([
    { lt: bound + 1 },
    { lte: bound },
    { eq: bound },
    { neq: bound },
    { gte: bound, lte: upper },
    { gt: bound, lt: upper + 1 },
    { gte: bound, lt: upper },
    { gte: bound, neq: bound + 1 },
    { lte: upper, neq: bound },
  ]);
}

function detectionsFor(
  random: Random,
  rules: readonly string[],
  correlations: readonly OracleCorrelation[],
  settings: GeneratorOptions,
): OracleDetection[] {
  const size = 1 + random.below(random.pick([15, 40, settings.maxDetections, settings.maxDetections]));
  const values = random.shuffled(VALUES);
  const pools = FIELDS.map((field) => [field, values.slice(0, random.pick([1, 2, 2, 3, 5]))] as const);
  const missing = random.pick([0, 0, 5, 20]);
  return timesFor(random, correlations, Math.min(size, settings.maxDetections), settings).map((time) => ({
    rule: random.pick(rules),
    time,
    fields: Object.fromEntries(
      pools.filter(() => !random.chance(missing)).map(([field, pool]) => [field, random.pick(pool)]),
    ),
  }));
}

/** A walk of short steps and exact spans; now and then a time at an exact span from any earlier one. */
function timesFor(
  random: Random,
  correlations: readonly OracleCorrelation[],
  size: number,
  settings: GeneratorOptions,
): number[] {
  const spans = correlations.flatMap(({ timespan, quiet, maxEpisode }) =>
    maxEpisode === DAY ? [timespan, quiet] : [timespan, quiet, maxEpisode],
  );
  const burst = random.pick([30, 60, 85]);
  const times = [originOf(random, spans, settings)];
  while (times.length < size) {
    const isFromEarlier = random.chance(20);
    const from = isFromEarlier ? random.pick(times) : Math.max(...times);
    const step = isFromEarlier || !random.chance(burst) ? edgeOf(random, spans) : shortStep(random, random.pick(spans));
    times.push(from + step);
  }
  return times;
}

function originOf(random: Random, spans: readonly number[], settings: GeneratorOptions): number {
  const origin = random.pick([0, 1_700_000_000_000, 1_700_000_000_000]);
  const span = random.pick(spans);
  const aligned = origin - (origin % span) + random.pick([0, 0, -1, 1, Math.floor(span / 2)]);
  return settings.negativeTimes && random.chance(3) ? aligned - origin - 3 * span : Math.max(0, aligned);
}

function shortStep(random: Random, span: number): number {
  return random.pick([
    0,
    0,
    1,
    Math.floor(span / 4),
    Math.floor(span / 3),
    Math.floor(span / 2),
    random.below(span + 1),
  ]);
}

function edgeOf(random: Random, spans: readonly number[]): number {
  const edge = random.pick(spans) + random.pick([-1, 0, 0, 1]);
  return random.chance(10) ? edge + random.pick(spans) : edge;
}

/** Between `least` and `most` of the values, in their order. */
function someOf<T>(random: Random, values: readonly T[], least: number, most: number): T[] {
  const count = least + random.below(Math.max(1, Math.min(most, values.length) - least + 1));
  const chosen = new Set(random.shuffled(values).slice(0, count));
  return values.filter((value) => chosen.has(value));
}
