import type { RecordBatch, Source } from '../event/index.js';

/**
 * Looks at a line, `bytes[start, end)` all ASCII, before it is made a record: the time of its event (epoch ms) where
 * the line is to be passed over, else NaN.
 */
export type Skim = (bytes: Uint8Array, start: number, end: number, receiveTime: number) => number;

/**
 * One step of reading. `idle`: caught up, nothing now (following). `waiting`: nothing at hand, but not caught up (a
 * broker that can't be reached): its watermark stands still. `end`: nothing ever again.
 */
export type ReadResult =
  | { readonly kind: 'batch'; readonly batch: RecordBatch }
  | { readonly kind: 'idle' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'end' };

/**
 * One opened source, read in order of its offsets.
 *
 * Failures of the outside (a file that vanished, an unreadable folder) are retried or become `end`, told through the
 * `report` callback given at opening; `read` rejects only for bugs.
 */
export interface Reader {
  readonly source: Source;
  /**
   * `Source.id` of what was read up to where this reader begins (its own, or that of the file it is a copy of);
   * undefined: it begins at the start.
   */
  readonly origin?: string | undefined;
  /** At most `MAX_BATCH_BYTES` and some thousand records; never waits for more than is there, except on a pipe. */
  read(): Promise<ReadResult>;
  /** Shows lines to `skim` from now on, where this kind of source can. */
  skimWith?(skim: Skim): void;
  /** The carry to commit with the batches read so far; null: none. */
  carry(): string | null;
  /**
   * `run` stops: lets nothing more begin. What was received is read until `end`, which comes within seconds. Absent: what
   * was not read yet can be read after a restart.
   */
  finish?(): Promise<void>;
  close(): Promise<void>;
}

/** Where a source was left, out of the ledger. */
export interface ResumePoint {
  readonly offset: number;
  readonly carry: string | null;
}

/**
 * A set of sources that may grow while it is read (new files under a followed folder, rotated files).
 */
export interface Input {
  /** Readers that appeared since the last call. Cheap enough to be called every second. */
  discover(): Promise<readonly Reader[]>;
  /**
   * True while sources that are there may still appear (a consumer group is being joined): until then nothing is caught
   * up, and time stands still. Absent: never.
   */
  isOpening?(): boolean;
  close(): Promise<void>;
}
