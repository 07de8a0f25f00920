import type { Fields, FieldValue } from '../../event/index.js';
import { FIRST_FIELDS } from '../fields.js';
import { type Layout, LAYOUTS } from '../json/layout.js';
import type { JsonObject, Line } from '../line.js';
import { type Convert, type From, says, text, timeOfValue } from '../raw.js';
import { compileBoth, compileFiller, type Either, type Filler, type MakeOfBoth } from '../shape.js';
import type { Mapping } from './mapped.js';

/** A row whose value a layout has: which of the document's values it may be, best first, and which property it becomes. */
interface Copy {
  readonly slot: number;
  readonly from: readonly number[];
  readonly convert: Convert | undefined;
  /** Whether the property may be set already. */
  readonly again: boolean;
}

/** A value kept as an own field. */
interface Kept {
  readonly slot: number;
  readonly name: string;
  readonly from: number;
}

const MOST_PLANS = 64;

/** Tells the name under which a key's value is kept; undefined: it is not. */
export type OwnName = (key: string) => string | undefined;

/** The plans of one format; they are kept with the layouts, and forgotten with them. */
export class Planner {
  readonly #mapping: Mapping;

  constructor(mapping: Mapping) {
    this.#mapping = mapping;
  }

  /** The plan for documents of a layout and a data set; undefined where there is none yet, or none is possible. */
  of(layout: Layout, dataset: string): Plan | undefined {
    const plans = layout.plans.get(this) as Map<string, Plan | undefined> | undefined;
    return plans?.get(dataset);
  }

  /** Works out the plan for documents of a layout, of which one became `fields`; once. */
  learn(layout: Layout, dataset: string, fields: Fields, own: OwnName): void {
    const plans = (layout.plans.get(this) ?? new Map()) as Map<string, Plan | undefined>;
    layout.plans.set(this, plans);
    if (plans.size < MOST_PLANS && !plans.has(dataset))
      plans.set(dataset, planOf(this.#mapping, layout, dataset, fields, own));
  }
}

/**
 * What a mapping does with documents of one layout and one data set: only the rows whose values they have, every name known
 * and the event made in one step. Its answers are those of `readSlowly`.
 */
class Plan {
  readonly #mapping: Mapping;
  readonly #make: MakeOfBoth;
  readonly #time: readonly number[];
  readonly #message: readonly number[] | undefined;
  readonly #host: readonly number[];
  readonly #copies: readonly Copy[];
  readonly #late: readonly Kept[];
  readonly #doubles: readonly (readonly number[])[];
  readonly #fillLate: Filler | undefined;
  /** The properties of the event in the making. */
  readonly #values: (FieldValue | undefined)[];

  constructor(mapping: Mapping, layout: Layout, dataset: string, parts: Parts) {
    const indexes = indexesIn(layout);
    const dot = dataset.indexOf('.');
    this.#mapping = mapping;
    this.#make = parts.make;
    this.#time = indexesOf(mapping.time, indexes);
    this.#message = mapping.message === undefined ? undefined : indexesOf(mapping.message, indexes);
    this.#host = indexesOf(mapping.host ?? [], indexes);
    this.#copies = parts.copies;
    this.#late = parts.late;
    this.#doubles = parts.doubles;
    this.#fillLate = compileFiller(this.#late.map(({ name, from }) => [name, from]));
    this.#values = [];
    this.#values[1] = dot > 0 ? dataset.slice(0, dot) : dataset;
    this.#values[2] = dataset;
  }

  /** Whether no two values of the document are kept under one name, where that could not be told beforehand. */
  fits(values: readonly (FieldValue | undefined)[]): boolean {
    return this.#doubles.every((indexes) => indexes.filter((index) => !isEmpty(values[index])).length < 2);
  }

  /** The event of the document whose values stand in `LAYOUTS`, which must fit; `raw` is that document, flattened. */
  read(raw: Fields, json: JsonObject, line: Line): Fields {
    const { values } = LAYOUTS;
    const own = this.#values;
    line.time = timeAt(values, this.#time, line);
    const meaning = this.#mapping.meaning(raw);
    own[0] = meaning.kind ?? 'event';
    own[3] = meaning.category;
    own[4] = meaning.type;
    own[5] = meaning.action;
    own[6] = meaning.outcome;
    own[7] = line.original;
    own[8] = (this.#message === undefined ? undefined : textAt(values, this.#message)) ?? line.original;
    own[9] = line.hostOf(textAt(values, this.#host));
    for (const copy of this.#copies) copyValue(copy, values, own);
    const fields = this.#make(own, values);
    if (this.#mapping.finish !== undefined) this.#finish(fields, raw, json, values);
    return fields;
  }

  #finish(fields: Fields, raw: Fields, json: JsonObject, values: readonly (FieldValue | undefined)[]): void {
    this.#mapping.finish?.(fields, raw, json);
    if (this.#fillLate !== undefined) this.#fillLate(fields, values, isEmpty);
    else this.#finishSlowly(fields, values);
  }

  #finishSlowly(fields: Fields, values: readonly (FieldValue | undefined)[]): void {
    for (const { name, from } of this.#late) {
      const value = values[from];
      if (!isEmpty(value) && fields[name] === undefined) fields[name] = value;
    }
  }
}

/** Properties and where they stand. */
type Slots = ReadonlyMap<string, number>;

/** What a plan is made of. */
interface Parts {
  readonly make: MakeOfBoth;
  readonly copies: readonly Copy[];
  readonly late: readonly Kept[];
  readonly doubles: readonly (readonly number[])[];
}

/** undefined where the event has more properties than a shape. */
function planOf(mapping: Mapping, layout: Layout, dataset: string, fields: Fields, own: OwnName): Plan | undefined {
  const indexes = indexesIn(layout);
  const rows = mapping.rows.filter(([, from]) => indexesOf(from, indexes).length > 0).map(([name]) => name);
  const kept = layout.paths.map(own).filter((name) => name !== undefined);
  const names = [...new Set([...FIRST_FIELDS, ...Object.keys(fields), ...rows, ...kept])];
  const slots = new Map(names.map((name, slot) => [name, slot]));
  const set = new Set(FIRST_FIELDS);
  const copies = copiesOf(mapping, indexes, slots, set);
  const [now, late] = keptOf(mapping, layout, slots, own);
  const make = compileBoth(names, eithersOf(now, set));
  const doubles = layout.isOrdered ? [] : doublesOf([...now, ...late]);
  return make === undefined ? undefined : new Plan(mapping, layout, dataset, { make, copies, late, doubles });
}

function indexesIn({ paths }: Layout): ReadonlyMap<string, number> {
  return new Map(paths.map((path, index) => [path, index]));
}

function indexesOf(from: From, indexes: ReadonlyMap<string, number>): readonly number[] {
  const paths = typeof from === 'string' ? [from] : from;
  return paths.map((path) => indexes.get(path)).filter((index) => index !== undefined);
}

/** Adds the names that are set to `set`. */
function copiesOf(
  { rows }: Mapping,
  indexes: ReadonlyMap<string, number>,
  slots: Slots,
  set: Set<string>,
): readonly Copy[] {
  const copies: Copy[] = [];
  for (const [field, paths, convert] of rows) {
    const from = indexesOf(paths, indexes);
    if (from.length === 0) continue;
    copies.push({ slot: slots.get(field) as number, from, convert, again: set.has(field) });
    set.add(field);
  }
  return copies;
}

/** The own fields that are kept at once, and those that wait for `finish`. */
function keptOf(mapping: Mapping, { paths }: Layout, slots: Slots, own: OwnName): [Kept[], Kept[]] {
  const { finish, finishes } = mapping;
  const now: Kept[] = [];
  const late: Kept[] = [];
  for (const [from, path] of paths.entries()) {
    const name = own(path);
    if (name === undefined) continue;
    const isLate = finish !== undefined && (finishes === undefined || finishes(name));
    (isLate ? late : now).push({ slot: slots.get(name) as number, name, from });
  }
  return [now, late];
}

/** Which values the own fields are; those that a row sets (`set`) only where it does not. */
function eithersOf(kept: readonly Kept[], set: ReadonlySet<string>): ReadonlyMap<number, Either> {
  const eithers = new Map<number, Either>();
  for (const { slot, name, from } of kept)
    eithers.set(slot, { isOwnFirst: set.has(name), from: [...(eithers.get(slot)?.from ?? []), from] });
  return eithers;
}

/** The values that are kept under one name: the document's first is, wherever it stands among a family's. */
function doublesOf(kept: readonly Kept[]): readonly (readonly number[])[] {
  const bySlot = new Map<number, number[]>();
  for (const { slot, from } of kept) bySlot.set(slot, [...(bySlot.get(slot) ?? []), from]);
  return [...bySlot.values()].filter(({ length }) => length > 1);
}

function copyValue(
  { slot, from, convert, again }: Copy,
  values: readonly (FieldValue | undefined)[],
  own: (FieldValue | undefined)[],
): void {
  if (again && own[slot] !== undefined) return;
  const value = valueAt(values, from);
  own[slot] = value === undefined || convert === undefined ? value : convert(value);
}

/** The first of some values that says something. */
function valueAt(values: readonly (FieldValue | undefined)[], from: readonly number[]): FieldValue | undefined {
  for (const index of from) {
    const value = values[index];
    if (says(value)) return value;
  }
  return undefined;
}

function textAt(values: readonly (FieldValue | undefined)[], from: readonly number[]): string | undefined {
  const value = valueAt(values, from);
  return value === undefined ? undefined : (text(value) as string | undefined);
}

function timeAt(values: readonly (FieldValue | undefined)[], from: readonly number[], line: Line): number {
  for (const index of from) {
    const time = timeOfValue(values[index], line);
    if (!Number.isNaN(time)) return time;
  }
  return Number.NaN;
}

/** Whether a value is nothing to be kept. */
export function isEmpty(value: FieldValue | undefined): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}
