export { StoreReadError } from './database.js';
export { type NdjsonOptions, openEventLines, openNdjson } from './ndjson.js';
export { type AlertFilter, fullTextQuery } from './query.js';
export {
  type DeadLetterFilter,
  type Found,
  openStore,
  type Page,
  type Store,
  type StoredAlert,
  type StoredDeadLetter,
} from './store.js';
export type { EventOutput, Output } from './types.js';
