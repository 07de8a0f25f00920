import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { DeadLetter } from '../../event/index.js';
import {
  brokerReason,
  type Fetched,
  type GroupConsumer,
  type openClient,
  type PartitionStream,
  readThrough,
  type SiteNames,
  SteadyWriter,
} from '../../kafka/index.js';
import { type KafkaLedger, openKafkaLedger, PartitionLost } from '../../ledger/kafka.js';
import type { Commit } from '../../ledger/types.js';
import type { Enrichment } from '../../normalise/enrich/enrichment.js';
import type { RuleSet } from '../../rule/types.js';
import { Failpoints } from '../failpoint.js';
import { Gaps } from '../gaps.js';
import { Part, type Refuse } from './part.js';

/** What the work on one detections partition needs. */
export interface TaskOptions {
  readonly kafka: ReturnType<typeof openClient>;
  readonly names: SiteNames;
  readonly consumer: GroupConsumer;
  /** Both held by the consumer, of one number. */
  readonly detections: PartitionStream;
  readonly state: PartitionStream;
  readonly partitions: number;
  readonly maxBytes: number;
  readonly enrichment?: Enrichment | undefined;
  /** The rules in force; asked after each commit. */
  readonly rules: () => RuleSet;
  /** Milliseconds. */
  readonly commitInterval: number;
  /** How long a detection of a rule that is not loaded is waited for, ms. */
  readonly ruleWait: number;
  readonly signal: AbortSignal;
  readonly report: (message: string) => void;
  readonly trouble: (name: string, message: string | undefined) => void;
  readonly onCommit: (commit: Commit, milliseconds: number) => void;
}

/** How the work on a partition stands, for people and metrics. */
export interface TaskStatus {
  readonly partition: number;
  readonly phase: 'taking over' | 'restoring' | 'working';
  /** State records read at the take-over, of those to be read. */
  readonly restored: { readonly done: number; readonly goal: number };
  readonly watermark: number;
  /** Records of the detections topic waiting, each of many detections or a marker: 0 means caught up. */
  readonly lag: number;
}

const RECORDS_AT_ONCE = 2_000;
const BYTES_AT_ONCE = 512 * 1024;
const POLL_MS = 20;
const RETRY_MS = 1_000;

/**
 * The work on one detections partition, from the take-over until it is another member's (`ended`), another has taken it
 * over all the same (`lost`), or the signal aborts (`ended`, after a last commit).
 *
 * Takes over, restores, goes to the committed offset, processes; commits state, alerts and offset together about once a
 * second; then sends what the commit derived for chains. Whatever fails is tried again, with the partition standing
 * still and told by `trouble`.
 */
export class PartitionTask {
  readonly partition: number;
  readonly #options: TaskOptions;
  readonly #failpoints = new Failpoints();
  readonly #name: string;
  readonly #source: string;
  readonly #writer: SteadyWriter;
  readonly #letters: DeadLetter[] = [];
  readonly #gaps = new Gaps();
  #ruleSet: RuleSet;
  #part: Part;
  #ledger: KafkaLedger | undefined;
  #phase: TaskStatus['phase'] = 'taking over';
  #restored = { done: 0, goal: 0 };
  #position = 0;
  #committed = -1;
  #committedAt = 0;
  /** Records that wait for a rule, and the rules that don't have it. */
  #waiting: { readonly rest: Fetched; readonly name: string; readonly ruleSet: RuleSet } | undefined;
  /** Part of the record at the position is taken and not committed. */
  #isWithin = false;
  /** Since when which rule is waited for, while records wait. */
  readonly #missing = new Map<string, number>();

  constructor(options: TaskOptions) {
    const { kafka, signal, trouble, detections } = options;
    this.#options = options;
    this.partition = detections.partition;
    this.#name = `${detections.topic}[${detections.partition}]`;
    this.#source = `kafka:${detections.topic}:${detections.partition}`;
    this.#writer = new SteadyWriter({ kafka, signal, trouble, name: 'derived detections' });
    this.#ruleSet = options.rules();
    this.#part = this.#newPart();
  }

  /** Counts live keys: O(keys). */
  get part(): Part {
    return this.#part;
  }

  status(): TaskStatus {
    return {
      partition: this.partition,
      phase: this.#phase,
      restored: this.#restored,
      watermark: this.#part.watermark,
      lag: this.#options.detections.lag,
    };
  }

  async run(): Promise<'ended' | 'lost'> {
    try {
      if (!(await this.#open())) return 'ended';
      await this.#send();
      while (await this.#step());
      if (this.#options.signal.aborted) await this.#commit();
      return 'ended';
    } catch (error) {
      if (error instanceof PartitionLost) return 'lost';
      if (this.#options.signal.aborted) return 'ended';
      throw error;
    } finally {
      this.#options.trouble(this.#name, undefined);
      await this.#ledger?.close();
      await this.#writer.close();
    }
  }

  #newPart(): Part {
    const { partitions, maxBytes, enrichment, report } = this.#options;
    const onRemoved = (name: string): void =>
      report(`${this.#name}: detections of the definition ${name}, which was removed since, are passed over`);
    return new Part({ ruleSet: this.#ruleSet, partition: this.partition, partitions, maxBytes, enrichment, onRemoved });
  }

  /** False where the partition is another member's before it was taken over. */
  async #open(): Promise<boolean> {
    const { signal, consumer, detections, trouble, report } = this.#options;
    while (!signal.aborted && !detections.hasEnded) {
      const ledger = (this.#ledger = openKafkaLedger(this.#ledgerOptions()));
      try {
        const { state, progress } = await ledger.open();
        this.#part.restore(state, progress.find(({ source }) => source === this.#source)?.carry ?? null);
        if (ledger.gap !== undefined) {
          report(`${this.#name}: detections from offset ${ledger.gap.from} to ${ledger.gap.to - 1} are gone unread`);
          this.#gaps.add(ledger.gap);
        }
        this.#phase = 'working';
        this.#position = ledger.start;
        trouble(this.#name, undefined);
        consumer.begin(detections, ledger.start);
        return true;
      } catch (error) {
        await ledger.close();
        if (error instanceof PartitionLost) return false;
        trouble(this.#name, `${this.#name}: can't be taken over: ${brokerReason(error)}; trying again`);
        this.#part = this.#newPart();
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
    return false;
  }

  #ledgerOptions(): Parameters<typeof openKafkaLedger>[0] {
    const { kafka, names, consumer, state, signal, trouble } = this.#options;
    return {
      kafka,
      transactionalId: names.transactionalId(this.partition),
      group: names.correlators,
      place: { topic: names.detections, partition: this.partition },
      source: this.#source,
      topics: names,
      signal,
      trouble,
      onSent: () => this.#failpoints.pass('sent'),
      readState: async (from, to, take) => {
        this.#phase = 'restoring';
        const restored = (this.#restored = { done: 0, goal: to - from });
        const isWhole = await readThrough({
          ...{ consumer, stream: state, from, to, signal },
          take: (records) => {
            take(records);
            restored.done = (records.at(-1)?.offset ?? from) + 1 - from;
            this.#failpoints.pass('restoring');
          },
        });
        // The last offsets are those of a transaction's end, which is no record.
        if (isWhole) restored.done = restored.goal;
        return isWhole;
      },
    };
  }

  /** Takes what there is, and commits when it is time. False: to end. */
  async #step(): Promise<boolean> {
    const { signal, consumer, detections, commitInterval } = this.#options;
    if (signal.aborted || detections.hasEnded) return false;
    const taken = this.#next();
    if (taken === 'end') return false;
    if (typeof taken === 'object') {
      this.#failpoints.pass('fetched');
      consumer.taken(detections);
      this.#take(taken);
    }
    const isDue = Date.now() - this.#committedAt >= commitInterval;
    const hasMore = this.#position > this.#committed || this.#isWithin;
    if (isDue && (hasMore || this.#ruleSet !== this.#options.rules())) await this.#commit();
    if (typeof taken === 'object') await setImmediate();
    else await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    return true;
  }

  /** What waited for a rule, once that came or was given up; else what was fetched. */
  #next(): ReturnType<PartitionStream['take']> {
    const waiting = this.#waiting;
    if (waiting === undefined) return this.#options.detections.take(RECORDS_AT_ONCE, BYTES_AT_ONCE, Date.now());
    const isOver = Date.now() - (this.#missing.get(waiting.name) as number) >= this.#options.ruleWait;
    if (!isOver && waiting.ruleSet === this.#ruleSet) return 'waiting';
    this.#waiting = undefined;
    this.#options.trouble(this.#name, undefined);
    if (isOver) this.#part.giveUp(waiting.name);
    return waiting.rest;
  }

  #take(fetched: Fetched): void {
    const { records, next } = fetched;
    const taken = this.#part.take(records, (refused, failure) => this.#letters.push(this.#letterOf(refused, failure)));
    if (taken.kind === 'all') {
      this.#position = next;
      this.#missing.clear();
      return;
    }
    const { index, name } = taken;
    this.#position = records[index]?.offset ?? next;
    this.#isWithin = true;
    this.#waiting = { rest: fetched.after(index), name, ruleSet: this.#ruleSet };
    if (!this.#missing.has(name)) this.#missing.set(name, Date.now());
    const message = `${this.#name}: waits for the rule of definition ${name}, which another member has; give all the same rules`;
    this.#options.trouble(this.#name, message);
  }

  async #commit(): Promise<void> {
    const began = (this.#committedAt = Date.now());
    const { state, carry, watermark, ...made } = this.#part.collect(began);
    const alerts = [...made.alerts, ...this.#gaps.take(began)];
    const progress = { source: this.#source, label: this.#name, offset: this.#position, carry, eventTime: null };
    const commit: Commit = { progress: [progress], watermark, state, alerts, deadLetters: this.#letters.splice(0) };
    this.#failpoints.pass('collected');
    await this.#persist(commit);
    this.#failpoints.pass('moved');
    this.#committed = this.#position;
    this.#isWithin = false;
    this.#options.onCommit(commit, Date.now() - began);
    await this.#send();
    if (this.#ruleSet === this.#options.rules()) return;
    this.#ruleSet = this.#options.rules();
    this.#part.replaceRules(this.#ruleSet);
  }

  /** Until it is durable, or another member has the partition. */
  async #persist(commit: Commit): Promise<void> {
    const { signal, trouble } = this.#options;
    for (;;) {
      try {
        await (this.#ledger as KafkaLedger).commit(commit);
        trouble(this.#name, undefined);
        return;
      } catch (error) {
        if (error instanceof PartitionLost || signal.aborted) throw error;
        trouble(this.#name, `${this.#name}: can't commit: ${brokerReason(error)}; trying again`);
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #send(): Promise<void> {
    const messages = this.#part.committed();
    if (messages.length > 0) await this.#writer.write(this.#options.names.detections, messages);
    this.#part.written();
    this.#failpoints.pass('written');
  }

  #letterOf({ offset, sub, timestamp, value }: Parameters<Refuse>[0], failure: DeadLetter['failure']): DeadLetter {
    const position = { source: this.#source, offset, sub };
    return { position, label: this.#name, receiveTime: timestamp, bytes: Uint8Array.from(value ?? []), failure };
  }
}
