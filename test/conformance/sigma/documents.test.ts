/**
 * Files of several documents, global and repeated ones, filters, taxonomy, meta data, and what is refused.
 *
 * Sources: Sigma Rules Specification 2.0, Sigma Filters Specification 2.2, the collections of the legacy specification
 * (`action:`), Sigma Taxonomy Appendix 2.1.
 */
import { describe, expect, test } from 'vitest';
import { createDetector } from '../../../src/detect/compile.js';
import { eventFromJson } from '../../../src/normalise/json/json-event.js';
import { eventOf, load, matched, refusals, rule, type Json } from './harness.js';

const doc = (id: string, field: string, head = ''): string =>
  `title: T ${id}\nid: ${id}\nlevel: low\n${head}logsource: {category: test, product: suite}\n` +
  `detection: {sel: {${field}: 1}, condition: sel}\n`;
const join = (...documents: readonly string[]): string => documents.join('---\n');

function each(cases: readonly (readonly [string, string, Json, readonly string[]])[]): void {
  test.each(cases)('%s', (_title, text, json, expected) => {
    expect([...matched(load(text), json)].sort()).toEqual(expected);
    expect([...matched(load(text, { mapping: true }), json)].sort()).toEqual(expected);
  });
}

const GLOBAL = `action: global\ntitle: G\nid: g\nlevel: low\nlogsource: {category: test, product: suite}\ndetection: {condition: sel}\n`;
const part = (field: string, head = ''): string => `${head}detection: {sel: {${field}: 1}}\n`;

describe('documents', () => {
  each([
    ['several rules in one file', join(doc('a', 'A'), doc('b', 'B')), { A: 1, B: 1 }, ['a', 'b']],
    ['empty documents are nothing', join('', doc('a', 'A'), '', doc('b', 'B'), ''), { B: 1 }, ['b']],
    ['a byte order mark and CR LF', `\uFEFF${doc('a', 'A').replaceAll('\n', '\r\n')}`, { A: 1 }, ['a']],
    ['comments', `# one\n${doc('a', 'A')}# two\n`, { A: 1 }, ['a']],
    ['a name where there is no id', doc('a', 'A').replace('id: a', 'name: by_name'), { A: 1 }, ['by_name']],
    ['a title where there is neither', doc('a', 'A').replace('id: a\n', ''), { A: 1 }, ['T a']],
    ['custom attributes', doc('a', 'A', 'custom: {deep: [1, {x: 2}]}\nvendor_key: 7\n'), { A: 1 }, ['a']],
    [
      'a logsource with custom keys',
      doc('a', 'A').replace('product: suite', 'product: suite, definition: x, vendor: y'),
      { A: 1 },
      ['a'],
    ],
    [
      'merge keys: own keys win, then the first map',
      doc('a', 'A').replace(
        'sel: {A: 1}, condition: sel',
        'x: &x {A: 1, B: 1}, y: &y {B: 2, C: 3}, sel: {<<: [*x, *y], A: 2}, condition: sel',
      ),
      { A: 2, B: 1, C: 3 },
      ['a'],
    ],
    [
      'merge keys: what is merged must hold',
      doc('a', 'A').replace('sel: {A: 1}, condition: sel', 'x: &x {A: 1}, sel: {<<: *x, B: 1}, condition: sel'),
      { B: 1 },
      [],
    ],
    ['anchors and aliases', doc('a', 'A').replace('{A: 1}', '{A: &v 1, B: *v}'), { A: 1, B: 1 }, ['a']],
    ['global: title, log source and condition are shared', join(GLOBAL, part('A'), part('B')), { A: 1 }, ['g']],
    ['global: the second rule gets an id of its own', join(GLOBAL, part('A'), part('B')), { B: 1 }, ['g#3']],
    ['global: a rule with its own id', join(GLOBAL, part('A', 'id: own\n')), { A: 1 }, ['own']],
    [
      'global: its selections are merged in',
      join(`${GLOBAL.replace('{condition: sel}', '{extra: {X: 1}, condition: sel and extra}')}`, part('A')),
      { A: 1, X: 1 },
      ['g'],
    ],
    [
      'global: the merged selection counts',
      join(`${GLOBAL.replace('{condition: sel}', '{extra: {X: 1}, condition: sel and extra}')}`, part('A')),
      { A: 1 },
      [],
    ],
    [
      'global: several accumulate',
      join(
        'action: global\nlevel: low\nid: g\n',
        'action: global\ntitle: G\nlogsource: {category: test, product: suite}\n',
        'detection: {sel: {A: 1}, condition: sel}\n',
      ),
      { A: 1 },
      ['g'],
    ],
    ['reset ends a global document', join(GLOBAL, part('A'), 'action: reset\n', doc('b', 'B')), { B: 1 }, ['b']],
    [
      'repeat repeats the rule before with changes',
      join(doc('a', 'A'), 'action: repeat\nid: b\ndetection: {sel: {A: 2}}\n'),
      { A: 2 },
      ['b'],
    ],
    [
      'repeat leaves the rule before as it was',
      join(doc('a', 'A'), 'action: repeat\nid: b\ndetection: {sel: {A: 2}}\n'),
      { A: 1 },
      ['a'],
    ],
    [
      'repeat of a global document',
      join(
        GLOBAL,
        'action: repeat\nid: b\ndetection: {sel: {A: 2}}\n',
        'action: repeat\nid: c\ndetection: {sel: {A: 3}}\n',
      ),
      { A: 3 },
      ['c'],
    ],
    [
      'repeat of a repeat',
      join(
        doc('a', 'A'),
        'action: repeat\nid: b\ndetection: {sel: {A: 2}}\n',
        'action: repeat\nid: c\ndetection: {sel: {B: 3}}\n',
      ),
      { A: 2, B: 3 },
      ['b', 'c'],
    ],
  ]);

  test('a reset rule no longer inherits', () => {
    expect(refusals(join(GLOBAL, 'action: reset\n', part('A')))).toContainEqual(expect.stringContaining('log source'));
  });
});

const filter = (rules: string, body: string, logsource = '{category: test}'): string =>
  `title: F\nid: f\nlogsource: ${logsource}\nfilter:\n  rules: ${rules}\n${body.replace(/^/gm, '  ')}\n`;
const NOT_ADMIN = "selection: {User|startswith: 'adm_'}\ncondition: not selection";

describe('filters', () => {
  each([
    ['by id: an event that passes', join(doc('a', 'A'), filter('[a]', NOT_ADMIN)), { A: 1, User: 'x' }, ['a']],
    ['by id: an event it takes out', join(doc('a', 'A'), filter('[a]', NOT_ADMIN)), { A: 1, User: 'adm_x' }, []],
    ['the field missing', join(doc('a', 'A'), filter('[a]', NOT_ADMIN)), { A: 1 }, ['a']],
    [
      'other rules are left alone',
      join(doc('a', 'A'), doc('b', 'B'), filter('[a]', NOT_ADMIN)),
      { A: 1, B: 1, User: 'adm_x' },
      ['b'],
    ],
    [
      'a positive condition is AND-ed too',
      join(doc('a', 'A'), filter('[a]', 'selection: {Env: prod}\ncondition: selection')),
      { A: 1, Env: 'test' },
      [],
    ],
    ['before the rule in the file', join(filter('[a]', NOT_ADMIN), doc('a', 'A')), { A: 1, User: 'adm_x' }, []],
    ['by name', join(doc('a', 'A', 'name: rule_a\n'), filter('[rule_a]', NOT_ADMIN)), { A: 1, User: 'adm_x' }, []],
    ['by title', join(doc('a', 'A'), filter("['T a']", NOT_ADMIN)), { A: 1, User: 'adm_x' }, []],
    ['a single name', join(doc('a', 'A'), filter('a', NOT_ADMIN)), { A: 1, User: 'adm_x' }, []],
    ['any', join(doc('a', 'A'), doc('b', 'B'), filter('any', NOT_ADMIN)), { A: 1, B: 1, User: 'adm_x' }, []],
    [
      'by a pattern of names',
      join(doc('a1', 'A'), doc('b1', 'B'), filter("['a*']", NOT_ADMIN)),
      { A: 1, B: 1, User: 'adm_x' },
      ['b1'],
    ],
    [
      'a pattern that is for several',
      join(doc('a1', 'A'), doc('a2', 'B'), filter("['a*']", NOT_ADMIN)),
      { A: 1, B: 1, User: 'adm_x' },
      [],
    ],
    ['ANY', join(doc('a', 'A'), filter('ANY', NOT_ADMIN)), { A: 1, User: 'adm_x' }, []],
    ['all is any', join(doc('a', 'A'), filter('all', NOT_ADMIN)), { A: 1, User: 'adm_x' }, []],
    ['an empty list is any', join(doc('a', 'A'), filter('[]', NOT_ADMIN)), { A: 1, User: 'adm_x' }, []],
    [
      'another log source is left alone',
      join(doc('a', 'A'), filter('any', NOT_ADMIN, '{category: other}')),
      { A: 1, User: 'adm_x' },
      ['a'],
    ],
    [
      'a narrower log source is left alone',
      join(doc('a', 'A'), filter('any', NOT_ADMIN, '{category: test, service: s}')),
      { A: 1, User: 'adm_x' },
      ['a'],
    ],
    [
      'several filters',
      join(doc('a', 'A'), filter('[a]', NOT_ADMIN), filter('[a]', 'x: {B: 1}\ncondition: not x')),
      { A: 1, B: 1 },
      [],
    ],
    [
      'selections of one name don’t meet',
      join(doc('a', 'A'), filter('[a]', 'sel: {B: 1}\ncondition: not sel')),
      { A: 1, B: 1 },
      [],
    ],
    [
      'selections of one name: the rule keeps its own',
      join(doc('a', 'A'), filter('[a]', 'sel: {B: 1}\ncondition: not sel')),
      { A: 1 },
      ['a'],
    ],
    [
      'the condition of the rule is one unit',
      join(
        doc('a', 'A').replace('sel: {A: 1}, condition: sel', 'x: {A: 1}, y: {B: 1}, condition: x or y'),
        filter('[a]', NOT_ADMIN),
      ),
      { A: 1, User: 'adm_x' },
      [],
    ],
    [
      'quantifiers of the filter',
      join(doc('a', 'A'), filter('[a]', 'f_1: {B: 1}\nf_2: {C: 1}\ncondition: not 1 of f_*')),
      { A: 1, C: 1 },
      [],
    ],
  ]);
});

test('a filter that names a correlation changes nothing and says so', () => {
  const many = 'title: C\nid: c\ncorrelation: {type: event_count, rules: [a], timespan: 1m, condition: {gte: 2}}\n';
  const ruleSet = load(join(doc('a', 'A'), many, filter('[c]', NOT_ADMIN)));
  expect(ruleSet.problems.map(({ reason }) => reason)).toContainEqual(expect.stringContaining('the correlation `c`'));
  expect(matched(ruleSet, { A: 1, User: 'adm_x' })).toEqual(['a']);
});

describe('taxonomy', () => {
  const windows = (fields: string, head = ''): string =>
    `title: W\nid: w\nlevel: low\n${head}logsource: {category: process_creation, product: windows}\ndetection: {sel: {${fields}}, condition: sel}\n`;
  const told = { category: 'process_creation', product: 'windows' };
  const matchesAs = (text: string, json: Json, mapping: boolean): boolean => {
    const event = eventFromJson(json, 0);
    const settings = { timezone: 'UTC', logsource: told };
    return (
      createDetector(load(text, { mapping })).match({ ...event, source: { ...event.source, settings } }).length > 0
    );
  };

  test.each<[string, string, Json, boolean, boolean]>([
    ['Image is process.executable', 'Image: a', { 'process.executable': 'a' }, true, false],
    [
      'CommandLine is process.command_line',
      'CommandLine|contains: a',
      { process: { command_line: 'xax' } },
      true,
      false,
    ],
    ['any other field is Windows event data', 'Zone: a', { 'winlog.event_data.Zone': 'a' }, true, false],
    ['a field’s own name is a last resort', 'Image: a', { Image: 'a' }, true, true],
    ['a dotted name is ECS as it stands', 'process.name: a', { 'process.name': 'a' }, true, true],
  ])('%s', (_title, fields, json, mapped, unmapped) => {
    expect([matchesAs(windows(fields), json, true), matchesAs(windows(fields), json, false)]).toEqual([
      mapped,
      unmapped,
    ]);
  });

  test.each([
    ['', true],
    ['taxonomy: ecs\n', false],
  ])('a filter names fields as the rule does, or as it says itself: %j', (head, filtered) => {
    const excluding = `title: F\n${head}logsource: {product: windows}\nfilter: {rules: any, s: {Image: a}, condition: not s}\n`;
    const json = { 'process.executable': 'a', 'process.command_line': 'x' };
    expect(matchesAs(`${windows('CommandLine: x')}---\n${excluding}`, json, true)).toBe(!filtered);
  });

  test('taxonomy: ecs takes names as they stand', () => {
    const text = windows('Image: a', 'taxonomy: ecs\n');
    expect([matchesAs(text, { 'process.executable': 'a' }, true), matchesAs(text, { Image: 'a' }, true)]).toEqual([
      false,
      true,
    ]);
  });

  test('any other taxonomy is refused while fields are mapped', () => {
    const text = windows('Image: a', 'taxonomy: splunk\n');
    expect(refusals(text, { mapping: true })).toEqual([expect.stringContaining('unknown taxonomy `splunk`')]);
    expect(refusals(text)).toEqual([]);
  });
});

describe('log sources without mapping', () => {
  const text = rule('A: 1');
  test.each<[Json, boolean]>([
    [{ A: 1 }, true],
    [{ A: 1, category: 'test' }, true],
    [{ A: 1, category: 'TEST', product: 'suite' }, true],
    [{ A: 1, category: 'other' }, false],
    [{ A: 1, product: 'windows' }, false],
    [{ A: 1, logsource: { product: 'windows' } }, false],
    [{ A: 1, service: 'sshd' }, true],
    [{ A: 1, category: 5 }, true],
  ])('%j: %s', (json, expected) => {
    expect(createDetector(load(text)).match(eventFromJson(json, 0)).length > 0).toBe(expected);
  });

  test('with mapping every dimension must be one of the event', () => {
    const mapped = createDetector(load(text, { mapping: true }));
    expect(mapped.match(eventFromJson({ A: 1 }, 0))).toHaveLength(0);
    expect(mapped.match(eventOf({ A: 1 }))).toHaveLength(1);
  });
});

describe('refused, with the place and what to do', () => {
  test.each<[string, string, string]>([
    ['an unknown modifier', rule('F|contain: a'), 'did you mean `contains`'],
    ['modifiers that exclude each other', rule('F|startswith|endswith: a'), 'exclude each other'],
    ['re with cased', rule('F|re|cased: a'), 're'],
    ['cidr with contains', rule('F|cidr|contains: 10.0.0.0/8'), "can't be combined"],
    ['gt with contains', rule('F|gt|contains: 1'), "can't be combined"],
    ['contains before base64', rule('F|contains|base64: a'), 'base64|contains'],
    ['a list of maps under all', rule("sel: {'|all': [{A: 1}, {B: 1}]}\ncondition: sel"), 'linked by AND'],
    ['a flag before re', rule("F|i|re: 'a'"), 're|i'],
    ['a flag without re', rule('F|i: a'), 'i'],
    ['a broken expression', rule("F|re: '(a'"), '7:11'],
    ['a back-reference', rule(String.raw`F|re: '(a)\1'`), '7:11'],
    ['no network', rule('F|cidr: 10.0.0.0/33'), 'CIDR'],
    ['no number', rule('F|gt: abc'), 'number'],
    ['an hour there is not', rule('F|hour: 24'), 'from 0 to 23'],
    ['exists with a text', rule('F|exists: maybe'), 'true or false'],
    ['null with contains', rule('F|contains: null'), 'null'],
    ['an unknown placeholder', rule("F|expand: '%Users%'"), '%Users%'],
    ['wildcards in base64', rule("F|base64: 'a*'"), 'wildcards'],
    ['a condition with an unknown name', rule('sel: {A: 1}\ncondition: selection'), 'use one of sel'],
    ['a pattern that matches nothing', rule('sel: {A: 1}\ncondition: 1 of filter*'), 'no selection matches'],
    ['an open parenthesis', rule('sel: {A: 1}\ncondition: (sel'), 'not closed'],
    ['an operator without an operand', rule('sel: {A: 1}\ncondition: sel and'), '7:'],
    ['two names without an operator', rule('a: {A: 1}\nb: {B: 1}\ncondition: a b'), 'without an operator'],
    ['a count of selections that Sigma has not', rule('a: {A: 1}\ncondition: 2 of a*'), '1 of'],
    ['an aggregation', rule('a: {A: 1}\ncondition: a | count() by F > 5'), 'correlation rule'],
    ['near', rule('a: {A: 1}\nb: {B: 1}\ncondition: a | near b'), 'correlation rule'],
    ['no condition', rule('a: {A: 1}\ncondition: a').replace('condition: a', 'other: {B: 1}'), 'no condition'],
    ['no detection', 'title: T\nlogsource: {category: test}\n', 'no detection'],
    ['no log source', 'title: T\ndetection: {s: {A: 1}, condition: s}\n', 'log source'],
    [
      'an empty log source',
      'title: T\nlogsource: {definition: x}\ndetection: {s: {A: 1}, condition: s}\n',
      'none of category',
    ],
    ['an unknown level', rule('A: 1').replace('level: low', 'level: hihg'), 'did you mean `high`'],
    ['a key given twice', rule('A: 1\nA: 2'), 'given twice'],
    ['a map as value', rule('A: {b: 1}'), 'A.field'],
    ['an empty list of values', rule('A|contains: []'), 'empty'],
    ['an empty selection', rule('{}'), 'empty'],
    ['a list in a list', rule('- [a, b]'), 'inside a list'],
    ['broken YAML', 'title: [\n', ':'],
    ['an id that is taken', join(doc('a', 'A'), doc('a', 'B')), 'already taken'],
    ['repeat without a rule before', 'action: repeat\nid: x\n', 'no rule before'],
    ['a filter without rules', join(doc('a', 'A'), filter('', NOT_ADMIN)), 'rules: any'],
    ['a filter with a broken condition', join(doc('a', 'A'), filter('any', 'x: {A: 1}\ncondition: not y')), '`y`'],
    [
      'a filter without a log source',
      join(doc('a', 'A'), filter('any', NOT_ADMIN).replace(/logsource.*\n/u, '')),
      'log source',
    ],
  ])('%s', (_title, text, expected) => {
    const found = refusals(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });
});
