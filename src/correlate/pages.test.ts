import { expect, it } from 'vitest';
import { EvidenceRef, type Detection, type StateChange } from '../event/index.js';
import type { Correlation } from '../rule/types.js';
import { createCorrelator } from './correlator.js';
import { PAGE_CELL, PAGE_WEAR } from './limits.js';
import type { Correlator } from './types.js';

const MINUTE = 60_000;

/** At least `gte` detections within an hour. */
function counting(gte: number, hash = 'h1'): Correlation {
  const refs = [{ name: 'r0', target: { kind: 'rule', index: 0 }, groupBy: [], value: [] }];
  const meta = { id: 'counting', title: 'Counting', level: 'medium', tags: [], references: [], falsePositives: [] };
  const span = { timespan: 60 * MINUTE, quiet: 60 * MINUTE, maxEpisode: 24 * 60 * MINUTE };
  const rest = { kind: 'correlation', index: 0, type: 'event_count', level: 0, groupBy: ['source.ip'], alerts: true };
  return { ...rest, ...span, meta, refs, bounds: { gte }, hash } as unknown as Correlation;
}

function at(minute: number, key: string): Detection {
  const time = minute * MINUTE;
  const evidence = EvidenceRef.of({ time, position: `log@${minute}`, original: `line at ${minute}`, entities: {} });
  return { correlation: 0, role: 0, group: { key, values: [key] }, time, value: undefined, evidence };
}

function add(correlator: Correlator, detections: readonly Detection[]): void {
  for (const detection of detections) correlator.add(detection);
  correlator.settle();
}

/** A ledger of state alone. */
class State extends Map<string, string> {
  /** Writes a commit; returns what it wrote. */
  commit(correlator: Correlator): readonly StateChange[] {
    const { state } = correlator.collect(1);
    for (const { key, value } of state) {
      if (value === null) this.delete(key);
      else this.set(key, value);
    }
    return state;
  }

  restored(correlation: Correlation, maxBytes?: number): Correlator {
    const correlator = createCorrelator([correlation], maxBytes === undefined ? {} : { maxBytes });
    correlator.restore([...this].toReversed());
    return correlator;
  }
}

const many = (count: number, minute: number): Detection[] =>
  Array.from({ length: count }, (_, i) => at(minute + i / 10_000, `10.0.0.${i}`));

it('writes the small cells of a commit in one page, and one that grew by itself', () => {
  const correlator = createCorrelator([counting(100)]);
  const state = new State();
  add(correlator, many(100, 1));
  expect(state.commit(correlator).map(({ key }) => key)).toEqual(['h1/+0/0']);
  add(correlator, [at(2, '10.0.0.7'), at(2, '10.0.0.8')]);
  expect(state.commit(correlator).map(({ key }) => key)).toEqual(['h1/+1/0']);
  for (let n = 2; n <= PAGE_CELL; n++) add(correlator, [at(2 + n, '10.0.0.7')]);
  expect(state.commit(correlator).map(({ key }) => key)).toEqual(['h1/=10.0.0.7/0']);
  expect(state.commit(correlator)).toEqual([]);
  correlator.advance(0, 120 * MINUTE);
  state.commit(correlator);
  expect([...state]).toEqual([]);
});

it('goes on after a restart with what the latest page or a cell’s own entry tells', () => {
  const state = new State();
  const correlator = createCorrelator([counting(6)]);
  for (let n = 1; n <= 5; n++) {
    add(correlator, [at(n, 'grown'), ...(n <= 3 ? [at(n, 'small')] : []), ...(n === 1 ? [at(n, 'once')] : [])]);
    state.commit(correlator);
  }
  const again = state.restored(counting(6));
  expect(again.stats()).toEqual(correlator.stats());
  expect([...again.snapshot()].toSorted()).toEqual([...correlator.snapshot()].toSorted());
  add(again, [at(6, 'grown'), at(6, 'small'), at(7, 'small'), at(6, 'once')]);
  expect(again.collect(2).episodes).toMatchObject([{ group: { key: 'grown' }, count: 6, start: 6 * MINUTE }]);
  add(again, [at(8, 'small')]);
  expect(again.collect(3).episodes).toMatchObject([{ group: { key: 'small' }, count: 6 }]);
});

it('tells what was evicted gone, however often it comes back', () => {
  const maxBytes = 50_000;
  const state = new State();
  let correlator = createCorrelator([counting(100)], { maxBytes });
  let evictions = 0;
  for (let round = 0; round < 20; round++) {
    add(correlator, many(60, 1 + round));
    state.commit(correlator);
    add(correlator, [at(2 + round, `10.0.0.${round}`)]);
    state.commit(correlator);
    const again = state.restored(counting(100), maxBytes);
    expect({ ...again.stats(), evictions: 0 }).toEqual({ ...correlator.stats(), evictions: 0 });
    if (round % 5 !== 4) continue;
    evictions += correlator.evictions();
    correlator = again;
  }
  expect(evictions).toBeGreaterThan(50);
});

it('writes pages anew once most of what they hold is gone: the ledger grows with what lives', () => {
  const correlator = createCorrelator([counting(100)], { maxBytes: 200_000 });
  const state = new State();
  let largest = 0;
  for (let i = 0; i < 20 * PAGE_WEAR; i += 50) {
    add(
      correlator,
      Array.from({ length: 50 }, (_, n) => at(1 + i / 1_000_000, `key ${i + n}`)),
    );
    state.commit(correlator);
    let size = 0;
    for (const text of state.values()) size += text.length;
    largest = Math.max(largest, size);
  }
  const { liveKeys, evictions } = correlator.stats();
  expect(evictions).toBeGreaterThan(19 * PAGE_WEAR);
  expect(largest).toBeLessThan(400 * (liveKeys + 3 * PAGE_WEAR));
  expect(state.restored(counting(100)).stats().liveKeys).toBe(liveKeys);
});

it('counts small cells of an episode whose correlation changed, and forgets all pages', () => {
  const correlator = createCorrelator([counting(6)]);
  const state = new State();
  for (const minute of [58, 59]) add(correlator, [at(minute, 'split'), at(minute, 'other')]);
  state.commit(correlator);
  for (const minute of [61, 62, 63, 64]) add(correlator, [at(minute, 'split')]);
  state.commit(correlator);
  const changed = state.restored(counting(6, 'h2'));
  expect(changed.collect(2).episodes).toMatchObject([{ state: 'rule-changed', count: 6 }]);
  const wiped = state.restored(counting(6, 'h2'));
  state.commit(wiped);
  expect([...state]).toEqual([]);
});

it('hands pages on to a correlator of other rules, which forgets them in time', () => {
  const correlator = createCorrelator([counting(6)]);
  const state = new State();
  add(correlator, many(10, 1));
  state.commit(correlator);
  add(correlator, many(5, 2));
  state.commit(correlator);
  const heir = createCorrelator([counting(6), { ...counting(2, 'h2'), index: 1 }]);
  heir.restore(correlator.snapshot());
  expect(state.commit(heir)).toEqual([]);
  heir.advance(0, 120 * MINUTE);
  state.commit(heir);
  expect([...state]).toEqual([]);
});
