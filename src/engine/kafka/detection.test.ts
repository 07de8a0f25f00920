import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { groupOf } from '../../detect/group.js';
import { type Detection, ENTITY_FIELDS, EvidenceRef } from '../../event/index.js';
import { loadRules } from '../../rule/load.js';
import { DetectionCodec, type DetectionRecord, encodeLevelMarker, encodeMarker, valueOfOne } from './detection.js';
import { Outgoing } from './outgoing.js';
import { SHEAF_SIZE } from './sheaf.js';
import type { Stamp } from './taken-marks.js';

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
  group: groupOf(['203.0.113.9', 'web-1']),
  time: 1_700_000_000_123,
  value: 'root',
  evidence: evidence(),
  ...parts,
});

const evidence = (position = 'kafka:a:0@7', original = 'é"\\n\u0000'): EvidenceRef =>
  EvidenceRef.of({ time: 1, position, original, entities: { 'user.name': 'root', 'event.category': ['a', 'b'] } });

const stamp = (parts: Partial<Stamp> = {}): Stamp => ({ source: 'kafka:a:0', offset: 7, sub: 0, nth: 0, ...parts });

/** The values of the records that all of it makes, of one partition. */
function written(all: readonly (readonly [Detection, Stamp])[]): readonly Buffer[] {
  const outgoing = new Outgoing(ruleSet.correlations, 1);
  for (const [one, its] of all) outgoing.detection(one, its);
  return outgoing.take().map(({ value }) => bytes(value as string));
}

const bytes = (text: string): Buffer => Buffer.from(text);

const name = ruleSet.correlations[many]?.hash as string;

function told(record: DetectionRecord): unknown {
  if (record.kind !== 'detection') return record;
  return { ...record, detection: plain(record.detection) };
}

function plain({ group: { key, values }, evidence, ...rest }: Detection): unknown {
  return { ...rest, group: { key, values }, evidence: evidence.resolve() };
}

const expected = (one: Detection, its: Stamp): unknown => {
  const mark = { ...its, name: one.correlation === many ? name : ruleSet.correlations[one.correlation]?.hash };
  return { kind: 'detection', mark: { ...mark, role: 0, generation: codec.generation }, detection: plain(one) };
};

it.each([
  ['several values', detection()],
  ['one value, no value field', detection({ group: groupOf(['x']), value: undefined })],
  ['an empty value', detection({ value: '' })],
  ['a missing value', detection({ group: groupOf([null]) })],
  ['no group', detection({ group: groupOf([]) })],
  ['hostile texts', detection({ group: groupOf(['\u0000,"]', '\ud800\u2028']), value: '\u0000"\\' })],
])('reads back what it wrote: %s', (_, one) => {
  const its = stamp({ offset: 2 ** 45, sub: 3, nth: 2 });
  const [record, more] = written([[one, its]]);
  expect(more).toBeUndefined();
  expect(codec.decode(record as Buffer).map(told)).toEqual([expected(one, its)]);
});

it('says evidence once for the detections of an event, keeps the order, and tells each event its own', () => {
  const events = Array.from({ length: 6 }, (_, i) => ({
    shared: evidence(`kafka:a:${i % 2}@${i}${i === 3 ? '.2' : ''}`, `line ${i}`),
    place: { source: `kafka:a:${i % 2}`, offset: i, sub: i === 3 ? 2 : 0 },
    time: 1_000 + (i >> 1),
  }));
  const all = events.flatMap(({ shared, place, time }) =>
    [0, 1, 2].map((nth) => {
      const correlation = nth === 0 ? 1 - many : many;
      return [detection({ correlation, time, evidence: shared, value: `v${nth}` }), stamp({ ...place, nth })] as const;
    }),
  );
  const [record, more] = written(all);
  expect(more).toBeUndefined();
  expect(codec.decode(record as Buffer).map(told)).toEqual(all.map(([one, its]) => expected(one, its)));
  for (let i = 0; i < events.length; i++) expect(String(record).split(`line ${i}`)).toHaveLength(2);
  expect(String(record).split(name)).toHaveLength(2);
});

it('begins another record where one is full, never larger than a broker takes, with nothing lost', () => {
  const lines = ['x', '€', '\u0001', '\ud800'].map((unit) => unit.repeat(2_048));
  const all = Array.from({ length: 600 }, (_, i) => {
    const line = lines[i % 4] as string;
    return [detection({ evidence: evidence(`kafka:a:0@${i}`, line) }), stamp({ offset: i })] as const;
  });
  const huge = detection({ group: groupOf(['€'.repeat(65_536), '\u0001'.repeat(60_000)]) });
  const records = written([...all, [huge, stamp({ offset: 600 })], [detection(), stamp({ offset: 601 })]]);
  expect(records.length).toBeGreaterThan(5);
  for (const record of records) expect(record.length).toBeLessThan(1_048_576);
  expect(records.filter((record) => record.toString().length > SHEAF_SIZE)).toHaveLength(1);
  const marks = records.flatMap((record) => codec.decode(record)).map((read) => 'mark' in read && read.mark?.offset);
  expect(marks).toEqual(Array.from({ length: 602 }, (_, i) => i));
});

it('reads back markers', () => {
  const marker = {
    expected: ['a', 'b'],
    owned: [
      ['a', 5, 1_700_000_000_000],
      ['b', 0, null],
    ] as const,
  };
  expect(codec.decode(bytes(encodeMarker(marker)))).toEqual([{ kind: 'marker', marker }]);
  const level = { level: 1, partition: 3, watermark: 12 };
  expect(codec.decode(bytes(encodeLevelMarker(level)))).toEqual([{ kind: 'level', marker: level }]);
});

it('writes a marker after the detections it is about, and detections after the marker that came before them', () => {
  const outgoing = new Outgoing(ruleSet.correlations, 2);
  const event = (offset: number): void => outgoing.event([detection()], { source: 'kafka:a:0', offset, sub: 0 });
  event(1);
  event(2);
  outgoing.marker({ expected: [], owned: [] });
  event(3);
  const partition = codec.partitionOf(detection(), 2);
  const values = outgoing.take().filter((message) => message.partition === partition);
  const kinds = values.map(({ value }) => codec.decode(bytes(value as string)).map(({ kind }) => kind));
  expect(kinds).toEqual([['detection', 'detection'], ['marker'], ['detection']]);
});

it('puts equal groups of one correlation into one partition, and spreads others, as it always did', () => {
  const at = (key: string, correlation = many): number => {
    return codec.partitionOf({ correlation, group: groupOf([key]) }, 2 ** 32);
  };
  const digest = createHash('sha256').update(`${name}\u0000203.0.113.9`).digest().readUInt32BE(0);
  expect(at('203.0.113.9')).toBe(digest);
  expect(at('203.0.113.9')).toBe(digest);
  const counts = new Array<number>(6).fill(0);
  for (let i = 0; i < 20_000; i++) counts[at(`10.${i >> 16}.${i >> 8}.${i & 255}`) % 6]!++;
  expect(Math.min(...counts)).toBeGreaterThan(3_000);
  expect(at('203.0.113.9')).toBe(digest);
  expect(at('203.0.113.9', 1 - many)).not.toBe(digest);
});

it('names a correlation that this member does not have', () => {
  const other = new DetectionCodec(ruleSet.correlations.filter((_, i) => i !== many));
  const its = stamp();
  const [record] = written([
    [detection({ correlation: 1 - many }), stamp({ offset: 6 })],
    [detection(), its],
  ]);
  const read = other.decode(record as Buffer);
  expect(read.map(({ kind }) => kind)).toEqual(['detection', 'unknown']);
  expect(read[1]).toEqual({ kind: 'unknown', mark: { ...its, name, role: 0, generation: codec.generation } });
  expect(other.generation).not.toBe(codec.generation);
});

it('makes a record of one detection of a record of many', () => {
  const all = [6, 7, 8].flatMap((offset) =>
    [0, 1].map((nth) => {
      const correlation = nth === 0 ? 1 - many : many;
      return [detection({ correlation, value: `${offset}${nth}` }), stamp({ offset, nth })] as const;
    }),
  );
  const [record] = written(all);
  all.forEach(([one, its], i) => {
    const alone = valueOfOne(record as Buffer, i);
    expect(codec.decode(alone).map(told), `${i}`).toEqual([expected(one, its)]);
  });
});

it('reads records of version 2, of one detection each, and their markers', () => {
  const single = {
    ...{ v: 2, c: name, r: 0, g: ['203.0.113.9', 'web-1'], k: '203.0.113.9\u0000,web-1', t: 1_700_000_000_123 },
    ...{ x: 'root', s: ['kafka:a:0', 7, 0, 0], d: codec.generation, e: evidence().resolve() },
  };
  expect(codec.decode(bytes(JSON.stringify(single))).map(told)).toEqual([expected(detection(), stamp())]);
  expect(valueOfOne(bytes(JSON.stringify(single)), 0)?.toString()).toBe(JSON.stringify(single));
  const marker = { expected: ['a'], owned: [['a', 5, 'empty']] };
  expect(codec.decode(bytes(JSON.stringify({ v: 2, m: marker })))).toEqual([{ kind: 'marker', marker }]);
});

const NONE = { n: ['x'], p: ['a'], o: [[]] };
const EVIDENCE = [null, 'u', null, ['a', 'b'], 'line', 0];

it('takes the record that the next cases spoil', () => {
  const event = [0, 5, 0, 1, EVIDENCE, [0, 0, 0, 1, 'k']];
  expect(codec.decode(bytes(JSON.stringify({ v: 3, d: '', ...NONE, e: [event] })))).toMatchObject([
    { kind: 'unknown' },
  ]);
});

it.each([
  [null],
  ['not JSON'],
  ['[]'],
  ['{"v":2}'],
  ['{"v":2,"m":{"expected":[1],"owned":[]}}'],
  ['{"v":2,"c":"x","r":0,"g":[{}],"t":1,"s":["a",0,0,0],"d":"","e":{}}'],
  ['{"v":3}'],
  ...[
    { ...NONE, e: [[]] },
    { ...NONE, e: [null] },
    { ...NONE, n: [1], e: [] },
    { ...NONE, o: [[1]], e: [] },
    { ...NONE, e: [[0, 5, 0, 1, EVIDENCE.slice(1), [0, 0, 0, 1, 'k']]] },
    { ...NONE, e: [[0, 5, 0, 1, [...EVIDENCE, 0], [0, 0, 0, 1, 'k']]] },
    { ...NONE, e: [[0, 5, 0, 1, [...EVIDENCE, 1, 0, 0, 0], [0, 0, 0, 1, 'k']]] },
    { ...NONE, e: [[0, 5, 0, null, EVIDENCE, [0, 0, 0, 1, 'k']]] },
    { ...NONE, e: [['length', 5, 0, 1, EVIDENCE, [0, 0, 0, 1, 'k']]] },
    { ...NONE, e: [[1, 5, 0, 1, EVIDENCE, [0, 0, 0, 1, 'k']]] },
    { ...NONE, e: [[0, 5, 0, 1, EVIDENCE, [1, 0, 0, 1, 'k']]] },
    { ...NONE, e: [[0, 5, 0, 1, EVIDENCE, [0, 0, 0, 1, null]]] },
    { ...NONE, e: [[0, 5, 0, 1, EVIDENCE, [0, 0, 0, 1, 'k', 5]]] },
    { ...NONE, e: [[0, 5, 0, 1, EVIDENCE, null]] },
  ].map((wire): [string] => [JSON.stringify({ v: 3, d: '', ...wire })]),
])('refuses %s in a sentence, and never throws', (text) => {
  expect(codec.decode(text === null ? null : bytes(text))).toEqual([
    {
      kind: 'failed',
      failure: {
        code: 'kafka.detection',
        message: 'the record is no detection; only Sekisho may write to this topic',
      },
    },
  ]);
});

it('tells a record of a later version', () => {
  const [record] = codec.decode(bytes('{"v":4}'));
  expect(record).toMatchObject({ failure: { message: expect.stringContaining('version 4') as string } });
});

it('has entities in the order that records rely on: a field may be added at the end only, or the version changes', () => {
  const names =
    'source.ip destination.ip user.name user.effective.name user.target.name group.name host.name service.name ' +
    'process.name process.command_line http.request.method http.response.status_code url.domain url.path url.original ' +
    'user_agent.original event.category event.type event.action event.outcome event.dataset';
  expect(ENTITY_FIELDS.join(' ').startsWith(names)).toBe(true);
});
