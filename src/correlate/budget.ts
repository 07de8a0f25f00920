import { KeyState, type Entry } from './key-state.js';
import type { Table } from './table.js';

/** Evicting goes on until so much of the budget is used, so that it is done seldom. */
const LOW_WATER = 0.9;

/** Keys of one table that must go. */
export interface Victims {
  readonly table: Table;
  readonly entries: readonly Entry[];
}

/**
 * The keys to evict so that the tables are within the budget again, in order.
 *
 * A pure function of the state: each table over its equal share gives in proportion to what it is over; within a table keys
 * without an episode that lives go first, then those heard of longest ago. O(keys log keys), once for a tenth of the budget.
 */
export function keysToEvict(tables: readonly Table[], maxBytes: number): Victims[] {
  const used = tables.reduce((sum, table) => sum + table.bytes, 0);
  if (used <= maxBytes) return [];
  const filled = tables.filter((table) => table.keys.size > 0);
  const share = (maxBytes * LOW_WATER) / Math.max(1, filled.length);
  const over = filled.map((table) => Math.max(0, table.bytes - share));
  const total = over.reduce((sum, bytes) => sum + bytes, 0);
  const excess = used - maxBytes * LOW_WATER;
  if (total === 0) return [];
  return filled.map((table, i) => ({ table, entries: victims(table, (excess * (over[i] as number)) / total) }));
}

function victims(table: Table, bytes: number): Entry[] {
  const keys = [...table.keys.values()].sort(leastValuableFirst);
  const chosen: Entry[] = [];
  let freed = 0;
  for (const key of keys) {
    if (freed >= bytes) break;
    freed += table.bytesOf(key);
    chosen.push(key);
  }
  return chosen;
}

function leastValuableFirst(a: Entry, b: Entry): number {
  return Number(hasOpen(a)) - Number(hasOpen(b)) || newestOf(a) - newestOf(b) || (a.group.key < b.group.key ? -1 : 1);
}

function newestOf(entry: Entry): number {
  return entry instanceof KeyState ? entry.newest : entry.time;
}

function hasOpen(entry: Entry): boolean {
  return entry instanceof KeyState && entry.episodes.some((episode) => !episode.isEnded);
}
