import type { Episode, StateChange } from '../event/index.js';
import type { Correlation } from '../rule/types.js';
import type { Cell } from './cell.js';
import { digestOf, parseStateKey, readCell, readEpisodes, type RestoredEpisodes } from './codec.js';
import { episodeOf, peakOf, sumOf } from './live-episode.js';
import { listIn, pageNumber, type ReadPage, readPages } from './pages.js';
import type { Table } from './table.js';

/** What is left of correlations that changed or are gone: a last word for their episodes, tombstones for their state. */
export interface Leftover {
  readonly episodes: readonly Episode[];
  readonly state: readonly StateChange[];
}

/** State of one key of an unknown correlation. */
interface Orphan {
  readonly cells: Cell[];
  episodes: RestoredEpisodes | undefined;
}

/** Gives tables back their state; returns what belongs to none. Throws on state of another version. */
export function restoreInto(
  tables: readonly Table[],
  entries: Iterable<readonly [key: string, value: string]>,
): Leftover {
  const byHash = new Map(tables.map((table) => [table.hash, table]));
  const orphans = new Map<string, Orphan>();
  const pages = new Map<string, ReadPage[]>();
  const state: StateChange[] = [];
  for (const [key, value] of entries) {
    const parsed = parseStateKey(key);
    if (parsed === undefined) continue;
    const { hash, digest, part } = parsed;
    const table = byHash.get(hash);
    const page = pageNumber(digest);
    if (table === undefined) state.push({ key, value: null });
    if (page !== undefined) listIn(pages, hash).push({ page, index: Number(part), text: value });
    else if (table !== undefined) restoreEntry(table, part, value);
    else keepOrphan(orphans, `${hash}/${digest}`, part, value);
  }
  for (const [hash, some] of pages) {
    const table = byHash.get(hash);
    if (table !== undefined) restorePages(table, some);
    else keepOrphans(orphans, hash, some);
  }
  for (const table of tables) table.resume();
  const correlations = new Map(tables.map(({ correlation }) => [correlation.meta.id, correlation]));
  return { state, episodes: [...orphans.values()].flatMap((orphan) => lastWords(orphan, correlations)) };
}

function restoreEntry(table: Table, part: string, value: string): void {
  if (part !== 'episode') {
    const { group, cell } = readCell(value, Number(part), table.kind.thinning.cap);
    const key = table.keyOf(group);
    table.place(key, cell);
    return;
  }
  const { group, episodes } = readEpisodes(value);
  const key = table.keyOf(group);
  key.episodes = episodes;
  key.wereEpisodesWritten = true;
}

/** What a cell's own entry tells is newer than what pages tell of it. */
function restorePages(table: Table, pages: readonly ReadPage[]): void {
  for (const { index, pages: numbers, cells } of readPages(pages, table.kind.thinning.cap)) {
    table.buckets.resume(index, numbers, cells.size);
    for (const { group, cell } of cells.values()) {
      const key = table.keyOf(group);
      const own = key.cellAt(index);
      if (own === undefined) table.place(key, cell);
      else own.isPaged = true;
    }
  }
}

/** Small cells of keys that have episodes. */
function keepOrphans(orphans: ReadonlyMap<string, Orphan>, hash: string, pages: readonly ReadPage[]): void {
  for (const { index, cells } of readPages(pages, Infinity)) {
    for (const { group, cell } of cells.values()) {
      const known = orphans.get(`${hash}/${digestOf(group.key)}`)?.cells;
      if (known?.some((one) => one.index === index) === false) known.push(cell);
    }
  }
}

function keepOrphan(orphans: Map<string, Orphan>, name: string, part: string, value: string): void {
  let orphan = orphans.get(name);
  if (orphan === undefined) orphans.set(name, (orphan = { cells: [], episodes: undefined }));
  if (part === 'episode') orphan.episodes = readEpisodes(value);
  else orphan.cells.push(readCell(value, Number(part), Infinity).cell);
}

function lastWords({ cells, episodes }: Orphan, correlations: ReadonlyMap<string, Correlation>): Episode[] {
  if (episodes === undefined) return [];
  cells.sort((a, b) => a.index - b.index);
  const correlation = correlations.get(episodes.id)?.index ?? -1;
  return episodes.episodes
    .filter((episode) => !episode.isEnded)
    .map((episode) => {
      episode.revision++;
      const distinct = episodes.showsDistinct ? peakOf(episode, cells) : undefined;
      const about = { correlation, group: episodes.group, distinct, state: 'rule-changed' as const };
      return episodeOf(episode, sumOf(episode, cells, episodes), about);
    });
}
