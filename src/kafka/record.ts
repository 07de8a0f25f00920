import type { Batch } from 'kafkajs';
import { REFUSED_HEADER } from './codecs.js';
import { type KafkaRecord, RecordColumns } from './columns.js';
import { FetchedMessage } from './fetch-response.js';

type Messages = Batch['messages'];

/** Fetched records with the offset of their first batch, which may lie before them. */
export interface Arrived {
  readonly first: number;
  readonly columns: RecordColumns;
  /** Offset of the last, control records included. */
  readonly last: number;
}

/**
 * What was fetched, in the order of offsets. Messages that kafkajs decoded itself (old brokers, old formats) become
 * columns here; where reading begins in the middle of a refused batch, its first record here stands for the batch,
 * without data.
 */
export function arrivedOf(batch: Batch): readonly Arrived[] {
  // What kafkajs takes for messages may be whole batches.
  const messages = batch.messages as readonly unknown[];
  if (messages[0] instanceof FetchedMessage) {
    return (messages as readonly FetchedMessage[]).map(({ first, columns, offset }) => {
      return { first, columns, last: Number(offset) };
    });
  }
  const first = Number(batch.firstOffset() ?? batch.messages[0]?.offset);
  return [{ first, columns: RecordColumns.of(batch.messages.map(recordOf)), last: Number(batch.lastOffset()) }];
}

function recordOf({ headers, key, value, offset, timestamp }: Messages[number], index: number): KafkaRecord {
  const refused = headers?.[REFUSED_HEADER];
  return {
    offset: Number(offset),
    timestamp: Number(timestamp),
    key,
    value: refused !== undefined && index === 0 ? (value ?? Buffer.alloc(0)) : value,
    refused: refused === undefined ? undefined : String(refused),
  };
}
