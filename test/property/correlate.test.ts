import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Episode } from '../../src/event/index.js';
import { arrange, ORDERS } from '../oracle/arrivals.js';
import { canonical } from '../oracle/compare.js';
import { generatePair } from '../oracle/generate.js';
import type { Arrival, OracleCorrelation } from '../oracle/model.js';
import { createRandom } from '../oracle/random.js';
import { Runner, type SubjectOptions } from './correlate-subject.js';

const seeds = fc.integer({ min: 0, max: 0x7fffffff });

function run(
  correlations: readonly OracleCorrelation[],
  arrivals: readonly Arrival[],
  options: SubjectOptions,
): Runner {
  const runner = new Runner(correlations, options);
  arrivals.forEach((arrival, index) => runner.take(arrival, index + 1));
  runner.collect();
  return runner;
}

/** All that is told of an episode but what says when and in which order things were known. */
function content({ correlation, group, start, end, count, distinct, entities, stages, state }: Episode): string {
  return JSON.stringify([correlation, group.values, start, end, count, distinct, entities, stages, state]);
}

const contentOf = (runner: Runner): string[] =>
  [...runner.told.values()]
    .filter(({ state }) => state !== 'merged')
    .map(content)
    .sort();

it('tells the same of the same detections in whatever order they arrive', () => {
  fc.assert(
    fc.property(seeds, fc.constantFrom(...ORDERS), fc.constantFrom(...ORDERS), (seed, one, other) => {
      const { correlations, detections } = generatePair(seed);
      const [first, second] = [one, other].map((order, i) =>
        run(correlations, arrange(createRandom(seed + i), detections, order), { keepState: false }),
      );
      expect(contentOf(first as Runner)).toEqual(contentOf(second as Runner));
    }),
    { numRuns: 1_000 },
  );
});

it('goes on from its state as if it had not stopped, and hands out nothing twice', () => {
  fc.assert(
    fc.property(seeds, fc.constantFrom(...ORDERS), fc.integer({ min: 1, max: 30 }), (seed, order, restartEvery) => {
      const { correlations, detections } = generatePair(seed);
      const arrivals = arrange(createRandom(seed), detections, order);
      const straight = run(correlations, arrivals, { collectEvery: restartEvery });
      const restarted = run(correlations, arrivals, { restartEvery });
      expect(contentOf(restarted)).toEqual(contentOf(straight));
      expect(canonical(restarted.episodes())).toEqual(canonical(straight.episodes()));
      expect(Math.max(1, ...restarted.derived.values())).toBe(1);
      expect([...restarted.derived.values()].length).toBe([...straight.derived.values()].length);
    }),
    // The example: decided without firing, then what was before it forgotten.
    { numRuns: 500, examples: [[1280229180, 'sorted', 1]] },
  );
});

it('ends with nothing: no key, no byte, no state', () => {
  fc.assert(
    fc.property(seeds, fc.constantFrom(...ORDERS), (seed, order) => {
      const { correlations, detections } = generatePair(seed);
      const runner = run(correlations, arrange(createRandom(seed), detections, order), { collectEvery: 4 });
      runner.collect();
      expect(runner.correlator.stats()).toMatchObject({ liveKeys: 0, openEpisodes: 0, bytes: 0 });
      expect(runner.stateSize).toBe(0);
    }),
    { numRuns: 500 },
  );
});
