/** One event to be written: its position as `_id`, its times (epoch ms), and its ECS document as JSON. */
export interface EventDocument {
  readonly id: string;
  readonly time: number;
  readonly receiveTime: number;
  readonly json: string;
}

/** What could not be written now, to be written again, with the reason. Empty: all is written. */
export interface Left {
  readonly events: readonly EventDocument[];
  readonly reason: string;
}

/**
 * Something that takes every event, before the positions that it came from are committed: at least once, and the same
 * event again has the same id.
 */
export interface EventOutput {
  readonly name: string;
  /** Tries once; what it returns as left is for the caller to write again. Never rejects. */
  write(events: readonly EventDocument[], signal: AbortSignal): Promise<Left>;
  close(): Promise<void>;
}

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
