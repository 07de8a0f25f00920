import type { EvidenceRef } from './evidence.js';
import type { Group } from './group.js';

/**
 * One event matched one rule that a correlation refers to (for a plain rule: its implicit correlation).
 *
 * A derived detection (an episode of a referred correlation, in a chain) has the same shape: its time is the episode's
 * start.
 */
export interface Detection {
  /** Index into `RuleSet.correlations`. */
  readonly correlation: number;
  /** Index into that correlation's `refs`. */
  readonly role: number;
  readonly group: Group;
  /** Event time, epoch ms. */
  readonly time: number;
  /** value_* types: the canonical value of the condition's field. Holds on to no batch's text. */
  readonly value: string | undefined;
  readonly evidence: EvidenceRef;
}
