import { once } from 'node:events';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BRUTE_FORCE, build, type Done, failedLine, Folder, jsonLines, sekisho, start } from './cli.js';

let folder: Folder;

beforeAll(build);

beforeEach(() => {
  folder = new Folder();
  folder.write('rules/brute.yml', BRUTE_FORCE);
});

afterEach(() => folder.remove());

/** A configuration that says what auth.log is. */
function configure(type: string, more = ''): void {
  folder.write(
    'sekisho.yml',
    `data: ./data\nrules: ./rules\ntimezone: UTC\nhttp: null\n${more}inputs:\n  - { path: ./auth.log, type: ${type} }\n`,
  );
}

function run(...args: readonly string[]): Promise<Done> {
  return sekisho(args, { cwd: folder.path });
}

async function lines<T = Readonly<Record<string, unknown>>>(...args: readonly string[]): Promise<readonly T[]> {
  const done = await run(...args, '-o', 'ndjson');
  expect(done.stderr).not.toContain('sekisho:');
  return jsonLines<T>(done.stdout);
}

const attack = Array.from({ length: 6 }, (_, i) => failedLine(i, '203.0.113.9'));

/** Six lines whose input was said to be JSON. */
async function sixDeadLetters(): Promise<void> {
  configure('ecs');
  folder.write('auth.log', `${attack.join('\n')}\n{"@timestamp":"2026-03-12T00:00:00Z","message":"a day later"}\n`);
  expect((await run('run', '--until-caught-up')).code).toBe(0);
  expect(await lines('dead-letter', 'list')).toHaveLength(6);
  expect(await lines('alerts', 'list')).toEqual([]);
}

describe('dead-letter replay', () => {
  it('makes events of what now can be read, in the windows of their time, exactly once', async () => {
    await sixDeadLetters();
    configure('auth');
    const [summary] = await lines('dead-letter', 'replay', 'all');
    expect(summary).toMatchObject({ replayed: [1, 2, 3, 4, 5, 6], failed: [], events: 6, alerts: 1 });
    const found = await lines('alerts', 'list');
    expect(found).toMatchObject([{ source: { ip: '203.0.113.9' }, sekisho: { alert: { count: 6 } } }]);
    expect(await lines('dead-letter', 'replay', 'all')).toMatchObject([{ replayed: [], events: 0, alerts: 0 }]);
    expect(await lines('dead-letter', 'replay', '3')).toMatchObject([{ replayed: [], events: 0, alerts: 0 }]);
    expect((await run('run', '--until-caught-up')).code).toBe(0);
    expect(await lines('alerts', 'list')).toMatchObject([{ sekisho: { alert: { count: 6 } } }]);
    expect(await lines('dead-letter', 'list')).toEqual([]);
    const all = await lines('dead-letter', 'list', '--all');
    expect(all.map(({ replayed }) => replayed)).toEqual(Array.from(attack, () => true));
  });

  it('replays those named, and counts on where the last ones ended', async () => {
    await sixDeadLetters();
    configure('auth');
    expect(await lines('dead-letter', 'replay', '1', '2', '3', '4')).toMatchObject([{ events: 4, alerts: 0 }]);
    expect(await lines('dead-letter', 'replay', 'all')).toMatchObject([{ replayed: [5, 6], alerts: 1 }]);
  });

  it('leaves what fails again, and what was cut unless it is named', async () => {
    await sixDeadLetters();
    configure('ecs', 'max-line: 1 KiB\n');
    folder.write('auth.log', `${'x'.repeat(3000)}\n`);
    expect((await run('run', '--until-caught-up')).code).toBe(0);
    const [summary] = await lines<{ failed: readonly unknown[] }>('dead-letter', 'replay', 'all');
    expect(summary).toMatchObject({ replayed: [], events: 0 });
    expect(summary?.failed).toHaveLength(7);
    expect(await lines('dead-letter', 'list')).toHaveLength(7);
    configure('auth');
    const told = await run('dead-letter', 'replay', 'all', '--code', 'input.line-too-long');
    expect(told.stderr).toContain('1 dead letter replayed: 1 event, 0 alert revisions; 0 stay');
    expect(await lines('dead-letter', 'list', '--code', 'normalise.json')).toHaveLength(6);
  });

  it('says what to do while run holds the store, and what it does not know', async () => {
    await sixDeadLetters();
    const child = start(['run', '-c', 'sekisho.yml'], { cwd: folder.path });
    let said = '';
    child.stderr?.on('data', (chunk) => (said += String(chunk)));
    await expect.poll(() => said).toMatch(/sekisho starts/u);
    await expect
      .poll(async () => (await run('dead-letter', 'replay', '1')).stderr)
      .toMatch(/in use by process \d+ on .*; stop it, replay, and start it again/u);
    child.kill('SIGTERM');
    await once(child, 'close');
    const unknown = await run('dead-letter', 'replay', '99');
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('there is no dead letter 99')]);
    expect((await run('dead-letter', 'replay', 'some')).code).toBe(2);
  });
});
