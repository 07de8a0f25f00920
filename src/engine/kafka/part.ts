import { createCorrelator } from '../../correlate/correlator.js';
import type { Correlator, Derived } from '../../correlate/types.js';
import { derivedDetections } from '../../detect/derived.js';
import type { AlertDocument, Failure, StateChange } from '../../event/index.js';
import type { KafkaRecord, PartitionMessage } from '../../kafka/index.js';
import type { Enrichment } from '../../normalise/enrich/enrichment.js';
import type { RuleSet } from '../../rule/types.js';
import { AlertWriter } from '../alert-writer.js';
import { correlationNames, DetectionCodec, type DetectionRecord, valueOfOne } from './detection.js';
import { Outgoing } from './outgoing.js';
import { LeftOutCounts, leftOutByRule, type LeftOutOfRule } from '../left-out.js';
import { LevelVector } from './level-vector.js';
import { RuleHistory } from './rule-history.js';
import type { Mark } from './taken-marks.js';
import { WatermarkVector } from './watermark-vector.js';

/** How the correlating of one partition is set up. */
export interface PartOptions {
  readonly ruleSet: RuleSet;
  readonly partition: number;
  /** Of the detections topic. */
  readonly partitions: number;
  /** Memory budget of this partition in accounted bytes. */
  readonly maxBytes: number;
  /** The operator's lists, assets and databases, for what alerts show. */
  readonly enrichment?: Enrichment | undefined;
  /** Told once of each correlation whose detections are passed over, since it was removed after they were written. */
  readonly onRemoved?: (name: string) => void;
}

/** What one commit of a partition writes besides its offset. */
export interface PartOutput {
  readonly state: readonly StateChange[];
  readonly alerts: readonly AlertDocument[];
  /** Vector, levels and derived detections on their way: what `restore` needs beside the state. */
  readonly carry: string;
  /** Epoch ms; null before the first. */
  readonly watermark: number | null;
}

/**
 * Told of each detection that can't be taken, once: as a record that holds only it, `sub` its place in the record that it
 * came in; or of a record that is none.
 */
export type Refuse = (refused: KafkaRecord & { readonly sub: number }, failure: Failure) => void;

/**
 * How far a batch could be taken: all of it, or up to a record with a detection of a correlation that is not loaded.
 * What stands before that in the record is taken, and is known by its marks when the record is given again.
 */
export type Taken =
  { readonly kind: 'all' } | { readonly kind: 'unknown'; readonly index: number; readonly name: string };

/**
 * The correlating of one detections partition: its log in, state and alerts out. Synchronous; no clock and no I/O.
 *
 * Detections that were taken already (by their marks) are dropped, as are those of rules that were removed since. The watermark is the vector's; that of level k the
 * least that all partitions told for it. A chain's derived detections leave by an outbox: what a commit made is in its
 * carry, is sent after it, with rising stamps, and is forgotten with the next; so it arrives once, however often it is
 * sent. Level markers follow it, and tell only what is committed.
 */
export class Part {
  readonly #options: PartOptions;
  readonly #vector = new WatermarkVector();
  readonly #levels: LevelVector;
  readonly #outgoing: Outgoing;
  /** Correlations waited for no longer, and those known to be removed. */
  readonly #given = new Set<string>();
  readonly #removed = new Set<string>();
  readonly #history = new RuleHistory();
  #rules: PartRules;
  #sequence = 0;
  /** Derived detections that are committed, or will be with the next commit, but not known to be written. */
  #pending: readonly PartitionMessage[] = [];

  constructor(options: PartOptions) {
    this.#options = options;
    this.#levels = new LevelVector(options.partitions);
    this.#outgoing = new Outgoing(options.ruleSet.correlations, options.partitions);
    this.#rules = rulesOf(options.ruleSet, options);
    this.#history.put(correlationNames(options.ruleSet.correlations));
  }

  get correlator(): Correlator {
    return this.#rules.correlator;
  }

  /** Epoch ms. */
  get watermark(): number {
    return this.#vector.watermark;
  }

  /** Derived detections of chains left out since the rules came into force. */
  leftOut(): readonly LeftOutOfRule[] {
    return leftOutByRule(this.#rules.leftOut.all(), this.#rules.ruleSet.correlations);
  }

  /** Starts from a commit; before anything else. */
  restore(state: Iterable<readonly [key: string, value: string]>, carry: string | null): void {
    this.correlator.restore(this.#withoutHistory(state));
    if (carry === null) return;
    const { vector, levels, sequence, pending } = JSON.parse(carry) as Carry;
    this.#vector.restore(vector);
    this.#levels.restore(levels);
    this.#sequence = sequence;
    this.#pending = pending.map(([partition, key, value]) => {
      return { partition, key: key === null ? null : Buffer.from(key, 'base64'), value };
    });
    this.#advance();
  }

  /** Goes on with other rules, right after `collect`: what is unchanged keeps its windows and episodes. */
  replaceRules(ruleSet: RuleSet): void {
    const rules = rulesOf(ruleSet, this.#options);
    rules.correlator.restore(this.correlator.snapshot());
    this.#rules = rules;
    this.#outgoing.replaceRules(ruleSet.correlations);
    const names = correlationNames(ruleSet.correlations);
    this.#history.put(names);
    for (const name of names) [this.#given, this.#removed].forEach((set) => set.delete(name));
    this.#advance();
  }

  /** Waits no longer for a correlation: its detections are refused from now on. */
  giveUp(name: string): void {
    this.#given.add(name);
  }

  /** Takes records in, in the order of their offsets. */
  take(records: readonly KafkaRecord[], refuse: Refuse): Taken {
    for (const [index, record] of records.entries()) {
      for (const [sub, read] of this.#rules.codec.decode(record.value).entries()) {
        const trouble = this.#takeOne(read);
        if (trouble === undefined) continue;
        if (typeof trouble === 'string') return { kind: 'unknown', index, name: trouble };
        const isRecord = read.kind === 'failed' && read.mark === undefined;
        refuse({ ...record, value: isRecord ? record.value : valueOfOne(record.value, sub), sub }, trouble);
      }
    }
    return { kind: 'all' };
  }

  /** What changed since the last call. `now` (wall clock, epoch ms) only becomes `created` of what was opened since. */
  collect(now: number): PartOutput {
    const { watermark } = this.#vector;
    const { state, alerts } = this.#rules.writer.collect(this.correlator, watermark, now);
    this.#pending = [...this.#pending, ...this.#outgoing.take()];
    const carry: Carry = {
      v: 1,
      vector: this.#vector.state(),
      levels: this.#levels.state(),
      sequence: this.#sequence,
      pending: this.#pending.map(({ partition, key, value }) => [
        partition,
        key === null ? null : (key as Buffer).toString('base64'),
        value as string,
      ]),
    };
    const history = this.#history.changed();
    const kept = history === undefined ? state : [...state, { key: HISTORY, value: history }];
    return {
      state: kept,
      alerts,
      carry: JSON.stringify(carry),
      watermark: Number.isFinite(watermark) ? watermark : null,
    };
  }

  /** What is to be written to the detections topic once the last `collect` is committed, in this order. */
  committed(): readonly PartitionMessage[] {
    for (let level = 1; level < this.#rules.levels; level++) {
      const watermark = this.#at(level - 1);
      if (!Number.isFinite(watermark)) break;
      this.#outgoing.levelMarker({ level, partition: this.#options.partition, watermark });
    }
    return [...this.#pending, ...this.#outgoing.take()];
  }

  /** All that `committed` gave is written. */
  written(): void {
    this.#pending = [];
  }

  /** Why it is to be refused, or the name of the correlation that is to be waited for. */
  #takeOne(read: DetectionRecord): Failure | string | undefined {
    if (read.kind === 'detection') {
      if (this.#isNew(read.mark)) this.correlator.add(read.detection);
    } else if (read.kind === 'marker') {
      this.#vector.see(read.marker);
      this.#border();
    } else if (read.kind === 'level') {
      this.#levels.see(read.marker);
      this.#border();
    } else if (read.kind === 'failed') {
      return read.mark === undefined || this.#isNew(read.mark) ? read.failure : undefined;
    } else return this.#takeUnknown(read.mark);
    return undefined;
  }

  /** Of a correlation that is not loaded. */
  #takeUnknown(mark: Mark): Failure | string | undefined {
    const { name, source, generation } = mark;
    if (this.#history.isPast(generation) && this.#vector.generationOf(source) !== this.#history.current) {
      this.#isNew(mark);
      if (!this.#removed.has(name)) this.#options.onRemoved?.(name);
      this.#removed.add(name);
      return undefined;
    }
    if (!this.#given.has(name)) return name;
    // Taken, so that it is refused once, however often its record is read.
    return this.#isNew(mark) ? unknownFailure(name) : undefined;
  }

  #isNew(mark: Mark): boolean {
    return this.#vector.isNew(mark, this.#history.had);
  }

  *#withoutHistory(
    state: Iterable<readonly [key: string, value: string]>,
  ): Generator<readonly [key: string, value: string], void> {
    for (const entry of state) {
      if (entry[0] === HISTORY) this.#history.restore(entry[1]);
      else yield entry;
    }
  }

  #at(level: number): number {
    return level === 0 ? this.#vector.watermark : this.#levels.watermark(level);
  }

  /**
   * What is decided, dropped or evicted, is so at markers: those are in the log, so it is the same wherever fetches and
   * commits begin and end, and after a restart.
   */
  #border(): void {
    this.#advance();
    this.correlator.settle();
  }

  #advance(): void {
    for (let level = 0; level < this.#rules.levels; level++) {
      for (const derived of this.correlator.advance(level, this.#at(level))) this.#derive(level, derived);
    }
  }

  #derive(level: number, derived: Derived): void {
    const source = `level:${level}:${this.#options.partition}`;
    for (const detection of derivedDetections(this.#rules.ruleSet, derived, this.#rules.leftOut.add)) {
      this.#outgoing.detection(detection, { source, offset: this.#sequence++, sub: 0, nth: 0 });
    }
  }
}

/** Names the state entry of the rules that the partition has had; no key of a correlator's looks so. */
const HISTORY = 'rules';

interface Carry {
  readonly v: number;
  readonly vector: string;
  readonly levels: ReturnType<LevelVector['state']>;
  readonly sequence: number;
  readonly pending: readonly (readonly [partition: number, key: string | null, value: string])[];
}

/** What a partition makes of its rules. */
interface PartRules {
  readonly ruleSet: RuleSet;
  readonly levels: number;
  readonly codec: DetectionCodec;
  readonly correlator: Correlator;
  readonly writer: AlertWriter;
  readonly leftOut: LeftOutCounts;
}

function rulesOf(ruleSet: RuleSet, { maxBytes, enrichment }: PartOptions): PartRules {
  return {
    ruleSet,
    levels: ruleSet.correlations.reduce((most, { level }) => Math.max(most, level), 0) + 1,
    codec: new DetectionCodec(ruleSet.correlations),
    correlator: createCorrelator(ruleSet.correlations, { maxBytes }),
    writer: new AlertWriter(ruleSet, enrichment),
    leftOut: new LeftOutCounts(),
  };
}

function unknownFailure(name: string): Failure {
  const message =
    `no rule of this member has the definition ${name}, which another member matched; ` +
    'give all members the same rules, or drop it if the rule was removed';
  return { code: 'kafka.unknown-rule', message };
}
