import { describe, expect, test } from 'vitest';
import { ruleSetOf } from '../../test/property/arbitrary.js';
import type { Detection, EcsEvent, Fields } from '../event/index.js';
import type { Correlation, CorrelationRef, FieldRef, RuleSet } from '../rule/types.js';
import { createDetector } from './compile.js';
import { derivedDetections } from './derived.js';
import { groupOf } from './group.js';

const ref = (name: string): FieldRef => ({ name, paths: [name] });

function correlation(index: number, refs: readonly CorrelationRef[], more: Partial<Correlation>): Correlation {
  const [rule] = ruleSetOf([{ kind: 'and', items: [] }]).rules;
  if (rule === undefined) throw new Error('no rule');
  return {
    kind: 'correlation',
    index,
    meta: rule.meta,
    type: 'event_count',
    implicit: false,
    level: 0,
    refs,
    groupBy: refs[0]?.groupBy.map(({ name }) => name) ?? [],
    missingIsNull: false,
    timespan: 1,
    bounds: { gte: 1 },
    roles: undefined,
    percentile: undefined,
    quiet: 1,
    maxEpisode: 1,
    alerts: true,
    hash: '',
    tests: [],
    place: rule.place,
    ...more,
  };
}

function over(rule: number, groupBy: readonly string[], value: readonly string[] = []): CorrelationRef {
  return { name: 'r', target: { kind: 'rule', index: rule }, groupBy: groupBy.map(ref), value: value.map(ref) };
}

function ruleSet(...correlations: readonly Correlation[]): RuleSet {
  return { ...ruleSetOf([{ kind: 'and', items: [] }]), correlations };
}

function event(fields: Fields): EcsEvent {
  const source = { id: 's', label: 's', settings: { timezone: 'UTC' } };
  return { fields, time: 5, source, offset: 0, sub: 0, receiveTime: 5, movesWatermark: true };
}

function detect(set: RuleSet, fields: Fields): Detection[] {
  const out: Detection[] = [];
  createDetector(set).detect(event(fields), out);
  return out;
}

describe('keying', () => {
  test('groups by the values, and one text is its own key', () => {
    const [one] = detect(ruleSet(correlation(0, [over(0, ['source.ip'])], {})), { 'source.ip': '192.0.2.1' });
    expect(one).toMatchObject({ correlation: 0, role: 0, time: 5, group: { key: '192.0.2.1', values: ['192.0.2.1'] } });
  });

  test('several correlations with one group-by share one group and one evidence', () => {
    const set = ruleSet(correlation(0, [over(0, ['a', 'n'])], {}), correlation(1, [over(0, ['a', 'n'])], {}));
    const [first, second] = detect(set, { a: 'x', n: 7 });
    expect(first?.group.values).toEqual(['x', '7']);
    expect(second?.group).toBe(first?.group);
    expect(second?.evidence).toBe(first?.evidence);
  });

  test('a missing field is null in implicit correlations, elsewhere it leaves the detection out and is counted', () => {
    const set = ruleSet(
      correlation(0, [over(0, ['a'])], { missingIsNull: true }),
      correlation(1, [over(0, ['a'])], {}),
      correlation(2, [over(0, [], ['v'])], { type: 'value_count' }),
    );
    const detector = createDetector(set);
    const out: Detection[] = [];
    detector.detect(event({ b: 'x' }), out);
    detector.detect(event({ b: 'x', v: null }), out);
    expect(out.map(({ correlation, group }) => [correlation, group.values])).toEqual([
      [0, [null]],
      [0, [null]],
    ]);
    expect(detector.leftOut()).toEqual([
      { correlation: 1, role: 0, field: 'a', count: 2 },
      { correlation: 2, role: 0, field: 'v', count: 2 },
    ]);
  });

  test('an array makes one detection per element, sixteen at most', () => {
    const set = ruleSet(correlation(0, [over(0, ['a', 'b'])], {}));
    expect(detect(set, { a: ['x', 'y', 'x'], b: 'z' }).map(({ group }) => group.values)).toEqual([
      ['x', 'z'],
      ['y', 'z'],
    ]);
    const many = Array.from({ length: 9 }, (_, i) => `v${i}`);
    expect(detect(set, { a: many, b: many })).toHaveLength(16);
  });

  test('keys are injective, NUL and null included', () => {
    const rows = [
      ['a', 'b'],
      ['a\u0000,b', ''],
      ['a', null],
      ['a', '\u0000n'],
      ['', 'a\u0000,b'],
      [null, 'a'],
      ['a,', 'b'],
    ];
    expect(new Set(rows.map((row) => groupOf(row).key)).size).toBe(rows.length);
    expect(groupOf([null]).key).not.toBe(groupOf(['\u0000n']).key);
  });

  test('the condition’s value travels with the detection', () => {
    const set = ruleSet(correlation(0, [over(0, [], ['url.path'])], { type: 'value_count' }));
    expect(detect(set, { 'url.path': '/a' })).toMatchObject([{ group: { key: '', values: [] }, value: '/a' }]);
  });
});

describe('derived detections', () => {
  const chain: CorrelationRef = {
    name: 'c',
    target: { kind: 'correlation', index: 0 },
    groupBy: [ref('source.ip'), ref('user.name')],
    value: [],
  };
  const set = ruleSet(
    correlation(0, [over(0, ['source.ip'])], {}),
    correlation(1, [chain], { type: 'temporal', level: 1 }),
  );
  const evidence = { time: 5, position: 's@0', original: '', entities: { 'user.name': 'root' } };

  test('take group values by name from the episode, else from its first evidence', () => {
    const derived = { correlation: 0, group: groupOf(['192.0.2.1']), time: 9, evidence };
    const [one] = derivedDetections(set, derived);
    expect(one).toMatchObject({ correlation: 1, role: 0, time: 9, group: { values: ['192.0.2.1', 'root'] } });
    expect(one?.evidence.resolve()).toBe(evidence);
  });

  test('are left out, and it is told, where a value is found nowhere', () => {
    const left: unknown[] = [];
    const derived = { correlation: 0, group: groupOf(['192.0.2.1']), time: 9, evidence: { ...evidence, entities: {} } };
    expect(derivedDetections(set, derived, (...what) => left.push(what))).toEqual([]);
    expect(left).toEqual([[1, 0, 'user.name']]);
  });
});
