import type { Cell } from './cell.js';
import { KeyState, type Entry } from './key-state.js';
import { BYTES, SINGLE_BYTES, keyBytes } from './limits.js';

/** Accounted bytes of cells. */
export function cellBytes(cells: readonly Cell[]): number {
  let bytes = 0;
  for (const cell of cells) bytes += cell.bytes;
  return bytes;
}

/** Accounted bytes of a key that is accounted for. */
export function entryBytes(entry: Entry): number {
  if (!(entry instanceof KeyState)) return keyBytes(entry.group) + SINGLE_BYTES;
  return keyBytes(entry.group) + entry.openEpisodes * BYTES.episode + cellBytes(entry.cells);
}

/** Episodes not yet ended. O(keys): for people and metrics. */
export function openEpisodesOf(entries: Iterable<Entry>): number {
  let open = 0;
  for (const entry of entries) if (entry instanceof KeyState) open += entry.openEpisodes;
  return open;
}
