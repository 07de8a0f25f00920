import type { Message } from 'kafkajs';
import { crc32c } from './crc32c.js';

/** What kafkajs tells of a produce request. */
export interface ProduceTold {
  readonly acks: number;
  readonly timeout: number;
  readonly transactionalId?: string | null;
  /** A number of 64 bits, in whatever form. */
  readonly producerId?: { toString(): string };
  readonly producerEpoch?: number;
  readonly compression?: number;
  readonly topicData: readonly { readonly topic: string; readonly partitions: readonly ProducedPartition[] }[];
}

interface ProducedPartition {
  readonly partition: number;
  readonly firstSequence?: number;
  readonly messages: readonly Message[];
}

/** Before a batch's records. */
const HEADER_BYTES = 61;
/** Of those, what the checksum does not cover. */
const CHECKED_AT = 21;
const LENGTH_AT = 8;
const LEAD_BYTES = 12;
const MAGIC = 2;
const TRANSACTIONAL = 0x10;
/** Of a record beside varying numbers, key and value: attributes, a time that is the batch's, no headers. */
const RECORD_BYTES = 3;

/** Whether `encodeProduce` can write it: records without headers or times of their own, not compressed. */
export function isPlain({ compression = 0, topicData }: ProduceTold): boolean {
  const isOrdinary = ({ headers, timestamp }: Message): boolean => headers === undefined && timestamp === undefined;
  return (
    compression === 0 && topicData.every(({ partitions }) => partitions.every((p) => p.messages.every(isOrdinary)))
  );
}

/**
 * The body of a produce request of version 3 to 8, its records those of `now` (epoch ms), in one piece of memory of the
 * size that it needs.
 *
 * Source: Kafka protocol guide, Produce Request; Kafka documentation, "Record Batch" and "Record".
 */
export function encodeProduce(told: ProduceTold, now: number): Buffer {
  const topics = told.topicData.map(({ topic, partitions }) => {
    return { topic, partitions: partitions.map((one) => ({ ...one, records: measured(one.messages) })) };
  });
  const { transactionalId = null } = told;
  let size = 2 + Buffer.byteLength(transactionalId ?? '') + 2 + 4 + 4;
  for (const { topic, partitions } of topics) {
    size += 2 + Buffer.byteLength(topic) + 4;
    for (const { records } of partitions) size += 8 + HEADER_BYTES + records.size;
  }
  const output = new Output(size);
  output.string(transactionalId);
  output.int16(told.acks);
  output.int32(told.timeout);
  output.int32(topics.length);
  for (const { topic, partitions } of topics) {
    output.string(topic);
    output.int32(partitions.length);
    for (const { partition, firstSequence = 0, records } of partitions) {
      output.int32(partition);
      output.int32(HEADER_BYTES + records.size);
      writeBatch(output, told, firstSequence, records, now);
    }
  }
  return output.bytes;
}

/** A key or a value, with the bytes it takes; −1: none. */
interface Part {
  readonly content: Buffer | string | null;
  readonly length: number;
}

interface Measured {
  readonly rows: readonly { readonly body: number; readonly key: Part; readonly value: Part }[];
  readonly size: number;
}

function measured(messages: readonly Message[]): Measured {
  let size = 0;
  const rows = messages.map(({ key, value }, i) => {
    const parts = { key: partOf(key), value: partOf(value) };
    const body = RECORD_BYTES + varintSize(i) + partSize(parts.key) + partSize(parts.value);
    size += varintSize(body) + body;
    return { body, ...parts };
  });
  return { rows, size };
}

function partOf(content: Buffer | string | null | undefined): Part {
  if (content === null || content === undefined) return { content: null, length: -1 };
  return { content, length: typeof content === 'string' ? Buffer.byteLength(content) : content.length };
}

function partSize({ length }: Part): number {
  return varintSize(length) + Math.max(0, length);
}

function writeBatch(output: Output, told: ProduceTold, firstSequence: number, records: Measured, now: number): void {
  const { rows } = records;
  const start = output.at;
  output.int64(0n);
  output.int32(HEADER_BYTES - LEAD_BYTES + records.size);
  output.int32(0);
  output.int8(MAGIC);
  output.int32(0);
  output.int16((told.transactionalId ?? null) === null ? 0 : TRANSACTIONAL);
  output.int32(rows.length - 1);
  output.int64(BigInt(now));
  output.int64(BigInt(now));
  output.int64(BigInt(String(told.producerId ?? -1)));
  output.int16(told.producerEpoch ?? 0);
  output.int32(firstSequence);
  output.int32(rows.length);
  for (const [i, { body, key, value }] of rows.entries()) {
    output.varint(body);
    output.int8(0);
    output.varint(0);
    output.varint(i);
    output.part(key);
    output.part(value);
    output.varint(0);
  }
  output.bytes.writeUInt32BE(crc32c(output.bytes, start + CHECKED_AT, output.at), start + LENGTH_AT + 9);
}

/** Of a zigzag base-128 number, as in Protocol Buffers. */
function varintSize(value: number): number {
  let size = 1;
  for (let rest = zigzag(value); rest > 127; rest >>>= 7) size++;
  return size;
}

function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}

/** Writes the protocol's types. */
class Output {
  readonly bytes: Buffer;
  at = 0;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size);
  }

  int8(value: number): void {
    this.at = this.bytes.writeInt8(value, this.at);
  }

  int16(value: number): void {
    this.at = this.bytes.writeInt16BE(value, this.at);
  }

  int32(value: number): void {
    this.at = this.bytes.writeInt32BE(value, this.at);
  }

  int64(value: bigint): void {
    this.at = this.bytes.writeBigInt64BE(value, this.at);
  }

  varint(value: number): void {
    let rest = zigzag(value);
    for (; rest > 127; rest >>>= 7) this.bytes[this.at++] = (rest & 127) | 128;
    this.bytes[this.at++] = rest;
  }

  string(text: string | null): void {
    this.int16(text === null ? -1 : Buffer.byteLength(text));
    this.at += this.bytes.write(text ?? '', this.at);
  }

  part({ content, length }: Part): void {
    this.varint(length);
    if (typeof content === 'string') this.at += this.bytes.write(content, this.at);
    else if (content !== null) this.at += content.copy(this.bytes, this.at);
  }
}
