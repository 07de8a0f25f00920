/** deploy/schema/rule.json in a real editor: what it underlines, offers and tells while one writes a rule. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundledRules } from '../../src/engine/rules.js';
import { readRuleFiles } from '../../src/rule/files.js';
import { Editor } from '../support/editor.js';

const editor = new Editor();
beforeAll(() => editor.start());
afterAll(() => editor.close());

const HEAD = 'title: T\nstatus: test\nlevel: low\nlogsource:\n  category: webserver\n';
const DETECTION = 'detection:\n  selection:\n    F|contains: x\n  condition: selection\n';
const COUNT =
  'title: C\ncorrelation:\n  type: event_count\n  rules: [a]\n  group-by: [x]\n  timespan: 10m\n  condition:\n    gte: 5\n';
const FILTER =
  'title: F\nlogsource:\n  product: windows\nfilter:\n  rules: any\n  out:\n    User: x\n  condition: not out\n';

test('nothing is underlined in the bundled rules', async () => {
  const { files } = readRuleFiles([bundledRules()]);
  const found = await Promise.all(
    files.map(async ({ file, text }) => ({ file, found: await editor.check(file, text) })),
  );
  expect(found.length).toBeGreaterThan(5);
  expect(found.filter((one) => one.found.length > 0)).toEqual([]);
});

test('nothing is underlined in a file of several documents', async () => {
  const global = 'action: global\nauthor: A\nteam: blue\n';
  const text = [global, HEAD + DETECTION, COUNT, FILTER].join('---\n');
  expect(await editor.check('several.sekisho.yml', text)).toEqual([]);
});

describe('underlined where it stands, in words', () => {
  test.each([
    [
      'an unknown modifier',
      HEAD + DETECTION.replace('contains', 'contans'),
      8,
      /^Unknown modifier\. .*contains, startswith/,
    ],
    ['an unknown level', HEAD.replace('low', 'lwo') + DETECTION, 3, /Valid values: "informational"/],
    ['no condition', HEAD + DETECTION.replace(/ {2}condition.*\n/, ''), 6, /Missing property "condition"/],
    ['a mistyped section', HEAD + DETECTION.replace('detection', 'detecton'), 1, /Missing property "detection"/],
    ['a date in other words', `${HEAD}date: May 2026\n${DETECTION}`, 6, /YYYY-MM-DD/],
    ['a key that is not ours', `${HEAD}${DETECTION}sekisho:\n  qiet: 1h\n`, 11, /qiet is not allowed/],
    ['an unknown type', COUNT.replace('event_count', 'count'), 3, /Valid values: "event_count"/],
    ['a timespan in words', COUNT.replace('10m', '10 minutes'), 6, /A number and a unit: 30s, 5m/],
    ['an unknown key of a correlation', COUNT.replace('group-by', 'group_by'), 5, /group_by is not allowed/],
    ['an unknown operator', COUNT.replace('gte', 'atleast'), 8, /atleast is not allowed/],
    ['a bound in words', COUNT.replace('gte: 5', 'gte: five'), 8, /Expected "number"/],
    ['a filter of no rules', FILTER.replace('  rules: any\n', ''), 4, /Missing property "rules"/],
    ['the second document', `${HEAD}${DETECTION}---\n${COUNT.replace('gte', 'gtee')}`, 18, /gtee is not allowed/],
  ])('%s', async (name, text, line, message) => {
    const found = await editor.check(`${name.replaceAll(' ', '-')}.yml`, text);
    expect(found).toEqual([{ line, message: expect.stringMatching(message) as string }]);
  });
});

describe('offered', () => {
  test.each([
    ['at the top', '¦', ['title', 'id', 'date', 'logsource', 'detection', 'correlation', 'filter', 'sekisho']],
    ['inside detection', `${HEAD}detection:\n  ¦`, ['condition']],
    ['levels', 'title: T\nlevel: ¦', ['informational', 'low', 'medium', 'high', 'critical']],
    ['inside logsource', 'title: T\nlogsource:\n  ¦', ['category', 'product', 'service', 'definition']],
    ['categories', 'title: T\nlogsource:\n  category: ¦', ['webserver', 'process_creation', 'authentication']],
    ['services', 'title: T\nlogsource:\n  service: ¦', ['sshd', 'security', 'cloudtrail']],
    [
      'inside correlation',
      'title: C\ncorrelation:\n  ¦',
      ['type', 'rules', 'group-by', 'timespan', 'condition', 'aliases'],
    ],
    [
      'types, in a second document',
      `${HEAD}${DETECTION}---\ntitle: C\ncorrelation:\n  type: ¦\n`,
      ['value_median', 'temporal'],
    ],
    ['bounds', 'title: C\ncorrelation:\n  type: event_count\n  condition:\n    ¦', ['gte', 'lt', 'neq', 'field']],
    ['inside filter', 'title: F\nfilter:\n  ¦', ['rules', 'condition']],
    ['inside sekisho', `${HEAD}${DETECTION}sekisho:\n  ¦`, ['group-by', 'quiet', 'where', 'tests', 'lint']],
    ['inside a test', `${HEAD}sekisho:\n  tests:\n    - ¦`, ['name', 'type', 'lines', 'alerts']],
    ['checks to waive', `${HEAD}sekisho:\n  lint:\n    ignore:\n      ¦`, ['broad', 'idle', 'group-by']],
  ])('%s', async (name, marked, labels) => {
    const offered = await editor.complete(`complete-${name.replaceAll(/\W+/g, '-')}.yml`, marked);
    expect(offered).toEqual(expect.arrayContaining(labels));
  });
});

test('a key is told of where the pointer rests on it', async () => {
  expect(await editor.hover('hover-1.yml', 'title: C\ncorrelation:\n  time¦span: 10m\n')).toContain(
    'An event exactly so old',
  );
  expect(await editor.hover('hover-2.yml', 'title: T\nlev¦el: low\n')).toContain('medium where it is missing');
  expect(await editor.hover('hover-3.yml', 'title: T\nsekisho:\n  qui¦et: 1h\n')).toContain('before an alert ends');
});
