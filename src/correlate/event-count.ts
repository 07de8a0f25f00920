import type { Correlation } from '../rule/types.js';
import { isMonotone, satisfies, saturation } from './bounds.js';
import type { Cell } from './cell.js';
import type { Caps, Firings, Kind } from './kind.js';
import { COUNT_CELL, COUNT_SLOTS, EPISODE_EVIDENCE } from './limits.js';
import { firstAfter } from './search.js';

/**
 * event_count: how many detections the window holds.
 *
 * Exact in any order of arrival although a cell keeps only the n earliest and n latest times one by one (n: where all
 * greater counts are alike to the condition). A detection between them sees n or more in its own cell, so its window's
 * count is as good as n; a window that reaches back to between them holds n or more of that cell.
 * Source: Sigma Correlation Rules Specification 2.1, "Event Count".
 */
export function eventCount(correlation: Correlation, caps: Caps): Kind {
  const bounds = correlation.bounds ?? { gte: 1 };
  const { timespan } = correlation;
  const enough = saturation(bounds);
  const eager = isMonotone(bounds);
  return {
    eager,
    firesAlone: !eager || enough <= 1,
    showsDistinct: false,
    staged: false,
    thinning: {
      cap: caps.cell ?? Math.max(4 * enough, COUNT_CELL),
      edge: caps.cell === undefined ? Math.max(enough, EPISODE_EVIDENCE) : enough,
      slots: caps.cell === undefined ? COUNT_SLOTS : 1,
      byRole: false,
      essential: undefined,
    },
    mark: () => '',
    possible: (before, cell) => !eager || cell.count + (before?.count ?? 0) >= enough,
    saturation: (cell) => (eager && cell.count >= enough ? (cell.times[enough - 1] as number) : Infinity),
    firings: (before, cell, out) => {
      countFirings(before, cell, timespan, (count) => satisfies(bounds, Math.min(count, enough)), out);
    },
  };
}

function countFirings(
  before: Cell | undefined,
  cell: Cell,
  span: number,
  holds: (count: number) => boolean,
  out: Firings,
): void {
  const { times } = cell;
  const earlier = before?.times ?? [];
  let oldest = firstAfter(earlier, (times[0] ?? 0) - span);
  let count = 0;
  for (let i = oldest; i < earlier.length; i++) count += (before as Cell).weightAt(i);
  for (let i = 0; i < times.length;) {
    const time = times[i] as number;
    for (; i < times.length && times[i] === time; i++) count += cell.weightAt(i);
    for (; oldest < earlier.length && (earlier[oldest] as number) <= time - span; oldest++) {
      count -= (before as Cell).weightAt(oldest);
    }
    if (!holds(count)) continue;
    out.times.push(time);
    out.values.push(count);
  }
}
