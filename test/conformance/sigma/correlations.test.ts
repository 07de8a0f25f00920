import { describe, expect, test } from 'vitest';
import type { RuleSet } from '../../../src/rule/types.js';
import * as tables from './correlations.js';
import type { CorrelationCase, Step, Window } from './correlations.js';
import { alerts, indent, load, refusals, trace, type Json } from './harness.js';

const BASE = Date.UTC(2026, 0, 1);
const base = (name: string): string =>
  `title: ${name}\nname: ${name}\nid: id-${name}\nlevel: low\nlogsource: {category: test}\ndetection: {s: {k: ${name}}, condition: s}\n---\n`;
const RULES = ['a', 'b', 'c'].map(base).join('');
const correlation = (name: string, body: string, head = ''): string =>
  `title: ${name}\nname: ${name}\nlevel: high\n${head}correlation:\n${indent(body)}\n`;

function eventsOf(steps: readonly Step[]): readonly Json[] {
  return steps.map(([second, kinds, fields]) => {
    const time = new Date(BASE + Math.round(second * 1000)).toISOString();
    return { '@timestamp': time, k: [...kinds], host: 'h', ...fields };
  });
}

/** What the events do to the windows of one correlation, by event. */
function windowsOf(ruleSet: RuleSet, steps: readonly Step[], name = 'x'): readonly (readonly Window[])[] {
  const lines = trace(ruleSet, eventsOf(steps)).filter((line) => line.rule === name);
  return steps.map((_, index) =>
    lines.filter((line) => line.index === index).map(({ value, holds }): Window => [value, holds]),
  );
}

/** Seconds at which the alerts of one rule begin. */
function startsOf(ruleSet: RuleSet, steps: readonly Step[], name = 'x'): readonly number[] {
  return alerts(ruleSet, eventsOf(steps))
    .map((alert) => alert.document as { rule: { id: string }; event: { start: string } })
    .filter(({ rule }) => rule.id === name)
    .map(({ event }) => (Date.parse(event.start) - BASE) / 1000)
    .sort((a, b) => a - b);
}

function listed(windows: CorrelationCase['windows']): readonly (readonly Window[])[] {
  return windows.map((one) => {
    if (one === undefined) return [];
    return typeof one[0] === 'number' ? [one as Window] : (one as readonly Window[]);
  });
}

for (const [name, cases] of Object.entries(tables)) {
  describe(name.toLowerCase(), () => {
    test.each(cases.map((one) => [one.title, one] as const))('%s', (_title, { body, steps, windows, starts }) => {
      for (const mapping of [false, true]) {
        const ruleSet = load(RULES + correlation('x', body), { mapping });
        expect(windowsOf(ruleSet, steps)).toEqual(listed(windows));
        expect(startsOf(ruleSet, steps)).toEqual(starts);
        expect(startsOf(ruleSet, [...steps].reverse())).toEqual(starts);
      }
    });
  });
}

describe('chains', () => {
  const many =
    correlation('many', 'type: event_count\nrules: [a]\ngroup-by: [host, user]\ntimespan: 10s\ncondition: {gte: 2}') +
    '---\n';
  const then = (type: string): string =>
    correlation('x', `type: ${type}\nrules: [many, b]\ngroup-by: [host]\ntimespan: 1m`);
  const who = { user: 'u' };

  test('many failures followed by a success', () => {
    const ruleSet = load(RULES + many + then('temporal_ordered'));
    const steps: readonly Step[] = [
      [0, 'a', who],
      [1, 'a', who],
      [30, 'b', who],
    ];
    expect(windowsOf(ruleSet, steps)).toEqual([[], [[1, false]], [[2, true]]]);
    expect(windowsOf(ruleSet, steps, 'many')).toEqual([[[1, false]], [[2, true]], []]);
    expect(startsOf(ruleSet, steps)).toEqual([30]);
  });

  test('a success before the failures is no such sequence', () => {
    const ruleSet = load(RULES + many + then('temporal_ordered'));
    const steps: readonly Step[] = [
      [0, 'b', who],
      [1, 'a', who],
      [2, 'a', who],
    ];
    expect(startsOf(ruleSet, steps)).toEqual([]);
  });

  test('in any order for temporal', () => {
    const ruleSet = load(RULES + many + then('temporal'));
    expect(
      startsOf(ruleSet, [
        [0, 'b', who],
        [1, 'a', who],
        [2, 'a', who],
      ]),
    ).toEqual([2]);
  });

  test('it groups by its own fields only', () => {
    const ruleSet = load(RULES + many + then('temporal'));
    expect(
      startsOf(ruleSet, [
        [1, 'a', who],
        [2, 'a', who],
        [3, 'b', { user: 'other' }],
      ]),
    ).toEqual([3]);
    expect(
      startsOf(ruleSet, [
        [1, 'a', who],
        [2, 'a', who],
        [3, 'b', { host: 'other' }],
      ]),
    ).toEqual([]);
  });

  test('a referred episode counts once, however long it lasts', () => {
    const text =
      RULES +
      many +
      correlation('x', 'type: event_count\nrules: [many]\ngroup-by: [host]\ntimespan: 5m\ncondition: {gte: 2}');
    const run = (start: number): readonly Step[] => [0, 1, 2, 3].map((i): Step => [start + i, 'a', who]);
    expect(startsOf(load(text), run(0))).toEqual([]);
    expect(startsOf(load(text), [...run(0), ...run(60)])).toEqual([61]);
  });

  test('three levels', () => {
    const top = '---\n' + correlation('top', 'type: temporal\nrules: [x, c]\ngroup-by: [host]\ntimespan: 5m');
    const ruleSet = load(RULES + many + then('temporal') + top);
    expect(
      startsOf(
        ruleSet,
        [
          [1, 'a', who],
          [2, 'a', who],
          [3, 'b', who],
          [4, 'c', who],
        ],
        'top',
      ),
    ).toEqual([4]);
  });

  test('the order of the documents does not matter', () => {
    const ruleSet = load(`${then('temporal_ordered')}---\n${many}${RULES.replace(/---\n$/u, '')}`);
    expect(
      startsOf(ruleSet, [
        [0, 'a', who],
        [1, 'a', who],
        [30, 'b', who],
      ]),
    ).toEqual([30]);
  });
});

describe('generate', () => {
  const body = 'type: event_count\nrules: [a]\ngroup-by: [host]\ntimespan: 10s\ncondition: {gte: 2}\n';
  const other = 'type: event_count\nrules: [a]\ngroup-by: [host]\ntimespan: 10s\ncondition: {gte: 3}\n';
  const who = (ruleSet: RuleSet): readonly string[] =>
    ruleSet.correlations.filter((one) => one.alerts).map((one) => one.meta.id);
  const steps: readonly Step[] = [
    [0, 'a'],
    [1, 'a'],
  ];

  test.each<[string, string, readonly string[]]>([
    ['absent: the referred rules are silent', correlation('x', body), ['x']],
    ['false', correlation('x', `${body}generate: false`), ['x']],
    ['true in the section', correlation('x', `${body}generate: true`), ['id-a', 'x']],
    ['true beside it', correlation('x', body, 'generate: true\n'), ['id-a', 'x']],
    [
      'another referrer says true',
      correlation('x', body) + '---\n' + correlation('y', `${other}generate: true`),
      ['id-a', 'x', 'y'],
    ],
  ])('%s', (_title, text, expected) => {
    const ruleSet = load(base('a') + text);
    expect(who(ruleSet)).toEqual(expected);
    expect(startsOf(ruleSet, steps, 'id-a')).toEqual(expected.includes('id-a') ? [0] : []);
    expect(startsOf(ruleSet, steps)).toEqual([1]);
  });

  test('who silenced whom is told', () => {
    expect(load(base('a') + correlation('x', body)).silenced).toEqual([{ rule: 'id-a', by: 'x' }]);
  });
});

describe('refused', () => {
  const body = 'type: event_count\nrules: [a]\ngroup-by: [host]\ntimespan: 10s\ncondition: {gte: 2}\n';
  test.each<[string, string, string]>([
    ['an unknown type', body.replace('event_count', 'event_cuont'), 'did you mean `event_count`'],
    ['an unknown rule', body.replace('[a]', '[zzzz]'), 'not loaded'],
    ['no rules', body.replace('rules: [a]\n', ''), 'refers to no rules'],
    ['no timespan', body.replace('timespan: 10s\n', ''), 'no timespan'],
    ['a timespan without a unit', body.replace('10s', '10'), 'unit'],
    ['a timespan of two units', body.replace('10s', '1h30m'), '90m'],
    ['a timespan of nothing', body.replace('10s', '0s'), 'above 0'],
    ['no condition', body.replace('condition: {gte: 2}\n', ''), 'needs a condition'],
    ['an unknown operator', body.replace('gte', 'ge'), 'did you mean `gt`'],
    ['a condition without an operator', body.replace('{gte: 2}', '{}'), 'no operator'],
    ['a bound that is no number', body.replace('gte: 2', 'gte: many'), 'whole number'],
    ['a negative count', body.replace('gte: 2', 'gte: -1'), 'whole number'],
    ['a condition that can never hold', body.replace('gte: 2', 'gt: 5, lt: 3'), 'never be true'],
    ['a field for event_count', body.replace('gte: 2', 'field: user, gte: 2'), 'value_count'],
    ['value_count without a field', body.replace('event_count', 'value_count'), 'needs a field'],
    ['a percentile for event_count', body.replace('gte: 2', 'gte: 2, percentile: 5'), 'no percentile'],
    [
      'value_percentile without a percentile',
      body.replace('event_count', 'value_percentile').replace('gte: 2', 'field: n, gte: 2'),
      'needs a percentile',
    ],
    [
      'a percentile above 100',
      body.replace('event_count', 'value_percentile').replace('gte: 2', 'field: n, gte: 2, percentile: 101'),
      'from 0 to 100',
    ],
    ['a text condition for event_count', body.replace('{gte: 2}', 'a and b'), 'on a number'],
    [
      'a text condition with an unknown name',
      body.replace('event_count', 'temporal').replace('{gte: 2}', 'a and q'),
      '`q`',
    ],
    [
      'a text condition that holds on nothing',
      body.replace('event_count', 'temporal').replace('{gte: 2}', 'not a'),
      'nothing happened',
    ],
    ['an alias for a rule it does not refer to', `${body}aliases: {ip: {b: src}}\n`, '`b`'],
    ['an unknown key', `${body}groupby: [host]\n`, 'did you mean `group-by`'],
    ['itself', body.replace('[a]', '[x]'), 'circle'],
    ['generate that is neither', `${body}generate: maybe\n`, 'true or false'],
  ])('%s', (_title, text, expected) => {
    expect(refusals(base('a') + base('b') + correlation('x', text)).join('\n')).toContain(expected);
  });
});
