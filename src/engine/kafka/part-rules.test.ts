import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EcsEvent, Source } from '../../event/index.js';
import type { KafkaRecord } from '../../kafka/index.js';
import { compileRules } from '../detector.js';
import { DetectionCodec, valueOfOne } from './detection.js';
import { Outgoing } from './outgoing.js';
import { Part } from './part.js';
import { loadRuleFolders, type RuleSet } from '../rules.js';
import { alertField } from '../alert-field.js';

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

/** Failed log-ins of one address as one record of a partition, then a marker far beyond them. */
function sheafOf(count: number, rules: RuleSet): readonly KafkaRecord[] {
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
  return outgoing.take().map(({ value }, offset) => recordOf(offset, Buffer.from(value as string)));
}

const recordOf = (offset: number, value: Buffer | null): KafkaRecord => {
  return { offset, timestamp: 0, key: null, value, refused: undefined };
};

/** The same, each detection in a record of its own. */
function failures(count: number, rules: RuleSet): readonly KafkaRecord[] {
  const codec = new DetectionCodec(rules.correlations);
  return sheafOf(count, rules)
    .flatMap(({ value }) => codec.decode(value).map((_, at) => valueOfOne(value, at)))
    .map((value, offset) => recordOf(offset, value));
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

it('takes each detection of a record once, though the record is read again for one that it lacked the rule of', async () => {
  const [old, both] = [await rulesWith(3), await rulesWith(3, 4)];
  const records = sheafOf(6, both);
  const part = partOf(old);
  expect(part.take(records, () => expect.unreachable())).toMatchObject({ kind: 'unknown', index: 0 });
  const committed = part.collect(1);
  const heir = heirOf(committed, both);
  part.replaceRules(both);
  for (const one of [part, heir]) {
    expect(one.take(records, () => expect.unreachable())).toEqual({ kind: 'all' });
    expect(told(one.collect(2).alerts)).toEqual(['Guessing 6', 'Guessing 6']);
  }
});

it('refuses of a record exactly the detections that it can not take, each once and by itself', async () => {
  const [old, three] = [await rulesWith(3), await rulesWith(3, 4, 5)];
  const [record, marker] = sheafOf(6, three) as [KafkaRecord, KafkaRecord];
  let part = partOf(old);
  const refused: (KafkaRecord & { readonly sub: number })[] = [];
  const given: string[] = [];
  for (const dies of [false, true, false]) {
    const taken = part.take([record, marker], (one) => refused.push(one));
    if (taken.kind === 'all') break;
    if (dies) part = heirOf(part.collect(1), old);
    for (const name of new Set([...given, taken.name])) part.giveUp(name);
    given.push(taken.name);
  }
  expect(given).toHaveLength(2);
  const codec = new DetectionCodec(three.correlations);
  const [all, alone] = [codec.decode(record.value), refused.map(({ value }) => codec.decode(value))];
  const lost = all.filter((read) => read.kind === 'detection' && given.includes(read.mark.name));
  expect(lost).toHaveLength(12);
  const marks = alone.map(([read, more]) => (more === undefined && read?.kind === 'detection' ? read.mark : undefined));
  expect(marks).toEqual(lost.map((read) => read.kind === 'detection' && read.mark));
  expect(refused.map(({ offset }) => offset)).toEqual(Array(12).fill(record.offset));
  expect(new Set(refused.map(({ sub }) => sub)).size).toBe(12);
  expect(told(part.collect(2).alerts)).toEqual(['Guessing 6']);
});

it('refuses a detection that does not fit its rule, not its neighbours, and a record that is none as it is', async () => {
  const [record, marker] = sheafOf(4, ruleSet) as [KafkaRecord, KafkaRecord];
  const wire = JSON.parse(String(record.value)) as { e: unknown[][] };
  (wire.e[2]?.[5] as number[])[1] = 9;
  const spoilt = recordOf(0, Buffer.from(JSON.stringify(wire)));
  const none = recordOf(1, Buffer.from(JSON.stringify({ ...wire, e: [[]] })));
  const refused: (KafkaRecord & { readonly sub: number })[] = [];
  const part = partOf(ruleSet);
  expect(part.take([spoilt, none, marker], (one) => refused.push(one))).toEqual({ kind: 'all' });
  expect(refused.map(({ offset, sub }) => [offset, sub])).toEqual([
    [0, 2],
    [1, 0],
  ]);
  expect(JSON.parse(String(refused[0]?.value))).toMatchObject({ e: [wire.e[2]] });
  expect(refused[1]?.value).toBe(none.value);
  expect(told(part.collect(2).alerts)).toEqual(['Guessing 3']);
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
