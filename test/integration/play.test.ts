import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithServers } from '../support/servers.js';
import { build, Folder, jsonLines, root } from './cli.js';

/** A hang ends with this, its processes with it. */
const LIMIT_MS = 400_000;

/** Runs a command in the checkout, to its end. */
function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, timeout: LIMIT_MS });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

let folder: Folder;

beforeAll(() => {
  build();
  folder = new Folder();
});
afterAll(() => folder.remove());

describeWithServers('npm start -- --kafka', ['kafka', 'elasticsearch'], () => {
  it('shows the alerts that Elasticsearch then has: those of the sample', async () => {
    const expected = jsonLines<{ readonly rule: { readonly name: string } }>(
      readFileSync(join(root, 'deploy/sample/expected.ndjson'), 'utf8'),
    ).map(({ rule }) => rule.name);
    const { code, output } = await run('npm', ['start', '--', '--kafka']);
    expect(code, output).toBe(0);
    expect(output).toContain(`Elasticsearch has ${expected.length} alerts:`);
    const shown = [...output.matchAll(/^ {2}\d{4}-\S+Z {2}(?:low|medium|high|critical) +(.*)$/gmu)].map(
      ([, text]) => text,
    );
    expect(shown.map((text) => text?.split(': ')[0]).toSorted()).toEqual(expected.toSorted());
  });
});

describe('npm start -- --kafka', () => {
  it('says what is to be installed where Maven or Java is missing, and fails', async () => {
    const nothing = folder.at('');
    const { code, output } = await run(process.execPath, ['deploy/start.mjs', '--kafka'], {
      HOME: nothing,
      PATH: nothing,
    });
    expect([code, output]).toEqual([1, expect.stringMatching(/Kafka .*; install/u)]);
  });
});
