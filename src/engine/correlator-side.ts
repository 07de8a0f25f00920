import { createCorrelator } from '../correlate/correlator.js';
import type { Correlator, Derived } from '../correlate/types.js';
import { derivedDetections } from '../detect/derived.js';
import type { LeftOut } from '../detect/types.js';
import type { AlertDocument, Detection, StateChange } from '../event/index.js';
import type { Enrichment } from '../normalise/enrich/enrichment.js';
import type { RuleSet } from '../rule/types.js';
import { AlertWriter } from './alert-writer.js';
import { gatesOf } from './gates.js';
import { LeftOutCounts } from './left-out.js';

/** Options of a correlator side. */
export interface CorrelatorSideOptions {
  /** True: state changes are collected for a ledger that outlives the process. */
  readonly keepState: boolean;
  /** Memory budget in accounted bytes. */
  readonly maxBytes?: number;
  /** As of the detector side. Only without `keepState`. */
  readonly gated?: boolean;
  /** The operator's lists, assets and databases, for what alerts show. */
  readonly enrichment?: Enrichment;
}

/** What a commit writes besides positions. */
export interface PipelineOutput {
  readonly state: readonly StateChange[];
  readonly alerts: readonly AlertDocument[];
}

/**
 * detections → episodes → alerts: the half of the pipeline that keeps the windows (the role `correlator` of Kafka mode).
 *
 * Synchronous and deterministic: the same detections and watermarks, batch by batch, give the same alerts (but for
 * `event.created`, which is the `now` given to `collect`).
 */
export class CorrelatorSide {
  readonly correlator: Correlator;
  readonly #ruleSet: RuleSet;
  readonly #levels: number;
  readonly #writer: AlertWriter;
  readonly #leftOut = new LeftOutCounts();
  #watermark = -Infinity;

  /** `before`: the side whose windows this one takes over, where their definitions are unchanged. */
  constructor(ruleSet: RuleSet, options: CorrelatorSideOptions, before?: CorrelatorSide) {
    const { keepState, maxBytes } = options;
    this.#ruleSet = ruleSet;
    this.#writer = new AlertWriter(ruleSet, options.enrichment);
    this.#levels = ruleSet.correlations.reduce((most, correlation) => Math.max(most, correlation.level), 0) + 1;
    this.correlator = createCorrelator(ruleSet.correlations, {
      keepState,
      gates: options.gated === true ? gatesOf(ruleSet) : [],
      ...(maxBytes !== undefined && { maxBytes }),
    });
    if (before === undefined) return;
    this.correlator.restore(before.correlator.snapshot());
    this.advance(before.#watermark);
  }

  /** Takes the detections of one batch in. */
  take(detections: readonly Detection[]): void {
    for (const detection of detections) this.correlator.add(detection);
    this.correlator.settle();
  }

  /**
   * Tells that nothing older than `watermark` is expected: correlations decide, chains get their derived detections
   * level by level, state behind it is dropped. Free when the watermark has not moved.
   */
  advance(watermark: number): void {
    if (watermark <= this.#watermark) return;
    this.#watermark = watermark;
    for (let level = 0; level < this.#levels; level++) this.#feed(this.correlator.advance(level, watermark));
  }

  /** State changes and revised alerts since the last call, for one commit. */
  collect(now: number): PipelineOutput {
    return this.#writer.collect(this.correlator, this.#watermark, now);
  }

  /** Derived detections of chains left out since the start. */
  leftOut(): readonly LeftOut[] {
    return this.#leftOut.all();
  }

  #feed(derived: readonly Derived[]): void {
    for (const one of derived) {
      const detections = derivedDetections(this.#ruleSet, one, this.#leftOut.add);
      for (const detection of detections) this.correlator.add(detection);
    }
  }
}
