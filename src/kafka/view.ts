import type { Admin, Kafka } from 'kafkajs';
import { chooseTopics, type TopicChoice } from './choice.js';
import { committedOf, type Extent, extentsOf, keyOf, type StartAt, startsOf } from './offsets.js';
import type { PartitionStream, TopicPartition } from './partition.js';
import { Beginnings, type Placing } from './place.js';

const SILENT_MS = 5_000;

/** What a view is asked about. */
export interface ViewOptions {
  readonly kafka: Kafka;
  readonly group: string;
  readonly topics: TopicChoice;
  readonly start: StartAt;
  readonly resume: (place: TopicPartition) => number | undefined;
}

/**
 * What the cluster knows of the topics and the group: an admin connection, made anew by `connect` after `disconnect`.
 * Every question rejects as kafkajs does, and where there is no connection.
 */
export class ClusterView {
  readonly #options: ViewOptions;
  readonly #beginnings = new Beginnings();
  #admin: Admin | undefined;

  constructor(options: ViewOptions) {
    this.#options = options;
  }

  async connect(): Promise<void> {
    if (this.#admin !== undefined) return;
    const admin = this.#options.kafka.admin({ retry: { retries: 2, initialRetryTime: 200, maxRetryTime: 1_000 } });
    await admin.connect();
    this.#admin = admin;
  }

  async disconnect(): Promise<void> {
    const admin = this.#admin;
    this.#admin = undefined;
    await admin?.disconnect().catch(() => undefined);
  }

  /** The topics to read that are there, and those wanted but missing, in words. */
  async topics(): Promise<ReturnType<typeof chooseTopics>> {
    const exist = await this.#connected().listTopics();
    this.#beginnings.seeTopics(exist);
    return chooseTopics(this.#options.topics, exist);
  }

  /** By `keyOf`. */
  async extents(topics: readonly string[]): Promise<ReadonlyMap<string, Extent>> {
    return extentsOf(this.#connected(), topics);
  }

  /** Asks for the ends of the partitions that nothing was heard of for a while, and tells their streams. */
  async pollSilent(streams: readonly PartitionStream[]): Promise<void> {
    const now = Date.now();
    const silent = streams.filter((stream) => stream.isSilent(now, SILENT_MS));
    if (silent.length === 0) return;
    const extents = await this.extents([...new Set(silent.map(({ topic }) => topic))]);
    for (const stream of silent) {
      const extent = extents.get(keyOf(stream));
      if (extent !== undefined) stream.polled(extent.high, Date.now());
    }
  }

  /** All that decides where the partitions of `topics` are read from. */
  async placing(topics: readonly string[]): Promise<Placing> {
    const { group, start, resume } = this.#options;
    const admin = this.#connected();
    const extents = await extentsOf(admin, topics);
    const committed = await committedOf(admin, group, topics);
    const starts = await startsOf(admin, topics, start, extents);
    return { extents, committed, starts: this.#beginnings.adjust(starts, topics, extents), resume };
  }

  #connected(): Admin {
    if (this.#admin === undefined) throw new Error('not connected');
    return this.#admin;
  }
}
