import { fieldMapping } from '../taxonomy/taxonomy.js';
import type { Correlation, EventRule, FieldRef, RuleProblem, RuleSet } from '../types.js';

/** What the other side writes into a request as it likes: a group of it never fills up. */
const CHOSEN =
  /^(?:user_agent\.|http\.request\.(?:referrer|headers|body)|url\.(?:original|full|path|query|fragment|extension)|sekisho\.url\.|http\.request\.id)/;

/**
 * Warns of groups that a correlation can't gather in: a field that only an attacker chooses (user agent, referrer, URL),
 * or that no table of names knows for the rule's log source. Places are the rules'.
 */
export function lintGroups(ruleSet: RuleSet): readonly RuleProblem[] {
  return ruleSet.correlations.flatMap((correlation) =>
    correlation.implicit ? [] : lintCorrelation(correlation, ruleSet),
  );
}

function lintCorrelation(correlation: Correlation, ruleSet: RuleSet): readonly RuleProblem[] {
  const reasons = new Map<string, string>();
  for (const ref of correlation.refs) {
    const rule = ref.target.kind === 'rule' ? ruleSet.rules[ref.target.index] : undefined;
    for (const field of ref.groupBy) {
      const reason = rule === undefined ? chosenReason(field) : (chosenReason(field) ?? unknownReason(field, rule));
      if (reason !== undefined && !reasons.has(field.name)) reasons.set(field.name, reason);
    }
  }
  return [...reasons.values()].map((reason) => ({
    ...correlation.place,
    severity: 'warning' as const,
    code: 'lint.group-by',
    path: 'correlation.group-by',
    reason,
    fix: 'group by what stays the same for one attacker or victim: source.ip, user.name, host.name',
  }));
}

function chosenReason({ name, paths }: FieldRef): string | undefined {
  if (!paths.some((path) => CHOSEN.test(path))) return undefined;
  return `\`${name}\` is whatever the attacker writes: each request can have another, and no group fills up`;
}

function unknownReason({ name, paths }: FieldRef, rule: EventRule): string | undefined {
  if (paths.length !== 1 || paths[0] !== name || rule.looseLogsource) return undefined;
  if (fieldMapping(name, rule.logsource, 'sigma').known) return undefined;
  return `no log of ${logsourceText(rule)} is known to carry \`${name}\`: its events would be left out`;
}

function logsourceText({ logsource }: EventRule): string {
  return Object.entries(logsource)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
}
