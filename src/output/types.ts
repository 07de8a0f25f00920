/**
 * Something that takes committed alerts on: reads what is new since its cursor in the ledger's outbox.
 *
 * At least once and idempotent by alert id and revision: a cursor moves only after what it passed is durable.
 */
export interface Output {
  readonly name: string;
  /** Writes what is new since its cursor. Rejects where it can't now; the next call tries the same again. */
  pump(): Promise<void>;
  close(): Promise<void>;
}
