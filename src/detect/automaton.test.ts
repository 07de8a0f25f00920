import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Automaton } from './automaton.js';
import { Hits } from './hits.js';
import { fold } from './text.js';
import type { Literal } from './trie.js';

const word = fc.array(fc.constantFrom('a', 'b', 'ab', '1', '\\', 'é'), { minLength: 1, maxLength: 6 });
const literal = fc.record({ text: word.map((parts) => parts.join('')), start: fc.boolean(), end: fc.boolean() });
const texts = fc.array(fc.array(fc.constantFrom('a', 'B', 'Ab', '1', '\\', '.', 'É', 'σ')), { minLength: 1 });

function isIn({ text, start, end }: Literal, value: string): boolean {
  if (start && end) return value === text;
  if (start) return value.startsWith(text);
  return end ? value.endsWith(text) : value.includes(text);
}

function found(automaton: Automaton, text: string, size: number): number[] {
  const hits = new Hits(size);
  hits.begin();
  if (!automaton.run(text, hits)) automaton.runWide(fold(text), hits);
  return [...hits.list.subarray(0, hits.count)].sort((a, b) => a - b);
}

test('finds what is in a text, whatever came before and whichever literals are listened for', () => {
  fc.assert(
    fc.property(
      fc.array(literal, { minLength: 1, maxLength: 30 }),
      fc.array(fc.tuple(fc.array(fc.nat(29)), texts), { minLength: 1, maxLength: 4 }),
      (shapes, rounds) => {
        const literals = shapes.map((shape, atom) => ({ ...shape, atom }));
        let deaf = new Set<number>();
        const automaton = new Automaton(literals, (atom) => !deaf.has(atom));
        for (const [silent, values] of rounds) {
          deaf = new Set(silent);
          automaton.retune();
          for (const parts of values) {
            const text = parts.join('');
            const expected = literals.filter((one) => !deaf.has(one.atom) && isIn(one, fold(text)));
            expect(found(automaton, text, literals.length)).toEqual(expected.map(({ atom }) => atom));
          }
        }
      },
    ),
    { numRuns: 500 },
  );
});
