import type { Detection, EcsEvent } from '../event/index.js';
import type { EventKind } from './could-match.js';

/** Detections left out because a group-by or value field was missing, by rule and field. */
export interface LeftOut {
  readonly correlation: number;
  readonly role: number;
  readonly field: string;
  readonly count: number;
}

/**
 * A rule set compiled once: event in, rules and detections out. Keeps no state but counters.
 */
export interface Detector {
  /**
   * The rules an event matches, as ascending indexes into `RuleSet.rules`. The array is reused: valid until the next
   * call. Never throws, whatever the event holds.
   */
  match(event: EcsEvent): readonly number[];
  /** Matches and appends one detection per (correlation, role, group) to `out`. Returns how many rules matched. */
  detect(event: EcsEvent, out: Detection[]): number;
  /** False: no event of this kind can match a rule, whatever the fields are that the kind doesn't tell. Slow: ask once per kind. */
  couldMatch(kind: EventKind): boolean;
  /** Counters since the start. */
  leftOut(): readonly LeftOut[];
}
