import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { EcsEvent, Source } from '../../src/event/index.js';
import { createNormaliser } from '../../src/normalise/normaliser.js';

const HERE = import.meta.dirname;
/** The text lines of every golden folder that tells no type. */
const lines = readdirSync(HERE, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !readdirSync(join(HERE, entry.name)).includes('settings.json'))
  .flatMap(({ name }) => readdirSync(join(HERE, name)).map((file) => join(HERE, name, file)))
  .filter((file) => file.endsWith('.log'))
  .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
  .filter((line) => line !== '' && !line.startsWith('{'));

const normaliser = createNormaliser({ derive: new Set() });
let sources = 0;

/** The data set of the last of some lines of one source. */
function lastOf(...texts: readonly string[]): unknown {
  const id = `mixed ${sources++}`;
  const source: Source = { id, label: id, settings: { timezone: 'UTC', host: 'mixed' } };
  const receiveTime = Date.parse('2026-11-23T12:00:00Z');
  let out: EcsEvent[] = [];
  for (const [offset, text] of texts.entries()) {
    out = [];
    normaliser.normalise(source, { text, offset, receiveTime, bytes: undefined }, out);
  }
  return out[0]?.fields['event.dataset'];
}

it('what a line is does not depend on the line before it, where nothing is told', () => {
  const byDataset = new Map<unknown, string[]>();
  for (const line of lines) {
    const dataset = lastOf(line);
    byDataset.set(dataset, [...(byDataset.get(dataset) ?? []), line].slice(0, 8));
  }
  const differing = new Set<string>();
  for (const [before, [first = '']] of byDataset) {
    for (const [dataset, some] of byDataset) {
      for (const found of some.map((line) => lastOf(first, line)))
        if (found !== dataset) differing.add(`after ${String(before)}: ${String(dataset)} read as ${String(found)}`);
    }
  }
  // The combined form is both servers': it is whose the lines before were.
  expect([...differing].sort()).toEqual([
    'after apache.access: nginx.access read as apache.access',
    'after nginx.access: apache.access read as nginx.access',
  ]);
});
