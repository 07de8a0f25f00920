import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeadLetter, LogRecord, RecordBatch } from '../event/index.js';
import { detectEncoding } from './encoding.js';
import { LineSplitter, MAX_BATCH_BYTES, MAX_BATCH_RECORDS } from './lines.js';

const source = { id: 'test', label: 'test', settings: { timezone: 'UTC' } };

interface Split {
  readonly records: readonly LogRecord[];
  readonly rejected: readonly DeadLetter[];
  readonly batches: readonly RecordBatch[];
  readonly splitter: LineSplitter;
}

/** Feeds bytes as a reader does, `step` more of them at a time. */
function split(bytes: Buffer, { step = MAX_BATCH_BYTES, maxLineBytes = 1 << 20, final = true } = {}): Split {
  const splitter = new LineSplitter(source, detectEncoding(bytes), 0, maxLineBytes);
  const batches: RecordBatch[] = [];
  const takeAll = (end: number, last: boolean): void => {
    for (;;) {
      const before = splitter.readAt;
      const batch = splitter.take(bytes.subarray(before, end), 1, last);
      if (batch !== undefined) batches.push(batch);
      else if (splitter.readAt === before) return;
    }
  };
  for (let end = step; end < bytes.length; end += step) takeAll(end, false);
  takeAll(bytes.length, final);
  return {
    records: batches.flatMap((batch) => batch.records),
    rejected: batches.flatMap((batch) => batch.rejected),
    batches,
    splitter,
  };
}

/** The slow and obvious way: every line by itself. */
function reference(bytes: Buffer): LogRecord[] {
  const records: LogRecord[] = [];
  for (let start = 0; start < bytes.length;) {
    let end = start;
    while (end < bytes.length && bytes[end] !== 10) end++;
    let line = bytes.subarray(start, end);
    if (line.at(-1) === 13) line = line.subarray(0, -1);
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(line);
    const valid = Buffer.from(text, 'utf8').equals(line);
    if (line.length > 0)
      records.push({ text, offset: start, receiveTime: 1, bytes: valid ? undefined : Uint8Array.from(line) });
    start = end + 1;
  }
  return records;
}

describe('line splitter', () => {
  it('cuts lines with their byte offsets', () => {
    const { records } = split(Buffer.from('one\r\ntwo\n\n\r\nthrée\nfour'));
    expect(records.map(({ text, offset }) => [text, offset])).toEqual([
      ['one', 0],
      ['two', 5],
      ['thrée', 12],
      ['four', 19],
    ]);
  });

  it('leaves an unterminated last line alone while more may come', () => {
    const { records, splitter } = split(Buffer.from('one\ntwo'), { final: false });
    expect(records.map(({ text }) => text)).toEqual(['one']);
    expect(splitter.next).toBe(4);
  });

  it('does as the obvious way does, on any bytes in any pieces', () => {
    const piece = fc.oneof(
      fc.constantFrom('\n', '\r\n', '\r', '\0', 'é', '日本', '🔑', '\ufeff', 'plain words in ASCII'),
      fc.string(),
      fc.uint8Array({ maxLength: 6 }),
    );
    const bytes = fc
      .array(piece, { maxLength: 60 })
      .map((pieces) => Buffer.concat(pieces.map((part) => Buffer.from(part as string))))
      .filter((buffer) => detectEncoding(buffer).bom === 0);
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 50 }), (buffer, step) => {
        expect(split(buffer, { step }).records).toEqual(reference(buffer));
      }),
      { numRuns: 400 },
    );
  });

  it('keeps ASCII and other lines apart across its inner blocks', () => {
    const random = (seed: number): number => ((seed * 48_271) % 2_147_483_647) % 1000;
    const lines = Array.from({ length: 3000 }, (_, i) => 'x'.repeat(random(i) % 97) + (random(i + 7) < 20 ? 'ü' : ''));
    const bytes = Buffer.from(lines.join('\n'));
    expect(split(bytes).records).toEqual(reference(bytes));
  });

  it('keeps the bytes where the text does not tell them', () => {
    const { records } = split(Buffer.from([0x61, 0xff, 0x62, 10, 0x63, 10]));
    expect(records).toEqual([
      { text: 'a\ufffdb', offset: 0, receiveTime: 1, bytes: Uint8Array.of(0x61, 0xff, 0x62) },
      { text: 'c', offset: 4, receiveTime: 1, bytes: undefined },
    ]);
  });

  it('holds batches to their size and number of records, and loses nothing between', () => {
    const bytes = Buffer.from('a\n'.repeat(MAX_BATCH_BYTES));
    const { batches, records } = split(bytes, { step: 2 * MAX_BATCH_BYTES });
    expect(Math.max(...batches.map((batch) => batch.records.length))).toBe(MAX_BATCH_RECORDS);
    expect(records).toHaveLength(MAX_BATCH_BYTES);
    expect(batches.at(-1)?.next).toBe(bytes.length);
  });

  it.each([1, 7, 100, 1000])('rejects a line that is too long, given %i bytes at a time', (step) => {
    const bytes = Buffer.from(`before\n${'x'.repeat(500)}\nafter\n${'y'.repeat(300)}`);
    const { records, rejected } = split(bytes, { step, maxLineBytes: 64 });
    expect(records.map(({ text, offset }) => [text, offset])).toEqual([
      ['before', 0],
      ['after', 508],
    ]);
    expect(rejected.map(({ position, bytes: kept }) => [position.offset, kept.length])).toEqual([
      [7, 64],
      [514, 64],
    ]);
    expect(rejected[0]?.failure.code).toBe('input.line-too-long');
    expect(rejected[0]?.failure.message).toMatch(/^line of 50[01] bytes is longer than 64; the first 64 are kept/u);
  });

  it('never commits past the beginning of a long line that has not ended', () => {
    const bytes = Buffer.from(`a\n${'x'.repeat(500)}`);
    const { splitter } = split(bytes, { maxLineBytes: 64, step: 50, final: false });
    expect(splitter.next).toBe(2);
  });

  it('leaves a UTF-8 byte order mark out', () => {
    const { records } = split(Buffer.from('\ufeffone\ntwo\n'));
    expect(records.map(({ text, offset }) => [text, offset])).toEqual([
      ['one', 3],
      ['two', 7],
    ]);
  });

  it.each(['utf-16le', 'utf-16be'])('reads %s with a byte order mark', (name) => {
    const text = '\ufeffone\r\nzwö Ċ ਊ\n\nlast 🔑';
    const bytes = Buffer.from(text, 'utf16le');
    if (name === 'utf-16be') bytes.swap16();
    for (const step of [1, 3, 4, 1000]) {
      const { records } = split(bytes, { step });
      expect(records.map((record) => [record.text, record.offset])).toEqual([
        ['one', 2],
        ['zwö Ċ ਊ', 12],
        ['last 🔑', 30],
      ]);
    }
  });
});
