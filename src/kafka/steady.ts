import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka, Message, Producer } from 'kafkajs';
import { chunksOf } from './chunks.js';
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
