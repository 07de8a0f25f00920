import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCorrelator } from '../../src/correlate/correlator.js';
import type { Correlator } from '../../src/correlate/types.js';
import { EvidenceRef, type Detection, type Episode } from '../../src/event/index.js';
import type { Correlation, Gate } from '../../src/rule/types.js';
import { arrange, ORDERS } from '../oracle/arrivals.js';
import type { Arrival, OracleCorrelation } from '../oracle/model.js';
import { createRandom, type Random } from '../oracle/random.js';
import { definitionOf } from './correlate-subject.js';

/** Correlations that count the same detections. */
function correlationsOf(random: Random): readonly OracleCorrelation[] {
  return Array.from({ length: 2 + random.below(3) }, (_, index) => {
    const timespan = random.pick([10, 20, 50, 200]);
    const counts = random.pick(['event_count', 'value_count'] as const);
    return {
      name: `c${index}`,
      type: counts,
      rules: ['r'],
      groupBy: ['g'],
      timespan,
      condition: random.pick([{ gte: 2 }, { gte: 3 }, { gt: 3 }, { gte: 8 }]),
      ...(counts === 'value_count' && { valueField: 'v' }),
      quiet: timespan * random.pick([1, 2]),
      maxEpisode: timespan * random.pick([3, 100]),
    };
  });
}

/** One event: of some group, with no value, one, or several at once (joined by `|`). */
function arrivalsOf(seed: number): readonly Arrival[] {
  const random = createRandom(seed);
  const detections = Array.from({ length: 5 + random.below(60) }, () => ({
    rule: 'r',
    time: random.below(random.pick([60, 400])),
    fields: { g: random.pick(['a', 'b', 'c']), v: random.pick(['-', '', 'x', 'y', 'z', 'x|y', 'w|z|']) },
  }));
  return arrange(random, detections, random.pick(ORDERS));
}

/** The detections of one event for one correlation; `isGate`: as they are made for all members of a gate. */
function detectionsOf(arrival: Arrival, { index, type }: Correlation, isGate: boolean, nth: number): Detection[] {
  if ('advance' in arrival) return [];
  const { time, fields } = arrival.detection;
  const { g = '', v = '' } = fields;
  const evidence = EvidenceRef.of({ time, position: `test@${nth}`, original: '', entities: { 'user.name': v } });
  const group = { key: g, values: [g] };
  const one = { correlation: index, role: 0, group, time, value: undefined, evidence };
  const values = v === '-' ? [] : v.split('|');
  if (!isGate && type === 'event_count') return [one];
  if (values.length === 0) return isGate ? [one] : [];
  return values.map((value, i) => ({ ...one, value, role: isGate && i > 0 ? 1 : 0 }));
}

/** Runs arrivals through a correlator; the detections of one event in the order of the correlations. */
function run(definitions: readonly Correlation[], arrivals: readonly Arrival[], gate: Gate | undefined): string[] {
  const correlator: Correlator = createCorrelator(definitions, { keepState: false, gates: gate ? [gate] : [] });
  const hasValues = gate !== undefined && gate.valued.length > 0;
  const told = new Map<string, Episode>();
  let nth = 0;
  for (const arrival of arrivals) {
    nth++;
    for (const definition of gate ? definitions.slice(0, 1) : definitions) {
      const made = detectionsOf(arrival, definition, gate !== undefined, nth);
      const fitting = gate && !hasValues ? made.slice(0, 1).map((one) => ({ ...one, value: undefined })) : made;
      for (const detection of fitting) correlator.add(detection);
    }
    if (!('advance' in arrival)) continue;
    correlator.settle();
    correlator.advance(0, arrival.advance);
    for (const episode of correlator.collect(0).episodes) told.set(`${episode.correlation} ${episode.key}`, episode);
  }
  expect(correlator.stats()).toMatchObject({ liveKeys: 0, bytes: 0, late: 0 });
  return [...told.values()]
    .filter(({ state }) => state !== 'merged')
    .map(({ correlation, group, start, end, count, distinct, entities, state }) =>
      JSON.stringify([correlation, group.values, start, end, count, distinct, entities, state]),
    )
    .sort();
}

it('tells the same of detections that wait at a gate as of those each correlation keeps for itself', () => {
  let episodes = 0;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0x7fffffff }), (seed) => {
      const correlations = correlationsOf(createRandom(seed));
      const definitions = correlations.map((correlation) => definitionOf(correlation, correlations));
      const members = definitions.map(({ index }) => index);
      const valued = members.filter((index) => definitions[index]?.type === 'value_count');
      const arrivals = arrivalsOf(seed);
      const alone = run(definitions, arrivals, undefined);
      expect(run(definitions, arrivals, { members, valued })).toEqual(alone);
      episodes += alone.length;
    }),
    { numRuns: 2_000 },
  );
  expect(episodes).toBeGreaterThan(2_000);
});
