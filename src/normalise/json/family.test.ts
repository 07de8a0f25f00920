import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { seeded } from '../../../deploy/sample/random.js';
import { goldenDocuments, goldenReader } from '../../../test/support/documents.js';
import { runs } from '../../../test/support/runs.js';
import type { Fields } from '../../event/index.js';
import { forgetLayouts, layoutNear } from './families.js';
import { flattenSlowly, isObject } from './json.js';
import { flattened, LAYOUTS } from './layout.js';
import type { JsonObject } from '../line.js';

beforeEach(forgetLayouts);

/** The document flattened by the layout of a family; undefined where none has it. Fails where it is not what it should be. */
function checked(document: JsonObject): Fields | undefined {
  const layout = layoutNear(document);
  if (layout === undefined) return undefined;
  const { isOrdered } = layout;
  const fields = flattened(layout);
  const found = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const slow = flattenSlowly(document);
  expect({ fields: found }).toEqual(slow);
  return isOrdered ? undefined : found;
}

/** Documents with eleven keys that are there or not: of 2048 layouts. */
function optional(n: number): JsonObject {
  const keys = Array.from({ length: 11 }, (_, key) => key).filter((key) => ((n >> key) & 1) === 1);
  return { first: 1, second: 2, third: 3, ...Object.fromEntries(keys.map((key) => [`key${key}`, `value ${n}`])) };
}

/** As many of them as it takes to have all keys learned. */
function learn(): void {
  const random = seeded('family');
  for (let n = 0; n < 500; n++) checked(optional(random.int(0, 2047)));
}

const scalar = fc.oneof(fc.constantFrom('', '-', 'x', null, true, 0, 1.5, '203.0.113.9'), fc.string({ maxLength: 4 }));
const plain = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }));
const key = fc.constantFrom('a', 'b', 'c', 'd', 'a.b', 'é', '', 'toString', '__proto__', 'constructor', 'x/y');
const { object } = fc.letrec<{ object: JsonObject; value: unknown }>((tie) => ({
  object: fc.dictionary(key, tie('value'), { maxKeys: 6 }) as fc.Arbitrary<JsonObject>,
  value: fc.oneof(
    { depthSize: 'small' },
    { weight: 4, arbitrary: plain },
    { weight: 2, arbitrary: tie('object') },
    { weight: 1, arbitrary: fc.array(fc.oneof(tie('object'), plain), { maxLength: 3 }) },
  ),
}));

describe('a document of a family', () => {
  it('is flattened as it is the long way, whatever it has and in whatever order', () => {
    let near = 0;
    let all = 0;
    const document = fc.tuple(object, fc.boolean()).map(([inner, isFirst]) => {
      const head = { kind: 'x', id: 1, name: 'y' };
      return isFirst ? { ...head, ...inner } : { kind: 'x', ...inner, id: 1, name: 'y' };
    });
    fc.assert(
      fc.property(fc.array(document, { minLength: 60, maxLength: 120 }), (documents) => {
        forgetLayouts();
        for (let round = 0; round < 4; round++) {
          for (const made of documents) {
            all++;
            if (checked(JSON.parse(JSON.stringify(made)) as JsonObject) !== undefined) near++;
          }
        }
      }),
      { numRuns: runs(40) },
    );
    // Else nothing was tested.
    expect(near / all).toBeGreaterThan(0.05);
  });

  it('is read by one layout where each has other keys', () => {
    learn();
    const random = seeded('family again');
    const documents = Array.from({ length: 200 }, () => optional(random.int(0, 2047)));
    expect(documents.filter((one) => checked(one) !== undefined).length).toBe(200);
    expect(layoutNear(optional(0))?.paths.length).toBe(14);
  });

  it('gathers what items of lists have, where they differ and lists stand in lists', () => {
    const random = seeded('lists');
    let near = 0;
    for (let n = 0; n < 400; n++) {
      const items = Array.from({ length: random.int(1, 3) }, (_, at) => ({
        a: at,
        ...(random.chance(0.5) && { b: [{ c: 1, d: [1, 2] }, { c: 2 }] }),
        ...(random.chance(0.5) && { e: { f: 'x' } }),
        ...(random.chance(0.3) && { g: [] }),
      }));
      const document = { id: n, name: 'x', ...(random.chance(0.5) && { one: 1 }), list: items } as JsonObject;
      if (checked(document) !== undefined) near++;
    }
    expect(near).toBeGreaterThan(200);
  });

  it('leaves nothing of the document before behind', () => {
    learn();
    const full = checked(optional(2047));
    const bare = checked(optional(0));
    expect(Object.keys(full ?? {}).length).toBe(14);
    expect(bare).toEqual({ first: 1, second: 2, third: 3 });
  });
});

describe('a document of no family', () => {
  it.each([
    ['a key that is not usual', { ...optional(3), new: 1 }],
    [
      'a key that reaches a prototype',
      JSON.parse('{"first":1,"second":2,"third":3,"__proto__":{"a":1}}') as JsonObject,
    ],
    ['two values under one name', { ...optional(3), 'inner.key': 1, inner: { key: 2 } }],
    ['lists right in lists', { ...optional(3), list: [[1], [2]] }],
    ['ten thousand keys', Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`first${n || ''}`, n]))],
    ['objects in objects without end', JSON.parse(`${'{"first":'.repeat(500)}1${'}'.repeat(500)}`) as JsonObject],
    ['more items than are looked at', { ...optional(3), list: Array.from({ length: 65 }, () => ({ a: 1 })) }],
    ['a list that is too long', { ...optional(3), list: Array.from({ length: 5000 }, () => 1) }],
  ])('has %s', (_, odd) => {
    learn();
    for (let time = 0; time < 12; time++) expect(layoutNear(structuredClone<JsonObject>(odd))).toBeUndefined();
    expect(checked(optional(5))).toBeDefined();
  });

  it('is one of ever new keys, and those beside it stay known', () => {
    learn();
    const { age } = LAYOUTS;
    for (let n = 0; n < 20_000; n++) {
      checked({ first: 1, [`new${n}`]: 1, [`other${n}`]: { [`deep${n}`]: 1 } });
      if (n % 10 === 0) expect(checked({ ...optional(n % 2048) })).toBeDefined();
    }
    expect(LAYOUTS.age).toBe(age);
  });

  it('is one whose first key is ever new, and those beside it stay known', () => {
    learn();
    for (let n = 0; n < 20_000; n++) {
      for (let time = 0; time < 3; time++) layoutNear({ [`first${n >> 3}`]: 1, x: n });
      if (n % 10 === 0) expect(checked({ ...optional(n % 2048) })).toBeDefined();
    }
  });
});

/** The value with each of its keys left out now and then, all the way down. */
function thinned(value: unknown, random: ReturnType<typeof seeded>): unknown {
  if (Array.isArray(value)) return value.map((item) => thinned(item, random));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(() => !random.chance(0.12));
  return Object.fromEntries(kept.map(([name, inner]) => [name, thinned(inner, random)]));
}

/** The value with keys of another one beside its own now and then, all the way down. */
function lent(value: unknown, other: unknown, random: ReturnType<typeof seeded>): unknown {
  if (!isObject(value) || !isObject(other)) return value;
  const own = Object.entries(value).map(([name, inner]) => [name, lent(inner, other[name], random)] as const);
  const more = Object.entries(other).filter(([name]) => !(name in value) && random.chance(0.2));
  return Object.fromEntries([...own, ...more]);
}

const documents = goldenDocuments();
const folders = [...new Set(documents.map(({ folder }) => folder))];

describe('documents with keys left out, or lent by others', () => {
  it.each(folders)('become the events they would be if each were the first: %s', (folder) => {
    const random = seeded(`thinned ${folder}`);
    const texts = documents.filter((one) => one.folder === folder).map(({ text }) => text);
    const any = (): unknown => JSON.parse(random.pick(texts));
    const next = (): string => JSON.stringify(thinned(random.chance(0.5) ? any() : lent(any(), any(), random), random));
    const read = goldenReader(folder);
    for (let n = 0; n < 600; n++) read(next());
    const last = Array.from({ length: 60 }, next);
    const events = last.map(read);
    last.forEach((text, index) => {
      forgetLayouts();
      expect(events[index]).toEqual(read(text));
    });
  });
});

it('a shipped document that has no message keeps its log apart from the envelope, whatever those like it have', () => {
  const read = goldenReader('envelopes');
  const log =
    '{"CreationTime":"2026-11-23T06:39:04","Id":"i","Operation":"FileAccessed","RecordType":6,"Workload":"SharePoint"}';
  const documentOf = (n: number): string => {
    const shared = {
      agent: { type: 'filebeat' },
      event: { dataset: 'o365.audit', module: 'o365' },
      ...optional((n * 37) % 2048),
    };
    return JSON.stringify({
      ...shared,
      o365audit: JSON.parse(log) as JsonObject,
      ...(n % 2 === 0 && { message: log }),
    });
  };
  for (let n = 0; n < 400; n++) {
    const event = JSON.stringify(read(documentOf(n)));
    expect(event).toContain('"o365.audit.Id":"i"');
    if (n % 2 === 1) expect(event).not.toContain('"o365audit.Id"');
  }
});

describe('what others of a family have beside a text', () => {
  it('does not hide what the text tells: the user in the context of a PowerShell event', () => {
    const random = seeded('context');
    const read = goldenReader('windows');
    const next = (): string =>
      JSON.stringify({
        '@timestamp': '2026-11-23T06:40:10.000Z',
        winlog: {
          channel: 'Microsoft-Windows-PowerShell/Operational',
          event_id: '4103',
          event_data: {
            ...(random.chance(0.5) && { User: 'CORP\\bob' }),
            ...(random.chance(0.5) && { Extra: 'x' }),
            ContextInfo: '  User = CORP\\eve\r\n  Shell ID = Microsoft.PowerShell',
          },
        },
        ...Object.fromEntries(['a', 'b', 'c', 'd'].filter(() => random.chance(0.5)).map((key) => [key, 1])),
      });
    for (let n = 0; n < 600; n++) read(next());
    const events = Array.from({ length: 20 }, next).map(
      (text) => [text.includes('bob'), JSON.stringify(read(text))] as const,
    );
    for (const [isTold, event] of events) expect(event).toContain(`"user.name":"${isTold ? 'bob' : 'eve'}"`);
  });
});
