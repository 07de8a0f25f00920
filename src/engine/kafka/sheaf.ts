import type { Detection, EvidenceRef, KeptEvidence, TextValue } from '../../event/index.js';
import type { Stamp } from './taken-marks.js';

/** Version of a record that holds many detections. */
export const SHEAF_VERSION = 3;

/**
 * UTF-16 units in a record, unless one detection alone is longer: of at most three bytes each, so that a record stays
 * below the 1 MiB that a broker takes.
 */
export const SHEAF_SIZE = 256 * 1024;

/**
 * A record of many detections: of one partition and one rule set, in the order of their marks, with what they share said
 * once. `v` version, `d` digest of the writer's rule set, `n` names of correlations, `p` sources, `o` entities other than
 * the subject (most events have those of the one before); `e` the events, which refer to the lists by place.
 */
export interface SheafWire {
  readonly v: number;
  readonly d: string;
  readonly n: readonly string[];
  readonly p: readonly string[];
  readonly o: readonly (readonly TextValue[])[];
  readonly e: readonly EventWire[];
}

/** Source, offset and sub of the stamp, time, evidence, then the detections of one event. */
export type EventWire = readonly [
  source: number,
  offset: number,
  sub: number,
  time: number,
  evidence: EvidenceWire,
  ...detections: readonly DetectionWire[],
];

/**
 * Address, user, target, host, line, and which other entities. `place`: source, offset, sub and time where they are not
 * the stamp's: a derived detection shows the event that its episode opened with.
 */
export type EvidenceWire = readonly [
  ip: TextValue,
  user: TextValue,
  target: TextValue,
  host: TextValue,
  original: string,
  others: number,
  ...place: readonly [] | readonly [source: number, offset: number, sub: number, time: number],
];

/** Correlation, role, `nth` of the stamp, how many group values there are, the group key made of them, and the value. */
export type DetectionWire = readonly [
  name: number,
  role: number,
  nth: number,
  size: number,
  key: string,
  value?: string,
];

/** Evidence on its way into records: made once for all partitions that get detections of the event. */
export interface EvidenceText {
  readonly of: EvidenceRef;
  readonly kept: KeptEvidence;
  /** The beginning of an `EvidenceWire`: up to the line. */
  readonly fields: string;
  /** The other entities. */
  readonly others: string;
}

/** Makes the text of evidence. `last`: what it made before, for what events have alike. */
export function evidenceText(of: EvidenceRef, last: EvidenceText | undefined): EvidenceText {
  const kept = of.kept();
  const { ip, user, target, host, original } = kept;
  return {
    of,
    kept,
    fields: JSON.stringify([ip, user, target, host, original]).slice(0, -1),
    others: last?.kept.others === kept.others ? last.others : JSON.stringify(kept.others),
  };
}

/** Numbers, brackets and commas of one detection and its event, at most. */
const MARKS = 200;

/** A record of many detections while it is written. */
export class Sheaf {
  /** UTF-16 units so far. */
  size = 0;
  readonly #generation: string;
  /** By correlation, as JSON. */
  readonly #allNames: readonly string[];
  readonly #names = new Listed<number>();
  readonly #sources = new Listed<string>();
  readonly #others = new Listed<readonly TextValue[]>();
  readonly #pieces: string[] = [];
  /** The event that was added to last. */
  #evidence: EvidenceRef | undefined;
  #stamp: Stamp | undefined;
  #time = NaN;

  /** Of the writer's rule set: its digest, and the names of its correlations as JSON. */
  constructor(generation: string, names: readonly string[]) {
    this.#generation = generation;
    this.#allNames = names;
  }

  /** Adds a detection, in the order of marks. False, with nothing added, where it is to go into a record after this one. */
  add({ correlation, role, group, time, value }: Detection, stamp: Stamp, evidence: EvidenceText): boolean {
    const given = value === undefined ? '' : `,${JSON.stringify(value)}`;
    const text = `${role},${stamp.nth},${group.values.length},${JSON.stringify(group.key)}${given}]`;
    const name = this.#allNames[correlation] as string;
    const { fields, others } = evidence;
    const most = text.length + name.length + fields.length + others.length + stamp.source.length * 6 + MARKS;
    if (this.size > 0 && this.size + most > SHEAF_SIZE) return false;
    if (evidence.of !== this.#evidence || time !== this.#time || !isOfOneEvent(stamp, this.#stamp)) {
      this.#put(this.#eventText(stamp, time, evidence));
      [this.#evidence, this.#stamp, this.#time] = [evidence.of, stamp, time];
    }
    this.#put(`,[${this.#names.placeOf(correlation) ?? this.#list(this.#names, correlation, name)},${text}`);
    return true;
  }

  /** The record's value. */
  toString(): string {
    const lists = `"n":[${this.#names.texts.join()}],"p":[${this.#sources.texts.join()}],"o":[${this.#others.texts.join()}]`;
    return `{"v":${SHEAF_VERSION},"d":${JSON.stringify(this.#generation)},${lists},"e":[${this.#pieces.join('')}]]}`;
  }

  #eventText({ source, offset, sub }: Stamp, time: number, { kept, fields, others }: EvidenceText): string {
    const from = this.#sourceOf(source);
    const isOwn = kept.source === source && kept.offset === offset && kept.sub === sub && kept.time === time;
    const place = isOwn ? '' : `,${this.#sourceOf(kept.source)},${kept.offset},${kept.sub},${kept.time}`;
    const other = this.#others.placeOf(kept.others) ?? this.#list(this.#others, kept.others, others);
    return `${this.#pieces.length === 0 ? '' : '],'}[${from},${offset},${sub},${time},${fields},${other}${place}]`;
  }

  #sourceOf(source: string): number {
    return this.#sources.placeOf(source) ?? this.#list(this.#sources, source, JSON.stringify(source));
  }

  #list<T>(list: Listed<T>, item: T, text: string): number {
    this.size += text.length + 1;
    return list.add(item, text);
  }

  #put(text: string): void {
    this.#pieces.push(text);
    this.size += text.length;
  }
}

/** Texts by their place in a list. */
class Listed<T> {
  readonly texts: string[] = [];
  readonly #places = new Map<T, number>();

  placeOf(item: T): number | undefined {
    return this.#places.get(item);
  }

  add(item: T, text: string): number {
    const place = this.texts.push(text) - 1;
    this.#places.set(item, place);
    return place;
  }
}

function isOfOneEvent(a: Stamp, b: Stamp | undefined): boolean {
  return b !== undefined && a.offset === b.offset && a.sub === b.sub && a.source === b.source;
}
