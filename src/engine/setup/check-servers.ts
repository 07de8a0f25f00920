import { openClient, type RightsWanted, siteNames, siteTopics, tryRights, verifyTopics } from '../../kafka/index.js';
import type { Config } from '../config/config.js';
import type { ElasticsearchConfig, KafkaConfig } from '../config/schema.js';
import { clusterOf, inputGroups } from '../kafka/input.js';
import { siteOf, wantsEvents } from '../kafka/site.js';
import { clustersOf } from './setup.js';
import { elasticsearchOf, useOf } from '../storage.js';

/** What was found out about one server; no problems: it answers, and allows what `run` does. */
export interface ServerCheck {
  readonly server: string;
  readonly problems: readonly string[];
}

/**
 * Asks the servers of a configuration whether they answer and allow what `run` does with them: Kafka by trying it, the
 * site's topics by comparing them, Elasticsearch by its own answer. Leaves nothing behind; takes some seconds for each.
 */
export async function checkServers(config: Config): Promise<readonly ServerCheck[]> {
  const { kafka } = config;
  const clusters = clustersOf(config).map(checkElasticsearch);
  return Promise.all([...(kafka === undefined ? [] : [checkKafka(config, kafka)]), ...clusters]);
}

async function checkElasticsearch(output: ElasticsearchConfig): Promise<ServerCheck> {
  const { checkCluster } = await import('../../output/elasticsearch/setup.js');
  const problems = await checkCluster(elasticsearchOf(output), useOf(output));
  return { server: `Elasticsearch ${output.nodes.join()}`, problems };
}

async function checkKafka(config: Config, kafka: KafkaConfig): Promise<ServerCheck> {
  const server = `Kafka ${kafka.brokers.join()}`;
  try {
    const client = openClient(clusterOf(kafka));
    const { there, problems } = await siteProblems(client, config);
    return { server, problems: [...problems, ...(await tryRights(client, wantedOf(config, there)))] };
  } catch (error) {
    return { server, problems: [error instanceof Error ? error.message : String(error)] };
  }
}

/** The site's topics that are there, and what is wrong with them. */
async function siteProblems(
  client: ReturnType<typeof openClient>,
  config: Config,
): Promise<{ readonly there: readonly string[]; readonly problems: readonly string[] }> {
  const site = config.kafka?.site;
  if (site === undefined) return { there: [], problems: [] };
  const admin = client.admin({ retry: { retries: 1 } });
  try {
    await admin.connect();
    const plans = siteTopics(siteOf(site, wantsEvents(config)));
    const topics = new Set(await admin.listTopics());
    const [found, missing] = [
      plans.filter(({ name }) => topics.has(name)),
      plans.filter(({ name }) => !topics.has(name)),
    ];
    const absent = missing.map(({ name }) => `${name} is not there: run sekisho setup, or let this user describe it`);
    const wrong = (await verifyTopics(admin, found)).flatMap(({ messages }) => messages);
    return { there: found.map(({ name }) => name), problems: [...absent, ...wrong] };
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

function wantedOf(config: Config, writes: readonly string[]): RightsWanted {
  const site = config.kafka?.site;
  const inputs = inputGroups(config);
  if (site === undefined) return { reads: inputs, writes };
  const { correlators } = siteNames(site);
  const own = { group: correlators, topics: { names: writes } };
  const reads = writes.length === 0 ? inputs : [...inputs, own];
  return { reads, writes, transactionalId: `${correlators}-check` };
}
