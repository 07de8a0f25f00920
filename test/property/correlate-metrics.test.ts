/** value_sum, value_avg, value_median and value_percentile: the oracle by hand, and the engine against the oracle. */
import { describe, expect, test } from 'vitest';
import { canonical } from '../oracle/compare.js';
import type { OracleCondition, OracleCorrelation, OracleDetection } from '../oracle/model.js';
import { DAY } from '../oracle/model.js';
import { episodesOf } from '../oracle/oracle.js';
import { createRandom, type Random } from '../oracle/random.js';
import { correlateRoom } from './correlate-subject.js';

const metric = (
  type: OracleCorrelation['type'],
  condition: OracleCondition,
  percentile?: number,
): OracleCorrelation => ({
  name: 'm',
  type,
  rules: ['a'],
  groupBy: ['ip'],
  timespan: 10,
  quiet: 10,
  maxEpisode: DAY,
  valueField: 'n',
  condition,
  ...(percentile === undefined ? {} : { percentile }),
});
const at = (time: number, n: string, ip = 'x'): OracleDetection => ({ rule: 'a', time, fields: { ip, n } });
/** `start–end×count` of each episode. */
const told = (correlation: OracleCorrelation, detections: readonly OracleDetection[]): readonly string[] =>
  episodesOf([correlation], detections).map(({ start, end, count }) => `${start}–${end}×${count}`);

describe('the oracle by hand', () => {
  test.each<[string, OracleCorrelation, readonly OracleDetection[], readonly string[]]>([
    ['sum', metric('value_sum', { gte: 10 }), [at(0, '4'), at(1, '6'), at(5, '1')], ['1–5×3']],
    ['sum: the window slides', metric('value_sum', { gte: 10 }), [at(0, '6'), at(10, '6')], []],
    ['sum falls', metric('value_sum', { lt: 0 }), [at(0, '5'), at(3, '-6')], ['3–3×2']],
    ['no number is left out', metric('value_sum', { gte: 1 }), [at(0, 'x'), at(1, '')], []],
    ['average', metric('value_avg', { gt: 5 }), [at(0, '4'), at(1, '8'), at(2, '1')], ['1–1×2']],
    ['median of two', metric('value_median', { eq: 3 }), [at(0, '2'), at(1, '4')], ['1–1×2']],
    ['median of three', metric('value_median', { eq: 4 }), [at(0, '9'), at(1, '1'), at(2, '4')], ['2–2×3']],
    ['percentile between ranks', metric('value_percentile', { eq: 7 }, 75), [at(0, '1'), at(1, '9')], ['1–1×2']],
  ])('%s', (_name, correlation, detections, expected) => {
    expect(told(correlation, detections)).toEqual(expected);
  });
});

const TYPES = ['value_sum', 'value_avg', 'value_median', 'value_percentile'] as const;

function conditionOf(random: Random): OracleCondition {
  const bound = random.below(40) - 8;
  return random.pick<OracleCondition>([
    { gte: bound },
    { gt: bound },
    { lt: bound },
    { lte: bound },
    { eq: bound },
    { neq: bound },
    { gt: bound, lte: bound + 5 },
  ]);
}

function streamOf(random: Random): readonly OracleDetection[] {
  const values = ['-3', '0', '1', '2', '2', '5', '8', '13', '0.5', 'x'];
  return Array.from({ length: 1 + random.below(50) }, () =>
    at(random.below(80), random.pick(values), random.pick(['x', 'x', 'y'])),
  );
}

describe('the engine agrees', () => {
  test.each(TYPES)('%s on 400 random streams, in the order they come and by time, restarted on the way', (type) => {
    for (let seed = 0; seed < 400; seed++) {
      const random = createRandom(seed);
      const correlation = metric(
        type,
        conditionOf(random),
        type === 'value_percentile' ? random.below(101) : undefined,
      );
      const detections = streamOf(random);
      const expected = canonical(episodesOf([correlation], detections));
      const byTime = [...detections].sort((a, b) => a.time - b.time);
      for (const order of [detections, byTime]) {
        const arrivals = [...order.map((detection) => ({ detection })), { advance: Infinity }];
        for (const options of [{}, { restartEvery: 7 }]) {
          expect(canonical(correlateRoom(options).run([correlation], arrivals)), `seed ${seed}`).toEqual(expected);
        }
      }
    }
  });
});
