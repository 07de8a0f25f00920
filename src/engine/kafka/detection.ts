import { hash } from 'node:crypto';
import type { Detection, Failure } from '../../event/index.js';
import type { Correlation } from '../../rule/types.js';
import { Sheaf, SHEAF_VERSION, type SheafWire } from './sheaf.js';
import { type ReadDetection, readSheaf, sheafOfOne } from './sheaf-read.js';
import { readSingle, SINGLE_VERSION } from './single.js';
import { generationOf } from './rule-history.js';
import type { Mark } from './taken-marks.js';

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

/**
 * What a record of the detections topic says; a sheaf says many. `unknown`: of a correlation that this member has not
 * loaded. `failed` with a mark: a detection that can't be one, in a record that is one.
 */
export type DetectionRecord =
  | { readonly kind: 'detection'; readonly mark: Mark; readonly detection: Detection }
  | { readonly kind: 'marker'; readonly marker: Marker }
  | { readonly kind: 'level'; readonly marker: LevelMarker }
  | { readonly kind: 'unknown'; readonly mark: Mark }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly mark?: Mark };

const VERSIONS: ReadonlySet<unknown> = new Set([SINGLE_VERSION, SHEAF_VERSION]);

/**
 * The rules' side of the records of the detections topic, which are JSON, versioned: markers (`m`), level markers (`l`), and
 * sheaves of detections (`SheafWire`; of version 2, which is still read, one detection each). A record of many detections
 * has no key: the topic is not compacted, and the partition says all that a key would.
 *
 * A detection names its correlation by definition hash, so members whose rule sets differ in other rules understand each
 * other.
 */
export class DetectionCodec {
  /** Digest of the rule set. */
  readonly generation: string;
  readonly #names: readonly string[];
  readonly #jsonNames: readonly string[];
  /** By correlation: its place in the order of names. */
  readonly #ranks: readonly number[];
  readonly #byName: ReadonlyMap<string, Correlation>;
  /** By correlation: what hashing its latest group keys gave. */
  readonly #hashes: readonly Map<string, number>[];

  constructor(correlations: readonly Correlation[]) {
    this.#names = correlationNames(correlations);
    this.#jsonNames = this.#names.map((name) => JSON.stringify(name));
    this.generation = generationOf(this.#names);
    this.#ranks = ranksOf(this.#names);
    this.#byName = new Map(correlations.map((correlation, i) => [this.#names[i] as string, correlation]));
    this.#hashes = correlations.map(() => new Map<string, number>());
  }

  /**
   * The partition of a correlation's group: by a digest of both, so equal groups always meet in one, whichever member
   * writes. The digest is the cost; the latest thousands of each correlation are remembered.
   */
  partitionOf({ correlation, group: { key } }: Pick<Detection, 'correlation' | 'group'>, partitions: number): number {
    const hashes = this.#hashes[correlation] as Map<string, number>;
    let digest = hashes.get(key);
    if (digest === undefined) {
      // As text, of which the first 32 bits are read: making a Buffer costs more than that.
      digest = Number.parseInt(hash('sha256', `${this.#names[correlation]}\0${key}`, 'hex').slice(0, 8), 16);
      if (hashes.size >= HASHES) hashes.clear();
      hashes.set(key, digest);
    }
    return digest % partitions;
  }

  /** Puts the detections of one event into the order of their marks. */
  sort(detections: Detection[]): void {
    if (detections.length < 2) return;
    const rankOf = ({ correlation }: Detection): number => this.#ranks[correlation] as number;
    detections.sort((a, b) => rankOf(a) - rankOf(b) || a.role - b.role);
  }

  /** A record to add detections of these rules to. */
  sheaf(): Sheaf {
    return new Sheaf(this.generation, this.#jsonNames);
  }

  /** What a record says, in order. Never throws: what is no record of a known version is `failed`, as a whole. */
  decode(value: Buffer | null): readonly DetectionRecord[] {
    const parsed = parseObject(value);
    if (parsed === undefined || !VERSIONS.has(parsed['v'])) return [failed(parsed)];
    if (isMarker(parsed['m'])) return [{ kind: 'marker', marker: parsed['m'] }];
    if (isLevelMarker(parsed['l'])) return [{ kind: 'level', marker: parsed['l'] }];
    if (parsed['v'] === SHEAF_VERSION) return readSheaf(parsed)?.map(this.#told) ?? [failed(parsed)];
    const single = readSingle(parsed);
    return [single === undefined ? failed(parsed) : this.#told(single)];
  }

  readonly #told = ({ mark, role, group, time, value, evidence }: ReadDetection): DetectionRecord => {
    const correlation = this.#byName.get(mark.name);
    if (correlation === undefined) return { kind: 'unknown', mark };
    if (correlation.refs[role] === undefined) return { kind: 'failed', failure: noDetection(), mark };
    const detection: Detection = { correlation: correlation.index, role, group, time, value, evidence };
    return { kind: 'detection', mark, detection };
  };
}

/** The value of a record that says only what `decode` told at `at` of this one: for the dead letter of a detection. */
export function valueOfOne(value: Buffer | null, at: number): Buffer | null {
  const parsed = parseObject(value);
  if (parsed?.['v'] !== SHEAF_VERSION || !Array.isArray(parsed['e'])) return value;
  return Buffer.from(JSON.stringify(sheafOfOne(parsed as unknown as SheafWire, at)));
}

/** Hashes remembered of each correlation. */
const HASHES = 8_192;

/** Writes a marker. */
export function encodeMarker(marker: Marker): string {
  return JSON.stringify({ v: SHEAF_VERSION, m: marker });
}

/** Writes a level marker. */
export function encodeLevelMarker(marker: LevelMarker): string {
  return JSON.stringify({ v: SHEAF_VERSION, l: marker });
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
  if (typeof version !== 'number' || VERSIONS.has(version)) return { kind: 'failed', failure: noDetection() };
  const message = `the record has version ${version}, this member knows ${[...VERSIONS].join(' and ')}; bring all members to one version of Sekisho`;
  return { kind: 'failed', failure: { code: 'kafka.detection', message } };
}

function noDetection(): Failure {
  return { code: 'kafka.detection', message: 'the record is no detection; only Sekisho may write to this topic' };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
