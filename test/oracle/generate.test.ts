import { describe, expect, it } from 'vitest';
import { arrange, detectionsOf, lateOf, ORDERS, withLate } from './arrivals.js';
import { canonical } from './compare.js';
import { EVERYTHING, generatePair, type Pair } from './generate.js';
import type { OracleCorrelation, OracleEpisode } from './model.js';
import { episodesOf } from './oracle.js';
import { createRandom } from './random.js';

const pairs = Array.from({ length: 1_000 }, (_, seed) => generatePair(seed));
const answers = pairs.map(({ correlations, detections }) => episodesOf(correlations, detections));

/** How many of the thousand pairs have the property. */
function share(has: (pair: Pair, answer: readonly OracleEpisode[]) => boolean): number {
  return pairs.filter((pair, index) => has(pair, answers[index] ?? [])).length;
}

/** How many of the thousand answers change with the correlations or the detections. */
function sensitive(change: (pair: Pair) => Partial<Pair>): number {
  return share((pair, answer) => {
    const { correlations, detections } = { ...pair, ...change(pair) };
    return canonical(episodesOf(correlations, detections)).join() !== canonical(answer).join();
  });
}

function withEach(
  change: (correlation: OracleCorrelation) => Partial<OracleCorrelation>,
): (pair: Pair) => Partial<Pair> {
  return ({ correlations }) => ({ correlations: correlations.map((each) => ({ ...each, ...change(each) })) });
}

describe('a generated pair', () => {
  it('is the same for the same seed', () => {
    expect(generatePair(7)).toEqual(generatePair(7));
    expect(generatePair(8)).not.toEqual(generatePair(7));
  });

  it('stays within the size asked for', () => {
    expect(Math.max(...pairs.map(({ detections }) => detections.length))).toBe(EVERYTHING.maxDetections);
    const small = Array.from({ length: 100 }, (_, seed) => generatePair(seed, { maxDetections: 5 }).detections.length);
    expect(Math.max(...small)).toBe(5);
  });

  it('leaves out what is switched off', () => {
    const plain = { types: ['event_count'], chainDepth: 1, patient: false, cuts: false, aliases: false } as const;
    const options = { ...plain, plainRules: false, negativeTimes: false };
    const all = Array.from({ length: 200 }, (_, seed) => generatePair(seed, options));
    const correlations = all.flatMap((pair) => pair.correlations);
    expect(new Set(correlations.map(({ type }) => type))).toEqual(new Set(['event_count']));
    const operators = correlations.flatMap(({ condition }) => Object.keys(condition ?? {}));
    expect(new Set(operators)).toEqual(new Set(['gte', 'gt']));
    expect(correlations.filter(({ aliases, keepMissing }) => aliases ?? keepMissing)).toEqual([]);
    expect(all.flatMap((pair) => pair.detections).filter(({ time }) => time < 0)).toEqual([]);
  });

  it('has something to find, more often than not', () => {
    expect(share((_, answer) => answer.length > 0)).toBeGreaterThan(600);
    expect(share((_, answer) => answer.length > 2)).toBeGreaterThan(300);
  });

  it.each(EVERYTHING.types)('of type %s fires', (type) => {
    const fires = share(({ correlations }, answer) =>
      answer.some(({ rule }) => correlations.some((each) => each.name === rule && each.type === type)),
    );
    expect(fires).toBeGreaterThan(80);
  });

  it.each(['L2.0', 'L3.0'])('chains fire at level %s', (name) => {
    expect(share((_, answer) => answer.some(({ rule }) => rule === name))).toBeGreaterThan(30);
  });
});

describe('the answer changes often enough with', () => {
  it.each<[string, number, (pair: Pair) => Partial<Pair>]>([
    ['a timespan longer by a millisecond', 100, withEach(({ timespan }) => ({ timespan: timespan + 1 }))],
    ['a timespan shorter by a millisecond', 100, withEach(({ timespan }) => ({ timespan: timespan - 1 }))],
    ['a quiet longer by a millisecond', 50, withEach(({ quiet }) => ({ quiet: quiet + 1 }))],
    ['a quiet shorter by a millisecond', 50, withEach(({ quiet }) => ({ quiet: quiet - 1 }))],
    ['a cut later by a millisecond', 30, withEach(({ maxEpisode }) => ({ maxEpisode: maxEpisode + 1 }))],
    ['a cut earlier by a millisecond', 30, withEach(({ maxEpisode }) => ({ maxEpisode: maxEpisode - 1 }))],
    ['missing fields kept', 30, withEach(() => ({ keepMissing: true }))],
    [
      'equal times told apart',
      100,
      ({ detections }) => ({
        detections: detections.map((each, index) => ({ ...each, time: each.time + index / 1_000 })),
      }),
    ],
    [
      'the detections of one time counted once',
      100,
      ({ detections }) => ({
        detections: detections.filter(
          ({ time }, index) => detections.findIndex((each) => each.time === time) === index,
        ),
      }),
    ],
  ])('%s', (_, least, change) => {
    expect(sensitive(change)).toBeGreaterThan(least);
  });
});

describe('an order of arrival', () => {
  it.each(ORDERS)('%s loses nothing, has nothing late, and ends', (order) => {
    for (const { seed, detections } of pairs.slice(0, 300)) {
      const arrivals = arrange(createRandom(seed), detections, order);
      const watermarks = arrivals.flatMap((arrival) => ('advance' in arrival ? [arrival.advance] : []));
      expect(new Set(detectionsOf(arrivals))).toEqual(new Set(detections));
      expect(detectionsOf(arrivals)).toHaveLength(detections.length);
      expect(lateOf(arrivals)).toEqual([]);
      expect(watermarks).toEqual([...watermarks].sort((a, b) => (a < b ? -1 : Number(a > b))));
      expect(arrivals.at(-1)).toEqual({ advance: Number.POSITIVE_INFINITY });
    }
  });

  it('moves the watermark before the end, even up to the next detection', () => {
    const exact = pairs.filter(({ seed, detections }) => {
      const arrivals = arrange(createRandom(seed), detections, 'sorted');
      return arrivals.some((arrival, index) => {
        const next = arrivals[index + 1];
        return (
          'advance' in arrival && next !== undefined && 'detection' in next && next.detection.time === arrival.advance
        );
      });
    });
    expect(exact.length).toBeGreaterThan(200);
  });

  it('can have late detections', () => {
    const late = pairs.filter(({ seed, detections }) => lateOf(withLate(createRandom(seed), detections)).length > 0);
    expect(late.length).toBeGreaterThan(300);
  });
});
