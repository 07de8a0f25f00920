import type { KafkaRecord, PartitionMessage } from '../kafka/index.js';

/** What an entry of a state partition is about: correlator state, a source's progress, the watermark. */
export type EntryKind = 's' | 'p' | 'w';

/** Longer values are cut: a broker takes records of 1 MiB. */
const PART_BYTES = 512 * 1024;
const WHOLE = '=';
const PARTS = '#';
const NOTHING = Buffer.alloc(0);

/**
 * The entries of one partition of the state topic: what its records add up to, and the records that change it.
 *
 * A record's key is the entry's kind and name; its value `=` and the text, or `#` and the number of parts, which are
 * records of their own (`c<n>:<key>`). A record without value forgets its key, so compaction keeps what is in force.
 */
export class StateEntries {
  /** How many parts a long value is kept in, by key: so many are forgotten with it. */
  readonly #parts = new Map<string, number>();
  readonly #partition: number;

  constructor(partition: number) {
    this.#partition = partition;
  }

  /** The records that set an entry; null forgets it. */
  records(kind: EntryKind, name: string, text: string | null): readonly PartitionMessage[] {
    const key = kind + name;
    const before = this.#parts.get(key) ?? 0;
    // No character takes more than three bytes.
    const isShort = (text?.length ?? 0) * 3 <= PART_BYTES;
    const bytes = isShort ? NOTHING : Buffer.from(text ?? '');
    const parts = bytes.length > PART_BYTES ? Math.ceil(bytes.length / PART_BYTES) : 0;
    if (parts > 0) this.#parts.set(key, parts);
    else this.#parts.delete(key);
    const head = text === null ? null : parts > 0 ? `${PARTS}${parts}` : WHOLE + text;
    const messages = [this.#message(key, head)];
    for (let n = 0; n < Math.max(parts, before); n++) {
      const part = n < parts ? bytes.subarray(n * PART_BYTES, (n + 1) * PART_BYTES) : null;
      messages.push(this.#message(`c${n}:${key}`, part));
    }
    return messages;
  }

  /** Remembers what `Reading` found to be kept in parts. */
  resume(parts: ReadonlyMap<string, number>): void {
    this.#parts.clear();
    for (const [key, count] of parts) this.#parts.set(key, count);
  }

  #message(key: string, value: string | Buffer | null): PartitionMessage {
    return { key, value, partition: this.#partition };
  }
}

/** Reads a state partition from its start: give it all records in order, then ask for the entries. */
export class StateReading {
  readonly #values = new Map<string, Buffer>();

  take(records: readonly KafkaRecord[]): void {
    for (const { key, value } of records) {
      if (key === null) continue;
      if (value === null) this.#values.delete(key.toString());
      else this.#values.set(key.toString(), value);
    }
  }

  /** Entries there are so far. */
  get size(): number {
    return this.#values.size;
  }

  /** How many parts long values are in, by key. */
  parts(): ReadonlyMap<string, number> {
    const parts = new Map<string, number>();
    for (const [key, value] of this.#values) {
      if (!key.startsWith('c') && value.toString('latin1', 0, 1) === PARTS) parts.set(key, Number(value.subarray(1)));
    }
    return parts;
  }

  /** The entries of a kind, made one after the other as they are asked for, in the order in which they first came. */
  *entries(kind: EntryKind): Generator<readonly [name: string, text: string], void> {
    for (const [key, value] of this.#values) {
      if (!key.startsWith(kind)) continue;
      const isWhole = value.toString('latin1', 0, 1) === WHOLE;
      yield [key.slice(1), isWhole ? value.toString('utf8', 1) : this.#joined(key, Number(value.subarray(1)))];
    }
  }

  #joined(key: string, parts: number): string {
    const pieces = Array.from({ length: parts }, (_, n) => this.#values.get(`c${n}:${key}`) ?? Buffer.alloc(0));
    return Buffer.concat(pieces).toString();
  }
}
