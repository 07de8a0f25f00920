export { StoreError } from './errors.js';
export { type MemoryLedger, openMemoryLedger } from './memory.js';
export { openSqliteLedger, type SqliteLedgerOptions } from './sqlite.js';
export type { Commit, Ledger, Progress, Restored } from './types.js';
