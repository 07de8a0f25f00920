import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { growth, LINEAR } from '../../../test/support/growth.js';
import type { Source } from '../../event/index.js';
import { createNormaliser } from '../normaliser.js';

const GOLDEN = join(import.meta.dirname, '../../../test/golden');
const LENGTH = 65_536;
const UNITS = [
  ' from ',
  '"\\',
  '="',
  ' ',
  'a=b ',
  '[1.2.3.4]',
  '; from=<',
  ', rip=',
  ' [id "1"]',
  '<',
  "'@'",
  '#',
  '\t',
  ',',
];

/** The first lines of every golden file: each is a head behind which anything may stand. */
const heads = readdirSync(GOLDEN, { recursive: true, encoding: 'utf8' })
  .filter((file) => /[/\\].*\.log$/.test(file))
  .flatMap((file) => readFileSync(join(GOLDEN, file), 'utf8').trimEnd().split('\n').slice(0, 6))
  .filter((line) => !line.startsWith('{'));

describe('hostile lines', () => {
  it('cost time linear in their length, wherever they begin to be hostile', { timeout: 120_000 }, () => {
    const source: Source = { id: 'test', label: 'test', settings: { timezone: 'UTC', host: 'here' } };
    const normaliser = createNormaliser({ derive: 'all' });
    const slow: string[] = [];
    for (const [index, head] of heads.entries()) {
      const unit = UNITS[index % UNITS.length] ?? ' ';
      for (const cut of [head.length, Math.floor(head.length / 2)]) {
        const read = (length: number): void => {
          const text = head.slice(0, cut) + unit.repeat(length / unit.length) + head.slice(cut);
          normaliser.normalise(source, { text, offset: 0, receiveTime: Date.UTC(2026, 10, 23), bytes: undefined }, []);
        };
        const times = growth(read, LENGTH / 4);
        if (times > LINEAR) slow.push(`${times.toFixed(1)} times: ${head.slice(0, 120)} | ${unit} at ${cut}`);
      }
    }
    expect(slow).toEqual([]);
  });
});
