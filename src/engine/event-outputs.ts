import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EcsEvent, formatPosition } from '../event/index.js';
import type { EventDocument, EventOutput } from '../output/types.js';
import { storedOf } from './documents.js';

/** What the writing of events needs. */
export interface EventOutputsOptions {
  readonly outputs: readonly EventOutput[];
  /** A trouble that lasts, by name; undefined: over. */
  readonly trouble: (name: string, message: string | undefined) => void;
  /** Ends the waiting, some seconds after it aborts. */
  readonly signal: AbortSignal;
}

/** How long an output that is away is waited for once `run` is to stop, ms. */
const GRACE = 3000;
const BACKOFF = 200;
const BACKOFF_MAX = 30_000;
const LONGEST_ID = 400;

/**
 * Hands every event on to outputs, at least once: `add` while a batch is taken in, `flush` before its position may be
 * committed. What is held between the two is bounded by what is read in one turn, since `flush` holds input up for as long
 * as an output is away.
 */
export class EventOutputs {
  readonly #options: EventOutputsOptions;
  readonly #stop = new AbortController();
  /** Characters of what waits, roughly its bytes. */
  size = 0;
  #events: EventDocument[] = [];

  constructor(options: EventOutputsOptions) {
    this.#options = options;
    const stop = (): void => void setTimeout(() => this.#stop.abort(), GRACE).unref();
    options.signal.addEventListener('abort', stop, { once: true });
  }

  /** Takes an event as it is now. */
  add(event: EcsEvent): void {
    const { time, receiveTime, source, offset, sub } = event;
    const position = formatPosition({ source: source.id, offset, sub });
    this.push({ id: idOf(position), time, receiveTime, json: JSON.stringify(storedOf(event)) });
  }

  /** Takes an event that is a document already. */
  push(document: EventDocument): void {
    this.#events.push(document);
    this.size += document.json.length;
  }

  /** Resolves once all are written. Rejects where `run` is to stop and an output stays away: then nothing may be committed. */
  async flush(): Promise<void> {
    const events = this.#events;
    if (events.length === 0) return;
    this.#events = [];
    this.size = 0;
    for (const output of this.#options.outputs) await this.#write(output, events);
  }

  /** Closes the outputs. */
  async close(): Promise<void> {
    for (const output of this.#options.outputs) await output.close();
  }

  async #write(output: EventOutput, events: readonly EventDocument[]): Promise<void> {
    const { signal } = this.#stop;
    const { trouble } = this.#options;
    let waiting = events;
    for (let attempt = 0; ; attempt++) {
      const left = await output.write(waiting, signal);
      waiting = left.events;
      if (waiting.length === 0) return trouble(output.name, undefined);
      trouble(output.name, `events can't be written to ${output.name}, input waits: ${left.reason}`);
      if (signal.aborted)
        throw new Error(`${output.name}: stopped before all events were written; \`run\` reads them again`);
      const longest = Math.min(BACKOFF_MAX, BACKOFF * 2 ** Math.min(attempt, 20));
      await sleep(longest * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Elasticsearch takes ids of 512 bytes at most. */
function idOf(position: string): string {
  return Buffer.byteLength(position) <= LONGEST_ID ? position : createHash('sha256').update(position).digest('hex');
}
