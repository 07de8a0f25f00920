/**
 * Random orders of arrival, with the watermark moving in between. In every order but `withLate` nothing is late: no
 * detection is older than the watermark when it arrives (one exactly as old as the watermark is in time).
 */
import type { Arrival, OracleDetection } from './model.js';
import type { Random } from './random.js';

/** The order in which detections arrive. */
export type Order = 'sorted' | 'reversed' | 'shuffled' | 'bounded';

/** All orders. */
export const ORDERS: readonly Order[] = ['sorted', 'reversed', 'shuffled', 'bounded'];

/** How a watermark is chosen at a point between two arrivals. */
type Watermark = (seen: readonly OracleDetection[], coming: readonly OracleDetection[]) => number;

/**
 * Arranges detections so that nothing is late. `bounded` keeps the disorder within a random `maxDisorder` and lets the
 * watermark follow the greatest time at a `lateness` of at least that; the others move it as far as the detections still
 * to come allow, or not before the end. Ends with Infinity.
 */
export function arrange(random: Random, detections: readonly OracleDetection[], order: Order): Arrival[] {
  if (order !== 'bounded') {
    const watermark = random.pick([tightest, tightest, loose(random), never]);
    return withWatermarks(random, ordered(random, detections, order), watermark);
  }
  const maxDisorder = random.pick([0, 1, ...spansOf(detections)]);
  const lateness = maxDisorder + random.pick([0, 0, 1, maxDisorder]);
  return withWatermarks(random, disordered(random, detections, maxDisorder), following(lateness));
}

/** As `bounded`, but the disorder exceeds the lateness, so that some detections may be late. */
export function withLate(random: Random, detections: readonly OracleDetection[]): Arrival[] {
  const maxDisorder = random.pick(spansOf(detections));
  const lateness = random.below(Math.max(1, Math.floor(maxDisorder / 2)));
  return withWatermarks(random, disordered(random, detections, maxDisorder), following(lateness));
}

/** The detections that were older than the watermark when they arrived. */
export function lateOf(arrivals: readonly Arrival[]): OracleDetection[] {
  let watermark = Number.NEGATIVE_INFINITY;
  const late: OracleDetection[] = [];
  for (const arrival of arrivals) {
    if ('advance' in arrival) watermark = Math.max(watermark, arrival.advance);
    else if (arrival.detection.time < watermark) late.push(arrival.detection);
  }
  return late;
}

/** The detections among the arrivals, in their order. */
export function detectionsOf(arrivals: readonly Arrival[]): OracleDetection[] {
  return arrivals.flatMap((arrival) => ('detection' in arrival ? [arrival.detection] : []));
}

const tightest: Watermark = (_, coming) => leastTime(coming);

const never: Watermark = (_, coming) => (coming.length === 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY);

function loose(random: Random): Watermark {
  return (_, coming) => leastTime(coming) - random.pick([0, 1, 2, 10, 1_000]);
}

function following(lateness: number): Watermark {
  return (seen) => Math.max(...seen.map((detection) => detection.time)) - lateness;
}

function leastTime(detections: readonly OracleDetection[]): number {
  return Math.min(...detections.map((detection) => detection.time));
}

/** Fractions of the stream's whole span. */
function spansOf(detections: readonly OracleDetection[]): number[] {
  const times = detections.map((detection) => detection.time);
  const span = Math.max(...times) - Math.min(...times);
  return [Math.ceil(span / 20), Math.ceil(span / 5), Math.ceil(span / 2), span];
}

function ordered(random: Random, detections: readonly OracleDetection[], order: Order): OracleDetection[] {
  const shuffled = random.shuffled(detections);
  if (order === 'sorted') return shuffled.sort((a, b) => a.time - b.time);
  if (order === 'reversed') return shuffled.sort((a, b) => b.time - a.time);
  return shuffled;
}

/** Each detection is delayed by at most `maxDisorder`, so none comes after one that is more than that younger. */
function disordered(random: Random, detections: readonly OracleDetection[], maxDisorder: number): OracleDetection[] {
  return random
    .shuffled(detections)
    .map((detection) => ({ detection, at: detection.time + random.below(maxDisorder + 1) }))
    .sort((a, b) => a.at - b.at)
    .map(({ detection }) => detection);
}

/** Puts watermarks (never falling; sometimes the same again, which only ends a batch) between the detections. */
function withWatermarks(random: Random, detections: readonly OracleDetection[], choose: Watermark): Arrival[] {
  const percent = random.pick([5, 20, 50, 100]);
  let watermark = Number.NEGATIVE_INFINITY;
  const arrivals: Arrival[] = [];
  detections.forEach((detection, index) => {
    arrivals.push({ detection });
    if (!random.chance(percent)) return;
    const chosen = choose(detections.slice(0, index + 1), detections.slice(index + 1));
    if (!random.chance(20)) watermark = Math.max(watermark, chosen);
    arrivals.push({ advance: watermark });
  });
  arrivals.push({ advance: Number.POSITIVE_INFINITY });
  return arrivals;
}
