import type { Detection } from '../event/index.js';
import type { Correlation, CorrelationType } from '../rule/types.js';
import type { Cell, Mark } from './cell.js';
import type { Thinning } from './thin.js';
import { eventCount } from './event-count.js';
import { temporal } from './temporal.js';
import { temporalOrdered } from './temporal-ordered.js';
import { valueCount } from './value-count.js';
import { valueMetric } from './value-metric.js';

/** Firing times of one cell, ascending, and the value of the window at each. Reused between calls. */
export interface Firings {
  readonly times: number[];
  readonly values: number[];
}

/**
 * What one correlation type knows: which detection times fire. Everything else (cells, runs, episodes, watermark,
 * state) is the same for all types.
 */
export interface Kind {
  /** More detections can never make the condition false: it fires the moment it becomes true. */
  readonly eager: boolean;
  /** One detection alone can fire, or must be looked at in time: false means that nothing follows from it. */
  readonly firesAlone: boolean;
  readonly thinning: Thinning;
  /** Episodes show the greatest value of a window as `distinct`. */
  readonly showsDistinct: boolean;
  /** Episodes have one stage per role. */
  readonly staged: boolean;
  /** What a detection brings. NaN leaves it out. */
  mark(detection: Pick<Detection, 'role' | 'value'>): Mark;
  /** False where no detection of the cell can fire, told at once. `before` is the cell just before, if any. */
  possible(before: Cell | undefined, cell: Cell): boolean;
  /** Appends the distinct firing times of `cell`. */
  firings(before: Cell | undefined, cell: Cell, out: Firings): void;
  /** The time from which the cell's own detections alone make the condition hold for good; Infinity: none. */
  saturation(cell: Cell): number;
}

/** How caps are made smaller, to test what happens beyond them. */
export interface Caps {
  /** Detections kept one by one per cell; the exactness of counts does not depend on it. */
  readonly cell?: number;
}

const KINDS: Readonly<Record<CorrelationType, (correlation: Correlation, caps: Caps) => Kind>> = {
  event_count: eventCount,
  value_count: valueCount,
  temporal,
  temporal_ordered: temporalOrdered,
  value_sum: valueMetric,
  value_avg: valueMetric,
  value_percentile: valueMetric,
  value_median: valueMetric,
};

/** The behaviour of a correlation's type. Throws where the correlation has no meaning: the rule room lets none through. */
export function kindOf(correlation: Correlation, caps: Caps): Kind {
  return KINDS[correlation.type](correlation, caps);
}
