import { describe, expect, test } from 'vitest';
import { DASH, expandDashes, hasWildcard, markDashes, parsePattern, patternSource } from './pattern.js';
import { ANY, ONE } from './types.js';

describe('escapes and wildcards (Sigma Rules Specification 2.0, "Escaping")', () => {
  test.each([
    ['plain', ['plain']],
    ['', []],
    ['*', [ANY]],
    ['a*b', ['a', ANY, 'b']],
    ['prog?.exe', ['prog', ONE, '.exe']],
    ['a**b', ['a', ANY, 'b']],
    ['a??b', ['a', ONE, ONE, 'b']],
    [String.raw`C:\Windows\x`, [String.raw`C:\Windows\x`]],
    [String.raw`C:\\Windows`, [String.raw`C:\Windows`]],
    [String.raw`\*`, ['*']],
    [String.raw`\?`, ['?']],
    [String.raw`\\*`, ['\\', ANY]],
    [String.raw`\\?`, ['\\', ONE]],
    [String.raw`\\\*`, [String.raw`\*`]],
    [String.raw`\\\x`, [String.raw`\\x`]],
    [String.raw`\\\\x`, [String.raw`\\x`]],
    ['tail\\', ['tail\\']],
    [String.raw`tail\\`, ['tail\\']],
    [String.raw`tail\\\\`, [String.raw`tail\\`]],
    [String.raw`\\\\*`, [String.raw`\\`, ANY]],
    [String.raw`\d+`, [String.raw`\d+`]],
    [String.raw`*\cmd.exe`, [ANY, String.raw`\cmd.exe`]],
    [String.raw`a\*b*c`, ['a*b', ANY, 'c']],
  ])('%s', (text, parts) => {
    expect(parsePattern(text)).toEqual(parts);
  });

  test('an escaped wildcard is none', () => {
    expect(hasWildcard(parsePattern(String.raw`a\*`))).toBe(false);
    expect(hasWildcard(parsePattern('a*'))).toBe(true);
  });
});

describe('windash', () => {
  test('marks flags, not the dashes within words and paths', () => {
    expect(markDashes(['foo-bar -x /y a/b'])).toEqual(['foo-bar ', DASH, 'x ', DASH, 'y a/b']);
    expect(markDashes(['--flag'])).toEqual(['-', DASH, 'flag']);
    expect(markDashes(['–s'])).toEqual([DASH, 's']);
    expect(markDashes(['- x'])).toEqual(['- x']);
  });

  test('every dash becomes each of the five', () => {
    expect(expandDashes([ANY, DASH, 's'])).toEqual(['-', '/', '–', '—', '―'].map((dash) => [ANY, `${dash}s`]));
    expect(expandDashes([DASH, 'a ', DASH, 'b'])).toHaveLength(25);
  });
});

test('a pattern as a regular expression is anchored where it has no wildcard', () => {
  expect(patternSource([ANY, 'a.b', DASH])).toBe('a\\.b[-/–—―]$');
  expect(patternSource(['a', ANY, 'b', ONE])).toBe('^a[\\s\\S]*b[\\s\\S]$');
});
