import { entryBytes } from './account.js';
import { KeyState, type Entry } from './key-state.js';
import type { Table } from './table.js';

/** Evicting goes on until so much of the budget is used, so that it is done seldom. */
const LOW_WATER = 0.9;

/**
 * The accounted bytes that each holder of keys must free so that all together are within the budget again.
 *
 * A pure function of what they use: each one over its equal share (of those that hold anything) gives in proportion to what
 * it is over.
 */
export function bytesToFree(used: readonly number[], maxBytes: number): readonly number[] {
  const all = used.reduce((sum, bytes) => sum + bytes, 0);
  const share = (maxBytes * LOW_WATER) / Math.max(1, used.filter((bytes) => bytes > 0).length);
  const over = used.map((bytes) => Math.max(0, bytes - share));
  const total = over.reduce((sum, bytes) => sum + bytes, 0);
  if (all <= maxBytes || total === 0) return used.map(() => 0);
  return over.map((bytes) => ((all - maxBytes * LOW_WATER) * bytes) / total);
}

/**
 * The keys of a table to evict so that so many accounted bytes are free, in order: keys without an episode that lives go first,
 * then those heard of longest ago. O(keys log keys).
 */
export function keysToEvict(table: Table, bytes: number): readonly Entry[] {
  if (bytes <= 0) return [];
  const keys = [...table.keys.values()].filter(isLive).sort(leastValuableFirst);
  const chosen: Entry[] = [];
  let freed = 0;
  for (const key of keys) {
    if (freed >= bytes) break;
    freed += entryBytes(key);
    chosen.push(key);
  }
  return chosen;
}

function leastValuableFirst(a: Entry, b: Entry): number {
  return Number(hasOpen(a)) - Number(hasOpen(b)) || newestOf(a) - newestOf(b) || (a.group.key < b.group.key ? -1 : 1);
}

/** Not of those that only wait to be told of with the next commit. */
function isLive(entry: Entry): boolean {
  return !(entry instanceof KeyState) || entry.isLive;
}

function newestOf(entry: Entry): number {
  return entry instanceof KeyState ? entry.newest : entry.time;
}

function hasOpen(entry: Entry): boolean {
  return entry instanceof KeyState && entry.openEpisodes > 0;
}
