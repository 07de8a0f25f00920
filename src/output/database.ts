import { existsSync } from 'node:fs';
import Database from 'libsql';
import { foreignTables, storeReason, TABLE_NAMES } from '../event/index.js';

/** The newest layout of the store that this code reads; the ledger writes it. */
const READS_VERSION = 1;

/** A store that can't be read, in words. */
export class StoreReadError extends Error {
  override readonly name = 'StoreReadError';
  readonly code = 'store.read';
}

/** What kept a store from being read, in words: where, what, and the way out. */
export function storeReadError(path: string, error: unknown): StoreReadError {
  if (error instanceof StoreReadError) return error;
  const text = error instanceof Error ? error.message : String(error);
  // A document that is no JSON: bytes of the file that SQLite does not check.
  const known = error instanceof SyntaxError ? Object.assign(new Error(text), { code: 'SQLITE_CORRUPT' }) : error;
  const reason = storeReason(known).reason ?? `can't be read (${text})`;
  return new StoreReadError(`${path}: ${reason}`, { cause: error });
}

/**
 * Opens the ledger's store beside the process that writes to it. Throws `StoreReadError` where there is none, where it
 * is something else, damaged, or newer than this program. Waits up to 5 s for a lock. `write` allows the few changes that
 * readers make (a dead letter marked, an output's cursor).
 */
export function openDatabase(path: string, write: boolean): Database.Database {
  if (!existsSync(path)) throw new StoreReadError(`${path}: there is no store yet; \`sekisho run\` makes it`);
  let database: Database.Database | undefined;
  try {
    database = new Database(path);
    database.exec(`PRAGMA busy_timeout = 5000; PRAGMA query_only = ${write ? 0 : 1}; PRAGMA synchronous = NORMAL`);
    const fault = faultOf(database);
    if (fault !== undefined) throw new StoreReadError(`${path}: ${fault}`);
    return database;
  } catch (error) {
    database?.close();
    throw storeReadError(path, error);
  }
}

/** Why a database is no store that this code reads; undefined: it is one. */
function faultOf(database: Database.Database): string | undefined {
  const tables = (database.prepare(TABLE_NAMES).raw().all([]) as [string][]).flat();
  if (tables.length === 0) return 'holds nothing yet; `sekisho run` sets it up';
  const foreign = foreignTables(tables);
  if (foreign !== undefined) return foreign;
  const [version] = database.prepare('SELECT coalesce(max(version), 0) FROM migration').raw().get([]) as [number];
  if (version === READS_VERSION) return undefined;
  return version > READS_VERSION ? 'written by a newer version of Sekisho; update this one' : 'not set up yet';
}
