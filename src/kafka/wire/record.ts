import type { Batch } from 'kafkajs';
import { REFUSED_HEADER } from './codecs.js';
import { type KafkaRecord, RecordColumns } from './columns.js';
import { FetchedMessage } from './fetch-response.js';

type Messages = Batch['messages'];

/** What was fetched of a partition, in the order of offsets. */
export interface Arrived {
  /** The first offset that was asked for and is there, control records included. */
  readonly first: number;
  /** The records, and for each piece the offset of its last; none where there were only control records. */
  readonly pieces: readonly { readonly columns: RecordColumns | undefined; readonly last: number }[];
}

/**
 * What was fetched. Messages that kafkajs decoded itself (old brokers, old formats) become columns here; where reading
 * begins in the middle of a refused batch, its first record here stands for the batch, without data.
 */
export function arrivedOf(batch: Batch): Arrived {
  // What kafkajs takes for messages may be whole batches.
  const messages = batch.messages as readonly unknown[];
  const last = Number(batch.lastOffset());
  if (!areWhole(messages)) {
    const first = Number(batch.firstOffset() ?? batch.messages[0]?.offset);
    return { first, pieces: [{ columns: RecordColumns.of(batch.messages.map(recordOf)), last }] };
  }
  // What lies before what was asked for came with it, since it is in the same batch on the broker.
  const asked = Number((batch as Batch & { readonly fetchedOffset: string }).fetchedOffset);
  const pieces = messages.map(({ columns, offset }) => ({ columns, last: Number(offset) }));
  return { first: Math.max(messages[0].first, asked), pieces: [...pieces, { columns: undefined, last }] };
}

function areWhole(messages: readonly unknown[]): messages is readonly [FetchedMessage, ...FetchedMessage[]] {
  return messages[0] instanceof FetchedMessage;
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
