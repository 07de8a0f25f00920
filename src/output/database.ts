import { existsSync } from 'node:fs';
import Database from 'libsql';

/** The newest layout of the store that this code reads; the ledger writes it. */
const READS_VERSION = 1;

/** A store that can't be read, in words. */
export class StoreReadError extends Error {
  override readonly name = 'StoreReadError';
  readonly code = 'store.read';
}

/**
 * Opens the ledger's store beside the process that writes to it. Throws `StoreReadError` where there is none, where it
 * is something else, or newer than this program. Waits up to 5 s for a lock. `write` allows the few changes that
 * readers make (a dead letter marked, an output's cursor).
 */
export function openDatabase(path: string, write: boolean): Database.Database {
  if (!existsSync(path)) throw new StoreReadError(`${path}: there is no store yet; \`sekisho run\` makes it`);
  try {
    const database = new Database(path);
    database.exec(`PRAGMA busy_timeout = 5000; PRAGMA query_only = ${write ? 0 : 1}; PRAGMA synchronous = NORMAL`);
    const [version] = database.prepare('SELECT coalesce(max(version), 0) FROM migration').raw().get([]) as [number];
    if (version !== READS_VERSION) {
      database.close();
      const how = version > READS_VERSION ? 'written by a newer version of Sekisho; update this one' : 'not set up yet';
      throw new StoreReadError(`${path}: ${how}`);
    }
    return database;
  } catch (error) {
    if (error instanceof StoreReadError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreReadError(
      `${path}: is no Sekisho store, or can't be read (${reason}); look at \`data:\` in the configuration`,
      { cause: error },
    );
  }
}
