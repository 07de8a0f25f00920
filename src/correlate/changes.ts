import type { Detection, Episode, EvidenceRef, StateChange } from '../event/index.js';
import type { Bucket } from './bucket.js';
import type { Cell } from './cell.js';
import { cellValue, episodesValue, stateKey } from './codec.js';
import type { KeyState } from './key-state.js';
import { HELD_BATCHES, HELD_CELLS, type IdleEvidence } from './limits.js';
import { episodeOf, peakOf, sumOf, type LiveEpisode } from './live-episode.js';
import type { Table } from './table.js';

/** What one batch brought. */
class Touched {
  /** Cells with new detections, and whose they are, side by side. */
  readonly cells: Cell[] = [];
  readonly owners: KeyState[] = [];
  /** Of detections that are all their key holds. */
  readonly evidence: EvidenceRef[] = [];

  get size(): number {
    return this.cells.length + this.evidence.length;
  }
}

/**
 * What changed since the last commit (episodes to tell of, state to write), and what still holds on to a batch's text.
 */
export class Changes {
  /** Number of the batch. */
  batch = 0;
  #newest = new Touched();
  /** The batches before it that are not settled yet, oldest first, and how many cells and evidence that makes. */
  readonly #older: Touched[] = [];
  #held = 0;
  #queue: { readonly key: KeyState; readonly episode: LiveEpisode }[] = [];
  #keys: KeyState[] = [];
  /** New keys that hold one detection, and whose they are, side by side. */
  #singles: Detection[] = [];
  #tables: Table[] = [];
  /** Buckets with pages to write, and the pages of those that were dropped. */
  #paged: Bucket[] = [];
  #pagesGone: string[] = [];

  constructor(readonly keepsState: boolean) {}

  /** A cell got its first detection of this batch. */
  toSettle(key: KeyState, cell: Cell): void {
    cell.batch = this.batch;
    this.#newest.cells.push(cell);
    this.#newest.owners.push(key);
  }

  /** A key came up with a detection that is all it holds. */
  single(table: Table, detection: Detection): void {
    const { evidence } = this.#newest;
    if (evidence[evidence.length - 1] !== detection.evidence) evidence.push(detection.evidence);
    if (!this.keepsState) return;
    this.#singles.push(detection);
    this.#tables.push(table);
  }

  /** Ends a batch: what is left of older ones is copied out of their text. */
  settle(idle: IdleEvidence): void {
    this.batch++;
    if (this.#newest.size > 0) {
      this.#held += this.#newest.size;
      this.#older.push(this.#newest);
      this.#newest = new Touched();
    }
    let oldest = this.#older[0];
    while (oldest !== undefined && (this.#older.length > HELD_BATCHES || this.#held > HELD_CELLS)) {
      settleAll(oldest, idle);
      this.#held -= oldest.size;
      this.#older.shift();
      oldest = this.#older[0];
    }
  }

  /** An episode may have something new to tell. */
  episodeChanged(key: KeyState, episode: LiveEpisode): void {
    this.episodesChanged(key);
    if (episode.isQueued) return;
    episode.isQueued = true;
    this.#queue.push({ key, episode });
  }

  /** The kept form of a key's episodes changed, whether or not people are told. */
  episodesChanged(key: KeyState): void {
    key.haveEpisodesChanged = true;
    this.changed(key);
  }

  /** Some state of a key changed. */
  changed(key: KeyState): void {
    if (!this.keepsState || key.isChanged) return;
    key.isChanged = true;
    this.#keys.push(key);
  }

  /** A bucket has something to write in pages. */
  paged(bucket: Bucket): void {
    this.#paged.push(bucket);
  }

  /** Pages, by their state keys, are to be forgotten. */
  pagesGone(pages: readonly string[]): void {
    for (const page of pages) this.#pagesGone.push(page);
  }

  /** The episodes with something new, each once, with their next revision. */
  episodes(now: number): Episode[] {
    const queue = this.#queue;
    this.#queue = [];
    const told: Episode[] = [];
    for (const { key, episode } of queue) {
      episode.isQueued = false;
      const revised = this.#tell(key, episode, now);
      if (revised !== undefined) told.push(revised);
    }
    for (const { key } of queue) key.table.forget(key);
    return told;
  }

  /** Changed state entries; forgotten ones are null. */
  state(): StateChange[] {
    this.#tables.forEach((table, i) => table.write(this.#singles[i] as Detection));
    this.#tables = [];
    this.#singles = [];
    const entries = new Map<string, string | null>();
    const keys = this.#keys;
    this.#keys = [];
    for (const key of keys) {
      key.isChanged = false;
      writeKey(key, entries);
    }
    for (const page of this.#pagesGone) entries.set(page, null);
    this.#pagesGone = [];
    for (const bucket of this.#paged) bucket.write(entries);
    this.#paged = [];
    return Array.from(entries, ([key, value]) => ({ key, value }));
  }

  #tell(key: KeyState, episode: LiveEpisode, now: number): Episode | undefined {
    const { correlation, kind, span } = key.table;
    if (episode.mergedInto !== undefined && episode.revision === 0) return undefined;
    const sum = sumOf(episode, key.cells, { timespan: span, staged: kind.staged });
    const distinct = kind.showsDistinct ? peakOf(episode, key.cells) : undefined;
    const { state, start, end, mergedInto = '', previous = '' } = episode;
    const said = `${state} ${start} ${end} ${sum.count} ${distinct} ${mergedInto} ${previous}`;
    if (said === episode.reported) return undefined;
    episode.reported = said;
    if (episode.revision++ === 0) episode.created = now;
    return episodeOf(episode, sum, { correlation: correlation.index, group: key.group, distinct, state });
  }
}

function settleAll({ cells, owners, evidence }: Touched, idle: IdleEvidence): void {
  for (const one of evidence) one.keep();
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i] as Cell;
    if (cell.isDropped) continue;
    cell.settle((owners[i] as KeyState).table.kind.staged, idle);
  }
}

function writeKey(key: KeyState, entries: Map<string, string | null>): void {
  for (const index of key.tombstones ?? []) entries.set(stateKey(key, index), null);
  key.tombstones = undefined;
  for (const cell of key.cells) {
    if (!cell.changed) continue;
    cell.changed = false;
    if (cell.isSmall) {
      cell.isPaged = true;
      key.table.buckets.of(cell.index).page({ key, cell });
      continue;
    }
    cell.written = true;
    entries.set(stateKey(key, cell.index), cellValue(key, cell));
  }
  if (!key.haveEpisodesChanged) return;
  key.haveEpisodesChanged = false;
  if (key.episodes.length > 0) entries.set(stateKey(key, 'episode'), episodesValue(key));
  else if (key.wereEpisodesWritten) entries.set(stateKey(key, 'episode'), null);
  key.wereEpisodesWritten = key.episodes.length > 0;
}
