import { namesOf, parseCondition, type Condition } from './condition.js';
import { isTemporal } from './correlation-condition.js';
import type { CorrelationDraft } from './correlation.js';
import type { Directory, Linked, Target } from './link.js';
import { instead, quote } from './problem.js';
import type { OrderedCase, RoleCondition } from './types.js';

/** The text condition of a temporal correlation, parsed; undefined where it has none, or a faulty one (reported). */
export function parseRoles(draft: CorrelationDraft): Condition | undefined {
  const { text, report } = draft;
  if (text === undefined || !isTemporal(draft.type)) return undefined;
  const parsed = parseCondition(text.text);
  if (parsed.kind !== 'fault') return parsed;
  const at = text.textAt === undefined ? text.at : text.textAt + parsed.offset;
  return report.error('rule.correlation.condition', at, 'correlation.condition', parsed.reason, parsed.fix);
}

/** The names a text condition uses, each once: the rules of a correlation that lists none. */
export function namesIn(
  condition: Condition | undefined,
  draft: CorrelationDraft,
): readonly { readonly name: string; readonly at: number }[] {
  const names = new Set<string>();
  const visit = (one: Condition): void => {
    if (one.kind === 'name') names.add(one.name);
    else if (one.kind === 'not') visit(one.item);
    else if (one.kind !== 'of') one.items.forEach(visit);
  };
  if (condition !== undefined) visit(condition);
  if (names.size === 0) {
    draft.report.error(
      'rule.correlation.reference',
      draft.at,
      'correlation.rules',
      'the correlation refers to no rules',
      'list ids or names under `rules:`',
    );
  }
  return [...names].map((name) => ({ name, at: draft.text?.at ?? draft.at }));
}

/** A parsed condition over the roles of `targets`, which `known` names; reports names that are not among them. */
export function toRoles(
  condition: Condition,
  known: readonly string[],
  targets: readonly Target[],
  draft: CorrelationDraft,
  directory: Directory,
): RoleCondition | undefined {
  const again = (one: Condition): RoleCondition | undefined => toRoles(one, known, targets, draft, directory);
  if (condition.kind === 'not') {
    const item = again(condition.item);
    return item === undefined ? undefined : { kind: 'not', item };
  }
  if (condition.kind === 'name') {
    const target = directory.targets.get(condition.name);
    const role =
      known.indexOf(condition.name) >= 0
        ? known.indexOf(condition.name)
        : targets.findIndex((one) => same(one, target));
    if (role >= 0) return { kind: 'role', role };
    return conditionFault(
      draft,
      condition.offset,
      `${quote(condition.name)} is not among the correlation's rules`,
      instead(condition.name, known),
    );
  }
  if (condition.kind === 'of') {
    const names = namesOf(condition.pattern, known);
    if (names.length === 0)
      return conditionFault(
        draft,
        condition.offset,
        `no rule matches ${quote(condition.pattern)}`,
        `use one of ${known.join(', ')}`,
      );
    const items = names.map((name): RoleCondition => ({ kind: 'role', role: known.indexOf(name) }));
    return { kind: condition.all ? 'and' : 'or', items };
  }
  const items = condition.items.map(again).filter((item) => item !== undefined);
  return items.length === condition.items.length ? { kind: condition.kind, items } : undefined;
}

function conditionFault(draft: CorrelationDraft, offset: number, reason: string, fix: string): undefined {
  const { text } = draft;
  const at = text?.textAt === undefined ? (text?.at ?? draft.at) : text.textAt + offset;
  return draft.report.error('rule.correlation.condition', at, 'correlation.condition', reason, fix);
}

/** Whether two targets are the same rule or correlation. */
export function same(a: Target, b: Target | undefined): boolean {
  if (a.kind === 'rule') return b?.kind === 'rule' && a.index === b.index;
  return b?.kind === 'correlation' && a.draft === b.draft;
}

/** Whether a condition is true where no rule is present. */
export function holdsOnNothing(condition: RoleCondition): boolean {
  if (condition.kind === 'role') return false;
  if (condition.kind === 'not') return !holdsOnNothing(condition.item);
  return condition.kind === 'and' ? condition.items.every(holdsOnNothing) : condition.items.some(holdsOnNothing);
}

/** The cases of a linked `temporal_ordered` correlation; undefined where every rule is needed once, in the order given. */
export function casesOf({ draft, roles }: Linked): readonly OrderedCase[] | undefined {
  if (draft.type !== 'temporal_ordered') return undefined;
  if (roles !== undefined) return orderedCases(roles);
  return draft.order === undefined ? undefined : [{ steps: draft.order, besides: [] }];
}

/** Cases that a text condition may come to. */
const CASE_LIMIT = 64;

/**
 * The cases of a condition of a `temporal_ordered` correlation: every way to choose its un-negated rules, each to be seen
 * in the order of roles, with what is negated to be true besides. Undefined where they are more than 64.
 */
export function orderedCases(condition: RoleCondition): readonly OrderedCase[] | undefined {
  if (condition.kind === 'role') return [{ steps: [condition.role], besides: [] }];
  if (condition.kind === 'not') return [{ steps: [], besides: [condition] }];
  let cases: readonly OrderedCase[] = condition.kind === 'and' ? [{ steps: [], besides: [] }] : [];
  for (const item of condition.items) {
    const more = orderedCases(item);
    if (more === undefined) return undefined;
    cases = condition.kind === 'or' ? [...cases, ...more] : cases.flatMap((one) => more.map((two) => both(one, two)));
    if (cases.length > CASE_LIMIT) return undefined;
  }
  return cases;
}

function both(one: OrderedCase, two: OrderedCase): OrderedCase {
  const steps = [...new Set([...one.steps, ...two.steps])].sort((a, b) => a - b);
  return { steps, besides: [...one.besides, ...two.besides] };
}
