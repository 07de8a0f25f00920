import { EvidenceRef, type Detection, type EcsEvent, type Group } from '../event/index.js';
import type { Correlation, CorrelationRef, FieldRef, Gate, RuleSet } from '../rule/types.js';
import { isPlain, readField } from './frame.js';
import { canonicalText, canonicalValues, groupOf, groupsOf } from './group.js';
import type { LeftOut } from './types.js';

/**
 * A list of fields read together: the group-by of one reference, or the value of its condition. References with the
 * same fields share one, and it is computed once per event.
 */
interface Tuple {
  readonly fields: readonly FieldRef[];
  /** The first path of each field where it is an ordinary property, else ''. */
  readonly plain: readonly string[];
  readonly missingIsNull: boolean;
  stamp: number;
  groups: readonly Group[];
  /** The first field that is missing, or -1. */
  missing: number;
}

/** One correlation that refers to a rule. */
interface Link {
  readonly correlation: number;
  readonly role: number;
  readonly group: Tuple;
  readonly value: Tuple | undefined;
  /** It counts events: one that matched several of its rules counts once. */
  readonly once: boolean;
  /** It stands for all members of a gate, of which some count no values. */
  readonly gate: Gate | undefined;
  /** Detections left out for a missing group-by field, and for a missing value, by field name. */
  readonly groupless: Map<string, number>;
  readonly valueless: Map<string, number>;
}

const NO_LINKS: readonly Link[] = [];

/**
 * Turns matches into detections: for each correlation that refers to a matched rule, one per group (and value).
 * Silenced plain rules make none of their own: nobody would ever hear of their implicit correlations.
 *
 * A correlation that counts events or values takes an event once, however many of its rules it matched.
 * Source: Sigma Correlation Rules Specification, "Event Count": it counts events.
 *
 * A missing group-by field becomes null in implicit correlations; elsewhere it leaves the detection out and is counted.
 *
 * Members of a gate get one detection together, the first member's: its `value` is undefined where the event has none, and
 * its `role` is 1 where it brings a further value of the same event.
 */
export class Keying {
  readonly #links: readonly (readonly Link[])[];
  #now = 0;

  constructor(ruleSet: RuleSet, gates: readonly Gate[] = []) {
    const tuples = new Map<string, Tuple>();
    const links = ruleSet.rules.map((): Link[] => []);
    const gated = new Set(gates.flatMap(({ members }) => members));
    for (const correlation of ruleSet.correlations) {
      if ((correlation.implicit && !correlation.alerts) || gated.has(correlation.index)) continue;
      correlation.refs.forEach((ref, role) => {
        if (ref.target.kind === 'rule') links[ref.target.index]?.push(linkOf(correlation, ref, role, tuples));
      });
    }
    for (const gate of gates) {
      const { target, link } = gateLink(ruleSet.correlations, gate, tuples);
      links[target]?.push(link);
    }
    this.#links = links;
  }

  /** Appends the detections of an event that matched `rules`. Groups and evidence are made once and shared. */
  detect(event: EcsEvent, rules: readonly number[], out: Detection[]): void {
    this.#now++;
    const evidence = EvidenceRef.ofEvent(event);
    for (const rule of rules) {
      for (const link of this.#links[rule] ?? NO_LINKS) {
        const before = out.length;
        this.#detectOne(event, link, evidence, out);
        if (link.once && rules.length > 1) dropRepeated(out, before, evidence);
      }
    }
  }

  /** Detections left out since the start. */
  leftOut(): readonly LeftOut[] {
    return this.#links
      .flat()
      .flatMap(({ correlation, role, gate, groupless, valueless }) => [
        ...leftOutOf(gate?.members ?? [correlation], role, groupless),
        ...leftOutOf(gate?.valued ?? [correlation], role, valueless),
      ]);
  }

  #detectOne(event: EcsEvent, link: Link, evidence: EvidenceRef, out: Detection[]): void {
    const { correlation, role, group, value, gate } = link;
    const { time } = event;
    if (!this.#fill(group, event)) return countMissing(link.groupless, group);
    const hasValue = value !== undefined && this.#fill(value, event);
    if (value !== undefined && !hasValue) {
      countMissing(link.valueless, value);
      if (gate === undefined) return;
    }
    if (!hasValue) {
      for (const one of group.groups) out.push({ correlation, role, group: one, time, value: undefined, evidence });
      return;
    }
    for (const one of group.groups) {
      let nth = role;
      for (const { key } of value.groups) {
        out.push({ correlation, role: nth, group: one, time, value: key, evidence });
        if (gate !== undefined) nth = 1;
      }
    }
  }

  /** Reads a tuple unless this event's is there; false where a field is missing. */
  #fill(tuple: Tuple, event: EcsEvent): boolean {
    if (tuple.stamp !== this.#now) {
      tuple.stamp = this.#now;
      readTuple(tuple, event);
    }
    return tuple.missing < 0;
  }
}

function readTuple(tuple: Tuple, event: EcsEvent): void {
  if (readTexts(tuple, event)) return;
  tuple.missing = -1;
  const columns: (readonly (string | null)[])[] = [];
  for (let i = 0; i < tuple.fields.length; i++) {
    const field = tuple.fields[i] as FieldRef;
    const values = canonicalValues(readField(event, field.paths), field);
    if (values.length === 0 && !tuple.missingIsNull) {
      tuple.missing = i;
      return;
    }
    columns.push(values.length === 0 ? [null] : values);
  }
  tuple.groups = groupsOf(columns);
}

/** The usual case, without the general one's arrays: every field is one text. False where it is not the case. */
function readTexts(tuple: Tuple, event: EcsEvent): boolean {
  const count = tuple.fields.length;
  const values = new Array<string>(count);
  for (let i = 0; i < count; i++) {
    const name = tuple.plain[i] as string;
    const value = name === '' ? undefined : event.fields[name];
    if (typeof value !== 'string') return false;
    values[i] = canonicalText(value, tuple.fields[i] as FieldRef);
  }
  tuple.missing = -1;
  tuple.groups = [groupOf(values)];
  return true;
}

/** Takes out of the detections from `start` those that an earlier rule made of the same event. */
function dropRepeated(out: Detection[], start: number, evidence: EvidenceRef): void {
  let kept = start;
  for (let i = start; i < out.length; i++) {
    const detection = out[i] as Detection;
    if (!isRepeated(out, start, detection, evidence)) out[kept++] = detection;
  }
  out.length = kept;
}

function isRepeated(out: readonly Detection[], before: number, detection: Detection, evidence: EvidenceRef): boolean {
  for (let i = before - 1; i >= 0; i--) {
    const other = out[i] as Detection;
    if (other.evidence !== evidence) return false;
    if (
      other.correlation === detection.correlation &&
      other.group.key === detection.group.key &&
      other.value === detection.value
    )
      return true;
  }
  return false;
}

function countMissing(counts: Map<string, number>, tuple: Tuple): void {
  const name = tuple.fields[tuple.missing]?.name ?? '';
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function leftOutOf(correlations: readonly number[], role: number, counts: ReadonlyMap<string, number>): LeftOut[] {
  return correlations.flatMap((correlation) =>
    [...counts].map(([field, count]) => ({ correlation, role, field, count })),
  );
}

/** The one link of a gate, and the rule it hangs on. */
function gateLink(
  correlations: readonly Correlation[],
  gate: Gate,
  tuples: Map<string, Tuple>,
): { readonly target: number; readonly link: Link } {
  const first = correlations[gate.members[0] as number] as Correlation;
  const ref = first.refs[0] as CorrelationRef;
  const value = correlations[gate.valued[0] ?? first.index]?.refs[0]?.value ?? [];
  return { target: ref.target.index, link: { ...linkOf(first, { ...ref, value }, 0, tuples), gate } };
}

function linkOf(correlation: Correlation, ref: CorrelationRef, role: number, tuples: Map<string, Tuple>): Link {
  const group = tupleOf(ref.groupBy, correlation.missingIsNull, tuples);
  const value = ref.value.length === 0 ? undefined : tupleOf(ref.value, false, tuples);
  const once = correlation.refs.length > 1 && !correlation.type.startsWith('temporal');
  const counts = { groupless: new Map<string, number>(), valueless: new Map<string, number>() };
  return { correlation: correlation.index, role, group, value, once, gate: undefined, ...counts };
}

function tupleOf(fields: readonly FieldRef[], missingIsNull: boolean, tuples: Map<string, Tuple>): Tuple {
  const name = JSON.stringify([missingIsNull, fields]);
  let tuple = tuples.get(name);
  if (tuple === undefined) {
    const plain = fields.map(({ paths: [path = ''] }) => (isPlain(path) ? path : ''));
    tuple = { fields, plain, missingIsNull, stamp: -1, groups: [], missing: -1 };
    tuples.set(name, tuple);
  }
  return tuple;
}
