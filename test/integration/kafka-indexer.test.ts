import { Client } from '@elastic/elasticsearch';
import { beforeAll, expect, it } from 'vitest';
import type { ElasticsearchAddress, KafkaAddress } from '../../deploy/servers.mjs';
import { encodeAlert } from '../../src/ledger/kafka-records.js';
import { type IndexerOptions, runIndexer } from '../../src/engine/kafka/indexer.js';
import type { AlertDocument } from '../../src/event/index.js';
import { clientOf, createTopic, send, withAdmin } from '../support/kafka.js';
import { describeWithServers, elasticsearch, kafka, unique } from '../support/servers.js';

const INDEX = 'sekisho-alerts-2026.06';

const alertOf = (id: string, revision: number, more: AlertDocument['document'] = {}): AlertDocument => ({
  id,
  revision,
  severity: 47,
  document: {
    '@timestamp': '2026-06-01T00:00:00.000Z',
    event: { kind: 'alert', id, created: '2026-06-01T00:00:01.000Z', severity: 47 },
    rule: { id: 'r', name: 'R' },
    sekisho: { alert: { state: 'active', revision } },
    ...more,
  },
});

describeWithServers('the indexer', ['kafka', 'elasticsearch'], () => {
  let address: Required<KafkaAddress>;
  let cluster: Required<ElasticsearchAddress>;
  let client: Client;

  beforeAll(async () => {
    [address, cluster] = await Promise.all([kafka(), elasticsearch()]);
    const { node, ca, username, password } = cluster;
    client = new Client({ node, tls: { ca }, auth: { username, password } });
    return () => client.close();
  });

  const versions = async (ids: readonly string[]) => {
    const { docs } = await client.mget({ index: INDEX, ids: [...ids] }).catch(() => ({ docs: [] }));
    return docs.map((doc) => ('_version' in doc ? doc._version : undefined));
  };

  it('stores each alert in its last revision, buries what is none, commits after it, and goes on there', async () => {
    const [alerts, deadLetters, group] = [unique('alerts'), unique('dead'), unique('indexer')];
    await createTopic(address, alerts, 2);
    await createTopic(address, deadLetters);
    const ids = Array.from({ length: 300 }, () => unique('indexed'));
    const half = ids.slice(0, 150);
    await send(
      address,
      alerts,
      half.flatMap((id) => [1, 2, 3].map((n) => encodeAlert(alertOf(id, n)).value)),
      0,
    );
    await send(address, alerts, [...ids.slice(150).map((id) => encodeAlert(alertOf(id, 1)).value), 'no alert'], 1);

    const troubles: string[] = [];
    const told: string[] = [];
    const begin = (more: Partial<IndexerOptions> = {}): { readonly end: () => Promise<void> } => {
      const stop = new AbortController();
      const running = runIndexer({
        kafka: { brokers: address.brokers },
        group,
        alerts,
        deadLetters,
        cluster: { nodes: [cluster.node], ca: cluster.ca, username: cluster.username, password: cluster.password },
        trouble: (name, message) => message !== undefined && troubles.push(`${name}: ${message}`),
        report: ({ code }) => told.push(code),
        signal: stop.signal,
        ...more,
      });
      return {
        end: () => {
          stop.abort();
          return running;
        },
      };
    };
    const committed = async (): Promise<readonly string[]> => {
      const [offsets] = await withAdmin(address, (admin) => admin.fetchOffsets({ groupId: group, topics: [alerts] }));
      return (offsets?.partitions ?? []).map(({ offset }) => offset);
    };

    const first = begin();
    const expected = ids.map((_, i) => (i < 150 ? 3 : 1));
    await expect.poll(() => versions(ids), { interval: 200 }).toEqual(expected);
    await expect.poll(committed, { interval: 200 }).toEqual(['450', '151']);
    await first.end();
    expect(told).toEqual(['kafka.alert']);
    expect(await valuesOf(deadLetters)).toMatchObject([
      { position: { source: `kafka:${alerts}:1`, offset: 150 }, failure: { code: 'kafka.alert' } },
    ]);

    // Elasticsearch away: nothing is committed. Back again: written, an older revision changes nothing.
    const late = unique('late');
    await send(
      address,
      alerts,
      [encodeAlert(alertOf(late, 1)), encodeAlert(alertOf(ids[0] as string, 2))].map(({ value }) => value),
    );
    const away = begin({ cluster: { nodes: ['https://127.0.0.1:1'] } });
    await expect.poll(() => troubles.join()).toContain('elasticsearch: ');
    await away.end();
    expect(await committed()).toEqual(['450', '151']);
    const again = begin();
    await expect.poll(() => versions([late, ids[0] as string]), { interval: 200 }).toEqual([1, 3]);
    await expect.poll(committed, { interval: 200 }).toEqual(['452', '151']);
    await again.end();
  });

  async function valuesOf(topic: string): Promise<readonly unknown[]> {
    const consumer = clientOf(address).consumer({ groupId: unique('reader'), maxWaitTimeInMs: 100 });
    const seen: unknown[] = [];
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void seen.push(JSON.parse(String(message.value))) });
    await expect.poll(() => seen.length).toBeGreaterThan(0);
    await consumer.disconnect();
    return seen;
  }
});
