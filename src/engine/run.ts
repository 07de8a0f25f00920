import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertDocument, DeadLetter } from '../event/index.js';
import type { Input, Reader } from '../input/types.js';
import type { Commit, Ledger, Progress, Restored } from '../ledger/types.js';
import type { Output } from '../output/types.js';
import { Failpoints } from './failpoint.js';
import type { Health } from './health.js';
import type { Pipeline } from './pipeline.js';
import { carriedIn, joinCarries } from './source-carry.js';
import { Turns } from './turns.js';
import { Watermark } from './watermark.js';

/** What `run` works with; everything is opened by the caller but the ledger. */
export interface RunOptions {
  readonly pipeline: Pipeline;
  readonly ledger: Ledger;
  /** Opens the input once the ledger has told where each source was left. */
  readonly openInput: (resume: (source: string) => Progress | undefined, restored: Restored) => Promise<Input>;
  readonly outputs: readonly Output[];
  readonly health: Health;
  /** Milliseconds. */
  readonly lateness: number;
  readonly idle: number;
  readonly commitInterval: number;
  readonly pollInterval: number;
  readonly signal: AbortSignal;
  /** End once every source is caught up and committed, instead of following on. */
  readonly untilCaughtUp?: boolean;
  /**
   * Writes what the pipeline handed out beside alerts: called after every turn, and always before a commit. Where it
   * rejects, nothing is committed and `run` rejects.
   */
  readonly flush?: () => Promise<void>;
  /** Alerts of Sekisho's own since the last call (`now`: epoch ms), for the next commit. */
  readonly ownAlerts?: (now: number) => readonly AlertDocument[];
  readonly onCommit?: (stats: CommitStats) => void;
  /** Called after each commit with the time: the place between two batches where rules may be replaced. */
  readonly afterCommit?: (now: number) => Promise<unknown>;
}

/** One commit, for metrics. */
export interface CommitStats {
  readonly milliseconds: number;
  /** Alert revisions written, and how many of them opened an alert. */
  readonly alerts: number;
  readonly opened: number;
  readonly state: number;
  readonly deadLetters: number;
  readonly watermark: number;
}

/**
 * Follows the inputs through the pipeline and makes each step durable with one ledger commit: positions, reader carry,
 * changed state and alerts move together or not at all.
 *
 * Between two commits everything is synchronous over batches, so what is collected belongs exactly to the positions
 * committed with it. A commit that fails is tried again unchanged, for ever, with input standing still and health red.
 * Returns when the signal aborts, after a last commit. Kill it at any moment: on restart it goes on from the last
 * commit (DESIGN.md section 4, item 1).
 */
export class Runner {
  readonly #options: RunOptions;
  readonly #failpoints = new Failpoints();
  readonly #watermark: Watermark;
  readonly #turns: Turns<Reader>;
  readonly #progress = new Map<string, Progress>();
  readonly #dirty = new Set<string>();
  readonly #deadLetters: DeadLetter[] = [];
  #committedAt = 0;
  #input: Input | undefined;
  /** The watermark that holds while sources may still appear. */
  #held = -Infinity;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#watermark = new Watermark(options);
    this.#turns = new Turns<Reader>(this.#watermark, {
      read: () => this.#failpoints.pass('read'),
      take: (_, batch) => options.pipeline.process(batch, this.#deadLetters),
      moved: (reader, next) => {
        this.#moved(reader, next);
        this.#failpoints.pass('processed');
      },
      ended: () => undefined,
      step: () => options.pipeline.advance(this.#now()),
    });
  }

  /** The engine's watermark, epoch ms. */
  watermark(): number {
    return this.#now();
  }

  /** Stands still while the sources are not all known: one of them may hold older events than the others. */
  #now(): number {
    if (this.#input?.isOpening?.() !== true) this.#held = this.#watermark.current();
    return this.#held;
  }

  /** Runs until the signal aborts (or everything is caught up, where asked). */
  async run(): Promise<void> {
    const { ledger, pipeline, signal, outputs, untilCaughtUp } = this.#options;
    const restored = await ledger.open();
    for (const progress of restored.progress) this.#progress.set(progress.source, progress);
    pipeline.correlator.restore(restored.state);
    if (restored.watermark !== null) this.#watermark.restore((this.#held = restored.watermark));
    const input = await this.#options.openInput((source) => this.#progress.get(source), restored);
    this.#input = input;
    try {
      while (!signal.aborted) {
        await this.#discover(input);
        const busy = await this.#turns.take();
        await this.#options.flush?.();
        const caughtUp = busy === 'caught up' && input.isOpening?.() !== true && untilCaughtUp === true;
        await this.#maybeCommit(caughtUp);
        if (caughtUp) break;
        if (busy !== 'busy') await sleep(this.#options.pollInterval, undefined, { signal }).catch(() => undefined);
      }
      await this.#turns.finish();
      await this.#options.flush?.();
      await this.#commit();
    } finally {
      await this.#turns.close();
      await input.close();
      for (const output of outputs) await output.close();
      await ledger.close();
    }
  }

  async #discover(input: Input): Promise<void> {
    for (const reader of await input.discover()) {
      const { source } = reader;
      const { pipeline } = this.#options;
      const before = reader.origin === undefined ? undefined : this.#progress.get(reader.origin);
      pipeline.resume(source, carriedIn(before?.carry));
      reader.skimWith?.((bytes, start, end, received) => pipeline.skim(source, bytes, start, end, received));
      this.#turns.open(reader);
      this.#watermark.open(reader.source.id, this.#progress.get(reader.source.id)?.eventTime ?? null);
    }
  }

  #moved(reader: Reader, offset: number): void {
    const { id, label } = reader.source;
    const eventTime = this.#watermark.eventTime(id);
    this.#progress.set(id, {
      source: id,
      label,
      offset,
      carry: joinCarries(reader.carry(), this.#options.pipeline.carried(reader.source)),
      eventTime: eventTime === -Infinity ? null : eventTime,
    });
    this.#dirty.add(id);
  }

  async #maybeCommit(now: boolean): Promise<void> {
    if (!now && Date.now() - this.#committedAt < this.#options.commitInterval) return;
    await this.#commit();
    await this.#options.afterCommit?.(Date.now());
  }

  async #commit(): Promise<void> {
    const { pipeline, onCommit } = this.#options;
    const began = Date.now();
    this.#committedAt = began;
    const collected = pipeline.collect(began);
    const { state } = collected;
    const alerts = [...collected.alerts, ...(this.#options.ownAlerts?.(began) ?? [])];
    if (this.#dirty.size + state.length + alerts.length + this.#deadLetters.length > 0) {
      const watermark = this.#now();
      const commit: Commit = {
        progress: [...this.#dirty].flatMap((id) => this.#progress.get(id) ?? []),
        watermark: Number.isFinite(watermark) ? watermark : null,
        state,
        alerts,
        deadLetters: this.#deadLetters.slice(),
      };
      this.#failpoints.pass('collected');
      await this.#persist(commit);
      this.#failpoints.pass('committed');
      this.#dirty.clear();
      this.#deadLetters.length = 0;
      onCommit?.({
        milliseconds: Date.now() - began,
        alerts: alerts.length,
        opened: alerts.filter(({ revision }) => revision === 1).length,
        state: state.length,
        deadLetters: commit.deadLetters.length,
        watermark,
      });
    }
    await this.#pump();
  }

  /** Until it is durable; gives up only when asked to stop, which leaves the previous commit in force. */
  async #persist(commit: Commit): Promise<void> {
    for (let delay = 100; ; delay = Math.min(delay * 2, 10_000)) {
      try {
        await this.#options.ledger.commit(commit);
        this.#options.health.green('ledger');
        return;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.#options.health.red('ledger', `can't commit, input waits: ${reason}`, Date.now());
        if (this.#options.signal.aborted) throw error;
        await sleep(delay, undefined, { signal: this.#options.signal }).catch(() => undefined);
      }
    }
  }

  async #pump(): Promise<void> {
    for (const output of this.#options.outputs) {
      try {
        await output.pump();
        this.#options.health.green(output.name);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.#options.health.red(output.name, `output ${output.name}: ${reason}; trying again`, Date.now());
      }
    }
    this.#failpoints.pass('written');
  }
}
