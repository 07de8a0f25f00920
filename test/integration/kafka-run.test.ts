import type { ChildProcess } from 'node:child_process';
import { Client } from '@elastic/elasticsearch';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ElasticsearchAddress, KafkaAddress } from '../../deploy/servers.mjs';
import { createTopic, producerOf, send, withAdmin } from '../support/kafka.js';
import { describeWithServers, elasticsearch, kafka, unique } from '../support/servers.js';
import { BRUTE_FORCE, build, failedLine, Folder, jsonLines, sekisho, start } from './cli.js';

interface Document {
  readonly rule: { readonly id: string };
  readonly event: { readonly start: string; readonly end: string };
  readonly sekisho: { readonly alert: { readonly group: unknown; readonly count: number; readonly state: string } };
}

describeWithServers('run between Kafka and Elasticsearch', ['kafka', 'elasticsearch'], () => {
  let brokers: Required<KafkaAddress>;
  let cluster: Required<ElasticsearchAddress>;
  let client: Client;
  let folder: Folder;
  let topic: string;
  let group: string;
  let rule: string;
  let child: ChildProcess | undefined;

  beforeAll(async () => {
    build();
    [brokers, cluster] = await Promise.all([kafka(), elasticsearch()]);
    const { node, ca, username, password } = cluster;
    client = new Client({ node, tls: { ca }, auth: { username, password } });
    return () => client.close();
  });

  beforeEach(async () => {
    folder = new Folder();
    [topic, group, rule] = [unique('auth'), unique('group'), unique('brute')];
    folder.write('rules/brute.yml', BRUTE_FORCE.replace('22222222-2222-4222-8222-222222222222', rule));
    folder.write('ca.pem', cluster.ca);
    await createTopic(brokers, topic, 3);
  });

  afterEach(() => {
    child?.kill('SIGKILL');
    folder.remove();
  });

  const site = (addresses: readonly string[] = brokers.brokers): string =>
    folder.write(
      'sekisho.yml',
      `data: ./data
rules: ./rules
timezone: UTC
kafka: {brokers: ${JSON.stringify(addresses)}}
inputs: [{topics: ${topic}, type: auth, group: ${group}, start: earliest}]
outputs:
    - {type: elasticsearch, nodes: [${cluster.node}], username: '\${env:ES_USER}', password: '\${env:ES_PASSWORD}', ca: '\${file:ca.pem}'}
commit-interval: 50ms
poll-interval: 20ms
http: null
`,
    );
  const env = (): NodeJS.ProcessEnv => ({ ES_USER: cluster.username, ES_PASSWORD: cluster.password });

  /** An attack of one address, spread over the partitions: `count` failed log-ins from `second` on. */
  async function attack(address: string, second: number, count: number): Promise<void> {
    const lines = Array.from({ length: count }, (_, i) => failedLine(second + i, address));
    for (const partition of [0, 1, 2]) {
      await send(
        brokers,
        topic,
        lines.filter((_, i) => i % 3 === partition),
        partition,
      );
    }
  }

  /** What a search finds of this test's rule. */
  async function found(): Promise<readonly string[]> {
    await client.indices.refresh({ index: 'sekisho-alerts-*' });
    const { hits } = await client.search<Document>({
      index: 'sekisho-alerts-*',
      query: { term: { 'rule.id': rule } },
      size: 100,
    });
    return hits.hits.map(({ _source }) => told(_source as Document)).sort();
  }

  const told = ({ event, sekisho: { alert } }: Document): string =>
    `${JSON.stringify(alert.group)} ${event.start} ${event.end} ${alert.count}`;

  async function committed(): Promise<number> {
    const offsets = await withAdmin(brokers, (admin) => admin.fetchOffsets({ groupId: group, topics: [topic] }));
    return (offsets[0]?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
  }

  it('finds in Elasticsearch what was written to Kafka, killed and restarted in between: nothing lost, nothing twice', async () => {
    const config = site();
    child = start(['run', '-c', config], { env: env() });
    await attack('203.0.113.7', 0, 4);
    await expect.poll(committed, { interval: 200 }).toBe(4);
    child.kill('SIGKILL');
    expect(await found()).toEqual([]);

    await attack('203.0.113.7', 4, 8);
    await attack('198.51.100.2', 20, 6);
    child = start(['run', '-c', config], { env: env() });
    const expected = [
      '{"source.ip":"198.51.100.2"} 2026-03-11T20:00:24.000Z 2026-03-11T20:00:25.000Z 6',
      '{"source.ip":"203.0.113.7"} 2026-03-11T20:00:04.000Z 2026-03-11T20:00:11.000Z 12',
    ];
    await expect.poll(found, { interval: 300 }).toEqual(expected);
    await expect.poll(committed, { interval: 200 }).toBe(18);
    child.kill('SIGKILL');

    const again = await sekisho(['run', '-c', config, '--until-caught-up'], { env: env() });
    expect(again.code).toBe(0);
    expect(await found()).toEqual(expected);
    const listed = await sekisho(['alerts', 'list', '-c', config, '--json'], { env: env() });
    expect(
      jsonLines<Document>(listed.stdout)
        .filter((one) => one.rule.id === rule)
        .map(told)
        .sort(),
    ).toEqual(expected);
  });

  it('counts once what the brokers would give again, since the ledger knows better', async () => {
    const config = site();
    await attack('203.0.113.8', 0, 6);
    expect((await sekisho(['run', '-c', config, '--until-caught-up'], { env: env() })).code).toBe(0);
    const before = await found();
    expect(before).toHaveLength(1);
    await withAdmin(brokers, (admin) =>
      admin.setOffsets({
        groupId: group,
        topic,
        partitions: [0, 1, 2].map((partition) => ({ partition, offset: '0' })),
      }),
    );
    expect((await sekisho(['run', '-c', config, '--until-caught-up'], { env: env() })).code).toBe(0);
    expect(await found()).toEqual(before);
    expect(await committed()).toBeGreaterThanOrEqual(0);
  });

  it('raises an alert of its own about records that were deleted before it came to them', async () => {
    const config = site();
    await attack('203.0.113.9', 0, 6);
    const catchUp = () => sekisho(['run', '-c', config, '--until-caught-up'], { env: env() });
    expect((await catchUp()).code).toBe(0);
    await attack('203.0.113.9', 10, 18);
    await withAdmin(brokers, async (admin) => {
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 1, offset: '7' }] });
    });
    expect((await catchUp()).code).toBe(0);
    expect((await catchUp()).code).toBe(0);
    const listed = await sekisho(['alerts', 'list', '-c', config, '--json'], { env: env() });
    const gaps = jsonLines<Document>(listed.stdout).filter((one) => one.rule.id === 'sekisho.gap');
    expect(gaps.map(({ sekisho: { alert } }) => [alert.group, alert.count])).toEqual([
      [{ topic, partition: '1', from: '2', to: '7' }, 5],
    ]);
  });

  it('waits for a topic that is missing, and keeps what is no text line as a dead letter with its offset', async () => {
    topic = unique('later');
    const config = site();
    child = start(['run', '-c', config], { env: env() });
    let stderr = '';
    child.stderr?.on('data', (chunk) => (stderr += String(chunk)));
    await expect.poll(() => stderr).toContain(`waiting for the topic ${topic}`);
    await createTopic(brokers, topic);
    const producer = producerOf(brokers);
    await producer.connect();
    await producer.send({ topic, messages: [{ value: Buffer.from([0, 0, 0, 0, 9, 1]) }] });
    await producer.disconnect();
    await expect.poll(() => stderr).toContain(`dead letter: ${topic}[0] at offset 0`);
  });
});
