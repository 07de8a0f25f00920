import type { Correlation } from '../../rule/types.js';

/** A detection in a window: when, and of which of the correlation's rules. */
export interface Step {
  readonly time: number;
  readonly role: number;
}

/**
 * How many of a `temporal_ordered` correlation's steps are in the window one at or after the other, in the order given: the
 * longest choice of them. `window` is in order of time. Slow and obvious.
 */
export function stepsInOrder({ refs, roles, cases }: Correlation, window: readonly Step[]): number {
  const steps = (roles === undefined ? cases?.[0]?.steps : undefined) ?? [...refs.keys()];
  if (inOrder(steps, window)) return steps.length;
  let longest = steps.map(() => 0);
  for (const { role } of [...window].sort((a, b) => a.time - b.time || a.role - b.role)) {
    // One event is one step, wherever its rule stands.
    const before = longest;
    longest = steps.map((step, place) => {
      const length = step === role ? 1 + Math.max(0, ...before.slice(0, place)) : 0;
      return Math.max(before[place] ?? 0, length);
    });
  }
  return Math.max(0, ...longest);
}

/**
 * Whether each of these roles is in the window at or after the one before, each time another detection: the earliest that
 * will do.
 */
export function inOrder(steps: readonly number[], window: readonly Step[]): boolean {
  let left = window;
  let after = -Infinity;
  for (const role of steps) {
    const next = left.find((one) => one.role === role && one.time >= after);
    if (next === undefined) return false;
    after = next.time;
    left = left.filter((one) => one !== next);
  }
  return true;
}
