import type { Correlation } from '../rule/types.js';

/** A detection in a window: when, and of which of the correlation's rules. */
export interface Step {
  readonly time: number;
  readonly role: number;
}

/**
 * How many of a `temporal_ordered` correlation's rules are in the window one at or after the other, in the order given: the
 * longest choice of them. `window` is in order of time. Slow and obvious.
 */
export function stepsInOrder({ refs }: Correlation, window: readonly Step[]): number {
  const longest = refs.map(() => 0);
  const sorted = [...window].sort((a, b) => a.time - b.time || a.role - b.role);
  for (const { role } of sorted)
    longest[role] = Math.max(longest[role] ?? 0, 1 + Math.max(0, ...longest.slice(0, role)));
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
