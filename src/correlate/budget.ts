import type { KeyState } from './key-state.js';
import type { Table } from './table.js';

/** Evicting goes on until so much of the budget is used, so that it is done seldom. */
const LOW_WATER = 0.9;

/**
 * Evicts keys until the tables are within the budget again; returns the keys evicted, in order.
 *
 * A pure function of the state: each table over its equal share gives in proportion to what it is over; within a table keys
 * without an episode that lives go first, then those heard of longest ago. O(keys log keys), once for a tenth of the budget.
 */
export function keysToEvict(tables: readonly Table[], maxBytes: number): KeyState[] {
  const used = tables.reduce((sum, table) => sum + table.bytes, 0);
  if (used <= maxBytes) return [];
  const filled = tables.filter((table) => table.keys.size > 0);
  const share = (maxBytes * LOW_WATER) / Math.max(1, filled.length);
  const over = filled.map((table) => Math.max(0, table.bytes - share));
  const total = over.reduce((sum, bytes) => sum + bytes, 0);
  const excess = used - maxBytes * LOW_WATER;
  return filled.flatMap((table, i) => (total === 0 ? [] : victims(table, (excess * (over[i] as number)) / total)));
}

function victims(table: Table, bytes: number): KeyState[] {
  const keys = [...table.keys.values()].sort(leastValuableFirst);
  const chosen: KeyState[] = [];
  let freed = 0;
  for (const key of keys) {
    if (freed >= bytes) break;
    freed += table.bytesOf(key);
    chosen.push(key);
  }
  return chosen;
}

function leastValuableFirst(a: KeyState, b: KeyState): number {
  return Number(hasOpen(a)) - Number(hasOpen(b)) || a.newest - b.newest || (a.group.key < b.group.key ? -1 : 1);
}

function hasOpen(key: KeyState): boolean {
  return key.episodes.some((episode) => !episode.isEnded);
}
