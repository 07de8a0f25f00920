import type { Correlation } from '../rule/types.js';
import { cellBytes } from './account.js';
import type { Cell } from './cell.js';
import type { Changes } from './changes.js';
import type { KeyState } from './key-state.js';
import type { Firings, Kind } from './kind.js';
import { BYTES } from './limits.js';
import { LiveEpisode } from './live-episode.js';
import { runsOf, type Run, type Stretch } from './runs.js';
import { firstAfter, firstFrom } from './search.js';

/**
 * Detections to episodes for one correlation: finds which detection times fire, cuts them into runs, and reconciles the
 * runs with the episodes already known: open, extend, join.
 *
 * Eager types look at all times, patient ones only at those the watermark has passed. A decided firing is never taken
 * back: where it could be, late detections are to blame, which count but decide nothing.
 */
export class Deriver {
  readonly #firings: Firings = { times: [], values: [] };

  constructor(
    private readonly correlation: Correlation,
    private readonly kind: Kind,
    private readonly changes: Changes,
  ) {}

  /** Brings a key up to date. Returns the earliest time still undecided (patient types), else Infinity. */
  derive(key: KeyState, watermark: number): number {
    // A cell that has fired counts for more.
    const before = cellBytes(key.cells);
    const hasFirings = this.kind.eager ? this.#look(key.cells) : this.#decide(key, watermark);
    if (hasFirings || key.episodes.length > 0) {
      for (const episode of key.episodes) this.changes.episodeChanged(key, episode);
      this.#reconcile(
        key,
        runsOf(stretchesOf(key), this.correlation.quiet, this.correlation.maxEpisode, (cell) =>
          this.#firingsOf(key, cell),
        ),
      );
    }
    key.table.bytes += cellBytes(key.cells) - before;
    return this.kind.eager ? Infinity : earliestFrom(key.cells, watermark);
  }

  /** Looks at the firings of cells with something new in them or just before them. True if any cell fires. */
  #look(cells: readonly Cell[]): boolean {
    let hasFirings = false;
    let wasStale = false;
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i] as Cell;
      const before = beforeOf(cells, i);
      const isAfterStale = before !== undefined && wasStale;
      wasStale = cell.stale !== 0;
      if (wasStale || isAfterStale) this.#lookAt(before, cell, isAfterStale);
      cell.stale = 0;
      hasFirings ||= cell.first === cell.first;
    }
    return hasFirings;
  }

  #lookAt(before: Cell | undefined, cell: Cell, isAfterStale: boolean): void {
    if (!this.kind.possible(before, cell)) return;
    if (cell.stale === 1 && !isAfterStale && cell.first === cell.first) {
      cell.know({ last: cell.latest });
      return;
    }
    if (cell.stale === 2) {
      const saturated = this.kind.saturation(cell);
      if (saturated !== cell.saturated) cell.know({ saturated });
    }
    this.#note(before, cell, -Infinity, Infinity);
  }

  /** Adds the firings in [from, until) to what is known of a cell. */
  #note(before: Cell | undefined, cell: Cell, from: number, until: number): void {
    const { times, values } = this.#firings;
    times.length = values.length = 0;
    this.kind.firings(before, cell, this.#firings);
    const low = firstFrom(times, from);
    const high = firstFrom(times, until);
    if (low >= high) return;
    const first = times[low] as number;
    const last = times[high - 1] as number;
    let { peak } = cell;
    for (let i = low; i < high; i++) peak = Math.max(peak, values[i] as number);
    cell.know({
      first: cell.first <= first ? cell.first : first,
      last: cell.last >= last ? cell.last : last,
      peak,
      hasFired: true,
    });
  }

  /**
   * Decides all times before the watermark. That is written too: the detections before them may be forgotten by the time
   * somebody goes on from the state, and would be missed if they were decided anew.
   */
  #decide(key: KeyState, watermark: number): boolean {
    const { cells } = key;
    let hasFirings = false;
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i] as Cell;
      if (firstFrom(cell.times, cell.decided) < firstFrom(cell.times, watermark)) {
        this.#note(beforeOf(cells, i), cell, cell.decided, watermark);
        cell.know({ decided: watermark });
        this.changes.changed(key);
      }
      hasFirings ||= cell.first === cell.first;
    }
    return hasFirings;
  }

  /** The firing times of a cell within what is known to fire. */
  #firingsOf(key: KeyState, cell: Cell): readonly number[] {
    const { times, values } = this.#firings;
    times.length = values.length = 0;
    this.kind.firings(beforeOf(key.cells, key.cells.indexOf(cell)), cell, this.#firings);
    const known = times.slice(firstFrom(times, cell.first), firstAfter(times, cell.last));
    if (known[0] !== cell.first) known.unshift(cell.first);
    return known;
  }

  #reconcile(key: KeyState, runs: readonly Run[]): void {
    if (runs.length === 0 || isSame(key.episodes, runs)) return;
    const parts = partsOf(key.episodes, runs);
    const merged: LiveEpisode[] = [];
    const previous = key.openEpisodes;
    key.episodes = runs.map((run, i) => this.#episodeOf(key, run, parts[i] as LiveEpisode[], merged));
    runs.forEach((run, i) => {
      if (run.isContinued) (key.episodes[i] as LiveEpisode).previous = key.episodes[i - 1]?.key;
    });
    for (const episode of key.episodes) this.changes.episodeChanged(key, episode);
    for (const episode of merged) this.changes.episodeChanged(key, episode);
    key.table.bytes += (key.openEpisodes - previous) * BYTES.episode;
  }

  /** The episode of a run: the earliest of those it is made of, the others merged into it; or a new one. */
  #episodeOf(key: KeyState, run: Run, parts: readonly LiveEpisode[], merged: LiveEpisode[]): LiveEpisode {
    const survivor = parts[0];
    if (survivor === undefined) return this.#open(key, run);
    for (const part of parts.slice(1)) {
      survivor.absorb(part);
      part.mergedInto = survivor.key;
      merged.push(part);
    }
    survivor.start = run.start;
    if (run.end !== survivor.end) survivor.extendTo(run.end);
    survivor.isEnded &&= key.table.level.watermark > key.table.endDue(survivor);
    return survivor;
  }

  #open(key: KeyState, run: Run): LiveEpisode {
    const { meta, level } = this.correlation;
    const position = openingPosition(key.cells, run.start);
    // Derived detections of several episodes may show the same first event: in chains the time tells them apart.
    const name = `${meta.id}|${key.group.key}|${position}${level > 0 ? `|${run.start}` : ''}`;
    const isTaken = ({ key: taken, absorbed }: LiveEpisode): boolean => taken === unique || absorbed.includes(unique);
    let unique = name;
    for (let n = 2; key.episodes.some(isTaken); n++) unique = `${name}#${n}`;
    return new LiveEpisode(unique, run.start, run.start, run.end);
  }
}

/** Position of the detection at a time (the last of several), else of the one nearest to it that has evidence left. */
function openingPosition(cells: readonly Cell[], time: number): string {
  let best: string | undefined;
  let distance = Infinity;
  for (const cell of cells) {
    for (let i = 0; i < cell.times.length; i++) {
      const held = cell.held[i];
      const away = Math.abs((cell.times[i] as number) - time);
      if (away > distance || held === undefined || typeof held === 'string') continue;
      distance = away;
      if (away === 0) best = undefined;
      best = away === 0 ? held.resolve().position : best;
    }
  }
  return best ?? `${time}`;
}

function beforeOf(cells: readonly Cell[], at: number): Cell | undefined {
  const before = cells[at - 1];
  return before !== undefined && before.index === (cells[at] as Cell).index - 1 ? before : undefined;
}

/** Sealed and live firings of a key, in order. */
function stretchesOf(key: KeyState): Stretch[] {
  const stretches: Stretch[] = [];
  for (const { sealedFirst, sealedLast } of key.episodes) {
    if (sealedFirst === sealedFirst) stretches.push({ first: sealedFirst, last: sealedLast, cell: undefined });
  }
  const sealed = stretches.length;
  for (const cell of key.cells) {
    if (cell.first === cell.first) stretches.push({ first: cell.first, last: cell.last, cell });
  }
  if (sealed > 0) stretches.sort((a, b) => a.first - b.first);
  return stretches;
}

function isSame(episodes: readonly LiveEpisode[], runs: readonly Run[]): boolean {
  if (episodes.length !== runs.length) return false;
  return runs.every((run, i) => {
    const episode = episodes[i] as LiveEpisode;
    return run.start === episode.start && run.end === episode.end;
  });
}

/** For each run the known episodes whose start lies in it, earliest first. */
function partsOf(episodes: readonly LiveEpisode[], runs: readonly Run[]): LiveEpisode[][] {
  const parts = runs.map((): LiveEpisode[] => []);
  let at = 0;
  for (const episode of episodes) {
    while (at + 1 < runs.length && (runs[at + 1] as Run).start <= episode.start) at++;
    parts[at]?.push(episode);
  }
  return parts;
}

function earliestFrom(cells: readonly Cell[], watermark: number): number {
  for (const cell of cells) {
    const at = firstFrom(cell.times, watermark);
    if (at < cell.times.length) return cell.times[at] as number;
  }
  return Infinity;
}
