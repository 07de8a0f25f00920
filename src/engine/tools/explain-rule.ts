import { spanText } from '../../alert/index.js';
import { explainRule, type Explanation } from '../../detect/explain.js';
import type { EcsEvent } from '../../event/index.js';
import {
  logsourceContradicted,
  logsourceKey,
  logsourceMatches,
  logsourcesOf,
  overrideLogsources,
} from '../../rule/taxonomy/logsource.js';
import type { Correlation, EventRule, RoleCondition, RuleSet } from '../../rule/types.js';
import { compileRules, logsourceTexts } from '../detector.js';
import { boundsText } from '../subjects.js';
import { suggestion } from '../config/suggest.js';
import { Tracer, type TraceLine } from './trace.js';

/** How one rule stands to one event. */
export interface RuleVerdict {
  readonly index: number;
  /** Log source and condition both. */
  readonly matches: boolean;
  /** The rule's log source, and those the event has. */
  readonly wants: string;
  readonly has: readonly string[];
  readonly fits: boolean;
  readonly why: Explanation;
}

/** How near one group of a correlation came. */
export interface GroupVerdict {
  readonly group: Readonly<Record<string, string | null>>;
  readonly asks: string;
  /** The number nearest to the condition, and the event after which it was so. */
  readonly value: number;
  readonly index: number;
  readonly holds: boolean;
  /** For temporal types, the rules that were not in the window then. */
  readonly lacks: readonly string[];
}

/** A rule explained on some events. */
export type RuleExplanation =
  | { readonly kind: 'rule'; readonly rule: string; readonly title: string; readonly events: readonly RuleVerdict[] }
  | {
      readonly kind: 'correlation';
      readonly rule: string;
      readonly title: string;
      readonly groups: readonly GroupVerdict[];
      /** How often each rule it refers to matched. */
      readonly matched: Readonly<Record<string, number>>;
      /** Detections left out for a missing field, by field. */
      readonly leftOut: Readonly<Record<string, number>>;
    };

/**
 * Explains one rule, by id, name or title, on events: for a plain rule why each matches or not, for a correlation how
 * near each group came. Slow on purpose, as all explaining is. A failure says which rule may be meant.
 */
export function explainOne(
  ruleSet: RuleSet,
  name: string,
  events: readonly EcsEvent[],
): RuleExplanation | { readonly failure: string } {
  const all = [...ruleSet.correlations.filter(({ implicit }) => !implicit), ...ruleSet.rules];
  const found = all.find(
    ({ meta }) => meta.id === name || meta.name === name || meta.uuid === name || meta.title === name,
  );
  if (found === undefined) {
    const known = [...new Set(all.flatMap(({ meta }) => [meta.id, meta.name ?? meta.id, meta.title]))];
    return { failure: `no loaded rule has the id, name or title '${name}'${suggestion(name, known)}` };
  }
  return found.kind === 'rule' ? explainEvents(found, events) : explainGroups(found, ruleSet, events);
}

function explainEvents(rule: EventRule, events: readonly EcsEvent[]): RuleExplanation {
  const wants = Object.entries(rule.logsource).map(([dimension, value]) => `${dimension}: ${value}`);
  const verdicts = events.map((event, index): RuleVerdict => {
    const why = explainRule(rule, event);
    const fits = fitsLogsource(rule, event);
    return { index, matches: fits && why.result, wants: wants.join(', '), has: logsourceTexts(event), fits, why };
  });
  return { kind: 'rule', rule: rule.meta.id, title: rule.meta.title, events: verdicts };
}

function fitsLogsource({ logsource, looseLogsource }: EventRule, { fields, source }: EcsEvent): boolean {
  if (looseLogsource) return !logsourceContradicted(logsource, fields);
  const derived = logsourcesOf(logsourceKey(fields));
  return logsourceMatches(logsource, overrideLogsources(derived, source.settings.logsource ?? {}));
}

function explainGroups(correlation: Correlation, ruleSet: RuleSet, events: readonly EcsEvent[]): RuleExplanation {
  const { id, title } = correlation.meta;
  const present = new Map<TraceLine, ReadonlySet<number>>();
  const tracer = new Tracer(ruleSet, (line, roles) => present.set(line, roles));
  const lines = events.flatMap((event, index) => tracer.trace(index, event)).filter((line) => line.rule === id);
  const asks = `${asksFor(correlation)} within ${spanText(correlation.timespan)}`;
  const groups = new Map<string, GroupVerdict>();
  for (const line of lines) {
    const { group, value, index, holds } = line;
    const key = JSON.stringify(group);
    const best = groups.get(key);
    const nearer = best === undefined || (holds && !best.holds) || (holds === best.holds && value > best.value);
    if (nearer) groups.set(key, { group, asks, value, index, holds, lacks: lacking(correlation, present.get(line)) });
  }
  const matched = countMatches(correlation, ruleSet, events);
  return { kind: 'correlation', rule: id, title, groups: [...groups.values()], ...matched };
}

function lacking({ type, refs }: Correlation, present: ReadonlySet<number> | undefined): readonly string[] {
  if (!type.startsWith('temporal')) return [];
  return refs.flatMap(({ name }, role) => (present?.has(role) === true ? [] : [name]));
}

/** What a correlation asks for, in words: rules by name, or a number. */
function asksFor({ roles, cases, bounds, refs, type }: Correlation): string {
  const names = refs.map(({ name }) => name);
  const order = type === 'temporal_ordered' ? `, in the order ${names.join(', ')}` : '';
  if (roles !== undefined) return `${rolesText(roles, names)}${order}`;
  const number = boundsText(bounds);
  if (number !== undefined) return type.startsWith('temporal') ? `${number} of ${names.join(', ')}${order}` : number;
  if (type !== 'temporal_ordered') return names.join(' and ');
  return (cases?.[0]?.steps ?? [...refs.keys()]).map((role) => names[role]).join(', then ');
}

function rolesText(condition: RoleCondition, names: readonly string[]): string {
  if (condition.kind === 'role') return names[condition.role] ?? '?';
  if (condition.kind === 'not') return `not ${rolesText(condition.item, names)}`;
  return `(${condition.items.map((item) => rolesText(item, names)).join(` ${condition.kind} `)})`;
}

function countMatches(
  correlation: Correlation,
  ruleSet: RuleSet,
  events: readonly EcsEvent[],
): { readonly matched: Readonly<Record<string, number>>; readonly leftOut: Readonly<Record<string, number>> } {
  const detector = compileRules(ruleSet);
  const counts = new Map<number, number>();
  for (const event of events) {
    for (const rule of detector.match(event)) counts.set(rule, (counts.get(rule) ?? 0) + 1);
    detector.detect(event, []);
  }
  const referred = correlation.refs.filter(({ target }) => target.kind === 'rule');
  const left = detector.leftOut().filter((one) => one.correlation === correlation.index);
  return {
    matched: Object.fromEntries(referred.map(({ name, target }) => [name, counts.get(target.index) ?? 0])),
    leftOut: Object.fromEntries(left.map(({ field, count }) => [field, count])),
  };
}
