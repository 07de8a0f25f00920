import type { RuleMeta } from '../event/index.js';

/** What an alert says of the correlation (or plain rule) it comes from. */
export interface AlertSubject {
  readonly meta: RuleMeta;
  /** Correlation type; `event_count` for a plain rule. */
  readonly type: string;
  readonly implicit: boolean;
  readonly groupBy: readonly string[];
  /** Milliseconds. */
  readonly timespan: number;
  /** The condition's bound as text (`10`, `5–9`), where there is one. */
  readonly threshold: string | undefined;
  /** value_* types: the fields whose values count. */
  readonly valueFields: readonly string[];
  /** Titles and ids of the rules it refers to, in order. */
  readonly refTitles: readonly string[];
  readonly refIds: readonly string[];
  /** Sigma tags of those rules, in the same order. */
  readonly refTags: readonly (readonly string[])[];
}
