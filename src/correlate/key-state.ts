import type { Detection, Group } from '../event/index.js';
import type { Cell } from './cell.js';
import type { LiveEpisode } from './live-episode.js';
import type { Table } from './table.js';

/** What most keys have: shared, never changed (episodes are replaced as a whole). */
const NO_EPISODES: LiveEpisode[] = [];
const NO_CELLS: Cell[] = [];

/**
 * What a table keeps of a group key. Most keys see one detection from which nothing follows before they are forgotten: of
 * those it keeps the detection itself.
 */
export type Entry = KeyState | Detection;

/** All that is kept of one group key of one correlation, if it is more than a detection. */
export class KeyState {
  /** Live cells in order of time. */
  cells: Cell[] = NO_CELLS;
  /** Known episodes in order of time, ended ones as long as live cells reach into them. */
  episodes: LiveEpisode[] = NO_EPISODES;
  /** The watermark beyond which it is looked at next; undefined: not scheduled. */
  scheduled: number | undefined = undefined;
  /** Waits to be derived. */
  isStale = false;
  /** Waits to be written. */
  isChanged = false;
  haveEpisodesChanged = false;
  wereEpisodesWritten = false;
  /** Written cells that were dropped since. */
  tombstones: number[] | undefined = undefined;
  isForgotten = false;
  /** Whether its bytes are accounted: it has a cell, or an episode that lives. Otherwise it only waits to be told of. */
  isLive = true;

  constructor(
    readonly table: Table,
    readonly group: Group,
  ) {}

  /** Episodes not yet ended. */
  get openEpisodes(): number {
    let open = 0;
    for (const episode of this.episodes) if (!episode.isEnded) open++;
    return open;
  }

  /** Time of the latest detection kept. */
  get newest(): number {
    return this.cells[this.cells.length - 1]?.latest ?? -Infinity;
  }

  /** The cell of this index, if it is live. */
  cellAt(index: number): Cell | undefined {
    for (let i = this.cells.length - 1; i >= 0; i--) {
      const cell = this.cells[i] as Cell;
      if (cell.index <= index) return cell.index === index ? cell : undefined;
    }
    return undefined;
  }

  /** Puts a cell in its place. */
  place(cell: Cell): void {
    let at = this.cells.length;
    if (at === 0) {
      this.cells = [cell];
      return;
    }
    while (at > 0 && (this.cells[at - 1] as Cell).index > cell.index) at--;
    this.cells.splice(at, 0, cell);
  }
}
