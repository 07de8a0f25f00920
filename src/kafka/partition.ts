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

/** Records of one partition in the order of their offsets; none where it held only control records. */
export interface Fetched {
  readonly records: readonly KafkaRecord[];
  /** Offset after the last one, control records included: where reading goes on. */
  readonly next: number;
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
/** What a decoded record takes besides its bytes, roughly. */
const RECORD_OVERHEAD = 200;

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
  /** How many records of the oldest in the queue are taken. */
  #from = 0;
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
    if (announce) this.#queue.push({ records: [], next: offset });
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

  /** Queues what was fetched; what lies before `nextFetch` is left out. */
  push(records: readonly KafkaRecord[], next: number, end: number, now: number): void {
    this.polled(end, now);
    this.#heardAt = now;
    if (next <= this.#nextFetch || this.#ended) return;
    const first = records[0]?.offset ?? next;
    const fresh = first >= this.#nextFetch ? records : records.filter(({ offset }) => offset >= this.#nextFetch);
    this.#nextFetch = next;
    this.#queue.push({ records: fresh, next });
    for (const { value } of fresh) this.#queuedBytes += (value?.length ?? 0) + RECORD_OVERHEAD;
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
    const to = fitting(head.records, this.#from, limit, maxBytes);
    const rest = head.records[to];
    const records = this.#from === 0 && rest === undefined ? head.records : head.records.slice(this.#from, to);
    const next = rest === undefined ? head.next : rest.offset;
    this.#from = rest === undefined ? 0 : to;
    if (rest === undefined) this.#queue.shift();
    for (const { value } of records) this.#queuedBytes -= (value?.length ?? 0) + RECORD_OVERHEAD;
    this.#taken = next;
    return { records, next };
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
    this.#from = 0;
    this.#queuedBytes = 0;
  }

  #isCaughtUp(now: number): boolean {
    return this.#taken >= this.#polledEnd && now - this.#polledAt <= POLL_BELIEVED_MS;
  }
}

/** Where what is taken at once ends. */
function fitting(records: readonly KafkaRecord[], from: number, limit: number, maxBytes: number): number {
  let bytes = 0;
  for (let i = from; i < records.length; i++) {
    bytes += records[i]?.value?.length ?? 0;
    if (i > from && (i - from >= limit || bytes > maxBytes)) return i;
  }
  return records.length;
}
