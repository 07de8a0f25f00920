import type { DeadLetter, Failure } from '../../event/index.js';
import { type KafkaRecord, type PartitionStream, SteadyWriter, type SteadyOptions } from '../../kafka/index.js';
import { shortEvent } from '../../output/event-short.js';
import type { EventDocument, EventOutput, Left } from '../../output/types.js';
import { EventOutputs } from '../event-outputs.js';
import { type IndexingOptions, type IndexingWork, letterOf, runIndexing } from './indexing.js';

const VERSION = 1;
/** A broker takes records of 1 MiB into the topic; longer events are shortened. */
const LONGEST = 1_048_576;

/**
 * An event as a record of the events topic: `v` version, `id` position, `time` and `received` (epoch ms), `event` the ECS
 * document. Its key is the id, so a repeat is in the same partition.
 */
export function encodeEvent(event: EventDocument): { readonly key: string; readonly value: string } {
  const { id, time, receiveTime, json } = event;
  const value = `{"v":${VERSION},"id":${JSON.stringify(id)},"time":${time},"received":${receiveTime},"event":${json}}`;
  if (Buffer.byteLength(value) <= LONGEST) return { key: id, value };
  return encodeEvent(shortEvent(event, 'the event is longer than a record of 1 MiB'));
}

/** Reads such a record; what is none becomes a failure. Never throws. */
export function decodeEvent(value: Buffer | null): EventDocument | Failure {
  try {
    const parsed = JSON.parse(value?.toString('utf8') ?? 'null') as Readonly<Record<string, unknown>> | null;
    const { v, id, time, received, event } = parsed ?? {};
    const isTimed = Number.isFinite(time) && Number.isFinite(received);
    if (
      v === VERSION &&
      typeof id === 'string' &&
      id !== '' &&
      isTimed &&
      typeof event === 'object' &&
      event !== null
    ) {
      return { id, time: time as number, receiveTime: received as number, json: JSON.stringify(event) };
    }
  } catch {
    // Told below: it is no JSON.
  }
  return { code: 'kafka.event', message: 'the record is no event; only Sekisho may write to this topic' };
}

/** The events topic as what a detector writes events to: for as long as it takes, told by `trouble`. */
export class EventTopic implements EventOutput {
  readonly name: string;
  readonly #writer: SteadyWriter;

  constructor(topic: string, options: Omit<SteadyOptions, 'name'>) {
    this.name = topic;
    this.#writer = new SteadyWriter({ ...options, name: 'events' });
  }

  async write(events: readonly EventDocument[]): Promise<Left> {
    try {
      await this.#writer.write(this.name, events.map(encodeEvent));
      return { events: [], reason: '' };
    } catch (error) {
      return { events, reason: error instanceof Error ? error.message : String(error) };
    }
  }

  close(): Promise<void> {
    return this.#writer.close();
  }
}

/**
 * The part of the indexer's role that takes events from their topic to an output, until the signal aborts: see
 * `runIndexing`. The same event again has the same id.
 */
export async function runEventIndexer(options: IndexingOptions, output: EventOutput): Promise<void> {
  await runIndexing(options, new EventIndexing(options, output));
}

class EventIndexing implements IndexingWork {
  readonly #events: EventOutputs;

  constructor({ trouble, signal }: IndexingOptions, output: EventOutput) {
    this.#events = new EventOutputs({ outputs: [output], trouble, signal });
  }

  readonly close = (): Promise<void> => this.#events.close();

  readonly index = async (stream: PartitionStream, records: readonly KafkaRecord[]): Promise<readonly DeadLetter[]> => {
    const letters: DeadLetter[] = [];
    for (const record of records) {
      const event = decodeEvent(record.value);
      if ('code' in event) letters.push(letterOf(stream, record, event));
      else this.#events.push(event);
    }
    await this.#events.flush();
    return letters;
  };
}
