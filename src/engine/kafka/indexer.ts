import type { AlertDocument, DeadLetter } from '../../event/index.js';
import type { KafkaRecord, PartitionStream } from '../../kafka/index.js';
import { decodeAlert } from '../../ledger/kafka-records.js';
import {
  ElasticsearchAlerts,
  type ElasticsearchOptions,
  type RefusedAlert,
} from '../../output/elasticsearch/elasticsearch.js';
import { Failpoints } from '../failpoint.js';
import { type IndexingOptions, type IndexingWork, letterOf, runIndexing } from './indexing.js';

/** What an indexer works with. */
export interface IndexerOptions extends ElasticsearchOptions, Omit<IndexingOptions, 'topic'> {
  readonly onIndexed?: (count: number) => void;
}

/**
 * The role that takes alerts from their topic to Elasticsearch, until the signal aborts: see `runIndexing`. An alert is
 * stored with its revision or a later one, so the same again changes nothing.
 *
 * Throws, refusing to start, on credentials that would travel unencrypted.
 */
export async function runIndexer(options: IndexerOptions): Promise<void> {
  await runIndexing({ ...options, topic: options.alerts }, new AlertIndexing(options));
}

class AlertIndexing implements IndexingWork {
  readonly #options: IndexerOptions;
  readonly #elasticsearch: ElasticsearchAlerts;
  readonly #failpoints = new Failpoints();

  constructor(options: IndexerOptions) {
    this.#options = options;
    this.#elasticsearch = new ElasticsearchAlerts(options);
  }

  readonly setup = (signal: AbortSignal): Promise<void> => this.#elasticsearch.setup(signal);

  readonly close = (): Promise<void> => this.#elasticsearch.close();

  readonly index = async (stream: PartitionStream, records: readonly KafkaRecord[]): Promise<readonly DeadLetter[]> => {
    const alerts: AlertDocument[] = [];
    const letters: DeadLetter[] = [];
    const placeOf = new Map<string, KafkaRecord>();
    for (const record of records) {
      const alert = decodeAlert(record.value);
      if ('code' in alert) letters.push(letterOf(stream, record, alert));
      else {
        alerts.push(alert);
        placeOf.set(alert.id, record);
      }
    }
    const refused = alerts.length === 0 ? [] : await this.#write(alerts);
    for (const { alert, failure } of refused) {
      letters.push(letterOf(stream, placeOf.get(alert.id) as KafkaRecord, failure));
    }
    this.#options.onIndexed?.(alerts.length);
    return letters;
  };

  async #write(alerts: readonly AlertDocument[]): Promise<readonly RefusedAlert[]> {
    const writing = this.#elasticsearch.write(alerts, this.#options.signal);
    this.#failpoints.pass('bulk');
    const refused = await writing;
    this.#failpoints.pass('indexed');
    return refused;
  }
}
