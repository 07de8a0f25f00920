import { describe, expect, it } from 'vitest';
import { EvidenceRef, type Detection, type Entities, type Episode } from '../event/index.js';
import type { Correlation } from '../rule/types.js';
import { createCorrelator } from './correlator.js';
import type { Correlator } from './types.js';

const MINUTE = 60_000;

function correlation(changes: Partial<Correlation> = {}): Correlation {
  const id = changes.meta?.id ?? 'burst';
  return {
    kind: 'correlation',
    index: 0,
    meta: {
      id,
      uuid: undefined,
      name: undefined,
      title: id,
      description: undefined,
      level: 'medium',
      status: undefined,
      tags: [],
      author: undefined,
      license: undefined,
      references: [],
      falsePositives: [],
      ruleset: undefined,
      version: undefined,
      file: 'burst.yml',
      line: 1,
    },
    type: 'event_count',
    implicit: false,
    level: 0,
    refs: [ref(0), ref(1)],
    groupBy: ['source.ip'],
    missingIsNull: false,
    timespan: 10 * MINUTE,
    bounds: { gte: 3 },
    roles: undefined,
    percentile: undefined,
    quiet: 10 * MINUTE,
    maxEpisode: 24 * 60 * MINUTE,
    alerts: true,
    tests: [],
    hash: 'h1',
    place: { file: 'burst.yml', line: 1, column: 1 },
    ...changes,
  };
}

function ref(index: number): Correlation['refs'][number] {
  return { name: `r${index}`, target: { kind: 'rule', index }, groupBy: [], value: [] };
}

let position = 0;

/** A detection `minutes` after the epoch. */
function at(minutes: number, changes: Partial<Detection> & { entities?: Entities } = {}): Detection {
  const { entities = {}, ...rest } = changes;
  const time = minutes * MINUTE;
  const evidence = EvidenceRef.of({ time, position: `log@${position++}`, original: `line at ${minutes}`, entities });
  const group = { key: '10.0.0.1', values: ['10.0.0.1'] };
  return { correlation: 0, role: 0, group, time, value: undefined, evidence, ...rest };
}

function feed(correlator: Correlator, detections: readonly Detection[], watermark = -Infinity): Episode[] {
  for (const detection of detections) correlator.add(detection);
  correlator.settle();
  correlator.advance(0, watermark * MINUTE);
  return [...correlator.collect(1).episodes];
}

const key = (name: string): Pick<Detection, 'group'> => ({ group: { key: name, values: [name] } });

describe('an episode', () => {
  it('opens at once at the threshold, is revised while it lives, and ends behind the watermark', () => {
    const correlator = createCorrelator([correlation()]);
    expect(feed(correlator, [at(0), at(1)])).toEqual([]);
    const [opened] = feed(correlator, [at(2)]);
    expect(opened).toMatchObject({ state: 'active', revision: 1, start: 2 * MINUTE, end: 2 * MINUTE, count: 3 });
    expect(opened).toMatchObject({ created: 1, openedAt: 2 * MINUTE, mergedInto: undefined, previous: undefined });
    expect(feed(correlator, [at(5)])[0]).toMatchObject({ revision: 2, end: 5 * MINUTE, count: 4 });
    expect(feed(correlator, [], 15)).toEqual([]);
    expect(feed(correlator, [], 15.001)[0]).toMatchObject({ state: 'ended', revision: 3, count: 4 });
    expect(feed(correlator, [], 60)).toEqual([]);
    expect(correlator.stats()).toMatchObject({ liveKeys: 0, openEpisodes: 0, bytes: 0 });
  });

  it('leaves out an event exactly one timespan old', () => {
    const correlator = createCorrelator([correlation()]);
    expect(feed(correlator, [at(0), at(5), at(10)], Infinity)).toEqual([]);
    expect(feed(createCorrelator([correlation()]), [at(0.001), at(5), at(10)], Infinity)).toHaveLength(1);
  });

  it('keeps its key and opening time when an earlier event moves its start', () => {
    const correlator = createCorrelator([correlation()]);
    const [opened] = feed(correlator, [at(4), at(5), at(6)]);
    const [moved] = feed(correlator, [at(3)]);
    expect(moved).toMatchObject({ key: opened?.key, openedAt: 6 * MINUTE, start: 5 * MINUTE, count: 4, revision: 2 });
  });

  it('joins two: the earlier survives, the later says where it went', () => {
    const correlator = createCorrelator([correlation({ bounds: { gte: 1 } })]);
    const [first, second] = feed(correlator, [at(0), at(15)]);
    const revised = feed(correlator, [at(8)]);
    expect(revised.map(({ state }) => state).sort()).toEqual(['active', 'merged']);
    const merged = revised.find(({ state }) => state === 'merged');
    expect(merged).toMatchObject({ key: second?.key, mergedInto: first?.key, revision: 2 });
    expect(revised.find(({ state }) => state === 'active')).toMatchObject({ key: first?.key, count: 3 });
  });

  it('is cut at max-episode, and the next names it', () => {
    const correlator = createCorrelator([correlation({ bounds: { gte: 1 }, maxEpisode: 20 * MINUTE })]);
    const episodes = feed(correlator, [at(0), at(9), at(18), at(27)], Infinity);
    expect(episodes.map(({ start, end }) => [start / MINUTE, end / MINUTE])).toEqual([[0, 18], [27, 27]]); // prettier-ignore
    expect(episodes[1]?.previous).toBe(episodes[0]?.key);
  });

  it('counts what came between two firings once they are known to belong together', () => {
    const correlator = createCorrelator([correlation({ quiet: 60 * MINUTE })]);
    feed(correlator, [at(0), at(1), at(2)]);
    feed(correlator, [at(20)], 50);
    const episodes = feed(correlator, [at(55), at(56), at(57)], Infinity);
    expect(episodes).toEqual([expect.objectContaining({ start: 2 * MINUTE, end: 57 * MINUTE, count: 7 })]);
  });

  it('shows first and last evidence, 50 at most, and who and where of all', () => {
    const correlator = createCorrelator([correlation()]);
    const detections = Array.from({ length: 400 }, (_, i) =>
      at(i / 100, { entities: { 'source.ip': `10.0.${i}.1`, 'user.name': `u${i % 40}`, 'user.target.name': 'root' } }),
    );
    const [episode] = feed(correlator, detections);
    expect(episode?.count).toBe(400);
    expect(episode?.evidence).toHaveLength(50);
    expect(episode?.evidence[0]?.original).toBe('line at 0');
    expect(episode?.evidence[49]?.original).toBe('line at 3.99');
    expect(episode?.entities.users).toHaveLength(41);
    expect(episode?.entities).toMatchObject({ more: true, hosts: [] });
    expect(episode?.entities.ips).toHaveLength(256);
  });

  it('shows the stages of a sequence in the order of its rules', () => {
    const correlator = createCorrelator([correlation({ type: 'temporal_ordered', bounds: undefined })]);
    const [episode] = feed(correlator, [at(3, { role: 1 }), at(1), at(2), at(0, { role: 1 })]);
    expect(episode).toMatchObject({ start: 3 * MINUTE, distinct: 2, count: 4 });
    expect(episode?.stages.map(({ role, first, last, count }) => [role, first / MINUTE, last / MINUTE, count])).toEqual(
      [
        [0, 1, 2, 2],
        [1, 0, 3, 2],
      ],
    );
  });
});

describe('conditions', () => {
  it('waits for the watermark where more events could still make it false', () => {
    const correlator = createCorrelator([correlation({ bounds: { eq: 2 } })]);
    expect(feed(correlator, [at(1), at(2)], 2)).toEqual([]);
    expect(feed(correlator, [], 2.001)[0]).toMatchObject({ start: 2 * MINUTE, count: 2 });
    const other = createCorrelator([correlation({ bounds: { eq: 2 } })]);
    expect(feed(other, [at(1), at(2)], 2)).toEqual([]);
    expect(feed(other, [at(2)], Infinity)).toEqual([]);
  });

  it('counts distinct values, repeats extending the episode', () => {
    const correlator = createCorrelator([correlation({ type: 'value_count', bounds: { gte: 2 } })]);
    const [episode] = feed(correlator, [
      at(0, { value: 'a' }),
      at(1, { value: 'a' }),
      at(2, { value: 'b' }),
      at(3, { value: 'b' }),
    ]);
    expect(episode).toMatchObject({ start: 2 * MINUTE, end: 3 * MINUTE, count: 4, distinct: 2 });
  });

  it('evaluates an extended condition, patiently where it has a not', () => {
    const roles = {
      kind: 'and',
      items: [
        { kind: 'role', role: 0 },
        { kind: 'not', item: { kind: 'role', role: 1 } },
      ],
    } as const;
    const correlator = createCorrelator([correlation({ type: 'temporal', bounds: undefined, roles })]);
    expect(feed(correlator, [at(0), at(20), at(20, { role: 1 })], 20)[0]).toMatchObject({ start: 0, count: 1 });
    expect(feed(correlator, [], Infinity)).toEqual([]);
  });

  it('keeps groups apart', () => {
    const correlator = createCorrelator([correlation()]);
    expect(feed(correlator, [at(0, key('a')), at(1, key('b')), at(2, key('a')), at(3, key('b'))])).toEqual([]);
  });
});

describe('chains', () => {
  const chain = correlation({
    index: 1,
    level: 1,
    hash: 'h2',
    refs: [{ name: 'burst', target: { kind: 'correlation', index: 0 }, groupBy: [], value: [] }],
  });

  it('hands out an episode once, when the watermark has passed its start, over a restart too', () => {
    const correlations = [correlation({ bounds: { gte: 1 } }), chain];
    const correlator = createCorrelator(correlations);
    correlator.add(at(5));
    correlator.settle();
    expect(correlator.advance(0, 5 * MINUTE)).toEqual([]);
    const [derived] = correlator.advance(0, 5 * MINUTE + 1);
    expect(derived).toMatchObject({ correlation: 0, time: 5 * MINUTE, group: { key: '10.0.0.1' } });
    expect(derived?.evidence.original).toBe('line at 5');
    const again = createCorrelator(correlations);
    again.restore(correlator.collect(1).state.map(({ key: name, value }) => [name, value ?? ''] as const));
    expect(again.advance(0, 6 * MINUTE)).toEqual([]);
    expect(again.advance(0, Infinity)).toEqual([]);
  });

  it('hands on the event that completed an episode: the success, however many failures stand around it', () => {
    const takeover = correlation({ type: 'temporal_ordered', bounds: undefined });
    const correlator = createCorrelator([takeover, { ...chain, refs: chain.refs }]);
    // A success before any failure, and another at the end: neither is the one.
    correlator.add(at(0, { role: 1 }));
    for (let i = 1; i <= 100; i++) correlator.add(at(i / 100));
    const success = at(1, { role: 1 });
    correlator.add(success);
    for (let i = 101; i <= 200; i++) correlator.add(at(i / 100));
    correlator.add(at(2, { role: 1 }));
    correlator.settle();
    // What is kept of it outlives its batch.
    for (let batch = 0; batch < 8; batch++) correlator.settle();
    const [derived] = correlator.advance(0, 3 * MINUTE);
    expect(derived).toMatchObject({ time: MINUTE, evidence: success.evidence.resolve() });
    const [episode] = correlator.collect(1).episodes;
    expect(episode?.evidence).toHaveLength(50);
    expect(episode?.evidence).toContainEqual(success.evidence.resolve());
    correlator.advance(0, Infinity);
    expect(correlator.collect(2).episodes[0]?.evidence).toContainEqual(success.evidence.resolve());
  });

  it('hands on what completed a count', () => {
    const correlator = createCorrelator([correlation(), chain]);
    for (const minute of [0, 1, 2, 3]) correlator.add(at(minute));
    correlator.settle();
    expect(correlator.advance(0, 4 * MINUTE)[0]?.evidence.original).toBe('line at 2');
  });
});

describe('state', () => {
  it('is nothing but tombstones once all is over', () => {
    const correlator = createCorrelator([correlation()]);
    const state = new Map<string, string>();
    const keep = (): void => {
      for (const { key: name, value } of correlator.collect(1).state) {
        if (value === null) state.delete(name);
        else state.set(name, value);
      }
    };
    for (const minute of [0, 1, 2, 30, 31, 32]) {
      correlator.add(at(minute));
      correlator.add(at(minute, key('a group with spaces / and slashes')));
      correlator.settle();
      keep();
    }
    expect(state.size).toBeGreaterThan(4);
    correlator.advance(0, Infinity);
    keep();
    keep();
    expect([...state]).toEqual([]);
  });

  it('is not made where nobody keeps it', () => {
    const correlator = createCorrelator([correlation()], { keepState: false });
    correlator.add(at(0));
    correlator.settle();
    expect(correlator.collect(1).state).toEqual([]);
  });

  it('ends the episodes of a correlation that changed, and forgets what it kept', () => {
    const before = createCorrelator([correlation()]);
    for (const minute of [0, 1, 2]) before.add(at(minute));
    before.settle();
    const { state, episodes } = before.collect(1);
    const after = createCorrelator([correlation({ hash: 'changed' })]);
    after.restore(state.map(({ key: name, value }) => [name, value ?? ''] as const));
    const collected = after.collect(2);
    expect(collected.episodes).toEqual([
      expect.objectContaining({ key: episodes[0]?.key, state: 'rule-changed', revision: 2, count: 3, correlation: 0 }),
    ]);
    expect(collected.state.map(({ value }) => value)).toEqual(state.map(() => null));
    expect(after.collect(3)).toEqual({ state: [], episodes: [] });
  });

  it('tells two correlations that are defined alike apart', () => {
    const twins = [correlation(), correlation({ index: 1 })];
    const correlator = createCorrelator(twins);
    correlator.add(at(0));
    correlator.add(at(0, { correlation: 1 }));
    correlator.settle();
    expect(new Set(correlator.collect(1).state.map(({ key: name }) => name)).size).toBe(2);
  });
});

describe('value_count', () => {
  it('counts an empty value as one of its own', () => {
    const correlator = createCorrelator([correlation({ type: 'value_count', bounds: { gte: 2 } })]);
    const values = ['', '', 'a'].map((value, minute) => at(minute, { value }));
    expect(feed(correlator, values)).toMatchObject([{ start: 2 * MINUTE, distinct: 2, count: 3 }]);
  });
});

describe('memory', () => {
  it('evicts keys heard of longest ago, those with an open episode last, whose episodes end', () => {
    const correlator = createCorrelator([correlation()], { maxBytes: 60_000 });
    for (const minute of [0, 1, 2]) correlator.add(at(minute, key('open')));
    for (let i = 0; i < 60; i++) correlator.add(at(3 + i / 100, key(`idle ${i}`)));
    correlator.settle();
    const { evictions, bytes, openEpisodes, liveKeys } = correlator.stats();
    expect(evictions).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(60_000);
    expect(liveKeys).toBe(61 - evictions);
    expect(openEpisodes).toBe(1);
    for (let i = 0; i < 60; i++) {
      for (const minute of [0, 1, 2]) correlator.add(at(minute, key(`also open ${i}`)));
    }
    correlator.settle();
    const ended = correlator.collect(1).episodes.filter(({ state }) => state === 'ended');
    expect(ended.length).toBeGreaterThan(0);
    expect(ended[0]).toMatchObject({ count: 3 });
  });

  it('evicts what waits at a gate and was heard of longest ago; nothing that waits is state', () => {
    const both = [correlation(), correlation({ index: 1, timespan: 60 * MINUTE, hash: 'h2' })];
    const gates = [{ members: [0, 1], valued: [] }];
    expect(() => createCorrelator(both, { gates })).toThrow(/no state/);
    const correlator = createCorrelator(both, { gates, keepState: false, maxBytes: 60_000 });
    for (let i = 0; i < 200; i++) correlator.add(at(i / 100, key(`idle ${i}`)));
    correlator.settle();
    const { evictions, bytes, liveKeys } = correlator.stats();
    expect(evictions).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(60_000);
    expect(liveKeys).toBe(200 - evictions);
    for (const name of ['idle 0', 'idle 199']) correlator.add(at(3, key(name)));
    const told = feed(correlator, [at(4, key('idle 0')), at(4, key('idle 199'))]);
    expect(told.map(({ correlation: of, group, count }) => [of, group.key, count])).toEqual([
      [0, 'idle 199', 3],
      [1, 'idle 199', 3],
    ]);
    expect(told[0]?.evidence.length).toBe(3);
  });

  it('does not grow with the detections of a key', () => {
    const correlator = createCorrelator([correlation(), correlation({ index: 1, type: 'value_count', hash: 'h2' })]);
    const add = (count: number): number => {
      for (let i = 0; i < count; i++) {
        correlator.add(at(i / count));
        correlator.add(at(i / count, { correlation: 1, value: `v${i % 2}` }));
      }
      correlator.settle();
      return correlator.stats().bytes;
    };
    const few = add(2_000);
    expect(add(20_000)).toBeLessThan(3 * few);
  });
});

describe('late detections', () => {
  it('still open an episode of a plain rule, and are counted', () => {
    const correlator = createCorrelator([correlation({ implicit: true, bounds: { gte: 1 } })]);
    feed(correlator, [at(100)], 100);
    expect(feed(correlator, [at(10)], 100)[0]).toMatchObject({ start: 10 * MINUTE, end: 10 * MINUTE, count: 1 });
    expect(correlator.stats().late).toBe(1);
  });

  it('never make a threshold out of fewer events', () => {
    const correlator = createCorrelator([correlation()]);
    feed(correlator, [at(1), at(2)], 100);
    expect(feed(correlator, [at(3)], 101)).toEqual([]);
  });
});
