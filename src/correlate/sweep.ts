import type { Cell, Mark } from './cell.js';
import type { Firings } from './kind.js';
import { firstAfter } from './search.js';

/** The content of a sliding window, kept as detections enter and leave it. */
export interface SlidingWindow {
  clear(): void;
  enter(mark: Mark): void;
  leave(mark: Mark): void;
  /** The number the condition is about. */
  value(): number;
  holds(): boolean;
}

/**
 * Slides a window over the end of `before` and the whole of `cell`: appends every distinct detection time of the cell at
 * which it holds. Linear in what the two cells keep.
 */
export function sweep(window: SlidingWindow, before: Cell | undefined, cell: Cell, span: number, out: Firings): void {
  const { times, marks } = cell;
  const earlier = before?.times ?? [];
  const earlierMarks = before?.marks ?? [];
  let oldest = firstAfter(earlier, (times[0] ?? 0) - span);
  window.clear();
  for (let i = oldest; i < earlier.length; i++) window.enter(earlierMarks[i] as Mark);
  for (let i = 0; i < times.length;) {
    const time = times[i] as number;
    for (; i < times.length && times[i] === time; i++) window.enter(marks[i] as Mark);
    for (; oldest < earlier.length && (earlier[oldest] as number) <= time - span; oldest++) {
      window.leave(earlierMarks[oldest] as Mark);
    }
    if (!window.holds()) continue;
    out.times.push(time);
    out.values.push(window.value());
  }
}

/** The first time at which the cell's own detections make the window hold; Infinity: never. */
export function sweepAlone(window: SlidingWindow, cell: Cell): number {
  const { times, marks } = cell;
  window.clear();
  for (let i = 0; i < times.length; i++) {
    window.enter(marks[i] as Mark);
    if (window.holds()) return times[i] as number;
  }
  return Infinity;
}
