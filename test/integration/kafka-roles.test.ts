import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import type { KafkaAddress } from '../../deploy/servers.mjs';
import {
  ensureTopics,
  GroupConsumer,
  layoutOf,
  openClient,
  settle,
  stickyAssigner,
  TransactionalWriter,
  verifyTopics,
} from '../../src/kafka/index.js';
import { clientOf, createTopic, send, withAdmin } from '../support/kafka.js';
import { describeWithServers, kafka, unique } from '../support/servers.js';

const DAY = 86_400_000;

describeWithServers('what the Kafka roles are made of', ['kafka'], () => {
  let address: Required<KafkaAddress>;
  beforeAll(async () => {
    address = await kafka();
  });

  const layout = (prefix: string, partitions = 3) =>
    layoutOf({ partitions, replication: 1, prefix, retention: { detections: DAY, alerts: DAY, deadLetter: DAY } });

  it('topics are named by a dry run, created once, and compared afterwards', async () => {
    const prefix = `${unique('house')}.`;
    await withAdmin(address, async (admin) => {
      const kinds = async (dryRun: boolean) =>
        (await ensureTopics(admin, layout(prefix), { dryRun })).map(({ kind }) => kind);
      expect(await kinds(true)).toEqual(Array(4).fill('missing'));
      expect(await kinds(false)).toEqual(Array(4).fill('created'));
      expect(await kinds(false)).toEqual(Array(4).fill('unchanged'));
      const [detections, state] = await verifyTopics(admin, layout(prefix, 5));
      expect(detections).toMatchObject({ kind: 'mismatch' });
      expect(state?.messages[0]).toContain(`${prefix}state has 3 partitions, the configuration says 5`);
    });
  });

  it('a topic that is not compacted is no state topic', async () => {
    const prefix = `${unique('house')}.`;
    await createTopic(address, `${prefix}state`, 3);
    const [outcome] = await withAdmin(address, (admin) => verifyTopics(admin, [layout(prefix)[1] as never]));
    expect(outcome?.messages).toEqual([expect.stringContaining('cleanup.policy=delete, it must be compact')]);
  });

  it('records and offset move together, and a writer that was taken over is fenced', async () => {
    const state = unique('state');
    const detections = unique('detections');
    await createTopic(address, state);
    await createTopic(address, detections);
    const options = {
      kafka: openClient({ brokers: address.brokers }),
      transactionalId: unique('sekisho'),
      group: unique('group'),
      place: { topic: detections, partition: 0 },
    };
    const records = (value: string) => [{ topic: state, messages: [{ key: 'k', value, partition: 0 }] }];

    const zombie = await TransactionalWriter.takeOver(options);
    expect(zombie.base).toBeUndefined();
    expect(await zombie.commit(records('one'), 10)).toBe('committed');

    const heir = await TransactionalWriter.takeOver(options);
    expect(heir.base).toBe(10);
    expect(await zombie.commit(records('never seen'), 11)).toBe('fenced');
    expect(await heir.commit(records('two'), 12)).toBe('committed');

    const { verdict, writer } = await settle(options, 10, 12);
    expect([verdict, writer.base]).toEqual(['done', 12]);
    const again = await settle(options, 12, 20);
    expect(again.verdict).toBe('again');
    const lost = await settle(options, 5, 6);
    expect(lost.verdict).toBe('lost');

    expect(await committedValues(state)).toEqual(['one', 'two']);
    for (const each of [zombie, heir, writer, again.writer, lost.writer]) await each.close();
  });

  /** What a reader of committed records sees, up to now. */
  async function committedValues(topic: string): Promise<readonly string[]> {
    const consumer = clientOf(address).consumer({ groupId: unique('reader'), maxWaitTimeInMs: 100 });
    const seen: string[] = [];
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void seen.push(String(message.value)) });
    for (const limit = Date.now() + 240_000; !seen.includes('two') && Date.now() < limit;) await sleep(50);
    await sleep(500);
    await consumer.disconnect();
    return seen;
  }

  it('partitions of one number of detections and state go to one member', async () => {
    const [detections, state] = [unique('detections'), unique('state')];
    await createTopic(address, detections, 4);
    await createTopic(address, state, 4);
    const group = unique('group');
    const member = (): GroupConsumer => {
      const consumer: GroupConsumer = new GroupConsumer({
        kafka: openClient({ brokers: address.brokers }),
        group,
        topics: { names: [detections, state] },
        start: 'earliest',
        resume: () => undefined,
        assigner: stickyAssigner([detections, state], () => consumer.assignment()),
        onTrouble: () => undefined,
        onGap: () => undefined,
      });
      return consumer;
    };
    const one = member();
    await expect.poll(() => one.assignment()[detections]?.length).toBe(4);
    const before = one.assignment();
    const other = member();
    await expect.poll(() => other.assignment()[detections]?.length).toBe(2);
    for (const each of [one, other])
      expect(sorted(each.assignment()[state])).toEqual(sorted(each.assignment()[detections]));
    expect(sorted(before[detections])).toEqual(expect.arrayContaining(sorted(one.assignment()[detections])));
    await Promise.all([one.close(), other.close()]);
  });

  it('a member that is told to stop while it still looks at the topics leaves', async () => {
    const topic = unique('brief');
    await createTopic(address, topic);
    for (const milliseconds of [0, 10, 30, 60, 100]) {
      const consumer = new GroupConsumer({
        ...{ kafka: openClient({ brokers: address.brokers }), group: unique('group'), topics: { names: [topic] } },
        ...{ start: 'earliest', resume: () => undefined, onTrouble: () => undefined, onGap: () => undefined },
      });
      await sleep(milliseconds);
      await consumer.close();
      expect(consumer.assignment()).toEqual({});
    }
  });

  it('a partition with only control records is caught up', async () => {
    const [topic, elsewhere] = [unique('controlled'), unique('elsewhere')];
    await createTopic(address, topic);
    await createTopic(address, elsewhere);
    await send(address, topic, ['before']);
    const producer = clientOf(address).producer({
      transactionalId: unique('tx'),
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ value: 'aborted' }] });
    await transaction.abort();
    await producer.disconnect();
    const consumer = new GroupConsumer({
      kafka: openClient({ brokers: address.brokers }),
      group: unique('group'),
      topics: { names: [topic] },
      start: 'earliest',
      resume: () => undefined,
      onTrouble: () => undefined,
      onGap: () => undefined,
    });
    const values: string[] = [];
    await expect.poll(() => consumer.assignment()[topic]).toEqual([0]);
    const [stream] = consumer.discover();
    await expect
      .poll(() => {
        const taken = stream?.take(100, 1 << 20, Date.now());
        if (typeof taken === 'object') values.push(...taken.records.map(({ value }) => String(value)));
        return taken;
      })
      .toBe('idle');
    expect(values).toEqual(['before']);
    expect(stream?.position).toBe(3);
    await consumer.close();
  });
});

function sorted(numbers: readonly number[] | undefined): number[] {
  return [...(numbers ?? [])].sort((a, b) => a - b);
}
