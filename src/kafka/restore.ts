import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaRecord } from './wire/columns.js';
import type { GroupConsumer } from './consumer.js';
import type { PartitionStream } from './partition.js';

const POLL_MS = 10;
const RECORDS_AT_ONCE = 5_000;
const BYTES_AT_ONCE = 8 * 1024 * 1024;

/** How a partition is read through once. */
export interface ReadThrough {
  readonly consumer: GroupConsumer;
  /** Held by the consumer; it is held again afterwards. */
  readonly stream: PartitionStream;
  /** Offsets: the first one there is, and the one to stop at. */
  readonly from: number;
  readonly to: number;
  readonly signal: AbortSignal;
  readonly take: (records: readonly KafkaRecord[]) => void;
}

/**
 * Reads a partition from its start to an offset, control records and compacted gaps included. False where it was given
 * to another member, or the signal aborted, on the way. Waits for brokers as long as it takes.
 */
export async function readThrough({ consumer, stream, from, to, signal, take }: ReadThrough): Promise<boolean> {
  if (to > from) consumer.begin(stream, from);
  while (to > from && stream.position < to) {
    if (signal.aborted) return false;
    const taken = stream.take(RECORDS_AT_ONCE, BYTES_AT_ONCE, Date.now());
    if (taken === 'end') return false;
    if (typeof taken === 'string') await sleep(POLL_MS);
    else {
      consumer.taken(stream);
      take(taken.records);
    }
  }
  consumer.hold(stream);
  return true;
}
