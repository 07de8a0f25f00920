import { type Committed, type Extent, keyOf, placeOfKey } from './offsets.js';
import type { TopicPartition } from './partition.js';

/**
 * Records that the broker no longer had when they were to be read: offsets from `from` (included) to `to` (not included).
 *
 * `expired`: retention or deletion was faster than reading. `recreated`: the topic ends before the position, so it is
 * another topic of the same name, read from its start.
 */
export interface Gap extends TopicPartition {
  readonly from: number;
  readonly to: number;
  readonly reason: 'expired' | 'recreated';
}

/** All that decides where a partition is read from; maps by `keyOf`. */
export interface Placing {
  readonly extents: ReadonlyMap<string, Extent>;
  readonly committed: ReadonlyMap<string, Committed>;
  readonly starts: ReadonlyMap<string, number>;
  readonly resume: (place: TopicPartition) => number | undefined;
}

/** Where reading begins: `isNew` where neither the engine nor the group had an offset that could be used. */
export interface Place {
  readonly offset: number;
  readonly isNew: boolean;
  readonly gap: Gap | undefined;
}

/**
 * Where a partition is read from, and what was lost before it.
 *
 * A stream that this member already has goes on where it is (`nextFetch`), unless the group's commit lies beyond what
 * was taken from it (`taken`): then another member has had the partition in between. A new one begins at the greater of
 * the engine's own offset and the group's commit, else at the configured start. An offset that the broker does not have
 * becomes the start of what it has, with a gap.
 */
export function placeOf(
  place: TopicPartition,
  nextFetch: number | undefined,
  taken: number | undefined,
  { extents, committed, starts, resume }: Placing,
): Place {
  const key = keyOf(place);
  const commit = committed.get(key)?.offset;
  const keep = nextFetch !== undefined && (commit ?? 0) <= (taken ?? 0);
  const left = keep ? nextFetch : greater(commit, resume(place));
  const wanted = left ?? starts.get(key) ?? 0;
  const extent = extents.get(key) ?? { low: 0, high: Infinity };
  if (wanted >= extent.low && wanted <= extent.high)
    return { offset: wanted, isNew: left === undefined, gap: undefined };
  const reason = wanted < extent.low ? 'expired' : 'recreated';
  return { offset: extent.low, isNew: true, gap: { ...place, from: wanted, to: extent.low, reason } };
}

/** What was lost where a stream is given `first` in place of the next it fetches; undefined: nothing was in between. */
export function gapBefore(
  { topic, partition, nextFetch }: TopicPartition & { readonly nextFetch: number },
  first: number,
  { low, high }: Extent,
): Gap | undefined {
  if (low > nextFetch) return { topic, partition, from: nextFetch, to: Math.min(low, first), reason: 'expired' };
  return high < nextFetch ? { topic, partition, from: nextFetch, to: first, reason: 'recreated' } : undefined;
}

function greater(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

/**
 * Remembers which partitions were there when reading began, so that `start: latest` skips only what is older than that:
 * a topic or partition that appears later is read from its first record.
 */
export class Beginnings {
  #topics: ReadonlySet<string> | undefined;
  readonly #partitions = new Map<string, ReadonlySet<string>>();

  /** Tells which topics exist; the first call counts. */
  seeTopics(topics: readonly string[]): void {
    this.#topics ??= new Set(topics);
  }

  /** The starts, with those of later partitions moved to their first record. */
  adjust(
    starts: ReadonlyMap<string, number>,
    topics: readonly string[],
    extents: ReadonlyMap<string, Extent>,
  ): ReadonlyMap<string, number> {
    const adjusted = new Map(starts);
    for (const topic of topics) {
      const keys = [...extents.keys()].filter((key) => placeOfKey(key).topic === topic);
      if (!this.#partitions.has(topic)) this.#partitions.set(topic, new Set(this.#topics?.has(topic) ? keys : []));
      const old = this.#partitions.get(topic);
      for (const key of keys) if (!old?.has(key)) adjusted.set(key, extents.get(key)?.low ?? 0);
    }
    return adjusted;
  }
}
