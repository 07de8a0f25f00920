import type { Evidence } from './entities.js';
import type { Group } from './group.js';

/** How an episode stands: `rule-changed` ends one whose correlation was changed or removed. */
export type EpisodeState = 'active' | 'ended' | 'merged' | 'rule-changed';

/** Distinct values seen in an episode, each set bounded; `more` says that the bound was reached. */
export interface EntitySets {
  readonly ips: readonly string[];
  readonly users: readonly string[];
  readonly hosts: readonly string[];
  readonly more: boolean;
}

/** One referred rule's part in an episode of a temporal correlation, in the order of `refs`. */
export interface EpisodeStage {
  /** Index into the correlation's `refs`. */
  readonly role: number;
  /** Time of the first and last detection of that rule in the episode's window, epoch ms. */
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly entities: EntitySets;
}

/**
 * A maximal run of firings with gaps ≤ quiet, as it stands at one commit: all that an alert document needs.
 *
 * `key` names the episode for ever: correlation id, group key and the position of the opening detection.
 */
export interface Episode {
  /** Index into `RuleSet.correlations`. */
  readonly correlation: number;
  readonly group: Group;
  readonly key: string;
  /** From 1, one more at each commit that changed it. */
  readonly revision: number;
  readonly state: EpisodeState;
  /** Event time of the detection that opened it: `@timestamp`, never moved. */
  readonly openedAt: number;
  /** Wall clock at opening, epoch ms. */
  readonly created: number;
  /** First and last firing, epoch ms; a late event may move the first. */
  readonly start: number;
  readonly end: number;
  /** Detections in (start − timespan, end]. */
  readonly count: number;
  /** value_count and temporal types: the greatest number of distinct values (rules) seen in a window, saturated at the bound. */
  readonly distinct: number | undefined;
  readonly entities: EntitySets;
  readonly stages: readonly EpisodeStage[];
  /** First and last, 50 at most, in order of time. */
  readonly evidence: readonly Evidence[];
  /** Key of the episode this one was merged into. */
  readonly mergedInto: string | undefined;
  /** Key of the episode this one continues after the cut at `max-episode`. */
  readonly previous: string | undefined;
}

/**
 * One entry of correlator state. `value` is JSON with a version; null forgets the key.
 *
 * `key` = definition hash, group digest, and cell or `episode`; or of many small cells of one index, definition hash, number
 * of the page and cell.
 */
export interface StateChange {
  readonly key: string;
  readonly value: string | null;
}
