import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growth, LINEAR } from '../../test/support/growth.js';
import { runs } from '../../test/support/runs.js';
import type { DeadLetter, EcsEvent, InputSettings, Source } from '../event/index.js';
import { FORMAT_NAMES } from './format/table.js';
import { createNormaliser } from './normaliser.js';
import { parseObject } from './json/json.js';

interface Read {
  readonly events: readonly EcsEvent[];
  readonly dead: readonly DeadLetter[];
}

function read(lines: readonly string[], settings: Partial<InputSettings> = {}): Read {
  const source: Source = { id: 'test', label: 'test', settings: { timezone: 'UTC', host: 'here', ...settings } };
  const normaliser = createNormaliser({ derive: 'all' });
  const events: EcsEvent[] = [];
  const receiveTime = Date.UTC(2026, 10, 23, 12);
  const dead = lines
    .map((text, offset) => normaliser.normalise(source, { text, offset, receiveTime, bytes: undefined }, events))
    .filter((letter) => letter !== undefined);
  return { events, dead };
}

const GOLDEN = join(import.meta.dirname, '../../test/golden');
const goldenLines = readdirSync(GOLDEN, { recursive: true, encoding: 'utf8' })
  .filter((file) => /[/\\].*\.log$/.test(file))
  .flatMap((file) => readFileSync(join(GOLDEN, file), 'utf8').trimEnd().split('\n'));

/** What every record must give, whatever it holds. */
function expectSound({ events, dead }: Read, records: number): void {
  expect(new Set([...events, ...dead.map((letter) => letter.position)].map(({ offset }) => offset)).size).toBe(records);
  for (const { fields, time } of events) {
    expect(fields['tags'] ?? []).not.toContain('sekisho.fault');
    expect(Number.isFinite(time)).toBe(true);
    expect(typeof fields['event.original']).toBe('string');
    expect(typeof fields['message']).not.toBe('undefined');
    expect(typeof fields['host.name']).not.toBe('undefined');
    expect(() => JSON.stringify(fields)).not.toThrow();
    expect(Object.keys(fields).join()).not.toContain('native code');
    expect(Object.values(fields).filter((value) => typeof value === 'function')).toEqual([]);
  }
}

describe('what fuzzing found', () => {
  it('a Telegraf batch in which one metric has no fields', () => {
    const log = { name: 'tail', tags: {}, fields: { value: 'x' }, timestamp: 1795415945 };
    expectSound(read([JSON.stringify({ metrics: [log, { name: 'cut off', tags: {} }] })]), 1);
  });

  it("Zeek's record of a syslog message that is no text", () => {
    expectSound(read(['{"_path":"syslog","ts":1.5,"uid":"C6","facility":"LOCAL0","severity":"INFO","message":{}}']), 1);
  });

  it('an export that holds no log, and an event whose original is no text', () => {
    expectSound(
      read(['{"resourceLogs":["a",1]}', '{"event":{"category":["web"],"original":7},"agent":{"type":"x"}}']),
      2,
    );
  });
});

/** A copy in which one value, the `at`th of all keys at any depth (counted round), is another. */
function withLeaf(document: object, at: number, value: unknown): object {
  const copy = structuredClone(document);
  const places: (readonly [object: Record<string, unknown>, key: string])[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      const object = node as Record<string, unknown>;
      places.push([object, key]);
      visit(object[key]);
    }
  };
  visit(copy);
  const place = places[at % Math.max(places.length, 1)];
  if (place !== undefined) place[0][place[1]] = value;
  return copy;
}

describe('a word that every object knows', () => {
  const documents = goldenLines.map(parseObject).filter((document) => document !== undefined);

  it.each(['constructor', 'toString', 'valueOf', 'toLocaleString', '__proto__'])(
    '%s is a key like any other',
    (word) => {
      const lines = documents.map((document) => `{"${word}":"x",${JSON.stringify(document).slice(1)}`);
      expectSound(read(lines), lines.length);
    },
  );

  it.each(['constructor', '__proto__'])('%s is a value like any other', (word) => {
    const lines = documents.flatMap((document) =>
      Array.from({ length: 16 }, (_, leaf) => JSON.stringify(withLeaf(document, leaf, word))),
    );
    expectSound(read(lines), lines.length);
  });
});

describe('fuzz', () => {
  const text = fc.string({ unit: 'binary', maxLength: 300 });
  const type = fc.option(fc.constantFrom(...FORMAT_NAMES), { nil: undefined });
  const settingsOf = (name: string | undefined): Partial<InputSettings> => (name === undefined ? {} : { type: name });

  it('never throws and loses nothing: random text', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), type, (lines, name) => {
        expectSound(read(lines, settingsOf(name)), lines.length);
      }),
      { numRuns: runs(500) },
    );
  });

  it('never throws and loses nothing: golden lines with a piece cut out, doubled or replaced', () => {
    const mutated = fc.tuple(
      fc.constantFrom(...goldenLines),
      fc.nat(),
      fc.nat(40),
      fc.oneof(text, fc.constantFrom('"', '\\', ' from ', ' port ', ']', '\0', '99999999999999999999')),
    );
    fc.assert(
      fc.property(mutated, type, ([line, at, length, piece], name) => {
        const start = at % (line.length + 1);
        const lines = [
          line.slice(0, start) + piece + line.slice(start + length),
          line.slice(0, start),
          line.slice(start),
          line + line,
        ];
        expectSound(read(lines, settingsOf(name)), lines.length);
      }),
      { numRuns: runs(700) },
    );
  });

  it('never throws and loses nothing: golden documents with a value replaced', () => {
    const documents = goldenLines.map(parseObject).filter((document) => document !== undefined);
    const value = fc.oneof(
      text,
      fc.constantFrom(null, -1.5, 1e308, true, '', '-', '%%', 'a@b@c', '9'.repeat(40), 'x='.repeat(40_000)),
      fc.jsonValue({ maxDepth: 2 }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...documents), fc.nat(), value, type, (document, leaf, replaced, name) => {
        expectSound(read([JSON.stringify(withLeaf(document, leaf, replaced))], settingsOf(name)), 1);
      }),
      { numRuns: runs(1_000) },
    );
  });

  it('never throws and loses nothing: any JSON object', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('message', 'MESSAGE', 'host', 'log', '@timestamp', 'event', '__proto__', 'source', 'x'),
          fc.jsonValue(),
        ),
        (json) => {
          expectSound(read([JSON.stringify(json)]), 1);
          expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
        },
      ),
      { numRuns: runs(500) },
    );
  });

  it.each([
    'Nov 23 06:39:04 h sshd[1]: Failed password for invalid user ',
    'Nov 23 06:39:04 h sudo: ',
    '1.2.3.4 - - [23/Nov/2026:06:39:04 +0000] "GET /',
    '<34>1 - - - - - [x ',
    '[Mon Nov 23 06:39:04 2026] [error] [client ',
  ])(
    'is linear in 256 KiB of hostile text behind %s',
    (head) => {
      for (const unit of [' from ', '"\\', 'x="\\"', ' ; USER=', '%25', ' port 1', '[', ', referer: ']) {
        const readAll = (size: number): void => expectSound(read([head + unit.repeat(size / unit.length)]), 1);
        expect(growth(readAll, 65_536)).toBeLessThan(LINEAR);
      }
    },
    30_000,
  );
});
