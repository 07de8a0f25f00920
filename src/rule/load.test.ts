import { describe, expect, test } from 'vitest';
import { loadRules, type LoadOptions } from './load.js';
import { ANY, ONE, type Expression, type RuleSet, type ValueTest } from './types.js';

function load(text: string, options: Partial<LoadOptions> = {}): RuleSet {
  return loadRules([{ file: 'r.yml', text }], { mapping: false, ...options });
}

/** A rule with the given detection lines, indented below `detection:`. */
function rule(detection: string, head = ''): string {
  const body = detection
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
  return `title: T\nid: r1\nlevel: low\nlogsource: {category: test}\n${head}detection:\n${body}\n`;
}

function errors(set: RuleSet): readonly string[] {
  return set.problems
    .filter(({ severity }) => severity === 'error')
    .map(({ line, column, reason, fix }) => `${line}:${column} ${reason} → ${fix}`);
}

/** The expression of one selection `s`, without labels, or what was reported. */
function selection(lines: string, options: Partial<LoadOptions> = {}): unknown {
  const set = load(rule(`s:\n${lines.replace(/^/gm, '  ')}\ncondition: s`), options);
  const [only] = set.rules;
  return only === undefined ? errors(set) : plain(only.expression);
}

type Plain = { readonly [kind: string]: unknown };

function plain(expression: Expression): Plain {
  if (expression.kind === 'test') return { [expression.field.name]: showTest(expression.test) };
  if (expression.kind === 'keyword') return { '': showTest(expression.test) };
  if (expression.kind === 'not') return { not: plain(expression.item) };
  return { [expression.kind]: expression.items.map(plain) };
}

function showTest(value: ValueTest): unknown {
  if (value.kind === 'pattern') {
    const text = value.parts.map((part) => (part === ANY ? '‹*›' : part === ONE ? '‹?›' : part)).join('');
    return value.cased ? `cased:${text}` : text;
  }
  if (value.kind === 'number') return value.exact === true ? `${value.text}!` : value.value;
  if (value.kind === 'boolean') return value.value;
  if (value.kind === 'null') return null;
  if (value.kind === 'exists') return value.present ? 'exists' : 'absent';
  if (value.kind === 'regex') return `/${value.source}/${value.flags}`;
  if (value.kind === 'compare') return `${value.op} ${value.value}`;
  if (value.kind === 'time') return `${value.part} ${value.op} ${value.value}`;
  if (value.kind === 'field') return `${value.how} ${value.other.name}${value.cased ? ' cased' : ''}`;
  if (value.kind === 'cidr') return value.text;
  return value.kind;
}

describe('selections', () => {
  test.each<[string, unknown]>([
    ['F: Abc', { F: 'abc' }],
    ['F: 5', { F: 5 }],
    ["F: '5'", { F: '5' }],
    ['F: 1.5', { F: 1.5 }],
    ['F: 00000429', { F: '00000429!' }],
    ['F: 1.10', { F: '1.10!' }],
    ['F: 0x1F', { F: '0x1F!' }],
    ['F: 12345678901234567890', { F: '12345678901234567890' }],
    ['F: true', { F: true }],
    ['F: null', { F: null }],
    ['F:', { F: null }],
    ["F: ''", { F: '' }],
    ['F: yes', { F: 'yes' }],
    ['F: 2024-01-01', { F: '2024-01-01' }],
    ['F: [a, 2, null]', { or: [{ F: 'a' }, { F: 2 }, { F: null }] }],
    ['F: a\nG: b', { and: [{ F: 'a' }, { G: 'b' }] }],
    ['- F: a\n- G: b\n  H: c', { or: [{ F: 'a' }, { and: [{ G: 'b' }, { H: 'c' }] }] }],
    ['- foo\n- bar', { or: [{ '': '‹*›foo‹*›' }, { '': '‹*›bar‹*›' }] }],
    ["'|all':\n  - foo\n  - 7", { and: [{ '': '‹*›foo‹*›' }, { '': '‹*›7‹*›' }] }],
    ["'|re': 'a+b'", { '': '/a+b/' }],
    ["'|startswith': ab", { '': 'ab‹*›' }],
    ['user.name: x', { 'user.name': 'x' }],
  ])('%s', (lines, expected) => {
    expect(selection(lines)).toEqual(expected);
  });

  test('a selection may be one keyword', () => {
    const set = load(rule('s: foo\ncondition: s'));
    expect(plain(set.rules[0]?.expression as Expression)).toEqual({ '': '‹*›foo‹*›' });
    expect(set.rules[0]?.keywords).toBe(true);
  });

  test.each([
    ['[]', 'empty'],
    ['{}', 'empty'],
    ['F|contains: []', 'empty'],
    ['- [a, b]', 'list stands inside'],
    ['F: {G: a}', 'is a map'],
    ["- ''", 'empty keyword'],
    ['F: [[a]]', 'map or a list'],
  ])('%s is refused', (lines, reason) => {
    expect(selection(lines)).toEqual([expect.stringContaining(reason)]);
  });
});

describe('modifiers', () => {
  const slash = String.raw`'\Desktop\'`;
  test.each<[string, unknown]>([
    ['F|contains: a*B', { F: '‹*›a‹*›b‹*›' }],
    [`F|contains: ${slash}`, { F: String.raw`‹*›\desktop\‹*›` }],
    [`F|endswith: ${slash}`, { F: String.raw`‹*›\desktop\ `.trim() }],
    [`F|startswith: ${slash}`, { F: String.raw`\desktop\‹*›` }],
    ["F|contains: '*x*'", { F: '‹*›x‹*›' }],
    ["F|contains: ''", { F: '‹*›' }],
    ['F|contains: 443', { F: '‹*›443‹*›' }],
    ['F|contains|all: [a, b]', { and: [{ F: '‹*›a‹*›' }, { F: '‹*›b‹*›' }] }],
    ['F|all|contains: [a, b]', { and: [{ F: '‹*›a‹*›' }, { F: '‹*›b‹*›' }] }],
    ['F|cased: Abc', { F: 'cased:Abc' }],
    ['F|contains|cased: Abc', { F: 'cased:‹*›Abc‹*›' }],
    ['F|neq: a', { not: { F: 'a' } }],
    ['F|neq: [a, 1]', { not: { or: [{ F: 'a' }, { F: 1 }] } }],
    ['F|neq|contains: a', { not: { F: '‹*›a‹*›' } }],
    ['F|neq: null', { not: { F: null } }],
    ['F|exists: true', { F: 'exists' }],
    ["F|exists: 'false'", { F: 'absent' }],
    ["F|re: '(?i)a\\.b'", { F: '/a\\.b/i' }],
    ["F|re|i|m|s: 'a.b'", { F: '/a.b/ims' }],
    ["F|re: 'a*'", { F: '/a*/' }],
    ["F|re|startswith: '(?i)a|b'", { F: '/^(?:a|b)/i' }],
    ['F|cidr: [10.0.0.0/8, "fe80::/10"]', { or: [{ F: '10.0.0.0/8' }, { F: 'fe80::/10' }] }],
    ['F|neq|cidr: 10.0.0.0/8', { not: { F: '10.0.0.0/8' } }],
    ['F|gt: 5\nF|lte: "7.5"', { and: [{ F: 'gt 5' }, { F: 'lte 7.5' }] }],
    ['F|hour: 3', { F: 'hour eq 3' }],
    ['F|hour|gte: 22', { F: 'hour gte 22' }],
    ['F|gte|hour: 22', { F: 'hour gte 22' }],
    ['F|week|neq: 5', { not: { F: 'week eq 5' } }],
    ['F|fieldref: G', { F: 'equals G' }],
    ['F|fieldref|endswith: G', { F: 'endswith G' }],
    ['F|fieldref|cased|neq: G', { not: { F: 'equals G cased' } }],
    ['F|base64: foo', { F: 'zm9v' }],
    ['F|base64|cased: foo', { F: 'cased:Zm9v' }],
    [
      'F|base64offset|contains|cased: foo',
      { or: ['Zm9v', 'Zvb', 'mb2'].map((text) => ({ F: `cased:‹*›${text}‹*›` })) },
    ],
    ['F|wide|base64|cased: cmd', { F: 'cased:YwBtAGQA' }],
    [
      'F|utf16le|base64offset|contains|cased: ab',
      { or: ['YQBiA', 'EAYg', 'hAGIA'].map((text) => ({ F: `cased:‹*›${text}‹*›` })) },
    ],
    ["F|base64: 'a\\*'", { F: 'yso=' }],
    ['F|windash|contains: " -x "', { or: ['-', '/', '–', '—', '―'].map((dash) => ({ F: `‹*› ${dash}x ‹*›` })) }],
    ['F|contains|windash: " /x"', { or: ['-', '/', '–', '—', '―'].map((dash) => ({ F: `‹*› ${dash}x‹*›` })) }],
    ['F|windash|contains: "-a -b -c -d"', { F: '/[-/–—―]a [-/–—―]b [-/–—―]c [-/–—―]d/i' }],
  ])('%s', (lines, expected) => {
    expect(selection(lines)).toEqual(expected);
  });

  test.each([
    ['F|contians: a', 'did you mean `contains`'],
    ['F|startwith: a', 'did you mean `startswith`'],
    ['F|contains|re: a', 're|contains'],
    ['F|contains|base64: a', 'base64|contains'],
    ['F|startswith|endswith: a', '`contains`'],
    ['F|gt|lt: 1', 'two keys'],
    ['F|i: a', 're|i'],
    ['F|i|re: a', 're|i'],
    ['F|exists|contains: true', 'remove'],
    ['F|exists: maybe', 'true or false'],
    ['F|cidr|contains: 10.0.0.0/8', 'remove'],
    ['F|cidr: 10.0.0.0/99', '10.0.0.0/8'],
    ['F|gt: many', 'write a number'],
    ['F|gt|neq: 1', '`lte`'],
    ['F|hour: 25', 'from 0 to 23'],
    ['F|re|cased: a', 'case-sensitive as it is'],
    ["F|re: '(a'", 'PCRE subset'],
    ["F|base64: 'a*'", 'wildcards'],
    ['F|contains: null', 'null'],
    ['F|fieldref: 5', 'name of another field'],
    ["'|gt': 5", 'field|gt'],
    ["'|exists': true", 'field|exists'],
    ['F|expand: "%Admins%"', '`values:` of the configuration'],
  ])('%s is refused with a fix', (lines, fix) => {
    const refused = selection(lines) as readonly string[];
    expect(refused).toHaveLength(1);
    expect(refused[0]).toContain(fix);
  });

  test('placeholders expand to parsed values, in every combination', () => {
    const placeholders = new Map([
      ['A', ['x*', String.raw`y\*`]],
      ['B', ['1', '2']],
      ['None', []],
    ]);
    expect(selection('F|expand: "p%A%"', { placeholders })).toEqual({ or: [{ F: 'px‹*›' }, { F: 'py*' }] });
    expect(selection('F|expand|contains: "%A%-%B%"', { placeholders })).toEqual({
      or: ['x‹*›-1', 'x‹*›-2', 'y*-1', 'y*-2'].map((text) => ({ F: `‹*›${text}‹*›` })),
    });
    expect(selection(String.raw`F|expand: '\%plain%B%'`, { placeholders })).toEqual({
      or: [{ F: '%plain1' }, { F: '%plain2' }],
    });
    expect(selection('F: "%A%"', { placeholders })).toEqual({ F: '%a%' });
    expect(selection('F|expand: "%None%"', { placeholders })).toEqual({ F: 'never' });
    expect(selection('F|expand: "%Aa%"', { placeholders })).toEqual([expect.stringContaining('did you mean `%A%`')]);
  });
});

describe('conditions', () => {
  const detection = 'sel_a: {F: a}\nsel_b: {F: b}\n_skip: {F: c}\ncondition: ';
  test.each<[string, unknown]>([
    ['sel_a and not sel_b', { and: [{ F: 'a' }, { not: { F: 'b' } }] }],
    ['1 of sel_*', { or: [{ F: 'a' }, { F: 'b' }] }],
    ['all of them', { and: [{ F: 'a' }, { F: 'b' }] }],
    ['all of _*', { F: 'c' }],
    ['_skip', { F: 'c' }],
    ['[sel_a, sel_b and _skip]', { or: [{ F: 'a' }, { and: [{ F: 'b' }, { F: 'c' }] }] }],
  ])('%s', (condition, expected) => {
    expect(plain(load(rule(detection + condition)).rules[0]?.expression as Expression)).toEqual(expected);
  });

  test('labels name the selections', () => {
    const expression = load(rule(detection + 'sel_a or sel_b')).rules[0]?.expression;
    expect(expression).toMatchObject({ kind: 'or', items: [{ label: 'sel_a' }, { label: 'sel_b' }] });
  });

  test.each([
    ['sel_x', '9:14 there is no selection `sel_x` → did you mean `sel_a`?'],
    ['sel_a and sel_x', '9:24 there is no selection `sel_x` → did you mean `sel_a`?'],
    ["'1 of foo_*'", '9:20 no selection matches `foo_*`'],
    ['sel_a | count() > 5', '9:20 the aggregation `| count` was removed'],
    ['', '9:14 a condition must be a text'],
  ])('%s is refused at its place', (condition, error) => {
    expect(errors(load(rule(detection + condition)))).toEqual([expect.stringContaining(error)]);
  });
});

describe('documents', () => {
  const body = 'detection:\n  s: {F: a}\n  condition: s\n';
  const full = (id: string): string => `title: T\nid: ${id}\nlevel: low\nlogsource: {category: c}\n${body}`;

  test('one file holds several rules; empty documents are none', () => {
    const set = load(`${full('a')}---\n${full('b')}---\n`);
    expect(set.rules.map(({ meta }) => meta.id)).toEqual(['a', 'b']);
    expect(set.problems).toEqual([]);
  });

  test('global, repeat and reset', () => {
    const text = [
      'action: global\ntitle: G\nlevel: high\nlogsource: {category: c}\n',
      `id: a\n${body}`,
      'action: repeat\nid: b\ndetection:\n  s: {F: z}\n',
      'action: reset\n',
      full('d'),
    ].join('---\n');
    const set = load(text);
    expect(errors(set)).toEqual([]);
    expect(set.rules.map(({ meta, expression }) => [meta.id, meta.title, meta.level, plain(expression)])).toEqual([
      ['a', 'G', 'high', { F: 'a' }],
      ['b', 'G', 'high', { F: 'z' }],
      ['d', 'T', 'low', { F: 'a' }],
    ]);
  });

  test('an id from a global document is told apart', () => {
    const set = load(`action: global\nid: g\ntitle: T\nlevel: low\nlogsource: {category: c}\n---\n${body}---\n${body}`);
    expect(set.rules.map(({ meta }) => meta.id)).toEqual(['g', 'g#3']);
  });

  test('one bad rule does not stop the others, in a file or across files', () => {
    const set = loadRules(
      [
        { file: 'a.yml', text: `${full('a')}---\ntitle: [\n` },
        { file: 'b.yml', text: '\u0000\u0001: {{' },
        { file: 'c.yml', text: full('c') },
      ],
      { mapping: true },
    );
    expect(set.rules.map(({ meta }) => meta.id)).toEqual(['a', 'c']);
    expect(new Set(set.problems.map(({ file }) => file))).toEqual(new Set(['a.yml', 'b.yml']));
  });

  test.each([
    ['title: T\ndetections: {}\n', 'rename `detections` to `detection`'],
    [`title: T\nid: x\nlevel: low\n${body}`, 'add `logsource:`'],
    [`title: T\nid: x\nlevel: low\nlogsources: {category: c}\n${body}`, 'rename `logsources` to `logsource`'],
    [`title: T\nlevel: low\nlogsource: {definition: x}\n${body}`, 'set at least one'],
    [`title: T\nlevel: low\nlogsource: {categroy: x, product: y}\n${body}`, 'did you mean `category`'],
    [full('a').replace('level: low', 'level: hihg'), 'did you mean `high`'],
    ['- a\n- b\n', 'begin it with `title:`'],
    ['title: T\nlevel: low\nlogsource: {category: c}\ndetection:\n  condition: s\n', 'add a selection'],
    ['title: T\nlevel: low\nlogsource: {category: c}\ndetection:\n  s: {F: a}\n', 'add `condition:`'],
    ['title: T\nlevel: low\nlogsource: {category: c}\ndetection:\n  s: {F: a}\n  conditon: s\n', 'rename `conditon`'],
    [`${full('a')}---\n${full('a')}`, 'give this rule its own id'],
    [full('a').replace('{F: a}', '{F: a, F: b}'), 'merge the two'],
    ['a: *nope\n', 'anchor'],
    ['a: !foo b\n', 'remove the tag'],
    ['action: repeat\ntitle: T\n', 'put the rule it repeats first'],
    ['action: golbal\ntitle: T\n', 'did you mean `global`'],
  ])('%j is refused with a fix', (text, fix) => {
    expect(errors(load(text, { mapping: true })).join('\n')).toContain(fix);
  });

  test('custom attributes are kept as they are written; what looks mistyped is warned of', () => {
    const head = 'team: blue\nsla: {hours: 4, steps: [page, 007], paid: true, none: null}\ntagz: [x]\n';
    const set = load(rule('s: {F: a}\ncondition: s', head));
    expect(set.rules[0]?.meta.custom).toEqual({
      team: 'blue',
      sla: { hours: 4, steps: ['page', '007'], paid: true, none: null },
      tagz: ['x'],
    });
    expect(set.problems.map(({ code, line, fix }) => `${code} ${line} ${fix}`)).toEqual([
      'rule.key 7 did you mean `tags`?',
    ]);
    expect(load(rule('s: {F: a}\ncondition: s')).rules[0]?.meta.custom).toBeUndefined();
  });

  test('custom attributes of more than 8 KiB are left out and told of', () => {
    const set = load(rule('s: {F: a}\ncondition: s', `notes: ${'x'.repeat(9_000)}\n`));
    expect(set.rules[0]?.meta.custom).toBeUndefined();
    expect(set.problems.map(({ code }) => code)).toEqual(['rule.custom']);
  });

  test.each(['01/02/2026', '2026-13-01', '2026-02-30', 'May 2026'])('the date %s is warned of', (date) => {
    const { problems } = load(rule('s: {F: a}\ncondition: s', `date: ${date}\n`));
    expect(problems.map(({ code, fix }) => `${code} ${fix}`)).toEqual(['rule.date write it as YYYY-MM-DD']);
  });

  test.each(['2026-02-28', '2024/02/29'])('the date %s is one', (date) => {
    expect(load(rule('s: {F: a}\ncondition: s', `modified: ${date}\n`)).problems).toEqual([]);
  });

  test('a condition that stands inside a selection is told to be indented', () => {
    expect(
      errors(load('title: T\nlogsource: {category: c}\nlevel: low\ndetection:\n  s:\n    F: a\n    condition: s\n')),
    ).toEqual([expect.stringContaining('indent `condition` as `s`') as string]);
  });

  test('meta data, custom attributes and related rules are kept or accepted', () => {
    const head =
      'author: [A, B]\ntags: [attack.t1110]\nfalsepositives: none\nreferences: [https://x]\nlicense: X\nmodified: 2024-01-02\nstatus: deprecated\nrelated: [{id: q, type: similar}]\nfields: [F]\nfoo: {bar: 1}\n';
    const set = loadRules([{ file: 'r.yml', text: rule('s: {F: a}\ncondition: s', head), ruleset: 'web' }], {
      mapping: true,
    });
    expect(set.problems).toEqual([]);
    expect(set.rules[0]?.meta).toMatchObject({
      id: 'r1',
      uuid: 'r1',
      title: 'T',
      level: 'low',
      status: 'deprecated',
      tags: ['attack.t1110'],
      author: 'A, B',
      license: 'X',
      references: ['https://x'],
      falsePositives: ['none'],
      ruleset: 'web',
      version: '2024-01-02',
      file: 'r.yml',
      line: 1,
    });
  });

  test('missing title and level are warnings', () => {
    const set = load(`name: n\nlogsource: {category: c}\n${body}`);
    expect(set.rules[0]?.meta).toMatchObject({ id: 'n', title: 'n', level: 'medium' });
    expect(set.problems.map(({ code }) => code)).toEqual(['rule.title', 'rule.level']);
  });

  test('aliases of YAML are resolved', () => {
    expect(selection('F: &x [a, b]\nG: *x')).toEqual({
      and: [{ or: [{ F: 'a' }, { F: 'b' }] }, { or: [{ G: 'a' }, { G: 'b' }] }],
    });
  });
});

describe('field names', () => {
  test('with mapping a Sigma name is read from its ECS paths, without it from itself', () => {
    const text =
      'title: T\nlevel: low\nlogsource: {category: webserver}\ndetection:\n  s: {cs-uri-stem: /x}\n  condition: s\n';
    expect(load(text, { mapping: true }).rules[0]).toMatchObject({
      reads: ['cs-uri-stem', 'url.path'],
      looseLogsource: false,
    });
    expect(load(text, { mapping: false }).rules[0]).toMatchObject({ reads: ['cs-uri-stem'], looseLogsource: true });
    expect(load(`taxonomy: ecs\n${text}`, { mapping: true }).rules[0]?.reads).toEqual(['cs-uri-stem']);
    expect(errors(load(`taxonomy: ocsf\n${text}`, { mapping: true }))).toEqual([
      expect.stringContaining('unknown taxonomy'),
    ]);
  });
});

describe('the sekisho key', () => {
  const text = (key: string): string => rule('s: {F: a}\ncondition: s', `sekisho:\n${key.replace(/^/gm, '  ')}\n`);

  test('options and tests are read', () => {
    const set = load(
      text(
        'group-by: [F, G]\nquiet: 10m\nmax-episode: 2d\ntests:\n  - name: one\n    type: nginx\n    lines: |\n      a\n      b\n    events: [{x: {y: 1}}]\n    alerts: [{source: {ip: 1.2.3.4}, count: 2}]\n  - lines: [c]\n    alerts: 0',
      ),
    );
    expect(errors(set)).toEqual([]);
    const { tests = [], ...options } = set.rules[0]?.sekisho ?? {};
    const written = tests.map((one) => ({ ...one, lines: one.lines(), events: one.events() }));
    expect({ ...options, tests: written }).toMatchObject({
      groupBy: ['F', 'G'],
      quiet: 600_000,
      maxEpisode: 172_800_000,
      tests: [
        {
          name: 'one',
          type: 'nginx',
          lines: ['a', 'b'],
          events: [{ x: { y: 1 } }],
          alerts: [{ 'source.ip': '1.2.3.4', count: 2 }],
        },
        { name: 'test 2', lines: ['c'], alerts: [] },
      ],
    });
    expect(set.correlations[0]).toMatchObject({
      implicit: true,
      groupBy: ['F', 'G'],
      quiet: 600_000,
      timespan: 600_000,
      maxEpisode: 172_800_000,
      missingIsNull: true,
    });
  });

  test.each([
    ['groupby: [F]', 'did you mean `group-by`'],
    ['quiet: 10', 'write the unit too'],
    ['quiet: 1h30m', '`90m`'],
    ['tests: [{lines: [a]}]', 'alerts: 0'],
    ['tests: [{line: [a], alerts: 1}]', 'did you mean `lines`'],
  ])('%s is refused', (key, fix) => {
    expect(errors(load(text(key))).join('\n')).toContain(fix);
  });
});

test('without options a plain rule is event_count ≥ 1 by what its log source is about', () => {
  const group = (logsource: string): readonly string[] | undefined =>
    load(`title: T\nlevel: low\nlogsource: ${logsource}\ndetection:\n  s: {F: a}\n  condition: s\n`, { mapping: true })
      .correlations[0]?.groupBy;
  expect(group('{category: webserver}')).toEqual(['source.ip']);
  expect(group('{category: firewall}')).toEqual(['source.ip']);
  expect(group('{product: linux, service: sshd}')).toEqual(['source.ip', 'user.name']);
  expect(group('{product: okta, service: okta}')).toEqual(['source.ip', 'user.name']);
  expect(group('{product: linux, category: process_creation}')).toEqual(['host.name', 'user.name']);
  expect(group('{product: windows, category: dns_query}')).toEqual(['host.name', 'user.name']);
});

test.each([
  ['tags: [a, b\nlevel: low\n', 'close the bracket that was opened before'],
  ['title: x\n  level: low\n', 'align the key below it with its own'],
  ['tags:\n  - a\n - b\n', 'align the dashes of one list in one column'],
  ['detection:\n  s:\n    a: *foo*\n', "quoted: '*foo*'"],
])('broken YAML %j is told with what mends it', (broken, fix) => {
  expect(errors(load(broken))[0]).toContain(fix);
});
