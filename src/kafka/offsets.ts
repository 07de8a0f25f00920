import type { Admin } from 'kafkajs';
import type { TopicPartition } from './partition.js';

/** Where a partition that nobody has read yet begins: at its end, its start, or the first record from a time on. */
export type StartAt = 'latest' | 'earliest' | { readonly time: number };

/** What a broker holds of a partition: offsets from `low` (included) to `high` (not included). */
export interface Extent {
  readonly low: number;
  readonly high: number;
}

/** `topic:partition`, as a key. */
export function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}:${partition}`;
}

/** What `keyOf` made a key of. */
export function placeOfKey(key: string): TopicPartition {
  const colon = key.lastIndexOf(':');
  return { topic: key.slice(0, colon), partition: Number(key.slice(colon + 1)) };
}

/** The extents of all partitions of `topics`, by `keyOf`. Two requests for each topic. Rejects as kafkajs does. */
export async function extentsOf(admin: Admin, topics: readonly string[]): Promise<ReadonlyMap<string, Extent>> {
  const extents = new Map<string, Extent>();
  for (const topic of topics) {
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
      extents.set(keyOf({ topic, partition }), { low: Number(low), high: Number(high) });
    }
  }
  return extents;
}

/** What a group committed of a partition: the offset, and the note of whoever did (absent where it left none). */
export interface Committed {
  readonly offset: number;
  readonly note?: string;
}

/** What the group has committed, by `keyOf`; partitions without a commit are absent. One request. */
export async function committedOf(
  admin: Admin,
  group: string,
  topics: readonly string[],
): Promise<ReadonlyMap<string, Committed>> {
  const committed = new Map<string, Committed>();
  for (const { topic, partitions } of await admin.fetchOffsets({ groupId: group, topics: [...topics] })) {
    for (const { partition, offset, metadata } of partitions) {
      const note = metadata === null || metadata === '' ? {} : { note: metadata };
      if (Number(offset) >= 0) committed.set(keyOf({ topic, partition }), { offset: Number(offset), ...note });
    }
  }
  return committed;
}

/** Where `start` lies in each partition of `topics`, by `keyOf`. Asks the broker only for a time. */
export async function startsOf(
  admin: Admin,
  topics: readonly string[],
  start: StartAt,
  extents: ReadonlyMap<string, Extent>,
): Promise<ReadonlyMap<string, number>> {
  if (typeof start !== 'object') {
    const side = start === 'latest' ? 'high' : 'low';
    return new Map([...extents].map(([key, extent]) => [key, extent[side]]));
  }
  const starts = new Map<string, number>();
  for (const topic of topics) {
    for (const { partition, offset } of await admin.fetchTopicOffsetsByTimestamp(topic, start.time)) {
      const key = keyOf({ topic, partition });
      starts.set(key, Number(offset) >= 0 ? Number(offset) : (extents.get(key)?.high ?? 0));
    }
  }
  return starts;
}
