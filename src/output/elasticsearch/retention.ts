import type { Client } from '@elastic/elasticsearch';
import type { Failure } from '../../event/index.js';
import { reasonOf } from './setup.js';

/** Alerts are kept by month, events by day. */
const PERIOD = /^sekisho-(?:alerts-(\d{4})\.(\d{2})|events-(\d{4})\.(\d{2})\.(\d{2}))$/u;
const DAY_MS = 86_400_000;

/** Where the month or day ends that an index is named after, epoch ms; undefined where the name is none of ours. */
function endOf(name: string): number | undefined {
  const [match, year, month, ...day] = PERIOD.exec(name) ?? [];
  if (match === undefined) return undefined;
  if (year !== undefined) return Date.UTC(Number(year), Number(month), 1);
  const [dayYear, dayMonth, dayOfMonth] = day.map(Number) as [number, number, number];
  return Date.UTC(dayYear, dayMonth - 1, dayOfMonth + 1);
}

/**
 * Of these indices those of a month (alerts) or day (events) that ended longer than `retention` (ms) before `now`. Names
 * of another form are left alone: they are somebody else's.
 */
export function expiredIndices(names: readonly string[], now: number, retention: number): readonly string[] {
  return names.filter((name) => {
    const end = endOf(name);
    return end !== undefined && end + retention <= now;
  });
}

/** What is deleted, and to whom it is told that it can't be. */
export interface ExpiryOptions {
  /** Of the indices' names. */
  readonly pattern: string;
  /** Milliseconds; left out: nothing is ever deleted. */
  readonly retention?: number | undefined;
  readonly report: (failure: Failure) => void;
}

/** Deletes the indices that have expired, whole ones, the first time it is asked and then once a day. */
export class Expiry {
  readonly #client: Client;
  readonly #options: ExpiryOptions;
  #lookedAt = -Infinity;

  constructor(client: Client, options: ExpiryOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Never holds anything up: what fails is reported, and tried again a day later. `now`: epoch ms. */
  async look(now: number): Promise<void> {
    const { pattern, retention, report } = this.#options;
    if (retention === undefined || now - this.#lookedAt < DAY_MS) return;
    this.#lookedAt = now;
    await this.#delete(now, retention).catch((error: unknown) => {
      const message = `Elasticsearch: ${pattern} older than their retention can't be deleted: ${reasonOf(error)}`;
      report({ code: 'output.elasticsearch.retention', message });
    });
  }

  async #delete(now: number, retention: number): Promise<void> {
    const { indices } = await this.#client.indices.resolveIndex({ name: this.#options.pattern });
    const expired = expiredIndices(
      indices.map(({ name }) => name),
      now,
      retention,
    );
    if (expired.length > 0) await this.#client.indices.delete({ index: [...expired], ignore_unavailable: true });
  }
}
