import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import kafkajs from 'kafkajs';
import { expect, it } from 'vitest';
import { type AbortedTransaction, decodeBatches } from './batches.js';
import { MAX_BATCH_COUNT, MAX_BATCH_SIZE } from './codecs.js';
import type { KafkaRecord } from './columns.js';
import { replaceParts } from './replaced.js';
import { decodeFetch, FetchedMessage } from './fetch-response.js';

const require = createRequire(import.meta.url);
const path = 'kafkajs/src/protocol';
const { RecordBatch } = require(`${path}/recordBatch/v0`) as { RecordBatch: (told: object) => Promise<Written> };
const Record = require(`${path}/recordBatch/record/v0`) as (told: object) => Written;
const Decoder = require(`${path}/decoder`) as new (data: Buffer) => object;
const decodeByLibrary = require(`${path}/requests/fetch/v4/decodeMessages`) as (decoder: object) => Promise<object[]>;
const LibraryBatch = require('kafkajs/src/consumer/batch') as new (
  topic: string,
  offset: string,
  partition: object,
) => kafkajs.Batch;

interface Written {
  readonly buffer: Buffer;
}

interface Told {
  readonly base: number;
  readonly values: readonly (string | null)[];
  readonly compression?: kafkajs.CompressionTypes;
  readonly producerId?: number;
  readonly inTransaction?: boolean;
  /** `commit`, `abort`: a control batch. */
  readonly control?: 'commit' | 'abort';
}

const TIME = 1_700_000_000_000;
const ATTRIBUTES_AT = 21;

/** A batch as kafkajs writes it; offsets leave one out after each record. */
async function batchOf({ base, values, compression = 0, producerId = -1, inTransaction, control }: Told) {
  const keys = control === undefined ? undefined : Buffer.from([0, 0, 0, control === 'commit' ? 1 : 0]);
  const records = values.map((value, i) => {
    const key = keys ?? (i % 3 === 0 ? null : Buffer.from(`key ${i}`));
    const headers = i % 4 === 0 ? { name: 'x'.repeat(i), none: Buffer.from('ü') } : {};
    return Record({ key, value, headers, offsetDelta: i * 2, timestampDelta: i === 2 ? -70_000 : i * 1_000_000_000 });
  });
  const lastOffsetDelta = values.length * 2 - 1;
  const told = { compression, firstOffset: base, firstTimestamp: TIME, maxTimestamp: TIME + 5, producerId, records };
  const { buffer } = await RecordBatch({ ...told, lastOffsetDelta, transactional: inTransaction === true });
  if (control !== undefined) buffer.writeInt16BE(buffer.readInt16BE(ATTRIBUTES_AT) | 0x20, ATTRIBUTES_AT);
  return buffer;
}

async function data(...told: readonly Told[]): Promise<Buffer> {
  return Buffer.concat(await Promise.all(told.map(batchOf)));
}

async function read(bytes: Buffer, aborted: readonly AbortedTransaction[] = []): Promise<readonly KafkaRecord[]> {
  const fetched = await decodeBatches(bytes, aborted);
  return fetched.flatMap(({ columns }) => Array.from({ length: columns.length }, (_, row) => columns.record(row)));
}

/** The same by kafkajs alone. */
async function readByLibrary(bytes: Buffer, aborted: readonly AbortedTransaction[] = []) {
  const size = Buffer.alloc(4);
  size.writeInt32BE(bytes.length);
  const messages = await decodeByLibrary(new Decoder(Buffer.concat([size, bytes])));
  const abortedTransactions = aborted.map(({ producerId, firstOffset }) => {
    return { producerId: String(producerId), firstOffset: String(firstOffset) };
  });
  const batch = new LibraryBatch('t', '0', { partition: 0, highWatermark: '9', messages, abortedTransactions });
  return batch.messages.map(({ offset, timestamp, key, value }) => {
    return { offset: Number(offset), timestamp: Number(timestamp), key, value, refused: undefined };
  });
}

const VALUES = ['a line', null, '', 'grüße', 'x'.repeat(300), 'y', 'z'];
const { GZIP } = kafkajs.CompressionTypes;

it('reads what kafkajs reads: keys, values, offsets with gaps, times, whatever the headers', async () => {
  for (const compression of [kafkajs.CompressionTypes.None, GZIP]) {
    const many = Array.from({ length: 300 }, (_, i) => `line ${i}`);
    const bytes = await data(
      { base: 7, values: VALUES, compression },
      { base: 40, values: ['alone'] },
      { base: 5_000_000_000, values: many, compression, producerId: 3 },
    );
    expect(await read(bytes)).toEqual(await readByLibrary(bytes));
    // What is cut off at the end is left out.
    const cut = bytes.subarray(0, bytes.length - 1);
    expect(await read(cut)).toEqual(await readByLibrary(cut));
    expect(await read(bytes.subarray(0, 100))).toEqual([]);
  }
});

it('reads times that the broker set', async () => {
  const bytes = await data({ base: 0, values: ['a', 'b'] });
  bytes.writeInt16BE(0x08, ATTRIBUTES_AT);
  expect((await read(bytes)).map(({ timestamp }) => timestamp)).toEqual([TIME + 5, TIME + 5]);
  expect(await read(bytes)).toEqual(await readByLibrary(bytes));
});

it('leaves out control records and what aborted transactions wrote, as kafkajs does', async () => {
  const [one, other] = [
    { producerId: 1, inTransaction: true },
    { producerId: 2, inTransaction: true },
  ];
  const bytes = await data(
    { base: 0, values: ['plain'] },
    { base: 10, values: ['aborted', 'too'], ...one },
    { base: 20, values: ['of another'], ...other, compression: GZIP },
    { base: 30, values: [''], ...one, control: 'abort' },
    { base: 40, values: ['committed'], ...one },
    { base: 50, values: [''], ...one, control: 'commit' },
    { base: 60, values: [''], ...other, control: 'commit' },
    { base: 70, values: ['aborted again'], ...one },
    { base: 80, values: ['no transaction'], producerId: 1 },
    { base: 90, values: [''], ...one, control: 'abort' },
  );
  const aborted = [10n, 70n].map((firstOffset) => ({ producerId: 1n, firstOffset }));
  const told = await read(bytes, aborted);
  expect(told.map(({ value }) => String(value))).toEqual(['plain', 'of another', 'committed', 'no transaction']);
  expect(told).toEqual(await readByLibrary(bytes, aborted));
  const [fetched] = await decodeBatches(bytes, aborted);
  expect(fetched).toMatchObject({ first: 0, last: 91 });
});

it('leaves out what two transactions wrote that were aborted while both were open', async () => {
  const bytes = await data(
    { base: 0, values: ['a'], producerId: 1, inTransaction: true },
    { base: 10, values: ['b'], producerId: 2, inTransaction: true },
    { base: 20, values: [''], producerId: 2, inTransaction: true, control: 'abort' },
    { base: 30, values: [''], producerId: 1, inTransaction: true, control: 'abort' },
    { base: 40, values: ['c'], producerId: 2, inTransaction: true },
  );
  const aborted = [
    { producerId: 2n, firstOffset: 10n },
    { producerId: 1n, firstOffset: 0n },
  ];
  expect((await read(bytes, aborted)).map(({ value }) => String(value))).toEqual(['c']);
});

it('tells a batch that can’t be read as one record with its data and the reason, and reads on', async () => {
  const bomb = gzipSync(Buffer.alloc(MAX_BATCH_SIZE + 1));
  const [good, compressed] = [await data({ base: 9, values: ['good'] }), await data({ base: 3, values: ['bad'] })];
  const header = compressed.subarray(0, 61);
  const wrap = (records: Buffer, codec: number): Buffer => {
    const whole = Buffer.concat([header, records]);
    whole.writeInt32BE(whole.length - 12, 8);
    whole.writeInt16BE(codec, ATTRIBUTES_AT);
    return whole;
  };
  const reasons: readonly (readonly [Buffer, number, string])[] = [
    [bomb, 1, `decompresses to more than ${MAX_BATCH_SIZE} bytes`],
    [Buffer.from('no gzip'), 1, 'is not valid gzip data (Z_DATA_ERROR)'],
    [Buffer.from('unknown'), 6, 'is compressed by an unknown codec (6)'],
    [Buffer.from('short'), 0, 'is not a batch of records'],
    [Buffer.alloc(0), 0, 'is not a batch of records'],
  ];
  for (const [records, codec, refused] of reasons) {
    const told = await read(Buffer.concat([wrap(records, codec), good]));
    expect(told).toMatchObject([
      { offset: 3, key: null, refused },
      { offset: 9, refused: undefined },
    ]);
    expect(told[0]?.value?.equals(records)).toBe(true);
  }
  const many = wrap(gzipSync('x'), 1);
  many.writeInt32BE(MAX_BATCH_COUNT + 1, 57);
  await expect(read(many)).rejects.toThrow('the batch at offset 3 holds');
});

it('never reads beyond its bytes, whatever they are', async () => {
  const whole = await data({ base: 0, values: VALUES });
  for (let i = 0; i < 2_000; i++) {
    const broken = Buffer.from(whole);
    for (let n = 0; n < 3; n++) broken[12 + ((i * 7919 + n * 104_729) % (whole.length - 12))] = (i * 31 + n * 17) & 255;
    const told = await read(broken).catch((error: unknown) => {
      expect(String(error)).toContain(`more than ${MAX_BATCH_COUNT}`);
      return [];
    });
    for (const { value } of told) expect(value?.length ?? 0).toBeLessThanOrEqual(whole.length);
  }
});

/** A fetch response of one partition. */
function responseOf(records: Buffer): Buffer {
  const head = Buffer.alloc(69);
  let at = head.writeInt32BE(25, 0);
  at = head.writeInt16BE(0, at);
  at = head.writeInt32BE(0, at);
  at = head.writeInt32BE(1, at);
  at = head.writeInt16BE(1, at);
  at += head.write('t', at);
  at = head.writeInt32BE(1, at);
  at = head.writeInt32BE(4, at);
  at = head.writeInt16BE(0, at);
  for (const offset of [50n, 49n, 2n]) at = head.writeBigInt64BE(offset, at);
  at = head.writeInt32BE(0, at);
  at = head.writeInt32BE(-1, at);
  at = head.writeInt32BE(records.length, at);
  return Buffer.concat([head.subarray(0, at), records]);
}

it('is what kafkajs decodes fetch responses by, old formats by its own', async () => {
  const response = require(`${path}/requests/fetch/v11/response`) as { decode: (bytes: Buffer) => Promise<object> };
  const before = response.decode;
  const [bytes, nothing] = [responseOf(await data({ base: 7, values: VALUES })), responseOf(Buffer.alloc(0))];
  const byLibrary = await before(nothing);
  expect(await decodeFetch(nothing, () => Promise.reject(new Error('not asked')))).toEqual(byLibrary);
  expect(replaceParts()).toBe(true);
  expect(response.decode).not.toBe(before);
  const decoded = (await response.decode(bytes)) as Awaited<ReturnType<typeof decodeFetch>>;
  const partition = decoded.responses[0]?.partitions[0];
  expect(partition).toMatchObject({ partition: 4, highWatermark: '50', lastStableOffset: '49', lastStartOffset: '2' });
  const [message] = partition?.messages ?? [];
  expect(message).toBeInstanceOf(FetchedMessage);
  const batch = new LibraryBatch('t', '8', partition as object);
  expect([batch.lastOffset(), batch.messages.length, batch.isEmpty()]).toEqual(['20', 1, false]);
  // One message of Kafka 0.10 (magic 1): offset, size, checksum, magic, attributes, timestamp, no key, value.
  const old = Buffer.alloc(40);
  old.writeBigInt64BE(3n, 0);
  old.writeInt32BE(28, 8);
  old[16] = 1;
  old.writeBigInt64BE(BigInt(TIME), 18);
  old.writeInt32BE(-1, 26);
  old.writeInt32BE(6, 30);
  old.write('an old', 34);
  expect(await response.decode(responseOf(old))).toMatchObject({
    responses: [{ partitions: [{ messages: [{ offset: '3', value: Buffer.from('an old') }] }] }],
  });
});
