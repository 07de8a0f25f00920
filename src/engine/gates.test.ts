import { describe, expect, it } from 'vitest';
import { createDetector } from '../detect/compile.js';
import type { Detection, EcsEvent } from '../event/index.js';
import { loadRules } from '../rule/load.js';
import type { RuleSet } from '../rule/types.js';
import { gatesOf } from './gates.js';

interface Written {
  readonly selection?: string;
  readonly service?: string;
  readonly type?: string;
  readonly condition?: string;
  readonly groupBy?: string;
}

/** A file of one rule of its own and a correlation over it, for each. */
function load(...written: readonly Written[]): RuleSet {
  const files = written.map(({ selection = '{a: x*}', service = 's', type, condition, groupBy = 'g' }, n) => ({
    file: `${n}.yml`,
    text: `
title: Rule ${n}
id: 00000000-0000-4000-8000-00000000000${n}
name: rule_${n}
logsource: {service: ${service}}
detection: {own_name_${n}: ${selection}, condition: own_name_${n}}
level: low
---
title: Count ${n}
id: 00000000-0000-4000-8000-10000000000${n}
correlation:
  type: ${type ?? 'event_count'}
  rules: [rule_${n}]
  group-by: [${groupBy}]
  timespan: ${n + 1}m
  condition: ${condition ?? '{gte: 3}'}
level: low
`,
  }));
  const set = loadRules(files, { mapping: false });
  expect(set.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return set;
}

/** The titles of the members of each gate. */
function gated(...written: readonly Written[]): string[][] {
  const set = load(...written);
  return gatesOf(set).map(({ members }) => members.map((index) => set.correlations[index]?.meta.title ?? ''));
}

const VALUES = { type: 'value_count', condition: '{field: v, gte: 2}' };

describe('correlations that count the same detections', () => {
  it('are told by what their rules say, not by which rules they are', () => {
    expect(gated({}, {}, { condition: '{gt: 7}' })).toEqual([['Count 0', 'Count 1', 'Count 2']]);
  });

  it.each<[string, Written]>([
    ['another selection', { selection: '{a: y*}' }],
    ['another wildcard', { selection: '{a: x?}' }],
    ['another log source', { service: 'other' }],
    ['another group-by', { groupBy: 'h' }],
    ['a count that one detection reaches', { condition: '{gte: 1}' }],
    ['a count that more detections undo', { condition: '{lt: 5}' }],
    ['a count too great to wait for', { condition: '{gte: 1000}' }],
  ])('are none with %s', (_, other) => {
    expect(gated({}, other)).toEqual([]);
  });

  it('may count values, of one field all those that do', () => {
    const other = { type: 'value_count', condition: '{field: w, gte: 2}' };
    expect(gated({}, VALUES, other, VALUES)).toEqual([['Count 0', 'Count 1', 'Count 3']]);
  });

  it('get one detection together, with and without a value, and count what is left out each for itself', () => {
    const set = load({}, VALUES);
    const gates = gatesOf(set);
    const detector = createDetector(set, gates);
    const detect = (fields: EcsEvent['fields']): (number | string | undefined)[][] => {
      const out: Detection[] = [];
      const source = { id: 's', label: 's', settings: { timezone: 'UTC' } };
      detector.detect({ fields, time: 0, source, offset: 0, sub: 0, receiveTime: 0, movesWatermark: true }, out);
      return out.map(({ correlation, role, group, value }) => [correlation, role, group.key, value]);
    };
    const [first] = gates[0]?.members ?? [];
    expect(detect({ a: 'x1', g: 'k', v: ['p', 'q'] })).toEqual([
      [first, 0, 'k', 'p'],
      [first, 1, 'k', 'q'],
    ]);
    expect(detect({ a: 'x1', g: 'k' })).toEqual([[first, 0, 'k', undefined]]);
    expect(detect({ a: 'x1', v: 'p' })).toEqual([]);
    const titles = detector.leftOut().map(({ correlation, field, count }) => {
      return [set.correlations[correlation]?.meta.title, field, count];
    });
    expect(titles).toEqual([
      ['Count 0', 'g', 1],
      ['Count 1', 'g', 1],
      ['Count 1', 'v', 1],
    ]);
  });
});
