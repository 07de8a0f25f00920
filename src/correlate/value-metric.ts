import type { Bounds, Correlation } from '../rule/types.js';
import { satisfies } from './bounds.js';
import type { Mark } from './cell.js';
import type { Caps, Kind } from './kind.js';
import { METRIC_CELL, METRIC_SLOTS } from './limits.js';
import { SortedNumbers } from './sorted-numbers.js';
import { sweep, type SlidingWindow } from './sweep.js';

/**
 * value_sum, value_avg, value_median, value_percentile: a number made of all numbers the window holds.
 *
 * Always patient: a further value can make any of them smaller or greater. What is no number (decimal notation) is left
 * out. Exact while a cell keeps fewer than `METRIC_CELL` values; beyond, values between its earliest and latest are
 * dropped slot by slot. A percentile lies between the two nearest ranks, linearly (as SQL's percentile_cont).
 * Source: Sigma Correlation Rules Specification 2.1 and pySigma, which name these types.
 */
export function valueMetric(correlation: Correlation, caps: Caps): Kind {
  const { bounds = {}, timespan } = correlation;
  const window = windowOf(correlation, bounds);
  const cap = caps.cell ?? METRIC_CELL;
  return {
    eager: false,
    firesAlone: true,
    showsDistinct: false,
    staged: false,
    thinning: { cap, edge: cap >> 2, slots: METRIC_SLOTS, byRole: false, essential: undefined },
    mark: (detection) => numberOf(detection.value ?? ''),
    possible: () => true,
    saturation: () => Infinity,
    firings: (before, cell, out) => sweep(window, before, cell, timespan, out),
  };
}

function windowOf({ type, percentile }: Correlation, bounds: Bounds): SlidingWindow {
  if (type === 'value_sum') return new SumWindow(bounds, false);
  if (type === 'value_avg') return new SumWindow(bounds, true);
  return new RankWindow(bounds, type === 'value_median' ? 50 : (percentile ?? 50));
}

const DECIMAL = /^[-+]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][-+]?\d{1,3})?$/;

/** The number a text stands for, or NaN. */
function numberOf(text: string): number {
  return DECIMAL.test(text) ? Number(text) : NaN;
}

/** Sum or average, with the rounding error of every addition kept (Neumaier), so that taking values out again is safe. */
class SumWindow implements SlidingWindow {
  #sum = 0;
  #error = 0;
  #count = 0;

  constructor(
    private readonly bounds: Bounds,
    private readonly average: boolean,
  ) {}

  clear(): void {
    this.#sum = 0;
    this.#error = 0;
    this.#count = 0;
  }

  enter(mark: Mark): void {
    this.#count++;
    this.#add(mark as number);
  }

  leave(mark: Mark): void {
    if (--this.#count === 0) this.clear();
    else this.#add(-(mark as number));
  }

  value(): number {
    const sum = this.#sum + this.#error;
    return this.average ? sum / Math.max(1, this.#count) : sum;
  }

  holds(): boolean {
    return satisfies(this.bounds, this.value());
  }

  #add(number: number): void {
    const sum = this.#sum + number;
    const [large, small] = Math.abs(this.#sum) >= Math.abs(number) ? [this.#sum, number] : [number, this.#sum];
    this.#error += large - sum + small;
    this.#sum = sum;
  }
}

/** A percentile of the window's numbers. */
class RankWindow implements SlidingWindow {
  readonly #numbers = new SortedNumbers();

  constructor(
    private readonly bounds: Bounds,
    private readonly percentile: number,
  ) {}

  clear(): void {
    this.#numbers.clear();
  }

  enter(mark: Mark): void {
    this.#numbers.add(mark as number);
  }

  leave(mark: Mark): void {
    this.#numbers.remove(mark as number);
  }

  value(): number {
    const rank = ((this.#numbers.size - 1) * this.percentile) / 100;
    const low = this.#numbers.at(Math.floor(rank));
    return low + (this.#numbers.at(Math.ceil(rank)) - low) * (rank - Math.floor(rank));
  }

  holds(): boolean {
    return satisfies(this.bounds, this.value());
  }
}
