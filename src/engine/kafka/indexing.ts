import { setTimeout as sleep } from 'node:timers/promises';
import type { DeadLetter, Failure } from '../../event/index.js';
import {
  GroupConsumer,
  type KafkaRecord,
  type KafkaSettings,
  openClient,
  type PartitionStream,
  SteadyWriter,
} from '../../kafka/index.js';
import { encodeAlert, encodeDeadLetter } from '../../ledger/kafka-records.js';
import { Gaps } from '../gaps.js';

/** What the taking of a topic to an output needs. */
export interface IndexingOptions {
  readonly kafka: KafkaSettings;
  readonly group: string;
  /** The topic that is read. */
  readonly topic: string;
  readonly deadLetters: string;
  /** Where records that are gone unread are told. */
  readonly alerts: string;
  readonly signal: AbortSignal;
  /** A trouble that lasts, by name; undefined: over. */
  readonly trouble: (name: string, message: string | undefined) => void;
  readonly report: (failure: Failure) => void;
}

/** What is done with the records. */
export interface IndexingWork {
  /** Before the first. */
  readonly setup?: (signal: AbortSignal) => Promise<void>;
  /** Returns once each record is stored, or one of the dead letters that it returns. Rejects only where the signal aborts. */
  readonly index: (stream: PartitionStream, records: readonly KafkaRecord[]) => Promise<readonly DeadLetter[]>;
  readonly close: () => Promise<void>;
}

const RECORDS_AT_ONCE = 1_000;
const BYTES_AT_ONCE = 4 * 1024 * 1024;
const PAUSE_MS = 50;

/**
 * Takes a topic of a site to an output, until the signal aborts.
 *
 * Ordinary group offsets, committed only after each record of the batch is stored or a dead letter: at least once. What
 * was deleted before it was read becomes an alert in the alerts topic before anything behind it is committed. While the
 * output or the brokers are away it stands still, told by `trouble`. Several members share the partitions.
 */
export async function runIndexing(options: IndexingOptions, work: IndexingWork): Promise<void> {
  await new Indexing(options, work).run();
}

class Indexing {
  readonly #options: IndexingOptions;
  readonly #work: IndexingWork;
  readonly #consumer: GroupConsumer;
  readonly #writer: SteadyWriter;
  readonly #streams = new Set<PartitionStream>();
  readonly #gaps = new Gaps();

  constructor(options: IndexingOptions, work: IndexingWork) {
    const { group, topic, signal, trouble, report } = options;
    this.#options = options;
    this.#work = work;
    const kafka = openClient(options.kafka);
    this.#writer = new SteadyWriter({ kafka, signal, trouble, name: 'dead letters and gaps' });
    this.#consumer = new GroupConsumer({
      kafka,
      group,
      topics: { names: [topic] },
      start: 'earliest',
      resume: () => undefined,
      onTrouble: trouble,
      onGap: (gap) => {
        this.#gaps.add(gap);
        const message = `${gap.topic}[${gap.partition}]: records from ${gap.from} to ${gap.to - 1} were deleted unread`;
        report({ code: 'input.gap', message });
      },
    });
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    try {
      await this.#work.setup?.(signal);
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
      await this.#writer.close();
      await this.#work.close();
    }
  }

  async #step(stream: PartitionStream): Promise<boolean> {
    const { alerts, deadLetters, report, trouble } = this.#options;
    const taken = stream.take(RECORDS_AT_ONCE, BYTES_AT_ONCE, Date.now());
    if (taken === 'end') this.#streams.delete(stream);
    if (typeof taken === 'string') return false;
    this.#consumer.taken(stream);
    const letters = await this.#work.index(stream, taken.records);
    await this.#writer.write(deadLetters, letters.map(encodeDeadLetter));
    for (const { failure } of letters) report(failure);
    await this.#writer.write(alerts, this.#gaps.take(Date.now()).map(encodeAlert));
    const { topic, partition } = stream;
    await this.#consumer.commit([{ topic, partition, offset: taken.next }]).catch((error: unknown) => {
      // Nothing is lost: the next commit covers it, or these records are written again, which changes nothing.
      const reason = error instanceof Error ? error.message : String(error);
      trouble('kafka commit', `Kafka: ${reason}; committed later`);
    });
    return true;
  }
}

/** A record of a stream that could not be stored. */
export function letterOf(stream: PartitionStream, record: KafkaRecord, failure: Failure): DeadLetter {
  const { topic, partition } = stream;
  return {
    position: { source: `kafka:${topic}:${partition}`, offset: record.offset, sub: 0 },
    label: `${topic}[${partition}]`,
    receiveTime: record.timestamp,
    bytes: Uint8Array.from(record.value ?? []),
    failure,
  };
}
