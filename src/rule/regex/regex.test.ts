import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { growth, LINEAR } from '../../../test/support/growth.js';
import { compileRegex, type LinearRegex } from './regex.js';
import type { TextNeed } from './need.js';

function compiled(source: string, flags = ''): LinearRegex {
  const regex = compileRegex(source, flags);
  if (regex.kind === 'fault') throw new Error(regex.reason);
  return regex;
}

describe('regular expressions', () => {
  test.each([
    ['foo', 'a foo b', true],
    ['^foo', 'a foo', false],
    ['foo$', 'a foo', true],
    ['Foo', 'foo', false],
    ['(?i)Foo', 'foo', true],
    ['(a|b)c', 'xbc', true],
    ['(a|b)c', 'xa', false],
    ['.*foo.*', 'x foo y', true],
    ['\\s+foo\\d{2,}', ' foo12', true],
    ['\\s+foo\\d{2,}', 'foo12', false],
    ['x(ab){2}', 'xabab', true],
    ['x(ab){2}', 'xab', false],
    ['[^]]+z', 'az', true],
    ['a\\.b', 'a.b', true],
    ['\\Aabc\\z', 'abc', true],
    ['[[:digit:]]x', '1x', true],
    ['^(?!.*bad).*good', 'very good', true],
    ['^(?!.*bad).*good', 'bad good', false],
    ['foo$', 'foo\n', true],
    ['foo$', 'foo\n\n', false],
    ['foo$', 'foo\r\n', false],
    ['^$', '\n', true],
    ['(?m)foo$', 'foo\nb', true],
    ['foo\\$', 'foo\n', false],
    ['foo[$]', 'foo\n', false],
    ['foo\\Z', 'foo', true],
    ['foo\\Z', 'foo\n', true],
    ['foo\\Z', 'foo\nb', false],
    ['(?m)foo\\Z', 'foo\nb', false],
    ['(?m)^foo\\Z', 'b\nfoo\n', true],
    ['foo\\z', 'foo\n', false],
    ['a[]$]b', 'a]b', true],
    ['a[]$]b', 'a\n', false],
    ['fo(?#an o)+$', 'fooo', true],
    ['\\Q(?#$\\Ex', '(?#$x', true],
  ])('%s on %j: %s', (source, text, matched) => {
    expect(compiled(source).test(text)).toBe(matched);
  });

  test('flags i, m and s', () => {
    expect(compiled('foo', 'i').test('FOO')).toBe(true);
    expect(compiled('^b', 'm').test('a\nb')).toBe(true);
    expect(compiled('^b').test('a\nb')).toBe(false);
    expect(compiled('a.b', 's').test('a\nb')).toBe(true);
    expect(compiled('a.b').test('a\nb')).toBe(false);
  });

  test.each(['(a)\\1', 'a(?=b*c)', '(?<!x+)y+z', 'a++b', '(?>a)', '(?P=n)'])(
    '%s is refused by name, with a fix',
    (source) => {
      expect(compileRegex(source, '')).toMatchObject({
        kind: 'fault',
        reason: expect.stringContaining('linear') as string,
      });
    },
  );

  test('a possessive quantifier is told how to be written', () => {
    expect(compileRegex('a*+b', '')).toMatchObject({ fix: expect.stringContaining('second `+`') as string });
    expect(compileRegex('(?>a)b', '')).toMatchObject({ fix: expect.stringContaining('(?:…)') as string });
  });

  test.each(['(', '(?#a', '[$', '[a', 'a{2,1}', '*a', 'a\\'])('%s is refused as unreadable', (source) => {
    expect(compileRegex(source, '')).toMatchObject({ kind: 'fault' });
  });

  test.each([
    ['foo.*bar', 're2'],
    ['(a+)+$', 're2'],
    ['b(a|aa)+$', 're2'],
    ['\\d+\\d+x', 're2'],
    ['q(x|y)*z', 're2'],
    ['^.*a.*b', 're2'],
    ['qa{1,200}a{1,200}q', 're2'],
    ['(?:a?){60}b', 're2'],
    ['foo', 'native'],
    ['.*foo', 'native'],
    ['^foo.*bar', 'native'],
    ['\\\\Users\\\\[^\\\\]+\\\\x', 'native'],
    ['(\\d{1,3}\\.){3}\\d', 'native'],
  ])('%s runs on %s', (source, engine) => {
    expect(compiled(source).engine).toBe(engine);
  });

  test.each([
    ['foo.*barbar', 'foo & barbar'],
    ['(?i)FooBar', 'foobar'],
    ['a(bcd)e', 'abcde'],
    ['abc|def', 'abc | def'],
    ['abc|d*', undefined],
    ['-(W|R)\\s?x', '(-w | -r) & x'],
    ['a[bc]d', 'abd | acd'],
    ['a[Bb]d', 'abd'],
    ['a[b-z]d', 'a & d'],
    ['(abc)?d', 'd | abcd'],
    ['(abc)+d', 'abc & abcd'],
    ['(a.b|c)d', '((a & b) | c) & d'],
    ['ab+c', 'ab & bc'],
    ['ab{2}c*', 'ab & b'],
    ['ab{0}c', 'ac'],
    ['x*', undefined],
    ['^a\\bb$', 'ab'],
    ['a(?=b)c', 'a & c'],
    ['\\.exe\\s', '.exe'],
    ['(?i)mask.*[lk]ma', 'ma & ma'],
    ['é.a', 'a'],
    ['(a|b|c|d)(a|b|c|d)(a|b|c|d)', /^\(aa \| ab .*\) & \(a \| b \| c \| d\)$/],
  ])('%s needs %s', (source, need) => {
    if (need instanceof RegExp) expect(written(compiled(source).need)).toMatch(need);
    else expect(written(compiled(source).need)).toBe(need);
  });

  test('a native expression that is not linear is told by the measure used below', () => {
    expect(growth((size) => /\s+$/.test(`${' '.repeat(size)}x`), 8192)).toBeGreaterThan(LINEAR);
  });

  const units = ['a', 'foo', ' ', '\\a', 'ab', '1.'];
  test.each([
    '(a+)+$',
    '(a|a)*b',
    '(a|aa)+$',
    '(.*a){12}',
    'foo.*bar',
    '.*foo.*bar.*baz',
    '\\s+$',
    '^\\s+|\\s+$',
    '(x+x+)+y',
    '([a-z]+)*=',
    'a*a*a*a*b',
    '^(a?){30}a{30}$',
    '(\\d+\\.?)+x',
    '[^\\\\]+\\\\[^\\\\]+x',
    '(?:\\w+\\W+){10}z',
    '\\w+@\\w+',
    '(a{1,10}){1,10}b',
    '(?i)(a+)+$',
    '(?:a|b|ab)*c',
  ])('%s is linear on 64 KiB texts made to hurt it', (source) => {
    const regex = compiled(source);
    const test = (size: number): void => {
      for (const unit of units) regex.test(unit.repeat(size / unit.length));
    };
    expect(growth(test, 16_384)).toBeLessThan(LINEAR);
  });
});

test('every text that matches holds what is needed, lower-cased', () => {
  const { source } = fc.letrec<{ source: string; item: string }>((tie) => ({
    source: fc.array(tie('item'), { minLength: 1, maxLength: 4 }).map((items) => items.join('')),
    item: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('a', 'k', 's', 'A', '-', '.', '[ab]', '[A-Ca]', '[^b]', '\\.', '^', '$', '\\b', '(?=a)'),
      fc
        .tuple(fc.constantFrom('a', 'k', 's', '[ab]', '(?:as|k)'), fc.constantFrom('+', '*', '?', '{2}', '{0,2}', '+?'))
        .map((parts) => parts.join('')),
      fc
        .tuple(tie('source'), fc.constantFrom('', '+', '*', '?', '{2}'))
        .map(([inner, bounds]) => `(${inner})${bounds}`),
      fc.tuple(tie('source'), tie('source')).map(([one, other]) => `(${one}|${other})`),
    ),
  }));
  const text = fc.array(fc.constantFrom('a', 'k', 's', 'A', 'S', '-', '.', 'b', 'ſ', 'K', 'İ', 'Σ'), { maxLength: 8 });
  let held = 0;
  fc.assert(
    fc.property(source, fc.constantFrom('', 'i'), fc.array(text, { minLength: 10 }), (written, flags, texts) => {
      const regex = compileRegex(written, flags);
      if (regex.kind === 'fault' || regex.need === undefined) return;
      for (const characters of texts) {
        const whole = characters.join('');
        if (!regex.test(whole)) continue;
        held++;
        expect(isMet(regex.need, whole.toLowerCase())).toBe(true);
      }
    }),
    { numRuns: 3000 },
  );
  expect(held).toBeGreaterThan(500);
});

test('a large expression is compiled when it is needed, and is what RE2 takes', () => {
  const sources = [
    '(x[a-z]{0,900}.*y)+z',
    '(a{10}|b){1,50}.*c',
    '(?:[0-9]{1,3}\\.){30}.*(q+w)*',
    '((ab){20}c){20}.*d+x',
  ];
  for (const source of sources) expect(compiled(source).test('nothing of it')).toBe(false);
  expect(compiled('(x[a-z]{3,900}.*y)+z').test('xabcdyz')).toBe(true);
  expect(compileRegex('((a{20}){20}){20}.*(b+c)*', '')).toMatchObject({ kind: 'fault' });
});

function isMet(need: TextNeed, text: string): boolean {
  if (typeof need === 'string') return text.includes(need);
  return need.all ? need.items.every((item) => isMet(item, text)) : need.items.some((item) => isMet(item, text));
}

function written(need: TextNeed | undefined): string | undefined {
  if (need === undefined || typeof need === 'string') return need;
  return need.items
    .map((item) => (typeof item === 'string' ? item : `(${written(item)})`))
    .join(need.all ? ' & ' : ' | ');
}
