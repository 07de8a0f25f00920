import { createHash } from 'node:crypto';
import { EvidenceRef, joinTexts, readSubject, type EntitySets, type Evidence, type Group } from '../event/index.js';
import { Aggregate } from './aggregate.js';
import { Cell, type Held, type Mark } from './cell.js';
import { EntityBag } from './entities.js';
import type { KeyState } from './key-state.js';
import { LiveEpisode } from './live-episode.js';

/** Version of every value written here; another one is refused at start. */
const VERSION = 1;

/** What a cell keeps of a detection, as JSON: evidence, [address, user, target, host], or nothing. */
export type HeldValue = Evidence | readonly (string | null)[] | null;

interface CellValue {
  readonly v: number;
  readonly group: readonly [key: string, values: readonly (string | null)[]];
  readonly count: number;
  readonly times: readonly number[];
  readonly marks: readonly Mark[] | null;
  readonly weights: readonly number[] | null;
  /** Of a cell that was made thin: `Cell.room`. */
  readonly room?: number;
  readonly held: readonly HeldValue[];
  readonly bags: readonly (EntitySets | null)[] | null;
  readonly firings: readonly [first: number | null, last: number | null, peak: number, hasFired: boolean];
  readonly decided: number | null;
  readonly roles: number;
}

interface SumValue {
  readonly count: number;
  readonly entities: EntitySets;
  readonly evidence: readonly (readonly [time: number, evidence: Evidence])[];
  readonly stages: readonly (readonly [role: number, first: number, last: number, count: number, sets: EntitySets])[];
}

interface EpisodeValue {
  readonly key: string;
  readonly openedAt: number;
  readonly created: number;
  readonly revision: number;
  readonly start: number;
  readonly end: number;
  readonly firings: readonly [first: number | null, last: number | null, peak: number];
  readonly sealed: SumValue | null;
  readonly tail: SumValue | null;
  readonly previous: string | null;
  readonly absorbed: readonly string[];
  readonly isEnded: boolean;
  readonly isDerived: boolean;
  readonly reported: string;
}

interface EpisodesValue {
  readonly v: number;
  readonly group: CellValue['group'];
  /** For a correlation that is gone when this is read: its id, and how its episodes are counted. */
  readonly id: string;
  readonly timespan: number;
  readonly staged: boolean;
  readonly showsDistinct: boolean;
  readonly episodes: readonly EpisodeValue[];
}

/** One entry read back. */
export interface RestoredCell {
  readonly group: Group;
  readonly cell: Cell;
}

/** All episodes of one key, read back, and what their correlation was. */
export interface RestoredEpisodes {
  readonly group: Group;
  readonly id: string;
  readonly timespan: number;
  readonly staged: boolean;
  readonly showsDistinct: boolean;
  readonly episodes: LiveEpisode[];
}

const SHORT_KEY = /^[\w.:@+-]{1,64}$/;

/**
 * The key of a state entry: definition hash, group digest, cell index or `episode`. Short plain group keys stand for
 * themselves, others as SHA-256: two groups never share one.
 */
export function stateKey(key: KeyState, part: number | 'episode'): string {
  return `${key.table.hash}/${digestOf(key.group.key)}/${part}`;
}

/** A group key in a state key. */
export function digestOf(text: string): string {
  return SHORT_KEY.test(text) ? `=${text}` : `#${createHash('sha256').update(text, 'utf16le').digest('base64url')}`;
}

/** Splits a state key; undefined where it is none. */
export function parseStateKey(key: string): { hash: string; digest: string; part: string } | undefined {
  const last = key.lastIndexOf('/');
  const middle = key.lastIndexOf('/', last - 1);
  if (middle < 1) return undefined;
  return { hash: key.slice(0, middle), digest: key.slice(middle + 1, last), part: key.slice(last + 1) };
}

/** A cell as JSON. Resolves its evidence. */
export function cellValue(key: KeyState, cell: Cell): string {
  const value: CellValue = {
    v: VERSION,
    group: [key.group.key, key.group.values],
    count: cell.count,
    times: cell.times,
    marks: cell.marks.length === 0 ? null : cell.marks,
    weights: cell.weights ?? null,
    ...(cell.weights !== undefined && { room: cell.room }),
    held: cell.held.map(heldValue),
    bags: cell.bags === undefined ? null : Array.from(cell.bags, (bag) => bag?.sets() ?? null),
    firings: [finite(cell.first), finite(cell.last), cell.peak, cell.hasFired],
    decided: finite(cell.decided),
    roles: cell.roles,
  };
  return JSON.stringify(value);
}

/** Reads a cell back. Throws where the version is not this one's. */
export function readCell(text: string, index: number, cap: number): RestoredCell {
  const value = parse<CellValue>(text);
  const cell = new Cell(index, value.room ?? Math.max(cap, value.times.length + 1), 0, '', undefined);
  cell.restore(value.times, value.marks, value.held.map(heldOf));
  cell.count = value.count;
  cell.weights = value.weights === null ? undefined : [...value.weights];
  cell.bags = value.bags?.map((sets) => EntityBag.of(sets ?? NO_ENTITIES));
  const [first, last, peak, hasFired] = value.firings;
  cell.roles = value.roles;
  if (hasFired || value.decided !== null) {
    cell.know({ first: first ?? NaN, last: last ?? NaN, peak, hasFired, decided: value.decided ?? -Infinity });
    cell.changed = false;
  }
  return { group: { key: value.group[0], values: value.group[1] }, cell };
}

/** All episodes of a key as JSON. */
export function episodesValue(key: KeyState): string {
  const { correlation, kind, span } = key.table;
  const value: EpisodesValue = {
    v: VERSION,
    group: [key.group.key, key.group.values],
    id: correlation.meta.id,
    timespan: span,
    staged: kind.staged,
    showsDistinct: kind.showsDistinct,
    episodes: key.episodes.map(episodeValue),
  };
  return JSON.stringify(value);
}

/** Reads a key's episodes back. Throws where the version is not this one's. */
export function readEpisodes(text: string): RestoredEpisodes {
  const { group, id, timespan, staged, showsDistinct, episodes } = parse<EpisodesValue>(text);
  return {
    group: { key: group[0], values: group[1] },
    id,
    timespan,
    staged,
    showsDistinct,
    episodes: episodes.map(liveEpisode),
  };
}

function parse<T extends { readonly v: number }>(text: string): T {
  const value = JSON.parse(text) as T;
  if (value.v === VERSION) return value;
  throw new Error(`correlator state has version ${value.v}, this program reads ${VERSION}: start with an empty ledger`);
}

/** A time as JSON: null where there is none. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** What a cell keeps of a detection, as JSON. Resolves its evidence. */
export function heldValue(held: Held): HeldValue {
  if (held === undefined) return null;
  if (typeof held !== 'string') return held.resolve();
  const { ip, user, target, host } = readSubject(held);
  return [ip ?? null, user ?? null, target ?? null, host ?? null];
}

/** Reads it back. */
export function heldOf(value: HeldValue): Held {
  if (value === null) return undefined;
  if ('position' in value) return EvidenceRef.of(value);
  return joinTexts(value);
}

const NO_ENTITIES: EntitySets = { ips: [], users: [], hosts: [], more: false };

function episodeValue(episode: LiveEpisode): EpisodeValue {
  const { key, openedAt, created, revision, start, end, isEnded, isDerived, reported } = episode;
  return {
    key,
    openedAt,
    created,
    revision,
    start,
    end,
    firings: [finite(episode.sealedFirst), finite(episode.sealedLast), episode.sealedPeak],
    sealed: sumValue(episode.sealed),
    tail: sumValue(episode.tail),
    previous: episode.previous ?? null,
    absorbed: episode.absorbed,
    isEnded,
    isDerived,
    reported,
  };
}

function liveEpisode(value: EpisodeValue): LiveEpisode {
  const episode = new LiveEpisode(value.key, value.openedAt, value.start, value.end);
  episode.created = value.created;
  episode.revision = value.revision;
  episode.sealedFirst = value.firings[0] ?? NaN;
  episode.sealedLast = value.firings[1] ?? NaN;
  episode.sealedPeak = value.firings[2];
  episode.sealed = sumFrom(value.sealed);
  episode.tail = sumFrom(value.tail);
  episode.previous = value.previous ?? undefined;
  episode.absorbed = [...value.absorbed];
  episode.isEnded = value.isEnded;
  episode.isDerived = value.isDerived;
  episode.reported = value.reported;
  return episode;
}

function sumValue(sum: Aggregate | undefined): SumValue | null {
  if (sum === undefined) return null;
  return {
    count: sum.count,
    entities: sum.bag.sets(),
    evidence: sum.exhibits.map(({ time, evidence }) => [time, evidence.resolve()]),
    stages: sum.stageList().map(({ role, first, last, count, entities }) => [role, first, last, count, entities]),
  };
}

function sumFrom(value: SumValue | null): Aggregate | undefined {
  if (value === null) return undefined;
  const sum = new Aggregate();
  sum.count = value.count;
  sum.bag.merge(EntityBag.of(value.entities));
  sum.exhibits = value.evidence.map(([time, evidence]) => ({ time, evidence: EvidenceRef.of(evidence) }));
  for (const [role, first, last, count, sets] of value.stages)
    sum.addStage(role, first, last, count, EntityBag.of(sets));
  return sum;
}
