import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type InputFailure, openFiles } from '../../src/input/index.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sekisho-pipe-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Reads paths once to their end: their lines, and what was told. */
async function read(...paths: readonly string[]): Promise<{ lines: string[]; told: string[] }> {
  const lines: string[] = [];
  const told: string[] = [];
  const report = ({ code, message }: InputFailure): void => void told.push(`${code} ${message}`);
  const input = openFiles({
    paths,
    follow: false,
    settingsFor: () => ({ timezone: 'UTC' }),
    resume: () => undefined,
    report,
  });
  for (const reader of await input.discover()) {
    for (let result = await reader.read(); result.kind === 'batch'; result = await reader.read())
      lines.push(...result.batch.records.map(({ text }) => text));
  }
  await input.close();
  return { lines, told };
}

function pipe(name: string): string {
  const path = join(folder, name);
  execFileSync('mkfifo', [path]);
  return path;
}

describe('a pipe that is named', () => {
  it('is read to its end, though its writer takes its time', async () => {
    const path = pipe('slow');
    spawn('sh', ['-c', 'exec > "$0"; sleep 3; echo one; sleep 0.2; echo two', path]);
    expect(await read(path)).toEqual({ lines: ['one', 'two'], told: [] });
  });

  it('is decompressed where a program writes gzip into it', async () => {
    const path = pipe('zipped');
    spawn('sh', ['-c', 'printf "one\\ntwo\\n" | gzip > "$0"', path]);
    expect(await read(path)).toEqual({ lines: ['one', 'two'], told: [] });
  });

  it('is read whole where it is long', async () => {
    const path = pipe('long');
    spawn('sh', ['-c', 'seq 200000 > "$0"', path]);
    const { lines, told } = await read(path);
    expect([lines.length, lines[0], lines.at(-1), told]).toEqual([200_000, '1', '200000', []]);
  });

  it('is told where nobody writes to it, and holds up nothing else', async () => {
    const log = join(folder, 'log');
    writeFileSync(log, 'line\n');
    const pipes = ['a', 'b'].map(pipe);
    const { lines, told } = await read(...pipes, log);
    expect(lines).toEqual(['line']);
    expect(told).toHaveLength(2);
    expect(told[0]).toMatch(/^input.unreadable .*a: no program writes to this pipe; start the one that does/);
  }, 30_000);
});

describe('a pipe that is followed', () => {
  it('answers that it is quiet, with and without a writer, and ends when asked', async () => {
    const path = pipe('quiet');
    const told: InputFailure[] = [];
    const input = openFiles({
      paths: [path],
      follow: true,
      settingsFor: () => ({ timezone: 'UTC' }),
      resume: () => undefined,
      report: (failure) => told.push(failure),
    });
    const [reader] = await input.discover();
    expect(await reader?.read()).toEqual({ kind: 'idle' });
    const writer = spawn('sh', ['-c', 'exec > "$0"; echo one; exec sleep 60', path]);
    let result = await reader?.read();
    while (result?.kind === 'idle') result = await reader?.read();
    expect(result?.kind === 'batch' && result.batch.records.map(({ text }) => text)).toEqual(['one']);
    expect(await reader?.read()).toEqual({ kind: 'idle' });
    await input.close();
    writer.kill('SIGKILL');
    expect(told).toEqual([]);
  });
});

describe('what is no log', () => {
  it.each([['/dev/zero'], ['/dev/random']])('%s is refused', async (path) => {
    const told = [
      `input.unreadable ${path}: is a device, not a log; name files, folders or pipes, or - for standard input`,
    ];
    expect(await read(path)).toEqual({ lines: [], told });
  });

  it('/dev/null is an empty log', async () => {
    expect(await read('/dev/null')).toEqual({ lines: [], told: [] });
  });

  it('a socket is refused', async () => {
    const path = join(folder, 'socket');
    const server = createServer().listen(path);
    await new Promise((resolve) => server.once('listening', resolve));
    expect((await read(path)).told).toEqual([expect.stringContaining('socket: is a socket, not a log')]);
    server.close();
  });

  it('a folder that holds no file is told', async () => {
    mkdirSync(join(folder, 'logs/deep'), { recursive: true });
    writeFileSync(join(folder, 'logs/deep/.hidden'), 'x\n');
    const [told] = (await read(join(folder, 'logs'))).told;
    expect(told).toMatch(/^input.missing .*logs: holds no file to read .*; name the folder that the logs are in$/);
  });
});
