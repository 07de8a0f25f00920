import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Client } from '@elastic/elasticsearch';
import type { ElasticsearchAddress, KafkaAddress } from '../../deploy/servers.mjs';
import type { InputSettings } from '../../src/event/index.js';
import { createTopics, ensureTopics, layoutOf } from '../../src/kafka/index.js';
import { decodeAlert } from '../../src/ledger/kafka-records.js';
import { type Folder, start } from '../integration/cli.js';
import { producerOf, withAdmin } from './kafka.js';
import { unique } from './servers.js';
import { recordsOf } from './topic.js';

/** A line on its way to a partition; `time` is the record's timestamp, epoch ms. */
export interface Sent {
  readonly topic: string;
  readonly partition: number;
  readonly value: string;
  readonly time: number;
}

/** A raw topic of a site, and what its lines are. */
export interface RawTopic {
  readonly topic: string;
  readonly partitions: number;
  readonly settings: Partial<InputSettings>;
}

/** An alert as far as two runs are compared by it. */
interface AlertLike {
  readonly rule: { readonly id: string };
  readonly event: { readonly id: string; readonly start: string; readonly end: string };
  readonly sekisho: {
    readonly alert: {
      readonly group: unknown;
      readonly count: number;
      readonly state: string;
      readonly revision: number;
    };
  };
}

const DAY = 86_400_000;

/** Rule, group, start, end and count of each alert, sorted; merged ones don't count. */
export function told(documents: readonly unknown[]): readonly string[] {
  return (documents as readonly AlertLike[])
    .filter(({ sekisho }) => sekisho.alert.state !== 'merged')
    .map(({ rule, event, sekisho: { alert } }) =>
      [rule.id, JSON.stringify(alert.group), event.start, event.end, alert.count].join(' '),
    )
    .sort();
}

/** One process of a site. */
export class Member {
  readonly child: ChildProcess;
  stderr = '';

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.resume();
    child.stderr?.on('data', (chunk) => (this.stderr += String(chunk)));
  }

  /** Resolves with the signal or exit code that ended it. */
  async ended(): Promise<NodeJS.Signals | number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    return this.child.signalCode ?? this.child.exitCode;
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<NodeJS.Signals | number | null> {
    this.child.kill(signal);
    return this.ended();
  }
}

/** A site of its own between real servers: its topics, configuration and members, and what it found. */
export class Site {
  readonly members: Member[] = [];
  readonly prefix = `${unique('site')}.`;
  readonly group = unique('group');
  readonly #address: KafkaAddress;
  readonly #cluster: ElasticsearchAddress;
  readonly #folder: Folder;
  readonly #topics: readonly RawTopic[];
  readonly #partitions: number;
  readonly #threads: number | undefined;
  readonly #output: Readonly<Record<string, unknown>>;
  readonly #client: Client;
  #hasEnded = false;
  readonly #settings: Readonly<Record<string, unknown>>;

  /** `settings` are keys of the configuration. */
  constructor(
    servers: { readonly kafka: KafkaAddress; readonly elasticsearch: ElasticsearchAddress },
    site: {
      readonly folder: Folder;
      readonly topics: readonly RawTopic[];
      readonly partitions: number;
      readonly threads?: number;
      /** More of the output. */
      readonly output?: Readonly<Record<string, unknown>>;
    },
    settings: Readonly<Record<string, unknown>> = {},
  ) {
    this.#address = servers.kafka;
    this.#cluster = servers.elasticsearch;
    this.#folder = site.folder;
    this.#topics = site.topics;
    this.#partitions = site.partitions;
    this.#threads = site.threads;
    this.#output = site.output ?? {};
    this.#settings = settings;
    const { node, ca, username, password } = servers.elasticsearch;
    this.#client = new Client({
      node,
      ...(ca !== undefined && { tls: { ca } }),
      ...(username !== undefined && { auth: { username, password: password as string } }),
    });
  }

  /** Creates the raw topics (records are kept, however old) and those of the site. */
  async setup(): Promise<void> {
    const configEntries = [{ name: 'retention.ms', value: '-1' }];
    const topics = this.#topics.map(({ topic, partitions }) => ({ topic, numPartitions: partitions, configEntries }));
    const plans = layoutOf({
      partitions: this.#partitions,
      replication: 1,
      prefix: this.prefix,
      retention: {
        ...{ detections: DAY, alerts: DAY, deadLetter: DAY },
        ...(this.#output['events'] === true && { events: DAY }),
      },
    });
    await withAdmin(this.#address, async (admin) => {
      await createTopics(admin, topics);
      await ensureTopics(admin, plans);
    });
  }

  /** Starts a process with these roles (none: all), which `SEKISHO_FAILPOINT` may kill. */
  start(roles: readonly string[] = [], failpoint = ''): Member {
    if (this.#hasEnded) throw new Error('the site has ended');
    const env = { ...this.env(), SEKISHO_FAILPOINT: failpoint };
    const args = ['run', '-c', this.config(), ...roles.flatMap((role) => ['--role', role])];
    const member = new Member(start(args, { env }));
    this.members.push(member);
    return member;
  }

  /** How many records the raw topics have. */
  async rawRecords(): Promise<number> {
    const ends = await withAdmin(this.#address, (admin) =>
      Promise.all(this.#topics.map(({ topic }) => admin.fetchTopicOffsets(topic))),
    );
    return ends.flat().reduce((sum, { high }) => sum + Number(high), 0);
  }

  /** Writes lines, in order within each partition. */
  async produce(lines: readonly Sent[]): Promise<void> {
    const producer = producerOf(this.#address);
    await producer.connect();
    for (let at = 0; at < lines.length; at += 5_000) {
      const some = lines.slice(at, at + 5_000);
      const topicMessages = [...new Set(some.map(({ topic }) => topic))].map((topic) => ({
        topic,
        messages: some
          .filter((line) => line.topic === topic)
          .map(({ value, partition, time }) => ({ value, partition, timestamp: String(time) })),
      }));
      await producer.sendBatch({ topicMessages });
    }
    await producer.disconnect();
  }

  /** Of each alert of the alerts topic the last revision. */
  async alerts(): Promise<ReadonlyMap<string, AlertLike>> {
    const highest = new Map<string, { readonly revision: number; readonly document: unknown }>();
    for (const { value } of await recordsOf(this.#address, `${this.prefix}alerts`)) {
      const alert = decodeAlert(value);
      if ('code' in alert) throw new Error(alert.message);
      if (alert.revision > (highest.get(alert.id)?.revision ?? 0)) highest.set(alert.id, alert);
    }
    return new Map([...highest].map(([id, { document }]) => [id, document as AlertLike]));
  }

  /** How many of the events of these ids Elasticsearch has, by a search. */
  async events(ids: readonly string[]): Promise<number> {
    await this.#client.indices.refresh({ index: 'sekisho-events-*' });
    const { count } = await this.#client.count({ index: 'sekisho-events-*', query: { ids: { values: [...ids] } } });
    return count;
  }

  /** What Elasticsearch has of these alerts, by a search. */
  async indexed(ids: readonly string[]): Promise<readonly AlertLike[]> {
    await this.#client.indices.refresh({ index: 'sekisho-alerts-*' });
    const query = { terms: { 'event.id': [...ids] } };
    const { hits } = await this.#client.search<AlertLike>({ index: 'sekisho-alerts-*', query, size: 10_000 });
    return hits.hits.map(({ _source }) => _source as AlertLike);
  }

  /** What this site's alerts are in Elasticsearch, as `told`; empty while it lacks any, or has an older revision. */
  async found(): Promise<readonly string[]> {
    const alerts = await this.alerts();
    if (alerts.size === 0) return [];
    const indexed = await this.indexed([...alerts.keys()]).catch(() => []);
    const isWhole = indexed.every(
      ({ event, sekisho }) => alerts.get(event.id)?.sekisho.alert.revision === sekisho.alert.revision,
    );
    return isWhole && indexed.length === alerts.size ? told(indexed) : [];
  }

  /** Ends what still runs. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    for (const { child } of this.members) child.kill('SIGKILL');
    await Promise.all(this.members.map((member) => member.ended()));
    await this.#client.close();
  }

  /** What the configuration takes from the environment. */
  env(): Readonly<Record<string, string>> {
    const { username = '', password = '' } = this.#cluster;
    return { ES_USER: username, ES_PASSWORD: password };
  }

  /** Writes the configuration of its members; where it is. */
  config(): string {
    const { node, ca } = this.#cluster;
    const output = {
      ...{ type: 'elasticsearch', nodes: [node] },
      ...(ca !== undefined && { ca, username: '${env:ES_USER}', password: '${env:ES_PASSWORD}' }),
      ...this.#output,
    };
    const inputs = this.#topics.map(({ topic, settings }) => ({
      ...{ topics: [topic], group: this.group, start: 'earliest' },
      ...settings,
    }));
    const site = { partitions: this.#partitions, prefix: this.prefix, group: this.group, threads: this.#threads };
    const config = {
      kafka: { brokers: this.#address.brokers, site },
      inputs,
      outputs: [output],
      timezone: 'UTC',
      'poll-interval': '20ms',
      http: null,
      ...this.#settings,
    };
    return this.#folder.write(`${this.prefix}yml`, JSON.stringify(config));
  }
}
