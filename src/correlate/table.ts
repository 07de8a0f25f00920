import type { Detection, Group } from '../event/index.js';
import type { Correlation } from '../rule/types.js';
import { Buckets, type Bucket } from './bucket.js';
import { Cell, type Held, type Mark } from './cell.js';
import type { Changes } from './changes.js';
import { Deriver } from './derive.js';
import { KeyState, type Entry } from './key-state.js';
import type { Kind } from './kind.js';
import type { Level } from './level.js';
import { BYTES, SINGLE_BYTES, keyBytes } from './limits.js';
import { derivedOf, type LiveEpisode } from './live-episode.js';
import { seal, sealFirings } from './seal.js';
import type { Derived } from './types.js';

/** The keyed windows of one correlation. */
export class Table {
  readonly keys = new Map<string, Entry>();
  readonly span: number;
  /** Accounted bytes. */
  bytes = 0;
  readonly buckets: Buckets;
  readonly #deriver: Deriver;

  constructor(
    readonly correlation: Correlation,
    readonly level: Level,
    readonly changes: Changes,
    readonly isReferred: boolean,
    readonly kind: Kind,
    /** Names its state: the definition hash, told apart where two correlations are defined alike. */
    readonly hash: string,
  ) {
    this.span = correlation.timespan;
    this.buckets = new Buckets(this);
    this.#deriver = new Deriver(correlation, this.kind, changes);
  }

  /** Takes one detection in. What follows from it is worked out at the end of the batch. */
  add(detection: Detection): void {
    const { group } = detection;
    const mark = this.kind.mark(detection);
    if (typeof mark === 'number' && Number.isNaN(mark)) return;
    const entry = this.keys.get(group.key);
    if (entry === undefined && !this.kind.firesAlone) this.#hold(detection);
    else this.insert(entry instanceof KeyState ? entry : this.keyOf(group), detection.time, mark, detection.evidence);
  }

  /** As `add`, for what a detection means to a key. */
  insert(key: KeyState, time: number, mark: Mark, held: Held): void {
    const index = this.#indexOf(time);
    const newest = key.cells[key.cells.length - 1];
    let cell = newest !== undefined && newest.index === index ? newest : key.cellAt(index);
    if (cell === undefined) {
      cell = new Cell(index, this.kind.thinning.cap, time, mark, held);
      this.place(key, cell);
    } else {
      const before = cell.bytes;
      cell.insert(time, mark, held, this.kind.thinning, this.span);
      this.bytes += cell.bytes - before;
    }
    if (typeof mark === 'number') cell.roles |= 1 << mark;
    if (cell.batch !== this.changes.batch) this.changes.toSettle(key, cell);
    if (this.changes.keepsState && !key.isChanged) this.changes.changed(key);
    this.#follow(key, cell, time);
  }

  /** Queues what can follow from a new detection, if anything can. */
  #follow(key: KeyState, cell: Cell, time: number): void {
    const { level, kind } = this;
    if (!kind.eager) {
      if (time < level.watermark) cell.know({ decided: Math.max(cell.decided, level.watermark) });
      else level.schedule(key, time);
    }
    if (key.isStale) return;
    if (key.episodes.length === 0) {
      if (!kind.eager) return;
      const { cells } = key;
      const at = cells.length - 1;
      if (cells[at] === cell) {
        const previous = cells[at - 1];
        const before = previous !== undefined && previous.index === cell.index - 1 ? previous : undefined;
        if (!kind.possible(before, cell)) return;
      }
    }
    level.markStale(key);
  }

  /** The state of a group's key; begun if there is none. */
  keyOf(group: Group): KeyState {
    const entry = this.keys.get(group.key);
    if (entry instanceof KeyState) return entry;
    const key = entry === undefined ? new KeyState(this, group) : this.expanded(entry);
    if (entry === undefined) this.bytes += keyBytes(group);
    this.keys.set(group.key, key);
    return key;
  }

  /** What is kept of a key as its state; of a single detection one that the table does not know. */
  expanded(entry: Entry): KeyState {
    if (entry instanceof KeyState) return entry;
    const { time, group, evidence } = entry;
    const key = new KeyState(this, group);
    const mark = this.kind.mark(entry);
    const cell = new Cell(this.#indexOf(time), this.kind.thinning.cap, time, mark, evidence);
    if (typeof mark === 'number') cell.roles |= 1 << mark;
    cell.isPaged = true;
    key.place(cell);
    return key;
  }

  /** Has a key written that came up with a detection, if that still is all it holds. */
  write(single: Detection): void {
    if (this.keys.get(single.group.key) === single) this.buckets.of(this.#indexOf(single.time)).page(single);
  }

  /** Whether the cell of a time is dropped as soon as the watermark moves. */
  isPast(time: number): boolean {
    return (this.#indexOf(time) + 2) * this.span <= this.level.watermark;
  }

  /** A new key, all it holds being one detection from which nothing follows. */
  #hold(detection: Detection): void {
    const { time, group } = detection;
    this.keys.set(group.key, detection);
    this.bytes += keyBytes(group) + SINGLE_BYTES;
    this.buckets.of(this.#indexOf(time)).entries.push(detection);
    this.changes.single(this, detection);
  }

  /** Gives a key a cell, and sees to it that it is dropped in time. */
  place(key: KeyState, cell: Cell): void {
    key.place(cell);
    this.bytes += cell.bytes;
    this.#account(key);
    this.buckets.of(cell.index).entries.push(key);
  }

  #indexOf(time: number): number {
    return Math.floor(time / this.span);
  }

  /** Puts restored keys back to work. */
  resume(): void {
    for (const key of this.keys.values()) {
      if (!(key instanceof KeyState)) continue;
      this.bytes += key.openEpisodes * BYTES.episode;
      this.#account(key);
      if (key.episodes.length > 0 || !this.kind.eager) this.level.markStale(key);
    }
  }

  /** Brings a key's firings and episodes up to date. */
  derive(key: KeyState): void {
    const hadEpisodes = key.episodes.length > 0;
    const undecided = this.#deriver.derive(key, this.level.watermark);
    if (!hadEpisodes && key.episodes.length === 0) {
      if (!this.kind.eager) this.level.schedule(key, undecided);
      return;
    }
    this.level.schedule(key, Math.min(undecided, this.#nextDue(key)));
  }

  /** Does what the watermark has made due for a key: decisions, ends, derived detections. */
  process(key: KeyState, derived: Derived[]): void {
    const { watermark } = this.level;
    const undecided = this.kind.eager ? Infinity : this.#deriver.derive(key, watermark);
    for (const episode of key.episodes) {
      if (!episode.isEnded && watermark > this.endDue(episode)) this.#end(key, episode);
      if (!this.isReferred || episode.isDerived || watermark <= episode.start) continue;
      episode.isDerived = true;
      this.changes.episodesChanged(key);
      derived.push(derivedOf(episode, key));
    }
    this.level.schedule(key, Math.min(undecided, this.#nextDue(key)));
  }

  /** Accounts for a key as long as it holds something, or no longer: not until the commit that tells of its last episode. */
  #account(key: KeyState): void {
    const isLive = key.cells.length > 0 || key.openEpisodes > 0;
    if (isLive === key.isLive) return;
    key.isLive = isLive;
    this.bytes += isLive ? keyBytes(key.group) : -keyBytes(key.group);
  }

  /** Forgets the cells of a bucket; what episodes need of them is sealed first. */
  drop(bucket: Bucket): void {
    const { index, entries } = bucket;
    this.buckets.forget(bucket);
    for (const entry of entries) {
      const key = entry instanceof KeyState ? entry : this.keys.get(entry.group.key);
      if (key instanceof KeyState) this.#dropCells(key, index);
      else if (key === entry) this.#letSingle(entry);
    }
  }

  /**
   * Forgets ended episodes that no live cell reaches into (what waits to be told of them is in their sealed part), and
   * the key with its last content.
   */
  forget(key: KeyState): void {
    if (key.isForgotten) return;
    const reach = key.cells.length === 0 ? Infinity : (key.cells[0] as Cell).index * this.span;
    const isDone = (episode: LiveEpisode): boolean => episode.isEnded && episode.end < reach;
    if (key.episodes.some(isDone)) {
      key.episodes = key.episodes.filter((episode) => !isDone(episode));
      this.changes.episodesChanged(key);
    }
    if (key.cells.length === 0 && key.episodes.length === 0) this.remove(key);
  }

  /** Forgets a key and all it holds. */
  remove(key: KeyState): void {
    key.isForgotten = true;
    this.keys.delete(key.group.key);
    for (const cell of key.cells) {
      if (cell.isPaged) this.buckets.at(cell.index)?.lose(key.group.key);
      this.#let(key, cell);
    }
    key.cells.length = 0;
    this.bytes -= key.openEpisodes * BYTES.episode + (key.isLive ? keyBytes(key.group) : 0);
    key.episodes = [];
    this.changes.episodesChanged(key);
  }

  /** Evicts a key: its episodes end as they stand. */
  evict(key: Entry): void {
    if (!(key instanceof KeyState)) {
      this.buckets.at(this.#indexOf(key.time))?.lose(key.group.key);
      this.#letSingle(key);
      return;
    }
    for (const episode of key.episodes) {
      if (!episode.isEnded) this.#end(key, episode);
    }
    for (const cell of key.cells) seal(key, cell);
    this.remove(key);
  }

  #letSingle({ group }: Detection): void {
    this.keys.delete(group.key);
    this.bytes -= keyBytes(group) + SINGLE_BYTES;
  }

  #dropCells(key: KeyState, index: number): void {
    const { cells } = key;
    let dropped = 0;
    for (; dropped < cells.length && (cells[dropped] as Cell).index <= index; dropped++) {
      seal(key, cells[dropped] as Cell);
      this.#let(key, cells[dropped] as Cell);
    }
    if (dropped === 0) return;
    if (dropped === cells.length) cells.length = 0;
    else cells.splice(0, dropped);
    this.#account(key);
    const next = cells[0];
    if (next !== undefined && next.index === index + 1) sealFirings(key, next);
    this.forget(key);
  }

  #let(key: KeyState, cell: Cell): void {
    cell.isDropped = true;
    this.bytes -= cell.bytes;
    if (!cell.written) return;
    (key.tombstones ??= []).push(cell.index);
    this.changes.changed(key);
  }

  #end(key: KeyState, episode: LiveEpisode): void {
    episode.isEnded = true;
    this.bytes -= BYTES.episode;
    this.#account(key);
    this.changes.episodeChanged(key, episode);
  }

  /** Beyond this watermark no firing can join the episode. */
  endDue(episode: LiveEpisode): number {
    return Math.min(episode.end + this.correlation.quiet, episode.start + this.correlation.maxEpisode);
  }

  #nextDue(key: KeyState): number {
    let due = Infinity;
    for (const episode of key.episodes) {
      if (!episode.isEnded) due = Math.min(due, this.endDue(episode));
      if (this.isReferred && !episode.isDerived) due = Math.min(due, episode.start);
    }
    return due;
  }
}
