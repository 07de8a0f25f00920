import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Codes } from './codes.js';
import { Words } from './words.js';

const NAMES = ['LOG', 'LOCATION', 'DEBUG', 'DEBUG1', 'DEBUG2', 'SRC', 'SPT', 'SEQ', 'ID', 'IN', 'A'];

describe('words', () => {
  const words = new Words(NAMES.map((name) => [name, name]));
  const codes = new Codes();

  it('finds each word and nothing else', () => {
    const other = fc.string({ unit: fc.constantFrom('L', 'O', 'G', 'D', 'E', 'B', 'U', '1', 'S', 'R', 'C', 'é', ' ') });
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...NAMES), other), fc.nat({ max: 3 }), (word, before) => {
        const bytes = codes.load(`${'x'.repeat(before)}${word}=1`);
        expect(words.of(bytes, before, before + word.length)).toBe(NAMES.includes(word) ? word : undefined);
      }),
    );
  });

  it('refuses words that it could not tell from each other', () => {
    const alike = [
      ['abcdef', 1],
      ['abxdef', 2],
    ] as const;
    expect(() => new Words(alike)).toThrow('too much alike');
  });
});
