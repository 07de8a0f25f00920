import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
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

it('decompresses gzip of several members, in pieces of any size, with offsets into what it holds', async () => {
  const whole = Buffer.concat([gzipSync('one\ntwo\n'), gzipSync('three\n')]);
  for (const size of [1, 2, 7, whole.length]) {
    const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) =>
      whole.subarray(i * size, (i + 1) * size),
    );
    expect(await texts(await opened(Readable.from(pieces)))).toEqual(['0 one', '4 two', '8 three']);
  }
});

it('keeps what stands before a break in gzip, and tells of it', async () => {
  const failures: InputFailure[] = [];
  const lines = Array.from({ length: 200_000 }, (_, i) => `line ${i}`);
  const whole = gzipSync(lines.join('\n'));
  const reader = await opened(Readable.from([whole.subarray(0, whole.length / 2)]), failures);
  const read = await texts(reader);
  expect(read.length).toBeGreaterThan(50_000);
  expect(read[50_000]).toMatch(/ line 50000$/u);
  expect(failures.map(({ code, message }) => `${code} ${message}`)).toEqual([
    expect.stringMatching(/^input\.gzip standard input: the compressed data break off/u),
  ]);
});

it('takes what only begins like gzip as it is', async () => {
  const reader = await opened(Readable.from([Buffer.from([0x1f]), Buffer.from([0x8b, 0x0a])]));
  expect(await texts(reader)).toHaveLength(1);
  const short = await opened(Readable.from([Buffer.from([0x1f])]));
  expect(await texts(short)).toHaveLength(1);
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
