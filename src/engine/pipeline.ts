import type { Correlator } from '../correlate/types.js';
import type { Detector, LeftOut } from '../detect/types.js';
import type { DeadLetter, Detection, EcsEvent, RecordBatch, Source } from '../event/index.js';
import type { Carried } from '../normalise/carry.js';
import type { Normaliser } from '../normalise/types.js';
import type { RuleSet } from '../rule/types.js';
import { CorrelatorSide, type CorrelatorSideOptions, type PipelineOutput } from './correlator-side.js';
import { noCounts, type PipelineCounts } from './counts.js';
import { type DetectorOptions, DetectorSide } from './detector-side.js';

/** Options of a pipeline. */
export interface PipelineOptions extends CorrelatorSideOptions, DetectorOptions {}

/**
 * record → event → detections → episodes → alerts, in one thread: the inside of embedded mode.
 *
 * A detector side and a correlator side, the latter called with what the former found (in Kafka mode a topic stands
 * between them, in a large `scan` a thread's border). Synchronous and deterministic: the same batches and watermarks
 * give the same alerts (but for `event.created`, which is the `now` given to `collect`). Nothing in a record can make it
 * throw.
 */
export class Pipeline {
  readonly counts: PipelineCounts = noCounts();
  readonly #options: PipelineOptions;
  readonly #detections: Detection[] = [];
  #detecting: DetectorSide;
  #correlating: CorrelatorSide;

  constructor(ruleSet: RuleSet, options: PipelineOptions) {
    this.#options = options;
    this.#detecting = new DetectorSide(ruleSet, options, this.counts);
    this.#correlating = new CorrelatorSide(ruleSet, options);
  }

  get ruleSet(): RuleSet {
    return this.#detecting.ruleSet;
  }

  get normaliser(): Normaliser {
    return this.#detecting.normaliser;
  }

  get detector(): Detector {
    return this.#detecting.detector;
  }

  get correlator(): Correlator {
    return this.#correlating.correlator;
  }

  /**
   * Goes on with other rules: those whose definition is unchanged keep their windows and episodes, the episodes of
   * changed and removed ones end as `rule-changed` with the next `collect`. Right after a commit, between two batches.
   * Throws, and changes nothing, where the new rules can't be compiled.
   */
  replaceRules(ruleSet: RuleSet): void {
    const detecting = new DetectorSide(ruleSet, this.#options, this.counts, this.#detecting);
    this.#correlating = new CorrelatorSide(ruleSet, this.#options, this.#correlating);
    this.#detecting = detecting;
  }

  /** As `Normaliser.carried`. */
  carried(source: Source): Carried | undefined {
    return this.normaliser.carried(source);
  }

  /** As `Normaliser.resume`. */
  resume(source: Source, carried: Carried): void {
    this.normaliser.resume(source, carried);
  }

  /** As `DetectorSide.skim`, by the rules of the moment. */
  skim(source: Source, bytes: Uint8Array, start: number, end: number, receiveTime: number): number {
    return this.#detecting.skim(source, bytes, start, end, receiveTime);
  }

  /** Takes one batch in. Returns its greatest event time that may move the watermark (−Infinity: none). */
  process(batch: RecordBatch, deadLetters: DeadLetter[]): number {
    return this.#correlate(this.#detecting.process(batch, this.#detections, deadLetters));
  }

  /** Takes ready-made events in (`rules match`, `rules correlate`). As `process`. */
  processEvents(events: readonly EcsEvent[]): number {
    return this.#correlate(this.#detecting.processEvents(events, this.#detections));
  }

  /** As `CorrelatorSide.advance`. */
  advance(watermark: number): void {
    this.#correlating.advance(watermark);
  }

  /** As `CorrelatorSide.collect`. */
  collect(now: number): PipelineOutput {
    return this.#correlating.collect(now);
  }

  /** Detections left out since the start for a missing group-by or value field, those of chains included. */
  leftOut(): readonly LeftOut[] {
    return [...this.#detecting.leftOut(), ...this.#correlating.leftOut()];
  }

  #correlate(newest: number): number {
    const detections = this.#detections;
    this.counts.detections += detections.length;
    this.#correlating.take(detections);
    detections.length = 0;
    return newest;
  }
}
