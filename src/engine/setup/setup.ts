import { ensureTopics, openClient, siteTopics, type TopicPlan } from '../../kafka/index.js';
import type { Config } from '../config/config.js';
import type { ElasticsearchConfig, KafkaConfig } from '../config/schema.js';
import { clusterOf } from '../kafka/input.js';
import { siteOf, wantsEvents } from '../kafka/site.js';
import { aclCommand, type Acl, aclsOf } from './acls.js';
import { elasticsearchOf, useOf } from '../storage.js';

/**
 * What was found or done about one thing. `mismatch`: it is there in another form than it must have, or could not be
 * made; the messages say what to do. `unknown`: its server did not answer (only where nothing is to be changed).
 */
export interface SetupOutcome {
  readonly server: string;
  readonly what: string;
  readonly kind: 'created' | 'updated' | 'unchanged' | 'missing' | 'mismatch' | 'unknown';
  readonly messages: readonly string[];
}

/** All that `setup` makes and that a person has to grant, from the configuration alone. */
export interface SetupPlan {
  readonly topics: readonly TopicPlan[];
  readonly acls: readonly Acl[];
  /** The commands that grant the ACLs. */
  readonly aclCommands: readonly string[];
  readonly elasticsearch?: {
    readonly template: { readonly name: string; readonly body: unknown };
    /** Bodies of the roles of a member and of who runs `setup`. */
    readonly memberRole: unknown;
    readonly setupRole: unknown;
    readonly retention: number | null;
  };
}

/** The plan of a configuration. Asks nobody. */
export async function planSetup(config: Config): Promise<SetupPlan> {
  const { kafka } = config;
  const acls = kafka === undefined ? [] : aclsOf(config);
  const user = kafka?.sasl?.username ?? 'NAME';
  const cluster = clustersOf(config)[0];
  return {
    topics: kafka?.site === undefined ? [] : siteTopics(siteOf(kafka.site, wantsEvents(config))),
    acls,
    aclCommands: acls.map((acl) => aclCommand(acl, kafka?.brokers ?? [], user)),
    ...(cluster !== undefined && { elasticsearch: await planOf(cluster) }),
  };
}

async function planOf(output: ElasticsearchConfig): Promise<NonNullable<SetupPlan['elasticsearch']>> {
  const { markedTemplate, memberRole, setupRole } = await import('../../output/elasticsearch/setup.js');
  const { TEMPLATE_NAME } = await import('../../output/elasticsearch/template.js');
  return {
    template: { name: TEMPLATE_NAME, body: markedTemplate() },
    memberRole: memberRole(useOf(output)),
    setupRole: setupRole(useOf(output)),
    retention: output.retention ?? null,
  };
}

/**
 * Makes what is missing: the topics of `kafka: site:`, and in each Elasticsearch of the outputs the index template and
 * the mapping of the indices that exist. Doing it again changes nothing; `dryRun` never changes anything and goes on
 * where a server does not answer.
 */
export async function carryOutSetup(
  config: Config,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<readonly SetupOutcome[]> {
  const outcomes: SetupOutcome[] = [];
  const { kafka } = config;
  if (kafka?.site !== undefined) {
    const plans = siteTopics(siteOf(kafka.site, wantsEvents(config)));
    outcomes.push(...(await setupTopics(kafka, plans, dryRun)));
  }
  for (const output of clustersOf(config)) outcomes.push(await setupIndices(output, dryRun));
  return outcomes;
}

/** The Elasticsearch clusters of a configuration. */
export function clustersOf(config: Config): readonly ElasticsearchConfig[] {
  return config.outputs.filter((output) => output.type === 'elasticsearch');
}

async function setupTopics(
  kafka: KafkaConfig,
  plans: readonly TopicPlan[],
  dryRun: boolean,
): Promise<readonly SetupOutcome[]> {
  const server = `Kafka ${kafka.brokers.join()}`;
  const admin = openClient(clusterOf(kafka)).admin({ retry: { retries: 3 } });
  try {
    await admin.connect();
    const outcomes = await ensureTopics(admin, plans, { dryRun });
    return outcomes.map(({ topic, kind, messages }) => ({ server, what: topic, kind, messages }));
  } catch (error) {
    return [failed(server, 'topics', error, dryRun)];
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

async function setupIndices(output: ElasticsearchConfig, dryRun: boolean): Promise<SetupOutcome> {
  const server = `Elasticsearch ${output.nodes.join()}`;
  const what = 'index template sekisho-alerts';
  const { reasonOf, setupCluster } = await import('../../output/elasticsearch/setup.js');
  try {
    const outcome = await setupCluster(elasticsearchOf(output), { dryRun, ...useOf(output) });
    if (outcome === 'newer')
      return { server, what, kind: 'unchanged', messages: ['put by a later Sekisho; left alone'] };
    return { server, what, kind: outcome === 'created' && dryRun ? 'missing' : outcome, messages: [] };
  } catch (error) {
    return failed(server, what, new Error(reasonOf(error)), dryRun);
  }
}

function failed(server: string, what: string, error: unknown, dryRun: boolean): SetupOutcome {
  const message = error instanceof Error ? error.message : String(error);
  return { server, what, kind: dryRun ? 'unknown' : 'mismatch', messages: [message] };
}
