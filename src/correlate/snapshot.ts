import { cellValue, episodesValue, stateKey } from './codec.js';
import type { Table } from './table.js';

/**
 * All state of some tables as it would be written, changed since the last commit or not. Resolves evidence; costs one
 * JSON text a cell, made one after the other as they are asked for.
 */
export function* snapshotOf(tables: readonly Table[]): Generator<readonly [key: string, value: string]> {
  for (const table of tables) {
    for (const bucket of table.buckets.all()) yield* bucket.snapshot();
    for (const entry of table.keys.values()) {
      const key = table.expanded(entry);
      for (const cell of key.cells) {
        const isInPage = cell.isPaged && !cell.written && (table.buckets.at(cell.index)?.pages.length ?? 0) > 0;
        if (!isInPage) yield [stateKey(key, cell.index), cellValue(key, cell)];
      }
      if (key.episodes.length > 0) yield [stateKey(key, 'episode'), episodesValue(key)];
    }
  }
}
