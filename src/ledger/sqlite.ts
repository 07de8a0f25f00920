import { hostname } from 'node:os';
import Database from 'libsql';
import { foreignTables, type StateChange, TABLE_NAMES } from '../event/index.js';
import { StoreError, storeError } from './errors.js';
import { lockForWriting, type WriterLock } from './lock.js';
import { MIGRATION_TABLE, MIGRATIONS } from './schema.js';
import type { Commit, Ledger, Progress, Restored } from './types.js';
import { type CommitStatements, prepareStatements } from './statements.js';

/** Settings of the durable ledger. */
export interface SqliteLedgerOptions {
  /** Ended alerts that no output waits for are deleted this many days after their end. Absent: kept for ever. */
  readonly retentionDays?: number;
  /** Pages the database may grow to (of 4 KiB): a bound for its disk space. Absent: none. */
  readonly maxPages?: number;
}

const DAY = 86_400_000;
const RETENTION_INTERVAL = 3_600_000;
const BUSY_TIMEOUT = 5000;
const STATE_BYTES_AT_ONCE = 4 * 1024 * 1024;

/**
 * A ledger in one SQLite file, which is also the store that alerts are read from.
 *
 * One transaction a commit, written ahead and synchronised to the disk before `commit` returns (about 20 ms for 5,000
 * state entries); a failed commit leaves nothing. One process writes (`open` refuses a second one), any number read at
 * the same time. Every error names the file, the reason and the way out. Text must not hold NUL, which SQLite cuts at:
 * carries and state are JSON, which has none.
 */
export function openSqliteLedger(path: string, options: SqliteLedgerOptions = {}): Ledger {
  return new SqliteLedger(path, options);
}

class SqliteLedger implements Ledger {
  readonly #path: string;
  readonly #options: SqliteLedgerOptions;
  #lock: WriterLock | undefined;
  #database: Database.Database | undefined;
  #statements: CommitStatements | undefined;
  #seq = 0;
  #cleanedAt = 0;

  constructor(path: string, options: SqliteLedgerOptions) {
    this.#path = path;
    this.#options = options;
  }

  async open(): Promise<Restored> {
    this.#lock = lockForWriting(this.#path);
    if (this.#lock === undefined) throw this.#inUse();
    try {
      this.#database = this.#prepare();
      this.#statements = prepareStatements(this.#database);
      this.#seq = Number(this.#meta('seq') ?? 0);
      this.#statements.setMeta.run(['owner', `${process.pid} on ${hostname()}`]);
      return this.#restored(this.#database);
    } catch (error) {
      await this.close();
      throw storeError(this.#path, error);
    }
  }

  async commit(commit: Commit): Promise<void> {
    const database = this.#database;
    const statements = this.#statements;
    if (database === undefined || statements === undefined) throw new StoreError('closed', `${this.#path}: not open`);
    try {
      database.exec('BEGIN IMMEDIATE');
      const seq = write(statements, commit, this.#seq);
      database.exec('COMMIT');
      this.#seq = seq;
    } catch (error) {
      rollback(database);
      throw storeError(this.#path, error);
    }
    this.#deleteOld(database);
  }

  async close(): Promise<void> {
    if (this.#database !== undefined) closeWhole(this.#database);
    this.#lock?.release();
    this.#database = undefined;
    this.#statements = undefined;
    this.#lock = undefined;
  }

  #prepare(): Database.Database {
    const database = new Database(this.#path);
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
    refuseForeign(database, this.#path);
    const [mode] = database.prepare('PRAGMA journal_mode = WAL').raw().get([]) as [string];
    if (mode !== 'wal') throw new StoreError('SQLITE_READONLY', `${this.#path}: can't be switched to WAL (${mode})`);
    database.exec('PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864');
    migrate(database, this.#path);
    if (this.#options.maxPages !== undefined) {
      database.prepare(`PRAGMA max_page_count = ${this.#options.maxPages}`).get([]);
    }
    return database;
  }

  #restored(database: Database.Database): Restored {
    const rows = database.prepare('SELECT source, label, offset, carry, event_time FROM progress').raw().all([]);
    const watermark = this.#meta('watermark');
    return {
      progress: (rows as [string, string, number, string | null, number | null][]).map(toProgress),
      watermark: watermark === undefined ? null : Number(watermark),
      state: { [Symbol.iterator]: () => stateEntries(database, this.#path) },
    };
  }

  #meta(key: string): string | undefined {
    const row = this.#database?.prepare('SELECT value FROM meta WHERE key = ?').raw().get([key]) as
      [string] | undefined;
    return row?.[0];
  }

  #inUse(): StoreError {
    const message = `${this.#path}: in use by process ${ownerOf(this.#path)}; stop it, or name another store here`;
    return new StoreError('store.in-use', message);
  }

  /** Deletes what the retention lets go, once an hour; a failure is left to the next time. */
  #deleteOld(database: Database.Database): void {
    const { retentionDays } = this.#options;
    const now = Date.now();
    if (retentionDays === undefined || now - this.#cleanedAt < RETENTION_INTERVAL) return;
    this.#cleanedAt = now;
    try {
      database.exec('BEGIN IMMEDIATE');
      deleteEnded(database, now - retentionDays * DAY);
      database.exec('COMMIT');
    } catch {
      rollback(database);
    }
  }
}

function toProgress([source, label, offset, carry, eventTime]: readonly [
  string,
  string,
  number,
  string | null,
  number | null,
]): Progress {
  return { source, label, offset, carry, eventTime };
}

function* stateEntries(database: Database.Database, path: string): Generator<readonly [string, string], void> {
  try {
    yield* database.prepare('SELECT key, value FROM state').raw().iterate([]) as Iterable<[string, string]>;
  } catch (error) {
    throw storeError(path, error);
  }
}

/** Closes, with everything in the one file where that can be (a reader, a full disk may hinder it: then in the WAL). */
function closeWhole(database: Database.Database): void {
  try {
    rollback(database);
    database.exec("DELETE FROM meta WHERE key = 'owner'");
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // What is committed stays committed in the WAL; the next opening goes on from there.
  }
  database.close();
}

/** Keeps hands off a database that another program made. */
function refuseForeign(database: Database.Database, path: string): void {
  const foreign = foreignTables(namesOf(database));
  if (foreign !== undefined) throw new StoreError('store.foreign', `${path}: ${foreign}`);
}

function namesOf(database: Database.Database): readonly string[] {
  return (database.prepare(TABLE_NAMES).raw().all([]) as [string][]).flat();
}

function migrate(database: Database.Database, path: string): void {
  database.exec(MIGRATION_TABLE);
  const [version] = database.prepare('SELECT coalesce(max(version), 0) FROM migration').raw().get([]) as [number];
  if (version > MIGRATIONS.length) {
    throw new StoreError('store.newer', `${path}: written by a newer version of Sekisho; update this one`);
  }
  MIGRATIONS.slice(version).forEach((step, i) => {
    const applied = `INSERT INTO migration VALUES (${version + i + 1}, ${Date.now()})`;
    database.exec(`BEGIN IMMEDIATE; ${step}; ${applied}; COMMIT`);
  });
}

function rollback(database: Database.Database): void {
  if (database.open && database.inTransaction) database.exec('ROLLBACK');
}

function ownerOf(path: string): string {
  try {
    const database = new Database(path);
    const row = database.prepare("SELECT value FROM meta WHERE key = 'owner'").raw().get([]) as [string] | undefined;
    database.close();
    return row?.[0] ?? 'unknown';
  } catch {
    return 'unknown';
  }
}

/** Writes one commit inside an open transaction; returns the last `seq` given. */
function write(statements: CommitStatements, commit: Commit, seq: number): number {
  for (const item of commit.progress) {
    statements.progress.run([item.source, item.label, item.offset, item.carry, item.eventTime]);
  }
  writeState(statements, commit.state);
  const last = statements.alerts(commit.alerts, seq);
  for (const letter of commit.deadLetters) statements.deadLetter(letter);
  if (commit.replayed !== undefined) statements.replayed.run([JSON.stringify(commit.replayed)]);
  if (commit.watermark !== null) statements.setMeta.run(['watermark', String(commit.watermark)]);
  if (last !== seq) statements.setMeta.run(['seq', String(last)]);
  return last;
}

/** The last change of each key, as JSON arrays that one statement each takes apart. */
function writeState(statements: CommitStatements, changes: readonly StateChange[]): void {
  const last = new Map(changes.map((change) => [change.key, change.value]));
  let entries: (readonly [string, string])[] = [];
  let size = 0;
  const forgotten: string[] = [];
  for (const [key, value] of last) {
    if (value === null) forgotten.push(key);
    else {
      entries.push([key, value]);
      size += key.length + value.length;
    }
    if (size > STATE_BYTES_AT_ONCE) {
      statements.setState.run([JSON.stringify(entries)]);
      entries = [];
      size = 0;
    }
  }
  if (entries.length > 0) statements.setState.run([JSON.stringify(entries)]);
  if (forgotten.length > 0) statements.forgetState.run([JSON.stringify(forgotten)]);
}

function deleteEnded(database: Database.Database, before: number): void {
  const old = `SELECT rowid FROM alerts WHERE state <> 'active' AND "end" < ${before}
    AND seq <= (SELECT coalesce(min(seq), 9223372036854775807) FROM outbox)`;
  database.exec(`DELETE FROM alerts_text WHERE rowid IN (${old}); DELETE FROM alerts WHERE rowid IN (${old})`);
  database.exec(`DELETE FROM dead_letters WHERE replayed = 1 AND receive_time < ${before}`);
}
