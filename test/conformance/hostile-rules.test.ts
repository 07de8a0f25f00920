import { describe, expect, test, vi } from 'vitest';
import { loadRules } from '../../src/rule/load.js';
import type { RuleSet } from '../../src/rule/types.js';

// What is not linear takes longer than this; the machine may be slow or busy.
vi.setConfig({ testTimeout: 60_000 });

function load(text: string): RuleSet {
  return loadRules([{ file: 'bomb.yml', text }], { mapping: true });
}

const HEAD = 'title: T\nid: b\nlevel: low\nlogsource: {category: c}\ndetection:\n  condition: s\n  s:\n';

describe('rule bombs', () => {
  test.each([
    [
      'nested brackets that abort the parser',
      '['.repeat(20_000) + ']'.repeat(20_000) + '\n' + '['.repeat(2_000) + ']'.repeat(2_000),
    ],
    ['nested braces', `a: ${'{a: '.repeat(5_000)}1${'}'.repeat(5_000)}`],
    ['nested dashes on a line', '- '.repeat(50_000) + 'a'],
    ['nested question marks', '? '.repeat(50_000) + 'a'],
    ['deep indentation', Array.from({ length: 400 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['pairs in pairs inside brackets', `[${'a: '.repeat(50_000)}]`],
    ['pairs in pairs inside braces in brackets', `[b, {c: ${'[d, a: '.repeat(90)}{${'a: '.repeat(90)}`],
    ['pairs in pairs over brackets', `[${'a: '.repeat(60)}[${'a: '.repeat(60)}`],
    ['unclosed brackets', '['.repeat(100_000)],
    ['too large', `# ${'x'.repeat(2 ** 20)}`],
  ])('%s: refused', (_, text) => {
    const set = load(text);
    expect(set.rules).toEqual([]);
    expect(set.problems[0]).toMatchObject({ severity: 'error', file: 'bomb.yml' });
  });

  test('many brackets that are not nested are read', () => {
    const set = load(`${HEAD}    F: [${Array.from({ length: 300 }, () => "'[['").join(', ')}]\n`);
    expect(set.problems).toEqual([]);
  });

  test('pairs in braces by the hundred on a line are read: they are not nested', () => {
    const pairs = (from: number): string => Array.from({ length: 150 }, (_, i) => `k${from + i}: [v, w]`).join(', ');
    expect(load(`${HEAD}    - {${pairs(0)}}\n    - {${pairs(0)},\n       ${pairs(200)}}\n`).problems).toEqual([]);
  });

  test('aliases of aliases are bounded', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 20; i++)
      lines.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(', ')}]`);
    expect(load(lines.join('\n')).problems[0]).toMatchObject({ code: 'rule.yaml.size' });
    expect(load('a: &a\n  b: *a\n').problems[0]).toMatchObject({ code: 'rule.yaml.alias' });
  });

  test('50,000 keys in one map are handled, a duplicate among them found', () => {
    const keys = Array.from({ length: 50_000 }, (_, i) => `    k${i}: v`).join('\n');
    expect(load(HEAD + keys).rules).toHaveLength(1);
    expect(load(`${HEAD}${keys}\n    k7: w\n`).problems).toMatchObject([{ code: 'rule.yaml.duplicate' }]);
  });

  test('500,000 quotation marks, and as many anchors: refused before the parser sees them', () => {
    for (const text of ['"'.repeat(500_000), `F: "${'" "'.repeat(150_000)}"`, '&a '.repeat(200_000)]) {
      expect(load(text).problems[0]).toMatchObject({ severity: 'error', code: 'rule.yaml.size' });
    }
  });

  test('expressions with large counts by the thousand: refused as too large together', () => {
    const expressions = Array.from({ length: 5_000 }, (_, i) => `      - '(x${i}[a-z]{0,900}.*y)+z{1,1000}'`).join(
      '\n',
    );
    const { rules, problems } = load(`${HEAD}    F|re:\n${expressions}`);
    expect(rules).toEqual([]);
    expect(problems[0]).toMatchObject({ code: 'rule.regex' });
    expect(problems[0]?.reason).toContain('repetitions written out');
    const few = expressions.split('\n').slice(0, 20).join('\n');
    expect(load(`${HEAD}    F|re:\n${few}`).problems).toEqual([]);
  });

  test('a list of 5,000 values with wildcards is handled', () => {
    const values = Array.from({ length: 5_000 }, (_, i) => `      - '*a?${i}*b\\*'`).join('\n');
    expect(load(`${HEAD}    F|contains:\n${values}`).rules).toHaveLength(1);
  });

  test('10,000 documents, 20,000 selections, a long condition', () => {
    load('a: b\n---\n'.repeat(10_000));
    const selections = Array.from({ length: 20_000 }, (_, i) => `  s${i}: {F: a}`).join('\n');
    expect(
      load(`title: T\nlevel: low\nlogsource: {category: c}\ndetection:\n${selections}\n  condition: 1 of s*\n`).rules,
    ).toHaveLength(1);
    const unknown = Array.from({ length: 3_000 }, (_, i) => `zz${i}`).join(' or ');
    expect(
      load(`title: T\nlevel: low\nlogsource: {category: c}\ndetection:\n${selections}\n  condition: ${unknown}\n`)
        .problems,
    ).toHaveLength(50);
    const again = `${Array.from({ length: 9_000 }, () => '1 of s*').join(' or ')}`;
    const many = Array.from({ length: 100 }, (_, i) => `  s${i}: {F: a}`).join('\n');
    const set = load(`title: T\nlevel: low\nlogsource: {category: c}\ndetection:\n${many}\n  condition: ${again}\n`);
    expect(set.problems[0]?.reason).toMatch(/tests|too long/);
  });

  test('windash and placeholders do not explode', () => {
    expect(load(`${HEAD}    F|windash: '${'-a '.repeat(500)}'\n`).rules).toHaveLength(1);
    expect(load(`${HEAD}    F|windash|base64: '${'-a '.repeat(50)}'\n`).problems[0]?.reason).toContain(
      'too many variants',
    );
  });

  test('documents repeated by the thousand, filters for everything', () => {
    const repeats = Array.from({ length: 6_000 }, (_, i) => `---\naction: repeat\nid: r${i}\nk${i}: 1\n`).join('');
    expect(load(`${HEAD}    F: a\n${repeats}`).problems[0]?.reason).toContain('repeats too much');
    const globals = Array.from({ length: 6_000 }, (_, i) => `---\naction: global\nx${i}: 1\n`).join('');
    expect(load(`action: global\nid: g\n${globals}`).problems[0]?.reason).toContain('repeats too much');
    const inner = Array.from({ length: 3_000 }, (_, i) => `---\naction: global\ndetection: {s${i}: {F: a}}\n`).join('');
    const heirs = '---\ndetection: {condition: s1}\n'.repeat(2_000);
    expect(load(`action: global\nid: g\n${inner}${heirs}`).problems[0]?.reason).toContain('repeats too much');
    const rules = Array.from({ length: 1_000 }, (_, i) => `${HEAD.replace('id: b', `id: b${i}`)}    F: a\n---\n`);
    const filters = Array.from(
      { length: 1_000 },
      (_, i) => `title: f\nlogsource: {category: c}\nfilter: {rules: any, s: {G: ${i}}, condition: not s}\n---\n`,
    );
    const set = load([...rules, ...filters].join(''));
    expect(set.rules).toHaveLength(1_000);
    expect(set.problems.map(({ reason }) => reason)).toContainEqual(expect.stringContaining('200000 conditions'));
  });

  test('errors by the thousand are cut', () => {
    const keys = Array.from({ length: 5_000 }, (_, i) => `    k${i}|nope: v`).join('\n');
    expect(load(HEAD + keys).problems.length).toBeLessThanOrEqual(50);
  });
});

test('no bytes whatever make the reader throw', () => {
  let seed = 7;
  const next = (limit: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    return seed % limit;
  };
  const pieces = [
    'title: T\n',
    'detection:\n',
    '  s: ',
    'condition: s\n',
    '---\n',
    '- ',
    '? ',
    ': ',
    '&a ',
    '*a ',
    '!x ',
    '|',
    '>\n',
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    'F|re: (',
    'correlation:\n',
    '  type: temporal\n',
    'rules: [a]\n',
    'filter: any\n',
    '%YAML 1.1\n',
    '\t',
    '\u0000',
    '\ufeff',
    '\ud800',
    '<<: *a\n',
    'action: global\n',
    'null',
    '__proto__: 1\n',
    'constructor: {a: 1}\n',
  ];
  for (let i = 0; i < 3_000; i++) {
    const text = Array.from({ length: next(25) }, () => pieces[next(pieces.length)]).join('');
    expect(() => load(text), JSON.stringify(text)).not.toThrow();
  }
});

test('keys named like properties of objects are ordinary', () => {
  const set = load(`${HEAD}    __proto__: a\n    constructor|contains: b\n    toString: c\n`);
  expect(set.problems).toEqual([]);
  expect(set.rules[0]?.reads).toContain('__proto__');
  expect(load(`${HEAD}    F|constructor: b\n`).problems[0]?.reason).toContain('unknown modifier');
});
