import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadRules } from '../../rule/load.js';
import { explainOne } from './explain-rule.js';
import { feedsOf } from './feeds.js';
import { lintFolders } from './lint.js';
import { listRules } from './list-rules.js';
import { eventsOfTexts } from './match.js';

const plain = (id: string, field: string): string =>
  `title: T ${id}\nid: ${id}\nlevel: low\nlogsource: {category: webserver}\ndetection: {sel: {${field}: abc}, condition: sel}\n`;
const COUNT =
  'title: Many\nid: many\nlevel: high\ncorrelation: {type: event_count, rules: [a], group-by: [source.ip], timespan: 1m, condition: {gte: 3}}\n';
const FILTER =
  'title: Not us\nlogsource: {category: webserver}\nfilter: {rules: [b], us: {source.ip|cidr: 10.0.0.0/8}, condition: not us}\n';
const TEXT = [plain('a', 'cs-method'), plain('b', 'Wotsit'), COUNT, FILTER].join('---\n');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sekisho-list-'));
  writeFileSync(join(folder, 'rules.yml'), TEXT);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('listRules', () => {
  const stateOf = (overrides: Parameters<typeof listRules>[1]): unknown =>
    listRules([folder], overrides).map(({ id, state, overridden, silencedBy, filteredBy }) => [
      id,
      state,
      ...overridden,
      ...silencedBy,
      ...filteredBy,
    ]);

  test('who is silenced and filtered by whom', () => {
    expect(stateOf({})).toEqual([
      ['many', 'runs'],
      ['a', 'runs', 'Many'],
      ['b', 'runs', 'Not us'],
    ]);
  });

  test('what the configuration disables and overrides', () => {
    expect(stateOf({ b: { disabled: true }, many: { threshold: 5 } })).toEqual([
      ['many', 'runs', 'threshold'],
      ['a', 'runs', 'Many'],
      ['b', 'disabled', 'Not us'],
    ]);
  });
});

test('feedsOf says what a mistyped field or log source may mean', () => {
  const text = plain('a', 'cs-metod').replace('webserver', 'webservr') + `---\n${plain('b', 'cs-metod')}`;
  const feeds = feedsOf(loadRules([{ file: 'r.yml', text }], { mapping: true }));
  expect(feeds.map(({ meant }) => meant)).toEqual([{ webservr: 'webserver' }, { 'cs-metod': 'cs-method' }]);
  expect(feedsOf(loadRules([{ file: 'r.yml', text }], { mapping: false }))[1]?.meant).toBeUndefined();
});

test('custom attributes are listed as they are written', () => {
  writeFileSync(join(folder, 'own.yml'), `${plain('own', 'cs-method')}team: {name: blue}\n`);
  const listed = listRules([folder], {});
  expect(listed.map(({ id, custom }) => [id, custom])).toContainEqual(['own', { team: { name: 'blue' } }]);
  rmSync(join(folder, 'own.yml'));
});

test('feedsOf names the logs that feed a rule and the fields nobody maps', () => {
  const feeds = feedsOf(loadRules([{ file: 'r.yml', text: TEXT }], { mapping: true }));
  expect(feeds.map(({ id, unmapped }) => [id, unmapped])).toEqual([
    ['a', []],
    ['b', ['Wotsit']],
  ]);
  expect(feeds[0]?.logs).toContain('nginx.access');
  expect(feeds[0]?.logs).not.toContain('system.auth');
});

test.each<[string, readonly string[]]>([
  ['{product: linux, service: sudo}', ['syslog or journald of sudo']],
  ['{product: linux, service: auditd}', ['auditd.log', 'auditd_manager.auditd']],
  ['{product: windows, service: sysmon}', ['Windows channel microsoft-windows-sysmon/operational']],
  ['{product: acme, service: door}', ['event.dataset acme.door']],
  ['{product: acme, service: acme.door}', ['event.dataset acme.door']],
  ['{category: door, product: acme}', []],
])('feedsOf: the logs of %s', (logsource, logs) => {
  const text = `title: A\nid: a\nlogsource: ${logsource}\ndetection: {s: {F: 1}, condition: s}\n`;
  expect(feedsOf(loadRules([{ file: 'r.yml', text }], { mapping: true }))[0]?.logs).toEqual(logs);
});

test('lintFolders reads files', () => {
  expect(lintFolders([folder]).map(({ code }) => code)).toContain('lint.tags');
});

describe('explainOne', () => {
  const ruleSet = loadRules([{ file: 'r.yml', text: TEXT }], { mapping: false });
  const settings = { timezone: 'UTC' };
  const eventsOf = (...texts: readonly string[]): Parameters<typeof explainOne>[2] => {
    const read = eventsOfTexts(texts, { settings, mapping: false });
    if ('failure' in read) throw new Error(read.failure);
    return read.events;
  };

  test('a rule: what each part saw', () => {
    const explained = explainOne(
      ruleSet,
      'T a',
      eventsOf('{"cs-method":"ABC"}', '{"cs-method":"x","category":"other"}'),
    );
    expect(explained).toMatchObject({
      kind: 'rule',
      rule: 'a',
      events: [
        { index: 0, matches: true, fits: true, why: { result: true, saw: 'ABC' } },
        { index: 1, matches: false, fits: false, why: { result: false, saw: 'x' } },
      ],
    });
  });

  test('a correlation: how near each group came', () => {
    const at = (second: number, ip?: string): string =>
      JSON.stringify({ 'cs-method': 'abc', timestamp: 1_767_225_600 + second, ...(ip && { source: { ip } }) });
    const explained = explainOne(ruleSet, 'many', eventsOf(at(0, '1'), at(1, '1'), at(2, '2'), at(3), at(90, '1')));
    expect(explained).toMatchObject({
      kind: 'correlation',
      groups: [
        { group: { 'source.ip': '1' }, value: 2, index: 1, holds: false },
        { group: { 'source.ip': '2' }, value: 1, index: 2, holds: false },
      ],
      matched: { a: 5 },
      leftOut: { 'source.ip': 1 },
    });
  });

  test.each<[string, string, readonly string[]]>([
    ['type: temporal', 'p and q within 1m', ['q']],
    ['type: temporal_ordered', 'p, then q within 1m', ['q']],
    ['type: temporal_ordered, condition: {gte: 2}', '≥ 2 of p, q, in the order p, q within 1m', ['q']],
    ['type: temporal_ordered, condition: p and not q', '(p and not q), in the order p, q within 1m', ['q']],
    ['type: temporal, condition: {gte: 2}', '≥ 2 of p, q within 1m', ['q']],
    ['type: temporal, condition: p and not q', '(p and not q) within 1m', ['q']],
    ['type: event_count, condition: {gte: 2}', '≥ 2 within 1m', []],
  ])('a correlation: what %s asks for, and what it lacks', (body, asks, lacks) => {
    const rule = (id: string): string =>
      `title: ${id}\nid: ${id}\nlogsource: {category: t}\ndetection: {s: {k: ${id}}, condition: s}\n---\n`;
    const text = `${rule('p')}${rule('q')}title: c\nid: c\ncorrelation: {rules: [p, q], timespan: 1m, ${body}}\n`;
    const set = loadRules([{ file: 'r.yml', text }], { mapping: false });
    expect(explainOne(set, 'c', eventsOf('{"k":"p"}'))).toMatchObject({ groups: [{ asks, lacks, index: 0 }] });
  });

  test('an unknown rule: the one that may be meant', () => {
    expect(explainOne(ruleSet, 'mny', [])).toEqual({ failure: expect.stringContaining("'many'") as string });
  });

  test('what is no JSON is told', () => {
    expect(eventsOfTexts(['{'], { settings, mapping: false })).toEqual({
      failure: expect.stringContaining('not JSON') as string,
    });
  });
});
