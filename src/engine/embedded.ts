import type { AddressInfo } from 'node:net';
import type { DeadLetter } from '../event/index.js';
import type { Commit, Ledger } from '../ledger/types.js';
import type { Config } from './config/config.js';
import type { Enrichment } from '../normalise/enrich/enrichment.js';
import { Gaps } from './gaps.js';
import { Misfits } from './misfits.js';
import { openEnrichment } from './enrichment.js';
import { Health } from './health.js';
import { settingsFor } from './inputs.js';
import { joiningFor } from './joining.js';
import type { Log } from './log.js';
import { addListenerMetrics, createMetrics, serveMetrics } from './metrics.js';
import { EventOutputs } from './event-outputs.js';
import { makeDataFolder, unwritable } from './writable.js';
import { openEventOutputs, openOutputs, openSiteLedger } from './storage.js';
import { Pipeline, type PipelineOptions } from './pipeline.js';
import { Reloader, type ReloadOptions } from './reload.js';
import type { RuleSet } from './rules.js';
import type { CommitStats } from './run.js';
import { Runner } from './run.js';
import { type ConfiguredInput, openConfigured, type SourceOptions } from './sources.js';

/** What the embedded engine runs with. */
export interface EmbeddedOptions {
  readonly ruleSet: RuleSet;
  /** Where the rules lie and how to load them again: changed files take effect while the engine runs. */
  readonly rules?: Pick<ReloadOptions, 'paths' | 'source' | 'read'>;
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
 * The embedded engine: files, standard input and topics in, one process, one SQLite file as ledger and store, outputs fed from
 * its outbox, health and metrics over HTTP. Nothing to install.
 *
 * Returns after the last commit, when the signal aborts or everything is caught up where asked.
 *
 * @throws where it can't start: the data folder, the store or the HTTP port can't be opened.
 */
export async function runEmbedded(config: Config, options: EmbeddedOptions): Promise<EmbeddedSummary> {
  const { ruleSet, log, signal } = options;
  makeDataFolder(config.data);
  const health = new Health((level, message) => log[level](message));
  const enrichment = openEnrichment(config, (failure) => log.warn(failure.message));
  const trouble = (name: string, message: string | undefined): void => {
    if (message === undefined) health.green(name);
    else health.red(name, message, Date.now());
  };
  const outputs = await openEventOutputs(config, (failure) => log.warn(failure.message));
  // Those of alerts are opened at once and say it themselves; these when the first event comes.
  const ofEvents = config.outputs.filter((output) => output.events);
  for (const doubt of unwritable({ ...config, outputs: ofEvents })) log.warn(doubt);
  const events = outputs.length === 0 ? undefined : new EventOutputs({ outputs, trouble, signal });
  const pipeline = new Pipeline(ruleSet, {
    ...pipelineOptions(config, log, enrichment),
    ...(events !== undefined && { onEvent: (event) => events.add(event) }),
  });
  const metrics = createMetrics(pipeline, (index) => pipeline.ruleSet.correlations[index]?.meta.id ?? '?');
  const server = config.http === null ? undefined : await serveMetrics(metrics, health, config.http ?? DEFAULT_HTTP);
  if (server !== undefined) log.info(`health and metrics at ${urlOf(server.address() as AddressInfo)}`);
  let alerts = 0;
  const onCommit = (stats: CommitStats): void => {
    alerts += stats.alerts;
    metrics.commit(stats);
  };
  const gaps = new Gaps();
  const listening = { trouble, onGap: gaps.add };
  let input: ConfiguredInput | undefined;
  addListenerMetrics(metrics, () => input?.listeners ?? []);
  const onDurable = (commit: Commit): void => input?.committed(commit.progress);
  try {
    const runner = new Runner({
      pipeline,
      ledger: telling(openSiteLedger(config), log, onDurable),
      openInput: async (_, restored) => {
        input = await openConfigured(config, sourcesOf(config, log), restored, listening);
        for (const { address } of input.listeners) log.info(`syslog at ${address}`);
        return input;
      },
      outputs: await openOutputs(config, { trouble, report: (failure) => log.warn(failure.message) }),
      health,
      lateness: config.lateness,
      idle: config.idle,
      commitInterval: config['commit-interval'],
      pollInterval: config['poll-interval'],
      signal,
      ...(options.untilCaughtUp === true && { untilCaughtUp: true }),
      ...(events !== undefined && { flush: () => events.flush() }),
      ownAlerts: gaps.take,
      onCommit,
      afterCommit: reloading(options.rules, { pipeline, enrichment, log }),
    });
    await runner.run();
  } finally {
    server?.close();
    server?.closeAllConnections();
    await events?.close();
  }
  return { records: pipeline.counts.records, alerts };
}

function pipelineOptions(config: Config, log: Log, enrichment: Enrichment | undefined): PipelineOptions {
  return {
    misfits: new Misfits((message) => log.warn(message)),
    keepState: true,
    maxBytes: config.memory,
    ...(enrichment !== undefined && { enrichment }),
  };
}

/** Time between two looks at the rule files and the operator's data, ms. */
const RELOAD_EVERY = 5000;

interface Reloaded {
  readonly pipeline: Pipeline;
  readonly enrichment: Enrichment | undefined;
  readonly log: Log;
}

function reloading(
  rules: EmbeddedOptions['rules'],
  { pipeline, enrichment, log }: Reloaded,
): (now: number) => Promise<boolean> {
  const reloader = rules && new Reloader({ ...rules, pipeline, every: RELOAD_EVERY, log });
  let lookedAt = 0;
  return async (now) => {
    if (now - lookedAt >= RELOAD_EVERY) {
      lookedAt = now;
      if (enrichment?.refresh() === true) log.info('changed lists, assets or databases are in force');
    }
    return (await reloader?.poll(now)) ?? false;
  };
}

function sourcesOf(config: Config, log: Log): SourceOptions {
  return {
    paths: config.inputs.flatMap((input) => input.path),
    settingsFor: settingsFor(config, {}),
    report: (failure) => log.warn(failure.message),
    maxLineBytes: config['max-line'],
    joiningFor: joiningFor(config),
  };
}

/** A ledger that logs each alert once it is durable: when it opens, and when it ends; and hands on what is durable. */
function telling(ledger: Ledger, log: Log, onDurable: (commit: Commit) => void): Ledger {
  return {
    open: () => ledger.open(),
    commit: async (commit) => {
      await ledger.commit(commit);
      onDurable(commit);
      for (const { revision, document } of commit.alerts) {
        const { message } = document;
        if (revision === 1) log.warn(`alert: ${typeof message === 'string' ? message : 'untitled'}`);
      }
      const first = commit.deadLetters[0];
      if (first !== undefined) {
        const more = commit.deadLetters.length > 1 ? ` (and ${commit.deadLetters.length - 1} more)` : '';
        log.warn(`dead letter: ${first.label} at ${placeOf(first)}: ${first.failure.message}${more}`);
      }
    },
    close: () => ledger.close(),
  };
}

function placeOf({ position: { source, offset } }: DeadLetter): string {
  return `${/^(?:kafka|syslog):/u.test(source) ? 'offset' : 'byte'} ${offset}`;
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/health and /metrics`;
}
