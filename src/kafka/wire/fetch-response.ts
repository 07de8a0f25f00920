import { type AbortedTransaction, areBatches, decodeBatches, type FetchedRecords } from './batches.js';
import type { RecordColumns } from './columns.js';

/**
 * Records that kafkajs takes for one message, so that its bookkeeping goes on as ever: which offsets were fetched, and
 * whether there is anything to hand over (it hands no control records over, so those without any record are called one).
 */
export class FetchedMessage {
  /** Of the last record, control records included. */
  readonly offset: string;
  readonly isControlRecord: boolean;
  /** Of the first batch. */
  readonly first: number;
  readonly columns: RecordColumns;

  constructor({ first, last, columns }: FetchedRecords) {
    this.offset = String(last);
    this.isControlRecord = columns.length === 0;
    this.first = first;
    this.columns = columns;
  }
}

/** What kafkajs expects of a decoder of fetch responses. */
export interface FetchResponse {
  /** The broker throttles nothing by itself since Kafka 2.0: it asks the client to. */
  readonly throttleTime: 0;
  readonly clientSideThrottleTime: number;
  readonly errorCode: number;
  readonly sessionId: number;
  readonly responses: readonly { readonly topicName: string; readonly partitions: readonly FetchedPartition[] }[];
}

interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: string;
  readonly lastStableOffset: string;
  readonly lastStartOffset: string;
  readonly abortedTransactions: readonly { readonly producerId: string; readonly firstOffset: string }[];
  readonly preferredReadReplica: number;
  readonly messages: readonly unknown[];
}

/** Decodes the records of a partition in the formats of Kafka 0.10 and older. */
export type DecodeOld = (data: Buffer) => Promise<readonly unknown[]>;

/**
 * Decodes a fetch response of version 11 with its records as columns (`FetchedMessage`), control records and those of
 * aborted transactions left out. Records of old formats come as `old` decodes them.
 *
 * Source: Kafka protocol guide, Fetch Response (Version: 11).
 */
export async function decodeFetch(data: Buffer, old: DecodeOld): Promise<FetchResponse> {
  const input = new Input(data);
  const clientSideThrottleTime = input.int32();
  const errorCode = input.int16();
  const sessionId = input.int32();
  const responses: { topicName: string; partitions: FetchedPartition[] }[] = [];
  for (let topics = input.int32(); topics > 0; topics--) {
    const topicName = input.string();
    const partitions: FetchedPartition[] = [];
    for (let count = input.int32(); count > 0; count--) partitions.push(await partitionOf(input, old));
    responses.push({ topicName, partitions });
  }
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
}

async function partitionOf(input: Input, old: DecodeOld): Promise<FetchedPartition> {
  const partition = input.int32();
  const errorCode = input.int16();
  const [highWatermark, lastStableOffset, lastStartOffset] = [input.int64(), input.int64(), input.int64()];
  const aborted: AbortedTransaction[] = [];
  for (let count = input.int32(); count > 0; count--) {
    aborted.push({ producerId: input.int64(), firstOffset: input.int64() });
  }
  const preferredReadReplica = input.int32();
  const records = input.bytes();
  const areColumns = areBatches(records);
  return {
    ...{ partition, errorCode, preferredReadReplica },
    highWatermark: String(highWatermark),
    lastStableOffset: String(lastStableOffset),
    lastStartOffset: String(lastStartOffset),
    // Those of columns are left out already.
    abortedTransactions: areColumns ? [] : aborted.map(textsOf),
    messages: areColumns
      ? (await decodeBatches(records, aborted)).map((fetched) => new FetchedMessage(fetched))
      : records.length === 0
        ? []
        : await old(records),
  };
}

function textsOf({ producerId, firstOffset }: AbortedTransaction) {
  return { producerId: String(producerId), firstOffset: String(firstOffset) };
}

/** Reads the protocol's types. Throws RangeError beyond the end. */
class Input {
  readonly #data: Buffer;
  #at = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  int16(): number {
    this.#at += 2;
    return this.#data.readInt16BE(this.#at - 2);
  }

  int32(): number {
    this.#at += 4;
    return this.#data.readInt32BE(this.#at - 4);
  }

  int64(): bigint {
    this.#at += 8;
    return this.#data.readBigInt64BE(this.#at - 8);
  }

  string(): string {
    return this.#piece(this.int16()).toString('utf8');
  }

  bytes(): Buffer {
    return this.#piece(this.int32());
  }

  #piece(length: number): Buffer {
    const start = this.#at;
    this.#at += Math.max(0, length);
    return this.#data.subarray(start, this.#at);
  }
}
