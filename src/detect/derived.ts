import { EvidenceRef, type Detection, type Entities, type Evidence, type Group } from '../event/index.js';
import type { Correlation, CorrelationRef, FieldRef, RuleSet } from '../rule/types.js';
import { canonicalValues, groupsOf } from './group.js';

/** What of a referred correlation's episode becomes detections of the next level (structurally, correlate's `Derived`). */
export interface DerivedEpisode {
  readonly correlation: number;
  readonly group: Group;
  /** The episode's start, epoch ms. */
  readonly time: number;
  readonly evidence: Evidence;
}

/** Told of each detection left out because a field was missing. */
export type OnLeftOut = (correlation: number, role: number, field: string) => void;

interface Referrer {
  readonly correlation: Correlation;
  readonly ref: CorrelationRef;
  readonly role: number;
}

const REFERRERS = new WeakMap<RuleSet, ReadonlyMap<number, readonly Referrer[]>>();

/**
 * The detections an episode makes in the correlations that refer to its correlation.
 *
 * Group values are taken from the episode's group by name, else from the entities of the evidence it opened with by ECS name,
 * one detection per element where they are several. A value found nowhere leaves the detection out.
 */
export function derivedDetections(ruleSet: RuleSet, derived: DerivedEpisode, onLeftOut?: OnLeftOut): Detection[] {
  const detections: Detection[] = [];
  const evidence = EvidenceRef.of(derived.evidence);
  const names = ruleSet.correlations[derived.correlation]?.groupBy ?? [];
  for (const referrer of referrersOf(ruleSet).get(derived.correlation) ?? []) {
    const { correlation, ref, role } = referrer;
    const leftOut = (field: string): void => onLeftOut?.(correlation.index, role, field);
    const groups = combine(ref.groupBy, names, derived, correlation.missingIsNull, leftOut);
    const values = groups && ref.value.length > 0 ? combine(ref.value, names, derived, false, leftOut) : NO_VALUE;
    for (const group of groups ?? [])
      for (const value of values ?? [])
        detections.push({
          correlation: correlation.index,
          role,
          group,
          time: derived.time,
          value: value.key,
          evidence,
        });
  }
  return detections;
}

const NO_VALUE: readonly { readonly key: string | undefined }[] = [{ key: undefined }];

function referrersOf(ruleSet: RuleSet): ReadonlyMap<number, readonly Referrer[]> {
  const known = REFERRERS.get(ruleSet);
  if (known !== undefined) return known;
  const referrers = new Map<number, Referrer[]>();
  for (const correlation of ruleSet.correlations) {
    correlation.refs.forEach((ref, role) => {
      if (ref.target.kind !== 'correlation') return;
      const list = referrers.get(ref.target.index) ?? [];
      referrers.set(ref.target.index, [...list, { correlation, ref, role }]);
    });
  }
  REFERRERS.set(ruleSet, referrers);
  return referrers;
}

function combine(
  fields: readonly FieldRef[],
  names: readonly string[],
  derived: DerivedEpisode,
  missingIsNull: boolean,
  leftOut: (field: string) => void,
): readonly Group[] | undefined {
  const columns: (readonly (string | null)[])[] = [];
  for (const field of fields) {
    const values = valuesOf(field, names, derived);
    if (values.length === 0 && !missingIsNull) {
      leftOut(field.name);
      return undefined;
    }
    columns.push(values.length === 0 ? [null] : values);
  }
  return groupsOf(columns);
}

function valuesOf(field: FieldRef, names: readonly string[], derived: DerivedEpisode): readonly string[] {
  const place = names.indexOf(field.name);
  const own = place < 0 ? undefined : derived.group.values[place];
  if (typeof own === 'string') return [own];
  const entities: Partial<Record<string, Entities[keyof Entities]>> = derived.evidence.entities;
  for (const name of [field.name, ...field.paths]) {
    const value = Object.hasOwn(entities, name) ? entities[name] : undefined;
    if (value !== undefined) return canonicalValues(value, field);
  }
  return [];
}
