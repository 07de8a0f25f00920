import { isAscii, isUtf8 } from 'node:buffer';
import type { DeadLetter, Failure, LogRecord, RecordBatch, Source } from '../event/index.js';
import type { Fetched, KafkaRecord } from '../kafka/index.js';
import { MAX_LINE_BYTES } from './lines.js';
import type { Skim } from './types.js';

const LF = 10;
const CR = 13;
/** What a refused batch's data is cut at in its dead letter. */
const KEPT_BYTES = MAX_LINE_BYTES;

/**
 * Kafka records as records of the house: the value without its line end is the text, the timestamp the receive time.
 *
 * Rejected, each with its bytes: a value framed for a schema registry (Avro, Protobuf), a record without a value, a
 * value that is too long, a batch that could not be decompressed (one dead letter for all its records). A value of
 * line ends alone is no record. ASCII lines are shown to `skim` first, and those it passes over are counted as skimmed.
 */
export function recordBatchOf(source: Source, fetched: Fetched, maxLineBytes: number, skim?: Skim): RecordBatch {
  const records: LogRecord[] = [];
  const rejected: DeadLetter[] = [];
  let lines = 0;
  let newest = -Infinity;
  for (const record of fetched.records) {
    const failure = failureOf(record, maxLineBytes);
    if (failure !== undefined) {
      if (!isContinuation(record)) rejected.push(letterOf(source, record, failure));
      continue;
    }
    const time = addRecord(records, record, skim);
    if (Number.isNaN(time)) continue;
    lines++;
    if (time > newest) newest = time;
  }
  const batch = { source, records, next: fetched.next, rejected };
  return lines === 0 ? batch : { ...batch, skimmed: { lines, newest } };
}

/** Makes a record of a value, or returns the time of the line that is passed over (else NaN). */
function addRecord(records: LogRecord[], { value, offset, timestamp }: KafkaRecord, skim: Skim | undefined): number {
  const line = withoutLineEnd(value as Buffer);
  if (line.length === 0) return Number.NaN;
  const plain = isAscii(line);
  if (plain && skim !== undefined) {
    const time = skim(line, 0, line.length, timestamp);
    if (!Number.isNaN(time)) return time;
  }
  const text = plain ? line.toString('latin1') : line.toString('utf8');
  const bytes = plain || isUtf8(line) ? undefined : Uint8Array.from(line);
  records.push({ text, offset, receiveTime: timestamp, bytes });
  return Number.NaN;
}

function withoutLineEnd(value: Buffer): Buffer {
  let end = value.length;
  while (end > 0 && (value[end - 1] === LF || value[end - 1] === CR)) end--;
  return end === value.length ? value : value.subarray(0, end);
}

function failureOf(record: KafkaRecord, maxLineBytes: number): Failure | undefined {
  const { value, refused } = record;
  if (refused !== undefined) {
    const message = `a batch of records that begins here ${refused}; none of its records could be read`;
    return { code: 'input.kafka.batch', message };
  }
  if (value === null) return { code: 'input.kafka.empty', message: 'the record has no value (a tombstone)' };
  if (value[0] === 0 && value.length >= 5) return schemaFailure(value);
  if (value.length <= maxLineBytes) return undefined;
  const message = `value of ${value.length} bytes is longer than ${maxLineBytes}; the first ${maxLineBytes} are kept here`;
  return { code: 'input.line-too-long', message };
}

/**
 * Source: Confluent Schema Registry, "Wire format": a magic byte 0, then the schema's id in 4 bytes, big-endian.
 */
function schemaFailure(value: Buffer): Failure {
  const message =
    `the value is framed for a schema registry (schema ${value.readUInt32BE(1)}: Avro, Protobuf or JSON Schema), ` +
    'which Sekisho does not read; have the shipper write plain JSON or text to this topic';
  return { code: 'input.kafka.avro', message };
}

/** Whether the record belongs to a refused batch that an earlier dead letter is about. */
function isContinuation({ refused, value }: KafkaRecord): boolean {
  return refused !== undefined && value === null;
}

function letterOf(source: Source, { offset, timestamp, value }: KafkaRecord, failure: Failure): DeadLetter {
  return {
    position: { source: source.id, offset, sub: 0 },
    label: source.label,
    receiveTime: timestamp,
    bytes: Uint8Array.from(value?.subarray(0, KEPT_BYTES) ?? []),
    failure,
  };
}
