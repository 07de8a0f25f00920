import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, Kafka, Message, Producer, RetryOptions, Transaction } from 'kafkajs';
import { chunksOf } from './chunks.js';
import { committedOf, type Extent, extentsOf, keyOf } from './offsets.js';
import type { TopicPartition } from './partition.js';

/**
 * kafkajs asks again after this long when the broker is still ending the previous transaction; with its default of
 * 300 ms every second commit of a busy correlator would wait that long.
 */
const RETRY: RetryOptions = { initialRetryTime: 10, maxRetryTime: 1_000, retries: 8 };

/** Records for one topic. */
export interface TopicMessages {
  readonly topic: string;
  readonly messages: readonly Message[];
}

/**
 * What became of a transaction. `fenced`: another has taken this partition over: stop working on it. `unknown`: the
 * answer was lost; `settle` finds out.
 */
export type CommitOutcome = 'committed' | 'fenced' | 'unknown';

/** The producer of detections: in order and without duplicates within its life. Connects; rejects as kafkajs does. */
export async function openIdempotentProducer(kafka: Kafka): Promise<Producer> {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
  await producer.connect();
  return producer;
}

/** Where a correlator's task writes and which offset moves with it. */
export interface TransactionOptions {
  readonly kafka: Kafka;
  /** One for each detections partition: `sekisho-<group>-<partition>`. */
  readonly transactionalId: string;
  readonly group: string;
  readonly place: TopicPartition;
  /** Topics whose extents are asked for at the take-over. */
  readonly topics?: readonly string[];
  /** Called within each transaction when all is sent and nothing committed. */
  readonly onSent?: () => void;
}

/** What a take-over found, in this order: the committed offset (undefined: none), then the extents, by `keyOf`. */
interface Found {
  readonly base: number | undefined;
  readonly extents: ReadonlyMap<string, Extent>;
}

/**
 * The one transactional writer of a detections partition: state, alerts and the consumed offset, all or nothing.
 *
 * `takeOver` fences whoever had the transactional id before and ends their open transaction; only then is the committed
 * offset read, so a late commit of a zombie can't come after it. Restore, seek and process follow, in this order.
 */
export class TransactionalWriter {
  /** Offset the group had committed when this writer took over, or has committed since; undefined: none. */
  base: number | undefined;
  /** Of the partitions of `topics`, right after the take-over: nothing that it fenced can come behind them. */
  readonly extents: ReadonlyMap<string, Extent>;
  readonly #options: TransactionOptions;
  readonly #producer: Producer;
  /** Begun but without anything in it. */
  #next: Transaction | undefined;

  private constructor(options: TransactionOptions, producer: Producer, next: Transaction, found: Found) {
    this.#options = options;
    this.#producer = producer;
    this.#next = next;
    this.base = found.base;
    this.extents = found.extents;
  }

  /** Rejects as kafkajs does where the brokers can't be reached; then nothing is held. */
  static async takeOver(options: TransactionOptions): Promise<TransactionalWriter> {
    const producer = options.kafka.producer({
      transactionalId: options.transactionalId,
      idempotent: true,
      maxInFlightRequests: 1,
      transactionTimeout: 30_000,
      allowAutoTopicCreation: false,
      retry: RETRY,
    });
    try {
      await producer.connect();
      // kafkajs fences here, not in `connect`: the first transaction asks for the producer id. Nothing is sent for the
      // transaction itself until it has content.
      const next = await producer.transaction();
      return new TransactionalWriter(options, producer, next, await look(options));
    } catch (error) {
      await producer.disconnect().catch(() => undefined);
      throw error;
    }
  }

  /** One transaction: the records, and `offset` (if any) as the group's position. Never rejects. */
  async commit(records: readonly TopicMessages[], offset: number | undefined): Promise<CommitOutcome> {
    try {
      const transaction = this.#next ?? (await this.#producer.transaction());
      this.#next = undefined;
      let isEnding = false;
      try {
        await this.#fill(transaction, records, offset);
        isEnding = true;
        await transaction.commit();
      } catch (error) {
        if (!isEnding) await transaction.abort().catch(() => undefined);
        throw error;
      }
      this.base = offset ?? this.base;
      return 'committed';
    } catch (error) {
      return isFenced(error) ? 'fenced' : 'unknown';
    }
  }

  async #fill(transaction: Transaction, records: readonly TopicMessages[], offset: number | undefined): Promise<void> {
    const { group, place, onSent } = this.#options;
    for (const { topic, messages } of records) {
      for (const chunk of chunksOf(messages)) await transaction.send({ topic, messages: [...chunk] });
    }
    if (offset !== undefined) {
      const partitions = [{ partition: place.partition, offset: String(offset) }];
      await transaction.sendOffsets({ consumerGroupId: group, topics: [{ topic: place.topic, partitions }] });
    }
    onSent?.();
  }

  async close(): Promise<void> {
    await this.#producer.disconnect().catch(() => undefined);
  }
}

/**
 * After a commit whose outcome is unknown: takes over again (which ends the transaction one way or the other), then
 * reads the group's offset. `done`: at `target`, it was committed. `again`: still at `base` (or the offset was not to
 * move, so it can't tell), send the same once more. `lost`: elsewhere: another member works here; drop the task and
 * rejoin.
 */
export async function settle(
  options: TransactionOptions,
  base: number | undefined,
  target: number | undefined,
): Promise<{ readonly verdict: 'done' | 'again' | 'lost'; readonly writer: TransactionalWriter }> {
  const writer = await TransactionalWriter.takeOver(options);
  const moved = target !== base && writer.base === target;
  const verdict = moved ? 'done' : writer.base === base ? 'again' : 'lost';
  return { verdict, writer };
}

const LOOKS = 10;
const LOOK_MS = 300;

/** Looks again where the brokers are still finding out who coordinates the group (it is new, or they just started). */
async function look(options: TransactionOptions): Promise<Found> {
  const admin = options.kafka.admin();
  await admin.connect();
  try {
    for (let n = 1; ; n++) {
      const found = await lookOnce(admin, options).catch((error: unknown) => {
        if (n >= LOOKS) throw error;
        return undefined;
      });
      if (found !== undefined) return found;
      await sleep(LOOK_MS);
    }
  } finally {
    await admin.disconnect();
  }
}

async function lookOnce(admin: Admin, { group, place, topics = [] }: TransactionOptions): Promise<Found> {
  const base = (await committedOf(admin, group, [place.topic])).get(keyOf(place))?.offset;
  return { base, extents: await extentsOf(admin, topics) };
}

const FENCED: ReadonlySet<unknown> = new Set([
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_ID_MAPPING',
]);

/** kafkajs wraps errors; the broker's own is somewhere down the causes. */
function isFenced(error: unknown): boolean {
  for (let inner: unknown = error; inner instanceof Error; inner = inner.cause) {
    if ('type' in inner && FENCED.has(inner.type)) return true;
  }
  return false;
}
