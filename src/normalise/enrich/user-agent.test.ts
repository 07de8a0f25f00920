import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requiredLiterals } from './literals.js';
import { definitions, readLists } from './uap.js';
import { readUserAgent } from './user-agent.js';

const file = readFileSync(createRequire(import.meta.url).resolve('uap-core/regexes.yaml'), 'utf8');

describe('the definitions', () => {
  it('of another form are refused with the line', () => {
    expect(() => readLists('a:\n  - regex: [1]\n    what\n')).toThrow('line 3');
    expect(() => readLists("- regex: 'a'")).toThrow('line 1');
    expect(() => readLists(" - regex: 'a'\nlist:")).toThrow('before any list');
  });
});

describe('the literals of an expression', () => {
  it.each([
    ['(Chrome)/(\\d+)', ['Chrome']],
    ['; (Android)[ /](\\d+)|Linux', ['Android', 'Linux']],
    ['Foo(?:bar)?baz+', ['Foo']],
    ['a\\.bc?d', ['a.b']],
    ['[abc]+\\d*', []],
    ['(?!not)yes', ['yes']],
    ['x{0,2}y{2}z', ['y']],
    ['(one|two|\\w)', []],
    ['^$', []],
    ['(?:Mobile|Tablet|)', []],
  ])('%s', (pattern, literals) => expect(requiredLiterals(pattern)).toEqual(literals));

  it('never hide a match: uap-core’s expressions on texts made of their own parts', () => {
    const { userAgents, systems, devices } = definitions();
    const all = [...userAgents, ...systems, ...devices];
    const words = [...new Set(file.match(/[A-Za-z][\w. -]{2,14}/g))];
    const part = fc.oneof(
      fc.constantFrom(...words),
      fc.constantFrom('Mozilla/5.0 (', 'Linux; Android 15; ', 'Windows NT 10.0', ') AppleWebKit/537.36', '/', ';', ' '),
      fc.nat(140).map((number) => `${number}.0`),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 12 }), (parts) => {
        const text = parts.join(' ');
        const lower = text.toLowerCase();
        for (const one of all) expect(one.match(text, lower)).toEqual(one.run(text));
      }),
      { numRuns: 25 },
    );
  });
});

describe('a user agent', () => {
  it.each([
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36',
      { name: 'Chrome', version: '133.0.0.0', system: { name: 'Windows', version: '10' }, device: 'Other' },
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Mobile/15E148 Safari/604.1',
      { name: 'Mobile Safari', version: '18.3', system: { name: 'iOS', version: '18.3' }, device: 'iPhone' },
    ],
    ['curl/8.5.0', { name: 'curl', version: '8.5.0', system: undefined, device: 'Other', isBot: false }],
    [
      'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
      { name: 'Googlebot', version: '2.1', device: 'Spider', isBot: true },
    ],
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0 Safari/537.36',
      { name: 'HeadlessChrome', isHeadless: true, isBot: false },
    ],
    ['nothing that anybody knows', { name: 'Other', version: undefined, system: undefined, device: 'Other' }],
  ])('%s', (text, said) => expect(readUserAgent(text)).toMatchObject(said));

  it('is remembered by no more than what is read of it', () => {
    const long = `Mozilla/5.0 ${'x'.repeat(2000)}`;
    expect(readUserAgent(`${long}1`)).toBe(readUserAgent(`${long}2`));
  });

  it('of any text is read without a throw, hostile ones in bounded time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => void readUserAgent(text)),
      { numRuns: 50 },
    );
    for (const part of [';', 'Build/', 'Mozilla/5.0 (', 'Android 1.', ' ', '1.', '__proto__']) {
      expect(readUserAgent(part.repeat(4000)).name).toBeTypeOf('string');
    }
  });
});
