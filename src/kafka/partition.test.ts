import { expect, it } from 'vitest';
import { RecordColumns } from './wire/columns.js';
import { PartitionStream } from './partition.js';

function records(from: number, to: number, bytes = 10): RecordColumns {
  const rows = Array.from({ length: to - from }, (_, i) => {
    return { offset: from + i, timestamp: 0, key: null, value: Buffer.alloc(bytes), refused: undefined };
  });
  return RecordColumns.of(rows);
}

/** All that can be taken, as the offsets of the records and where each piece ends. */
function drain(stream: PartitionStream, limit: number, maxBytes = 1_000): readonly (readonly number[])[] {
  const pieces: (readonly number[])[] = [];
  for (;;) {
    const taken = stream.take(limit, maxBytes, 0);
    if (typeof taken === 'string') return pieces;
    pieces.push([...taken.records.map(({ offset }) => offset), taken.next]);
    expect(stream.position).toBe(taken.next);
  }
}

it('gives what was fetched in pieces of so many records and bytes, each once and in order', () => {
  const stream = new PartitionStream({ topic: 't', partition: 0 }, 5);
  stream.push(records(5, 10), 12, 20, 0);
  stream.push(records(12, 13, 2_000), 13, 20, 0);
  stream.push(undefined, 15, 20, 0);
  expect(drain(stream, 2)).toEqual([[5, 6, 7], [7, 8, 9], [9, 12], [12, 13], [15]]);
  expect(stream.take(2, 1_000, 0)).toBe('waiting');
  expect(stream.queuedBytes).toBe(0);
  expect(stream.lag).toBe(5);
  stream.push(records(15, 20), 20, 20, 0);
  expect(drain(stream, 100, 25)).toEqual([
    [15, 16, 17],
    [17, 18, 19],
    [19, 20],
  ]);
  expect(stream.take(2, 1_000, 0)).toBe('idle');
});

it('leaves out what it had, and forgets what is queued where it begins elsewhere', () => {
  const stream = new PartitionStream({ topic: 't', partition: 0 }, 0);
  stream.push(records(0, 4), 4, 9, 0);
  stream.push(records(2, 6), 6, 9, 0);
  expect(stream.take(3, 1_000, 0)).toMatchObject({ next: 3 });
  stream.restartAt(1);
  stream.push(records(0, 3), 3, 9, 0);
  expect(drain(stream, 10)).toEqual([[1, 2, 3]]);
  stream.end();
  expect(stream.take(1, 1, 0)).toBe('end');
});
