import type { AlertSubject } from '../alert/index.js';
import { evictionAlert, renderAlert } from '../alert/index.js';
import { createCorrelator } from '../correlate/correlator.js';
import type { Correlator, Derived } from '../correlate/types.js';
import { derivedDetections } from '../detect/derived.js';
import type { Detector, LeftOut } from '../detect/types.js';
import type {
  AlertDocument,
  DeadLetter,
  Detection,
  EcsEvent,
  Fields,
  RecordBatch,
  StateChange,
} from '../event/index.js';
import { derivedOf } from '../normalise/derive.js';
import { createNormaliser } from '../normalise/normaliser.js';
import type { Normaliser } from '../normalise/types.js';
import type { RuleSet } from '../rule/types.js';
import { enrichedAlert } from './alert-enrichment.js';
import { compileRules } from './detector.js';
import { alertSubjects } from './subjects.js';

/** What one pipeline counted since it was made. */
export interface PipelineCounts {
  records: number;
  events: number;
  /** Events that matched at least one rule. */
  matched: number;
  detections: number;
  /** Events of lines that no format understood, or not the one their input names. */
  unparsed: number;
  /** Records that became dead letters, by code. */
  readonly failures: Map<string, number>;
}

/** Options of a pipeline. */
export interface PipelineOptions {
  /** Events older than this (epoch ms) are read but not matched. */
  readonly since?: number;
  /** True: state changes are collected for a ledger that outlives the process. */
  readonly keepState: boolean;
  /** Memory budget of the correlator in accounted bytes. */
  readonly maxBytes?: number;
  /** Called with every event, before rules see it (`explain`, `normalise`, an output of events). */
  readonly onEvent?: (event: EcsEvent) => void;
}

/** What a commit writes besides positions. */
export interface PipelineOutput {
  readonly state: readonly StateChange[];
  readonly alerts: readonly AlertDocument[];
}

/**
 * record → event → detections → episodes → alerts, in one process: the inside of embedded mode.
 *
 * Synchronous and deterministic: the same batches and watermarks give the same alerts (but for `event.created`, which
 * is the `now` given to `collect`). Nothing in a record can make it throw.
 */
export class Pipeline {
  readonly counts: PipelineCounts = {
    records: 0,
    events: 0,
    matched: 0,
    detections: 0,
    unparsed: 0,
    failures: new Map(),
  };
  #rules: Compiled;
  readonly #options: PipelineOptions;
  readonly #since: number;
  readonly #onEvent: ((event: EcsEvent) => void) | undefined;
  readonly #leftOutOfChains = new Map<string, LeftOut & { count: number }>();
  #evictionsTold = 0;
  readonly #events: EcsEvent[] = [];
  readonly #detections: Detection[] = [];
  #watermark = -Infinity;

  constructor(ruleSet: RuleSet, options: PipelineOptions) {
    this.#options = options;
    this.#since = options.since ?? -Infinity;
    this.#onEvent = options.onEvent;
    this.#rules = compiled(ruleSet, options, undefined);
  }

  get ruleSet(): RuleSet {
    return this.#rules.ruleSet;
  }

  get normaliser(): Normaliser {
    return this.#rules.normaliser;
  }

  get detector(): Detector {
    return this.#rules.detector;
  }

  get correlator(): Correlator {
    return this.#rules.correlator;
  }

  /**
   * Goes on with other rules: those whose definition is unchanged keep their windows and episodes, the episodes of
   * changed and removed ones end as `rule-changed` with the next `collect`. Right after a commit, between two batches.
   * Throws, and changes nothing, where the new rules can't be compiled.
   */
  replaceRules(ruleSet: RuleSet): void {
    const next = compiled(ruleSet, this.#options, this.#rules);
    next.correlator.restore(this.#rules.correlator.snapshot());
    this.#rules = next;
    this.#leftOutOfChains.clear();
    this.#evictionsTold = 0;
    const watermark = this.#watermark;
    this.#watermark = -Infinity;
    this.advance(watermark);
  }

  /** Takes one batch in. Returns its greatest event time that may move the watermark (−Infinity: none). */
  process(batch: RecordBatch, deadLetters: DeadLetter[]): number {
    const events = this.#events;
    for (const rejected of batch.rejected) this.#fail(rejected, deadLetters);
    for (const record of batch.records) {
      const failed = this.normaliser.normalise(batch.source, record, events);
      if (failed !== undefined) this.#fail(failed, deadLetters);
    }
    this.counts.records += batch.records.length + batch.rejected.length;
    return this.#detect();
  }

  /** Takes ready-made events in (`rules match`, `rules correlate`). As `process`. */
  processEvents(events: readonly EcsEvent[]): number {
    for (const event of events) this.#events.push(event);
    this.counts.records += events.length;
    return this.#detect();
  }

  /**
   * Tells that nothing older than `watermark` is expected: correlations decide, chains get their derived detections
   * level by level, state behind it is dropped. Free when the watermark has not moved.
   */
  advance(watermark: number): void {
    if (watermark <= this.#watermark) return;
    this.#watermark = watermark;
    for (let level = 0; level < this.#rules.levels; level++) this.#feed(this.correlator.advance(level, watermark));
  }

  /** State changes and revised alerts since the last call, for one commit. */
  collect(now: number): PipelineOutput {
    const { state, episodes } = this.correlator.collect(now);
    const alerts: AlertDocument[] = [];
    for (const episode of episodes) {
      const subject = this.#rules.subjects[episode.correlation];
      if (subject !== undefined && this.#rules.ruleSet.correlations[episode.correlation]?.alerts === true) {
        alerts.push(enrichedAlert(renderAlert(episode, subject)));
      }
    }
    const evictions = this.correlator.evictions();
    if (evictions > this.#evictionsTold) alerts.push(evictionAlert({ evictions, watermark: this.#watermark, now }));
    this.#evictionsTold = evictions;
    return { state, alerts };
  }

  /** Detections left out since the start for a missing group-by or value field, those of chains included. */
  leftOut(): readonly LeftOut[] {
    return [...this.detector.leftOut(), ...this.#leftOutOfChains.values()];
  }

  #detect(): number {
    const detections = this.#detections;
    let newest = -Infinity;
    for (const event of this.#events) {
      this.#onEvent?.(event);
      if (event.movesWatermark && event.time > newest) newest = event.time;
      if (isUnparsed(event.fields)) this.counts.unparsed++;
      if (event.time >= this.#since && this.detector.detect(event, detections) > 0) this.counts.matched++;
    }
    for (const detection of detections) this.correlator.add(detection);
    this.correlator.settle();
    this.counts.events += this.#events.length;
    this.counts.detections += detections.length;
    this.#events.length = 0;
    detections.length = 0;
    return newest;
  }

  #feed(derived: readonly Derived[]): void {
    for (const one of derived) {
      const detections = derivedDetections(this.#rules.ruleSet, one, (...place) => this.#countLeftOut(...place));
      for (const detection of detections) this.correlator.add(detection);
    }
  }

  #countLeftOut(correlation: number, role: number, field: string): void {
    const key = `${correlation}/${role}/${field}`;
    const known = this.#leftOutOfChains.get(key);
    if (known === undefined) this.#leftOutOfChains.set(key, { correlation, role, field, count: 1 });
    else known.count++;
  }

  #fail(deadLetter: DeadLetter, out: DeadLetter[]): void {
    const { code } = deadLetter.failure;
    this.counts.failures.set(code, (this.counts.failures.get(code) ?? 0) + 1);
    out.push(deadLetter);
  }
}

/** What a pipeline makes of its rules. */
interface Compiled {
  readonly ruleSet: RuleSet;
  readonly subjects: readonly AlertSubject[];
  readonly levels: number;
  readonly normaliser: Normaliser;
  /** Names of the derived fields the normaliser computes. */
  readonly derived: string;
  readonly detector: Detector;
  readonly correlator: Correlator;
}

/** A normaliser that computes what the rules read is kept with what it carries per source; else there is a new one. */
function compiled(ruleSet: RuleSet, options: PipelineOptions, before: Compiled | undefined): Compiled {
  const derive = fieldsRead(ruleSet);
  const derived = derivedOf(derive)
    .map(({ field }) => field)
    .join();
  return {
    ruleSet,
    subjects: alertSubjects(ruleSet),
    levels: ruleSet.correlations.reduce((most, correlation) => Math.max(most, correlation.level), 0) + 1,
    normaliser: before?.derived === derived ? before.normaliser : createNormaliser({ derive }),
    derived,
    detector: compileRules(ruleSet),
    correlator: createCorrelator(ruleSet.correlations, {
      keepState: options.keepState,
      ...(options.maxBytes !== undefined && { maxBytes: options.maxBytes }),
    }),
  };
}

/** Whether no format knew the event's line, or not the one its input names (the normaliser tags those). */
function isUnparsed(fields: Fields): boolean {
  const { tags } = fields;
  if (tags !== undefined && Array.isArray(tags) && tags.includes('sekisho.unparsed')) return true;
  return fields['event.dataset'] === 'unknown';
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
