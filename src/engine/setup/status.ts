import { setTimeout as sleep } from 'node:timers/promises';
import { chooseTopics, committedOf, extentsOf, openClient, siteNames } from '../../kafka/index.js';
import type { Config } from '../config/config.js';
import type { KafkaConfig } from '../config/schema.js';
import { clusterOf, inputGroups, type InputGroup } from '../kafka/input.js';
import { clustersOf } from './setup.js';

/** One member, as its HTTP address tells of it; `unreachable` in the network's words. */
export interface MemberStatus {
  readonly address: string;
  readonly status: 'green' | 'red' | 'unreachable';
  readonly troubles: readonly string[];
  readonly records?: number;
  readonly alerts?: number;
  /** Seconds between the wall clock and the watermark of the member that is furthest behind in event time. */
  readonly watermarkDelay?: number;
  readonly liveKeys?: number;
  readonly openEpisodes?: number;
  /** State records read back of those to be read, where the member restores or has restored. */
  readonly restored?: { readonly done: number; readonly goal: number };
}

/** How far a group is behind in a topic. */
export interface LagStatus {
  readonly group: string;
  readonly topic: string;
  readonly partitions: number;
  /** Records written and not committed yet, over the partitions that have a commit. */
  readonly lag: number;
  /** Partitions of which nothing was ever committed. */
  readonly unread: number;
}

/** A running site. */
export interface SiteStatus {
  readonly members: readonly MemberStatus[];
  readonly lags: readonly LagStatus[];
  /** Why the lags are not known. */
  readonly kafka?: string;
}

const LIMIT_MS = 5_000;
const RETRY = { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 } as const;
/** Brokers that have just started still look for the groups' coordinator; kafkajs gives up there at once. */
const TRIES = 10;
const TRY_AGAIN_MS = 500;

/** The address that a member of this configuration listens on; undefined where it has none, or any free port. */
export function memberAddress({ http }: Config): string | undefined {
  if (http === null || http?.port === 0) return undefined;
  const host = http?.host ?? '127.0.0.1';
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${http?.port ?? 9464}`;
}

/** Asks members and brokers; changes nothing. Whoever does not answer within some seconds is told as such. */
export async function siteStatus(config: Config, addresses: readonly string[]): Promise<SiteStatus> {
  const [members, lags] = await Promise.all([Promise.all(addresses.map(memberStatus)), lagsOf(config)]);
  return typeof lags === 'string' ? { members, lags: [], kafka: lags } : { members, lags };
}

async function memberStatus(address: string): Promise<MemberStatus> {
  try {
    const [health, metrics] = await Promise.all([ask(address, '/health'), ask(address, '/metrics')]);
    const { status, troubles } = JSON.parse(health) as { status: 'green' | 'red'; troubles: { message: string }[] };
    const told = readMetrics(metrics);
    const goal = told('sekisho_restore_goal');
    const figures = {
      records: told('sekisho_records_total'),
      alerts: told('sekisho_alert_revisions_total'),
      watermarkDelay: told('sekisho_watermark_delay_seconds'),
      liveKeys: told('sekisho_live_keys'),
      openEpisodes: told('sekisho_open_episodes'),
      restored: goal === undefined ? undefined : { done: told('sekisho_restore_done') ?? 0, goal },
    };
    const known = Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined));
    return { address, status, troubles: troubles.map(({ message }) => message), ...known };
  } catch (error) {
    return { address, status: 'unreachable', troubles: [reasonOf(error)] };
  }
}

async function ask(address: string, path: string): Promise<string> {
  const response = await fetch(`${address}${path}`, { signal: AbortSignal.timeout(LIMIT_MS) });
  if (response.status !== 200 && response.status !== 503) throw new Error(`answered ${response.status} to ${path}`);
  return response.text();
}

/** Reads figures of Prometheus' text form by name, summed over their labels; undefined where there is none. */
function readMetrics(text: string): (name: string) => number | undefined {
  const sums = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^(\w+)(?:\{.*\})? (\S+)$/u.exec(line) ?? [];
    if (name !== undefined && Number.isFinite(Number(value))) sums.set(name, (sums.get(name) ?? 0) + Number(value));
  }
  return (name) => sums.get(name);
}

async function lagsOf(config: Config): Promise<readonly LagStatus[] | string> {
  const { kafka } = config;
  if (kafka === undefined) return [];
  const admin = openClient(clusterOf(kafka)).admin({ retry: RETRY });
  try {
    await admin.connect();
    for (let tries = 1; ; tries++) {
      try {
        return await readLags(admin, config, kafka);
      } catch (error) {
        if (tries === TRIES || (error as { retriable?: unknown }).retriable !== true) throw error;
        await sleep(TRY_AGAIN_MS);
      }
    }
  } catch (error) {
    return reasonOf(error);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

type Admin = ReturnType<ReturnType<typeof openClient>['admin']>;

async function readLags(admin: Admin, config: Config, kafka: KafkaConfig): Promise<readonly LagStatus[]> {
  const exist = await admin.listTopics();
  const lags: LagStatus[] = [];
  for (const { group, topics } of groupsOf(config, kafka)) {
    const { chosen } = chooseTopics(topics, exist);
    const [extents, committed] = [await extentsOf(admin, chosen), await committedOf(admin, group, chosen)];
    for (const topic of chosen) {
      const places = [...extents].filter(([key]) => key.slice(0, key.lastIndexOf(':')) === topic);
      const behind = places.map(([key, { low, high }]) => {
        const offset = committed.get(key)?.offset;
        return offset === undefined ? undefined : Math.max(0, high - Math.max(low, offset));
      });
      lags.push({
        group,
        topic,
        partitions: places.length,
        lag: behind.reduce<number>((sum, lag) => sum + (lag ?? 0), 0),
        unread: behind.filter((lag) => lag === undefined).length,
      });
    }
  }
  return lags;
}

/** Who reads what: the inputs' groups, then, with `kafka: site:`, the correlators and the indexers. */
function groupsOf(config: Config, { site }: KafkaConfig): readonly InputGroup[] {
  const inputs = inputGroups(config);
  if (site === undefined) return inputs;
  const { correlators, indexers, eventIndexers, detections, alerts, events: all } = siteNames(site);
  const indexing = clustersOf(config).flatMap(({ events }, i) => [
    { group: indexers(i + 1), topics: { names: [alerts] } },
    ...(events ? [{ group: eventIndexers(i + 1), topics: { names: [all] } }] : []),
  ]);
  return [...inputs, { group: correlators, topics: { names: [detections] } }, ...indexing];
}

/** The innermost reason: `fetch` hides it in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}
