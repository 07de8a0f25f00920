import type { Detector, LeftOut } from '../detect/types.js';
import type { DeadLetter, Detection, EcsEvent, RecordBatch, Source } from '../event/index.js';
import { derivedOf } from '../normalise/derive.js';
import type { Enrichment } from '../normalise/enrich/enrichment.js';
import { createNormaliser } from '../normalise/normaliser.js';
import type { IsUnwanted, Skimmer } from '../normalise/skim.js';
import type { Normaliser } from '../normalise/types.js';
import type { RuleSet } from '../rule/types.js';
import type { PipelineCounts } from './counts.js';
import { compileRules } from './detector.js';
import { gatesOf } from './gates.js';
import { isMisfit, type Misfits } from './misfits.js';

/** Options of a detector side. */
export interface DetectorOptions {
  /** Events older than this (epoch ms) are read but not matched. */
  readonly since?: number;
  /** Called with every event, before rules see it (`explain`, `normalise`, an output of events). */
  readonly onEvent?: (event: EcsEvent) => void;
  /** Called with every event that matched, and all detections not taken out yet: it may take them. */
  readonly onMatched?: (event: EcsEvent, detections: Detection[]) => void;
  /** Told of every batch, before rules see it: which sources' lines are of another type or zone than their inputs name. */
  readonly misfits?: Misfits;
  /** The operator's lists, assets and databases. */
  readonly enrichment?: Enrichment;
  /** True: correlations that count the same detections get them together (`gatesOf`); the correlator side must say so too. */
  readonly gated?: boolean;
}

/**
 * record → event → detections: the half of the pipeline where the volume is (the role `detector` of Kafka mode).
 *
 * Keeps no state but a bounded carry per source, and counts into `counts` (all but `detections`). Synchronous and
 * deterministic; nothing in a record can make it throw.
 */
export class DetectorSide {
  readonly ruleSet: RuleSet;
  readonly normaliser: Normaliser;
  readonly detector: Detector;
  readonly #counts: PipelineCounts;
  readonly #options: DetectorOptions;
  readonly #since: number;
  /** Names of the derived fields the normaliser computes. */
  readonly #derived: string;
  readonly #skimmer: Skimmer | undefined;
  readonly #events: EcsEvent[] = [];

  /** `before`: the side whose place this one takes. What is carried per source goes on, and the normaliser where it computes what the rules read. */
  constructor(ruleSet: RuleSet, options: DetectorOptions, counts: PipelineCounts, before?: DetectorSide) {
    const derive = fieldsRead(ruleSet);
    this.ruleSet = ruleSet;
    this.#options = options;
    this.#since = options.since ?? -Infinity;
    this.#counts = counts;
    const { enrichment } = options;
    this.#derived = derivedOf(derive, enrichment)
      .map(({ field }) => field)
      .join();
    const kept = before !== undefined && before.#derived === this.#derived;
    this.normaliser = kept
      ? before.normaliser
      : createNormaliser({
          derive,
          ...(enrichment !== undefined && { enrichment }),
          ...(before !== undefined && { before: before.normaliser }),
        });
    this.detector = compileRules(ruleSet, options.gated === true ? gatesOf(ruleSet) : []);
    const isUnwanted: IsUnwanted = (known, of) => !this.detector.couldMatch({ known, source: of });
    this.#skimmer = options.onEvent === undefined ? this.normaliser.skimmer(isUnwanted) : undefined;
  }

  /**
   * Appends the detections of a batch to `out`, and what could not be processed to `deadLetters`. Returns the greatest
   * event time that may move the watermark (−Infinity: none).
   */
  process(batch: RecordBatch, out: Detection[], deadLetters: DeadLetter[]): number {
    for (const rejected of batch.rejected) this.#fail(rejected, deadLetters);
    for (const record of batch.records) {
      const failed = this.normaliser.normalise(batch.source, record, this.#events);
      if (failed !== undefined) this.#fail(failed, deadLetters);
    }
    const { lines, newest } = batch.skimmed ?? NONE;
    this.#counts.records += batch.records.length + batch.rejected.length + lines;
    this.#counts.events += lines;
    this.#options.misfits?.saw(batch.source, this.#events, lines);
    return Math.max(newest, this.#detect(out));
  }

  /**
   * As `Skim`, of a line of `source`: tells those whose event no rule can match, so that it need only be counted. None
   * where somebody wants to see every event.
   */
  skim(source: Source, bytes: Uint8Array, start: number, end: number, receiveTime: number): number {
    const time = this.#skimmer === undefined ? NaN : this.#skimmer.timeOf(source, bytes, start, end, receiveTime);
    if (time < this.#since) this.#counts.older++;
    return time;
  }

  /** Takes ready-made events in (`rules match`, `rules correlate`). As `process`. */
  processEvents(events: readonly EcsEvent[], out: Detection[]): number {
    for (const event of events) this.#events.push(event);
    this.#counts.records += events.length;
    return this.#detect(out);
  }

  /** Detections left out since the start for a missing group-by or value field. */
  leftOut(): readonly LeftOut[] {
    return this.detector.leftOut();
  }

  #detect(out: Detection[]): number {
    const { onEvent, onMatched, misfits } = this.#options;
    const since = this.#since;
    const counts = this.#counts;
    let newest = -Infinity;
    for (const event of this.#events) {
      onEvent?.(event);
      if (event.movesWatermark && event.time > newest) newest = event.time;
      if (isUnparsed(event)) {
        counts.unparsed++;
        misfits?.unread(event);
      }
      if (event.time < since) counts.older++;
      else if (this.detector.detect(event, out) > 0) {
        counts.matched++;
        onMatched?.(event, out);
      }
    }
    counts.events += this.#events.length;
    this.#events.length = 0;
    return newest;
  }

  #fail(deadLetter: DeadLetter, out: DeadLetter[]): void {
    const { failures } = this.#counts;
    const { code } = deadLetter.failure;
    failures.set(code, (failures.get(code) ?? 0) + 1);
    out.push(deadLetter);
  }
}

const NONE = { lines: 0, newest: -Infinity };

/** Whether no format knew the event's line, or not the one its input names. */
export function isUnparsed(event: EcsEvent): boolean {
  return isMisfit(event) || event.fields['event.dataset'] === 'unknown';
}

/** Every ECS path some rule reads: what the normaliser must derive. */
export function fieldsRead(ruleSet: RuleSet): ReadonlySet<string> {
  const fields = new Set<string>();
  for (const rule of ruleSet.rules) for (const field of rule.reads) fields.add(field);
  for (const correlation of ruleSet.correlations) {
    for (const ref of correlation.refs) {
      for (const field of [...ref.groupBy, ...ref.value]) for (const path of field.paths) fields.add(path);
    }
  }
  return fields;
}
