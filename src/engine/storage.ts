import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SEVERITY } from '../alert/index.js';
import type { Level } from '../event/index.js';
import { openSqliteLedger } from '../ledger/index.js';
import type { Ledger } from '../ledger/index.js';
import { openNdjson, openStore } from '../output/index.js';
import type { Output, Store } from '../output/index.js';
import type { Config } from './config.js';

export type { Store, StoredAlert, StoredDeadLetter } from '../output/index.js';

const DAY = 86_400_000;

/** The one file of embedded mode: ledger, alerts, dead letters, outbox. */
export function storePath(config: Config): string {
  return join(config.data, 'sekisho.db');
}

/** The ledger of a configuration; nothing is opened yet. */
export function openSiteLedger(config: Config): Ledger {
  return openSqliteLedger(storePath(config), {
    ...(config.retention !== undefined && { retentionDays: config.retention / DAY }),
  });
}

/** The outputs of a configuration, each with its own cursor in the store, named after what it writes to. */
export function openOutputs(config: Config): readonly Output[] {
  return config.outputs.map(({ type, path }) =>
    openNdjson({ name: `${type}:${path}`, store: storePath(config), to: path === '-' ? process.stdout : path }),
  );
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
