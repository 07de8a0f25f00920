import { setTimeout as sleep } from 'node:timers/promises';
import type Database from 'libsql';
import type { AlertDocument } from '../../event/index.js';
import { openDatabase } from '../database.js';
import { ElasticsearchAlerts, type ElasticsearchOptions } from './elasticsearch.js';
import type { Output } from '../types.js';

/** What the output needs beside the cluster. */
export interface ElasticsearchOutboxOptions extends ElasticsearchOptions {
  /** Names the cursor: the same name goes on where it was. */
  readonly name: string;
  /** The ledger's store, which holds the outbox. */
  readonly store: string;
}

const ROWS_AT_ONCE = 1_000;
/** How long a write under way may take once the output is closed. */
const GRACE_MS = 3_000;

type Row = readonly [seq: number, id: string, revision: number, severity: number, document: string];

/**
 * Takes committed alerts from the ledger's outbox to Elasticsearch.
 *
 * `pump` only starts what is to be done and returns: while Elasticsearch is away the engine goes on, the alerts wait in
 * the store, and `trouble` tells. The cursor moves after Elasticsearch has stored what it passed. An alert that it takes
 * in no form stays in the store and is told by `report`.
 */
export function openElasticsearch(options: ElasticsearchOutboxOptions): Output {
  return new ElasticsearchOutput(options);
}

class ElasticsearchOutput implements Output {
  readonly name: string;
  readonly #options: ElasticsearchOutboxOptions;
  readonly #alerts: ElasticsearchAlerts;
  readonly #stop = new AbortController();
  #database: Database.Database | undefined;
  #cursor = 0;
  #isSetUp = false;
  #working: Promise<void> | undefined;
  #failed: Error | undefined;

  constructor(options: ElasticsearchOutboxOptions) {
    this.name = options.name;
    this.#options = options;
    this.#alerts = new ElasticsearchAlerts(options);
  }

  async pump(): Promise<void> {
    const failed = this.#failed;
    this.#failed = undefined;
    this.#working ??= this.#work()
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) this.#failed = error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => (this.#working = undefined));
    if (failed !== undefined) throw failed;
  }

  async close(): Promise<void> {
    if (this.#working !== undefined) {
      await Promise.race([this.#working, sleep(GRACE_MS, undefined, { ref: false })]);
      this.#stop.abort();
      await this.#working;
    }
    this.#database?.close();
    this.#database = undefined;
    await this.#alerts.close();
  }

  async #work(): Promise<void> {
    const { signal } = this.#stop;
    const database = (this.#database ??= this.#open());
    const next = database
      .prepare('SELECT seq, id, revision, severity, document FROM alerts WHERE seq > ? ORDER BY seq LIMIT ?')
      .raw();
    for (;;) {
      const rows = next.all([this.#cursor, ROWS_AT_ONCE]) as Row[];
      const last = rows.at(-1);
      if (last === undefined) return;
      if (!this.#isSetUp) await this.#alerts.setup(signal);
      this.#isSetUp = true;
      const refused = await this.#alerts.write(rows.map(alertOf), signal);
      for (const { failure } of refused) this.#options.report(failure);
      database.prepare('INSERT OR REPLACE INTO outbox VALUES (?, ?)').run([this.name, last[0]]);
      this.#cursor = last[0];
    }
  }

  #open(): Database.Database {
    const database = openDatabase(this.#options.store, true);
    const row = database.prepare('SELECT seq FROM outbox WHERE output = ?').raw().get([this.name]) as
      [number] | undefined;
    this.#cursor = row?.[0] ?? 0;
    if (row === undefined) database.prepare('INSERT INTO outbox VALUES (?, 0)').run([this.name]);
    return database;
  }
}

function alertOf([, id, revision, severity, document]: Row): AlertDocument {
  return { id, revision, severity, document: JSON.parse(document) as AlertDocument['document'] };
}
