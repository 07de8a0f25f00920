import { describe, expect, it } from 'vitest';
import type { EcsEvent, Fields } from '../../event/index.js';
import { loadRules } from '../../rule/load.js';
import type { RuleSet } from '../../rule/types.js';
import { boundsHold, Tracer } from './trace.js';

const RULE = (name: string): string => `title: ${name}
name: ${name}
status: test
logsource: {product: test}
detection:
    selection: {kind.of: ${name}}
    condition: selection
---
`;
const correlation = (body: string): RuleSet =>
  loadRules(
    [
      {
        file: 'test.yml',
        text: `${RULE('a')}${RULE('b')}title: c
name: c
status: test
correlation:
    group-by: [user.name]
    timespan: 10s
${body}`,
      },
    ],
    { mapping: false, overrides: new Map() },
  );

const source = { id: 's', label: 's', settings: { timezone: 'UTC' } };
const event = (second: number, fields: Fields): EcsEvent => ({
  fields,
  time: second * 1000,
  source,
  offset: second,
  sub: 0,
  receiveTime: 0,
  movesWatermark: true,
});

/** [value, holds] of each event `[second, kind, user, path]`; an event that touches nothing gives nothing. */
function trace(body: string, events: readonly (readonly [number, string, string, string?])[]): unknown {
  const ruleSet = correlation(body);
  expect(ruleSet.problems.filter((problem) => problem.severity === 'error')).toEqual([]);
  const tracer = new Tracer(ruleSet);
  return events.flatMap(([second, kind, user, path], index) =>
    tracer
      .trace(index, event(second, { 'kind.of': kind, 'user.name': user, 'url.path': path }))
      .map((line) => [index, line.group['user.name'], line.value, line.holds]),
  );
}

describe('Tracer', () => {
  it('counts events of a group within (t − timespan, t]: exactly timespan old is outside', () => {
    const body = '    type: event_count\n    rules: [a]\n    condition: {gte: 2}\n';
    expect(
      trace(body, [
        [0, 'a', 'x'],
        [9, 'a', 'x'],
        [19, 'a', 'x'],
        [20, 'a', 'y'],
        [21, 'b', 'x'],
      ]),
    ).toEqual([
      [0, 'x', 1, false],
      [1, 'x', 2, true],
      [2, 'x', 1, false],
      [3, 'y', 1, false],
    ]);
  });

  it('looks at the window of the event, not at what came later in time but earlier in the file', () => {
    const body = '    type: event_count\n    rules: [a]\n    condition: {gte: 2}\n';
    expect(
      trace(body, [
        [15, 'a', 'x'],
        [10, 'a', 'x'],
        [12, 'a', 'x'],
      ]),
    ).toEqual([
      [0, 'x', 1, false],
      [1, 'x', 1, false],
      [2, 'x', 2, true],
    ]);
  });

  it('counts distinct values', () => {
    const body = '    type: value_count\n    rules: [a]\n    condition: {gte: 2, field: url.path}\n';
    expect(
      trace(body, [
        [0, 'a', 'x', '/1'],
        [1, 'a', 'x', '/1'],
        [2, 'a', 'x', '/2'],
        [3, 'a', 'x'],
      ]),
    ).toEqual([
      [0, 'x', 1, false],
      [1, 'x', 1, false],
      [2, 'x', 2, true],
    ]);
  });

  it('counts rules seen, and steps in order; equal times satisfy an order', () => {
    const events = [
      [0, 'b', 'x'],
      [1, 'a', 'x'],
      [1, 'b', 'x'],
    ] as const;
    expect(trace('    type: temporal\n    rules: [a, b]\n', events)).toEqual([
      [0, 'x', 1, false],
      [1, 'x', 2, true],
      [2, 'x', 2, true],
    ]);
    expect(trace('    type: temporal_ordered\n    rules: [a, b]\n', events)).toEqual([
      [0, 'x', 1, false],
      [1, 'x', 1, false],
      [2, 'x', 2, true],
    ]);
  });
});

it('holds a number to every bound given', () => {
  expect(boundsHold({ gte: 2, lt: 4 }, 3)).toBe(true);
  expect(boundsHold({ gte: 2, lt: 4 }, 4)).toBe(false);
  expect(boundsHold({ gt: 2 }, 2)).toBe(false);
  expect(boundsHold({ lte: 2 }, 2)).toBe(true);
  expect(boundsHold({ neq: 2 }, 2)).toBe(false);
  expect(boundsHold({ eq: 2 }, 2)).toBe(true);
});
