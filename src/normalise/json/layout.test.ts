import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goldenDocuments, goldenReader } from '../../../test/support/documents.js';
import { runs } from '../../../test/support/runs.js';
import { forgetLayouts } from './families.js';
import { flatten, flattenSlowly } from './json.js';
import { LAYOUTS } from './layout.js';
import type { JsonObject } from '../line.js';

const TIMES = 40;

const value = fc.oneof(
  fc.constantFrom(
    '',
    '-',
    'x',
    '203.0.113.9',
    '2001:db8::1',
    '2026-11-23T06:39:04.5Z',
    '0x1f',
    'toString',
    '4625',
    'T',
  ),
  fc.constantFrom(null, true, false, 0, -1, 1.5, 443, 1_763_879_944, 1e300),
  fc.constantFrom([], ['a'], [1, 'b', null], ['-', '']),
  fc.string({ maxLength: 8 }),
);

type Change = (value: unknown) => unknown;

/** The document with its values changed: laid out as before. */
function replaced(document: unknown, change: Change): unknown {
  if (Array.isArray(document)) return document.some(isObject) ? document : change(document);
  if (!isObject(document)) return change(document);
  return Object.fromEntries(Object.entries(document).map(([key, inner]) => [key, replaced(inner, change)]));
}

function isObject(inner: unknown): inner is object {
  return typeof inner === 'object' && inner !== null;
}

/** Texts of a document with about a third of its values changed. */
function variantsOf(text: string): readonly string[] {
  const choice = fc.tuple(fc.integer({ min: 0, max: 2 }), value);
  return fc.sample(fc.infiniteStream(choice), { seed: 6, numRuns: 24 }).map((choices) => {
    const change: Change = (inner) => {
      const { value: chosen } = choices.next() as { value: [number, unknown] };
      return chosen[0] === 0 ? chosen[1] : inner;
    };
    return JSON.stringify(replaced(JSON.parse(text), change));
  });
}

describe('a document of a usual layout', () => {
  it.each(goldenDocuments())('becomes the event it would be if it were the first: $name', ({ folder, text }) => {
    const read = goldenReader(folder);
    const variants = variantsOf(text);
    forgetLayouts();
    for (let time = 0; time < TIMES; time++) read(text);
    const usual = variants.map(read);
    variants.forEach((variant, index) => {
      forgetLayouts();
      expect(usual[index]).toEqual(read(variant));
    });
  });
});

const key = fc.constantFrom(
  'a',
  'b',
  'a.b',
  '',
  'toString',
  '__proto__',
  'constructor',
  'x.prototype',
  'é',
  '"',
  "it's",
);

describe('flatten', () => {
  it('gives the same the long way and by layouts', () => {
    const object: fc.Arbitrary<JsonObject> = fc.letrec<{ object: JsonObject; any: unknown }>((tie) => ({
      object: fc.dictionary(key, tie('any'), { maxKeys: 5 }) as fc.Arbitrary<JsonObject>,
      any: fc.oneof({ depthSize: 'small' }, value, tie('object'), fc.array(tie('object'), { maxLength: 2 })),
    })).object;
    fc.assert(
      fc.property(object, (made) => {
        const document = JSON.parse(JSON.stringify(made)) as JsonObject;
        for (let time = 0; time < TIMES; time++) flatten(document);
        expect(flatten(document)).toEqual(flattenSlowly(document));
      }),
      { numRuns: runs(300) },
    );
  });
  it('gathers lists of objects by layouts as the long way does', () => {
    const item = fc.record({ a: value, b: fc.record({ c: value, 'd.e': value }), f: value });
    const other = fc.oneof(
      { weight: 5, arbitrary: item },
      fc.record({ a: value }),
      value,
      fc.constant({ a: [{ b: 1 }] }),
    );
    const document = fc.record({
      x: value,
      list: fc.array(item, { minLength: 1, maxLength: 4 }),
      in: fc.record({ list: fc.array(other, { minLength: 1, maxLength: 3 }), z: value }),
    });
    let layouts = 0;
    fc.assert(
      fc.property(document, (made) => {
        const read = JSON.parse(JSON.stringify(made)) as JsonObject;
        for (let time = 0; time < TIMES; time++) flatten(read);
        expect(flatten(read)).toEqual(flattenSlowly(read));
        if (LAYOUTS.of(read) !== undefined) layouts++;
      }),
      { numRuns: runs(300) },
    );
    expect(layouts).toBeGreaterThan(30);
  });
  it('takes no key of an item for one that other documents had behind the list', () => {
    LAYOUTS.forget();
    const longer = { list: [{ a: 1, b: 1 }], z: 1 };
    const uneven = { list: [{ a: 1 }, { a: 2, b: 3 }], z: 1 };
    for (let time = 0; time < TIMES; time++) {
      flatten(longer);
      flatten({ x: 1, y: 2, z: 3 });
      expect(flatten(uneven)).toEqual(flattenSlowly(uneven));
    }
  });
  it('takes no layout of lists that are too long, and none of keys that reach a prototype', () => {
    const long = { a: Array.from({ length: 65 }, () => ({ b: 1 })) };
    const many = { a: Array.from({ length: 60 }, () => ({ b: Array.from({ length: 70 }, () => 1) })) };
    const odd = JSON.parse('{"a":[{"b":1,"__proto__":{}}]}') as JsonObject;
    for (const document of [long, many, odd]) {
      for (let time = 0; time < TIMES; time++) expect(LAYOUTS.of(document)).toBeUndefined();
      expect(flatten(document)).toEqual(flattenSlowly(document));
    }
    expect(Object.keys((flatten(odd) as { fields: { a: object[] } }).fields.a[0] ?? {})).toEqual(['b']);
  });
  it('takes no layout of documents that have keys beyond number, depth or name', () => {
    const wide = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`k${index}`, index]));
    const deep = JSON.parse(`${'{"a":'.repeat(20)}1${'}'.repeat(20)}`) as JsonObject;
    for (const document of [wide, deep, { ['k'.repeat(200)]: 1 }, { 'a.b': 1, a: { b: 2 } }]) {
      for (let time = 0; time < TIMES; time++) expect(LAYOUTS.of(document)).toBeUndefined();
    }
  });
  it('makes room for a layout beside documents whose keys never end, and forgets no other', () => {
    LAYOUTS.forget();
    const { age } = LAYOUTS;
    const before = { before: 1, x: 2 };
    for (let time = 0; time < TIMES; time++) LAYOUTS.of({ ...before });
    const wild = (index: number): JsonObject => ({ [`k${index}`]: 1, a: 1, b: 1, c: 1, d: 1, e: 1 });
    for (let index = 0; index < 500; index++) LAYOUTS.of(wild(index));
    expect(LAYOUTS.of({ after: 1 })).toBeUndefined();
    for (let index = 500; index < 50_000; index++) {
      LAYOUTS.of(wild(index));
      if (index % 10 === 0) LAYOUTS.of({ after: 1 });
    }
    expect(LAYOUTS.of({ after: 1 })?.paths).toEqual(['after']);
    expect(LAYOUTS.of({ ...before })?.paths).toEqual(['before', 'x']);
    expect(LAYOUTS.age).toBe(age);
  });
  it('forgets where keys never end', () => {
    for (let index = 0; index < 120_000; index++) LAYOUTS.of({ a: { [`k${index % 60}`]: { [`x${index}`]: 1 } } });
    for (let time = 0; time < TIMES; time++) LAYOUTS.of({ after: 1 });
    expect(LAYOUTS.of({ after: 1 })?.paths).toEqual(['after']);
  });
});
