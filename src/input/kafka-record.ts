import { isUtf8 } from 'node:buffer';
import type { DeadLetter, Failure, LogRecord, RecordBatch, Source } from '../event/index.js';
import type { Fetched, KafkaRecord, RecordColumns } from '../kafka/index.js';
import { MAX_BATCH_BYTES, MAX_LINE_BYTES } from './lines.js';
import type { Skim } from './types.js';

const LF = 10;
const CR = 13;
/** What a refused batch's data is cut at in its dead letter. */
const KEPT_BYTES = MAX_LINE_BYTES;
/** What stands before a value that is framed for a schema registry. */
const SCHEMA_BYTES = 5;
const HIGH_BITS = 0x80808080 | 0;

/**
 * Kafka records as records of the house: the value without its line end is the text, the timestamp the receive time.
 *
 * Rejected, each with its bytes: a value framed for a schema registry (Avro, Protobuf), a record without a value, a
 * value that is too long, a batch that could not be decompressed (one dead letter for all its records). A value of
 * line ends alone is no record. ASCII lines are shown to `skim` first, and those it passes over are counted as skimmed.
 *
 * The texts of a batch are slices of one.
 */
export function recordBatchOf(source: Source, fetched: Fetched, maxLineBytes: number, skim?: Skim): RecordBatch {
  const { columns, from, to, next } = fetched;
  const lines = new Lines(columns.bytes, columns.start(from), to > from ? Math.max(0, columns.end(to - 1)) : 0, skim);
  const rejected: DeadLetter[] = [];
  for (let row = from; row < to; row++) {
    if (isLine(columns, row, maxLineBytes)) {
      lines.add(columns.start(row), columns.end(row), columns.offset(row), columns.timestamp(row));
      continue;
    }
    const record = columns.record(row);
    const failure = failureOf(record, maxLineBytes);
    if (failure !== undefined && !isContinuation(record)) rejected.push(letterOf(source, record, failure));
  }
  const { records, skimmed, newest } = lines;
  const batch = { source, records, next, rejected };
  return skimmed === 0 ? batch : { ...batch, skimmed: { lines: skimmed, newest } };
}

/** Whether nothing speaks against the record, see `failureOf`. */
function isLine(columns: RecordColumns, row: number, maxLineBytes: number): boolean {
  const length = columns.end(row) - columns.start(row);
  if (length < 0 || length > maxLineBytes || columns.refused(row) !== undefined) return false;
  return length < SCHEMA_BYTES || columns.bytes[columns.start(row)] !== 0;
}

/** Lines between two places in some bytes, as they become records or are passed over. */
class Lines {
  readonly records: LogRecord[] = [];
  skimmed = 0;
  newest = -Infinity;
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #first: number;
  readonly #last: number;
  readonly #skim: Skim | undefined;
  /** All between first and last, a character a byte; once it is asked for. */
  #text: string | undefined;

  constructor(bytes: Buffer, first: number, last: number, skim: Skim | undefined) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#first = first;
    this.#last = last;
    this.#skim = skim;
  }

  add(start: number, valueEnd: number, offset: number, receiveTime: number): void {
    const bytes = this.#bytes;
    let end = valueEnd;
    while (end > start && (bytes[end - 1] === LF || bytes[end - 1] === CR)) end--;
    if (end === start) return;
    if (!this.#isPlain(start, end)) {
      const line = bytes.subarray(start, end);
      const text = line.toString('utf8');
      this.records.push({ text, offset, receiveTime, bytes: isUtf8(line) ? undefined : Uint8Array.from(line) });
    } else if (!this.#isSkimmed(start, end, receiveTime)) {
      this.records.push({ text: this.#slice(start, end), offset, receiveTime, bytes: undefined });
    }
  }

  #isSkimmed(start: number, end: number, receiveTime: number): boolean {
    const time = this.#skim === undefined ? Number.NaN : this.#skim(this.#bytes, start, end, receiveTime);
    if (Number.isNaN(time)) return false;
    this.skimmed++;
    if (time > this.newest) this.newest = time;
    return true;
  }

  /** Whether all is ASCII: four bytes at a time, which is less than a call that asks for it. */
  #isPlain(start: number, end: number): boolean {
    const view = this.#view;
    let bits = 0;
    let at = start;
    for (; at + 4 <= end; at += 4) bits |= view.getInt32(at);
    for (; at < end; at++) bits |= view.getInt8(at) & 0x80;
    return (bits & HIGH_BITS) === 0;
  }

  /** What stands between the lines (keys, headers) comes along, if it is not too much. */
  #slice(start: number, end: number): string {
    const [first, last] = [this.#first, this.#last];
    if (last - first > MAX_BATCH_BYTES || end > last) return this.#bytes.toString('latin1', start, end);
    this.#text ??= this.#bytes.toString('latin1', first, last);
    return this.#text.slice(start - first, end - first);
  }
}

function failureOf(record: KafkaRecord, maxLineBytes: number): Failure | undefined {
  const { value, refused } = record;
  if (refused !== undefined) {
    const message = `a batch of records that begins here ${refused}; none of its records could be read`;
    return { code: 'input.kafka.batch', message };
  }
  if (value === null) return { code: 'input.kafka.empty', message: 'the record has no value (a tombstone)' };
  if (value[0] === 0 && value.length >= SCHEMA_BYTES) return schemaFailure(value);
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
