import type { RecordBatch } from '../event/index.js';
import type { Reader } from '../input/types.js';
import type { Watermark } from './watermark.js';

/** What is done with what is read. */
export interface TurnHooks<R extends Reader> {
  /** Takes a batch in; returns its greatest event time that may move the watermark (−Infinity: none). */
  readonly take: (reader: R, batch: RecordBatch) => number;
  /** A batch up to `next` (its first byte not taken) is in, and the watermark knows. */
  readonly moved: (reader: R, next: number) => void;
  /** A source has ended; its reader is closed. */
  readonly ended: (reader: R) => void;
  /** After each reading, whatever came of it. */
  readonly step?: () => void;
  /** Before what was read is taken. */
  readonly read?: () => void;
}

/** Batches read between two looks at the clock. */
const BATCHES_PER_TURN = 16;

/** Open sources, read in turns, the one that is oldest in time first, with what silence and ends mean for the watermark. */
export class Turns<R extends Reader> {
  readonly readers: R[] = [];
  readonly #watermark: Watermark;
  readonly #hooks: TurnHooks<R>;

  constructor(watermark: Watermark, hooks: TurnHooks<R>) {
    this.#watermark = watermark;
    this.#hooks = hooks;
  }

  /** Adds a source; the watermark expects it already. */
  open(reader: R): void {
    this.readers.push(reader);
  }

  /** Reads a bounded number of batches. `held up`: nothing to read now, but not at the end. */
  async take(): Promise<'busy' | 'held up' | 'caught up'> {
    const waiting = [...this.readers];
    let batches = 0;
    let isHeldUp = false;
    while (waiting.length > 0 && batches < BATCHES_PER_TURN) {
      const reader = this.#oldest(waiting);
      const kind = await this.#read(reader);
      if (kind === 'batch') batches++;
      else waiting.splice(waiting.indexOf(reader), 1);
      isHeldUp ||= kind === 'waiting';
      this.#hooks.step?.();
    }
    if (waiting.length > 0) return 'busy';
    return isHeldUp ? 'held up' : 'caught up';
  }

  /** Reads to their ends those that can't be read again after a restart. */
  async finish(): Promise<void> {
    for (const reader of this.readers.filter((one) => one.finish !== undefined)) {
      await reader.finish?.();
      while (this.readers.includes(reader)) {
        await this.#read(reader);
        this.#hooks.step?.();
      }
    }
  }

  /** Closes all readers. */
  async close(): Promise<void> {
    for (const reader of this.readers.splice(0)) await reader.close();
  }

  async #read(reader: R): Promise<'batch' | 'idle' | 'waiting' | 'end'> {
    const result = await reader.read();
    this.#hooks.read?.();
    const { id } = reader.source;
    if (result.kind === 'batch') {
      this.#watermark.saw(id, this.#hooks.take(reader, result.batch));
      this.#hooks.moved(reader, result.batch.next);
    } else if (result.kind === 'idle') this.#watermark.caughtUp(id, Date.now());
    else if (result.kind === 'waiting') this.#watermark.saw(id, -Infinity);
    else await this.#end(reader);
    return result.kind;
  }

  #oldest(waiting: readonly R[]): R {
    let best = waiting[0] as R;
    for (const reader of waiting) {
      if (this.#watermark.eventTime(reader.source.id) < this.#watermark.eventTime(best.source.id)) best = reader;
    }
    return best;
  }

  async #end(reader: R): Promise<void> {
    this.readers.splice(this.readers.indexOf(reader), 1);
    this.#watermark.close(reader.source.id);
    await reader.close();
    this.#hooks.ended(reader);
  }
}
