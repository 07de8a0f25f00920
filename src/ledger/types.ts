import type { AlertDocument, DeadLetter, StateChange } from '../event/index.js';

/** How far one source has been read, and what its reader needs to go on there. */
export interface Progress {
  /** `Source.id`. */
  readonly source: string;
  readonly label: string;
  /** Offset of the first byte (record) not yet processed. */
  readonly offset: number;
  /** The reader's carry (a header line, an open join), opaque; null: none. */
  readonly carry: string | null;
  /** Greatest event time seen, epoch ms: the source's watermark is this less the lateness. null: none yet. */
  readonly eventTime: number | null;
}

/**
 * One step forward, all of it or nothing: positions, reader carry, changed state, alerts, dead letters, counters.
 */
export interface Commit {
  readonly progress: readonly Progress[];
  /** The engine's watermark with which the state was made, epoch ms; null before the first. */
  readonly watermark: number | null;
  readonly state: readonly StateChange[];
  readonly alerts: readonly AlertDocument[];
  readonly deadLetters: readonly DeadLetter[];
  /** Dead letters of a store that this commit's events were made of, by number: they are marked replayed with it. */
  readonly replayed?: readonly number[];
}

/** What a ledger knows when it is opened: the sum of all commits. */
export interface Restored {
  readonly progress: readonly Progress[];
  readonly watermark: number | null;
  readonly state: Iterable<readonly [key: string, value: string]>;
}

/**
 * Makes progress durable.
 *
 * Guarantee: after a crash at any moment, `open` returns exactly the sum of the commits that had returned, plus
 * possibly the one in flight, whole. Alerts are kept by id with the highest revision.
 */
export interface Ledger {
  open(): Promise<Restored>;
  /** Durable when it returns. Fails (rejects) without any effect: the caller may send the same commit again. */
  commit(commit: Commit): Promise<void>;
  close(): Promise<void>;
}
