import type { AlertSubject } from '../alert/index.js';
import type { Bounds, Correlation, RuleSet } from '../rule/types.js';

const SIGNS: readonly (readonly [op: keyof Bounds, sign: string])[] = [
  ['gte', '≥ '],
  ['gt', '> '],
  ['lte', '≤ '],
  ['lt', '< '],
  ['eq', '= '],
  ['neq', '≠ '],
];

/** A condition's bounds as people write them (`≥ 10`, `≥ 5 and < 9`); undefined where there is none. */
export function boundsText(bounds: Bounds | undefined): string | undefined {
  if (bounds === undefined) return undefined;
  const parts = SIGNS.flatMap(([op, sign]) => (bounds[op] === undefined ? [] : [`${sign}${bounds[op]}`]));
  return parts.length === 0 ? undefined : parts.join(' and ');
}

/** What alerts say of each correlation, by its index in the rule set. */
export function alertSubjects(ruleSet: RuleSet): readonly AlertSubject[] {
  return ruleSet.correlations.map((correlation) => subjectOf(correlation, ruleSet));
}

function subjectOf(correlation: Correlation, ruleSet: RuleSet): AlertSubject {
  const targets = correlation.refs.map(({ target }) =>
    target.kind === 'rule' ? ruleSet.rules[target.index] : ruleSet.correlations[target.index],
  );
  return {
    meta: correlation.meta,
    type: correlation.type,
    implicit: correlation.implicit,
    groupBy: correlation.groupBy,
    timespan: correlation.timespan,
    threshold: boundsText(correlation.bounds),
    valueFields: correlation.refs[0]?.value.map((field) => field.name) ?? [],
    refTitles: targets.map((target) => target?.meta.title ?? '?'),
    refIds: targets.map((target) => target?.meta.id ?? '?'),
    refTags: targets.map((target) => target?.meta.tags ?? []),
  };
}
