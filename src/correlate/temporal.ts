import type { Bounds, Correlation, RoleCondition } from '../rule/types.js';
import { isMonotone, satisfies } from './bounds.js';
import type { Cell, Mark } from './cell.js';
import type { Thinning } from './thin.js';
import type { Caps, Kind } from './kind.js';
import { EPISODE_EVIDENCE, ROLE_CELL, ROLE_SLOTS } from './limits.js';
import { sweep, sweepAlone, type SlidingWindow } from './sweep.js';

/**
 * temporal: which referred rules the window holds, in whatever order. Without a condition it needs every one; bounds are
 * about how many there are; an extended condition (`a and not b`) about which.
 *
 * Source: Sigma Correlation Rules Specification 2.1, "Temporal Proximity"; 2.2 for extended conditions.
 */
export function temporal(correlation: Correlation, caps: Caps): Kind {
  const { bounds, roles, refs, timespan } = correlation;
  const window = new RoleWindow(refs.length, conditionOf(bounds, roles, refs.length));
  const eager = (bounds === undefined || isMonotone(bounds)) && !hasNot(roles);
  const needsAll = bounds === undefined && roles === undefined;
  return {
    eager,
    firesAlone: !eager || !needsAll || refs.length <= 1,
    showsDistinct: true,
    staged: true,
    thinning: roleThinning(refs.length, caps),
    mark: (detection) => detection.role,
    possible: (before, cell) => !needsAll || mayHoldAll(before, cell, refs.length),
    // With bounds the number of roles may still grow after the condition holds, so only the full set is final.
    saturation: (cell) => (needsAll && mayHoldAll(undefined, cell, refs.length) ? sweepAlone(window, cell) : Infinity),
    firings: (before, cell, out) => sweep(window, before, cell, timespan, out),
  };
}

/** How cells of the temporal types grow thin: per role, slots shared out so that they stay bounded. */
export function roleThinning(roles: number, caps: Caps): Thinning {
  const cap = caps.cell ?? ROLE_CELL;
  return {
    cap,
    edge: EPISODE_EVIDENCE,
    slots: Math.max(4, Math.floor(ROLE_SLOTS / Math.max(1, roles))),
    byRole: true,
    essential: undefined,
  };
}

/** False where some role (of the first 31) is in neither cell. */
export function mayHoldAll(before: Cell | undefined, cell: Cell, roles: number): boolean {
  const wanted = roles >= 31 ? 0x7fffffff : (1 << roles) - 1;
  return ((cell.roles | (before?.roles ?? 0)) & wanted) === wanted;
}

type Presence = (counts: readonly number[], present: number) => boolean;

function conditionOf(bounds: Bounds | undefined, roles: RoleCondition | undefined, all: number): Presence {
  if (bounds === undefined && roles === undefined) return (_, present) => present === all;
  return (counts, present) =>
    (bounds === undefined || satisfies(bounds, present)) && (roles === undefined || isTrue(roles, counts));
}

/** Whether a condition is true where these are the numbers of each role's detections. */
export function isTrue(condition: RoleCondition, counts: readonly number[]): boolean {
  switch (condition.kind) {
    case 'role':
      return (counts[condition.role] ?? 0) > 0;
    case 'not':
      return !isTrue(condition.item, counts);
    case 'and':
      return condition.items.every((item) => isTrue(item, counts));
    case 'or':
      return condition.items.some((item) => isTrue(item, counts));
  }
}

/** Whether more detections can make the condition false. */
export function hasNot(condition: RoleCondition | undefined): boolean {
  if (condition === undefined || condition.kind === 'role') return false;
  return condition.kind === 'not' || condition.items.some(hasNot);
}

class RoleWindow implements SlidingWindow {
  readonly #counts: number[];
  #present = 0;

  constructor(
    roles: number,
    private readonly condition: Presence,
  ) {
    this.#counts = new Array<number>(roles).fill(0);
  }

  clear(): void {
    this.#counts.fill(0);
    this.#present = 0;
  }

  enter(mark: Mark): void {
    const role = mark as number;
    const count = this.#counts[role] ?? 0;
    if (count === 0) this.#present++;
    this.#counts[role] = count + 1;
  }

  leave(mark: Mark): void {
    const role = mark as number;
    const count = (this.#counts[role] ?? 0) - 1;
    this.#counts[role] = count;
    if (count === 0) this.#present--;
  }

  value(): number {
    return this.#present;
  }

  holds(): boolean {
    return this.condition(this.#counts, this.#present);
  }
}
