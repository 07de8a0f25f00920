import { detach, type Group } from '../event/index.js';
import type { Cell } from './cell.js';
import type { LiveEpisode } from './live-episode.js';
import type { Table } from './table.js';

/** All that is kept of one group key of one correlation. */
export class KeyState {
  readonly group: Group;
  /** Live cells in order of time. */
  readonly cells: Cell[] = [];
  /** Known episodes in order of time, ended ones as long as live cells reach into them. */
  episodes: LiveEpisode[] = [];
  /** Time of the latest detection. */
  newest = -Infinity;
  /** The watermark at which it is looked at next; Infinity: not scheduled. */
  scheduled = Infinity;
  /** Waits to be derived. */
  isStale = false;
  /** Waits to be written. */
  isChanged = false;
  haveEpisodesChanged = false;
  wereEpisodesWritten = false;
  /** Written cells that were dropped since. */
  tombstones: number[] = [];
  isForgotten = false;

  constructor(
    readonly table: Table,
    group: Group,
  ) {
    this.group = keptGroup(group);
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
    while (at > 0 && (this.cells[at - 1] as Cell).index > cell.index) at--;
    this.cells.splice(at, 0, cell);
  }
}

/** A copy that keeps no batch in memory. Texts that don't survive copying (half a surrogate pair) stay as they are. */
function keptGroup({ key, values }: Group): Group {
  return { key: keptText(key), values: values.map((value) => (value === null ? null : keptText(value))) };
}

function keptText(text: string): string {
  const copy = detach(text);
  return copy === text ? copy : text;
}
