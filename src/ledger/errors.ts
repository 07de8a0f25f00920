import { storeReason } from '../event/index.js';

/** A trouble with the store, in words, with SQLite's code. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** What an error of the database means for the person who runs it. */
export function storeError(path: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const { code, reason = text } = storeReason(error);
  return new StoreError(code, `${path}: ${reason}`, error);
}
