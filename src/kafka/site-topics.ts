import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { brokerReason } from './reason.js';
import { layoutOf, type LayoutOptions, topicName, type TopicPlan, verifyTopics } from './topics.js';

/** A site: the topics its members share, and the name that their groups and transactions begin with. */
export interface SiteSettings extends LayoutOptions {
  readonly group: string;
}

/** The names of a site, all derived from its settings. */
export interface SiteNames {
  readonly detections: string;
  readonly state: string;
  readonly alerts: string;
  readonly deadLetters: string;
  readonly events: string;
  /** The consumer group of the correlators; their offsets move with their transactions. */
  readonly correlators: string;
  /** The consumer group that indexes into the n-th cluster of the outputs, from 1. */
  readonly indexers: (n: number) => string;
  /** And the one that indexes events into it. */
  readonly eventIndexers: (n: number) => string;
  /** The transactional id of the one writer of a detections partition. All of a site begin with `<correlators>-`. */
  readonly transactionalId: (partition: number) => string;
}

/** The topics a site needs: what setup creates and the roles compare with. */
export function siteTopics(site: SiteSettings): readonly TopicPlan[] {
  return layoutOf(site);
}

/** The names of a site. */
export function siteNames({ prefix, group }: Pick<SiteSettings, 'prefix' | 'group'>): SiteNames {
  const correlators = `${group}-correlators`;
  const nth = (n: number): string => (n === 1 ? '' : `-${n}`);
  return {
    detections: topicName('detections', prefix),
    state: topicName('state', prefix),
    alerts: topicName('alerts', prefix),
    deadLetters: topicName('dead-letter', prefix),
    events: topicName('events', prefix),
    correlators,
    indexers: (n) => `${group}-indexers${nth(n)}`,
    eventIndexers: (n) => `${group}-event-indexers${nth(n)}`,
    transactionalId: (partition) => `${correlators}-${partition}`,
  };
}

/** How a site is waited for. */
export interface AwaitOptions {
  readonly kafka: Kafka;
  readonly site: SiteSettings;
  readonly signal: AbortSignal;
  /** A trouble that lasts, by name; undefined: over. Told again and again while it lasts. */
  readonly trouble: (name: string, message: string | undefined) => void;
}

const RETRY_MS = 1_000;
const TROUBLE = 'kafka site';

/**
 * Waits until the brokers answer and the site's topics are there, for as long as it takes, told by `trouble`.
 *
 * Throws, refusing to start, where a topic differs from its plan in what the guarantees rest on (its partitions, its
 * compaction), with what to do. Returns early where the signal aborts.
 */
export async function awaitSite(options: AwaitOptions): Promise<void> {
  const { signal, trouble } = options;
  while (!signal.aborted) {
    const found = await lookAt(options);
    if (found === 'ready') return trouble(TROUBLE, undefined);
    if (found.mismatch) throw new Error(`Kafka: ${found.message}`);
    trouble(TROUBLE, `Kafka: ${found.message}`);
    await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function lookAt({
  kafka,
  site,
}: AwaitOptions): Promise<'ready' | { readonly message: string; readonly mismatch: boolean }> {
  const admin = kafka.admin({ retry: { retries: 2, initialRetryTime: 200, maxRetryTime: 1_000 } });
  try {
    await admin.connect();
    const there = new Set(await admin.listTopics());
    const plans = siteTopics(site);
    const missing = plans.filter(({ name }) => !there.has(name)).map(({ name }) => name);
    if (missing.length > 0) {
      return {
        message: `waiting for ${missing.join(', ')}; sekisho setup creates them, and this user must be allowed to describe them`,
        mismatch: false,
      };
    }
    const messages = (await verifyTopics(admin, plans)).flatMap((outcome) => outcome.messages);
    return messages.length === 0 ? 'ready' : { message: messages.join('. '), mismatch: true };
  } catch (error) {
    return { message: `${brokerReason(error)}; trying again`, mismatch: false };
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
