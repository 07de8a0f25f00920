import type { AlertDocument, DeadLetter, RecordBatch, Source } from '../event/index.js';
import type { Input, Reader } from '../input/types.js';
import type { RuleSet } from '../rule/types.js';
import { Pipeline } from './pipeline.js';
import { Watermark } from './watermark.js';

/** Options of a scan. */
export interface ScanOptions {
  readonly ruleSet: RuleSet;
  readonly input: Input;
  /** Milliseconds. */
  readonly lateness: number;
  /** Events older than this (epoch ms) are not matched. */
  readonly since?: number;
  readonly maxBytes?: number;
  /** Wall clock for `event.created`, epoch ms. */
  readonly now: number;
  /** Called once, before anything is read. */
  readonly onSources?: (sources: readonly Source[]) => void;
  /** Called after each batch; must be quick. */
  readonly onProgress?: (pipeline: Pipeline, batch: RecordBatch) => void;
  readonly signal?: AbortSignal;
}

/** What a scan found: each alert in its last revision, in the order of `event.start`, and what became of the rest. */
export interface ScanResult {
  readonly alerts: readonly AlertDocument[];
  readonly deadLetters: readonly DeadLetter[];
  readonly pipeline: Pipeline;
  readonly sources: number;
  /** True where the scan was stopped before the end. */
  readonly aborted: boolean;
}

/** Alerts are gathered every so many batches, which bounds what the correlator holds of ended episodes. */
const BATCHES_PER_COLLECT = 512;
/** Dead letters kept for the report; the rest are only counted. */
const DEAD_LETTERS_KEPT = 1000;

/**
 * Reads sources once to their end through the pipeline: the same inside as `run`, with a ledger in memory.
 *
 * The next batch comes from the source with the lowest current time, so that sources advance together and nothing is
 * sorted; at the end the watermark goes to infinity. Deterministic: the same files give the same alerts and revisions.
 */
export async function scan(options: ScanOptions): Promise<ScanResult> {
  const pipeline = new Pipeline(options.ruleSet, {
    keepState: false,
    ...(options.since !== undefined && { since: options.since }),
    ...(options.maxBytes !== undefined && { maxBytes: options.maxBytes }),
  });
  const watermark = new Watermark({ lateness: options.lateness, idle: Infinity });
  const open = [...(await options.input.discover())];
  const sources = open.length;
  options.onSources?.(open.map((reader) => reader.source));
  for (const reader of open) watermark.open(reader.source.id, null);
  const alerts = new Map<string, AlertDocument>();
  const deadLetters: DeadLetter[] = [];
  const collect = (): void => {
    for (const alert of pipeline.collect(options.now).alerts) alerts.set(alert.id, alert);
    deadLetters.length = Math.min(deadLetters.length, DEAD_LETTERS_KEPT);
  };
  for (let batches = 1; open.length > 0 && options.signal?.aborted !== true; batches++) {
    const reader = lowest(open, watermark);
    const result = await reader.read();
    if (result.kind !== 'batch') {
      open.splice(open.indexOf(reader), 1);
      watermark.close(reader.source.id);
      await reader.close();
    } else {
      watermark.saw(reader.source.id, pipeline.process(result.batch, deadLetters));
      options.onProgress?.(pipeline, result.batch);
    }
    pipeline.advance(watermark.current());
    if (batches % BATCHES_PER_COLLECT === 0) collect();
  }
  pipeline.advance(Infinity);
  collect();
  await options.input.close();
  return { alerts: byStart(alerts), deadLetters, pipeline, sources, aborted: options.signal?.aborted === true };
}

function lowest(open: readonly Reader[], watermark: Watermark): Reader {
  let best = open[0] as Reader;
  for (const reader of open) {
    if (watermark.eventTime(reader.source.id) < watermark.eventTime(best.source.id)) best = reader;
  }
  return best;
}

/**
 * Alerts in the order of `event.start`, of equal ones the least severe first (so a chain stands after what completed
 * it), then by id. Merged ones are left out: their survivor tells it all.
 */
export function byStart(alerts: ReadonlyMap<string, AlertDocument>): readonly AlertDocument[] {
  return [...alerts.values()]
    .filter((alert) => alertField(alert, 'sekisho.alert.state') !== 'merged')
    .sort((a, b) => startOf(a).localeCompare(startOf(b)) || a.severity - b.severity || a.id.localeCompare(b.id));
}

function startOf(alert: AlertDocument): string {
  return String(alertField(alert, 'event.start'));
}

/** A field of an alert document by its dotted name; undefined where it isn't set. Keys with dots are found too. */
export function alertField(alert: AlertDocument, name: string): unknown {
  let node: unknown = alert.document;
  const keys = name.split('.');
  while (keys.length > 0) {
    if (typeof node !== 'object' || node === null) return undefined;
    const rest = keys.join('.');
    const object = node as Readonly<Record<string, unknown>>;
    if (Object.hasOwn(object, rest)) return object[rest];
    const key = keys.shift() as string;
    node = Object.hasOwn(object, key) ? object[key] : undefined;
  }
  return node;
}
