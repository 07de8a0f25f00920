import type { DeadLetter, EcsEvent, FieldValue, InputSettings, LogRecord, Source } from '../event/index.js';
import { isDated } from '../normalise/time/calendar.js';
import type { Enrichment } from '../normalise/enrich/enrichment.js';
import { createNormaliser } from '../normalise/normaliser.js';
import type { Normaliser } from '../normalise/types.js';
import { documentOf } from './documents.js';

/** One line of `sekisho normalise`: an ECS document, or why there is none. */
export type NormalisedLine =
  | { readonly event: { readonly [key: string]: FieldValue } }
  | { readonly failure: { readonly code: string; readonly message: string } };

/** One line of `sekisho normalise --records`; several of one id where a record holds several logs. */
export type NormalisedRecord = NormalisedLine & { readonly id: unknown };

/** Turns lines into ECS documents, with everything derived computed. Records' offsets count from 0. */
export class LineNormaliser {
  readonly #normaliser: Normaliser;
  readonly #settings: InputSettings;
  #offset = 0;

  constructor(settings: InputSettings, enrichment?: Enrichment) {
    this.#settings = settings;
    this.#normaliser = createNormaliser({ derive: 'all', ...(enrichment !== undefined && { enrichment }) });
  }

  /** One raw line of a source, as an input read it. */
  line(source: Source, record: LogRecord): readonly NormalisedLine[] {
    return this.#run(source, record);
  }

  /**
   * One JSON line `{id, value, topic?, timestamp?}`: `value` is a record's text as Kafka would carry it, `topic` its
   * topic, `timestamp` (epoch ms or ISO) its receive time. A line that isn't of this form gives a failure with the id it has, else null.
   */
  record(text: string, receiveTime: number): readonly NormalisedRecord[] {
    const parsed = parseRecord(text);
    if ('message' in parsed) return [{ id: parsed.id, failure: { code: 'normalise.record', message: parsed.message } }];
    const topic = parsed.topic ?? 'records';
    const source = { id: `records:${topic}`, label: topic, settings: this.#settings };
    const record = {
      text: parsed.value,
      offset: this.#offset++,
      receiveTime: parsed.timestamp ?? receiveTime,
      bytes: undefined,
    };
    return this.#run(source, record).map((line) => ({ id: parsed.id, ...line }));
  }

  #run(source: Source, record: LogRecord): readonly NormalisedLine[] {
    const events: EcsEvent[] = [];
    const failed: DeadLetter | undefined = this.#normaliser.normalise(source, record, events);
    const lines: NormalisedLine[] = events.map((event) => ({ event: documentOf(event) }));
    return failed === undefined ? lines : [...lines, { failure: failed.failure }];
  }
}

interface InputRecord {
  readonly id: unknown;
  readonly value: string;
  readonly topic: string | undefined;
  readonly timestamp: number | undefined;
}

function parseRecord(text: string): InputRecord | { readonly id: unknown; readonly message: string } {
  try {
    const json = JSON.parse(text) as Readonly<Record<string, unknown>> | null;
    const id = json?.['id'] ?? null;
    const value = json?.['value'];
    if (value === undefined)
      return { id, message: 'a record line needs "value"; write {"id": …, "value": "the raw line"}' };
    const topic = json?.['topic'];
    const timestamp = json?.['timestamp'];
    const time = typeof timestamp === 'string' ? Date.parse(timestamp) : Number(timestamp ?? NaN);
    return {
      id,
      value: typeof value === 'string' ? value : JSON.stringify(value),
      topic: typeof topic === 'string' ? topic : undefined,
      timestamp: isDated(time) ? time : undefined,
    };
  } catch (error) {
    return { id: null, message: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}
