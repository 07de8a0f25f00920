import { type Evidence, EvidenceRef } from '../../event/index.js';
import type { ReadDetection } from './sheaf-read.js';

/**
 * A record of version 2, one detection each: written no more, read for topics from before. `c` correlation, `r` role,
 * `g` group values, `k` group key where it isn't the one value, `t` time, `x` value, `s` stamp, `d` digest of the writer's
 * rule set, `e` evidence.
 */
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

/** The version that it is. */
export const SINGLE_VERSION = 2;

/** The detection of such a record; undefined where it is none. Never throws. */
export function readSingle(wire: Json): ReadDetection | undefined {
  if (!isWire(wire)) return undefined;
  const [source, offset, sub, nth] = wire.s;
  return {
    mark: { source, offset, sub, nth, name: wire.c, role: wire.r, generation: wire.d },
    role: wire.r,
    group: { key: wire.k ?? wire.g[0] ?? '', values: wire.g },
    time: wire.t,
    value: wire.x,
    evidence: EvidenceRef.of(wire.e),
  };
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

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
