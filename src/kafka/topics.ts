import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, ITopicConfig } from 'kafkajs';
import { ConfigResourceTypes } from './library.js';

/** What the topics of Sekisho are for; `events` is there only where somebody wants every event. */
export type TopicRole = 'detections' | 'state' | 'alerts' | 'dead-letter' | 'events';

/** One topic as it is meant to be. */
export interface TopicPlan {
  readonly name: string;
  readonly partitions: number;
  readonly replication: number;
  /** Kafka's own names and values. */
  readonly config: Readonly<Record<string, string>>;
  /** Settings without which the guarantees do not hold; of the others the operator's choice stands. */
  readonly binding: readonly string[];
  /** Whether the number of partitions is binding too. */
  readonly isSized: boolean;
}

/** The operator's choices for the topics. */
export interface LayoutOptions {
  /** Of detections, state and alerts alike; fixed once and for all. */
  readonly partitions: number;
  readonly replication: number;
  /** Milliseconds. `events` left out: no topic of events. */
  readonly retention: {
    readonly detections: number;
    readonly alerts: number;
    readonly deadLetter: number;
    readonly events?: number;
  };
  /** Before `detections` and so on. */
  readonly prefix?: string;
}

/** What was found or done about one topic. `mismatch`: in words, with what to do. */
export interface TopicOutcome {
  readonly topic: string;
  readonly kind: 'created' | 'missing' | 'unchanged' | 'mismatch';
  readonly messages: readonly string[];
}

const DAY = 86_400_000;
const MAX_RECORD = 1_048_576;
/** A dead letter has up to 1 MiB of bytes, in Base64. */
const MAX_LETTER = 2 * MAX_RECORD;

/** The name of one of the topics. */
export function topicName(role: TopicRole, prefix = 'sekisho.'): string {
  return prefix + role;
}

/**
 * The four topics, or five. detections, state and alerts have as many partitions: what concerns one group key stays in
 * the partitions of one number, written by one producer.
 */
export function layoutOf({ partitions, replication, retention, prefix }: LayoutOptions): readonly TopicPlan[] {
  const common = {
    'min.insync.replicas': replication > 2 ? '2' : '1',
    'max.message.bytes': String(MAX_RECORD + 4096),
  };
  const kept = (ms: number): Record<string, string> => ({
    ...common,
    'cleanup.policy': 'delete',
    'retention.ms': String(ms),
  });
  const plan = (role: TopicRole, config: Record<string, string>, binding: readonly string[]): TopicPlan => ({
    name: topicName(role, prefix),
    partitions: role === 'dead-letter' ? 1 : partitions,
    replication,
    config,
    binding,
    isSized: role !== 'dead-letter' && role !== 'events',
  });
  const compacted = { ...common, 'cleanup.policy': 'compact', 'delete.retention.ms': String(DAY) };
  return [
    plan('detections', kept(retention.detections), ['cleanup.policy']),
    plan('state', compacted, ['cleanup.policy']),
    plan('alerts', kept(retention.alerts), ['cleanup.policy']),
    plan('dead-letter', { ...kept(retention.deadLetter), 'max.message.bytes': String(MAX_LETTER) }, ['cleanup.policy']),
    ...(retention.events === undefined ? [] : [plan('events', kept(retention.events), ['cleanup.policy'])]),
  ];
}

/**
 * Creates the topics that are missing (only names them with `dryRun`) and compares the others with their plan.
 *
 * Changes nothing that exists: more partitions would move keys, and other settings may be the operator's. Doing it again
 * changes nothing. Rejects as kafkajs does where the brokers refuse or can't be reached.
 */
export async function ensureTopics(
  admin: Admin,
  plans: readonly TopicPlan[],
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<readonly TopicOutcome[]> {
  const there = new Set(await admin.listTopics());
  const missing = plans.filter(({ name }) => !there.has(name));
  if (missing.length > 0 && !dryRun) {
    await createTopics(admin, missing.map(creation));
  }
  const compared = await verifyTopics(
    admin,
    plans.filter(({ name }) => there.has(name)),
  );
  const kind = dryRun ? 'missing' : 'created';
  return [...missing.map(({ name }) => ({ topic: name, kind, messages: [] }) as const), ...compared];
}

/** Compares topics that exist with their plan. Two requests. */
export async function verifyTopics(admin: Admin, plans: readonly TopicPlan[]): Promise<readonly TopicOutcome[]> {
  if (plans.length === 0) return [];
  const names = plans.map(({ name }) => name);
  const { topics } = await admin.fetchTopicMetadata({ topics: names });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
  });
  return plans.map((plan) => {
    const partitions = topics.find(({ name }) => name === plan.name)?.partitions.length ?? 0;
    const entries = resources.find(({ resourceName }) => resourceName === plan.name)?.configEntries ?? [];
    const actual = new Map(entries.map(({ configName, configValue }) => [configName, configValue]));
    const messages = [...partitionMessages(plan, partitions), ...configMessages(plan, actual)];
    return { topic: plan.name, kind: messages.length > 0 ? 'mismatch' : 'unchanged', messages };
  });
}

const LEADER_TRIES = 40;
const LEADER_MS = 250;

/**
 * Creates topics and waits until each has its leaders. kafkajs waits too, but gives up where the broker it asks has not
 * heard of a topic that was created a moment ago. Rejects as kafkajs does.
 */
export async function createTopics(admin: Admin, topics: ITopicConfig[]): Promise<void> {
  await admin.createTopics({ topics, waitForLeaders: false });
  const names = topics.map(({ topic }) => topic);
  for (let n = 1; ; n++) {
    try {
      await admin.fetchTopicMetadata({ topics: names });
      return;
    } catch (error) {
      if (n >= LEADER_TRIES) throw error;
      await sleep(LEADER_MS);
    }
  }
}

function creation({ name, partitions, replication, config }: TopicPlan): ITopicConfig {
  const configEntries = Object.entries(config).map(([key, value]) => ({ name: key, value }));
  return { topic: name, numPartitions: partitions, replicationFactor: replication, configEntries };
}

function partitionMessages({ name, partitions, isSized }: TopicPlan, actual: number): readonly string[] {
  if (actual === partitions || !isSized) return [];
  return [
    `${name} has ${actual} partitions, the configuration says ${partitions}: detections, state and alerts must have ` +
      `equally many, for ever. Set partitions to ${actual} if all three have that; otherwise delete the three topics ` +
      '(their state is lost) and run setup again',
  ];
}

function configMessages({ name, config, binding }: TopicPlan, actual: ReadonlyMap<string, string>): readonly string[] {
  return binding
    .filter((key) => actual.get(key) !== config[key])
    .map(
      (key) =>
        `${name} has ${key}=${actual.get(key) ?? '(unknown)'}, it must be ${config[key]}: ` +
        `kafka-configs --alter --topic ${name} --add-config ${key}=${config[key]}`,
    );
}
