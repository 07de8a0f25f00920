import { type Detection, EvidenceRef, KeptEvidence, KeyedGroup, type TextValue } from '../../event/index.js';
import { type DetectionWire, type EventWire, type EvidenceWire, SHEAF_VERSION, type SheafWire } from './sheaf.js';
import type { Mark } from './taken-marks.js';

/** A detection as it was read; its correlation by name. */
export interface ReadDetection extends Omit<Detection, 'correlation'> {
  readonly mark: Mark;
}

/** The detections of a record in order; undefined where its parts are not what they should be. Linear, never throws. */
export function readSheaf(wire: Readonly<Record<string, unknown>>): readonly ReadDetection[] | undefined {
  if (!isSheaf(wire)) return undefined;
  const read: ReadDetection[] = [];
  for (const event of wire.e) if (!readEvent(wire, event, read)) return undefined;
  return read;
}

/** Of a record that `readSheaf` reads, the detection at `at` as a record of its own. */
export function sheafOfOne(wire: SheafWire, at: number): SheafWire {
  let left = at;
  for (const [source, offset, sub, time, evidence, ...detections] of wire.e) {
    const detection = detections[left];
    left -= detections.length;
    if (detection === undefined) continue;
    const [ip, user, target, host, original, others, ...place] = evidence;
    const own: EvidenceWire = [ip, user, target, host, original, 0, ...place];
    const [name, ...rest] = detection;
    const event: EventWire = [source, offset, sub, time, own, [0, ...rest]];
    return { ...wire, n: [wire.n[name] as string], o: [wire.o[others] as readonly TextValue[]], e: [event] };
  }
  return { ...wire, e: [] };
}

/** Appends the detections of an event; false where it is none. */
function readEvent({ n, p, o, d }: SheafWire, event: EventWire, read: ReadDetection[]): boolean {
  if (!isEvent(event)) return false;
  const [from, offset, sub, time, [ip, user, target, host, original, others, ...place]] = event;
  const [origin, ownOffset, ownSub, ownTime] = place.length === 4 ? place : ([from, offset, sub, time] as const);
  const [source, ownSource, shared] = [p[from], p[origin], o[others]];
  if (source === undefined || ownSource === undefined || shared === undefined) return false;
  const at = { source: ownSource, offset: ownOffset, sub: ownSub, time: ownTime };
  const evidence = EvidenceRef.ofRow(new KeptEvidence(at, ip, user, target, host, original, shared), 0);
  for (let i = 5; i < event.length; i++) {
    const detection = event[i] as DetectionWire;
    if (!isDetection(detection)) return false;
    const [at, role, nth, size, key, value] = detection;
    const name = n[at];
    if (name === undefined) return false;
    const mark: Mark = { source, offset, sub, nth, name, role, generation: d };
    read.push({ mark, role, group: new KeyedGroup(key, size), time, value, evidence });
  }
  return true;
}

function isSheaf(wire: Readonly<Record<string, unknown>>): wire is Readonly<Record<string, unknown>> & SheafWire {
  const { v, d, n, p, o, e } = wire;
  if (v !== SHEAF_VERSION || typeof d !== 'string') return false;
  return areTexts(n) && areTexts(p) && Array.isArray(o) && o.every(areValues) && Array.isArray(e);
}

/** All but the detections. */
function isEvent(wire: unknown): wire is EventWire {
  if (!Array.isArray(wire) || !areIntegers(wire, 0, 3) || !Number.isFinite(wire[3])) return false;
  const evidence: unknown = wire[4];
  if (!Array.isArray(evidence) || typeof evidence[4] !== 'string' || !Number.isSafeInteger(evidence[5])) return false;
  const [ip, user, target, host] = evidence as unknown[];
  if (!isValue(ip) || !isValue(user) || !isValue(target) || !isValue(host)) return false;
  return (
    evidence.length === 6 || (evidence.length === 10 && areIntegers(evidence, 6, 9) && Number.isFinite(evidence[9]))
  );
}

function isDetection(wire: unknown): wire is DetectionWire {
  if (!Array.isArray(wire) || typeof wire[4] !== 'string' || !areIntegers(wire, 0, 4)) return false;
  return wire[5] === undefined || typeof wire[5] === 'string';
}

function areIntegers(values: readonly unknown[], from: number, until: number): boolean {
  for (let i = from; i < until; i++) if (!Number.isSafeInteger(values[i])) return false;
  return true;
}

function areTexts(values: unknown): values is readonly string[] {
  return Array.isArray(values) && values.every((value) => typeof value === 'string');
}

function areValues(values: unknown): boolean {
  return Array.isArray(values) && values.every(isValue);
}

function isValue(value: unknown): value is TextValue {
  return value === null || typeof value === 'string' || areTexts(value);
}
