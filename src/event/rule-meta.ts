import type { FieldValue } from './event.js';

/** Sigma's levels, lowest first. */
export const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const;

/** A Sigma level. */
export type Level = (typeof LEVELS)[number];

/**
 * What people are told of a rule or correlation: everything an alert's `rule.*` and `threat.*` come from.
 */
export interface RuleMeta {
  /** The rule's `id`, else its `name`, else `file#n`: unique in a rule set. */
  readonly id: string;
  /** The `id` as written (a UUID), where there is one. */
  readonly uuid: string | undefined;
  /** The short `name` correlations refer to. */
  readonly name: string | undefined;
  readonly title: string;
  readonly description: string | undefined;
  readonly level: Level;
  readonly status: string | undefined;
  readonly tags: readonly string[];
  /** Authors of the rule and, for a correlation, of every rule it refers to (DRL 1.1 asks it). */
  readonly author: string | undefined;
  readonly license: string | undefined;
  readonly references: readonly string[];
  readonly falsePositives: readonly string[];
  /** The rule folder's name, as `rule.ruleset`. */
  readonly ruleset: string | undefined;
  readonly version: string | undefined;
  /** Attributes that Sigma does not know, as the rule says them: alerts carry them as `sekisho.rule`. */
  readonly custom?: Readonly<Record<string, FieldValue>>;
  /** For people: where it was read. */
  readonly file: string;
  readonly line: number;
}
