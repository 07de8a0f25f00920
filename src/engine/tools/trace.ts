import { derivedDetections } from '../../detect/derived.js';
import { EvidenceRef } from '../../event/index.js';
import type { Detection, EcsEvent } from '../../event/index.js';
import type { Bounds, Correlation, RoleCondition, RuleSet } from '../../rule/types.js';
import { compileRules } from '../detector.js';
import { inOrder, stepsInOrder } from './trace-order.js';

/** How one correlation stands for one group with one event. */
export interface TraceLine {
  readonly index: number;
  /** The correlation's id, or its name where it has none. */
  readonly rule: string;
  /** Group-by name → value. */
  readonly group: Readonly<Record<string, string | null>>;
  /** The number the condition is about: events, distinct values, rules seen (temporal), rules in order (temporal_ordered). */
  readonly value: number;
  /** Whether the condition is true over the window that ends at this event, by what has been read so far. */
  readonly holds: boolean;
}

interface Seen {
  readonly time: number;
  readonly role: number;
  readonly value: string | undefined;
}

interface GroupTrace {
  /** In order of time. */
  readonly seen: Seen[];
  /** Firing times of the newest episode. */
  lastFiring: number;
  start: number;
}

/**
 * Follows written correlations event by event, the slow obvious way: every window is counted anew from the detections
 * read so far. For people and tests that ask how near a condition came; alerts come from the correlate room.
 */
export class Tracer {
  readonly #ruleSet: RuleSet;
  readonly #detect: (event: EcsEvent, out: Detection[]) => number;
  readonly #groups = new Map<string, GroupTrace>();
  readonly #onWindow: ((line: TraceLine, roles: ReadonlySet<number>) => void) | undefined;

  /** `onWindow` is told, with each line, which of the correlation's rules are in the window. */
  constructor(ruleSet: RuleSet, onWindow?: (line: TraceLine, roles: ReadonlySet<number>) => void) {
    this.#ruleSet = ruleSet;
    this.#onWindow = onWindow;
    const detector = compileRules(ruleSet);
    this.#detect = (event, out) => detector.detect(event, out);
  }

  /** One line for every (correlation, group) the event touches, referred ones before those that refer to them. */
  trace(index: number, event: EcsEvent): readonly TraceLine[] {
    const queue: Detection[] = [];
    this.#detect(event, queue);
    const lines: TraceLine[] = [];
    const byLevel = (a: Detection, b: Detection): number => this.#of(a).level - this.#of(b).level;
    while (queue.length > 0) {
      queue.sort(byLevel);
      const detection = queue.shift() as Detection;
      const correlation = this.#of(detection);
      if (correlation.implicit || lacksNumber(correlation, detection)) continue;
      const together = takeSame(queue, detection);
      const line = this.#touch(index, event, correlation, together, queue);
      lines.push(line);
    }
    return lines;
  }

  #of(detection: Detection): Correlation {
    return this.#ruleSet.correlations[detection.correlation] as Correlation;
  }

  #touch(
    index: number,
    event: EcsEvent,
    correlation: Correlation,
    together: readonly Detection[],
    queue: Detection[],
  ): TraceLine {
    const first = together[0] as Detection;
    const key = `${correlation.index}|${first.group.key}`;
    const state = this.#groups.get(key) ?? { seen: [], lastFiring: -Infinity, start: -Infinity };
    this.#groups.set(key, state);
    const end = firstAfter(state.seen, event.time);
    state.seen.splice(end, 0, ...together.map(({ time, role, value }) => ({ time, role, value })));
    const start = firstAfter(state.seen, event.time - correlation.timespan);
    const window = state.seen.slice(start, end + together.length);
    const value = measure(correlation, window);
    const holds = conditionHolds(correlation, window, value);
    if (holds) this.#fire(event, correlation, first, state, queue);
    const group = Object.fromEntries(correlation.groupBy.map((name, i) => [name, first.group.values[i] ?? null]));
    const line = { index, rule: correlation.meta.id, group, value, holds };
    this.#onWindow?.(line, new Set(window.map((one) => one.role)));
    return line;
  }

  /** An episode that opens is one derived detection at its start for whoever refers to the correlation. */
  #fire(event: EcsEvent, correlation: Correlation, first: Detection, state: GroupTrace, queue: Detection[]): void {
    const opens = event.time > state.lastFiring + correlation.quiet;
    state.lastFiring = Math.max(state.lastFiring, event.time);
    if (!opens) return;
    state.start = event.time;
    const evidence = EvidenceRef.ofEvent(event).resolve();
    queue.push(
      ...derivedDetections(this.#ruleSet, {
        correlation: correlation.index,
        group: first.group,
        time: event.time,
        evidence,
      }),
    );
  }
}

/** The first place whose time is greater than `time`: what was read is many times larger than a window. */
function firstAfter(seen: readonly Seen[], time: number): number {
  let low = 0;
  let high = seen.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((seen[middle] as Seen).time <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Takes the detections of the same correlation and group out of the queue: one event can fill several roles. */
function takeSame(queue: Detection[], detection: Detection): readonly Detection[] {
  const same = queue.filter(
    (one) => one.correlation === detection.correlation && one.group.key === detection.group.key,
  );
  for (const one of same) queue.splice(queue.indexOf(one), 1);
  return [detection, ...same];
}

function measure(correlation: Correlation, window: readonly Seen[]): number {
  return (MEASURES[correlation.type] ?? ((_, seen) => seen.length))(correlation, window);
}

/** Numbers as values have them: decimal. */
const DECIMAL = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;

/** Whether a detection brings no number where one is asked for: it is left out, as if the field were missing. */
function lacksNumber({ type }: Correlation, { value }: Detection): boolean {
  return type.startsWith('value_') && type !== 'value_count' && !DECIMAL.test(value ?? '');
}

const numbers = (window: readonly Seen[]): number[] =>
  window.flatMap(({ value = '' }) => (DECIMAL.test(value) ? [Number(value)] : [])).sort((a, b) => a - b);

const MEASURES: Readonly<Record<string, (correlation: Correlation, window: readonly Seen[]) => number>> = {
  value_count: (_, window) => new Set(window.map((one) => one.value)).size,
  temporal: (_, window) => new Set(window.map((one) => one.role)).size,
  temporal_ordered: (correlation, window) => stepsInOrder(correlation, window),
  value_sum: (_, window) => sum(numbers(window)),
  value_avg: (_, window) => sum(numbers(window)) / Math.max(1, numbers(window).length),
  value_median: (_, window) => percentile(numbers(window), 50),
  value_percentile: (correlation, window) => percentile(numbers(window), correlation.percentile ?? 50),
};

/** With the rounding error of every addition kept (Neumaier): 0.1 and 0.2 are 0.3, as in the correlate room. */
function sum(list: readonly number[]): number {
  let total = 0;
  let error = 0;
  for (const number of list) {
    const next = total + number;
    const [large, small] = Math.abs(total) >= Math.abs(number) ? [total, number] : [number, total];
    error += large - next + small;
    total = next;
  }
  return total + error;
}

/** Linear interpolation between closest ranks (the definition of numpy's default and of SQL's percentile_cont). */
function percentile(sorted: readonly number[], p: number): number {
  const rank = ((sorted.length - 1) * p) / 100;
  const low = sorted[Math.floor(rank)] ?? 0;
  return low + ((sorted[Math.ceil(rank)] ?? low) - low) * (rank - Math.floor(rank));
}

function conditionHolds(correlation: Correlation, window: readonly Seen[], value: number): boolean {
  const { roles, cases, bounds, refs } = correlation;
  const present = new Set(window.map((one) => one.role));
  if (cases !== undefined) {
    return cases.some(
      ({ steps, besides }) => inOrder(steps, window) && besides.every((one) => roleHolds(one, present)),
    );
  }
  if (roles !== undefined) return roleHolds(roles, present);
  return bounds === undefined ? value >= refs.length : boundsHold(bounds, value);
}

function roleHolds(condition: RoleCondition, present: ReadonlySet<number>): boolean {
  switch (condition.kind) {
    case 'role':
      return present.has(condition.role);
    case 'not':
      return !roleHolds(condition.item, present);
    case 'and':
      return condition.items.every((item) => roleHolds(item, present));
    case 'or':
      return condition.items.some((item) => roleHolds(item, present));
  }
}

/** Whether a number satisfies every bound given. */
export function boundsHold(bounds: Bounds, value: number): boolean {
  return (
    value >= (bounds.gte ?? -Infinity) &&
    value <= (bounds.lte ?? Infinity) &&
    (bounds.gt === undefined || value > bounds.gt) &&
    (bounds.lt === undefined || value < bounds.lt) &&
    (bounds.eq === undefined || value === bounds.eq) &&
    (bounds.neq === undefined || value !== bounds.neq)
  );
}
