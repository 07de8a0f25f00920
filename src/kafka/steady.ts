import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka, Message, Producer } from 'kafkajs';
import { openIdempotentProducer, type TopicMessages } from './producers.js';

/** A record for a partition that was chosen already. */
export interface PartitionMessage extends Message {
  readonly partition: number;
}

/** What a steady writer needs. */
export interface SteadyOptions {
  readonly kafka: Kafka;
  readonly signal: AbortSignal;
  /** A trouble that lasts, by name; undefined: over. */
  readonly trouble: (name: string, message: string | undefined) => void;
  /** The trouble's name, and what can't be written, in words. */
  readonly name: string;
}

const RETRY_MS = 500;
const RETRY_MAX_MS = 5_000;
/** Bytes for one partition in one request: a broker takes batches of about 1 MiB. */
const PARTITION_BYTES = 512 * 1024;
const REQUEST_BYTES = 8 * 1024 * 1024;

/**
 * Writes records in order until they are written, whatever the brokers do meanwhile, told by `trouble`.
 *
 * Without duplicates as long as one producer lives; after a failure that its own retries don't mend a new one sends the
 * same again, so readers must know a record that they have. Not for several writes at once.
 */
export class SteadyWriter {
  readonly #options: SteadyOptions;
  #producer: Producer | undefined;

  constructor(options: SteadyOptions) {
    this.#options = options;
  }

  /** Returns once all is acknowledged; rejects only where the signal has aborted and the brokers can't be reached. */
  async write(topic: string, messages: readonly Message[]): Promise<void> {
    for (const chunk of chunksOf(messages)) await this.#send({ topic, messages: chunk });
  }

  /** Closes the connection. */
  async close(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.disconnect().catch(() => undefined);
  }

  async #send({ topic, messages }: TopicMessages): Promise<void> {
    const { kafka, signal, trouble, name } = this.#options;
    for (let delay = RETRY_MS; ; delay = Math.min(delay * 2, RETRY_MAX_MS)) {
      try {
        this.#producer ??= await openIdempotentProducer(kafka);
        await this.#producer.send({ topic, messages: [...messages] });
        trouble(name, undefined);
        return;
      } catch (error) {
        await this.close();
        if (signal.aborted) throw error;
        const reason = error instanceof Error ? error.message : String(error);
        trouble(name, `Kafka: ${name} can't be written to ${topic}: ${reason}; trying again`);
        await sleep(delay, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

/** Messages cut, in their order, into pieces that a broker takes at once: by bytes in all and for one partition. */
export function chunksOf<M extends Message>(messages: readonly M[]): readonly (readonly M[])[] {
  const chunks: M[][] = [];
  let chunk: M[] = [];
  let total = 0;
  const inPartition = new Map<number | undefined, number>();
  for (const message of messages) {
    const bytes = bytesOf(message);
    const here = (inPartition.get(message.partition) ?? 0) + bytes;
    if (chunk.length > 0 && (here > PARTITION_BYTES || total + bytes > REQUEST_BYTES)) {
      chunks.push(chunk);
      chunk = [];
      total = 0;
      inPartition.clear();
    }
    chunk.push(message);
    total += bytes;
    inPartition.set(message.partition, (inPartition.get(message.partition) ?? 0) + bytes);
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}

/** What a record takes in a request, and a little more. */
function bytesOf({ key, value }: Message): number {
  const size = (part: Buffer | string | null | undefined): number =>
    typeof part === 'string' ? Buffer.byteLength(part) : (part?.length ?? 0);
  return size(key) + size(value) + 64;
}
