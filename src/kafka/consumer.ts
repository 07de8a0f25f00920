import { setTimeout as sleep } from 'node:timers/promises';
import type { Batch, Consumer } from 'kafkajs';
import type { Assignment } from './assigner.js';
import { type Gap, gapBefore, placeOf, type Placing } from './place.js';
import { createMember, type MemberOptions } from './member.js';
import { type Committed, keyOf, placeOfKey } from './offsets.js';
import { PartitionStream, type TopicPartition } from './partition.js';
import { brokerReason, waitingFor } from './reason.js';
import { arrivedOf } from './wire/record.js';
import { ClusterView, type ViewOptions } from './view.js';

/** What a group consumer needs. `resume`: the engine's own offset; the greater of it and the group's commit holds. */
export interface ConsumerOptions extends ViewOptions, Pick<MemberOptions, 'assigner'> {
  /** A trouble that lasts (`undefined`: over), named after its group; told again and again, so the receiver limits how often it is logged. */
  readonly onTrouble: (name: string, message: string | undefined) => void;
  readonly onGap: (gap: Gap) => void;
  /** Bytes queued over all partitions before fetching pauses. */
  readonly queueBytes?: number;
  /** True: of a partition nothing is fetched before `begin`, which is for who finds the place by other means. */
  readonly hold?: boolean;
}

const QUEUE_BYTES = 48 * 1024 * 1024;
const PARTITION_QUEUE_MIN = 2 * 1024 * 1024;
const RECHECK_MS = 5_000;
const RETRY_MAX_MS = 15_000;
/**
 * Reads topics as a member of a consumer group, for ever: what it is given appears as streams that are taken from.
 *
 * Guarantees: a partition is read from the greatest of the engine's offset and the group's commit, else from `start`;
 * no record is skipped silently (what the broker no longer has is reported as a gap); offsets are committed only by
 * `commit`. A missing broker or topic is waited for, with `onTrouble`. Memory: `queueBytes`, plus one fetch of 16 MiB.
 *
 * kafkajs fetches all partitions of a broker together and resets offsets silently, so: what arrives is queued at once
 * and a full queue pauses its partition alone; on joining, every partition is paused until its place is found.
 */
export class GroupConsumer {
  readonly #options: ConsumerOptions;
  readonly #streams = new Map<string, PartitionStream>();
  readonly #fresh: PartitionStream[] = [];
  readonly #view: ClusterView;
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;
  #consumer: Consumer | undefined;
  /** Counts joins, so that a place found for an older assignment is dropped. */
  #generation = 0;
  #subscribed: readonly string[] = [];
  #isPlacing = true;
  #expected: readonly TopicPartition[] | undefined;
  #life: AbortController | undefined;

  /** Begins at once; nothing is awaited. */
  constructor(options: ConsumerOptions) {
    this.#options = options;
    this.#view = new ClusterView(options);
    this.#done = this.#supervise();
  }

  /** Streams of partitions given to this member since the last call. */
  discover(): readonly PartitionStream[] {
    return this.#fresh.splice(0);
  }

  /** True until the group has given this member its partitions and the place of each is found, at first and after each join. */
  get isPlacing(): boolean {
    return this.#isPlacing;
  }

  /** All partitions of the topics read, whoever reads them; undefined until they are known. */
  get expected(): readonly TopicPartition[] | undefined {
    return this.#expected;
  }

  /** Begins to fetch a held partition at `offset`; what was fetched of it before is forgotten. */
  begin(stream: PartitionStream, offset: number): void {
    stream.restartAt(offset);
    stream.held = false;
    stream.paused = false;
    this.#consumer?.seek({ topic: stream.topic, partition: stream.partition, offset: String(offset) });
    this.#resume(stream);
  }

  /** Stops fetching a partition, until it is another member's or given again. */
  hold(stream: PartitionStream): void {
    stream.held = true;
    stream.restartAt(stream.position);
    this.#pause(stream);
  }

  /** Leaves the group and joins it again: all partitions are given anew, as after a crash. */
  rejoin(): void {
    for (const [key, stream] of this.#streams) this.#drop(key, stream);
    this.#life?.abort();
  }

  /** What this member has now: what a sticky assigner is told. */
  assignment(): Assignment {
    const assignment: Record<string, number[]> = {};
    for (const { topic, partition } of this.#streams.values()) (assignment[topic] ??= []).push(partition);
    return assignment;
  }

  /** Tells that something was taken: lets a paused partition be fetched again once its queue is half empty. */
  taken(stream: PartitionStream): void {
    if (!stream.paused || stream.held || stream.queuedBytes > this.#highMark() / 2) return;
    stream.paused = false;
    this.#resume(stream);
  }

  /**
   * Commits offsets (of the first record not yet processed) for the group. Rejects where this member is not, or no
   * longer, the one that may; the same offsets may be sent again with the next commit. A note is told to whoever reads
   * the partition next.
   */
  async commit(offsets: readonly (TopicPartition & Committed)[]): Promise<void> {
    const owned = offsets.filter((place) => this.#streams.has(keyOf(place)));
    if (owned.length === 0) return;
    if (this.#consumer === undefined) throw new Error('Kafka: not connected, offsets are committed later');
    await this.#consumer.commitOffsets(
      owned.map(({ topic, partition, offset, note }) => ({
        ...{ topic, partition, offset: String(offset) },
        ...(note !== undefined && { metadata: note }),
      })),
    );
  }

  /** Leaves the group and closes the connections. What was taken but not committed is read again by whoever follows. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#done;
    for (const [key, stream] of this.#streams) this.#drop(key, stream);
  }

  async #supervise(): Promise<void> {
    const { signal } = this.#stop;
    for (let delay = 500; !signal.aborted; delay = Math.min(delay * 2, RETRY_MAX_MS)) {
      const began = Date.now();
      try {
        await this.#view.connect();
        const topics = await this.#chosen();
        if (topics.length > 0 && !signal.aborted) await this.#run(topics);
      } catch (error) {
        this.#trouble(error);
        await this.#view.disconnect();
      }
      if (Date.now() - began > RETRY_MAX_MS) delay = 500;
      await sleep(delay, undefined, { signal }).catch(() => undefined);
    }
    await this.#view.disconnect();
  }

  /** The topics there are of those wanted; says which are missing. */
  async #chosen(): Promise<readonly string[]> {
    const { chosen, missing } = await this.#view.topics();
    this.#options.onTrouble(`kafka topics of ${this.#options.group}`, waitingFor(missing));
    return chosen;
  }

  /** One life of a kafkajs consumer: ends with its crash, with another set of topics, or when asked to stop. */
  async #run(topics: readonly string[]): Promise<void> {
    const consumer = createMember(this.#options);
    const life = (this.#life = new AbortController());
    const abort = (): void => life.abort();
    let crash: unknown;
    this.#stop.signal.addEventListener('abort', abort, { once: true });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      crash = payload.error;
      life.abort();
    });
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => this.#joined(payload.memberAssignment, life.signal));
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) this.#advance(payload, Number(payload.lastOffset) + 1, payload.highWatermark);
    });
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      this.#subscribed = topics;
      this.#consumer = consumer;
      await consumer.run({ autoCommit: false, eachBatch: ({ batch }) => this.#accept(batch) });
      while (!life.signal.aborted && (await this.#stillRight(topics))) {
        await sleep(RECHECK_MS, undefined, { signal: life.signal }).catch(() => undefined);
      }
      if (crash !== undefined) throw crash instanceof Error ? crash : new Error('the consumer ended');
    } finally {
      this.#consumer = undefined;
      life.abort();
      this.#stop.signal.removeEventListener('abort', abort);
      await consumer.disconnect().catch(() => undefined);
    }
  }

  /** Looks at the topics and at the ends of silent partitions. False where the set of topics has changed. */
  async #stillRight(topics: readonly string[]): Promise<boolean> {
    try {
      const chosen = await this.#chosen();
      if (chosen.length !== topics.length || chosen.some((topic) => !topics.includes(topic))) return false;
      await this.#view.pollSilent([...this.#streams.values()]);
      this.#options.onTrouble(`kafka group ${this.#options.group}`, undefined);
    } catch (error) {
      this.#trouble(error);
      await this.#view.disconnect();
      await this.#view.connect().catch(() => undefined);
    }
    return true;
  }

  /** The group has given out its partitions: those gone end, those that stay or are new wait until placed. */
  #joined(assignment: Readonly<Record<string, number[]>>, life: AbortSignal): void {
    const generation = ++this.#generation;
    this.#isPlacing = true;
    const places = Object.entries(assignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    const keys = new Set(places.map(keyOf));
    for (const [key, stream] of this.#streams) if (!keys.has(key)) this.#drop(key, stream);
    this.#consumer?.pause(Object.entries(assignment).map(([topic, partitions]) => ({ topic, partitions })));
    void this.#place(places, () => generation === this.#generation && !life.aborted);
  }

  async #place(places: readonly TopicPartition[], isCurrent: () => boolean): Promise<void> {
    for (let delay = 200; isCurrent(); delay = Math.min(delay * 2, RETRY_MAX_MS)) {
      try {
        const placing = await this.#view.placing(this.#subscribed);
        if (!isCurrent()) return;
        this.#expected = [...placing.extents.keys()].map(placeOfKey);
        for (const place of places) this.#open(place, placing);
        this.#isPlacing = false;
        return;
      } catch (error) {
        this.#trouble(error);
        await sleep(delay);
      }
    }
  }

  #open(place: TopicPartition, placing: Placing): void {
    const key = keyOf(place);
    const known = this.#streams.get(key);
    const { offset, isNew, gap } = placeOf(place, known?.nextFetch, known?.position, placing);
    if (gap !== undefined) this.#options.onGap(gap);
    if (known === undefined || offset !== known.nextFetch) {
      if (known !== undefined) this.#drop(key, known);
      const note = placing.committed.get(key)?.note;
      const stream = new PartitionStream(place, offset, { announce: isNew, held: this.#options.hold === true, note });
      this.#streams.set(key, stream);
      this.#fresh.push(stream);
    }
    const stream = this.#streams.get(key) as PartitionStream;
    stream.polled(placing.extents.get(key)?.high ?? offset, Date.now());
    this.#consumer?.seek({ ...place, offset: String(offset) });
    if (!stream.paused && !stream.held) this.#resume(stream);
  }

  #drop(key: string, stream: PartitionStream): void {
    stream.end();
    this.#streams.delete(key);
  }

  async #accept(batch: Batch): Promise<void> {
    const stream = this.#streams.get(keyOf(batch));
    if (stream === undefined || stream.held) return;
    const { first, pieces } = arrivedOf(batch);
    if (first !== stream.nextFetch) await this.#jumped(stream, first);
    for (const { columns, last } of pieces) stream.push(columns, last + 1, Number(batch.highWatermark), Date.now());
    if (stream.queuedBytes < this.#highMark() || stream.paused) return;
    stream.paused = true;
    this.#pause(stream);
  }

  /** kafkajs has moved on by itself: either the broker no longer has what comes next, or there is nothing in between. */
  async #jumped(stream: PartitionStream, first: number): Promise<void> {
    const extent = (await this.#view.extents([stream.topic])).get(keyOf(stream));
    const gap = extent === undefined ? undefined : gapBefore(stream, first, extent);
    if (gap !== undefined) this.#options.onGap(gap);
    if (gap?.reason === 'recreated') stream.restartAt(first);
  }

  #advance(place: TopicPartition, next: number, end: string): void {
    const stream = this.#streams.get(keyOf(place));
    if (stream?.held === false) stream.push(undefined, next, Number(end), Date.now());
  }

  #pause({ topic, partition }: TopicPartition): void {
    this.#consumer?.pause([{ topic, partitions: [partition] }]);
  }

  #resume({ topic, partition }: TopicPartition): void {
    this.#consumer?.resume([{ topic, partitions: [partition] }]);
  }

  #highMark(): number {
    const total = this.#options.queueBytes ?? QUEUE_BYTES;
    return Math.max(PARTITION_QUEUE_MIN, total / Math.max(1, this.#streams.size));
  }

  #trouble(error: unknown): void {
    const { group, onTrouble } = this.#options;
    onTrouble(`kafka group ${group}`, `Kafka: the group ${group}: ${brokerReason(error)}; trying again`);
  }
}
