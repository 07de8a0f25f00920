import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EcsEvent, InputSettings, Source } from '../../src/event/index.js';
import { parseObject } from '../../src/normalise/json/json.js';
import { createNormaliser } from '../../src/normalise/normaliser.js';

const GOLDEN = join(import.meta.dirname, '../golden');

/** A JSON document among the golden lines. */
export interface GoldenDocument {
  readonly name: string;
  readonly folder: string;
  readonly text: string;
}

/** The JSON documents of all golden folders. */
export function goldenDocuments(): readonly GoldenDocument[] {
  return readdirSync(GOLDEN, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) =>
      readdirSync(join(GOLDEN, name))
        .filter((file) => file.endsWith('.log'))
        .flatMap((file) =>
          readFileSync(join(GOLDEN, name, file), 'utf8')
            .trimEnd()
            .split('\n'),
        )
        .filter((text) => parseObject(text) !== undefined)
        .map((text, index) => ({ name: `${name} ${index + 1}`, folder: name, text })),
    );
}

/** Reads records as the golden tests of a folder do: events' times and fields, and a failure. */
export function goldenReader(folder: string): (record: string) => unknown {
  const normaliser = createNormaliser({ derive: new Set() });
  const settings = { timezone: 'UTC', host: 'golden', ...settingsOf(folder) };
  const source: Source = { id: 'layout', label: 'layout', settings };
  return (text) => {
    const out: EcsEvent[] = [];
    const dead = normaliser.normalise(source, { text, offset: 1, receiveTime: 1.8e12, bytes: undefined }, out);
    return JSON.parse(JSON.stringify([out.map(({ fields, time }) => ({ time, fields })), dead?.failure])) as unknown;
  };
}

function settingsOf(folder: string): Partial<InputSettings> {
  const file = join(GOLDEN, folder, 'settings.json');
  return existsSync(file)
    ? ((JSON.parse(readFileSync(file, 'utf8')) as { settings?: Partial<InputSettings> }).settings ?? {})
    : {};
}
