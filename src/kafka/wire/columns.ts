/** One record as it lies in a partition. Offsets are exact up to 2^53. */
export interface KafkaRecord {
  readonly offset: number;
  /** The record's timestamp, epoch ms. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Why the batch it came in could not be read; its first record has the batch's data as value, the others null. */
  readonly refused: string | undefined;
}

/** Numbers of a record in `places`: where its key and its value begin and end; an end of −1 says that it has none. */
const PLACES = 4;

/**
 * Records in the order of their offsets, as columns over the bytes they came in: no object, string or number of its own
 * a record, so that millions of them that wait cost the collector nothing. Values follow each other in `bytes`.
 */
export class RecordColumns {
  readonly length: number;
  readonly bytes: Buffer;
  readonly #places: Int32Array;
  readonly #offsets: Float64Array;
  readonly #timestamps: Float64Array;
  /** Reasons by row. */
  readonly #refused: ReadonlyMap<number, string>;

  /** `places`: four numbers a record, see `ColumnsBuilder`. */
  constructor(
    bytes: Buffer,
    places: Int32Array,
    offsets: Float64Array,
    timestamps: Float64Array,
    refused: ReadonlyMap<number, string>,
  ) {
    this.length = offsets.length;
    this.bytes = bytes;
    this.#places = places;
    this.#offsets = offsets;
    this.#timestamps = timestamps;
    this.#refused = refused;
  }

  /** Columns of records that are objects: their keys and values are copied. */
  static of(records: readonly KafkaRecord[]): RecordColumns {
    const builder = new ColumnsBuilder(records.length);
    const pieces: Buffer[] = [];
    let size = 0;
    const put = (bytes: Buffer | null): number => {
      if (bytes === null) return -1;
      pieces.push(bytes);
      return (size += bytes.length);
    };
    for (const { offset, timestamp, key, value, refused } of records) {
      const keyStart = size;
      const keyEnd = put(key);
      const start = size;
      if (refused !== undefined) builder.refuse(refused);
      builder.add(offset, timestamp, keyStart, keyEnd, start, put(value));
    }
    return builder.build(Buffer.concat(pieces));
  }

  offset(row: number): number {
    return this.#offsets[row] as number;
  }

  /** Epoch ms. */
  timestamp(row: number): number {
    return this.#timestamps[row] as number;
  }

  /** Where the value begins in `bytes`. */
  start(row: number): number {
    return this.#places[row * PLACES + 2] as number;
  }

  /** Where the value ends in `bytes`; −1: there is none. */
  end(row: number): number {
    return this.#places[row * PLACES + 3] as number;
  }

  /** As `KafkaRecord`. */
  refused(row: number): string | undefined {
    return this.#refused.size === 0 ? undefined : this.#refused.get(row);
  }

  /** A record as an object, which shares the bytes. */
  record(row: number): KafkaRecord {
    const at = row * PLACES;
    return {
      offset: this.offset(row),
      timestamp: this.timestamp(row),
      key: this.#piece(this.#places[at] as number, this.#places[at + 1] as number),
      value: this.#piece(this.start(row), this.end(row)),
      refused: this.refused(row),
    };
  }

  /** The first row of an offset that is not less. */
  rowOf(offset: number): number {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.offset(middle) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #piece(start: number, end: number): Buffer | null {
    return end < 0 ? null : this.bytes.subarray(start, end);
  }
}

/** Makes columns, record by record. */
export class ColumnsBuilder {
  #rows = 0;
  #places: Int32Array;
  #offsets: Float64Array;
  #timestamps: Float64Array;
  readonly #refused = new Map<number, string>();

  /** For so many records at most. */
  constructor(most: number) {
    this.#places = new Int32Array(most * PLACES);
    this.#offsets = new Float64Array(most);
    this.#timestamps = new Float64Array(most);
  }

  /** Adds a record: where its key and value are in the bytes that `build` is given; an end of −1: it has none. */
  add(offset: number, timestamp: number, keyStart: number, keyEnd: number, start: number, end: number): void {
    const row = this.#rows++;
    const at = row * PLACES;
    this.#offsets[row] = offset;
    this.#timestamps[row] = timestamp;
    this.#places[at] = keyStart;
    this.#places[at + 1] = keyEnd;
    this.#places[at + 2] = start;
    this.#places[at + 3] = end;
  }

  /** Says of the record that is added next why it can't be read. */
  refuse(reason: string): void {
    this.#refused.set(this.#rows, reason);
  }

  /** How many were added. */
  get rows(): number {
    return this.#rows;
  }

  /** Forgets all records beyond the first `rows`. */
  cut(rows: number): void {
    this.#rows = rows;
  }

  build(bytes: Buffer): RecordColumns {
    const rows = this.#rows;
    const isFull = rows === this.#offsets.length;
    return new RecordColumns(
      bytes,
      isFull ? this.#places : this.#places.slice(0, rows * PLACES),
      isFull ? this.#offsets : this.#offsets.slice(0, rows),
      isFull ? this.#timestamps : this.#timestamps.slice(0, rows),
      this.#refused,
    );
  }
}
