import { type KafkaRecord, RecordColumns } from './wire/columns.js';

/** Records of one partition in the order of their offsets; none where it held only control records. */
export class Fetched {
  readonly columns: RecordColumns;
  /** Its rows: from `from` to before `to`. */
  readonly from: number;
  readonly to: number;
  /** Offset after the last one, control records included: where reading goes on. */
  readonly next: number;

  constructor(columns: RecordColumns, from: number, to: number, next: number) {
    this.columns = columns;
    this.from = from;
    this.to = to;
    this.next = next;
  }

  /** Of records that are objects. */
  static of(records: readonly KafkaRecord[], next: number): Fetched {
    return new Fetched(RecordColumns.of(records), 0, records.length, next);
  }

  /** What is left without the first so many. */
  after(count: number): Fetched {
    return new Fetched(this.columns, this.from + count, this.to, this.next);
  }

  /** Made anew each time. */
  get records(): readonly KafkaRecord[] {
    return Array.from({ length: this.to - this.from }, (_, i) => this.columns.record(this.from + i));
  }
}

/** A topic's partition. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/**
 * What taking from a partition yields. `idle`: caught up with the polled end. `waiting`: nothing at hand, but there may
 * be (not polled yet, paused, or the broker is away). `end`: it belongs to another member now.
 */
export type Taken = Fetched | 'idle' | 'waiting' | 'end';

/** How long what was polled about the end of a partition is believed, in milliseconds. */
const POLL_BELIEVED_MS = 20_000;
/** What a record takes besides its value, roughly. */
const RECORD_OVERHEAD = 40;
const NOTHING = RecordColumns.of([]);

/**
 * What was fetched from one partition and not yet taken: a queue with a high mark, beyond which fetching pauses.
 *
 * Lives from the moment the group gives the partition to this member until it takes it away, over crashes and
 * re-connections of the client. Never returns a record twice or out of order.
 */
export class PartitionStream implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  /** Set while fetching is paused because enough is queued. */
  paused = false;
  /** Set while nothing is to be fetched until somebody says from where (`GroupConsumer.begin`). */
  held: boolean;
  /** What the group's last commit noted of this partition. */
  readonly note: string | undefined;
  #queue: Fetched[] = [];
  #queuedBytes = 0;
  #nextFetch: number;
  #taken: number;
  #polledEnd = -1;
  #polledAt = -Infinity;
  #heardAt = -Infinity;
  #ended = false;

  /** With `announce` the first thing taken is an empty batch, so that even a place nothing was read from is committed. */
  constructor(
    place: TopicPartition,
    offset: number,
    { announce = false, held = false, note }: { announce?: boolean; held?: boolean; note?: string | undefined } = {},
  ) {
    this.topic = place.topic;
    this.partition = place.partition;
    this.held = held;
    this.note = note;
    this.#nextFetch = offset;
    this.#taken = offset;
    if (announce) this.#queue.push(new Fetched(NOTHING, 0, 0, offset));
  }

  /** Offset of the first record not yet fetched. */
  get nextFetch(): number {
    return this.#nextFetch;
  }

  /** Offset of the first record not yet taken. */
  get position(): number {
    return this.#taken;
  }

  /** Whether it is another member's now, or the consumer has closed. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Bytes queued, records' overhead included. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Records between what was taken and the last polled end; 0 where nothing was polled yet. */
  get lag(): number {
    return Math.max(0, this.#polledEnd - this.#taken);
  }

  /** Whether nothing was fetched or polled lately, so that its end is worth asking for. */
  isSilent(now: number, after: number): boolean {
    return now - Math.max(this.#heardAt, this.#polledAt) > after;
  }

  /** Queues what was fetched (none: there were only control records); what lies before `nextFetch` is left out. */
  push(columns: RecordColumns | undefined, next: number, end: number, now: number): void {
    this.polled(end, now);
    this.#heardAt = now;
    if (next <= this.#nextFetch || this.#ended) return;
    const rows = columns ?? NOTHING;
    const fresh = new Fetched(rows, firstFresh(rows, this.#nextFetch), rows.length, next);
    this.#nextFetch = next;
    this.#queue.push(fresh);
    this.#queuedBytes += sizeOf(fresh);
  }

  /** The broker says that the partition ends at offset `end`. */
  polled(end: number, now: number): void {
    this.#polledEnd = end;
    this.#polledAt = now;
  }

  /** The oldest batch of at most `limit` records and `maxBytes` bytes (one record at least), or why there is none. */
  take(limit: number, maxBytes: number, now: number): Taken {
    if (this.#ended) return 'end';
    const head = this.#queue[0];
    if (head === undefined) return this.#isCaughtUp(now) ? 'idle' : 'waiting';
    const { columns } = head;
    const to = fitting(head, limit, maxBytes);
    const isWhole = to === head.to;
    const next = isWhole ? head.next : columns.offset(to);
    const taken = isWhole ? head : new Fetched(columns, head.from, to, next);
    if (isWhole) this.#queue.shift();
    else this.#queue[0] = new Fetched(columns, to, head.to, head.next);
    this.#queuedBytes -= sizeOf(taken);
    this.#taken = next;
    return taken;
  }

  /** Forgets what is queued and goes on at `offset`, which may lie before or after. */
  restartAt(offset: number): void {
    this.#clear();
    this.#nextFetch = offset;
    this.#taken = offset;
  }

  /** The partition is another member's, or the consumer closes: what is queued is dropped. */
  end(): void {
    this.#ended = true;
    this.#clear();
  }

  #clear(): void {
    this.#queue = [];
    this.#queuedBytes = 0;
  }

  #isCaughtUp(now: number): boolean {
    return this.#taken >= this.#polledEnd && now - this.#polledAt <= POLL_BELIEVED_MS;
  }
}

/** Where what is taken at once ends: the bytes are those of all that lies between the first value and the last. */
function fitting({ columns, from, to }: Fetched, limit: number, maxBytes: number): number {
  const most = Math.min(to, from + Math.max(1, limit));
  const end = columns.start(from) + maxBytes;
  for (let row = from + 1; row < most; row++) if (columns.end(row) > end) return row;
  return Math.max(from, most);
}

/**
 * The first row at or behind an offset. Where that lies within a batch that was refused, its record, which stands for
 * all of the batch, is still to be told.
 */
function firstFresh(columns: RecordColumns, offset: number): number {
  const row = columns.rowOf(offset);
  const isBegun = row > 0 && columns.refused(row - 1) !== undefined;
  return isBegun && (row === columns.length || columns.offset(row) > offset) ? row - 1 : row;
}

function sizeOf({ columns, from, to }: Fetched): number {
  let size = 0;
  for (let row = from; row < to; row++) {
    size += Math.max(0, columns.end(row) - columns.start(row)) + RECORD_OVERHEAD;
  }
  return size;
}
