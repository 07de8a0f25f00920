import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Ledger } from '../ledger/types.js';
import type { Config } from './config.js';
import { Health } from './health.js';
import { settingsFor } from './inputs.js';
import type { Log } from './log.js';
import { createMetrics, serveMetrics } from './metrics.js';
import { openOutputs, openSiteLedger } from './storage.js';
import { Pipeline } from './pipeline.js';
import type { RuleSet } from './rules.js';
import type { CommitStats } from './run.js';
import { Runner } from './run.js';
import { openFollowing } from './sources.js';

/** What the embedded engine runs with. */
export interface EmbeddedOptions {
  readonly ruleSet: RuleSet;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Read what is there, commit, and return, instead of following on. */
  readonly untilCaughtUp?: boolean;
}

/** What one run did, for its last log line. */
export interface EmbeddedSummary {
  readonly records: number;
  readonly alerts: number;
}

/** Where health and metrics listen unless the configuration says otherwise; `http: null` switches them off. */
const DEFAULT_HTTP = { host: '127.0.0.1', port: 9464 } as const;

/**
 * The embedded engine: files and standard input in, one process, one SQLite file as ledger and store, outputs fed from
 * its outbox, health and metrics over HTTP. Nothing to install.
 *
 * Returns after the last commit, when the signal aborts or everything is caught up where asked.
 *
 * @throws where it can't start: the data folder, the store or the HTTP port can't be opened.
 */
export async function runEmbedded(config: Config, options: EmbeddedOptions): Promise<EmbeddedSummary> {
  const { ruleSet, log, signal } = options;
  mkdirSync(config.data, { recursive: true });
  const health = new Health((level, message) => log[level](message));
  const pipeline = new Pipeline(ruleSet, { keepState: true, maxBytes: config.memory });
  const metrics = createMetrics(pipeline, (index) => ruleSet.correlations[index]?.meta.id ?? '?');
  const server = config.http === null ? undefined : await serveMetrics(metrics, health, config.http ?? DEFAULT_HTTP);
  if (server !== undefined) log.info(`health and metrics at ${urlOf(server.address() as AddressInfo)}`);
  let alerts = 0;
  const onCommit = (stats: CommitStats): void => {
    alerts += stats.alerts;
    metrics.commit(stats);
  };
  try {
    const runner = new Runner({
      pipeline,
      ledger: telling(openSiteLedger(config), log),
      openInput: (_, restored) => Promise.resolve(openFollowing(sourcesOf(config, log), restored)),
      outputs: openOutputs(config),
      health,
      lateness: config.lateness,
      idle: config.idle,
      commitInterval: config['commit-interval'],
      pollInterval: config['poll-interval'],
      signal,
      ...(options.untilCaughtUp === true && { untilCaughtUp: true }),
      onCommit,
    });
    await runner.run();
  } finally {
    server?.close();
    server?.closeAllConnections();
  }
  return { records: pipeline.counts.records, alerts };
}

function sourcesOf(config: Config, log: Log): Parameters<typeof openFollowing>[0] {
  return {
    paths: config.inputs.flatMap((input) => input.path),
    settingsFor: settingsFor(config, {}),
    report: (failure) => log.warn(failure.message),
    maxLineBytes: config['max-line'],
  };
}

/** A ledger that logs each alert once it is durable: when it opens, and when it ends. */
function telling(ledger: Ledger, log: Log): Ledger {
  return {
    open: () => ledger.open(),
    commit: async (commit) => {
      await ledger.commit(commit);
      for (const { revision, document } of commit.alerts) {
        const { message } = document;
        if (revision === 1) log.warn(`alert: ${typeof message === 'string' ? message : 'untitled'}`);
      }
      const first = commit.deadLetters[0];
      if (first !== undefined) {
        const more = commit.deadLetters.length > 1 ? ` and ${commit.deadLetters.length - 1} more` : '';
        log.warn(`dead letter: ${first.label} at byte ${first.position.offset}: ${first.failure.message}${more}`);
      }
    },
    close: () => ledger.close(),
  };
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/health and /metrics`;
}
