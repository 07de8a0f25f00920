import { expect, it } from 'vitest';
import { type Detection, EvidenceRef } from '../event/index.js';
import { loadRules } from '../rule/load.js';
import { DetectionCodec, type DetectionRecord, encodeLevelMarker, encodeMarker } from './kafka-detection.js';

const RULES = `title: Failed
id: 11111111-1111-4111-8111-111111111111
name: failed
logsource: {product: linux}
detection: {selection: {event.outcome: failure}, condition: selection}
---
title: Many
id: 22222222-2222-4222-8222-222222222222
correlation: {type: value_count, rules: [failed], group-by: [source.ip, host.name], timespan: 5m, condition: {gte: 5, field: user.name}}
`;

const ruleSet = loadRules([{ file: 'r.yml', text: RULES }], { mapping: true, overrides: new Map() });
const codec = new DetectionCodec(ruleSet.correlations);
const many = ruleSet.correlations.findIndex(({ implicit }) => !implicit);

const detection = (parts: Partial<Detection> = {}): Detection => ({
  correlation: many,
  role: 0,
  group: { key: '["203.0.113.9","web-1"]', values: ['203.0.113.9', 'web-1'] },
  time: 1_700_000_000_123,
  value: 'root',
  evidence: EvidenceRef.of({
    time: 1,
    position: 'kafka:a:0@7',
    original: 'é"\\n\\u0000',
    entities: { 'user.name': 'root' },
  }),
  ...parts,
});

const bytes = (text: string): Buffer => Buffer.from(text);

function told(record: DetectionRecord): unknown {
  if (record.kind !== 'detection') return record;
  return { ...record, detection: { ...record.detection, evidence: record.detection.evidence.resolve() } };
}

it.each([
  ['several values', detection()],
  ['one value, no value field', detection({ group: { key: 'x', values: ['x'] }, value: undefined })],
  ['a missing value', detection({ group: { key: '[null]', values: [null] } })],
  ['no group', detection({ group: { key: '', values: [] } })],
])('reads back what it wrote: %s', (_, one) => {
  const stamp = { source: 'kafka:a:0', offset: 2 ** 45, sub: 3, nth: 2 };
  const record = codec.decode(bytes(codec.encode(one, stamp)));
  const name = ruleSet.correlations[many]?.hash;
  const mark = { ...stamp, name, role: 0, generation: codec.generation };
  expect(told(record)).toEqual({ kind: 'detection', mark, detection: { ...one, evidence: one.evidence.resolve() } });
});

it('reads back markers', () => {
  const marker = {
    expected: ['a', 'b'],
    owned: [
      ['a', 5, 1_700_000_000_000],
      ['b', 0, null],
    ] as const,
  };
  expect(codec.decode(bytes(encodeMarker(marker)))).toEqual({ kind: 'marker', marker });
  const level = { level: 1, partition: 3, watermark: 12 };
  expect(codec.decode(bytes(encodeLevelMarker(level)))).toEqual({ kind: 'level', marker: level });
});

it('puts equal groups of one correlation into one partition, and spreads others', () => {
  const at = (key: string): number => {
    return DetectionCodec.partition(codec.key(detection({ group: { key, values: [key] } })), 6);
  };
  expect(at('203.0.113.9')).toBe(at('203.0.113.9'));
  const counts = new Array<number>(6).fill(0);
  for (let i = 0; i < 6_000; i++) counts[at(`10.0.${i >> 8}.${i & 255}`)]!++;
  expect(Math.min(...counts)).toBeGreaterThan(850);
  expect(codec.key(detection())).not.toEqual(codec.key(detection({ correlation: 1 - many })));
});

it('names a correlation that this member does not have', () => {
  const other = new DetectionCodec([]);
  const text = codec.encode(detection(), { source: 'a', offset: 0, sub: 0, nth: 0 });
  const mark = { source: 'a', name: ruleSet.correlations[many]?.hash, generation: codec.generation };
  expect(other.decode(bytes(text))).toMatchObject({ kind: 'unknown', mark });
  expect(other.generation).not.toBe(codec.generation);
});

it.each([
  [null],
  ['not JSON'],
  ['[]'],
  ['{"v":2}'],
  ['{"v":2,"m":{"expected":[1],"owned":[]}}'],
  ['{"v":2,"c":"x","r":0,"g":[{}],"t":1,"s":["a",0,0,0],"d":"","e":{}}'],
])('refuses %s in a sentence, and never throws', (text) => {
  expect(codec.decode(text === null ? null : bytes(text))).toMatchObject({
    kind: 'failed',
    failure: { message: 'the record is no detection; only Sekisho may write to this topic' },
  });
});

it('tells a record of a later version', () => {
  const record = codec.decode(bytes('{"v":3}'));
  expect(record).toMatchObject({ failure: { message: expect.stringContaining('version 3') as string } });
});
