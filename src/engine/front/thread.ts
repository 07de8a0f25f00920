import { Worker } from 'node:worker_threads';
import type { LeftOut } from '../../detect/types.js';
import { type Source, unpackDetections } from '../../event/index.js';
import { noCounts } from '../counts.js';
import type { Front, Step } from './front.js';
import type { FrontMessage, FrontPlan, FrontStart, HandedStep } from './messages.js';
import type { SourceFailure } from '../sources.js';

/** How a thread front is started. */
export interface ThreadOptions {
  /** Told of each path that is missing or can't be read. */
  readonly report: (failure: SourceFailure) => void;
  /** Ends waiting: `next` then answers as if all sources had ended. */
  readonly signal?: AbortSignal;
  /** The thread's program; absent: the one beside this file. */
  readonly script?: URL;
}

/** Why a scan failed whose reading thread ended before its work. */
export class ThreadError extends Error {
  readonly code = 'engine.thread';
}

/**
 * A front in a thread of its own: that one reads and matches while this one correlates.
 *
 * The thread starts at once and loads its program while the caller prepares the plan. It is at most `STEPS_AHEAD` steps
 * ahead. If it ends before its work is done, `open` or `next` rejects with a `ThreadError`.
 */
export class ThreadFront implements Front {
  readonly counts = noCounts();
  readonly #worker: Worker;
  readonly #options: ThreadOptions;
  readonly #taken = new Int32Array(new SharedArrayBuffer(4));
  readonly #waiting: FrontMessage[] = [];
  #sources: readonly Source[] = [];
  #leftOut: readonly LeftOut[] = [];
  #error: ThreadError | undefined;
  #closed = false;
  #wake: () => void = () => undefined;
  #given = false;

  constructor(options: ThreadOptions) {
    this.#options = options;
    const start: FrontStart = { taken: this.#taken };
    this.#worker = new Worker(options.script ?? new URL('./front-worker.js', import.meta.url), { workerData: start });
    this.#worker.on('message', (message: FrontMessage) => this.#receive(message));
    this.#worker.once('error', (error: unknown) => this.#fail(error instanceof Error ? error.message : String(error)));
    this.#worker.once('exit', (code) => this.#fail(`it stopped with code ${code}`));
    options.signal?.addEventListener('abort', () => this.#wake());
  }

  /** Sets the thread to work. Once, before `open`. */
  start(plan: FrontPlan): void {
    this.#worker.postMessage(plan);
  }

  async open(): Promise<readonly Source[]> {
    const message = await this.#next();
    if (message?.kind === 'sources') this.#sources = message.sources;
    return this.#sources;
  }

  async next(): Promise<Step | undefined> {
    if (this.#given) this.#release();
    const message = await this.#next();
    if (message === undefined || message.kind === 'sources' || message.kind === 'failure') return undefined;
    if (message.kind === 'done') {
      this.#leftOut = message.leftOut;
      return undefined;
    }
    this.#given = true;
    return message.kind === 'end' ? message : this.#stepOf(message);
  }

  leftOut(): readonly LeftOut[] {
    return this.#leftOut;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker.terminate();
  }

  #stepOf({ kind, source, next, newest, deadLetters, detections, counts }: HandedStep): Step {
    const { detections: found } = this.counts;
    Object.assign(this.counts, counts, { detections: found });
    return { kind, source, next, newest, deadLetters, detections: unpackDetections(detections) };
  }

  /** The step given last was taken: the thread may go on. */
  #release(): void {
    this.#given = false;
    Atomics.add(this.#taken, 0, 1);
    Atomics.notify(this.#taken, 0);
  }

  /** The next message; undefined where the scan was aborted. */
  async #next(): Promise<FrontMessage | undefined> {
    for (;;) {
      if (this.#options.signal?.aborted === true) return undefined;
      const message = this.#waiting.shift();
      if (message !== undefined) return message;
      if (this.#error !== undefined) throw this.#error;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #receive(message: FrontMessage): void {
    if (message.kind === 'failure') return this.#options.report(message.failure);
    this.#waiting.push(message);
    this.#wake();
  }

  #fail(reason: string): void {
    if (this.#closed) return;
    this.#error ??= new ThreadError(`the thread that reads the input failed, so the scan is not complete: ${reason}`);
    this.#wake();
  }
}
