import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fields } from '../event/index.js';
import { Codes, decimalIn, Memo } from './text/codes.js';
import { LearnedShape } from './learned-shape.js';
import { setRows } from './format/mapped.js';
import { lower, number, text } from './raw.js';
import { compileCopier, compileSetter, compileShape, type SetterRow } from './shape.js';
import { Clock } from './time/time.js';

describe('a compiled shape', () => {
  it('makes objects of its names and of the values told', () => {
    expect(compileShape(['a.b', 'toString', 'c d'])?.([1, 'x', null])).toEqual({
      'a.b': 1,
      toString: 'x',
      'c d': null,
    });
    expect(compileShape(['a', 'b', 'c'], [2, -1, 0])?.(['x', 'y', 'z'])).toEqual({ a: 'z', b: undefined, c: 'x' });
  });
  it.each([
    ['a quotation mark', ['a"+x+"']],
    ['a backslash', ['a\\']],
    ['a line end', ['a\nb']],
    ['a line separator', ['a\u2028']],
    ['a prototype', ['__proto__']],
    ['the same name twice', ['a', 'a']],
    ['an empty name', ['']],
    ['too many names', Array.from({ length: 241 }, (_, index) => `n${index}`)],
  ])('is refused for %s', (_, names) => {
    expect(compileShape(names)).toBeUndefined();
  });
});

it('a compiled shape can leave out what is blank', () => {
  const make = compileShape(['a', 'b', 'c', 'd', 'e'], [0, 1, 2, 3, -1], true);
  expect(make?.(['', null, '-', false])).toEqual({ a: undefined, b: undefined, c: '-', d: false, e: undefined });
});

describe('a compiled setter', () => {
  it('sets what the rows set one by one', () => {
    const name = fc.constantFrom('a', 'b', 'c.d', 'e f');
    const row: fc.Arbitrary<SetterRow> = fc.oneof(
      fc.tuple(name, fc.array(name, { minLength: 1, maxLength: 3 })),
      fc.tuple(name, fc.array(name, { minLength: 1, maxLength: 3 }), fc.constantFrom(text, lower, number)),
    );
    const value = fc.constantFrom(undefined, null, '', '-', 'X', '17', 0, 5, true, [], ['A'], ['']);
    const object = fc.dictionary(name, value) as fc.Arbitrary<Fields>;
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), object, object, (rows, to, from) => {
        const compiled = { ...to };
        const expected = { ...to };
        compileSetter(rows)?.(compiled, from);
        setRows(expected, from, rows);
        expect(compiled).toStrictEqual(expected);
      }),
    );
  });
  it.each(['toString', '__proto__', 'a"', ''])('is refused for the name %j', (name) => {
    expect(compileSetter([['a', [name]]])).toBeUndefined();
    expect(compileSetter([[name, ['a']]])).toBeUndefined();
  });
});

describe('a learned shape', () => {
  it('makes events of their head, with what other events had still undefined', () => {
    const shape = new LearnedShape(['a', 'b']);
    for (let event = 0; event < 100; event++) {
      const fields = shape.event([1, undefined]);
      expect({ ...fields, c: undefined }).toEqual({ a: 1, b: undefined, c: undefined });
      fields['c'] = event;
      shape.learn(fields);
    }
    expect(Object.keys(shape.event([1, 2]))).toEqual(['a', 'b', 'c']);
  });
  it('learns no more names than a shape has', () => {
    const shape = new LearnedShape(['a']);
    for (let event = 0; event < 600; event++) shape.learn({ [`n${event}`]: 1 });
    expect(shape.event(['x'])['a']).toBe('x');
    expect(Object.keys(shape.event(['x'])).length).toBeLessThanOrEqual(127);
  });
});

const encoder = new TextEncoder();

describe('bytes', () => {
  it('read decimal numbers as Number does', () => {
    const digits = fc.stringMatching(/^\d{1,12}$/);
    const text = fc.oneof(
      fc.tuple(digits, digits).map((parts) => parts.join('.')),
      digits,
      fc.string({ maxLength: 6 }),
    );
    fc.assert(
      fc.property(text, (written) => {
        const bytes = encoder.encode(written);
        const isSafe = Number(written.replace('.', '')) <= Number.MAX_SAFE_INTEGER;
        const isNumber = /^\d{1,15}$/.test(written) || (/^\d{1,15}\.\d{1,15}$/.test(written) && isSafe);
        expect(decimalIn(bytes, 0, bytes.length)).toBe(isNumber ? Number(written) : undefined);
      }),
    );
  });
  it('read a time as its text does, whichever was read before', () => {
    const stamp = fc
      .tuple(
        fc.constantFrom('2026-11-23', '2026-11-24', '2026-02-29', '2026-99-01'),
        fc.constantFrom('T', ' ', 'x'),
        fc.constantFrom('06:39:04', '23:59:60', '24:00:01', ' 1:02:03'),
        fc.constantFrom('', '.1', '.123', '.123456789', '.', ',5'),
        fc.constantFrom('Z', '+01:00', '', ' Z', 'z'),
        fc.constantFrom('', ' host'),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(stamp, { maxLength: 6 }), (stamps) => {
        const [clock, codes] = [new Clock('Europe/Berlin'), new Codes()];
        for (const text of stamps) {
          const time = clock.isoIn(codes.load(text), text, 0, text.length);
          const { end } = clock;
          const other = new Clock('Europe/Berlin');
          expect(time).toEqual(other.iso(text, 0));
          if (!Number.isNaN(time)) expect(end).toBe(other.end);
        }
      }),
    );
  });
  it('are remembered as names without mixing them up', () => {
    const name = fc.oneof(fc.constantFrom('sshd', 'sshe', 'ashd', '', 'é', 'web1'), fc.string({ maxLength: 70 }));
    fc.assert(
      fc.property(fc.array(name, { maxLength: 20 }), (names) => {
        const [memo, codes] = [new Memo(), new Codes()];
        for (const text of [...names, ...names]) {
          expect(memo.of(text, codes.load(text), 0, text.length)).toBe(text);
        }
      }),
    );
  });
});

describe('a copier', () => {
  it('copies what is told and not yet set, by the names it was made of', () => {
    const copy = compileCopier(
      ['a', 'b', 'c', 'd', 'e'].map((name) => [`x.${name}`, name]),
      true,
    );
    const to: Fields = { 'x.c': 'set', 'x.e': null };
    copy?.(to, { a: 1, b: '-', c: 'other', d: undefined, e: true }, '-');
    expect(to).toEqual({ 'x.a': '1', 'x.c': 'set', 'x.e': 'true' });
    const plain: Fields = { a: null };
    compileCopier(
      [
        ['a', 'a'],
        ['b', 'b'],
      ],
      false,
    )?.(plain, { a: 1, b: 2 }, undefined);
    expect(plain).toEqual({ a: null, b: 2 });
  });

  it.each(['"', "a'b\\", '__proto__', 'constructor', 'toString', 'é', ''])('is not made of the name %s', (name) => {
    expect(compileCopier([[name, 'a']], false)).toBeUndefined();
    expect(compileCopier([['a', name]], true)).toBeUndefined();
  });
});
