import { PassThrough, Readable } from 'node:stream';
import { expect, it } from 'vitest';
import type { InputFailure } from './opened.js';
import { openStdin } from './stdin.js';
import type { Reader } from './types.js';

async function opened(stream: Readable, failures: InputFailure[] = []): Promise<Reader> {
  const input = openStdin({ settings: { timezone: 'UTC' }, report: (failure) => failures.push(failure), stream });
  const [reader] = await input.discover();
  expect(await input.discover()).toEqual([]);
  return reader as Reader;
}

async function texts(reader: Reader): Promise<string[]> {
  const all: string[] = [];
  for (;;) {
    const result = await reader.read();
    if (result.kind !== 'batch') return all;
    all.push(...result.batch.records.map(({ text, offset }) => `${offset} ${text}`));
  }
}

it('reads pieces of any size with offsets from the start', async () => {
  const pieces = ['on', 'e\r', '\ntw', 'o\n\n', 'thr', 'ee'].map((piece) => Buffer.from(piece));
  const reader = await opened(Readable.from(pieces));
  expect(reader.source.id).toBe('stdin');
  expect(await texts(reader)).toEqual(['0 one', '5 two', '10 three']);
});

it('returns a line as soon as it is complete, without waiting for the end', async () => {
  const stream = new PassThrough();
  const reader = await opened(stream);
  stream.write('first\nsec');
  const result = await reader.read();
  expect(result.kind === 'batch' && result.batch.records.map(({ text }) => text)).toEqual(['first']);
  expect(result.kind === 'batch' && result.batch.next).toBe(6);
  await reader.close();
});

it('holds a bounded part of a line without end', async () => {
  const piece = Buffer.alloc(1 << 20, 0x78);
  let left = 40;
  const endless = new Readable({ read: () => void endless.push(left-- > 0 ? piece : null) });
  const before = process.memoryUsage().arrayBuffers;
  const reader = await opened(endless);
  const result = await reader.read();
  expect(result.kind === 'batch' && result.batch.rejected[0]?.bytes.length).toBe(1 << 20);
  expect(result.kind === 'batch' && result.batch.next).toBe(40 << 20);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 << 20);
});

it('tells of a stream that breaks, and keeps what came before', async () => {
  const failures: InputFailure[] = [];
  const stream = new PassThrough();
  const reader = await opened(stream, failures);
  stream.write('one\n');
  const first = await reader.read();
  stream.destroy(new Error('the pipe is gone'));
  expect(first.kind).toBe('batch');
  expect(await reader.read()).toEqual({ kind: 'end' });
  expect(failures.map(({ message }) => message)).toEqual(['standard input: the pipe is gone']);
});
