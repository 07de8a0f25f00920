import type { Episode, EpisodeState, Evidence, EvidenceRef, Group } from '../event/index.js';
import { Aggregate } from './aggregate.js';
import type { Cell } from './cell.js';
import type { KeyState } from './key-state.js';
import { firstFrom } from './search.js';
import type { Derived } from './types.js';

/**
 * An episode while the correlator knows it. `start` and `end` always are firing times; what is counted lies partly in
 * the key's live cells and partly in `sealed`, which holds the cells already dropped.
 */
export class LiveEpisode {
  /** Commits that told of it. */
  revision = 0;
  created = 0;
  /** Firings in dropped cells; NaN: none. */
  sealedFirst = NaN;
  sealedLast = NaN;
  sealedPeak = 0;
  /** Detections of dropped cells in (start − timespan, end]. */
  sealed: Aggregate | undefined = undefined;
  /** Detections of dropped cells after the end: they count once it goes on. */
  tail: Aggregate | undefined = undefined;
  previous: string | undefined = undefined;
  mergedInto: string | undefined = undefined;
  /** Keys of episodes merged into this one: never given again. */
  absorbed: string[] = [];
  isEnded = false;
  /** Handed to the correlations that refer to this one. */
  isDerived = false;
  /** Waits in the list of what `collect` must look at. */
  isQueued = false;
  /** What the last `collect` said, to tell whether there is anything new. */
  reported = '';

  constructor(
    readonly key: string,
    readonly openedAt: number,
    public start: number,
    public end: number,
  ) {}

  /** Adds firings of a cell that is about to be forgotten. */
  seal(first: number, last: number, peak: number): void {
    this.sealedFirst = Number.isNaN(this.sealedFirst) ? first : Math.min(this.sealedFirst, first);
    this.sealedLast = Number.isNaN(this.sealedLast) ? last : Math.max(this.sealedLast, last);
    this.sealedPeak = Math.max(this.sealedPeak, peak);
  }

  /** Takes over what is known of an episode that turned out to be a part of this one. */
  absorb(other: LiveEpisode): void {
    if (!Number.isNaN(other.sealedFirst)) this.seal(other.sealedFirst, other.sealedLast, other.sealedPeak);
    this.isDerived ||= other.isDerived;
    this.absorbed.push(other.key, ...other.absorbed);
    if (other.sealed !== undefined) {
      this.tail = undefined;
      (this.sealed ??= new Aggregate()).merge(other.sealed);
      this.sealed.trim(this.start);
    }
    this.tail = other.tail ?? this.tail;
  }

  /** Moves the end; what waited behind it counts now. */
  extendTo(end: number): void {
    this.end = end;
    if (this.tail === undefined) return;
    (this.sealed ??= new Aggregate()).merge(this.tail);
    this.sealed.trim(this.start);
    this.tail = undefined;
  }

  get state(): EpisodeState {
    if (this.mergedInto !== undefined) return 'merged';
    return this.isEnded ? 'ended' : 'active';
  }
}

/** What is needed of a correlation to show its episodes. */
export interface Showing {
  readonly timespan: number;
  readonly staged: boolean;
}

/** All that is counted for an episode, from what is sealed and the live cells. Linear in the cells it touches. */
export function sumOf(episode: LiveEpisode, cells: readonly Cell[], showing: Showing): Aggregate {
  const sum = new Aggregate();
  if (episode.sealed !== undefined) sum.merge(episode.sealed);
  const after = episode.start - showing.timespan;
  for (const cell of cells) {
    const begin = cell.index * showing.timespan;
    if (begin > episode.end) break;
    if (begin + showing.timespan > after) sum.addCell(cell, after, episode.end, showing.staged);
  }
  return sum;
}

/** The greatest value of a window among the episode's firings. */
export function peakOf(episode: LiveEpisode, cells: readonly Cell[]): number {
  let peak = episode.sealedPeak;
  for (const cell of cells) {
    if (cell.first <= episode.end && cell.last >= episode.start) peak = Math.max(peak, cell.peak);
  }
  return peak;
}

/** The episode as people are told of it. Its evidence is made when read: thousands of episodes may be told at once. */
export function episodeOf(
  episode: LiveEpisode,
  sum: Aggregate,
  about: { correlation: number; group: Group; distinct: number | undefined; state: EpisodeState },
): Episode {
  return {
    correlation: about.correlation,
    group: about.group,
    key: episode.key,
    revision: episode.revision,
    state: about.state,
    openedAt: episode.openedAt,
    created: episode.created,
    start: episode.start,
    end: episode.end,
    count: sum.count,
    distinct: about.distinct,
    entities: sum.bag.sets(),
    stages: sum.stageList(),
    get evidence() {
      return sum.evidence(episode.start);
    },
    mergedInto: episode.mergedInto,
    previous: episode.previous,
  };
}

/**
 * What the correlations that refer to the episode's are handed. Its evidence is the event with which the condition came to
 * hold: of guessed passwords that were followed by a log-in it is the log-in that people must see.
 */
export function derivedOf(episode: LiveEpisode, { table, group, cells }: KeyState): Derived {
  const sum = sumOf(episode, cells, { timespan: table.span, staged: false });
  const { start, key } = episode;
  const evidence =
    openingEvidence(cells, start, table.kind.staged)?.resolve() ??
    nearest(sum.evidence(start), start) ??
    ({ time: start, position: '', original: '', entities: {} } satisfies Evidence);
  return { correlation: table.correlation.index, group, time: start, key, evidence, entities: sum.bag.sets() };
}

/** Evidence at the time an episode starts; of several the one of the last role, so that a tie tells the success. */
function openingEvidence(cells: readonly Cell[], start: number, staged: boolean): EvidenceRef | undefined {
  let found: EvidenceRef | undefined;
  let last = 0;
  for (const { times, marks, held } of cells) {
    for (let i = firstFrom(times, start); times[i] === start; i++) {
      const one = held[i];
      const role = staged ? (marks[i] as number) : 0;
      if (one === undefined || typeof one === 'string' || role < last) continue;
      found = one;
      last = role;
    }
  }
  return found;
}

/** The last evidence up to a time, else the first there is. */
function nearest(evidence: readonly Evidence[], time: number): Evidence | undefined {
  return evidence.findLast((one) => one.time <= time) ?? evidence[0];
}
