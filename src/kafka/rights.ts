import type { Kafka } from 'kafkajs';
import { chooseTopics, type TopicChoice } from './choice.js';
import { ConfigResourceTypes } from './library.js';
import { brokerReason } from './reason.js';

/** What a member does with a cluster, to be tried. */
export interface RightsWanted {
  readonly reads: readonly { readonly group: string; readonly topics: TopicChoice }[];
  /** Topics that exist and are to be written to. */
  readonly writes: readonly string[];
  /** Any one of the transactional ids, which must not be in use: who had it is fenced. */
  readonly transactionalId?: string;
}

const JOIN_LIMIT_MS = 20_000;
/** Patient enough for brokers that have just started and still look for the groups' coordinator. */
const RETRY = { retries: 6, initialRetryTime: 100, maxRetryTime: 1_000 } as const;

/**
 * Tries what a member does, without leaving anything behind: joins `<group>-check` and fetches, sends a record that is
 * too large to be taken, asks for a producer id. Returns what failed in sentences; nothing: all is allowed.
 *
 * Rights are tried since a client without administrator's rights can't read its own ACLs. Takes some seconds.
 */
export async function tryRights(kafka: Kafka, wanted: RightsWanted): Promise<readonly string[]> {
  const topics = await visibleTopics(kafka);
  if (!Array.isArray(topics)) return [topics as string];
  const problems: string[] = [];
  for (const { group, topics: choice } of wanted.reads) {
    const { chosen, missing } = chooseTopics(choice, topics);
    for (const each of missing) problems.push(`${each} is not there, or may not be described; run waits for it`);
    problems.push(...(await tryReading(kafka, `${group}-check`, chosen)));
  }
  problems.push(...(await tryWriting(kafka, wanted.writes)));
  if (wanted.transactionalId !== undefined) problems.push(...(await tryTransaction(kafka, wanted.transactionalId)));
  return problems;
}

async function visibleTopics(kafka: Kafka): Promise<readonly string[] | string> {
  const admin = kafka.admin({ retry: RETRY });
  try {
    await admin.connect();
    return await admin.listTopics();
  } catch (error) {
    return `no answer: ${brokerReason(error)}`;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** Until it has fetched once, or was refused. The group commits nothing and is forgotten by the brokers. */
async function tryReading(kafka: Kafka, groupId: string, topics: readonly string[]): Promise<readonly string[]> {
  if (topics.length === 0) return [];
  const consumer = kafka.consumer({
    groupId,
    maxWaitTimeInMs: 100,
    retry: { ...RETRY, restartOnFailure: refusesRestart },
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics] });
    const outcome = new Promise<string | undefined>((resolve) => {
      consumer.on(consumer.events.FETCH, () => resolve(undefined));
      consumer.on(consumer.events.CRASH, ({ payload }) => resolve(brokerReason(payload.error)));
      timer = setTimeout(() => resolve('no answer in time'), JOIN_LIMIT_MS);
    });
    await consumer.run({ autoCommit: false, eachBatch: async () => undefined });
    const failure = await outcome;
    return failure === undefined ? [] : [`reading ${topics.join(', ')} as the group ${groupId}: ${failure}`];
  } catch (error) {
    return [`reading ${topics.join(', ')} as the group ${groupId}: ${brokerReason(error)}`];
  } finally {
    clearTimeout(timer);
    await consumer.disconnect().catch(() => undefined);
  }
}

async function refusesRestart(): Promise<boolean> {
  return Promise.resolve(false);
}

/**
 * A broker looks at the right to write before it looks at the size, so a record beyond the topic's limit tells the one
 * and is never stored.
 */
async function tryWriting(kafka: Kafka, topics: readonly string[]): Promise<readonly string[]> {
  const problems: string[] = [];
  const producer = kafka.producer({ retry: RETRY, allowAutoTopicCreation: false });
  const admin = kafka.admin({ retry: RETRY });
  try {
    await Promise.all([producer.connect(), admin.connect()]);
    for (const topic of topics) {
      const failure = await admin
        .describeConfigs({ includeSynonyms: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }] })
        .then(({ resources }) => limitOf(resources[0]?.configEntries ?? []))
        .then((limit) => producer.send({ topic, messages: [{ value: Buffer.alloc(limit + 1024) }] }))
        .then(() => 'took a record beyond its own limit', typeAndText);
      if (!failure.startsWith('MESSAGE_TOO_LARGE')) problems.push(`writing to ${topic}: ${failure}`);
    }
  } catch (error) {
    problems.push(`writing: ${brokerReason(error)}`);
  } finally {
    await Promise.all([producer.disconnect(), admin.disconnect()]).catch(() => undefined);
  }
  return problems;
}

function limitOf(entries: readonly { readonly configName: string; readonly configValue: string }[]): number {
  return Number(entries.find(({ configName }) => configName === 'max.message.bytes')?.configValue ?? 1_048_588);
}

async function tryTransaction(kafka: Kafka, transactionalId: string): Promise<readonly string[]> {
  const producer = kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1, retry: RETRY });
  try {
    await producer.connect();
    await (await producer.transaction()).abort();
    return [];
  } catch (error) {
    return [`transactions as ${transactionalId}: ${brokerReason(error)}`];
  } finally {
    await producer.disconnect().catch(() => undefined);
  }
}

function typeAndText(error: unknown): string {
  const type = (error as { type?: unknown }).type;
  return typeof type === 'string' ? `${type}: ${brokerReason(error)}` : brokerReason(error);
}
