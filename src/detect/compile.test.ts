import { describe, expect, test } from 'vitest';
import { ruleSetOf } from '../../test/property/arbitrary.js';
import type { EcsEvent, Fields, Logsource } from '../event/index.js';
import { ANY, type Expression, type RuleSet } from '../rule/types.js';
import { createDetector } from './compile.js';

function event(fields: Fields, logsource?: Logsource): EcsEvent {
  const settings = logsource === undefined ? { timezone: 'UTC' } : { timezone: 'UTC', logsource };
  return {
    fields,
    time: 0,
    source: { id: 's', label: 's', settings },
    offset: 0,
    sub: 0,
    receiveTime: 0,
    movesWatermark: true,
  };
}

const contains = (field: string, text: string): Expression => ({
  kind: 'test',
  field: { name: field, paths: [field] },
  test: { kind: 'pattern', parts: [ANY, text, ANY], cased: false },
});

const ALWAYS: Expression = { kind: 'and', items: [] };

function withLogsources(loose: boolean, ...logsources: readonly Logsource[]): RuleSet {
  const set = ruleSetOf(logsources.map(() => ALWAYS));
  const rules = set.rules.map((rule, i) => ({ ...rule, logsource: logsources[i] ?? {}, looseLogsource: loose }));
  return { ...set, rules };
}

describe('log sources', () => {
  test('an event meets only the rules whose log source it has', () => {
    const detector = createDetector(
      withLogsources(
        false,
        { category: 'webserver' },
        { product: 'linux', service: 'sshd' },
        {},
        { product: 'windows' },
      ),
    );
    expect([...detector.match(event({ 'event.dataset': 'nginx.access' }))]).toEqual([0, 2]);
    expect([...detector.match(event({ 'event.dataset': 'nobody.knows' }))]).toEqual([2]);
  });

  test('what the operator told replaces what the table says', () => {
    const detector = createDetector(withLogsources(false, { service: 'sshd' }, { service: 'mine' }));
    expect([...detector.match(event({ 'event.dataset': 'x.y' }, { service: 'mine' }))]).toEqual([1]);
    expect([...detector.match(event({ 'event.dataset': 'x.y' }))]).toEqual([]);
  });

  test('without mapping only a field of the same name excludes', () => {
    const detector = createDetector(withLogsources(true, { product: 'windows' }, { product: 'linux' }));
    expect([...detector.match(event({}))]).toEqual([0, 1]);
    expect([...detector.match(event({ product: 'Windows' }))]).toEqual([0]);
    expect([...detector.match(event({ product: 'plan9' }))]).toEqual([]);
  });

  test('answers stay right when invented log sources use up all plans', () => {
    const names = Array.from({ length: 80 }, (_, i) => `p${i}`);
    const set = withLogsources(true, ...names.flatMap((product) => names.map((service) => ({ product, service }))));
    const detector = createDetector(set);
    for (let i = 0; i < 80; i++) {
      const fields = { product: `p${i}`, service: `p${79 - i}` };
      expect([...detector.match(event(fields))]).toEqual([i * 80 + 79 - i]);
    }
    for (let i = 0; i < 80; i++) expect(detector.match(event({ product: `p${i}` }))).toHaveLength(80);
  });
});

describe('matching', () => {
  test('long fields are cut for matching and the event says so', () => {
    const detector = createDetector(ruleSetOf([contains('url.path', 'needle')]));
    const inside = event({ 'url.path': `needle${'x'.repeat(70_000)}` });
    const beyond = event({ 'url.path': `${'x'.repeat(70_000)}needle`, tags: ['a'] });
    expect([...detector.match(inside)]).toEqual([0]);
    expect([...detector.match(beyond)]).toEqual([]);
    expect(inside.fields['tags']).toEqual(['sekisho.cut']);
    expect(beyond.fields['tags']).toEqual(['a', 'sekisho.cut']);
  });

  test('literals longer than the index keeps are still tested whole', () => {
    const long = 'a'.repeat(50);
    const detector = createDetector(ruleSetOf([contains('f', `${long}b`)]));
    expect([...detector.match(event({ f: `${long}c` }))]).toEqual([]);
    expect([...detector.match(event({ f: `x${long}B` }))]).toEqual([0]);
  });

  test('one of 5,000 wildcard values is found', () => {
    const items = Array.from({ length: 5000 }, (_, i): Expression => ({
      kind: 'test',
      field: { name: 'f', paths: ['f'] },
      test: { kind: 'pattern', parts: [ANY, `value-${i}-`, ANY, 'end'], cased: false },
    }));
    const detector = createDetector(ruleSetOf([{ kind: 'or', items }]));
    expect([...detector.match(event({ f: 'a Value-4711-b END' }))]).toEqual([0]);
    expect([...detector.match(event({ f: 'a value-4711-b' }))]).toEqual([]);
  });
});
