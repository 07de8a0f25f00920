import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@elastic/elasticsearch';
import type { AlertDocument, Failure } from '../../event/index.js';
import { type Answer, failureOf, type Outcome, sendBulk, type Write } from './bulk.js';
import { type ElasticsearchSettings, openClient } from './client.js';
import { rewriteAlert } from './rewrite.js';
import { Expiry } from './retention.js';
import { ensureTemplate } from './setup.js';
import { ALERT_INDEX_PATTERN } from './template.js';

export type { ElasticsearchSettings } from './client.js';

/** What the Elasticsearch output needs. */
export interface ElasticsearchOptions {
  readonly cluster: ElasticsearchSettings;
  /** A trouble that lasts, by name; undefined: over. Told again and again while it lasts. */
  readonly trouble: (name: string, message: string | undefined) => void;
  /** An alert that was written in another form than it has, or could not be written at all. */
  readonly report: (failure: Failure) => void;
  /** Index names begin with this; the template covers `sekisho-alerts-` only. */
  readonly indexPrefix?: string;
  /** Months that ended so long ago, ms, are deleted: once at the start and then once a day. Left out: never. */
  readonly retention?: number;
}

/** An alert that Elasticsearch takes in no form, with the reason. */
export interface RefusedAlert {
  readonly alert: AlertDocument;
  readonly failure: Failure;
}

const TROUBLE = 'elasticsearch';
const PREFIX = 'sekisho-alerts-';
/** A request's size: far below the server's limit of 100 MB, large enough to be efficient. */
const BULK_BYTES = 4 * 1024 * 1024;
const BULK_COUNT = 500;
const BACKOFF_MS = 200;
const BACKOFF_MAX_MS = 30_000;

const WORDS: Readonly<Partial<Record<Outcome, string>>> = {
  denied: 'refuses to be written to; check the key or password, its rights on sekisho-alerts-* and blocks of the index',
  later: 'can not be written to at the moment',
};

/**
 * Writes alerts into `sekisho-alerts-YYYY.MM` (month of `event.created`), `_id` the alert id, external version the
 * revision.
 *
 * Guarantee: `write` returns only when each alert is stored with its revision or a later one, in its own form or
 * rewritten (rewriteAlert), or is returned as refused in both. Writing the same alerts again changes nothing. Whatever
 * passes (429, 5xx, network) or needs a person (401, 403, blocked index) is tried again for ever, with back-off and
 * jitter, and told by `trouble`; the caller stands still meanwhile.
 */
export class ElasticsearchAlerts {
  readonly #client: Client;
  readonly #options: ElasticsearchOptions;
  readonly #expiry: Expiry;

  /** Throws, refusing to start, on credentials that would travel unencrypted. */
  constructor(options: ElasticsearchOptions) {
    this.#client = openClient(options.cluster);
    this.#options = options;
    const { retention, report } = options;
    this.#expiry = new Expiry(this.#client, { pattern: ALERT_INDEX_PATTERN, retention, report });
  }

  /** Puts the index template where it isn't there yet; the same again changes nothing. Waits like `write`. */
  async setup(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await ensureTemplate(this.#client, { signal });
        this.#options.trouble(TROUBLE, undefined);
        return;
      } catch (error) {
        await this.#wait(failureOf(error), attempt, signal);
      }
    }
  }

  /**
   * Writes alerts; of several with one id only that with the highest revision. Rejects only when the signal aborts: then
   * some may be written.
   */
  async write(alerts: readonly AlertDocument[], signal: AbortSignal): Promise<readonly RefusedAlert[]> {
    const refused: RefusedAlert[] = [];
    const latest = new Map<string, AlertDocument>();
    for (const alert of alerts) {
      if (alert.revision > (latest.get(alert.id)?.revision ?? -1)) latest.set(alert.id, alert);
    }
    const writes = [...latest.values()].map((alert): Write => ({ alert, index: this.#indexOf(alert) }));
    for (const request of requestsOf(writes)) await this.#writeRequest(request, refused, signal);
    await this.#expiry.look(Date.now());
    return refused;
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  /** Until nothing of it is left; `rewritten` are the ids whose second form is being tried. */
  async #writeRequest(request: readonly Write[], refused: RefusedAlert[], signal: AbortSignal): Promise<void> {
    const rewritten = new Map<string, AlertDocument>();
    let waiting = request;
    for (let attempt = 0; waiting.length > 0;) {
      const answers = await this.#send(waiting, signal);
      const delayed = answers.find(({ outcome }) => outcome === 'later' || outcome === 'denied');
      const next = await Promise.all(answers.map((answer) => this.#next(answer, rewritten, refused, signal)));
      waiting = next.flat();
      if (delayed === undefined) this.#options.trouble(TROUBLE, undefined);
      else await this.#wait(delayed, attempt++, signal);
      signal.throwIfAborted();
    }
  }

  /** One request, in halves where it is too large. */
  async #send(writes: readonly Write[], signal: AbortSignal): Promise<readonly Answer[]> {
    const answers = await sendBulk(this.#client, writes, signal);
    if (writes.length < 2 || answers[0]?.outcome !== 'too-large') return answers;
    const half = writes.length >> 1;
    const first = await this.#send(writes.slice(0, half), signal);
    return [...first, ...(await this.#send(writes.slice(half), signal))];
  }

  /** What is still to be done after an answer: nothing, the same again, or another form. */
  async #next(
    { write, outcome, reason }: Answer,
    rewritten: Map<string, AlertDocument>,
    refused: RefusedAlert[],
    signal: AbortSignal,
  ): Promise<readonly Write[]> {
    if (outcome === 'done') return [];
    if (outcome === 'later' || outcome === 'denied') return [write];
    if (outcome === 'conflict') return this.#resolve(write, signal);
    const original = rewritten.get(write.alert.id);
    if (original !== undefined) {
      refused.push({ alert: original, failure: { code: 'output.elasticsearch.refused', message: reason } });
      return [];
    }
    rewritten.set(write.alert.id, write.alert);
    const message = `alert ${write.alert.id} was rewritten, since Elasticsearch refused it: ${reason}`;
    this.#options.report({ code: 'output.elasticsearch.rewritten', message });
    return [{ ...write, alert: rewriteAlert(write.alert, reason) }];
  }

  /**
   * A conflict is a success only where the stored revision is at least ours. A lower one (or none, after a deletion)
   * means that somebody else has changed the document: ours is written over exactly what was seen.
   */
  async #resolve(write: Write, signal: AbortSignal): Promise<readonly Write[]> {
    const { alert, index } = write;
    try {
      const stored = await this.#client.get<StoredAlert>(
        { index, id: alert.id, _source_includes: ['sekisho.alert.revision'] },
        { signal, ignore: [404] },
      );
      if (stored.found !== true) return [{ ...write, over: null }];
      const revision = stored._source?.sekisho?.alert?.revision;
      if (typeof revision === 'number' && revision >= alert.revision) return [];
      return [{ ...write, over: { seqNo: stored._seq_no ?? 0, primaryTerm: stored._primary_term ?? 0 } }];
    } catch (error) {
      await this.#wait(failureOf(error), 0, signal);
      return [write];
    }
  }

  #indexOf({ document }: AlertDocument): string {
    const { event } = document as { event?: { created?: unknown } };
    const created = typeof event?.created === 'string' ? event.created : '';
    const month = /^(\d{4})-(\d{2})-/u.exec(created);
    return `${this.#options.indexPrefix ?? PREFIX}${month === null ? '1970.01' : `${month[1]}.${month[2]}`}`;
  }

  /** Says what holds the output up, and waits: twice as long each time, half of it by chance. */
  async #wait({ outcome, reason }: Pick<Answer, 'outcome' | 'reason'>, attempt: number, signal: AbortSignal) {
    signal.throwIfAborted();
    this.#options.trouble(TROUBLE, `Elasticsearch ${WORDS[outcome] ?? WORDS.later ?? ''}: ${reason}; trying again`);
    const longest = Math.min(BACKOFF_MAX_MS, BACKOFF_MS * 2 ** Math.min(attempt, 20));
    await sleep(longest * (0.5 + Math.random() / 2), undefined, { signal });
  }
}

interface StoredAlert {
  readonly sekisho?: { readonly alert?: { readonly revision?: unknown } };
}

/** Cuts writes into requests of bounded size and number. */
function* requestsOf(writes: readonly Write[]): Generator<readonly Write[]> {
  let request: Write[] = [];
  let bytes = 0;
  for (const write of writes) {
    const size = Buffer.byteLength(JSON.stringify(write.alert.document));
    if (request.length > 0 && (bytes + size > BULK_BYTES || request.length >= BULK_COUNT)) {
      yield request;
      request = [];
      bytes = 0;
    }
    request.push(write);
    bytes += size;
  }
  if (request.length > 0) yield request;
}
