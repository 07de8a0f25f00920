import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaAddress } from '../../deploy/servers.mjs';
import { clientOf, withAdmin } from './kafka.js';
import { unique } from './servers.js';

/** A record as a plain consumer sees it. */
export interface SeenRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly value: Buffer | null;
}

/** All committed records of a topic up to the ends it has now, in the order of their partitions and offsets. */
export async function recordsOf(address: KafkaAddress, topic: string): Promise<readonly SeenRecord[]> {
  const ends = await withAdmin(address, (admin) => admin.fetchTopicOffsets(topic));
  const next = new Map<number, number>(ends.map(({ partition }) => [partition, 0]));
  const seen: SeenRecord[] = [];
  const consumer = clientOf(address).consumer({ groupId: unique('reader'), maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    next.set(payload.partition, Number(payload.lastOffset) + 1);
  });
  await consumer.run({
    eachMessage: async ({ partition, message: { offset, key, value } }) =>
      void seen.push({ partition, offset: Number(offset), key: key?.toString() ?? null, value }),
  });
  const isThere = (): boolean => ends.every(({ partition, high }) => (next.get(partition) ?? 0) >= Number(high));
  for (const limit = Date.now() + 40_000; !isThere(); await sleep(20)) {
    if (Date.now() > limit) throw new Error(`${topic} could not be read to its end`);
  }
  await consumer.disconnect();
  return seen.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}
