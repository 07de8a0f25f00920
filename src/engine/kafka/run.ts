import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { awaitSite } from '../../kafka/index.js';
import type { Commit } from '../../ledger/types.js';
import type { Enrichment } from '../../normalise/enrich/enrichment.js';
import type { Config } from '../config/config.js';
import type { ElasticsearchConfig, KafkaConfig } from '../config/schema.js';
import type { DetectorThread } from './detector-thread.js';
import { openEnrichment } from '../enrichment.js';
import { Health } from '../health.js';
import { CorrelatorRole } from './correlator.js';
import { runEventIndexer } from './events.js';
import { runIndexer } from './indexer.js';
import type { IndexingOptions } from './indexing.js';
import { clusterOf } from './input.js';
import { createRoleMetrics, type RoleMetrics } from './metrics.js';
import { openSite } from './site.js';
import type { Log } from '../log.js';
import { serveMetrics } from '../metrics.js';
import { Reloader, type ReloadOptions } from '../reload.js';
import type { Role } from './roles.js';
import type { RuleSet, RuleSource } from '../rules.js';
import { elasticsearchOf, openClusterEvents } from '../storage.js';

/** What the roles run with. */
export interface RolesOptions {
  readonly roles: readonly Role[];
  readonly ruleSet: RuleSet;
  /** Where the rules lie and how to load them again: changed files take effect while the roles run. */
  readonly rules?: Pick<ReloadOptions, 'paths' | 'source' | 'read'>;
  /** Where the detector works, if not in this thread; it has its plan. */
  readonly thread?: DetectorThread | undefined;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** What one run did, for its last log line. */
export interface RolesSummary {
  readonly records: number;
  readonly alerts: number;
}

const RELOAD_EVERY = 5_000;
const DEFAULT_HTTP = { host: '127.0.0.1', port: 9464 } as const;

/**
 * Runs roles of a site between Kafka and Elasticsearch in this process, until the signal aborts.
 *
 * Waits for brokers and topics. Throws, refusing to start, where the topics are of another size than configured, where
 * credentials would travel unencrypted, or where an indexer has nothing to write to; later only for bugs, after the other
 * roles have ended: the process must end non-zero then.
 */
export async function runRoles(config: Config, options: RolesOptions): Promise<RolesSummary> {
  const site = new SiteRun(config, options);
  return site.run();
}

class SiteRun {
  readonly #config: Config;
  readonly #options: RolesOptions;
  readonly #site: ReturnType<typeof openSite>;
  readonly #health: Health;
  readonly #metrics: RoleMetrics = createRoleMetrics();
  /** Aborts when the signal does, or a role has failed. */
  readonly #stop = new AbortController();
  readonly #enrichment: Enrichment | undefined;
  #alerts = 0;

  constructor(config: Config, options: RolesOptions) {
    this.#config = config;
    this.#options = options;
    this.#site = openSite(config);
    this.#enrichment = openEnrichment(config, (failure) => options.log.warn(failure.message));
    this.#health = new Health((level, message) => options.log[level](message));
  }

  async run(): Promise<RolesSummary> {
    const { log, signal } = this.#options;
    const stop = (): void => this.#stop.abort();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const { http } = this.#config;
    const server = http === null ? undefined : await serveMetrics(this.#metrics, this.#health, http ?? DEFAULT_HTTP);
    if (server !== undefined) log.info(`health and metrics at ${urlOf(server.address() as AddressInfo)}`);
    try {
      const [detect] = await Promise.all([
        this.#detector(),
        awaitSite({ ...this.#site, signal: this.#stop.signal, trouble: this.#trouble }),
      ]);
      await this.#work(detect);
    } finally {
      stop();
      signal.removeEventListener('abort', stop);
      server?.close();
      server?.closeAllConnections();
    }
    return { records: this.#metrics.detector?.counts.records ?? 0, alerts: this.#alerts };
  }

  /** All roles side by side; where one fails the others end too. */
  async #work(detect: () => Promise<void>): Promise<void> {
    const { roles } = this.#options;
    const running: Promise<void>[] = [];
    if (roles.includes('detector')) running.push(detect());
    if (roles.includes('correlator')) running.push(this.#correlator().run());
    if (roles.includes('indexer')) running.push(...this.#indexers());
    running.push(this.#reloading());
    const ended = running.map((one) => one.finally(() => this.#stop.abort()));
    const failed = (await Promise.allSettled(ended)).find(({ status }) => status === 'rejected');
    if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
  }

  /** Makes the detector ready, where it has a thread there, else here; returns its work. */
  async #detector(): Promise<() => Promise<void>> {
    const { roles, ruleSet, thread, log } = this.#options;
    if (!roles.includes('detector')) return () => Promise.resolve();
    const hooks = { signal: this.#stop.signal, trouble: this.#trouble, report: this.#report };
    if (thread !== undefined) {
      try {
        await thread.loaded();
        this.#metrics.detector = thread;
        log.info('the detector has a thread of its own');
        return () => thread.run(hooks);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        log.warn(`the detector gets no thread of its own and shares that of the other roles: ${reason}`);
      }
    }
    const { DetectorRole } = await import('./detector.js');
    const role = (this.#metrics.detector = new DetectorRole({ ...this.#common(ruleSet), ...hooks }));
    return () => role.run();
  }

  #correlator(): CorrelatorRole {
    const { ruleSet, log } = this.#options;
    return (this.#metrics.correlator = new CorrelatorRole({
      ...this.#common(ruleSet),
      report: (message) => log.warn(message),
      onCommit: (commit, milliseconds) => this.#committed(commit, milliseconds),
    }));
  }

  #common(ruleSet: RuleSet) {
    return {
      ...this.#site,
      ruleSet,
      signal: this.#stop.signal,
      trouble: this.#trouble,
      ...(this.#enrichment !== undefined && { enrichment: this.#enrichment }),
    };
  }

  #indexers(): readonly Promise<void>[] {
    const clusters = this.#config.outputs.filter((output): output is ElasticsearchConfig => output.type !== 'ndjson');
    return clusters.flatMap((output, i) => [
      this.#alertIndexer(output, i + 1),
      ...(output.events ? [this.#eventIndexer(output, i + 1)] : []),
    ]);
  }

  #alertIndexer(output: ElasticsearchConfig, nth: number): Promise<void> {
    const { retention } = output;
    return runIndexer({
      ...this.#indexing(),
      group: this.#site.names.indexers(nth),
      cluster: elasticsearchOf(output),
      ...(retention !== undefined && { retention }),
      onIndexed: (count) => this.#metrics.indexed(count),
    });
  }

  async #eventIndexer(output: ElasticsearchConfig, nth: number): Promise<void> {
    const options = this.#indexing();
    const events = await openClusterEvents(output, nth, options.report);
    await runEventIndexer(
      { ...options, group: this.#site.names.eventIndexers(nth), topic: this.#site.names.events },
      events,
    );
  }

  #indexing(): Omit<IndexingOptions, 'group' | 'topic'> {
    const { alerts, deadLetters } = this.#site.names;
    return {
      kafka: clusterOf(this.#config.kafka as KafkaConfig),
      alerts,
      deadLetters,
      signal: this.#stop.signal,
      trouble: this.#trouble,
      report: this.#report,
    };
  }

  readonly #report = ({ message }: { readonly message: string }): void => this.#options.log.warn(message);

  readonly #trouble = (name: string, message: string | undefined): void => {
    if (message === undefined) this.#health.green(name);
    else this.#health.red(name, message, Date.now());
  };

  #committed(commit: Commit, milliseconds: number): void {
    this.#metrics.commit(commit, milliseconds);
    this.#alerts += commit.alerts.length;
    for (const { revision, document } of commit.alerts) {
      const { message } = document;
      if (revision === 1) this.#options.log.warn(`alert: ${typeof message === 'string' ? message : 'untitled'}`);
    }
    for (const { failure, label, position } of commit.deadLetters) {
      this.#options.log.warn(`dead letter: ${label} at offset ${position.offset}: ${failure.message}`);
    }
  }

  async #reloading(): Promise<void> {
    const { signal } = this.#stop;
    const reloader = this.#reloader();
    while (!signal.aborted) {
      await sleep(RELOAD_EVERY, undefined, { signal }).catch(() => undefined);
      if (this.#enrichment?.refresh() === true) {
        this.#options.log.info('changed lists, assets or databases are in force');
      }
      await reloader?.poll(Date.now());
    }
  }

  #reloader(): Reloader | undefined {
    const { rules, log, ruleSet } = this.#options;
    if (rules === undefined) return undefined;
    const pipeline = {
      ruleSet,
      replaceRules: async (next: RuleSet, source: RuleSource): Promise<void> => {
        await this.#metrics.detector?.replaceRules(next, source);
        this.#metrics.correlator?.replaceRules(next);
      },
    };
    return new Reloader({ ...rules, pipeline, every: 0, log });
  }
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/health and /metrics`;
}
