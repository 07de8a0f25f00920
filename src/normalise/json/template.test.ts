import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../test/support/runs.js';
import { checkedBy } from '../../../test/support/templates.js';
import { LAYOUTS } from './layout.js';
import type { JsonObject } from '../line.js';
import { Templates } from './template.js';

/** A document's text in pieces: keys and values as they are written. */
type Raw = string | readonly (readonly [key: string, value: Raw])[];

const FILEBEAT: Raw = [
  ['@timestamp', '"2026-11-23T06:39:04.512Z"'],
  [
    '@metadata',
    [
      ['beat', '"filebeat"'],
      ['type', '"_doc"'],
    ],
  ],
  ['message', '"198.51.100.7 - - \\"GET /a HTTP/1.1\\" 200 5"'],
  [
    'log',
    [
      ['offset', '4711'],
      ['file', [['path', '"/var/log/nginx/access.log"']]],
    ],
  ],
  ['tags', '["prod","eu"]'],
  ['empty', []],
  ['host', [['name', '"web1"']]],
];
const FLAT: Raw = [
  ['ts', '1764047944.123456'],
  ['id.orig_h', '"203.0.113.9"'],
  ['id.orig_p', '51234'],
  ['local_orig', 'true'],
  ['service', 'null'],
  ['history', '"ShADadFf"'],
];
const LISTS: Raw = [
  ['id', '1'],
  ['messages', '[{"rule":{"id":"942100"},"tags":["a","b"],"line":1},{"rule":{"id":"942110"},"tags":["c"],"line":2}]'],
  ['end', '"x"'],
];

const VALID = [
  ...[
    '""',
    '"x"',
    '"-"',
    '"é漢"',
    '"\ud800"',
    '"\\ud800"',
    '"\\u0041\\/"',
    '"\\"q\\""',
    '"C:\\\\a"',
    '"a]b"',
    '"a[b"',
    '"}{"',
    '"\ufffd\ufffd"',
    '"\\\\\\\\"',
    '"\\b\\f\\n\\r\\t"',
  ],
  ...[
    '0',
    '-0',
    '-1',
    '0.1',
    '17.250',
    '1e400',
    '-1e-400',
    '1E+2',
    '9007199254740993',
    '12345678901234567',
    '1764047944.123457',
  ],
  ...[
    'true',
    'false',
    'null',
    '[]',
    '["a","b"]',
    '[1, null ,true]',
    '["a\\"b"]',
    '["]"]',
    '["a]","b"]',
    '[ "[" , "}" ]',
    '[[1]]',
    '{}',
    '{"x":1}',
    '[{"x":1}]',
    `${'['.repeat(500)}${']'.repeat(500)}`,
    `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`,
    `1${'0'.repeat(400)}`,
    `-0.${'0'.repeat(400)}1`,
  ],
];
const INVALID = [
  ...['01', '1.', '.5', '+1', '-', '1 2', 'NaN', 'tru', 'TRUE', 'nul', "'x'", '', '0x1'],
  ...['"', '"a"b"', '"\t"', '"\\x"', '"\\u12"', '"a\nb"', '[1,]', '["a" "b"]', '["a]', '[1}', '{"a"}', '{"a":1,}'],
];
const KEYS = ['x', '__proto__', 'constructor', '1', '0', 'toString', 'host', 'é', 'a\\u0062', 'message', ''];

function isLeaf(raw: Raw): raw is string {
  return typeof raw === 'string';
}

function write(raw: Raw, colon: string, comma: string): string {
  if (isLeaf(raw)) return raw;
  return `{${raw.map(([key, value]) => `"${key}"${colon}${write(value, colon, comma)}`).join(comma)}}`;
}

function countOf(raw: Raw): number {
  return isLeaf(raw) ? 1 : raw.reduce((sum, [, value]) => sum + countOf(value), 0);
}

/** The document with its n-th value written otherwise. */
function replaced(raw: Raw, place: number, by: string): Raw {
  let left = place % countOf(raw);
  const walk = (one: Raw): Raw => {
    if (!isLeaf(one)) return one.map(([key, value]) => [key, walk(value)] as const);
    return left-- === 0 ? by : one;
  };
  return walk(raw);
}

/** The document with a property more, or one less, among its first ones. */
function shifted(raw: Raw, place: number, key: string | undefined, value: string): Raw {
  if (isLeaf(raw)) return raw;
  const at = place % (raw.length + 1);
  const rest = key === undefined ? raw.slice(at + 1) : raw.slice(at);
  return [...raw.slice(0, at), ...(key === undefined ? [] : [[key, value] as const]), ...rest];
}

const number = fc.nat(60);
const value = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...VALID) },
  { weight: 3, arbitrary: fc.string({ maxLength: 12, unit: 'binary' }).map((text) => JSON.stringify(text)) },
  { weight: 1, arbitrary: fc.double().filter(Number.isFinite).map(String) },
  { weight: 1, arbitrary: fc.constantFrom(...INVALID) },
);
type Change = (raw: Raw) => Raw;
const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(number, value).map(
      ([at, by]) =>
        (raw: Raw) =>
          replaced(raw, at, by),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(number, fc.option(fc.constantFrom(...KEYS), { nil: undefined }), value).map(
      ([at, key, by]) =>
        (raw: Raw) =>
          shifted(raw, at, key, by),
    ),
  },
);
/** What befalls a text as a whole. */
const damage: fc.Arbitrary<(text: string) => string> = fc.oneof(
  { weight: 6, arbitrary: fc.constant((text: string) => text) },
  { weight: 1, arbitrary: fc.nat(400).map((end) => (text: string) => text.slice(0, end)) },
  { weight: 1, arbitrary: fc.constantFrom(' ', '}', ',', '{}', '\n').map((more) => (text: string) => text + more) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat(400), fc.constantFrom('"', '\\', ',', ':', '{', '}', '[', ']', '0', 'e', ' ', '\u0001', 'é'))
      .map(
        ([at, mark]) =>
          (text: string) =>
            text.slice(0, at) + mark + text.slice(at + 1),
      ),
  },
);
const style = fc.constantFrom([':', ','], [': ', ', '], [' : ', ',\n  ']) as fc.Arbitrary<[string, string]>;
const source = fc.constantFrom(FILEBEAT, FLAT, LISTS);

/** Templates that have read texts until these are usual. */
function learned(texts: readonly string[]): Templates {
  LAYOUTS.forget();
  const templates = new Templates();
  for (let time = 0; time < 40; time++) checkedBy(templates, texts[time % texts.length] as string);
  return templates;
}

function textOf(raw: Raw): string {
  return write(raw, ':', ',');
}

describe('a text read by a template', () => {
  it('is the document that JSON.parse makes of it, whatever is changed in it', () => {
    let read = 0;
    let all = 0;
    const usual = fc.array(fc.tuple(number, fc.constantFrom(...VALID)), { minLength: 1, maxLength: 4 });
    const others = fc.array(fc.tuple(fc.array(change, { maxLength: 3 }), damage), { minLength: 10, maxLength: 30 });
    fc.assert(
      fc.property(source, style, usual, others, (document, [colon, comma], values, changes) => {
        const texts = [document, ...values.map(([at, by]) => replaced(document, at, by))];
        const templates = learned(texts.map((raw) => write(raw, colon, comma)));
        for (const [all3, damaged] of changes) {
          const changed = all3.reduce((raw: Raw, one) => one(raw), document);
          all++;
          if (checkedBy(templates, damaged(write(changed, colon, comma)))) read++;
        }
      }),
      { numRuns: runs(400) },
    );
    // Else nothing was tested.
    expect(read / all).toBeGreaterThan(0.1);
  });

  it.each([
    ['objects inside each other, a list of scalars', FILEBEAT],
    ['numbers, truth, nothing', FLAT],
    ['a list of objects', LISTS],
  ])('is one of %s', (_, document) => {
    const templates = learned([textOf(document)]);
    expect(checkedBy(templates, textOf(document))).toBe(true);
  });

  it('may have other values than those it was learned from, once they have been seen', () => {
    const templates = learned([textOf(FLAT), textOf(replaced(FLAT, 1, '"198.51.100.1"'))]);
    expect(checkedBy(templates, textOf(replaced(FLAT, 1, '"é\ud800漢"')))).toBe(true);
    const other = textOf(replaced(FLAT, 4, '"ssl"'));
    expect(checkedBy(templates, other)).toBe(false);
    expect(checkedBy(templates, other)).toBe(true);
    expect(checkedBy(templates, textOf(FLAT))).toBe(true);
  });

  it('is read where several ways of writing come by turns', () => {
    const without = FILEBEAT.slice(0, -1) as Raw;
    const texts = [textOf(FILEBEAT), textOf(without), write(FILEBEAT, ': ', ', '), textOf(FLAT), textOf(LISTS)];
    const templates = learned([...texts, ...texts, ...texts]);
    for (let time = 0; time < 2000; time++) checkedBy(templates, texts[time % texts.length] as string);
    expect(texts.filter((text) => !checkedBy(templates, text))).toEqual([]);
  });
});

describe('a text that no template reads', () => {
  it.each([
    ['has a key twice', '{"a":{},"b":1,"a":1}'],
    ['has a number for a key', '{"b":1,"1":1}'],
    ['has a key that is a prototype', '{"a":1,"__proto__":{"b":1}}'],
    ['has an escape in a key', '{"a\\u0062":1}'],
    ['has lists in lists', '{"a":[[1]]}'],
    ['has items of several kinds', '{"a":[{"x":1},2]}'],
    ['has much white space', `{"a":${' '.repeat(40_000)}1}`],
    ['has much white space at its end', `{"a":1${' '.repeat(40_000)}}`],
    [
      'is long and always the same',
      JSON.stringify(Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`k${n}`, 'x'.repeat(250)]))),
    ],
  ])('%s', (_, text) => {
    const templates = learned([text]);
    expect(checkedBy(templates, text)).toBe(false);
  });
});

describe('many layouts', () => {
  it('leave what was learned bounded, and every answer as it is', () => {
    LAYOUTS.forget();
    const templates = new Templates();
    for (let n = 0; n < 700; n++) {
      const document: JsonObject = Object.fromEntries(Array.from({ length: 30 }, (_, key) => [`k${n}_${key}`, key]));
      for (let time = 0; time < 30; time++) checkedBy(templates, JSON.stringify(document));
    }
  });
});
