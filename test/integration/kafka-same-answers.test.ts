import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Client } from '@elastic/elasticsearch';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ElasticsearchAddress, KafkaAddress } from '../../deploy/servers.mjs';
import { writeSample } from '../../deploy/sample/write.js';
import { type Config, loadConfig } from '../../src/engine/config/config.js';
import { createTopics } from '../../src/kafka/index.js';
import { producerOf, withAdmin } from '../support/kafka.js';
import { describeWithServers, elasticsearch, kafka, unique } from '../support/servers.js';
import { build, Folder, jsonLines, root, sekisho } from './cli.js';

interface Document {
  readonly rule: { readonly id: string };
  readonly event: { readonly id: string; readonly start: string; readonly end: string };
  readonly sekisho: { readonly alert: { readonly group: unknown; readonly count: number; readonly state: string } };
}

/** A line of deploy/sample/expected.ndjson, which sample.test.ts holds `scan` to. */
interface Expected {
  readonly rule: { readonly id: string };
  readonly group: unknown;
  readonly start: string;
  readonly end: string;
  readonly count: number;
}

const PARTITIONS = 3;

describeWithServers('the sample through Kafka into Elasticsearch', ['kafka', 'elasticsearch'], () => {
  let brokers: Required<KafkaAddress>;
  let cluster: Required<ElasticsearchAddress>;
  let folder: Folder;

  beforeAll(async () => {
    build();
    [brokers, cluster] = await Promise.all([kafka(), elasticsearch()]);
    folder = new Folder();
    writeSample(folder.at('logs'));
    folder.write('files.yml', readFileSync(join(root, 'deploy/sample/sekisho.yml')));
    folder.write('ca.pem', cluster.ca);
  });

  afterAll(() => folder.remove());

  it('gives the answer of scan: rule, group, start, end and count of every alert', async () => {
    const inputs = loadConfig(folder.at('files.yml')).inputs;
    const topics = inputs.map((_, i) => unique(`sample-${i}`));
    for (const [i, input] of inputs.entries()) await produce(topics[i] as string, input.path);
    const config = folder.write('sekisho.yml', siteOf(inputs, topics));
    const env = { ES_USER: cluster.username, ES_PASSWORD: cluster.password };
    const done = await sekisho(['run', '-c', config, '--until-caught-up'], { env });
    expect([done.code, done.stderr]).toEqual([0, expect.stringMatching(/sekisho ends: 58,916 records/u)]);

    const listed = await sekisho(['alerts', 'list', '-c', config, '--json', '-n', '10000'], { env });
    const kept = jsonLines<Document>(listed.stdout);
    const expected = jsonLines<Expected>(readFileSync(join(root, 'deploy/sample/expected.ndjson'), 'utf8')).map(
      ({ rule, group, start, end, count }) => told(rule.id, group, start, end, count),
    );
    expect(toldOf(await searched(kept.map(({ event }) => event.id)))).toEqual(expected.sort());
    expect(toldOf(kept)).toEqual(expected.sort());
  });

  /** Each line a record with its file's time, dealt out to the partitions. */
  async function produce(topic: string, patterns: readonly string[]): Promise<void> {
    // The records are as old as their files: kept, however old.
    const configEntries = [{ name: 'retention.ms', value: '-1' }];
    const plan = { topic, numPartitions: PARTITIONS, configEntries };
    await withAdmin(brokers, (admin) => createTopics(admin, [plan]));
    const producer = producerOf(brokers);
    await producer.connect();
    for (const file of patterns.flatMap(filesOf)) {
      const bytes = readFileSync(file);
      const lines = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().split('\n').filter(Boolean);
      const timestamp = String(Math.round(statSync(file).mtimeMs));
      const messages = lines.map((value, n) => ({ value, timestamp, partition: (n * 7) % PARTITIONS }));
      for (let at = 0; at < messages.length; at += 5_000) {
        await producer.send({ topic, messages: messages.slice(at, at + 5_000) });
      }
    }
    await producer.disconnect();
  }

  function siteOf(inputs: Config['inputs'], topics: readonly string[]): string {
    const site = {
      data: './data',
      kafka: { brokers: brokers.brokers },
      inputs: inputs.map((input, i) => ({
        ...input,
        path: undefined,
        topics: [topics[i]],
        group: topics[0],
        start: 'earliest',
      })),
      outputs: [
        {
          type: 'elasticsearch',
          nodes: [cluster.node],
          username: '${env:ES_USER}',
          password: '${env:ES_PASSWORD}',
          ca: '${file:ca.pem}',
        },
      ],
      'poll-interval': '20ms',
      http: null,
    };
    return JSON.stringify(site);
  }

  async function searched(ids: readonly string[]): Promise<readonly Document[]> {
    const { node, ca, username, password } = cluster;
    const client = new Client({ node, tls: { ca }, auth: { username, password } });
    await client.indices.refresh({ index: 'sekisho-alerts-*' });
    const query = { terms: { 'event.id': [...ids] } };
    const { hits } = await client.search<Document>({ index: 'sekisho-alerts-*', query, size: 10_000 });
    await client.close();
    return hits.hits.map(({ _source }) => _source as Document);
  }
});

/** The files of a path that may end in a star, oldest first. */
function filesOf(pattern: string): readonly string[] {
  const name = basename(pattern).replace('*', '');
  return readdirSync(dirname(pattern))
    .filter((file) => (pattern.endsWith('*') ? file.startsWith(name) : file === name))
    .map((file) => join(dirname(pattern), file))
    .sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs);
}

function told(rule: string, group: unknown, start: string, end: string, count: number): string {
  return `${rule} ${JSON.stringify(group)} ${start} ${end} ${count}`;
}

function toldOf(documents: readonly Document[]): readonly string[] {
  return documents
    .filter(({ sekisho: { alert } }) => alert.state !== 'merged')
    .map(({ rule, event, sekisho: { alert } }) => told(rule.id, alert.group, event.start, event.end, alert.count))
    .sort();
}
