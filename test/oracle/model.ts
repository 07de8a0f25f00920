/**
 * The words of the oracle. They are its own on purpose: nothing here comes from src/, so a mistake in the engine's
 * types or helpers cannot hide in both.
 */

/** How a correlation reads its window. Source: Sigma Correlation Rules Specification 2.1. */
export type CorrelationType =
  | 'event_count'
  | 'value_count'
  | 'temporal'
  | 'temporal_ordered'
  | 'value_sum'
  | 'value_avg'
  | 'value_median'
  | 'value_percentile';

/** Bounds on the value of a window; all that are given must hold. */
export interface OracleCondition {
  readonly gte?: number;
  readonly gt?: number;
  readonly lte?: number;
  readonly lt?: number;
  readonly eq?: number;
  readonly neq?: number;
}

/** One correlation. Spans are milliseconds. */
export interface OracleCorrelation {
  /** Never the name of a base rule: a name in `rules` means the correlation of that name, else the base rule. */
  readonly name: string;
  readonly type: CorrelationType;
  /** Base rules or other correlations; order and repetition matter to `temporal_ordered` only. */
  readonly rules: readonly string[];
  /** Field or alias names; none means one group. */
  readonly groupBy: readonly string[];
  /** alias → referred rule → the field that stands for the alias there. Without an entry the name is the field. */
  readonly aliases?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The window that ends at t is (t − timespan, t]. */
  readonly timespan: number;
  /** Absent: for `temporal` every referred rule, for `temporal_ordered` the whole sequence. */
  readonly condition?: OracleCondition;
  /** The field (or alias) whose distinct values `value_count` counts; a detection without it is left out. */
  readonly valueField?: string;
  /** Of `value_percentile`: 0 to 100. */
  readonly percentile?: number;
  /** The longest gap between two firings of one episode. */
  readonly quiet: number;
  /** A firing later than the first firing plus this begins the next episode. */
  readonly maxEpisode: number;
  /** Plain rules only: a missing group-by field becomes null in the group instead of leaving the detection out. */
  readonly keepMissing?: boolean;
}

/** One event matched one rule. `time` is in milliseconds. */
export interface OracleDetection {
  readonly rule: string;
  readonly time: number;
  readonly fields: Readonly<Record<string, string>>;
}

/** A maximal run of firings of one group, as two runs are compared: `rule` is the correlation's name. */
export interface OracleEpisode {
  readonly rule: string;
  /** The values of `groupBy`, in its order; null only where `keepMissing` allows it. */
  readonly group: readonly (string | null)[];
  /** Time of the first firing. */
  readonly start: number;
  /** Time of the last firing. */
  readonly end: number;
  /** Detections that count for the correlation and this group in (start − timespan, end]. */
  readonly count: number;
}

/**
 * What reaches a subject, in this order. `advance` is also where a batch ends: the same watermark twice, or −Infinity,
 * is a batch that moves nothing. Watermarks never go back, and the last arrival is always `{ advance: Infinity }`.
 */
export type Arrival = { readonly detection: OracleDetection } | { readonly advance: number };

/** What is compared with the oracle: an adapter around the engine's correlate room. */
export interface Subject {
  /**
   * Starts afresh, takes the arrivals one by one and returns every episode, open ones included, in any order.
   * Episodes that were merged into another one are left out.
   */
  run(correlations: readonly OracleCorrelation[], arrivals: readonly Arrival[]): readonly OracleEpisode[];
  /** How many base detections the last `run` counted as late. Without it `checkLate` does not compare the number. */
  lateCount?(): number;
}

/** One hour, the timespan and quiet of plain rules. */
export const HOUR = 3_600_000;

/** Twenty-four hours, the default longest episode. */
export const DAY = 24 * HOUR;

/** The correlation that a plain rule is: `event_count >= 1`, one hour, dropping nothing. */
export function plainRule(rule: string, groupBy: readonly string[]): OracleCorrelation {
  return {
    name: `plain ${rule}`,
    type: 'event_count',
    rules: [rule],
    groupBy,
    timespan: HOUR,
    condition: { gte: 1 },
    quiet: HOUR,
    maxEpisode: DAY,
    keepMissing: true,
  };
}
