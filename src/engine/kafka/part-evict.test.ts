import { expect, it } from 'vitest';
import { digestOf } from '../../correlate/codec.js';
import { pageNumber, type ReadPage, readPages } from '../../correlate/pages.js';
import type { AlertDocument, EcsEvent, Source } from '../../event/index.js';
import type { KafkaRecord } from '../../kafka/index.js';
import { loadRules } from '../../rule/load.js';
import { alertField } from '../alert-field.js';
import { compileRules } from '../detector.js';
import { Outgoing } from './outgoing.js';
import { Part } from './part.js';

const RULES = `title: Failed
id: 10000000-0000-4000-8000-000000000001
name: failed
logsource: {product: test}
detection: {selection: {event.action: failed}, condition: selection}
---
title: Guessing
id: 10000000-0000-4000-8000-000000000002
correlation: {type: event_count, rules: [failed], group-by: [source.ip], timespan: 2m, condition: {gte: 3}, generate: true}
sekisho: {quiet: 10m}
---
title: Many names
id: 10000000-0000-4000-8000-000000000003
correlation: {type: value_count, rules: [failed], group-by: [host.name], timespan: 10m, condition: {gte: 4, field: user.name}, generate: true}
---
title: Few
id: 10000000-0000-4000-8000-000000000004
correlation: {type: event_count, rules: [failed], group-by: [user.name], timespan: 3m, condition: {eq: 2}, generate: true}
`;

const MINUTE = 60_000;
const BASE = Date.parse('2026-03-11T20:00:00Z');
const BUDGET = 90_000;
const ruleSet = loadRules([{ file: 'r.yml', text: RULES }], { mapping: true, overrides: new Map() });

/** Numbers in [0, 1) that are the same for the same seed (Park and Miller's generator). */
function random(seed: number): (count: number) => number {
  let state = seed * 7919;
  return (count) => Math.floor(((state = (state * 48_271) % 2_147_483_647) / 2_147_483_647) * count);
}

/** A detections partition: of two raw partitions, with late detections, far more keys than the budget holds, and markers. */
function logOf(seed: number): readonly KafkaRecord[] {
  const pick = random(seed);
  const outgoing = new Outgoing(ruleSet.correlations, 1);
  const detector = compileRules(ruleSet);
  const ids = ['kafka:raw:0', 'kafka:raw:1'];
  const offsets = [0, 0];
  const sources = ids.map((id): Source => ({
    id,
    label: id,
    settings: { timezone: 'UTC', logsource: { product: 'test' } },
  }));
  let time = BASE;
  for (let n = 0; n < 900; n++) {
    const from = pick(2);
    time += pick(6_000);
    const at = pick(10) === 0 ? time - pick(20) * MINUTE : time;
    const address = pick(3) === 0 ? pick(12) + 12 * Math.floor(n / 150) : 100 + pick(400);
    const fields = { 'source.ip': `192.0.2.${address}`, 'user.name': `u${pick(12)}`, 'host.name': `h${pick(6)}` };
    const offset = (offsets[from] as number)++;
    const event = { fields: { 'event.action': 'failed', ...fields }, time: at, source: sources[from], offset, sub: 0 };
    const detections: Parameters<typeof detector.detect>[1] = [];
    detector.detect(event as unknown as EcsEvent, detections);
    outgoing.event(detections, { source: ids[from] as string, offset, sub: 0 });
    if (pick(25) > 0) continue;
    outgoing.marker({
      expected: ids,
      owned: ids.map((id, i) => [id, offsets[i] as number, time - 2 * MINUTE] as const),
    });
  }
  outgoing.marker({ expected: ids, owned: ids.map((id, i) => [id, offsets[i] as number, time - MINUTE] as const) });
  return outgoing.take().map(({ key, value }, offset) => {
    return { offset, timestamp: 0, key: key as Buffer, value: Buffer.from(value as string), refused: undefined };
  });
}

/** Reads the log in fetches of `size` at most; commits and starts anew after fetches, one of so many (0: never). */
function read(log: readonly KafkaRecord[], size: number, commitOf: number, restartOf: number, seed: number) {
  const pick = random(seed);
  const open = (): Part => new Part({ ruleSet, partition: 0, partitions: 1, maxBytes: BUDGET });
  const state = new Map<string, string>();
  const alerts = new Map<string, AlertDocument>();
  let part = open();
  let evictions = 0;
  let carry: string | null = null;
  const commit = (): void => {
    const made = part.collect(1);
    carry = made.carry;
    for (const { key, value } of made.state) {
      if (value === null) state.delete(key);
      else state.set(key, value);
    }
    for (const alert of made.alerts) alerts.set(alert.id, alert);
  };
  for (let at = 0; at < log.length;) {
    const to = at + 1 + pick(size);
    part.take(log.slice(at, to), () => expect.unreachable());
    at = to;
    const restarts = restartOf > 0 && pick(restartOf) === 0;
    if (restarts || (commitOf > 0 && pick(commitOf) === 0)) commit();
    if (!restarts) continue;
    evictions += part.correlator.evictions();
    part = open();
    part.restore([...state], carry);
  }
  commit();
  const { liveKeys, openEpisodes, bytes } = part.correlator.stats();
  evictions += part.correlator.evictions();
  return { evictions, liveKeys, openEpisodes, bytes, keys: kept(state), told: told(alerts) };
}

/** What state there is, in pages or by itself: which page tells of a cell depends on where commits lie. */
function kept(state: ReadonlyMap<string, string>): readonly string[] {
  const names = new Set<string>();
  const pages: { readonly hash: string; readonly page: ReadPage }[] = [];
  for (const [key, text] of state) {
    const [hash = '', digest = '', part = ''] = key.split('/');
    const page = pageNumber(digest);
    if (page === undefined) names.add(key);
    else pages.push({ hash, page: { page, index: Number(part), text } });
  }
  for (const hash of new Set(pages.map((one) => one.hash))) {
    const some = pages.filter((one) => one.hash === hash).map(({ page }) => page);
    const read = readPages(some, Infinity);
    for (const { index, cells } of read) for (const key of cells.keys()) names.add(`${hash}/${digestOf(key)}/${index}`);
  }
  return [...names].toSorted();
}

function told(alerts: ReadonlyMap<string, AlertDocument>): readonly string[] {
  const names = [
    'rule.name',
    'sekisho.alert.group',
    'event.start',
    'event.end',
    'sekisho.alert.count',
    'sekisho.alert.state',
  ];
  return [...alerts.values()]
    .filter((alert) => !String(alertField(alert, 'rule.id')).startsWith('sekisho.'))
    .map((alert) => names.map((name) => JSON.stringify(alertField(alert, name))).join(' '))
    .toSorted();
}

it('evicts the same of the same log, wherever fetches, commits and restarts lie', () => {
  for (let seed = 1; seed <= 3; seed++) {
    const log = logOf(seed);
    const whole = read(log, log.length * 100, 0, 0, 1);
    expect(whole.evictions).toBeGreaterThan(100);
    expect(whole.bytes).toBeLessThanOrEqual(BUDGET);
    expect(whole.told.length).toBeGreaterThan(10);
    for (const [size, commitOf, restartOf] of [
      ...[
        [1, 0, 0],
        [7, 0, 0],
        [100, 0, 0],
        [40, 1, 0],
        [40, 5, 0],
        [60, 2, 6],
        [3, 4, 200],
      ],
    ] as const) {
      const other = read(log, size, commitOf, restartOf, seed);
      expect(other, `seed ${seed}: ${size} ${commitOf} ${restartOf}`).toEqual(whole);
    }
  }
});
