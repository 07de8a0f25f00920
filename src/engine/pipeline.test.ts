import { describe, expect, it } from 'vitest';
import type { DeadLetter } from '../event/index.js';
import { loadRules } from '../rule/load.js';
import { Pipeline } from './pipeline.js';
import { batchOf } from './tools/rule-tests.js';
import { alertField } from './alert-field.js';

const RULES = `
title: Anything
name: anything
id: 11111111-1111-4111-8111-111111111111
logsource: {category: application}
detection: {selection: {kind: x}, condition: selection}
level: low
---
title: Many from one
name: many
id: 22222222-2222-4222-8222-222222222222
level: high
correlation: {type: event_count, rules: [anything], group-by: [who], timespan: 1h, condition: {gte: 1000}}
---
title: Many by colour
id: 33333333-3333-4333-8333-333333333333
level: high
correlation: {type: event_count, rules: [many], group-by: [who], timespan: 1h, condition: {gte: 1}}
`;

const source = { id: 's', label: 's', settings: { timezone: 'UTC', type: 'ecs', host: 'h' } };

function pipelineOf(maxBytes?: number): Pipeline {
  const ruleSet = loadRules([{ file: 'r.yml', text: RULES }], { mapping: false });
  expect(ruleSet.problems.filter((problem) => problem.severity === 'error')).toEqual([]);
  return new Pipeline(ruleSet, { keepState: false, ...(maxBytes !== undefined && { maxBytes }) });
}

function feed(pipeline: Pipeline, events: readonly object[]): readonly DeadLetter[] {
  const deadLetters: DeadLetter[] = [];
  pipeline.process(
    batchOf(
      source,
      events.map((event) => JSON.stringify(event)),
    ),
    deadLetters,
  );
  return deadLetters;
}

describe('Pipeline', () => {
  it('raises an alert of its own when memory makes it forget windows, and revises that one', () => {
    const pipeline = pipelineOf(20_000);
    const invent = (round: number): void => {
      const at = (n: number): string => new Date(Date.UTC(2026, 2, 10) + n).toISOString();
      feed(
        pipeline,
        Array.from({ length: 500 }, (_, n) => ({ '@timestamp': at(n), kind: 'x', who: `${round}-${n}` })),
      );
    };
    invent(1);
    pipeline.advance(Date.UTC(2026, 2, 10));
    const first = pipeline.collect(1_000).alerts;
    expect(first).toHaveLength(1);
    expect(alertField(first[0]!, 'rule.id')).toBe('sekisho.eviction');
    expect(alertField(first[0]!, 'sekisho.alert.count')).toBe(pipeline.correlator.evictions());
    expect(pipeline.collect(2_000).alerts).toEqual([]);
    invent(2);
    const second = pipeline.collect(3_000).alerts;
    expect(second.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
    expect(second[0]!.revision).toBeGreaterThan(first[0]!.revision);
  });

  it('counts what is left out for a missing group-by field', () => {
    const pipeline = pipelineOf();
    feed(pipeline, [{ '@timestamp': '2026-03-10T00:00:00Z', kind: 'x' }]);
    expect(pipeline.leftOut()).toEqual([{ correlation: 1, role: 0, field: 'who', count: 1 }]);
  });

  it('remembers the columns of a log over new rules, also where they read more fields', () => {
    const rule = (field: string): string =>
      `title: T\nid: a\nlevel: low\nlogsource: {category: webserver}\ndetection: {s: {${field}: /b}, condition: s}\n`;
    const rulesOf = (field: string) => loadRules([{ file: 'r.yml', text: rule(field) }], { mapping: true });
    const pipeline = new Pipeline(rulesOf('url.path'), { keepState: true });
    const web = { id: 'w', label: 'w', settings: { timezone: 'UTC', type: 'iis' } };
    const take = (...lines: string[]): number => {
      pipeline.process(batchOf(web, lines), []);
      return pipeline.counts.matched;
    };
    expect(take('#Fields: cs-uri-stem cs-method c-ip sc-status date time')).toBe(0);
    expect(take('/b GET 192.0.2.1 200 2026-11-23 06:39:04')).toBe(1);
    pipeline.replaceRules(rulesOf('sekisho.url.decoded'));
    expect(take('/%62 GET 192.0.2.1 200 2026-11-23 06:39:05')).toBe(2);
  });

  it('hands what cannot be an event to the dead letter and counts it', () => {
    const pipeline = pipelineOf();
    const deadLetters: DeadLetter[] = [];
    pipeline.process(batchOf(source, ['{"broken": ']), deadLetters);
    expect(deadLetters.map(({ failure }) => failure.code)).toEqual(['normalise.json']);
    expect([...pipeline.counts.failures]).toEqual([['normalise.json', 1]]);
    expect(Buffer.from(deadLetters[0]!.bytes).toString()).toBe('{"broken": ');
  });
});
