import { hostname } from 'node:os';
import type { DeadLetter, EcsEvent, Fields, LogRecord, Source } from '../event/index.js';
import { bare, withoutColours } from './text/bare.js';
import { isDated } from './time/calendar.js';
import { type Carried, Carries, type Carry, turnTo } from './carry.js';
import { derive, type Derived, derivedOf } from './derive.js';
import { addOuter, isUnknown, tagsOf } from './fields.js';
import { faultFields, unparsedFields } from './format/plain.js';
import { headedMessage, isSyslog } from './format/server/system-syslog.js';
import { JSON_FORMATS, TEXT_FORMATS } from './format/table.js';
import { isHeaded, readTold } from './format/told-text.js';
import { readOwn } from './format/own/user-mapping.js';
import { type Format, type JsonObject, Line, type Payload, type SyslogParts } from './line.js';
import { formatsNamed, payloadsIn, within } from './payload.js';
import { BROKEN_JSON, deadLetterOf, doubtOf, MAX_LENGTH, NOT_JSON, OVERSIZED } from './refusals.js';
import { concatenatedIn, severalIn } from './several.js';
import { type IsUnwanted, Skimmer } from './skim.js';
import { otherDocument, usualDocument } from './json/template.js';
import type { Normaliser, NormaliserOptions } from './types.js';

/** Logs inside logs: deeper ones stay text. */
const MAX_DEPTH = 4;
const BRACE = 123;
/** `<`, `[` and `{`. */
const OPENING: ReadonlySet<number> = new Set([60, 91, BRACE]);

/** A normaliser: records in, ECS events out (DESIGN.md section 1). */
export function createNormaliser(options: NormaliserOptions): Normaliser {
  return new RecordNormaliser(options);
}

/** Reads one record at a time into one scratch `Line`; keeps a carry per source. */
class RecordNormaliser implements Normaliser {
  readonly #derived: readonly Derived[];
  readonly #carries: Carries;
  readonly #line = new Line();
  // The record being read.
  declare private carry: Carry;
  #offset = 0;
  declare private out: EcsEvent[];
  #sub = 0;

  constructor(options: NormaliserOptions) {
    const { before } = options;
    this.#derived = derivedOf(options.derive, options.enrichment);
    this.#carries = before instanceof RecordNormaliser ? before.#carries : new Carries(hostname());
  }

  normalise(source: Source, record: LogRecord, out: EcsEvent[]): DeadLetter | undefined {
    try {
      return this.#normalise(source, record, out);
    } catch (error) {
      return void this.#fault(error);
    }
  }

  #normalise(source: Source, record: LogRecord, out: EcsEvent[]): DeadLetter | undefined {
    const carry = this.#carries.of(source);
    const line = this.#line;
    if (carry !== this.carry) turnTo(carry, line);
    this.carry = carry;
    this.#offset = record.offset;
    this.out = out;
    this.#sub = 0;
    const text = bare(record.text);
    line.begin(text, record.receiveTime, carry.clock, carry.hostName);
    if (record.bytes !== undefined) line.tag('sekisho.invalid-utf8');
    if (text.length > MAX_LENGTH) line.failure = OVERSIZED;
    else this.#read(text, carry.hinted, undefined, 0);
    return line.failure === undefined ? undefined : deadLetterOf(source, record, line.failure);
  }

  carried(source: Source): Carried | undefined {
    return this.#carries.carried(source);
  }

  resume(source: Source, carried: Carried): void {
    this.#carries.resume(source, carried);
  }

  skimmer(isUnwanted: IsUnwanted): Skimmer {
    return new Skimmer(this.#carries, isUnwanted);
  }

  /** One log: JSON by its first character, else text. `outer` is the envelope it lay in. */
  #read(text: string, hinted: readonly Format[], outer: Payload | undefined, depth: number): void {
    const first = text.charCodeAt(0);
    if (OPENING.has(first) && this.#readDocument(text, first === BRACE, hinted, outer, depth)) return;
    const line = this.#line;
    const refusal = depth === 0 && this.carry.isJson ? (first === BRACE ? BROKEN_JSON : NOT_JSON) : undefined;
    if (refusal !== undefined && !(hinted === this.carry.told && isSyslog(text))) return void (line.failure = refusal);
    const fields = this.#parseLines(withoutColours(text), hinted);
    const { inner } = line;
    if (fields !== undefined) this.#emit(fields, outer);
    else if (inner !== undefined && depth < MAX_DEPTH) this.#readPayload(inner, outer, depth + 1);
    else if (refusal !== undefined) line.failure = refusal;
    else this.#emit(unparsedFields(text, this.#line, this.carry.told), outer);
  }

  /** A text that begins like JSON, or like XML that may be several events: false where it is none of it. */
  #readDocument(
    text: string,
    isObject: boolean,
    hinted: readonly Format[],
    outer: Payload | undefined,
    depth: number,
  ): boolean {
    const usual = isObject ? usualDocument(text, this.carry.pace) : undefined;
    const several = usual === undefined && depth < MAX_DEPTH ? severalIn(text) : undefined;
    const object = usual ?? (isObject && several === undefined ? otherDocument(text, this.carry.pace) : undefined);
    const isBatch = object === undefined && isObject && depth < MAX_DEPTH;
    const logs = several ?? (isBatch ? concatenatedIn(text) : undefined);
    if (object !== undefined) this.#readObject(object, text, hinted, outer, depth);
    else if (logs !== undefined) this.#readSeveral(logs, hinted, outer, depth + 1);
    return object !== undefined || logs !== undefined;
  }

  #readSeveral(logs: readonly string[], hinted: readonly Format[], outer: Payload | undefined, depth: number): void {
    this.#each(logs, (log) => {
      this.#line.original = log;
      this.#read(log, hinted, outer, depth);
    });
  }

  /** Reads several logs of one record: what one of them tells (its host, its tags) is not the next one's. */
  #each<T>(logs: readonly T[], read: (log: T) => void): void {
    const line = this.#line;
    const { clock, hostName, hostTold, outerTime, tags } = line;
    for (const log of logs) {
      line.outerTime = outerTime;
      line.hostName = hostName;
      line.hostTold = hostTold;
      line.tags = tags === undefined ? undefined : [...tags];
      line.clock = clock;
      try {
        read(log);
      } catch (error) {
        this.#fault(error);
      }
    }
  }

  /** A bug of ours costs one log its fields: the same record would end every process that reads it again. */
  #fault(error: unknown): void {
    this.#push(faultFields(this.#line, error), this.#line.receiveTime, false);
  }

  /**
   * Text of several lines that no format knows as a whole is read by its first; the message has them all. One line that no
   * format knows is read without the white space around it.
   */
  #parseLines(text: string, hinted: readonly Format[]): Fields | undefined {
    const fields = this.#parseText(text, hinted);
    if (!isUnknown(fields) || this.#line.inner !== undefined) return fields;
    const end = text.indexOf('\n');
    const part = end < 0 ? text.trim() : text.slice(0, end);
    if (part.length === text.length) return fields;
    const head = this.#parseText(part, hinted);
    if (end < 0 && this.#line.inner !== undefined) return undefined;
    if (head === undefined || isUnknown(head)) return this.#parseText(text, hinted);
    if (end >= 0 && typeof head['message'] === 'string') head['message'] += text.slice(end);
    return head;
  }

  /** The hinted formats, then (where none was told) the last one and all others: undefined, or `line.inner` set. */
  #parseText(text: string, hinted: readonly Format[]): Fields | undefined {
    const line = this.#line;
    for (const format of hinted) {
      if (format.reads !== 'text') continue;
      line.reset();
      const fields = readTold(format, text, line);
      if (fields !== undefined || line.inner !== undefined) return fields;
    }
    line.reset();
    if (hinted === this.carry.told) return undefined;
    const last = isHeaded(this.carry.last, text) ? undefined : this.carry.last;
    const fields = last?.parse(text, line);
    const isRead = fields !== undefined || line.inner !== undefined;
    return isRead && last?.isOthers?.(fields ?? {}, text) !== true ? fields : this.#detect(text);
  }

  #detect(text: string): Fields | undefined {
    const line = this.#line;
    for (const format of TEXT_FORMATS) {
      if (!format.sniff(text)) continue;
      line.reset();
      const fields = format.parse(text, line);
      if (fields === undefined && line.inner === undefined) continue;
      // What accepts everything must not be tried before those that know.
      if (format.dataset !== 'unknown') this.carry.last = format;
      return fields;
    }
    return undefined;
  }

  #readObject(
    object: JsonObject,
    text: string,
    hinted: readonly Format[],
    outer: Payload | undefined,
    depth: number,
  ): void {
    const line = this.#line;
    line.reset(text);
    // What the operator tells is believed; what an envelope or a path suggests must look like it.
    const isTold = hinted === this.carry.told;
    const payloads = depth < MAX_DEPTH ? payloadsIn(object, line, isTold ? hinted : []) : undefined;
    if (payloads !== undefined && (payloads.length > 0 || line.failure !== undefined)) {
      this.#readPayloads(payloads, outer, depth + 1);
      return;
    }
    const own = readOwn(object, line, this.carry.source.settings);
    if (own !== undefined) return this.#emit(own, outer);
    const told = hinted.find((format) => format.reads === 'json' && (isTold || format.sniff(object)));
    const format = told ?? JSON_FORMATS.find((candidate) => candidate.sniff(object));
    const fields = format?.reads === 'json' ? format.parse(object, line) : undefined;
    const { inner } = line;
    if (fields !== undefined) this.#emit(fields, outer);
    else if (inner !== undefined && depth < MAX_DEPTH) this.#readPayload(inner, outer, depth + 1);
    else if (line.failure === undefined) this.#emit(unparsedFields(text, this.#line, this.carry.told), outer);
  }

  #readPayloads(payloads: readonly Payload[], outer: Payload | undefined, depth: number): void {
    const read = (payload: Payload): void => {
      this.#line.original = bare(payload.text);
      this.#readPayload(payload, outer, depth);
    };
    const [only] = payloads;
    if (payloads.length === 1 && only !== undefined) read(only);
    else this.#each(payloads, read);
  }

  #readPayload(payload: Payload, outer: Payload | undefined, depth: number): void {
    const line = this.#line;
    if (!line.hostTold && payload.host !== undefined) {
      line.hostName = payload.host;
      line.hostTold = true;
    }
    if (isDated(payload.time)) line.outerTime = payload.time;
    if (payload.timezone !== undefined) line.clock = this.#carries.clockOf(payload.timezone);
    const named = formatsNamed(payload.hints);
    const merged = outer === undefined ? payload : within(outer, payload);
    if (payload.head !== undefined && !isSyslog(payload.text)) this.#readMessage(payload.head, merged, depth);
    else this.#read(bare(payload.text), this.#hintsFor(payload, named), merged, depth);
  }

  /** What the operator told is believed before what the payload suggests, but for a log carried inside another. */
  #hintsFor(payload: Payload, named: readonly Format[] | undefined): readonly Format[] {
    if (payload.carried === true) return named ?? [];
    return this.carry.told ?? named ?? this.carry.hinted;
  }

  /** A syslog message whose head the shipper took off. */
  #readMessage(head: SyslogParts, payload: Payload, depth: number): void {
    const line = this.#line;
    const fields = headedMessage(head, payload.host, bare(payload.text), line);
    const { inner } = line;
    if (fields !== undefined) this.#emit(fields, payload);
    else if (inner !== undefined && depth < MAX_DEPTH) this.#readPayload(inner, payload, depth + 1);
    else this.#emit(unparsedFields(payload.text, line, this.carry.told), payload);
  }

  /** Completes the fields and appends the event, as often as the record stands for it. */
  #emit(fields: Fields, outer: Payload | undefined): void {
    const line = this.#line;
    const { receiveTime } = line;
    line.shape?.learn(fields);
    if (outer !== undefined) addOuter(fields, outer, line.hostTold ? line.hostName : undefined);
    let time = isDated(line.time) ? line.time : (outer?.time ?? Number.NaN);
    const hasTime = isDated(time);
    if (hasTime) this.carry.isTimed = true;
    else {
      time = receiveTime;
      line.tag('sekisho.no-time');
    }
    const doubt = doubtOf(time, receiveTime);
    if (doubt !== undefined) line.tag(doubt);
    // The time of a header line, or of a stray line between others that have one, is only when the file was read.
    const movesWatermark = doubt !== 'sekisho.future-time' && (hasTime || !(line.isHeader || this.carry.isTimed));
    for (const [field, value] of this.carry.fixed) fields[field] ??= value;
    derive(fields, this.#derived);
    if (line.tags !== undefined) fields['tags'] = tagsOf(fields['tags'], line.tags);
    this.#push(fields, time, movesWatermark);
  }

  #push(fields: Fields, time: number, movesWatermark: boolean): void {
    const { source } = this.carry;
    const { receiveTime, repeat } = this.#line;
    const offset = this.#offset;
    this.out.push({ fields, time, source, offset, sub: this.#sub++, receiveTime, movesWatermark });
    for (let copy = 1; copy < repeat; copy++)
      this.out.push({ fields: { ...fields }, time, source, offset, sub: this.#sub++, receiveTime, movesWatermark });
  }
}
