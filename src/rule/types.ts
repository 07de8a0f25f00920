import type { Level, Logsource, RuleMeta } from '../event/index.js';
import type { TextNeed } from './regex/need.js';

/** A place in a rule file. Lines and columns count from 1. */
export interface RulePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Why a rule (or a whole file) can't run, or a warning about one that can: where, what, and how to mend it. */
export interface RuleProblem extends RulePlace {
  readonly severity: 'error' | 'warning';
  /** Stable and dotted: `rule.condition.syntax`. */
  readonly code: string;
  /** Path inside the rule: `detection.selection.CommandLine|contains`. Empty: the file. */
  readonly path: string;
  readonly reason: string;
  readonly fix: string;
}

/**
 * A field as a rule names it and where events have it: the first of `paths` that is set is read.
 *
 * `paths` are ECS names out of the taxonomy (or the name itself: `taxonomy: ecs`, a dotted name, `--no-mapping`).
 */
export interface FieldRef {
  readonly name: string;
  readonly paths: readonly string[];
}

/** A wildcard pattern, already unescaped: literal strings between `*` (`ANY`) and `?` (`ONE`). */
export type PatternPart = string | typeof ANY | typeof ONE;
/** `*`: any run of characters, the empty one included. */
export const ANY = Symbol('*');
/** `?`: exactly one character. */
export const ONE = Symbol('?');

/** Order comparison operators of values and conditions. */
export type CompareOp = 'lt' | 'lte' | 'gt' | 'gte';

/** A part of a timestamp, as the field's own clock shows it: an offset is not reckoned in; epoch numbers are UTC. */
export type TimePart = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

/**
 * One test of one value. Arrays match if any element does; numbers match numeric strings.
 *
 * - `pattern`: the whole value; parts are lower case unless `cased`. No wildcards: one string part (or none: empty).
 *   `contains` and its kin are patterns that begin or end with `ANY`.
 * - `number`: equal as numbers, or as the source text. `exact` (written as `1.10`, `007`, `0x1f`): a string of the event
 *   must be that text; only a number is compared as a number.
 * - `null`: missing field or explicit null. `exists`: present, be it null or empty, or not (modifiers appendix 2.1).
 * - `field`: compares with another field of the event (`fieldref` with contains/startswith/endswith).
 * - `never`: can't be true (an empty expansion); kept so that explain can say why.
 */
export type ValueTest =
  | { readonly kind: 'pattern'; readonly parts: readonly PatternPart[]; readonly cased: boolean }
  | { readonly kind: 'number'; readonly value: number; readonly text: string; readonly exact?: true }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'exists'; readonly present: boolean }
  | {
      readonly kind: 'regex';
      readonly source: string;
      readonly flags: string;
      readonly test: (text: string) => boolean;
      readonly need: TextNeed | undefined;
    }
  | { readonly kind: 'cidr'; readonly text: string; readonly test: (address: string) => boolean }
  | { readonly kind: 'compare'; readonly op: CompareOp; readonly value: number }
  | { readonly kind: 'time'; readonly part: TimePart; readonly op: CompareOp | 'eq'; readonly value: number }
  | {
      readonly kind: 'field';
      readonly other: FieldRef;
      readonly how: 'equals' | 'contains' | 'startswith' | 'endswith';
      readonly cased: boolean;
    }
  | { readonly kind: 'list'; readonly list: string; readonly test: (text: string) => boolean }
  | { readonly kind: 'never'; readonly why: string };

/** The condition of a rule with its selections in place: a tree over field and keyword tests. */
export type Expression =
  | { readonly kind: 'and' | 'or'; readonly items: readonly Expression[]; readonly label?: string }
  | { readonly kind: 'not'; readonly item: Expression; readonly label?: string }
  | { readonly kind: 'test'; readonly field: FieldRef; readonly test: ValueTest; readonly label?: string }
  /** Some string value of the event, or its original line, passes the test. */
  | { readonly kind: 'keyword'; readonly test: ValueTest; readonly label?: string };

/** Options that Sigma has no word for: under the `sekisho:` key of a rule. */
export interface SekishoOptions {
  /** Plain rules: what one alert is about. */
  readonly groupBy: readonly string[] | undefined;
  /** Largest gap between firings of one episode, ms; never less than the timespan. */
  readonly quiet: number | undefined;
  /** An episode is cut after this long, ms. */
  readonly maxEpisode: number | undefined;
  readonly tests: readonly RuleTest[];
}

/** One test of `sekisho: tests:`: raw lines or events in, alerts (or none) out. */
export interface RuleTest {
  readonly name: string;
  /** Format of the lines; absent: detected. */
  readonly type: string | undefined;
  readonly timezone: string | undefined;
  /** Raw lines, repeats written out anew at each call. */
  readonly lines: () => readonly string[];
  /** Events as JSON objects, nested or dotted, `@timestamp` inside; as `lines`. */
  readonly events: () => readonly unknown[];
  /** Expected alerts of this rule: count and/or fields of the alert document (dotted), in order of start. */
  readonly alerts: readonly { readonly [field: string]: unknown }[];
  readonly place: RulePlace;
}

/** One single-event rule, ready to compile. */
export interface EventRule {
  readonly kind: 'rule';
  readonly index: number;
  readonly meta: RuleMeta;
  readonly logsource: Logsource;
  /** Set by `--no-mapping`: the log source only excludes events whose own fields contradict it. */
  readonly looseLogsource: boolean;
  readonly expression: Expression;
  /** Every ECS path the expression can read; `keywords` true where it reads all. */
  readonly reads: readonly string[];
  readonly keywords: boolean;
  readonly sekisho: SekishoOptions;
  readonly place: RulePlace;
}

/** Types of correlation. The value_sum … family is Sigma 2.1 too; all share one condition. */
export type CorrelationType =
  | 'event_count'
  | 'value_count'
  | 'temporal'
  | 'temporal_ordered'
  | 'value_sum'
  | 'value_avg'
  | 'value_percentile'
  | 'value_median';

/** A bound on a number: all given operators must hold. */
export interface Bounds {
  readonly gt?: number;
  readonly gte?: number;
  readonly lt?: number;
  readonly lte?: number;
  readonly eq?: number;
  readonly neq?: number;
}

/** An extended condition of a temporal correlation (`a and not b`), over roles (indexes of `refs`). */
export type RoleCondition =
  | { readonly kind: 'and' | 'or'; readonly items: readonly RoleCondition[] }
  | { readonly kind: 'not'; readonly item: RoleCondition }
  | { readonly kind: 'role'; readonly role: number };

/** One way in which a `temporal_ordered` correlation can be true. */
export interface OrderedCase {
  /** Roles: each must be seen at or after the one before. One that stands more than once needs a detection each time. */
  readonly steps: readonly number[];
  /** What must be true of the window besides: what is negated. */
  readonly besides: readonly RoleCondition[];
}

/** One rule or correlation that a correlation refers to. */
export interface CorrelationRef {
  /** As written. */
  readonly name: string;
  readonly target: { readonly kind: 'rule' | 'correlation'; readonly index: number };
  /**
   * Where the i-th group-by value is read in this rule's events, alias resolved. For a correlation target: `name` is
   * the group-by name (or entity field) of that correlation and `paths` repeat it.
   */
  readonly groupBy: readonly FieldRef[];
  /** value_* types: the fields of the condition, in order. */
  readonly value: readonly FieldRef[];
}

/**
 * A rule over detections. Plain rules appear as implicit ones (`implicit: true`, event_count ≥ 1).
 *
 * `index` is its place in `RuleSet.correlations`; targets of `refs` that are correlations have a lower `level`.
 */
export interface Correlation {
  readonly kind: 'correlation';
  readonly index: number;
  readonly meta: RuleMeta;
  readonly type: CorrelationType;
  readonly implicit: boolean;
  /** 0: over rules only; else one more than the highest level it refers to. */
  readonly level: number;
  readonly refs: readonly CorrelationRef[];
  /** Group-by names as written (alias names included); empty: one group. */
  readonly groupBy: readonly string[];
  /** Implicit: a missing group-by field becomes null; otherwise it leaves the detection out. */
  readonly missingIsNull: boolean;
  /** Milliseconds. Implicit: equal to `quiet`. */
  readonly timespan: number;
  readonly bounds: Bounds | undefined;
  readonly roles: RoleCondition | undefined;
  /** temporal_ordered with `roles`, or with rules that are listed more than once: one of these must be true. */
  readonly cases?: readonly OrderedCase[];
  /** value_percentile: 0–100. */
  readonly percentile: number | undefined;
  /** Milliseconds, at least `timespan`. */
  readonly quiet: number;
  readonly maxEpisode: number;
  /** False: its episodes become no alerts (a referrer silenced it); they still feed the correlations that refer to it. */
  readonly alerts: boolean;
  /** Changes when, and only when, state kept for it would be wrong: type, rule ids, group-by, aliases, timespan, condition, `sekisho:`. */
  readonly hash: string;
  /** `sekisho: tests:` of a written correlation; a plain rule's are in its `EventRule`. */
  readonly tests: readonly RuleTest[];
  readonly place: RulePlace;
}

/**
 * Correlations that count the same detections: the events of one expression, grouped alike, until they have enough.
 *
 * Where nothing is kept beyond the process, such detections are made, and kept while nothing can follow from them, once
 * for all of them: as the first member's, with the value that the valued members count.
 */
export interface Gate {
  /** Places in `RuleSet.correlations`, two or more, ascending. */
  readonly members: readonly number[];
  /** Those of them that count values; all count the same field's. */
  readonly valued: readonly number[];
}

/** What one configuration changes of one rule, by id. */
export interface RuleOverride {
  readonly disabled?: boolean;
  readonly level?: Level;
  /** Correlations: replaces the bound of the operator the rule uses. */
  readonly threshold?: number;
  /** Correlations: ms. */
  readonly timespan?: number;
}

/** Who silenced whom: `rule` makes no alerts of its own because `by` refers to it without `generate: true`. */
export interface Silenced {
  readonly rule: string;
  readonly by: string;
}

/**
 * All rules that run, resolved and checked: what detect compiles and correlate keeps windows for.
 *
 * Nothing in it can fail any more; what could not be loaded is in `problems` with `severity: 'error'`.
 */
export interface RuleSet {
  readonly rules: readonly EventRule[];
  readonly correlations: readonly Correlation[];
  readonly silenced: readonly Silenced[];
  readonly problems: readonly RuleProblem[];
}
