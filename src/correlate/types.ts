import type { Detection, EntitySets, Episode, Evidence, Group, StateChange } from '../event/index.js';

/**
 * An episode of a referred correlation, handed once to the correlations that refer to it, when the watermark passed
 * its start. The engine turns it into detections of the next level.
 */
export interface Derived {
  /** The correlation whose episode it is. */
  readonly correlation: number;
  readonly group: Group;
  /** The episode's start. */
  readonly time: number;
  /** The episode's key, the evidence it opened with, and its entities: what the chain's alert shows. */
  readonly key: string;
  readonly evidence: Evidence;
  readonly entities: EntitySets;
}

/** What changed since the last `collect`. */
export interface Collected {
  readonly state: readonly StateChange[];
  /** Episodes opened, revised, merged or ended, of all correlations (silent ones too), each at most once. */
  readonly episodes: readonly Episode[];
}

/** Counters for people and metrics. */
export interface CorrelatorStats {
  readonly liveKeys: number;
  readonly openEpisodes: number;
  readonly bytes: number;
  readonly evictions: number;
  readonly late: number;
}

/**
 * Detections in, episodes out: keyed sliding windows in event time.
 *
 * Pure: no clock, no I/O, no randomness, no async; the same calls give the same answers. The episodes at the end
 * depend only on the set of detections, not on the order of `add` calls, as long as none is late.
 */
export interface Correlator {
  /** Takes one detection in. Amortised O(log n) in the threshold, independent of how many were seen. */
  add(detection: Detection): void;
  /**
   * Ends a batch: works out what followed from it, lets go of its text (what is kept is copied, the latest few batches
   * excepted), keeps within the memory budget. Call it once per batch.
   */
  settle(): void;
  /**
   * Says that level `level` expects nothing older than `watermark` any more: decides patient conditions for times
   * before it, ends episodes, drops state. Returns the derived detections that became certain, in order of time.
   * Going back is ignored. `Infinity` ends everything.
   */
  advance(level: number, watermark: number): readonly Derived[];
  /**
   * Changes since the last call: state entries to write with the commit, and revised episodes. `now` (wall clock)
   * only becomes `created` of episodes opened since.
   */
  collect(now: number): Collected;
  /**
   * Reads state back, before anything else is called. Entries of an unknown definition hash become episodes with
   * state `rule-changed` in the next `collect`, and are forgotten.
   */
  restore(entries: Iterable<readonly [key: string, value: string]>): void;
  /** Counters; O(keys), for people and metrics. */
  /**
   * All state as it would be written, for another correlator's `restore`: right after a `collect`, before anything else
   * is called.
   */
  snapshot(): Iterable<readonly [key: string, value: string]>;
  stats(): CorrelatorStats;
  /** Group keys evicted since the start. */
  evictions(): number;
}
