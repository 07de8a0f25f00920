import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { EcsEvent, InputSettings, Source } from '../../src/event/index.js';
import { DERIVED } from '../../src/normalise/derive.js';
import { GEO } from '../../src/normalise/enrich/geo.js';
import { USER_AGENT } from '../../src/normalise/enrich/user-agent.js';
import { createNormaliser } from '../../src/normalise/normaliser.js';

/**
 * Every folder here is a format or an envelope: `*.log` holds raw lines, written from the programs' documentation, and
 * `*.ndjson` beside it the events they become, one a line (a dead letter is `{"line", "failure"}`).
 *
 * A file `*.records.log` holds records of several lines, with a line `----8<----` between them (an event's `line` counts records).
 * `settings.json` in a folder changes the input's settings, its label and the receive time. After a deliberate change
 * `SEKISHO_GOLDEN=write npx vitest run test/golden` writes the expected files that differ: read the difference line by line.
 */
const HERE = import.meta.dirname;
/** All but what comes of data that change with their packages. */
const derive = new Set(DERIVED.filter((one) => !GEO.includes(one) && !USER_AGENT.includes(one)).map(({ field }) => field));
const WRITE = process.env['SEKISHO_GOLDEN'] === 'write';

interface FolderSettings {
  readonly settings?: Partial<InputSettings>;
  readonly label?: string;
  readonly received?: string;
}

const folders = readdirSync(HERE, { withFileTypes: true }).filter((entry) => entry.isDirectory());

for (const { name } of folders) {
  describe(`golden ${name}`, () => {
    const logs = readdirSync(join(HERE, name)).filter((file) => file.endsWith('.log'));
    it('has raw lines', () => {
      expect(logs.length).toBeGreaterThan(0);
    });
    it.each(logs)('%s', (log) => {
      const file = join(HERE, name, log.replace(/\.log$/, '.ndjson'));
      const actual = eventsOf(join(HERE, name, log), settingsOf(name));
      if (WRITE && !isDeepStrictEqual(actual, expectedIn(file))) {
        writeFileSync(file, actual.map((event) => `${JSON.stringify(event)}\n`).join(''));
      }
      expect(actual).toEqual(expectedIn(file));
    });
  });
}

/** The events a file tells; none where there is no file yet. */
function expectedIn(file: string): unknown[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as unknown);
}

function settingsOf(folder: string): FolderSettings {
  const file = join(HERE, folder, 'settings.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as FolderSettings) : {};
}

/** The events of a file of raw lines, as plain JSON: what is undefined is absent. */
function eventsOf(file: string, { settings, label, received }: FolderSettings): unknown[] {
  const source: Source = { id: 'golden', label: label ?? 'golden', settings: { timezone: 'UTC', host: 'golden', ...settings } };
  const normaliser = createNormaliser({ derive });
  const receiveTime = Date.parse(received ?? '2026-11-23T12:00:00Z');
  const events: unknown[] = [];
  const between = file.endsWith('.records.log') ? '\n----8<----\n' : '\n';
  for (const [line, text] of readFileSync(file, 'utf8').trimEnd().split(between).entries()) {
    const out: EcsEvent[] = [];
    const dead = normaliser.normalise(source, { text, offset: line + 1, receiveTime, bytes: undefined }, out);
    for (const event of out) events.push(JSON.parse(JSON.stringify(shown(event))));
    if (dead !== undefined) events.push({ line: line + 1, failure: dead.failure.code });
  }
  return events;
}

function shown(event: EcsEvent): unknown {
  const { fields, time, offset, sub } = event;
  return { line: offset, ...(sub > 0 ? { sub } : {}), '@timestamp': new Date(time).toISOString(), ...fields };
}
