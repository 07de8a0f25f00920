import type { LeftOut } from '../detect/types.js';
import type { AlertDocument, DeadLetter, Source } from '../event/index.js';
import type { Input } from '../input/types.js';
import type { Enrichment } from '../normalise/enrich/enrichment.js';
import type { RuleSet } from '../rule/types.js';
import { alertField } from './alert-field.js';
import { CorrelatorSide } from './correlator-side.js';
import type { PipelineCounts } from './counts.js';
import { type BatchStep, type Front, LocalFront } from './front/front.js';
import { Watermark } from './watermark.js';

/** Options of a scan. */
export interface ScanOptions {
  readonly ruleSet: RuleSet;
  /** What is read in this thread, or where the detections come from. */
  readonly input: Input | Front;
  /** Milliseconds. */
  readonly lateness: number;
  /** Events older than this (epoch ms) are not matched: where `input` is read in this thread. */
  readonly since?: number;
  readonly maxBytes?: number;
  /** The operator's lists, assets and databases. */
  readonly enrichment?: Enrichment;
  /** Wall clock for `event.created`, epoch ms. */
  readonly now: number;
  /** Called once, before anything is read. */
  readonly onSources?: (sources: readonly Source[]) => void;
  /** Called after each batch; must be quick. */
  readonly onProgress?: (source: Source, step: BatchStep, counts: PipelineCounts) => void;
  readonly signal?: AbortSignal;
}

/** What a scan found: each alert in its last revision, in the order of `event.start`, and what became of the rest. */
export interface ScanResult {
  readonly alerts: readonly AlertDocument[];
  /** The first thousand; all are counted. */
  readonly deadLetters: readonly DeadLetter[];
  readonly counts: PipelineCounts;
  /** Detections left out for a missing group-by or value field. */
  readonly leftOut: readonly LeftOut[];
  /** Group keys forgotten early for lack of memory. */
  readonly evictions: number;
  readonly sources: number;
  /** Greatest event time, but for those beyond the time of reading, epoch ms; −Infinity: none. */
  readonly newest: number;
  /** True where the scan was stopped before the end. */
  readonly aborted: boolean;
}

/** Alerts are gathered every so many steps, which bounds what the correlator holds of ended episodes. */
const STEPS_PER_COLLECT = 512;

/**
 * Reads sources once to their end through both sides of the pipeline: the same inside as `run`, with a ledger in memory.
 *
 * The next batch comes from the source with the lowest current time, so that sources advance together and nothing is
 * sorted; at the end the watermark goes to infinity. Deterministic: the same files give the same alerts and revisions,
 * whichever thread reads them. Rejects where reading can't go on.
 */
export async function scan(options: ScanOptions): Promise<ScanResult> {
  const { ruleSet, input, since, enrichment } = options;
  const optional = { ...(since !== undefined && { since }), ...(enrichment !== undefined && { enrichment }) };
  const front = 'discover' in input ? new LocalFront(ruleSet, input, optional) : input;
  try {
    return await correlate(front, options);
  } finally {
    await front.close();
  }
}

async function correlate(front: Front, options: ScanOptions): Promise<ScanResult> {
  const { ruleSet, maxBytes, enrichment, lateness, now, signal } = options;
  const side = new CorrelatorSide(ruleSet, {
    keepState: false,
    gated: true,
    ...(maxBytes !== undefined && { maxBytes }),
    ...(enrichment !== undefined && { enrichment }),
  });
  const watermark = new Watermark({ lateness, idle: Infinity });
  const sources = await front.open();
  options.onSources?.(sources);
  for (const { id } of sources) watermark.open(id, null);
  const { counts } = front;
  const alerts = new Map<string, AlertDocument>();
  const deadLetters: DeadLetter[] = [];
  const collect = (): void => {
    for (const alert of side.collect(now).alerts) alerts.set(alert.id, alert);
  };
  let newest = -Infinity;
  for (let steps = 1; signal?.aborted !== true; steps++) {
    const step = await front.next();
    if (step === undefined) break;
    const source = sources[step.source] as Source;
    if (step.kind === 'end') watermark.close(source.id);
    else {
      counts.detections += step.detections.length;
      side.take(step.detections);
      deadLetters.push(...step.deadLetters);
      watermark.saw(source.id, step.newest);
      newest = Math.max(newest, step.newest);
      options.onProgress?.(source, step, counts);
    }
    side.advance(watermark.current());
    if (steps % STEPS_PER_COLLECT === 0) collect();
  }
  side.advance(Infinity);
  collect();
  return {
    alerts: byStart(alerts),
    deadLetters,
    counts,
    leftOut: [...front.leftOut(), ...side.leftOut()],
    evictions: side.correlator.evictions(),
    sources: sources.length,
    newest,
    aborted: signal?.aborted === true,
  };
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
