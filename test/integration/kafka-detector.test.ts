import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { KafkaAddress } from '../../deploy/servers.mjs';
import { loadConfig } from '../../src/engine/config/config.js';
import type { KafkaConfig, SiteConfig } from '../../src/engine/config/schema.js';
import { DetectionCodec, type DetectionRecord } from '../../src/engine/kafka/detection.js';
import { DetectorRole } from '../../src/engine/kafka/detector.js';
import { clusterOf } from '../../src/engine/kafka/input.js';
import { siteOf } from '../../src/engine/kafka/site.js';
import { loadRuleFolders, type RuleSet } from '../../src/engine/rules.js';
import { awaitSite, ensureTopics, openClient, siteNames, siteTopics } from '../../src/kafka/index.js';
import { clientOf, createTopic, send, withAdmin } from '../support/kafka.js';
import { describeWithServers, kafka, unique } from '../support/servers.js';
import { decodeAlert } from '../../src/ledger/kafka-records.js';
import { recordsOf } from '../support/topic.js';
import { BRUTE_FORCE, failedLine, Folder } from './cli.js';

describeWithServers('a detector', ['kafka'], () => {
  let address: Required<KafkaAddress>;
  let folder: Folder;
  let ruleSet: RuleSet;
  let topic: string;
  let prefix: string;
  const running: Detecting[] = [];

  beforeAll(async () => {
    address = await kafka();
  });

  beforeEach(async () => {
    folder = new Folder();
    topic = unique('auth');
    prefix = `${unique('house')}.`;
    ruleSet = await loadRuleFolders([folder.write('rules/brute.yml', BRUTE_FORCE)]);
    await createTopic(address, topic, 2);
    await withAdmin(address, (admin) => ensureTopics(admin, siteTopics(siteOf(siteConfig(), false))));
  });

  afterEach(async () => {
    for (const one of running.splice(0)) await one.stop();
    folder.remove();
  });

  const config = () =>
    loadConfig(
      folder.write(
        'sekisho.yml',
        JSON.stringify({
          kafka: { brokers: address.brokers, site: { partitions: 3, prefix } },
          inputs: [{ topics: [topic], type: 'auth', group: topic, start: 'earliest' }],
          timezone: 'UTC',
          'poll-interval': '20ms',
          idle: '2s',
        }),
      ),
    );
  const siteConfig = (): SiteConfig => config().kafka?.site as SiteConfig;

  function detect(): Detecting {
    const one = new Detecting(config(), ruleSet);
    running.push(one);
    return one;
  }

  /** All that is in the detections topic, by partition. */
  async function written(): Promise<readonly (readonly DetectionRecord[])[]> {
    const codec = new DetectionCodec(ruleSet.correlations);
    const partitions: DetectionRecord[][] = [[], [], []];
    const consumer = clientOf(address).consumer({ groupId: unique('reader'), maxWaitTimeInMs: 50 });
    const ends = await withAdmin(address, (admin) => admin.fetchTopicOffsets(`${prefix}detections`));
    const next = [0, 0, 0];
    await consumer.connect();
    await consumer.subscribe({ topics: [`${prefix}detections`], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ partition, message }) => {
        partitions[partition]?.push(...codec.decode(message.value));
        next[partition] = Number(message.offset) + 1;
      },
    });
    const isThere = (): boolean => ends.every(({ partition, high }) => (next[partition] ?? 0) >= Number(high));
    for (const limit = Date.now() + 30_000; !isThere() && Date.now() < limit;) await sleep(20);
    await consumer.disconnect();
    expect(isThere()).toBe(true);
    return partitions;
  }

  const stampsOf = (records: readonly DetectionRecord[]) =>
    records.flatMap((record) => (record.kind === 'detection' ? [record.mark] : []));

  const markersOf = (records: readonly DetectionRecord[]) =>
    records.flatMap((record) => (record.kind === 'marker' ? [record.marker] : []));

  const committed = async (): Promise<readonly number[]> => {
    const [offsets] = await withAdmin(address, (admin) => admin.fetchOffsets({ groupId: topic, topics: [topic] }));
    return (offsets?.partitions ?? [])
      .toSorted((a, b) => a.partition - b.partition)
      .map(({ offset }) => Number(offset));
  };

  it('writes each detection to the partition of its group, stamped in order, then a marker, and commits after', async () => {
    const addresses = Array.from({ length: 12 }, (_, i) => `203.0.113.${i}`);
    const lines = addresses.flatMap((from, i) => [failedLine(2 * i, from), failedLine(2 * i + 1, from)]);
    for (const partition of [0, 1]) {
      await send(
        address,
        topic,
        lines.filter((_, i) => i % 2 === partition),
        partition,
      );
    }
    detect();
    await expect.poll(committed, { timeout: 30_000 }).toEqual([12, 12]);
    const partitions = await written();
    const home = new Map<string, number>();
    partitions.forEach((records, partition) => {
      for (const record of records) {
        if (record.kind !== 'detection') continue;
        const { key } = record.detection.group;
        expect(home.get(key) ?? partition).toBe(partition);
        home.set(key, partition);
      }
      for (const source of [0, 1].map((n) => `kafka:${topic}:${n}`)) {
        const offsets = stampsOf(records).flatMap((stamp) => (stamp.source === source ? [stamp.offset] : []));
        expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
      }
      const last = markersOf(records).at(-1);
      expect(last?.expected.toSorted()).toEqual([`kafka:${topic}:0`, `kafka:${topic}:1`]);
      expect(last?.owned.map(([, offset]) => offset)).toEqual([12, 12]);
    });
    expect([...home.keys()].toSorted()).toEqual(addresses.toSorted());
    expect(partitions.flatMap(stampsOf)).toHaveLength(24);
  });

  it("goes on with a source's time where its last reader left it, silence included", async () => {
    await send(address, topic, [failedLine(0, '203.0.113.1')], 0);
    const first = detect();
    const last = async () => markersOf((await written())[0] ?? []).at(-1)?.owned ?? [];
    const base = Date.parse('2026-03-11T20:00:00Z') - 300_000;
    const timeOf = (owned: Awaited<ReturnType<typeof last>>): number =>
      owned.reduce((most, [, , watermark]) => (typeof watermark === 'number' ? Math.max(most, watermark) : most), 0);
    await expect
      .poll(async () => timeOf(await last()), { timeout: 40_000, interval: 500 })
      .toBeGreaterThan(base + 5_500);
    expect((await last()).find(([source]) => source.endsWith(':1'))?.[2]).toBe('empty');
    await first.stop();

    const before = (await written())[0]?.length ?? 0;
    detect();
    const resumed = async () =>
      markersOf((await written())[0]?.slice(before) ?? []).find(({ owned }) => owned.length > 0);
    await expect
      .poll(async () => timeOf((await resumed())?.owned ?? []), { timeout: 40_000 })
      .toBeGreaterThan(base + 4_000);
    expect((await written()).flatMap(stampsOf)).toHaveLength(1);
  });

  it('shares the partitions with a second one; both list all of them', async () => {
    const one = detect();
    await expect
      .poll(async () => markersOf((await written())[0] ?? []).at(-1)?.owned.length, { timeout: 30_000 })
      .toBe(2);
    const two = detect();
    await expect
      .poll(
        async () =>
          markersOf((await written())[0] ?? [])
            .slice(-2)
            .map(({ owned }) => owned.length),
        {
          timeout: 40_000,
          interval: 500,
        },
      )
      .toEqual([1, 1]);
    for (const [n, line] of [failedLine(0, '203.0.113.1'), failedLine(1, '203.0.113.1')].entries()) {
      await send(address, topic, [line], n);
    }
    await expect.poll(committed, { timeout: 30_000 }).toEqual([1, 1]);
    expect(one.role.counts.detections + two.role.counts.detections).toBe(2);
    const lists = (await written()).flatMap(markersOf).map(({ expected }) => expected.length);
    expect(new Set(lists)).toEqual(new Set([2]));
  });

  it('keeps what is no line in the dead-letter topic before it commits', async () => {
    await send(address, topic, [null, failedLine(0, '203.0.113.1')], 0);
    detect();
    await expect.poll(async () => (await committed())[0], { timeout: 30_000 }).toBe(2);
    const [letters] = await withAdmin(address, (admin) => admin.fetchTopicOffsets(`${prefix}dead-letter`));
    expect(letters?.high).toBe('1');
  });

  it('writes an alert of its own to the alerts topic about records that were deleted unread, before it commits', async () => {
    await send(
      address,
      topic,
      [0, 1, 2, 3].map((second) => failedLine(second, '203.0.113.1')),
    );
    await withAdmin(address, async (admin) => {
      await admin.setOffsets({ groupId: topic, topic, partitions: [{ partition: 0, offset: '1' }] });
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '3' }] });
    });
    detect();
    await expect.poll(async () => (await committed())[0], { timeout: 30_000 }).toBe(4);
    const alerts = (await recordsOf(address, `${prefix}alerts`)).map(({ value }) => decodeAlert(value));
    expect(alerts).toMatchObject([
      {
        document: {
          rule: { id: 'sekisho.gap' },
          sekisho: { alert: { group: { topic, partition: '0', from: '1', to: '3' }, count: 2 } },
        },
      },
    ]);
    expect((await written()).flatMap(stampsOf)).toHaveLength(1);
  });

  it('waits for topics that are missing and refuses ones of another size', async () => {
    const troubles: (string | undefined)[] = [];
    const waiting = new AbortController();
    const site = siteOf({ ...siteConfig(), prefix: `${prefix}later.` }, false);
    const options = {
      kafka: openClient(clusterOf(config().kafka as KafkaConfig)),
      site,
      signal: waiting.signal,
      trouble: (_: string, message: string | undefined) => void troubles.push(message),
    };
    const ready = awaitSite(options);
    await expect.poll(() => troubles.at(-1), { timeout: 20_000 }).toContain(`waiting for ${prefix}later.detections`);
    await withAdmin(address, (admin) => ensureTopics(admin, siteTopics(site)));
    await ready;
    expect(troubles.at(-1)).toBeUndefined();
    await expect(awaitSite({ ...options, site: { ...site, partitions: 4 } })).rejects.toThrow(
      `${prefix}later.detections has 3 partitions, the configuration says 4`,
    );
  });
});

/** A detector at work. */
class Detecting {
  readonly role: DetectorRole;
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;

  constructor(config: ReturnType<typeof loadConfig>, ruleSet: RuleSet) {
    const site = siteOf(config.kafka?.site as SiteConfig, false);
    this.role = new DetectorRole({
      config,
      ruleSet,
      kafka: openClient(clusterOf(config.kafka as KafkaConfig)),
      names: siteNames(site),
      partitions: site.partitions,
      signal: this.#stop.signal,
      report: () => undefined,
      trouble: () => undefined,
    });
    this.#done = this.role.run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }
}
