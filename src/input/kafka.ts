import type { Failure, InputSettings, Source } from '../event/index.js';
import {
  type Gap,
  GroupConsumer,
  type KafkaLog,
  type KafkaSettings,
  openClient,
  type PartitionStream,
  type StartAt,
  type TopicPartition,
} from '../kafka/index.js';
import { recordBatchOf } from './kafka-record.js';
import { MAX_BATCH_BYTES, MAX_BATCH_RECORDS, MAX_LINE_BYTES } from './lines.js';
import type { Input, Reader, ReadResult, Skim } from './types.js';

/** What a Kafka input needs. */
export interface KafkaInputOptions {
  readonly cluster: KafkaSettings;
  readonly group: string;
  readonly topics?: readonly string[];
  /** A regular expression that must match a topic's whole name. */
  readonly pattern?: string;
  /** Where partitions begin that neither the engine nor the group has an offset of. */
  readonly start: StartAt;
  readonly settingsFor: (topic: string) => InputSettings;
  /** Where the engine's ledger left a source, by `Source.id`. */
  readonly resume: (source: string) => { readonly offset: number } | undefined;
  readonly report: (failure: Failure) => void;
  /** What the broker no longer had, once it is passed over; `report` has told it in words. */
  readonly onGap?: (gap: Gap) => void;
  /** A trouble that lasts, by name; undefined: over. Told again and again while it lasts. */
  readonly trouble: (name: string, message: string | undefined) => void;
  readonly maxLineBytes?: number;
  readonly log?: KafkaLog;
}

/** An input whose positions the brokers keep too, for lag tools and for other members of the group. */
export interface KafkaInput extends Input {
  discover(): Promise<readonly KafkaReader[]>;
  /** `Source.id` of all partitions of its topics, whoever reads them; undefined until they are known. */
  expected(): readonly string[] | undefined;
  /**
   * Commits positions for the group; call it after the ledger has them. Rejects where this member may not (any more),
   * which loses nothing: the next commit covers it, or another member reads again from the last one.
   */
  commit(positions: readonly KafkaPosition[]): Promise<void>;
}

/** What is committed of a partition; the note is told to whoever reads it next (4 KiB at most). */
export interface KafkaPosition {
  readonly source: string;
  readonly offset: number;
  readonly note?: string;
}

/** A partition being read. */
export interface KafkaReader extends Reader {
  /** The note of the last commit, when the partition was given to this member. */
  readonly note: string | undefined;
  /** Offset of the first record not yet read. */
  readonly position: number;
  /** Whether records are at hand. */
  readonly isReady: boolean;
}

const SOURCE_ID = /^kafka:(.+):(\d+)$/u;

/** `kafka:<topic>:<partition>`: the identity of a partition as a source. */
export function kafkaSourceId({ topic, partition }: TopicPartition): string {
  return `kafka:${topic}:${partition}`;
}

/**
 * Opens topics as a member of a consumer group: one source for each partition that the group gives to this member.
 *
 * Returns at once: brokers and topics that are missing are waited for, with `trouble`. Throws, refusing to start, on
 * credentials that would travel unencrypted and on a pattern that is no regular expression. A partition given to another
 * member ends; what the broker no longer had is reported as `input.gap`.
 */
export function openKafka(options: KafkaInputOptions): KafkaInput {
  const consumer = new GroupConsumer({
    kafka: openClient(options.cluster, options.log),
    group: options.group,
    topics: {
      ...(options.topics !== undefined && { names: options.topics }),
      ...(options.pattern !== undefined && { pattern: new RegExp(options.pattern, 'u') }),
    },
    start: options.start,
    resume: (place) => options.resume(kafkaSourceId(place))?.offset,
    onTrouble: options.trouble,
    onGap: (gap) => {
      options.report(gapFailure(gap));
      options.onGap?.(gap);
    },
  });
  return {
    discover: async () => consumer.discover().map((stream) => new PartitionReader(stream, consumer, options)),
    isOpening: () => consumer.isPlacing,
    expected: () => consumer.expected?.map(kafkaSourceId),
    commit: (positions) => consumer.commit(positions.flatMap(placeOf)),
    close: () => consumer.close(),
  };
}

class PartitionReader implements KafkaReader {
  readonly source: Source;
  readonly origin: string;
  readonly #stream: PartitionStream;
  readonly #consumer: GroupConsumer;
  readonly #maxLineBytes: number;
  #skim: Skim | undefined;

  constructor(stream: PartitionStream, consumer: GroupConsumer, options: KafkaInputOptions) {
    const { topic, partition } = stream;
    this.#stream = stream;
    this.#consumer = consumer;
    this.#maxLineBytes = options.maxLineBytes ?? MAX_LINE_BYTES;
    this.origin = kafkaSourceId(stream);
    this.source = { id: this.origin, label: `${topic}[${partition}]`, settings: options.settingsFor(topic) };
  }

  get note(): string | undefined {
    return this.#stream.note;
  }

  get position(): number {
    return this.#stream.position;
  }

  get isReady(): boolean {
    return this.#stream.queuedBytes > 0;
  }

  async read(): Promise<ReadResult> {
    const taken = this.#stream.take(MAX_BATCH_RECORDS, MAX_BATCH_BYTES, Date.now());
    if (typeof taken === 'string') return { kind: taken };
    this.#consumer.taken(this.#stream);
    return { kind: 'batch', batch: recordBatchOf(this.source, taken, this.#maxLineBytes, this.#skim) };
  }

  skimWith(skim: Skim): void {
    this.#skim = skim;
  }

  carry(): null {
    return null;
  }

  async close(): Promise<void> {
    this.#stream.end();
  }
}

function placeOf({ source, offset, note }: KafkaPosition) {
  const [, topic, partition] = SOURCE_ID.exec(source) ?? [];
  const noted = note === undefined ? {} : { note };
  return topic === undefined ? [] : [{ topic, partition: Number(partition), offset, ...noted }];
}

const GAPS: Readonly<Record<Gap['reason'], (gap: Gap) => string>> = {
  expired: ({ from, to }) =>
    `the broker no longer has the records from offset ${from} to ${to - 1}; retention was faster than reading. ` +
    'Raise the retention of the topic, or add members',
  recreated: ({ from, to }) =>
    `the topic ends before offset ${from}, so it was made anew; it is read from offset ${to} on`,
};

function gapFailure(gap: Gap): Failure {
  return { code: 'input.gap', message: `${gap.topic}[${gap.partition}]: ${GAPS[gap.reason](gap)}` };
}
