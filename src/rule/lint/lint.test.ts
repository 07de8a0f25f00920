import { describe, expect, test } from 'vitest';
import { lintRules } from './lint.js';
import { loadRules } from '../load.js';

const HEAD =
  'title: T\nid: 6c1d6d5e-3f0b-4b1e-9a55-0d7f2f6a9d10\nname: r1\nstatus: test\ndescription: D\nauthor: A\ndate: 2026-01-01\nfalsepositives: [none]\nlevel: low\n' +
  'tags: [attack.t1110]\nlogsource: {product: windows, category: process_creation}\n';
const rule = (detection: string): string => `${HEAD}detection:\n${detection.replace(/^/gm, '  ')}\n`;
const lint = (text: string): readonly string[] =>
  lintRules([{ file: 'r.yml', text }], { mapping: true }).map(({ code, line, reason }) => `${code} ${line} ${reason}`);

test('a rule without doubts', () => {
  expect(lint(rule('s: {CommandLine|contains: mimikatz}\ncondition: s'))).toEqual([]);
});

describe('doubts', () => {
  test.each<[string, string, string]>([
    [
      'a selection never used',
      's: {A: abc}\nother: {B: abc}\ncondition: s',
      'lint.unused 14 no condition uses the selection `other`',
    ],
    ['an underscore selection never used', 's: {A: abc}\n_o: {B: abc}\ncondition: 1 of them', 'lint.unused 14'],
    ['a contradiction', 's: {A: abc}\ncondition: s and not s', 'lint.impossible 14 the condition can never be true'],
    [
      'a selection without effect',
      's: {A: abc}\nt: {B: abc}\ncondition: s or (s and t)',
      'lint.idle 15 the selection `t`',
    ],
    [
      'two selections that say the same',
      's: {A: abc, B: [x1, x2]}\nt: {B: [x2, x1], A: ABC}\ncondition: s or t',
      'lint.idle 14 the selection `t` changes nothing: `t` says the same as `s`',
    ],
    ['the same twice, joined by and', 's: {A: abc}\nt: {A: abc}\ncondition: all of them', 'lint.idle 14'],
    [
      'a selection that another contains',
      's: {A|contains: abc}\nt: {A|endswith: xabcx, B: x1}\ncondition: s or t',
      'lint.idle 14 the selection `t` changes nothing: whatever matches `t` matches `s` too',
    ],
    [
      'a selection that another asks already',
      's: {A|contains|all: [abcd, efgh]}\nt: {A|contains: bcd}\ncondition: s and t',
      'lint.idle 14 the selection `t` changes nothing: whatever matches `s` matches `t` too',
    ],
    [
      'of several that contain it, the one that matters',
      's: {A|startswith: abc}\nf: {A|startswith: abcd}\ng: {A|contains: bcd}\ncondition: s and not 1 of f* and not 1 of g*',
      'lint.idle 14 the selection `f` changes nothing: whatever matches `f` matches `g` too',
    ],
    [
      'a filter that takes everything away',
      's: {A: abc, B: x1}\nf: {A|startswith: ab}\ncondition: s and not f',
      'lint.impossible 15 the condition can never be true: whatever matches `s` matches `f` too',
    ],
    ['keywords contained', 's: [abc]\nt: [xabcx, yabcy]\ncondition: s or t', 'lint.idle 14'],
    [
      'missing and present',
      's: {A|exists: false, A|contains: abc}\ncondition: s',
      '`A` must be missing and have a value',
    ],
    [
      'one field, two texts',
      's: {A: abc, A|startswith: x}\ncondition: s',
      'lint.impossible 13 the selection can\'t be true: `A` must be "abc" and match "x*"',
    ],
    ['a text outside a network', 's: {A: 10.1.1.1, A|cidr: 11.0.0.0/8}\ncondition: s', '"10.1.1.1" and in 11.0.0.0/8'],
    ['a text and an expression', "s: {A: abc, A|re: '^x'}\ncondition: s", '"abc" and match /^x/'],
    [
      'one of two selections',
      's: {A: abc}\nt: {B: abc, B|endswith: x}\ncondition: s or t',
      "lint.impossible 14 the selection can't be true: `B`",
    ],
    [
      'two selections of one field',
      's: {A: abc, B: x1}\nt: {A: xyz, C: x1}\ncondition: s and t',
      'the condition can\'t be true: `A` must be "abc" and match "xyz"',
    ],
    ['an empty range', 's: {A|gt: 5, A|lt: 3, B: abc}\ncondition: s', 'no number of `A` is within its bounds'],
    ['a range of nothing', 's: {A|gt: 5, A|lte: 5, B: abc}\ncondition: s', 'no number of `A`'],
    ['a short pattern', 's: {A|contains: ab}\ncondition: s', 'lint.broad 13 the rule may match nearly everything'],
    ['one character', "s: {A|contains: '='}\ncondition: s", 'lint.broad 13'],
    ['one letter at the end', 's: {A|endswith: x}\ncondition: s', 'lint.broad 13'],
    ['one short alternative', 's: {A|contains: [abcd, e]}\ncondition: s', 'lint.broad'],
    ['a short keyword', 's: [ab]\ncondition: s', 'lint.broad'],
    ['only a negation', 's: {A: abc}\ncondition: not s', 'only says what must not be there'],
    ['only existence', 's: {A|exists: true}\ncondition: s', 'lint.broad'],
    ['an expression of anything', "s: {A|re: '.*'}\ncondition: s", 'matches any text'],
  ])('%s', (_title, detection, expected) => {
    const found = lint(rule(detection));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });

  test.each([
    ['a filter inside a selection', 's: {A|contains: abc}\nf: {A: xabc, B: x1}\ncondition: s and not f'],
    ['a field with and without case', 's: {A|contains: abc}\nt: {A|contains|cased: xyz}\ncondition: s or t'],
    ['case asked for', 's: {A|cased: Abc, B: x1}\nt: {A: abc, B: x2}\ncondition: s or t'],
    ['two fields', 's: {A: abc}\nt: {B: abc}\ncondition: s or t'],
    ['a wildcard between', "s: {A: 'ab*cd'}\nt: {A|contains: abcd}\ncondition: s or t"],
    [
      'negations are compared the other way round',
      's: {A|neq: abc, B: x1}\nt: {A|neq|contains: abc, B: x2}\ncondition: s or t',
    ],
  ])('none: %s', (_title, detection) => {
    expect(lint(rule(detection))).toEqual([]);
  });

  test('a condition that is always true', () => {
    const found = lint(rule('s: {A: abc}\ncondition: s or not s'));
    expect(found).toContainEqual(expect.stringMatching(/^lint\.impossible .*is true for every event$/));
  });

  test('missing meta data and techniques', () => {
    const text = rule('s: {A: abc}\ncondition: s').replace('status: test\n', '').replace('author: A\n', '');
    expect(lint(text)).toEqual([expect.stringContaining('the rule has no status, author')]);
    expect(lint(text.replace('attack.t1110', 'attack.execution'))).toContainEqual(expect.stringContaining('lint.tags'));
  });
});

describe('groups', () => {
  const correlation = (group: string): string =>
    `${rule('s: {A: abc}\ncondition: s')}---\n${HEAD.replace('id: 6', 'id: 7')
      .replaceAll('r1', 'c1')
      .replace(/logsource.*\n/u, '')}` +
    `correlation: {type: event_count, rules: [r1], group-by: [${group}], timespan: 5m, condition: {gte: 5}}\n`;

  test.each([
    ['user_agent.original', 'whatever the attacker writes'],
    ['http.request.referrer', 'whatever the attacker writes'],
    ['url.path', 'whatever the attacker writes'],
  ])('%s', (group, expected) => {
    expect(lint(correlation(group))).toEqual([expect.stringContaining(expected)]);
  });

  test('a name no table knows, where the source keeps none of its own', () => {
    const text = correlation('Wotsit').replace('product: windows, category: process_creation', 'category: webserver');
    expect(lint(text)).toEqual([expect.stringContaining('no log of category webserver is known to carry `Wotsit`')]);
    expect(lint(correlation('Wotsit'))).toEqual([]);
    expect(lint(correlation('source.ip'))).toEqual([]);
  });
});

describe('waived', () => {
  const text = rule('s: {A|contains: ab}\ncondition: s');

  test('with a reason', () => {
    expect(lint(`${text}sekisho: {lint: {ignore: {broad: the source has three lines a day}}}\n`)).toEqual([]);
  });

  test.each([
    ['{broad: }', 'the reason is missing'],
    ['{brod: why}', 'unknown key `brod`'],
  ])('%s is refused', (ignore, expected) => {
    const { problems } = loadRules([{ file: 'r.yml', text: `${text}sekisho: {lint: {ignore: ${ignore}}}\n` }], {
      mapping: true,
    });
    expect(problems).toEqual([
      expect.objectContaining({ severity: 'error', reason: expect.stringContaining(expected) as string }),
    ]);
  });
});

test('an id that is no UUID', () => {
  const text = rule('s: {CommandLine|contains: mimikatz}\ncondition: s').replace(/id: .*/, 'id: 1234');
  expect(lint(text)).toEqual(['lint.id 2 `1234` is no UUID']);
});

describe('few characters that tell much', () => {
  test.each([
    ["s: {CommandLine|contains: '😀'}"],
    ["s: {CommandLine|contains: 'а'}"],
    ["s: {CommandLine|contains: '^^'}"],
    ["s: {Image|endswith: '/w'}"],
    ["s: {CommandLine|endswith: ' '}"],
    ["s: {CommandLine|endswith: '='}"],
  ])('%s', (selection) => {
    expect(lint(rule(`${selection}\ncondition: s`))).toEqual([]);
  });
});

describe('names that look mistyped', () => {
  const near = (detection: string, change: (text: string) => string = (text) => text): readonly string[] =>
    lintRules([{ file: 'r.yml', text: change(rule(detection)) }], { mapping: true }).map(
      ({ code, line, column, reason, fix }) => `${code} ${line}:${column} ${reason}; ${fix}`,
    );

  test.each([
    ['a letter missing', 's: {CommandLne|contains: abc}', 'CommandLne', 'CommandLine'],
    ['two swapped', 's: {Imgae: abcd}', 'Imgae', 'Image'],
    ['in another case', 's: {commandline|contains: abc}', 'commandline', 'CommandLine'],
    ['with a dot before a modifier', 's: {Image.endswith: abcd}', 'Image.endswith', 'Image|endswith'],
    ['in a list of maps', 's: [{ParentImag: abcd}]', 'ParentImag', 'ParentImage'],
    ['of ECS', 's: {source.adress: abcd}', 'source.adress', 'source.address'],
    ['of ECS, swapped', 's: {user.nmae|contains: abcd}', 'user.nmae', 'user.name'],
  ])('a field, %s', (_how, selection, name, meant) => {
    const at = selection.indexOf(name) + 3;
    expect(near(`${selection}\ncondition: s`)).toEqual([
      `lint.field 13:${at} no log of this source is known to carry \`${name}\`; did you mean \`${meant}\`?`,
    ]);
  });

  test('a log source', () => {
    const found = near('s: {Image: abcd}\ncondition: s', (text) => text.replace('process_creation', 'proces_creation'));
    expect(found).toEqual([
      'lint.logsource 11:41 no log is known to have the category `proces_creation`; did you mean `process_creation`?',
    ]);
  });

  test('not names that are known, of a log’s own, far from all, or as they stand where the rule says so', () => {
    expect(
      near('s: {Image: abcd, acme.nam: abcd, process.nam.of: abcd, HiveName: abcd, Ima: abcd}\ncondition: s'),
    ).toEqual([]);
    // Each a letter away from another field of ECS, and one itself.
    expect(
      near(
        's: {process.vpid: 1, process.parent.pgid: 1, service.node.roles: ui, orchestrator.resource.ip: abcd}\ncondition: s',
      ),
    ).toEqual([]);
    expect(near('s: {Imgae: abcd}\ncondition: s', (text) => `${text}taxonomy: ecs\n`)).toEqual([]);
  });
});

test('a rule that asks about a list is not too broad', () => {
  const text = rule('s: {CommandLine|exists: true}\ncondition: s');
  expect(lint(text)).toEqual([expect.stringContaining('lint.broad')]);
  expect(lint(`${text}sekisho: { where: { 'source.ip|list': tor } }\n`)).toEqual([]);
});

test('a list asked about in a detection is refused with the way it is asked', () => {
  const { problems } = loadRules([{ file: 'r.yml', text: rule('s: {source.ip|list: tor}\ncondition: s') }], {
    mapping: true,
  });
  expect(problems).toMatchObject([
    { fix: expect.stringContaining("`sekisho: { where: { 'source.ip|list': name } }`") as string },
  ]);
});

describe('values written for something else', () => {
  test.each([
    ["Image|re: '/a.exe$/i'", "write `re|i: 'a.exe$'`"],
    ["Image|re: '/^abcd/'", "write `re: '^abcd'`"],
    ["Image|contains: '.*abcd'", 'write `*`'],
  ])('%s', (value, fix) => {
    const found = lintRules([{ file: 'r.yml', text: rule(`s: {${value}}\ncondition: s`) }], { mapping: true });
    expect(found).toMatchObject([{ code: 'lint.value', line: 13, fix: expect.stringContaining(fix) as string }]);
  });

  test.each([
    ['s: user.name = root', 'write `user.name: root` if you mean the field'],
    ['s: [whoami, odd_name == 7]', 'write `odd_name: 7`'],
    ['s: Image|endswith=cmd.exe', 'write `Image|endswith: cmd.exe`'],
    ['s: CommandLine:whoami', 'write `CommandLine: whoami`'],
  ])('%s is a keyword, perhaps meant as a field', (selection, fix) => {
    const found = lintRules([{ file: 'r.yml', text: rule(`${selection}\ncondition: s`) }], { mapping: true });
    expect(found).toMatchObject([{ code: 'lint.value', line: 13, fix: expect.stringContaining(fix) as string }]);
  });

  test('what is named keywords is meant as keywords', () => {
    const text = rule(
      "keywords: ['user=root', CommandLine = whoami, 'Image:x']\nfilter_keyword: [c = abcd]\ncondition: keywords and not filter_keyword",
    );
    expect(lintRules([{ file: 'r.yml', text }], { mapping: true })).toEqual([]);
  });

  test.each(['s: type=EXECVE', 's: [select * from x = 1, http://abcd]', "s: {Image: 'a = b'}", 's: "= abcd"'])(
    '%s has no such look',
    (selection) => {
      expect(lintRules([{ file: 'r.yml', text: rule(`${selection}\ncondition: s`) }], { mapping: true })).toEqual([]);
    },
  );

  test.each(["Image|re: '/usr/bin/'", "Image|re: '.*abcd'", "Image|contains: 'abcd.*'", "Image|re: '/a/b'"])(
    '%s is as it should be',
    (value) => {
      expect(lint(rule(`s: {${value}}\ncondition: s`))).toEqual([]);
    },
  );
});
