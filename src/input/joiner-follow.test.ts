import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFiles } from './files.js';
import type { Input, Reader, ReadResult, ResumePoint } from './types.js';

const TIMING = { poll: 1, list: 1, settle: 1, copy: 1, linger: 60_000, dormant: 60_000 };

let folder = '';
let path = '';
let input: Input | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sekisho-joins-'));
  path = join(folder, 'app.log');
});

afterEach(async () => {
  await input?.close();
  rmSync(folder, { recursive: true });
});

async function follow(timeout: number, left?: ResumePoint): Promise<Reader> {
  input = openFiles({
    paths: [path],
    follow: true,
    settingsFor: () => ({ timezone: 'UTC' }),
    resume: () => left,
    report: () => undefined,
    timing: TIMING,
    joiningFor: () => ({ rule: 'auto', maxLines: 100, timeout }),
  });
  return (await input.discover())[0] as Reader;
}

/** The next answer that is of this kind; a test's own time bounds it. */
async function next<K extends ReadResult['kind']>(reader: Reader, kind: K): Promise<Extract<ReadResult, { kind: K }>> {
  for (;;) {
    const result = await reader.read();
    if (result.kind === kind) return result as Extract<ReadResult, { kind: K }>;
    await sleep(2);
  }
}

const texts = (result: Extract<ReadResult, { kind: 'batch' }>): readonly string[] =>
  result.batch.records.map(({ text }) => text);

describe('lines of one record in a followed file', () => {
  it('waits for the rest of a record, and takes it as whole after a time of silence', async () => {
    writeFileSync(path, 'ERROR one\n\tat a\n');
    const reader = await follow(300);
    await next(reader, 'waiting');
    appendFileSync(path, '\tat b\n');
    const result = await next(reader, 'batch');
    expect(texts(result)).toEqual(['ERROR one\n\tat a\n\tat b']);
    expect(result.batch.next).toBe('ERROR one\n\tat a\n\tat b\n'.length);
    await next(reader, 'idle');
  });

  it('is whole after a stop in its middle', async () => {
    writeFileSync(path, 'first\nERROR one\n\tat a\n');
    const reader = await follow(60_000);
    const result = await next(reader, 'batch');
    expect([texts(result), result.batch.next]).toEqual([['first'], 6]);
    const left = { offset: result.batch.next, carry: reader.carry() };
    await input?.close();
    appendFileSync(path, '\tat b\nINFO two\n');
    const again = await follow(60_000, left);
    const rest = await next(again, 'batch');
    expect(rest.batch.records.map(({ text, offset }) => [text, offset])).toEqual([['ERROR one\n\tat a\n\tat b', 6]]);
  });

  it('is given as it stands where the file is truncated', async () => {
    writeFileSync(path, 'ERROR one\n\tat a\n');
    const reader = await follow(60_000);
    await next(reader, 'waiting');
    truncateSync(path, 0);
    expect(texts(await next(reader, 'batch'))).toEqual(['ERROR one\n\tat a']);
    await next(reader, 'end');
  });
});
