import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { CompressionTypes as CompressionType } from 'kafkajs';
import { CompressionCodecs, CompressionTypes } from '../library.js';
import { RefusedData } from './growing.js';
import { lz4 } from './lz4.js';
import { snappy } from './snappy.js';
import { zstd } from './zstd.js';

/** A batch of records may decompress to this many bytes. Brokers take batches of about 1 MiB, compressed. */
export const MAX_BATCH_SIZE = 64 * 1024 * 1024;
/** A batch of compressed records may hold this many: each costs about 1 KiB once decoded. */
export const MAX_BATCH_COUNT = 250_000;

/**
 * Header of a record that stands for one of a refused batch; its value is the reason. Of the batch's first record, the
 * value is the compressed data. The name is random, so no producer can write it.
 */
export const REFUSED_HEADER = `sekisho.refused.${randomBytes(12).toString('hex')}`;

type Decompress = (input: Buffer, limit: number) => Buffer | Promise<Buffer>;

const gunzipped = promisify(gunzip);
const gzipped = promisify(gzip);

const DECOMPRESS: Readonly<Record<number, Decompress>> = {
  [CompressionTypes.GZIP]: boundedGunzip,
  [CompressionTypes.Snappy]: snappy,
  [CompressionTypes.LZ4]: lz4,
  [CompressionTypes.ZSTD]: zstd,
};

/**
 * Registers the four codecs of Kafka with kafkajs, for the whole process: all are read, gzip is written too.
 *
 * Data that is broken or decompresses to more than `MAX_BATCH_SIZE` does not stop its partition: each record of such a
 * batch comes as one with `REFUSED_HEADER`, which the consumer turns into a dead letter. Only a batch of more than
 * `MAX_BATCH_COUNT` records does (the consumer tells which, and stands still).
 */
export function registerCodecs(): void {
  for (const [type, decompress] of Object.entries(DECOMPRESS)) {
    const codec = { compress: compressor(Number(type)), decompress: (input: Buffer) => guarded(decompress, input) };
    (CompressionCodecs as Record<number, () => typeof codec>)[Number(type)] = () => codec;
  }
}

function compressor(type: number): (encoder: { buffer: Buffer }) => Promise<Buffer> {
  if ((type as CompressionType) === CompressionTypes.GZIP) return (encoder) => gzipped(encoder.buffer, { level: 1 });
  return () => Promise.reject(new Error('Sekisho writes Kafka records with gzip or uncompressed'));
}

/**
 * Decompresses the records of a batch by its codec (the low three bits of its attributes).
 *
 * Rejects with RefusedData where they are broken, too large or compressed in a way that nobody knows, and with an Error
 * where the batch says that it has more than `MAX_BATCH_COUNT`.
 */
export async function decompressRecords(
  codec: number,
  records: Buffer,
  batch: { readonly base: number; readonly count: number },
): Promise<Buffer> {
  const decompress = DECOMPRESS[codec];
  if (decompress === undefined) throw new RefusedData(`is compressed by an unknown codec (${codec})`);
  refuseTooMany(batch.base, batch.count);
  return decompress(records, MAX_BATCH_SIZE);
}

function refuseTooMany(base: bigint | number, count: number): void {
  if (count <= MAX_BATCH_COUNT) return;
  throw new Error(
    `the batch at offset ${base} holds ${count} records, more than ${MAX_BATCH_COUNT}; ` +
      `have its producer write smaller batches, and move the group beyond it (kafka-consumer-groups --reset-offsets)`,
  );
}

async function guarded(decompress: Decompress, input: Buffer): Promise<Buffer> {
  const batch = headerOf(input);
  if (batch !== undefined) refuseTooMany(batch.baseOffset, batch.count);
  try {
    return await decompress(input, MAX_BATCH_SIZE);
  } catch (error) {
    if (!(error instanceof RefusedData) || batch === undefined) throw error;
    return standIns(batch, input, error.message);
  }
}

async function boundedGunzip(input: Buffer, limit: number): Promise<Buffer> {
  try {
    return await gunzipped(input, { maxOutputLength: limit, chunkSize: chunkFor(input) });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new RefusedData(`decompresses to more than ${limit} bytes`);
    throw new RefusedData(`is not valid gzip data (${code})`);
  }
}

const CHUNK_MIN = 1024;
const CHUNK_MAX = 4 * 1024 * 1024;

/** Room for all that the data decompresses to, as its last four bytes tell (RFC 1952, ISIZE), and one byte to see the end. */
function chunkFor(input: Buffer): number {
  const told = input.length < 4 ? 0 : input.readUInt32LE(input.length - 4);
  return Math.min(CHUNK_MAX, Math.max(CHUNK_MIN, told + 1));
}

interface BatchHeader {
  readonly baseOffset: bigint;
  readonly lastOffsetDelta: number;
  readonly count: number;
}

const HEADER_BYTES = 61;

/**
 * The header of the record batch whose compressed records `records` are: kafkajs hands a view, so the header stands
 * right before it. undefined where it does not look like one (message sets of Kafka 0.10 and older).
 *
 * Source: Kafka documentation, "Record Batch" (magic 2).
 */
function headerOf(records: Buffer): BatchHeader | undefined {
  if (records.byteOffset < HEADER_BYTES) return undefined;
  const header = Buffer.from(records.buffer, records.byteOffset - HEADER_BYTES, HEADER_BYTES);
  if (header[16] !== 2 || header.readInt32BE(8) !== HEADER_BYTES - 12 + records.length) return undefined;
  return {
    baseOffset: header.readBigInt64BE(0),
    lastOffsetDelta: header.readInt32BE(23),
    count: header.readInt32BE(57),
  };
}

/** As many records as the batch has: the first with the compressed data, the last with the batch's last offset. */
function standIns({ count, lastOffsetDelta }: BatchHeader, compressed: Buffer, reason: string): Buffer {
  const header = Buffer.concat([varint(1), bytes(Buffer.from(REFUSED_HEADER)), bytes(Buffer.from(reason))]);
  const records: Buffer[] = [];
  for (let i = 0; i < count; i++) {
    const delta = i === count - 1 ? lastOffsetDelta : i;
    const value = i === 0 ? bytes(compressed) : varint(-1);
    const body = Buffer.concat([Buffer.from([0]), varint(0), varint(delta), varint(-1), value, header]);
    records.push(bytes(body));
  }
  return Buffer.concat(records);
}

function bytes(content: Buffer): Buffer {
  return Buffer.concat([varint(content.length), content]);
}

/** Zigzag base-128 number, as in Protocol Buffers. */
function varint(value: number): Buffer {
  const encoded: number[] = [];
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  for (; rest > 127; rest >>>= 7) encoded.push((rest & 127) | 128);
  encoded.push(rest);
  return Buffer.from(encoded);
}
