import type { Episode, StateChange } from '../event/index.js';
import type { Correlation } from '../rule/types.js';
import type { Cell } from './cell.js';
import { parseStateKey, readCell, readEpisodes, type RestoredEpisodes } from './codec.js';
import { episodeOf, peakOf, sumOf } from './live-episode.js';
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
  const state: StateChange[] = [];
  for (const [key, value] of entries) {
    const parsed = parseStateKey(key);
    if (parsed === undefined) continue;
    const table = byHash.get(parsed.hash);
    if (table !== undefined) restoreEntry(table, parsed.part, value);
    else {
      state.push({ key, value: null });
      keepOrphan(orphans, `${parsed.hash}/${parsed.digest}`, parsed.part, value);
    }
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
