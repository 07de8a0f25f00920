import { DATASETS } from '../rule/logsource-tables.js';
import { logsourceMatches, logsourcesOf, logsourceKey } from '../rule/logsource.js';
import { fieldMapping } from '../rule/taxonomy.js';
import type { EventRule, Expression, RuleSet } from '../rule/types.js';

/** What a rule needs of the logs: who feeds it, and which of its fields nobody is known to fill. */
export interface RuleFeed {
  readonly id: string;
  readonly title: string;
  /** `category/product/service` as the rule says it. */
  readonly logsource: string;
  /** Values of `event.dataset` that the tables know to feed it; empty: only an input's own `logsource:` or its shipper does. */
  readonly datasets: readonly string[];
  /** Names that no table maps: looked up as they stand. */
  readonly unmapped: readonly string[];
}

/** Of each rule, which known logs would feed it and which of its fields have no known mapping. */
export function feedsOf({ rules }: RuleSet): readonly RuleFeed[] {
  const known = Object.keys(DATASETS).map(
    (name) => [name, logsourcesOf(logsourceKey({ 'event.dataset': name }))] as const,
  );
  return rules.map((rule) => ({
    id: rule.meta.id,
    title: rule.meta.title,
    logsource: Object.values(rule.logsource).join('/'),
    datasets: known.flatMap(([name, has]) => (logsourceMatches(rule.logsource, has) ? [name] : [])),
    unmapped: unmappedOf(rule),
  }));
}

function unmappedOf({ expression, logsource, looseLogsource }: EventRule): readonly string[] {
  if (looseLogsource) return [];
  const names = new Set<string>();
  const visit = (node: Expression): void => {
    if (node.kind === 'and' || node.kind === 'or') node.items.forEach(visit);
    else if (node.kind === 'not') visit(node.item);
    else if (node.kind === 'test') {
      const { name, paths } = node.field;
      if (paths.length === 1 && !fieldMapping(name, logsource, 'sigma').known) names.add(name);
    }
  };
  visit(expression);
  return [...names].sort();
}
