import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SEVERITY } from '../alert/index.js';
import type { Failure, Level } from '../event/index.js';
import { openSqliteLedger } from '../ledger/index.js';
import type { Ledger } from '../ledger/index.js';
import { openEventLines, openNdjson, openStore } from '../output/index.js';
import type { EventOutput, Output, Store } from '../output/index.js';
import type { ElasticsearchSettings } from '../output/elasticsearch/elasticsearch.js';
import type { Config } from './config/config.js';
import type { ElasticsearchConfig } from './config/schema.js';

export type { Store, StoredAlert, StoredDeadLetter } from '../output/index.js';

const DAY = 86_400_000;

/** The one file of embedded mode: ledger, alerts, dead letters, outbox. */
function storePath(config: Config): string {
  return join(config.data, 'sekisho.db');
}

/** The ledger of a configuration; nothing is opened yet. */
export function openSiteLedger(config: Config): Ledger {
  return openSqliteLedger(storePath(config), {
    ...(config.retention !== undefined && { retentionDays: config.retention / DAY }),
  });
}

/** What outputs tell while they work. */
export interface OutputReports {
  /** A trouble that lasts, by name; undefined: over. */
  readonly trouble: (name: string, message: string | undefined) => void;
  readonly report: (failure: Failure) => void;
}

/**
 * The outputs of a configuration, each with its own cursor in the store, named after what it writes to; Elasticsearch
 * after its place among those, so that other addresses of the same cluster go on where it was.
 *
 * Throws, refusing to start, where credentials would travel unencrypted.
 */
export async function openOutputs(config: Config, reports: OutputReports): Promise<readonly Output[]> {
  const outputs: Output[] = [];
  let clusters = 0;
  for (const output of config.outputs) {
    if (output.type === 'elasticsearch')
      outputs.push(await openCluster(config, output, `elasticsearch:${++clusters}`, reports));
    else if (!output.events) outputs.push(openFileOutput(config, output));
  }
  return outputs;
}

function openFileOutput(config: Config, { type, path }: { readonly type: string; readonly path: string }): Output {
  return openNdjson({ name: `${type}:${path}`, store: storePath(config), to: path === '-' ? process.stdout : path });
}

/** The client takes a while to load, so only who uses it does. */
async function openCluster(
  config: Config,
  output: ElasticsearchConfig,
  name: string,
  reports: OutputReports,
): Promise<Output> {
  const { openElasticsearch } = await import('../output/elasticsearch/outbox.js');
  const { retention } = output;
  return openElasticsearch({
    name,
    store: storePath(config),
    cluster: elasticsearchOf(output),
    ...(retention !== undefined && { retention }),
    ...reports,
  });
}

/** How to reach Elasticsearch, as the configuration says it. */
export function elasticsearchOf(output: ElasticsearchConfig): ElasticsearchSettings {
  const { nodes, username, password, ca } = output;
  return {
    nodes,
    ...(output['api-key'] !== undefined && { apiKey: output['api-key'] }),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { ca }),
    ...(output['allow-plaintext-credentials'] === true && { allowPlaintextCredentials: true }),
  };
}

/** What a cluster is used for beside alerts. */
export function useOf(output: ElasticsearchConfig): {
  readonly retention: boolean;
  readonly events: boolean;
  readonly eventRetention: boolean;
} {
  const { retention, events } = output;
  return { retention: retention !== undefined, events, eventRetention: eventRetention(output) !== undefined };
}

/** How long events are kept, ms: as long as alerts, unless said otherwise. */
function eventRetention({ retention, 'events-retention': own }: ElasticsearchConfig): number | undefined {
  return own ?? retention;
}

/** The output of events into a cluster; `nth` of those, from 1. Throws as `openOutputs` does. */
export async function openClusterEvents(
  output: ElasticsearchConfig,
  nth: number,
  report: OutputReports['report'],
): Promise<EventOutput> {
  const { ElasticsearchEvents } = await import('../output/elasticsearch/events.js');
  const retention = eventRetention(output);
  return new ElasticsearchEvents({
    name: `elasticsearch events ${nth}`,
    cluster: elasticsearchOf(output),
    report,
    ...(retention !== undefined && { retention }),
  });
}

/** The outputs that take every event; none unless asked for. Throws as `openOutputs` does. */
export async function openEventOutputs(
  config: Config,
  report: OutputReports['report'],
): Promise<readonly EventOutput[]> {
  const outputs: EventOutput[] = [];
  for (const output of config.outputs.filter(({ events }) => events)) {
    if (output.type === 'ndjson') outputs.push(openEventLines(output.path));
    else outputs.push(await openClusterEvents(output, outputs.length + 1, report));
  }
  return outputs;
}

/** Whether `run` has made a store where the configuration says. */
export function storeExists(config: Config): boolean {
  return existsSync(storePath(config));
}

/** Opens that store for reading; `run` may go on writing meanwhile. */
export function openSiteStore(config: Config): Store {
  return openStore(storePath(config));
}

/** `event.severity` of a level. */
export function severityOf(level: Level): number {
  return SEVERITY[level];
}
