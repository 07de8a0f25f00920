/** Processor time in ms below which nothing is measured: what is quadratic takes longer on any machine. */
const SHORT = 30;

/** Less than this is linear: see `growth`. */
export const LINEAR = 9;

/**
 * How many times more processor time work takes at four times the size: 4 where it is linear, 16 where it is quadratic; 0
 * where it is too short to tell. The least of several measurements, so that a slow or busy machine does not matter.
 */
export function growth(work: (size: number) => void, size: number): number {
  const once = timeOf(() => work(4 * size));
  if (once < SHORT) return 0;
  const least = (at: number): number => Math.min(...[1, 2, 3].map(() => timeOf(() => work(at))));
  return Math.min(once, least(4 * size)) / Math.max(1, least(size));
}

function timeOf(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
