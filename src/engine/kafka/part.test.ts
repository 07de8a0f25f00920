import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AlertDocument, EcsEvent, Source } from '../../event/index.js';
import type { KafkaRecord, PartitionMessage } from '../../kafka/index.js';
import { compileRules } from '../detector.js';
import { Outgoing } from './outgoing.js';
import { Part } from './part.js';
import { Pipeline } from '../pipeline.js';
import { loadRuleFolders, type RuleSet } from '../rules.js';
import { alertField } from '../alert-field.js';

const RULES = `title: Failed
id: 10000000-0000-4000-8000-000000000001
name: failed
logsource: {product: test}
detection: {selection: {event.action: failed}, condition: selection}
level: low
---
title: Guessing
id: 10000000-0000-4000-8000-000000000002
name: guessing
correlation:
  type: event_count
  rules: [failed]
  group-by: [source.ip]
  timespan: 5m
  condition: {gte: 3}
  generate: true
level: medium
---
title: Many names
id: 10000000-0000-4000-8000-000000000003
name: spray
correlation:
  type: value_count
  rules: [failed]
  group-by: [host.name]
  timespan: 10m
  condition: {gte: 4, field: user.name}
  generate: true
level: medium
---
title: Many guessers
id: 10000000-0000-4000-8000-000000000004
name: guessers
correlation: {type: event_count, rules: [guessing], timespan: 1h, condition: {gte: 3}, generate: true}
level: high
---
title: All of it
id: 10000000-0000-4000-8000-000000000005
name: all
correlation: {type: temporal, rules: [spray, guessers], timespan: 6h, generate: true}
level: critical
`;

const PARTITIONS = 3;
const RAW = 2;
const MINUTE = 60_000;
const BASE = Date.parse('2026-03-11T20:00:00Z');

let folder: string;
let ruleSet: RuleSet;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sekisho-part-'));
  writeFileSync(join(folder, 'rules.yml'), RULES);
  ruleSet = await loadRuleFolders([folder]);
  expect(ruleSet.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Numbers in [0, 1) that are the same for the same seed (Park and Miller's generator). */
function random(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

function eventsOf(next: () => number): readonly EcsEvent[][] {
  const pick = (count: number): number => Math.floor(next() * count);
  const sources = Array.from({ length: RAW }, (_, n): Source => {
    return { id: `kafka:raw:${n}`, label: `raw[${n}]`, settings: { timezone: 'UTC', logsource: { product: 'test' } } };
  });
  return sources.map((source) => {
    let time = BASE;
    return Array.from({ length: 250 }, (_, offset) => {
      time += pick(2) * pick(90_000) + (pick(40) === 0 ? 90 * MINUTE : 0);
      const fields = {
        'event.action': pick(3) > 0 ? 'failed' : 'fine',
        'source.ip': `192.0.2.${pick(6)}`,
        'user.name': `user${pick(9)}`,
        'host.name': `host${pick(2)}`,
        'event.original': `line ${offset}`,
      };
      return { fields, time, source, offset, sub: 0, movesWatermark: true, receiveTime: time };
    });
  });
}

/** What a pipeline in one process says of the events, given in the order of time. */
function expected(events: readonly EcsEvent[][]): readonly string[] {
  const pipeline = new Pipeline(ruleSet, { keepState: false });
  const alerts = new Map<string, AlertDocument>();
  for (const event of events.flat().sort((a, b) => a.time - b.time)) pipeline.processEvents([event]);
  pipeline.advance(Infinity);
  for (const alert of pipeline.collect(1).alerts) alerts.set(alert.id, alert);
  return told(alerts);
}

function told(alerts: ReadonlyMap<string, AlertDocument>): readonly string[] {
  return [...alerts.values()]
    .filter((alert) => alertField(alert, 'sekisho.alert.state') !== 'merged')
    .map((alert) =>
      ['rule.name', 'sekisho.alert.group', 'event.start', 'event.end', 'sekisho.alert.count', 'sekisho.alert.state']
        .map((name) => JSON.stringify(alertField(alert, name)))
        .join(' '),
    )
    .sort();
}

/** The detections topic in memory, its detectors, and its correlators with the ledger of each partition. */
class Site {
  readonly alerts = new Map<string, AlertDocument>();
  readonly #logs: KafkaRecord[][] = Array.from({ length: PARTITIONS }, () => []);
  readonly #state = Array.from({ length: PARTITIONS }, () => new Map<string, string>());
  readonly #carry: (string | null)[] = Array<string | null>(PARTITIONS).fill(null);
  readonly #offset: number[] = Array<number>(PARTITIONS).fill(0);
  readonly #position: number[] = Array<number>(PARTITIONS).fill(0);
  readonly #parts: Part[];
  readonly #next: () => number;

  constructor(next: () => number) {
    this.#next = next;
    this.#parts = Array.from({ length: PARTITIONS }, (_, partition) => this.#open(partition));
  }

  append(messages: readonly PartitionMessage[]): void {
    for (const { partition, key, value } of messages) {
      const log = this.#logs[partition] as KafkaRecord[];
      const bytes = Buffer.from(value as string);
      log.push({ offset: log.length, timestamp: 0, key: key as Buffer | null, value: bytes, refused: undefined });
    }
  }

  /** Takes some records of one partition; then perhaps commits, dying perhaps at each edge. */
  step(partition: number, mayDie: boolean): void {
    const part = this.#parts[partition] as Part;
    const at = this.#position[partition] as number;
    const records = (this.#logs[partition] as KafkaRecord[]).slice(at, at + 1 + this.#pick(60));
    const taken = part.take(records, () => expect.unreachable());
    expect(taken.kind).toBe('all');
    this.#position[partition] = at + records.length;
    if (this.#pick(3) > 0) return;
    if (mayDie && this.#pick(4) === 0) return this.#die(partition);
    this.#commit(partition, part);
    const messages = part.committed();
    const sent = mayDie && this.#pick(4) === 0 ? messages.slice(0, this.#pick(messages.length + 1)) : messages;
    this.append(sent);
    if (sent.length < messages.length || (mayDie && this.#pick(4) === 0)) return this.#die(partition);
    part.written();
  }

  /** Until nothing is left to read but what this itself writes. */
  finish(): void {
    for (let round = 0; round < 60; round++) for (let p = 0; p < PARTITIONS; p++) this.step(p, false);
  }

  #commit(partition: number, part: Part): void {
    const { state, alerts, carry } = part.collect(1);
    for (const { key, value } of state) {
      if (value === null) this.#state[partition]?.delete(key);
      else this.#state[partition]?.set(key, value);
    }
    for (const alert of alerts) {
      if (alert.revision > (this.alerts.get(alert.id)?.revision ?? 0)) this.alerts.set(alert.id, alert);
    }
    this.#carry[partition] = carry;
    this.#offset[partition] = this.#position[partition] as number;
  }

  #die(partition: number): void {
    this.#parts[partition] = this.#open(partition);
    this.#position[partition] = this.#offset[partition] as number;
    const restored = this.#parts[partition];
    this.append(restored.committed());
    restored.written();
  }

  #open(partition: number): Part {
    const part = new Part({ ruleSet, partition, partitions: PARTITIONS, maxBytes: 1 << 28 });
    part.restore(this.#state[partition] ?? [], this.#carry[partition] ?? null);
    return part;
  }

  #pick(count: number): number {
    return Math.floor(this.#next() * count);
  }
}

/** Two detectors, each over its raw partition, that now and then write again what they have written. */
function detect(site: Site, events: readonly EcsEvent[][], next: () => number): void {
  const detector = compileRules(ruleSet);
  const at = events.map(() => 0);
  const outgoing = new Outgoing(ruleSet.correlations, PARTITIONS);
  const expectedSources = events.map((_, n) => `kafka:raw:${n}`);
  const write = (n: number, from: number, to: number): void => {
    const list = events[n] as EcsEvent[];
    for (const event of list.slice(from, to)) {
      const detections: Parameters<typeof detector.detect>[1] = [];
      detector.detect(event, detections);
      outgoing.event(detections, { source: event.source.id, offset: event.offset, sub: 0 });
    }
    const done = to >= list.length;
    const watermark = done ? BASE + 1e10 : (list[to - 1]?.time ?? BASE) - 5 * MINUTE;
    outgoing.marker({ expected: expectedSources, owned: [[expectedSources[n] as string, to, watermark]] });
    site.append(outgoing.take());
  };
  while (at.some((position, n) => position < (events[n] as EcsEvent[]).length)) {
    const n = Math.floor(next() * RAW);
    const from = at[n] as number;
    const to = Math.min((events[n] as EcsEvent[]).length, from + 1 + Math.floor(next() * 20));
    if (to === from) continue;
    write(n, next() < 0.2 ? Math.max(0, from - 5) : from, to);
    at[n] = to;
    site.step(Math.floor(next() * PARTITIONS), true);
  }
}

it('says what one process says, whatever the interleaving, duplicates and deaths: chains over three levels too', () => {
  const all: string[] = [];
  for (let seed = 1; seed <= 20; seed++) {
    const next = random(seed * 7919);
    const events = eventsOf(next);
    const site = new Site(next);
    detect(site, events, next);
    site.finish();
    const answer = expected(events);
    expect(told(site.alerts), `seed ${seed}`).toEqual(answer);
    all.push(...answer);
  }
  for (const name of ['Guessing', 'Many names', 'Many guessers', 'All of it']) {
    expect(all.filter((line) => line.includes(name)).length, name).toBeGreaterThan(2);
  }
}, 60_000);
