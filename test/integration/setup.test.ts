import { Client } from '@elastic/elasticsearch';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ElasticsearchAddress, KafkaAddress } from '../../deploy/servers.mjs';
import { createTopic, send, withAdmin } from '../support/kafka.js';
import { describeWithServers, elasticsearch, kafka, unique } from '../support/servers.js';
import { BRUTE_FORCE, build, Folder, sekisho } from './cli.js';

interface Told {
  readonly plan: {
    readonly topics: readonly { readonly name: string }[];
    readonly elasticsearch: { readonly memberRole: object };
  };
  readonly outcomes: readonly { readonly what: string; readonly kind: string; readonly messages: readonly string[] }[];
}

describeWithServers('setup and check', ['kafka', 'elasticsearch'], () => {
  let brokers: Required<KafkaAddress>;
  let cluster: Required<ElasticsearchAddress>;
  let client: Client;
  let folder: Folder;
  let prefix: string;
  let logs: string;

  beforeAll(async () => {
    build();
    [brokers, cluster] = await Promise.all([kafka(), elasticsearch()]);
    const { node, ca, username, password } = cluster;
    client = new Client({ node, tls: { ca }, auth: { username, password } });
  });
  afterAll(() => client.close());

  beforeEach(() => {
    folder = new Folder();
    [prefix, logs] = [`${unique('site')}.`, unique('logs')];
    folder.write('rules/brute.yml', BRUTE_FORCE);
    folder.write('ca.pem', cluster.ca);
  });
  afterEach(() => folder.remove());

  const site = (
    credentials = `username: ${cluster.username}, password: '${cluster.password}'`,
    partitions = 4,
  ): string =>
    folder.write(
      'sekisho.yml',
      `data: ./data
rules: ./rules
kafka:
    brokers: ${JSON.stringify(brokers.brokers)}
    site: {partitions: ${partitions}, prefix: ${prefix}, group: ${prefix}g, retention: {alerts: 3d}}
inputs: [{topics: ${logs}, type: auth, group: ${prefix}in}]
outputs: [{type: elasticsearch, nodes: [${cluster.node}], ${credentials}, ca: '\${file:ca.pem}', retention: 90d}]
http: null
`,
    );

  /** Elasticsearch's users of the same password: deploy/servers/elasticsearch.mjs. */
  const member = `username: member, password: 'gate-keeper'`;

  async function setup(config: string, ...more: string[]): Promise<Told & { readonly code: number | null }> {
    const { code, stdout, stderr } = await sekisho(['setup', '-c', config, '--json', ...more]);
    expect(stdout, stderr).not.toBe('');
    return { code, ...(JSON.parse(stdout) as Told) };
  }

  const kinds = ({ outcomes }: Told): readonly string[] => outcomes.map(({ kind }) => kind);

  it('creates topics and template, changes nothing the second time, and nothing at all when dry', async () => {
    const config = site();
    const dry = await setup(config, '--dry-run');
    expect(kinds(dry).slice(0, 4)).toEqual(['missing', 'missing', 'missing', 'missing']);
    const names = dry.plan.topics.map(({ name }) => name);
    expect(names).toEqual(['detections', 'state', 'alerts', 'dead-letter'].map((role) => prefix + role));
    const topics = () => withAdmin(brokers, (admin) => admin.listTopics());
    expect((await topics()).filter((name) => name.startsWith(prefix))).toEqual([]);

    const first = await setup(config);
    expect([first.code, kinds(first).slice(0, 4)]).toEqual([0, ['created', 'created', 'created', 'created']]);
    expect((await topics()).filter((name) => name.startsWith(prefix)).sort()).toEqual([...names].sort());
    const { topics: described } = await withAdmin(brokers, (admin) => admin.fetchTopicMetadata({ topics: names }));
    expect(Object.fromEntries(described.map(({ name, partitions }) => [name, partitions.length]))).toEqual({
      [`${prefix}detections`]: 4,
      [`${prefix}state`]: 4,
      [`${prefix}alerts`]: 4,
      [`${prefix}dead-letter`]: 1,
    });
    const configOf = async (name: string, key: string): Promise<string | undefined> => {
      const { resources } = await withAdmin(brokers, (admin) =>
        admin.describeConfigs({ includeSynonyms: false, resources: [{ type: 2, name }] }),
      );
      return resources[0]?.configEntries.find(({ configName }) => configName === key)?.configValue;
    };
    expect(await configOf(`${prefix}state`, 'cleanup.policy')).toBe('compact');
    expect(await configOf(`${prefix}alerts`, 'retention.ms')).toBe(String(3 * 86_400_000));

    const second = await setup(config);
    expect([second.code, new Set(kinds(second))]).toEqual([0, new Set(['unchanged'])]);
    const template = await client.indices.getIndexTemplate({ name: 'sekisho-alerts' });
    expect(template.index_templates[0]?.index_template.index_patterns).toEqual(['sekisho-alerts-*']);
  });

  it('tells of topics that were made in another form, and fails', async () => {
    await setup(site());
    const { code, outcomes } = await setup(site(undefined, 5));
    expect(code).toBe(1);
    expect(outcomes[0]).toMatchObject({ kind: 'mismatch' });
    expect(outcomes[0]?.messages[0]).toContain('has 4 partitions, the configuration says 5');
  });

  it('shows people the topics, the ACLs, the template and the roles', async () => {
    const { code, stdout } = await sekisho(['setup', '-c', site(), '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toContain(`${prefix}state: 4 partitions, replication 1, min.insync.replicas=1`);
    expect(stdout).toContain(`--operation Describe --operation Read --topic ${logs}\n`);
    expect(stdout).toContain(`--transactional-id ${prefix}g- --resource-pattern-type prefixed`);
    expect(stdout).toContain('PUT _security/role/sekisho\n');
    expect(stdout).toContain('alerts are kept 90 days');
  });

  it('check says what is missing, then that all is well; a user with the least privileges is enough', async () => {
    const { plan } = await setup(site(), '--dry-run');
    expect(plan.elasticsearch.memberRole).toEqual(cluster.roles.member);
    const config = site(member);
    const before = await sekisho(['check', '-c', config]);
    expect(before.code).toBe(1);
    expect(before.stdout).toContain(`the topic ${logs} is not there`);
    expect(before.stdout).toContain(`${prefix}state is not there: run sekisho setup`);

    await setup(site());
    await createTopic(brokers, logs);
    await send(brokers, logs, ['one']);
    const after = await sekisho(['check', '-c', site(member)]);
    expect(after.stdout).toContain(`Kafka ${brokers.brokers.join()}: answers, and allows what run does`);
    expect(after.stdout).toContain(`Elasticsearch ${cluster.node}: answers, and allows what run does`);
    expect(after.code).toBe(0);
    const alerts = await withAdmin(brokers, (admin) => admin.fetchTopicOffsets(`${prefix}alerts`));
    expect(alerts.map(({ high }) => high)).toEqual(['0', '0', '0', '0']);
  });

  it('check names the privileges that a user lacks, and a wrong password', async () => {
    const { stdout, code } = await sekisho(['check', '-c', site(member.replace('member', 'reader'))]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/lacks the rights .*create_index on sekisho-alerts-\*/u);
    const wrong = await sekisho(['check', '-c', site(`username: nobody, password: 'x'`)]);
    expect(wrong.stdout).toMatch(/Elasticsearch .*: answered 401/u);
  });

  it('check asks nobody when it is to stay offline', async () => {
    const config = site().replace('sekisho.yml', 'away.yml');
    folder.write('away.yml', `kafka: {brokers: ['127.0.0.1:1']}\ninputs: [{topics: x}]\nrules: ./rules\n`);
    expect((await sekisho(['check', '--offline', '-c', config])).code).toBe(0);
    const { code, stdout } = await sekisho(['check', '-c', config]);
    expect([code, stdout]).toEqual([1, expect.stringContaining('Kafka 127.0.0.1:1: no answer')]);
  });
});
