import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { DeadLetter, Detection, EcsEvent, Failure, RecordBatch } from '../../event/index.js';
import type { KafkaPosition, KafkaReader } from '../../input/kafka.js';
import { SteadyWriter } from '../../kafka/index.js';
import type { Carried } from '../../normalise/carry.js';
import type { RuleSet } from '../../rule/types.js';
import { noCounts, type PipelineCounts } from '../counts.js';
import { DetectorSide } from '../detector-side.js';
import { EventOutputs } from '../event-outputs.js';
import { Failpoints } from '../failpoint.js';
import { encodeAlert, encodeDeadLetter } from '../../ledger/kafka-records.js';
import { Gaps } from '../gaps.js';
import type { Marker } from './detection.js';
import { EventTopic } from './events.js';
import { openTopics, type TopicsInput } from './input.js';
import { wantsEvents } from './site.js';
import { leftOutByRule, type LeftOutOfRule } from '../left-out.js';
import { Misfits } from '../misfits.js';
import { Outgoing } from './outgoing.js';
import { carriedIn } from '../source-carry.js';
import type { RoleOptions } from './role-options.js';
import { Turns } from '../turns.js';
import { Watermark } from '../watermark.js';

/** What a detector works with. */
export interface DetectorOptions extends RoleOptions {
  readonly report: (failure: Failure) => void;
}

/** What waits is written when it is so long, in characters, or a marker is due. */
const WRITE_SIZE = 4 * 1024 * 1024;
const MARKER_MS = 1_000;
/** Or nothing more is at hand, and the last write is so long ago. */
const FLUSH_MS = 200;
/** While nothing is at hand it is looked for so often. */
const LOOK_MS = 50;
/** A silent source's watermark is noted with its offset once it has moved so far, ms. */
const NOTE_STEP = 5_000;

/**
 * The role that reads the raw topics and writes what the rules match to the detections topic, many detections a record,
 * until the signal aborts.
 *
 * Keeps no state and uses no transaction: each detection is stamped with its source position and a sub-index, by which a
 * correlator knows those it has. Raw offsets are committed only once their detections and dead letters are acknowledged,
 * so nothing is lost; gaps are alerts in their topic before that, and where an output wants every event, so are those
 * in theirs. Each commit notes the source's time for whoever reads it next. Every second a marker goes to each
 * detections partition, after the detections it is about (DESIGN.md section 9).
 */
export class DetectorRole {
  readonly counts: PipelineCounts = noCounts();
  readonly #options: DetectorOptions;
  readonly #writer: SteadyWriter;
  readonly #watermark: Watermark;
  readonly #turns: Turns<KafkaReader>;
  readonly #outgoing: Outgoing;
  /** Where an output wants every event. */
  readonly #events: EventOutputs | undefined;
  readonly #failpoints = new Failpoints();
  readonly #moved = new Set<string>();
  readonly #noted = new Map<string, number>();
  readonly #letters: DeadLetter[] = [];
  readonly #gaps = new Gaps();
  readonly #misfits: Misfits;
  readonly #detections: Detection[] = [];
  #side: DetectorSide;
  #markedAt = 0;
  #wroteAt = 0;

  constructor(options: DetectorOptions) {
    const { config, ruleSet, kafka, names, partitions, signal, trouble } = options;
    this.#options = options;
    this.#writer = new SteadyWriter({ kafka, signal, trouble, name: 'detections' });
    this.#watermark = new Watermark(config);
    this.#outgoing = new Outgoing(ruleSet.correlations, partitions);
    const outputs = wantsEvents(config) ? [new EventTopic(names.events, { kafka, signal, trouble })] : [];
    this.#events = outputs.length === 0 ? undefined : new EventOutputs({ outputs, trouble, signal });
    this.#misfits = new Misfits((message) => options.report({ code: 'input.misfit', message }));
    this.#side = this.#sideOf(ruleSet);
    this.#turns = new Turns<KafkaReader>(this.#watermark, {
      read: () => this.#failpoints.pass('fetched'),
      take: (_, batch) => this.#take(batch),
      moved: ({ source }) => this.#moved.add(source.id),
      ended: ({ source }) => this.#forget(source.id),
    });
  }

  /** Goes on with other rules, between two batches. Throws, and changes nothing, where they can't be compiled. */
  replaceRules(ruleSet: RuleSet): void {
    this.#side = this.#sideOf(ruleSet, this.#side);
    this.#outgoing.replaceRules(ruleSet.correlations);
  }

  /** Detections left out since the rules came into force. */
  leftOut(): readonly LeftOutOfRule[] {
    return leftOutByRule(this.#side.leftOut(), this.#side.ruleSet.correlations);
  }

  /** Works until the signal aborts, then once more writes and commits what was read. */
  async run(): Promise<void> {
    const { config, signal, report, trouble } = this.#options;
    const input = openTopics(config, { resume: () => undefined, report, trouble, onGap: this.#gaps.add });
    try {
      while (!signal.aborted) {
        for (const reader of await input.discover()) this.#open(reader);
        const state = await this.#turns.take();
        await this.#maybeWrite(input, state !== 'busy');
        // What was fetched meanwhile, and the other roles of the process, get their turn.
        if (state === 'busy') await setImmediate();
        else await this.#rest(this.#outgoing.size > 0 ? FLUSH_MS : config['poll-interval']);
      }
      await this.#write(input);
    } finally {
      await this.#turns.close();
      await input.close();
      await this.#writer.close();
      await this.#events?.close();
    }
  }

  #sideOf(ruleSet: RuleSet, before?: DetectorSide): DetectorSide {
    const { enrichment } = this.#options;
    const onMatched = (event: EcsEvent, detections: Detection[]): void => this.#send(event, detections);
    const events = this.#events;
    const options = {
      onMatched,
      misfits: this.#misfits,
      ...(enrichment !== undefined && { enrichment }),
      ...(events !== undefined && { onEvent: (event: EcsEvent): void => events.add(event) }),
    };
    return new DetectorSide(ruleSet, options, this.counts, before);
  }

  #open(reader: KafkaReader): void {
    const { eventTime, watermark, carried } = readNote(reader.note);
    this.#side.normaliser.resume(reader.source, carried);
    this.#watermark.open(reader.source.id, eventTime, watermark ?? undefined);
    reader.skimWith?.((bytes, start, end, received) => this.#side.skim(reader.source, bytes, start, end, received));
    this.#turns.open(reader);
  }

  #forget(source: string): void {
    this.#moved.delete(source);
    this.#noted.delete(source);
  }

  #take(batch: RecordBatch): number {
    return this.#side.process(batch, this.#detections, this.#letters);
  }

  #send({ source, offset, sub }: EcsEvent, detections: Detection[]): void {
    this.#outgoing.event(detections, { source: source.id, offset, sub });
    this.counts.detections += detections.length;
    detections.length = 0;
  }

  /** Until records are at hand, so long at most. */
  async #rest(milliseconds: number): Promise<void> {
    const { signal } = this.#options;
    const isReady = (): boolean => this.#turns.readers.some((reader) => reader.isReady);
    for (const until = Date.now() + milliseconds; !signal.aborted && Date.now() < until && !isReady();) {
      await sleep(Math.min(LOOK_MS, milliseconds), undefined, { signal }).catch(() => undefined);
    }
  }

  async #maybeWrite(input: TopicsInput, isResting: boolean): Promise<void> {
    const size = this.#outgoing.size + (this.#events?.size ?? 0);
    if (size > WRITE_SIZE || Date.now() - this.#markedAt >= MARKER_MS) await this.#write(input);
    else if (isResting && this.#outgoing.size > 0 && Date.now() - this.#wroteAt >= FLUSH_MS)
      await this.#writeDetections();
  }

  async #writeDetections(): Promise<void> {
    await this.#writer.write(this.#options.names.detections, this.#outgoing.take());
    this.#wroteAt = Date.now();
  }

  async #write(input: TopicsInput): Promise<void> {
    const { deadLetters, alerts } = this.#options.names;
    const marker = this.#marker(input);
    if (marker !== undefined) this.#outgoing.marker(marker);
    await this.#writer.write(deadLetters, this.#letters.map(encodeDeadLetter));
    await this.#writer.write(alerts, this.#gaps.take(Date.now()).map(encodeAlert));
    await this.#events?.flush();
    await this.#writeDetections();
    for (const { failure } of this.#letters.splice(0)) this.#options.report(failure);
    this.#failpoints.pass('acked');
    const positions = this.#positions();
    if (positions.length > 0) input.committed(positions);
  }

  /** Due or not: it says what all that was written before it means. None while the topics are not all known. */
  #marker(input: TopicsInput): Marker | undefined {
    const expected = input.expected();
    this.#markedAt = Date.now();
    if (expected === undefined) return undefined;
    const owned = this.#turns.readers.map((reader) => {
      const watermark = this.#watermark.of(reader.source.id) ?? 'empty';
      return [reader.source.id, reader.position, watermark === -Infinity ? null : watermark] as const;
    });
    return { expected, owned };
  }

  /** Offsets that moved, and those whose time did by silence alone. */
  #positions(): readonly KafkaPosition[] {
    const positions: KafkaPosition[] = [];
    for (const { source, position } of this.#turns.readers) {
      const watermark = this.#watermark.of(source.id) ?? -Infinity;
      if (!this.#moved.has(source.id) && !(watermark - (this.#noted.get(source.id) ?? -Infinity) > NOTE_STEP)) continue;
      positions.push({
        source: source.id,
        offset: position,
        ...noteOf(this.#watermark.eventTime(source.id), watermark, this.#side.normaliser.carried(source)),
      });
      this.#noted.set(source.id, watermark);
    }
    this.#moved.clear();
    return positions;
  }
}

/** What brokers keep beside an offset unless configured otherwise (`offset.metadata.max.bytes`), with room to spare. */
const NOTE_BYTES = 4000;

/** A source's time and header lines as text beside its committed offset; open audit events would not fit. */
function noteOf(eventTime: number, watermark: number, carried: Carried | undefined): { readonly note?: string } {
  if (!Number.isFinite(eventTime)) return {};
  const note = { v: 1, eventTime, watermark };
  const full = JSON.stringify({ ...note, log: { headers: carried?.headers ?? {} } });
  return { note: Buffer.byteLength(full) <= NOTE_BYTES ? full : JSON.stringify(note) };
}

interface Note {
  readonly eventTime: number | null;
  readonly watermark: number | null;
  readonly carried: Carried;
}

/** Reads such a note; one of another kind says nothing. */
function readNote(note: string | undefined): Note {
  try {
    const parsed = JSON.parse(note ?? 'null') as Readonly<Record<string, unknown>> | null;
    const { v, eventTime, watermark } = parsed ?? {};
    if (v === 1 && typeof eventTime === 'number' && typeof watermark === 'number')
      return { eventTime, watermark, carried: carriedIn(note) };
  } catch {
    // Written by another program.
  }
  return { eventTime: null, watermark: null, carried: {} };
}
