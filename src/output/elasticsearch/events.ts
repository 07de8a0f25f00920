import type { Client } from '@elastic/elasticsearch';
import type { Failure } from '../../event/index.js';
import { failureOf, outcomeOf, reasonOfItem } from './bulk.js';
import { type ElasticsearchSettings, openClient } from './client.js';
import { ensureTemplate } from './setup.js';
import { EVENT_INDEX_PATTERN, EVENT_TEMPLATE } from './event-template.js';
import { Expiry } from './retention.js';
import { shortEvent } from '../event-short.js';
import type { EventDocument, EventOutput, Left } from '../types.js';

/** What the output of events needs. */
export interface ElasticsearchEventsOptions {
  readonly name: string;
  readonly cluster: ElasticsearchSettings;
  /** An event that was written in another form than it has, or could not be written at all. */
  readonly report: (failure: Failure) => void;
  /** Index names begin with this; the template covers `sekisho-events-` only. */
  readonly indexPrefix?: string;
  /** Days that ended so long ago, ms, are deleted: once at the start and then once a day. Left out: never. */
  readonly retention?: number;
}

const PREFIX = 'sekisho-events-';
const BULK_BYTES = 4 * 1024 * 1024;
const BULK_COUNT = 2000;
const DAY = 86_400_000;

/**
 * Writes events into `sekisho-events-YYYY.MM.dd`, `_id` their position, so that a repeat overwrites.
 *
 * The day is the event's own, as far as it is believable (within 30 days before the receive time, a day after), else that
 * of the receive time: no line can make indices at will. An event that Elasticsearch refuses is written as its time, line
 * and reason; refused even so, it is reported and passed over. What passes (busy, away, not allowed) is left to the caller
 * to write again.
 */
export class ElasticsearchEvents implements EventOutput {
  readonly name: string;
  readonly #client: Client;
  readonly #options: ElasticsearchEventsOptions;
  readonly #expiry: Expiry;
  #isSetUp = false;

  /** Throws, refusing to start, on credentials that would travel unencrypted. */
  constructor(options: ElasticsearchEventsOptions) {
    this.name = options.name;
    this.#client = openClient(options.cluster);
    this.#options = options;
    const { retention, report } = options;
    this.#expiry = new Expiry(this.#client, { pattern: EVENT_INDEX_PATTERN, retention, report });
  }

  async write(events: readonly EventDocument[], signal: AbortSignal): Promise<Left> {
    try {
      if (!this.#isSetUp) await ensureTemplate(this.#client, { signal, template: EVENT_TEMPLATE });
      this.#isSetUp = true;
    } catch (error) {
      return { events, reason: failureOf(error).reason };
    }
    for (let at = 0; at < events.length;) {
      const end = endOf(events, at);
      const left = await this.#send(events.slice(at, end), signal);
      if (left.events.length > 0) return { ...left, events: [...left.events, ...events.slice(end)] };
      at = end;
    }
    await this.#expiry.look(Date.now());
    return NOTHING;
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #send(events: readonly EventDocument[], signal: AbortSignal, isRewritten = false): Promise<Left> {
    try {
      const operations = events.flatMap((event) => [
        { index: { _index: this.#indexOf(event), _id: event.id } },
        event.json,
      ]);
      const { items } = await this.#client.bulk({ operations }, { signal });
      const later: EventDocument[] = [];
      const refused: EventDocument[] = [];
      let reason = '';
      events.forEach((event, i) => {
        const { status = 0, error } = items[i]?.index ?? {};
        const outcome = outcomeOf(status, error?.type);
        if (outcome === 'done') return;
        const why = `${error?.type ?? status}: ${reasonOfItem(error)}`;
        if (outcome !== 'refused') later.push(event);
        else if (isRewritten) this.#report('refused', event, why);
        else refused.push(this.#rewritten(event, why));
        reason = outcome === 'refused' ? reason : why;
      });
      const left = refused.length === 0 ? NOTHING : await this.#send(refused, signal, true);
      return { events: [...later, ...left.events], reason: reason === '' ? left.reason : reason };
    } catch (error) {
      const { outcome, reason } = failureOf(error);
      if (outcome !== 'too-large' || events.length < 2) return this.#whole(events, outcome === 'too-large', reason);
      const half = events.length >> 1;
      const first = await this.#send(events.slice(0, half), signal, isRewritten);
      const second = await this.#send(events.slice(half), signal, isRewritten);
      return { events: [...first.events, ...second.events], reason: first.reason || second.reason };
    }
  }

  /** A request that failed as a whole; one event too large for the server can never be written as it is. */
  #whole(events: readonly EventDocument[], isTooLarge: boolean, reason: string): Left {
    return { events: isTooLarge ? events.map((event) => this.#rewritten(event, reason)) : events, reason };
  }

  #rewritten(event: EventDocument, reason: string): EventDocument {
    this.#report('rewritten', event, reason);
    return shortEvent(event, reason);
  }

  #report(how: 'rewritten' | 'refused', { id }: EventDocument, reason: string): void {
    const message = `event ${id} was ${how === 'refused' ? 'left out' : 'rewritten'}, since Elasticsearch refused it: ${reason}`;
    this.#options.report({ code: `output.elasticsearch.${how}`, message });
  }

  #indexOf({ time, receiveTime }: EventDocument): string {
    const isBelievable = time >= receiveTime - 30 * DAY && time <= receiveTime + DAY;
    const day = new Date(isBelievable ? time : receiveTime).toISOString().slice(0, 10).replaceAll('-', '.');
    return `${this.#options.indexPrefix ?? PREFIX}${day}`;
  }
}

const NOTHING: Left = { events: [], reason: '' };

/** Where a request that begins at `at` ends: bounded in bytes and number. */
function endOf(events: readonly EventDocument[], at: number): number {
  let size = 0;
  let end = at;
  while (end < events.length && end - at < BULK_COUNT) {
    size += (events[end] as EventDocument).json.length;
    if (end > at && size > BULK_BYTES) break;
    end++;
  }
  return end;
}
