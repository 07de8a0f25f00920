import type { LeftOut } from '../detect/types.js';

/** Counts detections left out, by rule, role and field. */
export class LeftOutCounts {
  readonly #counts = new Map<string, LeftOut & { count: number }>();

  /** Counts one. */
  readonly add = (correlation: number, role: number, field: string): void => {
    const key = `${correlation}/${role}/${field}`;
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { correlation, role, field, count: 1 });
    else known.count++;
  };

  /** What was counted so far. */
  all(): readonly LeftOut[] {
    return [...this.#counts.values()];
  }
}

/** Detections left out for want of a field, of the rule with this id. */
export interface LeftOutOfRule {
  readonly rule: string;
  readonly field: string;
  readonly count: number;
}

/** The same by rule id, where there is one (else `?`). Several roles of a rule stay apart. */
export function leftOutByRule(
  counts: readonly LeftOut[],
  correlations: readonly { readonly meta: { readonly id?: string | undefined } }[],
): readonly LeftOutOfRule[] {
  return counts.map(({ correlation, field, count }) => ({
    rule: correlations[correlation]?.meta.id ?? '?',
    field,
    count,
  }));
}
