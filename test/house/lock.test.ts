import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { root } from './sources.js';

/** Reads a number and writes the next one 50 ms later: two at once would lose an increment. */
const increment = `
  import { readFileSync, writeFileSync } from 'node:fs';
  import { withLock } from ${JSON.stringify(`file://${root}deploy/lock.mjs`)};
  withLock('lock', () => {
    const next = Number(readFileSync('count', 'utf8')) + 1;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    writeFileSync('count', String(next));
  }, () => {});
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sekisho-lock-'));
  writeFileSync(join(folder, 'count'), '0');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('lets one process at a time in', async () => {
  await Promise.all(Array.from({ length: 6 }, incrementElsewhere));
  expect(readFileSync(join(folder, 'count'), 'utf8')).toBe('6');
  expect(existsSync(join(folder, 'lock'))).toBe(false);
});

it('is taken over from a process that died, by one of those that wait', async () => {
  mkdirSync(join(folder, 'lock'));
  writeFileSync(join(folder, 'lock', 'owner'), String(spawnSync(process.execPath, ['-e', '']).pid));
  await Promise.all(Array.from({ length: 4 }, incrementElsewhere));
  expect(readFileSync(join(folder, 'count'), 'utf8')).toBe('4');
});

function incrementElsewhere(): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', increment], { cwd: folder, stdio: 'ignore' });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`exit code ${code}`))));
  });
}
