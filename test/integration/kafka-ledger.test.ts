import { beforeAll, expect, it } from 'vitest';
import type { KafkaAddress } from '../../deploy/servers.mjs';
import type { AlertDocument, DeadLetter } from '../../src/event/index.js';
import {
  ensureTopics,
  GroupConsumer,
  layoutOf,
  openClient,
  type PartitionStream,
  readThrough,
} from '../../src/kafka/index.js';
import { decodeAlert } from '../../src/ledger/kafka-records.js';
import { type KafkaLedger, type KafkaLedgerOptions, openKafkaLedger, PartitionLost } from '../../src/ledger/kafka.js';
import { alertOf, commitOf, type LedgerHarness, ledgerSuite, progressAt } from '../conformance/ledger.js';
import { send, withAdmin } from '../support/kafka.js';
import { describeWithServers, kafka, unique } from '../support/servers.js';
import { recordsOf } from '../support/topic.js';

const DAY = 86_400_000;

describeWithServers('ledger in Kafka', ['kafka'], () => {
  let address: Required<KafkaAddress>;
  beforeAll(async () => {
    address = await kafka();
  });

  ledgerSuite(async () => {
    const storage = await Storage.create(address);
    return {
      open: async () => {
        const ledger = await storage.ledger();
        return { ledger, restored: await ledger.open() };
      },
      alerts: () => storage.alerts(),
      deadLetters: () => storage.deadLetters(),
    } satisfies LedgerHarness;
  });

  it('moves the offset of its partition with the commit, and goes on there', async () => {
    const storage = await Storage.create(address);
    const first = await storage.ledger();
    await first.open();
    expect([first.start, first.gap]).toEqual([0, undefined]);
    await storage.fill(9);
    await first.commit(commitOf({ progress: [progressAt(storage.source, 7)], state: [{ key: 'k', value: '1' }] }));
    expect(await storage.offset()).toBe(7);
    await first.close();
    const second = await storage.ledger();
    const restored = await second.open();
    expect([second.start, second.restored]).toEqual([7, 2]);
    expect(restored.progress).toEqual([progressAt(storage.source, 7)]);
    await second.commit(commitOf({ progress: [progressAt(storage.source, 99)] }));
    await second.close();
    const third = await storage.ledger();
    await third.open();
    expect([third.start, third.gap]).toMatchObject([0, { from: 99, to: 0, reason: 'recreated' }]);
    await third.close();
  });

  it('refuses a commit of whom another has taken over from, without any effect', async () => {
    const storage = await Storage.create(address);
    const zombie = await storage.ledger();
    await zombie.open();
    await zombie.commit(commitOf({ progress: [progressAt(storage.source, 1)], alerts: [alertOf('x', 1)] }));
    const heir = await storage.ledger();
    await heir.open();
    const late = commitOf({ progress: [progressAt(storage.source, 2)], alerts: [alertOf('x', 2)] });
    await expect(zombie.commit(late)).rejects.toThrow(PartitionLost);
    await heir.commit(commitOf({ progress: [progressAt(storage.source, 3)], alerts: [alertOf('y', 1)] }));
    expect((await storage.alerts()).map(({ id, revision }) => `${id} ${revision}`)).toEqual(['x 1', 'y 1']);
    expect(await storage.offset()).toBe(3);
    await zombie.close();
    await heir.close();
  });

  it('gives back the state of before, where one died within a transaction', async () => {
    const storage = await Storage.create(address);
    const first = await storage.ledger();
    await first.open();
    await first.commit(commitOf({ progress: [progressAt(storage.source, 1)], state: [{ key: 'k', value: 'old' }] }));
    await first.close();
    const dying = await storage.ledger({
      onSent: () => {
        throw new Error('died here');
      },
    });
    await dying.open();
    const lost = commitOf({ progress: [progressAt(storage.source, 2)], state: [{ key: 'k', value: 'never' }] });
    const dies = expect(dying.commit(lost)).rejects.toThrow();
    const heir = await storage.ledger();
    const { state, progress } = await heir.open();
    expect([...state]).toEqual([['k', 'old']]);
    expect(progress[0]?.offset).toBe(1);
    await dies;
    await heir.close();
    await dying.close();
  });

  it('replaces a long value by a short one, and forgets its parts', async () => {
    const storage = await Storage.create(address);
    const ledger = await storage.ledger();
    await ledger.open();
    const long = '🔑'.repeat(300_000);
    await ledger.commit(commitOf({ state: [{ key: 'k', value: long }] }));
    await ledger.close();
    const next = await storage.ledger();
    expect([...(await next.open()).state]).toEqual([['k', long]]);
    await next.commit(commitOf({ state: [{ key: 'k', value: 'short' }] }));
    await next.close();
    const last = await storage.ledger();
    expect([...(await last.open()).state]).toEqual([['k', 'short']]);
    expect(last.restored).toBe(1);
    await last.close();
  });
});

/** The topics of one ledger under test, and what they hold. */
class Storage {
  readonly #address: Required<KafkaAddress>;
  readonly #prefix = `${unique('house')}.`;
  readonly #group = unique('group');
  readonly #transactionalId = unique('sekisho');

  private constructor(address: Required<KafkaAddress>) {
    this.#address = address;
  }

  static async create(address: Required<KafkaAddress>): Promise<Storage> {
    const storage = new Storage(address);
    const retention = { detections: DAY, alerts: DAY, deadLetter: DAY };
    const plans = layoutOf({ partitions: 1, replication: 1, prefix: storage.#prefix, retention });
    await withAdmin(address, (admin) => ensureTopics(admin, plans));
    return storage;
  }

  get source(): string {
    return `kafka:${this.#topic('detections')}:0`;
  }

  /** A ledger over these topics; not opened yet. */
  async ledger(more: Partial<KafkaLedgerOptions> = {}): Promise<KafkaLedger> {
    const client = openClient({ brokers: this.#address.brokers });
    return openKafkaLedger({
      kafka: client,
      transactionalId: this.#transactionalId,
      group: this.#group,
      place: { topic: this.#topic('detections'), partition: 0 },
      source: this.source,
      topics: {
        state: this.#topic('state'),
        alerts: this.#topic('alerts'),
        deadLetters: this.#topic('dead-letter'),
      },
      signal: new AbortController().signal,
      trouble: () => undefined,
      readState: async (from, to, take) => {
        const consumer = this.#stateReader();
        let stream: PartitionStream | undefined;
        await expect.poll(() => (stream ??= consumer.discover()[0]), { timeout: 30_000 }).toBeDefined();
        const signal = new AbortController().signal;
        const done = await readThrough({ consumer, stream: stream as PartitionStream, from, to, take, signal });
        await consumer.close();
        return done;
      },
      ...more,
    });
  }

  /** Writes so many records to the detections. */
  fill(count: number): Promise<void> {
    return send(this.#address, this.#topic('detections'), Array<string>(count).fill('x'));
  }

  async offset(): Promise<number> {
    const topics = [this.#topic('detections')];
    const [found] = await withAdmin(this.#address, (admin) => admin.fetchOffsets({ groupId: this.#group, topics }));
    return Number(found?.partitions[0]?.offset);
  }

  async alerts(): Promise<readonly AlertDocument[]> {
    const highest = new Map<string, AlertDocument>();
    for (const { value } of await recordsOf(this.#address, this.#topic('alerts'))) {
      const alert = decodeAlert(value);
      if ('code' in alert) throw new Error(alert.message);
      if (alert.revision > (highest.get(alert.id)?.revision ?? 0)) highest.set(alert.id, alert);
    }
    return [...highest.values()];
  }

  async deadLetters(): Promise<readonly DeadLetter[]> {
    const letters = new Map<string, DeadLetter>();
    for (const { key, value } of await recordsOf(this.#address, this.#topic('dead-letter'))) {
      const letter = JSON.parse(String(value)) as Omit<DeadLetter, 'bytes'> & { readonly bytes: string };
      letters.set(String(key), { ...letter, bytes: Buffer.from(letter.bytes, 'base64') });
    }
    return [...letters.values()];
  }

  #topic(role: string): string {
    return this.#prefix + role;
  }

  #stateReader(): GroupConsumer {
    return new GroupConsumer({
      kafka: openClient({ brokers: this.#address.brokers }),
      group: unique('restoring'),
      topics: { names: [this.#topic('state')] },
      start: 'earliest',
      resume: () => undefined,
      hold: true,
      onTrouble: () => undefined,
      onGap: () => undefined,
    });
  }
}
