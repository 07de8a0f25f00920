import {
  type Extent,
  type Gap,
  gapBefore,
  keyOf,
  type KafkaRecord,
  type PartitionMessage,
  settle,
  SteadyWriter,
  type TopicMessages,
  type TransactionOptions,
  TransactionalWriter,
} from '../kafka/index.js';
import { encodeAlert, encodeDeadLetter } from './kafka-records.js';
import { StateEntries, StateReading } from './kafka-state.js';
import type { Commit, Ledger, Progress, Restored } from './types.js';

/** What a ledger in Kafka needs: that of a transactional writer, and where it writes. */
export interface KafkaLedgerOptions extends Omit<TransactionOptions, 'topics'> {
  readonly topics: { readonly state: string; readonly alerts: string; readonly deadLetters: string };
  readonly signal: AbortSignal;
  /** A trouble that lasts, by name; undefined: over. */
  readonly trouble: (name: string, message: string | undefined) => void;
  /** `Source.id` of `place`: its progress moves the group's offset. */
  readonly source: string;
  /**
   * Hands over all records of the state partition from one offset to another. False: could not be finished, since the
   * partition is another member's now.
   */
  readonly readState: (from: number, to: number, take: (records: readonly KafkaRecord[]) => void) => Promise<boolean>;
}

/** Another member works on this partition, or the engine ends: whoever holds it drops it. */
export class PartitionLost extends Error {
  override readonly name = 'PartitionLost';
}

/** A ledger in Kafka, and what it found when it was opened. */
export interface KafkaLedger extends Ledger {
  /** Where reading of the detections goes on: the committed offset, or where the partition begins; after `open`. */
  readonly start: number;
  /** What the partition no longer had of what was to be read, after `open`. */
  readonly gap: Gap | undefined;
  /** State entries read so far by `open`. */
  readonly restored: number;
}

/**
 * The ledger of one detections partition: state, alerts and the consumed offset in one transaction, written to the
 * partitions of the same number; dead letters before it, which at worst are written twice.
 *
 * `open` takes the partition over in this order: fence whoever had it, read the committed offset, read the state up to
 * the end that it has then. `commit` is durable when it returns; it rejects with `PartitionLost` where another member has
 * taken over. An outcome that was lost is found out before anything else is sent, so the same commit may be given again.
 */
export function openKafkaLedger(options: KafkaLedgerOptions): KafkaLedger {
  return new TopicLedger(options);
}

class TopicLedger implements KafkaLedger {
  start = 0;
  gap: Gap | undefined;
  restored = 0;
  readonly #options: KafkaLedgerOptions;
  readonly #transactions: TransactionOptions;
  readonly #letters: SteadyWriter;
  readonly #entries: StateEntries;
  #writer: TransactionalWriter | undefined;
  #watermark: number | null = null;
  /** The target of a commit whose outcome is not known, with what was the base then. */
  #unsettled: { readonly base: number | undefined; readonly target: number | undefined } | undefined;

  constructor(options: KafkaLedgerOptions) {
    const { topics, place, kafka, signal, trouble } = options;
    this.#options = options;
    this.#transactions = { ...options, topics: [topics.state, place.topic] };
    this.#letters = new SteadyWriter({ kafka, signal, trouble, name: 'dead letters' });
    this.#entries = new StateEntries(place.partition);
  }

  async open(): Promise<Restored> {
    const { topics, place, readState } = this.#options;
    const writer = await TransactionalWriter.takeOver(this.#transactions);
    this.#writer = writer;
    const state = extentOf(writer, topics.state, place.partition);
    this.#find(writer.base, extentOf(writer, place.topic, place.partition));
    const reading = new StateReading();
    const isRead = await readState(state.low, state.high, (records) => {
      reading.take(records);
      this.restored = reading.size;
    });
    if (!isRead) throw new PartitionLost(`${place.topic}[${place.partition}]: lost while its state was restored`);
    this.#entries.resume(reading.parts());
    const [watermark] = [...reading.entries('w')];
    this.#watermark = watermark === undefined ? null : Number(watermark[1]);
    const progress = [...reading.entries('p')].map(([, text]) => JSON.parse(text) as Progress);
    return { progress, watermark: this.#watermark, state: reading.entries('s') };
  }

  async commit(commit: Commit): Promise<void> {
    const { topics, source, place } = this.#options;
    await this.#letters.write(topics.deadLetters, commit.deadLetters.map(encodeDeadLetter));
    const target = commit.progress.find((one) => one.source === source)?.offset;
    const records = this.#recordsOf(commit);
    for (;;) {
      if (await this.#isDone()) break;
      const writer = this.#writer;
      if (writer === undefined) throw new Error(`${place.topic}[${place.partition}]: the ledger is not open`);
      const { base } = writer;
      const outcome = await writer.commit(records, target);
      if (outcome === 'committed') break;
      if (outcome === 'fenced') throw this.#lost();
      this.#unsettled = { base, target };
    }
    this.#watermark = commit.watermark ?? this.#watermark;
  }

  async close(): Promise<void> {
    await this.#writer?.close();
    await this.#letters.close();
    this.#writer = undefined;
  }

  #find(base: number | undefined, extent: Extent): void {
    const { low } = extent;
    this.gap = gapBefore({ ...this.#options.place, nextFetch: base ?? low }, low, extent);
    this.start = this.gap === undefined ? (base ?? low) : low;
  }

  /** Settles a commit of unknown outcome, if there is one. True: it was done. */
  async #isDone(): Promise<boolean> {
    if (this.#unsettled === undefined) return false;
    const { base, target } = this.#unsettled;
    await this.#writer?.close();
    const { verdict, writer } = await settle(this.#transactions, base, target);
    this.#writer = writer;
    this.#unsettled = undefined;
    if (verdict === 'lost') throw this.#lost();
    return verdict === 'done';
  }

  #lost(): PartitionLost {
    const { topic, partition } = this.#options.place;
    return new PartitionLost(`${topic}[${partition}]: another member has taken it over`);
  }

  #recordsOf({ state, progress, watermark, alerts }: Commit): readonly TopicMessages[] {
    const { topics, place } = this.#options;
    const last = new Map(state.map(({ key, value }) => [key, value]));
    const entries: PartitionMessage[] = [];
    for (const [name, text] of last) entries.push(...this.#entries.records('s', name, text));
    for (const one of progress) entries.push(...this.#entries.records('p', one.source, JSON.stringify(one)));
    if (watermark !== null && watermark !== this.#watermark) {
      entries.push(...this.#entries.records('w', '', String(watermark)));
    }
    const documents = alerts.map((alert) => ({ ...encodeAlert(alert), partition: place.partition }));
    const records: readonly TopicMessages[] = [
      { topic: topics.state, messages: entries },
      { topic: topics.alerts, messages: documents },
    ];
    return records.filter(({ messages }) => messages.length > 0);
  }
}

function extentOf(writer: TransactionalWriter, topic: string, partition: number): Extent {
  const extent = writer.extents.get(keyOf({ topic, partition }));
  if (extent === undefined) throw new Error(`Kafka: ${topic} has no partition ${partition}`);
  return extent;
}
