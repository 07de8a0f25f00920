import Database from 'libsql';
import { storeError } from './errors.js';

/** The right to write to a store, held until it is released or the process ends. */
export interface WriterLock {
  release(): void;
}

/**
 * Takes the right to write, or returns undefined where another process (or another ledger of this one) has it.
 *
 * Held as an exclusive transaction on a small database beside the store, so that the system gives it back however the
 * process ends and no stale lock file can remain; readers of the store don't meet it.
 */
export function lockForWriting(path: string): WriterLock | undefined {
  try {
    const database = new Database(`${path}-lock`);
    try {
      database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      throw error;
    }
    return {
      release: () => {
        database.exec('ROLLBACK');
        database.close();
      },
    };
  } catch (error) {
    const failure = storeError(path, error);
    if (failure.code.startsWith('SQLITE_BUSY')) return undefined;
    throw failure;
  }
}
