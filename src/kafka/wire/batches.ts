import { decompressRecords } from './codecs.js';
import { ColumnsBuilder, type RecordColumns } from './columns.js';
import { RefusedData } from './growing.js';

/** A transaction that was aborted, as a fetch response tells it. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

/** Whole record batches that follow each other, from `first` (an offset) to `last`, control records included. */
export interface FetchedRecords {
  readonly first: number;
  readonly last: number;
  /** Those to be read: no control records and none of aborted transactions. */
  readonly columns: RecordColumns;
}

/** Of a batch: everything before its records. */
const HEADER_BYTES = 61;
/** Of those, base offset and length; the length counts what follows. */
const LEAD_BYTES = 12;
const MAGIC_AT = 16;
const MAGIC = 2;
const CODEC = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
/** Batches are put together until they are so long: many producers write one record a batch. */
const TOGETHER_BYTES = 8 * 1024 * 1024;
/** The least that a record takes: more can't be in a batch, whatever its header says. */
const RECORD_BYTES_MIN = 6;

/**
 * Whether a partition's part of a fetch response begins with a batch of the format that `decodeBatches` reads (magic 2,
 * Kafka 0.11 and newer).
 */
export function areBatches(data: Buffer): boolean {
  return data.length > MAGIC_AT && data[MAGIC_AT] === MAGIC;
}

/**
 * Decodes the batches of a partition's part of a fetch response, with what only committed transactions wrote. The last
 * batch may be cut off, and is left out then. Checksums are not compared, as kafkajs does not (the broker does).
 *
 * A batch that can't be read (broken or too large when decompressed) becomes one record with the reason and its data.
 * Rejects only where a batch holds more than `MAX_BATCH_COUNT` compressed records. Linear.
 *
 * Source: Kafka documentation, "Record Batch"; the reading of aborted transactions as the Java client's
 * (clients/consumer/internals/CompletedFetch).
 */
export async function decodeBatches(
  data: Buffer,
  aborted: readonly AbortedTransaction[],
): Promise<readonly FetchedRecords[]> {
  const fetched: FetchedRecords[] = [];
  const transactions = new Transactions(aborted);
  let together: Together | undefined;
  for (let at = 0; at + HEADER_BYTES <= data.length;) {
    const end = at + LEAD_BYTES + data.readInt32BE(at + 8);
    if (end > data.length || end < at + HEADER_BYTES || data[at + MAGIC_AT] !== MAGIC) break;
    const batch = headerOf(data, at, end);
    together ??= new Together(data, batch.base);
    await together.add(batch, transactions.isPassedOver(batch));
    if (together.size > TOGETHER_BYTES) {
      fetched.push(together.end());
      together = undefined;
    }
    at = end;
  }
  if (together !== undefined) fetched.push(together.end());
  return fetched;
}

/** What a batch says before its records. */
interface BatchHeader {
  readonly base: number;
  readonly last: number;
  readonly attributes: number;
  readonly firstTimestamp: number;
  readonly maxTimestamp: number;
  readonly producerId: bigint;
  readonly count: number;
  /** Where its records are. */
  readonly start: number;
  readonly end: number;
  /** Of a control batch: whether it ends an aborted transaction. */
  readonly isAbort: boolean;
}

function headerOf(data: Buffer, at: number, end: number): BatchHeader {
  const base = Number(data.readBigInt64BE(at));
  const attributes = data.readInt16BE(at + 21);
  const start = at + HEADER_BYTES;
  return {
    base,
    last: base + data.readInt32BE(at + 23),
    attributes,
    firstTimestamp: Number(data.readBigInt64BE(at + 27)),
    maxTimestamp: Number(data.readBigInt64BE(at + 35)),
    producerId: data.readBigInt64BE(at + 43),
    count: data.readInt32BE(at + 57),
    start,
    end,
    isAbort: (attributes & CONTROL) !== 0 && isAbortMarker(data, start, end),
  };
}

/** Whether the first record's key is a control record's version and type, type 0 being ABORT. */
function isAbortMarker(data: Buffer, start: number, end: number): boolean {
  const cursor = new Cursor(data, start, end);
  cursor.varint();
  cursor.at++;
  cursor.varint();
  cursor.varint();
  return cursor.varint() >= 4 && data[cursor.at + 2] === 0 && data[cursor.at + 3] === 0;
}

/** Which batches are passed over: control batches, and those of aborted transactions. Batches come in order. */
class Transactions {
  /** In the order of their first offsets, as they begin; from `#from` on. */
  readonly #toCome: readonly AbortedTransaction[];
  #from = 0;
  readonly #open = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#toCome = aborted.toSorted((a, b) => Number(a.firstOffset - b.firstOffset));
  }

  isPassedOver({ attributes, last, producerId, isAbort }: BatchHeader): boolean {
    for (; this.#from < this.#toCome.length; this.#from++) {
      const next = this.#toCome[this.#from] as AbortedTransaction;
      if (next.firstOffset > last) break;
      this.#open.add(next.producerId);
    }
    if (isAbort) this.#open.delete(producerId);
    if ((attributes & CONTROL) !== 0) return true;
    return (attributes & TRANSACTIONAL) !== 0 && this.#open.has(producerId);
  }
}

/** Batches on their way into one set of columns: of uncompressed ones over the response itself. */
class Together {
  size = 0;
  readonly #data: Buffer;
  readonly #first: number;
  #last = -1;
  readonly #batches: { readonly header: BatchHeader; readonly bytes: Buffer | RefusedData }[] = [];

  constructor(data: Buffer, first: number) {
    this.#data = data;
    this.#first = first;
  }

  async add(header: BatchHeader, isPassedOver: boolean): Promise<void> {
    this.#last = header.last;
    if (isPassedOver) return;
    const bytes = await recordsOf(this.#data, header);
    this.#batches.push({ header, bytes });
    this.size += bytes instanceof RefusedData ? header.end - header.start : bytes.length;
  }

  end(): FetchedRecords {
    const batches = this.#batches;
    const pieces = batches.map(({ header, bytes }) => (bytes instanceof RefusedData ? this.#raw(header) : bytes));
    const [only] = pieces;
    const bytes = pieces.length === 1 ? (only as Buffer) : Buffer.concat(pieces);
    const builder = new ColumnsBuilder(batches.reduce((rows, { header }, i) => rows + most(header, pieces[i]), 0));
    let start = 0;
    for (const [i, { header, bytes: read }] of batches.entries()) {
      const end = start + (pieces[i] as Buffer).length;
      addBatch(builder, header, read instanceof RefusedData ? read.message : undefined, new Cursor(bytes, start, end));
      start = end;
    }
    return { first: this.#first, last: this.#last, columns: builder.build(bytes) };
  }

  #raw({ start, end }: BatchHeader): Buffer {
    return this.#data.subarray(start, end);
  }
}

/** Records that a batch can have: what it says, unless its bytes are too few for that. */
function most({ count }: BatchHeader, bytes: Buffer | undefined): number {
  return Math.max(1, Math.min(count, Math.ceil((bytes?.length ?? 0) / RECORD_BYTES_MIN)));
}

/** The records of a batch, decompressed; or why they can't be. */
async function recordsOf(data: Buffer, header: BatchHeader): Promise<Buffer | RefusedData> {
  const raw = data.subarray(header.start, header.end);
  const codec = header.attributes & CODEC;
  if (codec === 0) return raw;
  try {
    return await decompressRecords(codec, raw, header);
  } catch (error) {
    if (error instanceof RefusedData) return error;
    throw error;
  }
}

/** Adds a batch's records, all or (where it is refused, or not what it says) one in their place. */
function addBatch(builder: ColumnsBuilder, header: BatchHeader, refused: string | undefined, cursor: Cursor): void {
  const { base, firstTimestamp } = header;
  const before = builder.rows;
  const { at: start, end } = cursor;
  const reason = refused ?? (addRecords(builder, header, cursor) ? undefined : 'is not a batch of records');
  if (reason === undefined) return;
  builder.cut(before);
  builder.refuse(reason);
  builder.add(base, firstTimestamp, start, -1, start, end);
}

/** False where the bytes end before the records do. */
function addRecords(builder: ColumnsBuilder, header: BatchHeader, cursor: Cursor): boolean {
  const { base, firstTimestamp, maxTimestamp, attributes, count } = header;
  const isAppendTime = (attributes & LOG_APPEND_TIME) !== 0;
  const { end } = cursor;
  for (let i = 0; i < count; i++) {
    const length = cursor.varint();
    const next = cursor.at + length;
    // Its attributes mean nothing so far.
    cursor.at++;
    const timestamp = firstTimestamp + cursor.varint();
    const offset = base + cursor.varint();
    const keyLength = cursor.varint();
    const keyStart = cursor.at;
    if (keyLength > 0) cursor.at += keyLength;
    const valueLength = cursor.varint();
    const start = cursor.at;
    if (!(length > 0) || next > end || start + Math.max(0, valueLength) > next) return false;
    const keyEnd = keyLength < 0 ? -1 : keyStart + keyLength;
    const time = isAppendTime ? maxTimestamp : timestamp;
    builder.add(offset, time, keyStart, keyEnd, start, valueLength < 0 ? -1 : start + valueLength);
    // What is left are its headers, which nobody asks for.
    cursor.at = next;
  }
  return true;
}

/** Reads numbers of variable length. */
class Cursor {
  at: number;
  readonly end: number;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer, at: number, end: number) {
    this.#bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** Zigzag base-128 number, as in Protocol Buffers; exact up to 2^53. Zero beyond the end. */
  varint(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.at++] as number;
    if (byte < 128) return (byte >>> 1) ^ -(byte & 1);
    let value = byte & 127;
    for (let factor = 128; byte >= 128 && this.at <= this.end; factor *= 128) {
      byte = bytes[this.at++] as number;
      value += (byte & 127) * factor;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
