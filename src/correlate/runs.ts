import type { Cell } from './cell.js';
import { firstAfter } from './search.js';

/** First and last firing of an episode as the firings known so far make it. */
export interface Run {
  start: number;
  end: number;
  /** The gap to the run before is no longer than quiet: it was cut at `max-episode`. */
  readonly isContinued: boolean;
}

/** Firings of one cell, or of a sealed stretch (`cell` undefined), which can't be cut inside. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
  readonly cell: Cell | undefined;
}

/**
 * Cuts firings into runs: at gaps longer than `quiet`, and `maxEpisode` after a run's first firing. `stretches` are sorted
 * by `first`; `firingsOf` is asked only where a cut lies within a cell.
 */
export function runsOf(
  stretches: readonly Stretch[],
  quiet: number,
  maxEpisode: number,
  firingsOf: (cell: Cell) => readonly number[],
): Run[] {
  const runs: Run[] = [];
  let run: Run | undefined;
  for (const stretch of stretches) {
    for (let first: number | undefined = stretch.first; first !== undefined;) {
      const isNear: boolean = run !== undefined && first - run.end <= quiet;
      if (run === undefined || !isNear || first - run.start > maxEpisode) {
        run = { start: first, end: first, isContinued: isNear };
        runs.push(run);
      }
      first = fill(run, stretch, run.start + maxEpisode, firingsOf);
    }
  }
  return runs;
}

/** Lets a run have a stretch's firings up to `limit`; returns the first firing beyond it. */
function fill(
  run: Run,
  { last, cell }: Stretch,
  limit: number,
  firingsOf: (cell: Cell) => readonly number[],
): number | undefined {
  if (last <= limit || cell === undefined) {
    run.end = Math.max(run.end, last);
    return undefined;
  }
  const firings = firingsOf(cell);
  const beyond = firstAfter(firings, limit);
  if (beyond > 0) run.end = Math.max(run.end, firings[beyond - 1] as number);
  return firings[beyond] ?? last;
}
