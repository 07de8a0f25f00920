import type { RuleSet } from '../rule/types.js';

/** Ids of all rules and written correlations that run. */
export function loadedIds(ruleSet: RuleSet): readonly string[] {
  const written = ruleSet.correlations.filter((correlation) => !correlation.implicit);
  return [...ruleSet.rules, ...written].map((rule) => rule.meta.id);
}
