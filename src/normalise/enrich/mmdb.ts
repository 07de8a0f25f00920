import { createRequire } from 'node:module';
import type * as Mmdb from 'mmdb-lib';

/**
 * A database of addresses in MaxMind's format. The package that reads it is loaded with the first one.
 *
 * @throws Error where the bytes are no database.
 */
export function openDatabase<T extends Mmdb.Response>(bytes: Buffer): Mmdb.Reader<T> {
  const { Reader } = createRequire(import.meta.url)('mmdb-lib') as typeof Mmdb;
  return new Reader<T>(bytes);
}
