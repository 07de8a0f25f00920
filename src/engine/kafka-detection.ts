import { hash } from 'node:crypto';
import { type Detection, type Evidence, EvidenceRef, type Failure } from '../event/index.js';
import type { Correlation } from '../rule/types.js';
import { generationOf } from './rule-history.js';
import type { Mark, Stamp } from './taken-marks.js';

/** What one detector knows of time: written to each detections partition after the detections it is about. */
export interface Marker {
  /** Raw partitions that there are, by `Source.id`, whoever reads them. */
  readonly expected: readonly string[];
  /**
   * Of those the detector reads: offset of the first record not yet in the topic, and watermark (epoch ms; null: none yet;
   * `empty`: it is caught up and never had an event, so it holds nothing back).
   */
  readonly owned: readonly (readonly [source: string, offset: number, watermark: number | null | 'empty'])[];
}

/** The watermark of one correlator partition at one level: only where chains are loaded. */
export interface LevelMarker {
  readonly level: number;
  readonly partition: number;
  readonly watermark: number;
}

/** A record of the detections topic. `unknown`: of a correlation that this member has not loaded. */
export type DetectionRecord =
  | { readonly kind: 'detection'; readonly mark: Mark; readonly detection: Detection }
  | { readonly kind: 'marker'; readonly marker: Marker }
  | { readonly kind: 'level'; readonly marker: LevelMarker }
  | { readonly kind: 'unknown'; readonly mark: Mark }
  | { readonly kind: 'failed'; readonly failure: Failure };

const VERSION = 2;

/**
 * Writes and reads the records of the detections topic: JSON, versioned.
 *
 * A detection names its correlation by definition hash, so members whose rule sets differ in other rules understand each
 * other. `v` version, `c` correlation, `r` role, `g` group values, `k` group key where it isn't the one value, `t` time,
 * `x` value, `s` stamp, `d` digest of the writer's rule set, `e` evidence. Markers have `m`, level markers `l` in place of `c`. At most some 10 KiB: the line
 * in it is cut at 2 KiB, each entity at 256 characters.
 */
export class DetectionCodec {
  /** Digest of the rule set. */
  readonly generation: string;
  readonly #names: readonly string[];
  /** By correlation: its place in the order of names. */
  readonly #ranks: readonly number[];
  readonly #byName: ReadonlyMap<string, Correlation>;
  /** The evidence encoded last: all detections of an event share one. */
  #last: { readonly evidence: EvidenceRef; readonly json: string } | undefined;

  constructor(correlations: readonly Correlation[]) {
    this.#names = correlationNames(correlations);
    this.generation = generationOf(this.#names);
    this.#ranks = ranksOf(this.#names);
    this.#byName = new Map(correlations.map((correlation, i) => [this.#names[i] as string, correlation]));
  }

  /** Digest of correlation and group key: the record's key; equal groups always meet in one partition. */
  key({ correlation, group }: Pick<Detection, 'correlation' | 'group'>): Buffer {
    return hash('sha256', `${this.#names[correlation]}\0${group.key}`, 'buffer').subarray(0, 16);
  }

  /** The partition of a key. */
  static partition(key: Buffer, partitions: number): number {
    return key.readUInt32BE(0) % partitions;
  }

  /** Puts the detections of one event into the order of their marks. */
  sort(detections: Detection[]): void {
    if (detections.length < 2) return;
    const rankOf = ({ correlation }: Detection): number => this.#ranks[correlation] as number;
    detections.sort((a, b) => rankOf(a) - rankOf(b) || a.role - b.role);
  }

  encode(detection: Detection, { source, offset, sub, nth }: Stamp): string {
    const { correlation, role, group, time, value, evidence } = detection;
    const isPlain = group.values.length === 1 && group.values[0] === group.key;
    const head = JSON.stringify({
      v: VERSION,
      c: this.#names[correlation],
      r: role,
      g: group.values,
      ...(!isPlain && { k: group.key }),
      t: time,
      ...(value !== undefined && { x: value }),
      s: [source, offset, sub, nth],
      d: this.generation,
    });
    if (this.#last?.evidence !== evidence) this.#last = { evidence, json: JSON.stringify(evidence.resolve()) };
    return `${head.slice(0, -1)},"e":${this.#last.json}}`;
  }

  /** Never throws: what is no record of this version is `failed`. */
  decode(value: Buffer | null): DetectionRecord {
    const parsed = parseObject(value);
    if (parsed?.['v'] !== VERSION) return failed(parsed);
    if (isMarker(parsed['m'])) return { kind: 'marker', marker: parsed['m'] };
    if (isLevelMarker(parsed['l'])) return { kind: 'level', marker: parsed['l'] };
    return isWire(parsed) ? this.#detectionOf(parsed) : failed(parsed);
  }

  #detectionOf(wire: Wire): DetectionRecord {
    const [source, offset, sub, nth] = wire.s;
    const mark: Mark = { source, offset, sub, nth, name: wire.c, role: wire.r, generation: wire.d };
    const correlation = this.#byName.get(wire.c);
    if (correlation === undefined) return { kind: 'unknown', mark };
    if (correlation.refs[wire.r] === undefined) return failed({ v: VERSION });
    const key = wire.k ?? wire.g[0] ?? '';
    const detection: Detection = {
      correlation: correlation.index,
      role: wire.r,
      group: { key, values: wire.g },
      time: wire.t,
      value: wire.x,
      evidence: EvidenceRef.of(wire.e),
    };
    return { kind: 'detection', mark, detection };
  }
}

/** Writes a marker. */
export function encodeMarker(marker: Marker): string {
  return JSON.stringify({ v: VERSION, m: marker });
}

/** Writes a level marker. */
export function encodeLevelMarker(marker: LevelMarker): string {
  return JSON.stringify({ v: VERSION, l: marker });
}

/** The definition hash of each correlation; where several are the same, numbered in their order. */
export function correlationNames(correlations: readonly Correlation[]): readonly string[] {
  const seen = new Map<string, number>();
  return correlations.map(({ hash }) => {
    const nth = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, nth);
    return nth === 1 ? hash : `${hash}~${nth}`;
  });
}

/** The place of each name in the order of all. */
function ranksOf(names: readonly string[]): readonly number[] {
  const ranks = new Map(names.toSorted().map((name, rank) => [name, rank]));
  return names.map((name) => ranks.get(name) as number);
}

interface Wire {
  readonly c: string;
  readonly r: number;
  readonly g: readonly (string | null)[];
  readonly k?: string;
  readonly t: number;
  readonly x?: string;
  readonly s: readonly [source: string, offset: number, sub: number, nth: number];
  readonly d: string;
  readonly e: Evidence;
}

type Json = Readonly<Record<string, unknown>>;

function parseObject(value: Buffer | null): Json | undefined {
  try {
    const parsed: unknown = JSON.parse(value?.toString('utf8') ?? 'null');
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function failed(parsed: Json | undefined): DetectionRecord {
  const version = parsed?.['v'];
  const message =
    typeof version === 'number' && version !== VERSION
      ? `the record has version ${version}, this member knows ${VERSION}; bring all members to one version of Sekisho`
      : 'the record is no detection; only Sekisho may write to this topic';
  return { kind: 'failed', failure: { code: 'kafka.detection', message } };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWire(value: Json): value is Json & Wire {
  const { c, r, g, k, t, x, s, d, e } = value;
  const isOptionalText = (text: unknown): boolean => text === undefined || typeof text === 'string';
  return (
    [
      typeof c === 'string',
      typeof d === 'string',
      Number.isInteger(r),
      Number.isFinite(t),
      isOptionalText(k),
      isOptionalText(x),
    ].every(Boolean) &&
    Array.isArray(g) &&
    g.every((one) => one === null || typeof one === 'string') &&
    isStamp(s) &&
    isEvidence(e)
  );
}

function isStamp(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 4) return false;
  return typeof value[0] === 'string' && value.slice(1).every(Number.isSafeInteger);
}

function isEvidence(value: unknown): boolean {
  if (!isObject(value) || !isObject(value['entities'])) return false;
  return (
    Number.isFinite(value['time']) && typeof value['position'] === 'string' && typeof value['original'] === 'string'
  );
}

function isMarker(value: unknown): value is Marker {
  if (!isObject(value) || !Array.isArray(value['expected']) || !Array.isArray(value['owned'])) return false;
  return value['expected'].every((source) => typeof source === 'string') && value['owned'].every(isOwned);
}

function isOwned(value: unknown): boolean {
  if (!Array.isArray(value) || typeof value[0] !== 'string' || !Number.isSafeInteger(value[1])) return false;
  return value[2] === null || value[2] === 'empty' || Number.isFinite(value[2]);
}

function isLevelMarker(value: unknown): value is LevelMarker {
  if (!isObject(value)) return false;
  return ['level', 'partition', 'watermark'].every((key) => Number.isFinite(value[key]));
}
