import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertDocument, DeadLetter } from '../event/index.js';
import {
  GroupConsumer,
  type KafkaRecord,
  openClient,
  openIdempotentProducer,
  type PartitionStream,
} from '../kafka/index.js';
import type { KafkaSettings, TopicMessages } from '../kafka/index.js';
import { ElasticsearchAlerts, type ElasticsearchOptions, type RefusedAlert } from '../output/elasticsearch.js';
import { Failpoints } from './failpoint.js';
import { decodeAlert, encodeDeadLetter } from '../ledger/kafka-records.js';

/** What an indexer works with. */
export interface IndexerOptions extends ElasticsearchOptions {
  readonly kafka: KafkaSettings;
  readonly group: string;
  readonly alerts: string;
  readonly deadLetters: string;
  readonly signal: AbortSignal;
  readonly onIndexed?: (count: number) => void;
}

const RECORDS_AT_ONCE = 1_000;
const BYTES_AT_ONCE = 4 * 1024 * 1024;
const PAUSE_MS = 50;
const RETRY_MS = 1_000;

/**
 * The role that takes alerts from their topic to Elasticsearch, until the signal aborts.
 *
 * Ordinary group offsets, committed only after each alert of the batch is stored with its revision or a later one, or is
 * a dead letter: at least once, and the same again changes nothing. While Elasticsearch or the brokers are away it
 * stands still, told by `trouble`. Several members share the partitions.
 *
 * Throws, refusing to start, on credentials that would travel unencrypted; rejects where the brokers can't be reached at
 * the start.
 */
export async function runIndexer(options: IndexerOptions): Promise<void> {
  const indexer = new Indexer(options);
  await indexer.run();
}

class Indexer {
  readonly #options: IndexerOptions;
  readonly #elasticsearch: ElasticsearchAlerts;
  readonly #kafka: ReturnType<typeof openClient>;
  readonly #consumer: GroupConsumer;
  readonly #streams = new Set<PartitionStream>();
  readonly #failpoints = new Failpoints();
  #producer: Awaited<ReturnType<typeof openIdempotentProducer>> | undefined;

  constructor(options: IndexerOptions) {
    const { group, alerts, trouble, report } = options;
    this.#options = options;
    this.#elasticsearch = new ElasticsearchAlerts(options);
    this.#kafka = openClient(options.kafka);
    this.#consumer = new GroupConsumer({
      kafka: this.#kafka,
      group,
      topics: { names: [alerts] },
      start: 'earliest',
      resume: () => undefined,
      onTrouble: trouble,
      onGap: ({ topic, partition, from, to }) =>
        report({
          code: 'input.gap',
          message: `${topic}[${partition}]: alerts from ${from} to ${to - 1} were deleted unread`,
        }),
    });
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    try {
      await this.#elasticsearch.setup(signal);
      while (!signal.aborted) {
        for (const stream of this.#consumer.discover()) this.#streams.add(stream);
        let isBusy = false;
        for (const stream of this.#streams) isBusy = (await this.#step(stream)) || isBusy;
        if (!isBusy) await sleep(PAUSE_MS, undefined, { signal });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      await this.#consumer.close();
      await this.#producer?.disconnect();
      await this.#elasticsearch.close();
    }
  }

  async #step(stream: PartitionStream): Promise<boolean> {
    const taken = stream.take(RECORDS_AT_ONCE, BYTES_AT_ONCE, Date.now());
    if (taken === 'end') this.#streams.delete(stream);
    if (typeof taken === 'string') return false;
    this.#consumer.taken(stream);
    await this.#index(stream, taken.records);
    const { topic, partition } = stream;
    await this.#consumer.commit([{ topic, partition, offset: taken.next }]).catch((error: unknown) => {
      // Nothing is lost: the next commit covers it, or these alerts are written again, which changes nothing.
      this.#options.trouble('kafka commit', `Kafka: ${reasonOf(error)}; committed later`);
    });
    return true;
  }

  async #index(stream: PartitionStream, records: readonly KafkaRecord[]): Promise<void> {
    const alerts: AlertDocument[] = [];
    const letters: DeadLetter[] = [];
    const placeOf = new Map<string, KafkaRecord>();
    for (const record of records) {
      const alert = decodeAlert(record.value);
      if ('code' in alert) letters.push(letterOf(stream, record, alert));
      else {
        alerts.push(alert);
        placeOf.set(alert.id, record);
      }
    }
    const refused = alerts.length === 0 ? [] : await this.#write(alerts);
    for (const one of refused) letters.push(this.#refusedLetter(stream, one, placeOf));
    if (letters.length > 0) await this.#bury(letters);
    this.#options.onIndexed?.(alerts.length);
  }

  async #write(alerts: readonly AlertDocument[]): Promise<readonly RefusedAlert[]> {
    const writing = this.#elasticsearch.write(alerts, this.#options.signal);
    this.#failpoints.pass('bulk');
    const refused = await writing;
    this.#failpoints.pass('indexed');
    return refused;
  }

  #refusedLetter(stream: PartitionStream, { alert, failure }: RefusedAlert, placeOf: ReadonlyMap<string, KafkaRecord>) {
    return letterOf(stream, placeOf.get(alert.id) as KafkaRecord, failure);
  }

  /** Until they are written. */
  async #bury(letters: readonly DeadLetter[]): Promise<void> {
    const { deadLetters, signal, trouble, report } = this.#options;
    const batch: TopicMessages = { topic: deadLetters, messages: letters.map(encodeDeadLetter) };
    for (;;) {
      try {
        this.#producer ??= await openIdempotentProducer(this.#kafka);
        await this.#producer.send({ topic: batch.topic, messages: [...batch.messages] });
        trouble('kafka dead letters', undefined);
        for (const { failure } of letters) report(failure);
        return;
      } catch (error) {
        trouble('kafka dead letters', `Kafka: dead letters can't be written: ${reasonOf(error)}; trying again`);
        await sleep(RETRY_MS, undefined, { signal });
      }
    }
  }
}

function letterOf(stream: PartitionStream, record: KafkaRecord, failure: DeadLetter['failure']): DeadLetter {
  const { topic, partition } = stream;
  return {
    position: { source: `kafka:${topic}:${partition}`, offset: record.offset, sub: 0 },
    label: `${topic}[${partition}]`,
    receiveTime: record.timestamp,
    bytes: Uint8Array.from(record.value ?? []),
    failure,
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
