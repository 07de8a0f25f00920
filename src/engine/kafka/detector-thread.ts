import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Config } from '../config/config.js';
import { noCounts, type PipelineCounts } from '../counts.js';
import type { DetectorNews, DetectorOrder } from './detector-messages.js';
import type { LeftOutOfRule } from '../left-out.js';
import type { Role } from './roles.js';
import type { RuleSet, RuleSource } from '../rules.js';

/** Who a working thread tells what. */
export interface DetectorHooks {
  readonly signal: AbortSignal;
  /** A trouble that lasts, by name; undefined: over. */
  readonly trouble: (name: string, message: string | undefined) => void;
  readonly report: (failure: { readonly message: string }) => void;
}

/** Why a member ended whose detector's thread did before it was told to. */
class ThreadError extends Error {
  readonly code = 'engine.thread';
}

/**
 * Whether a member's detector, which has most of the work, gets a thread of its own: where other roles are in the
 * process, the machine has a second core, and the configuration doesn't say `threads: 1`.
 */
export function wantsDetectorThread({ kafka }: Pick<Config, 'kafka'>, roles: readonly Role[]): boolean {
  const threads = kafka?.site?.threads ?? Math.min(2, availableParallelism());
  return threads > 1 && roles.includes('detector') && roles.some((role) => role !== 'detector');
}

/**
 * A detector in a thread of its own, which shares nothing with the other roles but the process: what it finds goes
 * through Kafka in any case.
 *
 * The thread starts at once and loads its program while the caller prepares the plan. It keeps the process alive only
 * while it is waited for or runs. Counts are at most a fifth of a second old.
 */
export class DetectorThread {
  counts: PipelineCounts = noCounts();
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  readonly #loaded: Promise<void>;
  #leftOut: readonly LeftOutOfRule[] = [];
  #hasEnded = false;
  #hooks: DetectorHooks | undefined;
  #answer: (refused: string | undefined) => void = () => undefined;

  /** `script`: the thread's program; absent: the one beside this file. Throws where threads are not allowed. */
  constructor(script: URL = new URL('./detector-worker.js', import.meta.url)) {
    this.#worker = new Worker(script);
    this.#loaded = new Promise((resolve) => {
      this.#worker.on('message', (news: DetectorNews) => (news.kind === 'loaded' ? resolve() : this.#hear(news)));
    });
    this.#ended = new Promise((resolve, reject) => {
      this.#worker.once('error', reject);
      this.#worker.once('exit', (code) => {
        if (this.#hasEnded) resolve();
        else reject(new ThreadError(`the detector's thread stopped with code ${code}`));
      });
    });
    // `loaded` and `run` tell of it.
    this.#ended.catch(() => undefined);
    // Last: a listener for messages holds the process again.
    this.#worker.unref();
  }

  /** Gives it what to work with. Once, before `run`. */
  start(config: Config, rules: RuleSource): void {
    this.#tell({ kind: 'plan', config, rules });
  }

  /** Resolves once the thread's program is there. Rejects where the thread can't work here. Keeps the process alive meanwhile. */
  async loaded(): Promise<void> {
    this.#worker.ref();
    try {
      await Promise.race([this.#loaded, this.#ended]);
    } finally {
      this.#worker.unref();
    }
  }

  /** Works until the signal aborts and all is written and committed. Rejects with the reason where the thread ends before. */
  async run(hooks: DetectorHooks): Promise<void> {
    const { signal } = hooks;
    this.#hooks = hooks;
    this.#worker.ref();
    const stop = (): void => this.#tell({ kind: 'stop' });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    this.#tell({ kind: 'begin' });
    try {
      await this.#ended;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** As `DetectorRole.replaceRules`, once the thread has them: it makes the rules of their files itself. */
  async replaceRules(_: RuleSet, source: RuleSource): Promise<void> {
    const answered = new Promise<string | undefined>((resolve) => (this.#answer = resolve));
    this.#tell({ kind: 'rules', rules: source });
    const refused = await Promise.race([answered, this.#ended.then(() => 'the detector has ended')]);
    if (refused !== undefined) throw new Error(refused);
  }

  /** Detections left out since the rules came into force. */
  leftOut(): readonly LeftOutOfRule[] {
    return this.#leftOut;
  }

  #tell(order: DetectorOrder): void {
    this.#worker.postMessage(order);
  }

  #hear(news: DetectorNews): void {
    if (news.kind === 'trouble') this.#hooks?.trouble(news.name, news.message);
    else if (news.kind === 'warning') this.#hooks?.report(news);
    else if (news.kind === 'rules') this.#answer(news.refused);
    else if (news.kind === 'counts') [this.counts, this.#leftOut] = [news.counts, news.leftOut];
    else this.#hasEnded = true;
  }
}
