import type { Batch } from 'kafkajs';
import { expect, it } from 'vitest';
import { REFUSED_HEADER } from './codecs.js';
import type { KafkaRecord, RecordColumns } from './columns.js';
import { arrivedOf } from './record.js';

function messages(...told: readonly (readonly [offset: number, timestamp: number])[]): Batch['messages'] {
  return told.map(([offset, timestamp]) => ({
    offset: String(offset),
    timestamp: String(timestamp),
    key: null,
    value: Buffer.from(`line ${offset}`),
    attributes: 0,
    headers: {},
  }));
}

/** What is read where kafkajs decoded by itself. */
function recordsOf(batch: Batch['messages']): readonly KafkaRecord[] {
  const [first, last] = [batch[0]?.offset ?? '0', batch.at(-1)?.offset ?? '0'];
  const fetched = { messages: batch, firstOffset: () => first, lastOffset: () => last } as unknown as Batch;
  return arrivedOf(fetched).pieces.flatMap(({ columns }) => {
    return Array.from({ length: columns?.length ?? 0 }, (_, i) => (columns as RecordColumns).record(i));
  });
}

it('tells each record’s own offset and time, where offsets follow each other and where some are missing', () => {
  for (const told of [
    [],
    [[7, 1]],
    [7, 8, 9].map((offset) => [offset, offset < 9 ? 1_700_000_000_000 : 5] as const),
    [7, 9, 12].map((offset) => [offset, 1_700_000_000_000 - offset] as const),
  ] as const) {
    const read = recordsOf(messages(...told));
    expect(read.map(({ offset, timestamp }) => [offset, timestamp])).toEqual(told);
    expect(read.map(({ value }) => String(value))).toEqual(told.map(([offset]) => `line ${offset}`));
  }
});

it('lets the first record here stand for a batch that was refused', () => {
  const refused = messages([3, 1], [4, 1]).map((message) => {
    return { ...message, value: null, headers: { [REFUSED_HEADER]: Buffer.from('can not be read') } };
  }) as unknown as Batch['messages'];
  expect(recordsOf(refused)).toMatchObject([
    { offset: 3, value: Buffer.alloc(0), refused: 'can not be read' },
    { offset: 4, value: null, refused: 'can not be read' },
  ]);
});
