import type { CorrelationDraft } from './correlation.js';
import type { Linked } from './link.js';
import type { EventRule, Silenced } from './types.js';

/** Who makes alerts of its own, and who silenced the others. */
export interface Loudness {
  readonly silenced: readonly Silenced[];
  loud(rule: EventRule | CorrelationDraft): boolean;
}

/**
 * Decides who makes alerts of its own: everything but what is referred to, unless some referrer says
 * `generate: true`. Source: Sigma Correlation Rules Specification 2.1, "Generate".
 */
export function loudnessOf(rules: readonly EventRule[], linked: readonly Linked[]): Loudness {
  const generated = new Set<EventRule | CorrelationDraft>();
  const referred = new Map<EventRule | CorrelationDraft, Set<string>>();
  for (const { draft, targets } of linked) {
    for (const target of targets) {
      const rule = target.kind === 'rule' ? (rules[target.index] as EventRule) : target.draft;
      if (draft.generate) generated.add(rule);
      else if (!referred.get(rule)?.add(draft.meta.id)) referred.set(rule, new Set([draft.meta.id]));
    }
  }
  const quiet = [...referred].filter(([rule]) => !generated.has(rule));
  const silenced = quiet.flatMap(([rule, by]) =>
    [...by].map((referrer): Silenced => ({ rule: rule.meta.id, by: referrer })),
  );
  return { silenced, loud: (rule) => !referred.has(rule) || generated.has(rule) };
}
