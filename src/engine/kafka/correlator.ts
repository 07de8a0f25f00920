import { setTimeout as sleep } from 'node:timers/promises';
import { GroupConsumer, type PartitionStream, stickyAssigner } from '../../kafka/index.js';
import type { Commit } from '../../ledger/types.js';
import type { RuleSet } from '../../rule/types.js';
import type { LeftOutOfRule } from '../left-out.js';
import type { RoleOptions } from './role-options.js';
import { PartitionTask, type TaskStatus } from './task.js';

/** What a correlator works with. */
export interface CorrelatorRoleOptions extends RoleOptions {
  /** Something a person should know, in a sentence. */
  readonly report: (message: string) => void;
  readonly onCommit?: (commit: Commit, milliseconds: number) => void;
  /** How long a detection of a rule that is not loaded is waited for, ms. */
  readonly ruleWait?: number;
}

const POLL_MS = 50;
const RULE_WAIT_MS = 60_000;
/** How long a partition that was taken over from us may seem to be ours. */
const LOST_MS = 10_000;

/**
 * The role that takes detections to alerts, until the signal aborts.
 *
 * A member of one consumer group over the detections and state topics, whose assigner gives partitions of one number to
 * one member; each pair has its own task, with its own transactions. Throws only for bugs: the process must end then.
 */
export class CorrelatorRole {
  readonly #options: CorrelatorRoleOptions;
  readonly #consumer: GroupConsumer;
  readonly #states = new Map<number, PartitionStream>();
  readonly #waiting = new Map<number, PartitionStream>();
  readonly #tasks = new Map<number, { readonly task: PartitionTask; readonly done: Promise<void> }>();
  #ruleSet: RuleSet;
  #failure: unknown;

  constructor(options: CorrelatorRoleOptions) {
    const { kafka, names, trouble, report, ruleSet } = options;
    this.#options = options;
    this.#ruleSet = ruleSet;
    const together = [names.detections, names.state];
    this.#consumer = new GroupConsumer({
      kafka,
      group: names.correlators,
      topics: { names: together },
      start: 'earliest',
      resume: () => undefined,
      assigner: stickyAssigner(together, () => this.#consumer.assignment()),
      hold: true,
      onTrouble: trouble,
      onGap: ({ topic, partition, from, to }) =>
        report(`${topic}[${partition}]: records from ${from} to ${to - 1} are gone unread`),
    });
  }

  /** Goes on with other rules: each partition after its next commit. */
  replaceRules(ruleSet: RuleSet): void {
    this.#ruleSet = ruleSet;
  }

  /** How each partition of this member stands. */
  status(): readonly TaskStatus[] {
    return [...this.#tasks.values()].map(({ task }) => task.status());
  }

  /** Group keys with state and open episodes over all partitions of this member; O(keys). */
  live(): { readonly keys: number; readonly episodes: number; readonly bytes: number } {
    const all = [...this.#tasks.values()].map(({ task }) => task.part.correlator.stats());
    const sum = (of: (stats: (typeof all)[number]) => number): number => all.reduce((total, one) => total + of(one), 0);
    return {
      keys: sum((one) => one.liveKeys),
      episodes: sum((one) => one.openEpisodes),
      bytes: sum((one) => one.bytes),
    };
  }

  /** Derived detections of chains left out by the partitions of this member. */
  leftOut(): readonly LeftOutOfRule[] {
    return [...this.#tasks.values()].flatMap(({ task }) => task.part.leftOut());
  }

  /** Works until the signal aborts. */
  async run(): Promise<void> {
    const { signal } = this.#options;
    try {
      while (!signal.aborted && this.#failure === undefined) {
        this.#discover();
        await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      await Promise.all([...this.#tasks.values()].map(({ done }) => done));
      await this.#consumer.close();
    }
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  /** Begins with the partitions whose both streams are there, once whoever worked on them here has ended. */
  #discover(): void {
    for (const stream of this.#consumer.discover()) {
      const isState = stream.topic === this.#options.names.state;
      (isState ? this.#states : this.#waiting).set(stream.partition, stream);
    }
    for (const [partition, detections] of this.#waiting) {
      const state = this.#states.get(partition);
      if (detections.hasEnded) this.#waiting.delete(partition);
      else if (state !== undefined && !state.hasEnded && !this.#tasks.has(partition)) this.#begin(detections, state);
    }
  }

  #begin(detections: PartitionStream, state: PartitionStream): void {
    const { config, kafka, names, partitions, signal, report, trouble, onCommit, ruleWait } = this.#options;
    const { partition } = detections;
    this.#waiting.delete(partition);
    const task = new PartitionTask({
      ...{ kafka, names, consumer: this.#consumer, detections, state, partitions, signal, report, trouble },
      maxBytes: config.memory / partitions,
      enrichment: this.#options.enrichment,
      rules: () => this.#ruleSet,
      commitInterval: config['commit-interval'],
      ruleWait: ruleWait ?? RULE_WAIT_MS,
      onCommit: (commit, milliseconds) => onCommit?.(commit, milliseconds),
    });
    this.#tasks.set(partition, { task, done: this.#work(task, detections) });
  }

  /** Never rejects: a bug ends the role. */
  async #work(task: PartitionTask, detections: PartitionStream): Promise<void> {
    const { signal } = this.#options;
    try {
      const outcome = await task.run();
      if (outcome === 'lost' || !detections.hasEnded) await this.#letGo(detections);
    } catch (error) {
      if (!signal.aborted) this.#failure ??= error;
    } finally {
      this.#tasks.delete(task.partition);
    }
  }

  /** Another has taken the partition over: the group will tell so, or has to be asked again whose it is. */
  async #letGo(detections: PartitionStream): Promise<void> {
    const { signal } = this.#options;
    for (const limit = Date.now() + LOST_MS; !detections.hasEnded && Date.now() < limit && !signal.aborted;) {
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
    if (!detections.hasEnded && !signal.aborted) this.#consumer.rejoin();
  }
}
