import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EcsEvent, Source } from '../../event/index.js';
import { formatsOf } from './table.js';
import { createNormaliser } from '../normaliser.js';

/** Golden lines, damaged: whatever a line has become, it is an event or a dead letter, and never an exception. */
const GOLDEN = join(import.meta.dirname, '../../../test/golden');
const folders = readdirSync(GOLDEN, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const PIECES = [
  '"',
  '\\',
  '\\x22',
  '%00',
  '%',
  '\u0000',
  '\r\n',
  '\u001b[31m',
  '\u202e',
  '\ud800',
  ' ',
  '-',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  '::ffff:',
  '99999999999999999999',
  '-1',
  '1e309',
  '__proto__',
  ' - - [23/Nov/2026:06:39:04 +0000] "',
  ', client: 192.0.2.66',
];

type Change = readonly [at: number, cut: number, piece: string];

const change: fc.Arbitrary<Change> = fc.tuple(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.nat({ max: 12 }),
  fc.constantFrom('', ...PIECES),
);

/** Replaces up to twelve characters at a place told as a share of the line's length. */
function changed(line: string, changes: readonly Change[]): string {
  return changes.reduce((text, [share, cut, piece]) => {
    const at = Math.floor(share * text.length);
    return text.slice(0, at) + piece + text.slice(at + cut);
  }, line);
}

function linesOf(folder: string): readonly string[] {
  return readdirSync(join(GOLDEN, folder))
    .filter((file) => file.endsWith('.log'))
    .flatMap((file) =>
      readFileSync(join(GOLDEN, folder, file), 'utf8')
        .trimEnd()
        .split('\n'),
    );
}

describe.each(folders)('%s, damaged', (folder) => {
  it('gives an event or a dead letter, detected and told', () => {
    const type = formatsOf(folder) === undefined ? undefined : folder;
    const told: Source = {
      id: 't',
      label: 't',
      settings: { timezone: 'UTC', host: 'h', ...(type !== undefined && { type }) },
    };
    const detected: Source = { id: 'd', label: 'd', settings: { timezone: 'UTC', host: 'h' } };
    const normaliser = createNormaliser({ derive: 'all' });
    fc.assert(
      fc.property(
        fc.constantFrom(...linesOf(folder)),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        (line, changes) => {
          const text = changed(line, changes);
          for (const source of [told, detected]) {
            const out: EcsEvent[] = [];
            const record = { text, offset: 0, receiveTime: Date.UTC(2026, 10, 23), bytes: undefined };
            const dead = normaliser.normalise(source, record, out);
            expect(out.length > 0 || dead !== undefined).toBe(true);
            for (const event of out) {
              expect(Number.isFinite(event.time)).toBe(true);
              expect(typeof event.fields['event.dataset']).toBe('string');
            }
          }
        },
      ),
      { numRuns: 40 },
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
