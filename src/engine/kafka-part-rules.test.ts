import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EcsEvent, Source } from '../event/index.js';
import type { KafkaRecord } from '../kafka/index.js';
import { compileRules } from './detector.js';
import { Outgoing } from './kafka-outgoing.js';
import { Part } from './kafka-part.js';
import { loadRuleFolders, type RuleSet } from './rules.js';
import { alertField } from './alert-field.js';

const BASE = Date.parse('2026-03-11T20:00:00Z');

let folder: string;
let ruleSet: RuleSet;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sekisho-part-'));
  ruleSet = await rulesWith(3);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A rule and correlations over it that ask for so many each. */
async function rulesWith(...thresholds: readonly number[]): Promise<RuleSet> {
  const file = join(folder, `threshold-${thresholds.join('-')}.yml`);
  const correlations = thresholds.map(
    (threshold, i) => `---
title: Guessing
id: 10000000-0000-4000-8000-00000000001${i}
correlation: {type: event_count, rules: [failed], group-by: [source.ip], timespan: 5m, condition: {gte: ${threshold}}}
level: medium
`,
  );
  writeFileSync(
    file,
    `title: Failed
id: 10000000-0000-4000-8000-000000000001
name: failed
logsource: {product: test}
detection: {selection: {event.action: failed}, condition: selection}
level: low
${correlations.join('')}`,
  );
  return loadRuleFolders([file]);
}

/** Failed log-ins of one address as records of a partition, then a marker far beyond them. */
function failures(count: number, rules: RuleSet): readonly KafkaRecord[] {
  const outgoing = new Outgoing(rules.correlations, 1);
  const detector = compileRules(rules);
  const source: Source = {
    id: 'kafka:raw:0',
    label: 'raw[0]',
    settings: { timezone: 'UTC', logsource: { product: 'test' } },
  };
  for (let offset = 0; offset < count; offset++) {
    const fields = { 'event.action': 'failed', 'source.ip': '192.0.2.1', 'user.name': 'u', 'host.name': 'h' };
    const time = BASE + offset * 1_000;
    const detections: Parameters<typeof detector.detect>[1] = [];
    detector.detect({ fields, time, source, offset, sub: 0, movesWatermark: true } as unknown as EcsEvent, detections);
    outgoing.event(detections, { source: source.id, offset, sub: 0 });
  }
  outgoing.marker({ expected: [source.id], owned: [[source.id, count, BASE + 1e10]] });
  return outgoing.take().map(({ key, value }, offset) => {
    return { offset, timestamp: 0, key: key as Buffer | null, value: Buffer.from(value as string), refused: undefined };
  });
}

const partOf = (rules: RuleSet, onRemoved?: (name: string) => void): Part =>
  new Part({ ruleSet: rules, partition: 0, partitions: 1, maxBytes: 1 << 28, ...(onRemoved && { onRemoved }) });

/** The part that goes on from what another one committed, with these rules. */
function heirOf(
  { state, carry }: ReturnType<Part['collect']>,
  rules: RuleSet,
  onRemoved?: (name: string) => void,
): Part {
  const heir = partOf(rules, onRemoved);
  const entries = state.flatMap(({ key, value }) => (value === null ? [] : [[key, value] as const]));
  heir.restore(entries, carry);
  return heir;
}

/** Rule and count of alerts. */
const told = (alerts: ReturnType<Part['collect']>['alerts']): readonly string[] =>
  alerts
    .map((alert) => `${String(alertField(alert, 'rule.name'))} ${String(alertField(alert, 'sekisho.alert.count'))}`)
    .toSorted();

it('stops at a detection of a rule that it lacks, and goes on once it has it', async () => {
  const newer = await rulesWith(4);
  const records = failures(4, newer);
  const part = partOf(ruleSet);
  const taken = part.take(records, () => expect.unreachable());
  expect(taken).toMatchObject({ kind: 'unknown', name: expect.stringMatching(/./u) as string });
  const index = taken.kind === 'unknown' ? taken.index : NaN;
  expect(part.watermark).toBe(-Infinity);
  part.collect(1);
  part.replaceRules(newer);
  expect(part.take(records.slice(index), () => expect.unreachable())).toEqual({ kind: 'all' });
  expect(told(part.collect(1).alerts)).toEqual(['Guessing 4']);
});

it('refuses the detections of a rule that was given up, and takes the rest', async () => {
  const newer = await rulesWith(4);
  const records = failures(4, newer);
  const part = partOf(ruleSet);
  const taken = part.take(records, () => expect.unreachable());
  part.giveUp(taken.kind === 'unknown' ? taken.name : '');
  const refused: string[] = [];
  expect(part.take(records, (_, { code }) => refused.push(code))).toEqual({ kind: 'all' });
  expect(refused).toEqual(Array(4).fill('kafka.unknown-rule'));
  expect(part.watermark).toBe(BASE + 1e10);
});

it('takes what changed rules add of records that are read again, and nothing twice, wherever the writer stopped', async () => {
  const [old, both] = [await rulesWith(3), await rulesWith(3, 4)];
  const before = failures(6, old).slice(0, -1);
  const after = failures(6, both);
  for (let cut = 0; cut <= before.length; cut++) {
    const part = partOf(old);
    part.take(before.slice(0, cut), () => expect.unreachable());
    const heir = heirOf(part.collect(1), both);
    expect(heir.take(after, () => expect.unreachable())).toEqual({ kind: 'all' });
    expect(told(heir.collect(2).alerts), `after ${cut}`).toEqual(['Guessing 6', 'Guessing 6']);
  }
});

it('passes over the detections of a rule that it had and that is gone, after a restart too, and tells it once', async () => {
  const [two, one] = [await rulesWith(3, 4), await rulesWith(3)];
  const records = failures(6, two);
  const part = partOf(two);
  part.take(records.slice(0, 3), () => expect.unreachable());
  const committed = part.collect(1);
  const removed: string[] = [];
  const heir = heirOf(committed, one, (name) => removed.push(name));
  expect(heir.take(records, () => expect.unreachable())).toEqual({ kind: 'all' });
  expect(told(heir.collect(2).alerts)).toEqual(['Guessing 6']);
  part.replaceRules(one);
  expect(part.take(records, () => expect.unreachable())).toEqual({ kind: 'all' });
  expect(told(part.collect(2).alerts)).toEqual(['Guessing 6']);
  expect(removed).toHaveLength(1);
});

it('waits for a rule that its writer has again after it was gone', async () => {
  const [two, one] = [await rulesWith(3, 4), await rulesWith(3)];
  const part = partOf(two);
  part.take(failures(2, two), () => expect.unreachable());
  part.collect(1);
  part.replaceRules(one);
  part.take(failures(4, one), () => expect.unreachable());
  expect(part.take(failures(6, two), () => expect.unreachable())).toMatchObject({ kind: 'unknown' });
});

it('ends the episodes of a rule that changed, after a restart too', async () => {
  const part = partOf(ruleSet);
  const records = failures(5, ruleSet).slice(0, -1);
  part.take(records, () => expect.unreachable());
  const heir = heirOf(part.collect(1), await rulesWith(4));
  const states = heir.collect(2).alerts.map((alert) => alertField(alert, 'sekisho.alert.state'));
  expect(states).toEqual(['rule-changed']);
});
