import { Aggregate } from './aggregate.js';
import type { Cell } from './cell.js';
import type { KeyState } from './key-state.js';
import type { LiveEpisode } from './live-episode.js';

/** Takes what a key's episodes need out of a cell that is about to be forgotten. Linear in the cell. */
export function seal(key: KeyState, cell: Cell): void {
  if (key.episodes.length === 0) return;
  sealFirings(key, cell);
  const { staged } = key.table.kind;
  for (const episode of key.episodes) {
    sealCounts(episode, cell, key);
    if (episode.isEnded || cell.latest <= episode.end) continue;
    (episode.tail ??= new Aggregate()).addCell(cell, episode.end, Infinity, staged);
    settled(episode.tail, episode.start);
  }
  key.table.changes.episodesChanged(key);
}

/** Moves a cell's firings into the episodes they belong to: nothing earlier can change them any more. */
export function sealFirings(key: KeyState, cell: Cell): void {
  if (Number.isNaN(cell.first)) return;
  for (const episode of key.episodes) {
    const first = Math.max(cell.first, episode.start);
    const last = Math.min(cell.last, episode.end);
    if (first <= last) episode.seal(first, last, cell.peak);
  }
  cell.know({ first: NaN, last: NaN });
  key.table.changes.episodesChanged(key);
}

function sealCounts(episode: LiveEpisode, cell: Cell, { table }: KeyState): void {
  const { span, kind } = table;
  const after = episode.start - span;
  const begin = cell.index * span;
  if (begin > episode.end || begin + span <= after) return;
  (episode.sealed ??= new Aggregate()).addCell(cell, after, episode.end, kind.staged);
  settled(episode.sealed, episode.start);
}

function settled(sum: Aggregate, opening: number): void {
  sum.trim(opening);
  sum.settle();
}
