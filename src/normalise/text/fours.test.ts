import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Codes } from './codes.js';
import { Fours, Latest, Recent } from './fours.js';

const codes = new Codes();
const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 4, maxLength: 256 });
const pieces = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', 'é') }), { maxLength: 3 });

describe('a text told by fours', () => {
  it('stands where it stands, and nowhere else', () => {
    fc.assert(
      fc.property(letters, pieces, fc.nat({ max: 260 }), (word, [before = '', behind = ''], change) => {
        const text = before + word + behind;
        codes.load(text);
        const fours = new Fours(word);
        for (let at = 0; at <= text.length; at++)
          expect(fours.stands(codes.view, at, text.length)).toBe(text.startsWith(word, at));
        expect(fours.stands(codes.view, before.length, before.length + word.length - 1)).toBe(false);
        const place = before.length + (change % word.length);
        codes.load(`${text.slice(0, place)}x${text.slice(place + 1)}`);
        expect(fours.stands(codes.view, before.length, text.length)).toBe(false);
      }),
    );
  });

  it('has four to 256 bytes', () => {
    expect(() => new Fours('abc')).toThrow('4 to 256');
    expect(() => new Fours('a'.repeat(257))).toThrow('4 to 256');
    expect(new Fours().stands(codes.view, 0, 10)).toBe(false);
  });
});

describe('names seen before', () => {
  const name = fc.oneof(
    letters,
    fc.constantFrom('', 'a', 'abc', 'é', 'abcdé', 'abcdè', 'a'.repeat(65), 'web1', 'web2'),
  );

  it('are what they are, however they follow each other', () => {
    const latest = new Latest();
    const recent = new Recent((text) => text);
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 8 }), (names) => {
        for (const one of names) {
          const text = `> ${one} <`;
          codes.load(text);
          const end = 2 + one.length;
          expect(recent.of(text, codes, 2, end)).toBe(one);
          const known = latest.end(codes, 2, 32);
          if (known >= 0) expect([known, latest.name]).toEqual([end, one]);
          else latest.learn(codes, 2, end, one);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('are found again', () => {
    const latest = new Latest();
    codes.load('> web1 <');
    latest.learn(codes, 2, 6, 'web1');
    expect(latest.end(codes, 2, 32)).toBe(6);
    codes.load('> web12 <');
    expect(latest.end(codes, 2, 32)).toBe(-1);
  });
});
