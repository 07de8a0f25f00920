import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EcsEvent, Source } from '../../event/index.js';
import { change, changed, GOLDEN_FOLDERS, goldenLines } from '../../../test/support/damage.js';
import { runs } from '../../../test/support/runs.js';
import { formatsOf } from './table.js';
import { createNormaliser } from '../normaliser.js';

/** Golden lines, damaged: whatever a line has become, it is an event or a dead letter, and never an exception. */
describe.each(GOLDEN_FOLDERS)('%s, damaged', (folder) => {
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
        fc.constantFrom(...goldenLines(folder)),
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
              expect(event.fields['tags'] ?? []).not.toContain('sekisho.fault');
            }
          }
        },
      ),
      { numRuns: runs(40) },
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
