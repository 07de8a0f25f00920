import type { Kafka, Message, Producer, RetryOptions, Transaction } from 'kafkajs';
import { committedOf, keyOf } from './offsets.js';
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
  readonly #options: TransactionOptions;
  readonly #producer: Producer;
  /** Begun but without anything in it. */
  #next: Transaction | undefined;

  private constructor(options: TransactionOptions, producer: Producer, next: Transaction, base: number | undefined) {
    this.#options = options;
    this.#producer = producer;
    this.#next = next;
    this.base = base;
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
      return new TransactionalWriter(options, producer, next, await committedOffset(options));
    } catch (error) {
      await producer.disconnect().catch(() => undefined);
      throw error;
    }
  }

  /** One transaction: the records, and `offset` as the group's position. Never rejects. */
  async commit(records: readonly TopicMessages[], offset: number): Promise<CommitOutcome> {
    const { group, place } = this.#options;
    let ending = false;
    try {
      const transaction = this.#next ?? (await this.#producer.transaction());
      this.#next = undefined;
      try {
        const topicMessages = records.map(({ topic, messages }) => ({ topic, messages: [...messages] }));
        if (topicMessages.length > 0) await transaction.sendBatch({ topicMessages });
        const partitions = [{ partition: place.partition, offset: String(offset) }];
        await transaction.sendOffsets({ consumerGroupId: group, topics: [{ topic: place.topic, partitions }] });
        ending = true;
        await transaction.commit();
      } catch (error) {
        if (!ending) await transaction.abort().catch(() => undefined);
        throw error;
      }
      this.base = offset;
      return 'committed';
    } catch (error) {
      return isFenced(error) ? 'fenced' : 'unknown';
    }
  }

  async close(): Promise<void> {
    await this.#producer.disconnect().catch(() => undefined);
  }
}

/**
 * After a commit whose outcome is unknown: takes over again (which ends the transaction one way or the other), then
 * reads the group's offset. `done`: at `target`, it was committed. `again`: still at `base`, send the same once more.
 * `lost`: elsewhere: another member works here; drop the task and rejoin.
 */
export async function settle(
  options: TransactionOptions,
  base: number | undefined,
  target: number,
): Promise<{ readonly verdict: 'done' | 'again' | 'lost'; readonly writer: TransactionalWriter }> {
  const writer = await TransactionalWriter.takeOver(options);
  const verdict = writer.base === target ? 'done' : writer.base === base ? 'again' : 'lost';
  return { verdict, writer };
}

async function committedOffset({ kafka, group, place }: TransactionOptions): Promise<number | undefined> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return (await committedOf(admin, group, [place.topic])).get(keyOf(place))?.offset;
  } finally {
    await admin.disconnect();
  }
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
