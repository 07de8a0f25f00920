import type { Failure, Fields, FieldValue } from '../../event/index.js';
import { halfDays } from '../time/dates.js';
import { flattened, isUnsafe, LAYOUTS } from './layout.js';
import type { JsonObject } from '../line.js';
import { type Clock, epoch } from '../time/time.js';

/** Bounds of one JSON document: what exceeds them is a failure, not an event. */
export interface JsonLimits {
  /** Objects and arrays inside each other. */
  readonly depth: number;
  /** Values in all, leaves and containers; not the scalars of lists, which cost what their text does. */
  readonly values: number;
}

/** The bounds used for every input: deeper or larger than any log, small enough to cost milliseconds. */
export const JSON_LIMITS: JsonLimits = { depth: 32, values: 20_000 };

/** Fields, or why there are none. */
export type Flattened = { readonly fields: Fields } | { readonly failure: Failure };

/** Whether a JSON value is an object (no array, no null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses a text as a JSON object: undefined where it is none. Only a text that begins with `{` costs a parse. */
export function parseObject(text: string): JsonObject | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Parses a text as a JSON array of objects: undefined where it is none, or an empty one. */
export function parseArray(text: string): readonly JsonObject[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value) || value.length === 0) return undefined;
    const items: readonly unknown[] = value;
    return items.every(isObject) ? items : undefined;
  } catch {
    return undefined;
  }
}

/** A key of a document where it stands, and what stands below it. */
interface Place {
  /** The dotted name. */
  readonly path: string;
  readonly unsafe: boolean;
  /** What every object has by this name is not the document's own. */
  readonly inherited: boolean;
  below: Map<string, Place> | undefined;
}

/**
 * The places documents have, so that names are joined once and not for every document; forgotten where they are too
 * many. Changes no answer.
 */
class Places {
  #top = new Map<string, Place>();
  #count = 0;

  /** The place of a key below another; `undefined`: at the top. */
  of(above: Place | undefined, key: string): Place {
    const known = (above === undefined ? this.#top : (above.below ??= new Map<string, Place>())).get(key);
    return known ?? this.#add(above, key);
  }

  #add(above: Place | undefined, key: string): Place {
    const path = above === undefined ? key : `${above.path}.${key}`;
    const place: Place = { path, unsafe: isUnsafe(key), inherited: path in Object.prototype, below: undefined };
    if (key.length > LONGEST_KEY) return place;
    if (++this.#count > MOST_PLACES) {
      this.#top = new Map();
      this.#count = 0;
    } else (above?.below ?? this.#top).set(key, place);
    return place;
  }
}

const MOST_PLACES = 20_000;
const LONGEST_KEY = 256;
const PLACES = new Places();

/** Walks one document into flat fields, counting against the limits. */
class Flattener {
  readonly fields: Fields = {};
  failure: Failure | undefined = undefined;
  /** The arrays made of the members of arrays of objects, by path. */
  #gathered: Map<string, FieldValue[]> | undefined;
  #values = 0;
  readonly #limits: JsonLimits;
  readonly #containers: boolean;

  constructor(limits: JsonLimits, containers: boolean) {
    this.#limits = limits;
    this.#containers = containers;
  }

  object(above: Place | undefined, object: JsonObject, depth: number): void {
    for (const key in object) {
      const value = object[key];
      if (value === undefined) continue;
      const place = PLACES.of(above, key);
      if (!place.unsafe && this.#within(depth)) this.#value(place, value, depth);
    }
  }

  #value(place: Place, value: FieldValue, depth: number): void {
    if (typeof value !== 'object' || value === null) this.#set(place, value);
    else if (!isObject(value)) this.#set(place, this.#array(place.path, value, depth));
    else {
      if (this.#containers) this.#set(place, value);
      this.object(place, value, depth + 1);
    }
  }

  /** An array of objects stays, cleaned, and its members' fields are gathered under their dotted names as well. */
  #array(path: string, items: readonly FieldValue[], depth: number): FieldValue {
    const clean: FieldValue[] = [];
    this.#spread(items, clean, depth + 1);
    for (const item of clean) if (isObject(item)) this.#gather(path, item, depth + 1);
    return clean;
  }

  /** Arrays inside arrays are one array: what asks for any element means theirs too. */
  #spread(items: readonly FieldValue[], out: FieldValue[], depth: number): void {
    for (const item of items) {
      if (!Array.isArray(item)) out.push(this.#clean(item, depth));
      else if (this.#within(depth)) this.#spread(item as readonly FieldValue[], out, depth + 1);
    }
  }

  #gather(prefix: string, object: JsonObject, depth: number): void {
    for (const key of Object.keys(object)) {
      const value = object[key];
      if (value === undefined || !this.#within(depth)) continue;
      const path = `${prefix}.${key}`;
      if (isObject(value)) this.#gather(path, value, depth + 1);
      else if (!Array.isArray(value)) this.#append(path, [value]);
      else {
        const items: FieldValue[] = [];
        this.#spread(value as readonly FieldValue[], items, depth + 1);
        this.#append(path, items);
        for (const item of items) if (isObject(item)) this.#gather(path, item, depth + 1);
      }
    }
  }

  #append(path: string, values: readonly FieldValue[]): void {
    const gathered = this.#gathered?.get(path);
    if (gathered !== undefined) {
      for (const value of values) gathered.push(value);
    } else if (!Object.hasOwn(this.fields, path)) {
      const first = [...values];
      (this.#gathered ??= new Map()).set(path, first);
      this.fields[path] = first;
    }
  }

  #clean(value: FieldValue, depth: number): FieldValue {
    if (typeof value !== 'object' || value === null || !this.#within(depth)) return value;
    if (Array.isArray(value)) return (value as readonly FieldValue[]).map((item) => this.#clean(item, depth + 1));
    const copy: { [key: string]: FieldValue } = {};
    for (const [key, item] of Object.entries(value)) if (!isUnsafe(key)) copy[key] = this.#clean(item, depth + 1);
    return copy;
  }

  /** Of two values for one path (`a.b` and `a: {b}`) the first stays; where objects stay under their keys, both. */
  #set({ path, inherited }: Place, value: FieldValue): void {
    const isNew = inherited ? !Object.hasOwn(this.fields, path) : this.fields[path] === undefined;
    if (isNew) this.fields[path] = value;
    else if (this.#containers) this.fields[path] = [this.fields[path] as FieldValue, value].flat();
  }

  #within(depth: number): boolean {
    if (depth > this.#limits.depth) this.failure ??= tooDeep(this.#limits.depth);
    if (++this.#values > this.#limits.values) this.failure ??= tooLarge(this.#limits.values);
    return this.failure === undefined;
  }
}

function tooDeep(limit: number): Failure {
  return { code: 'normalise.json-depth', message: `The JSON is nested deeper than ${limit} levels; ship it flatter.` };
}

function tooLarge(limit: number): Failure {
  return { code: 'normalise.json-size', message: `The JSON holds more than ${limit} values; ship smaller records.` };
}

/**
 * Flattens nested JSON into dotted fields: `{"a": {"b": 1}}` and `{"a.b": 1}` are the same.
 *
 * Arrays of scalars stay arrays, those inside arrays become one with them. An array of objects stays under its key, and the values of its members are also
 * gathered, in order, under the dotted names (`a: [{b: 1}, {b: 2}]` gives `a.b: [1, 2]` too). Keys that are or contain the
 * part `__proto__`, `constructor` or `prototype` are dropped at every level. Linear; fails beyond the limits.
 *
 * `containers`: objects stay under their keys as well, so that `a` exists in `{"a": {"b": 1}}`; nothing but its being there
 * can be asked of an object. Where `a.b` and `a: {b}` both stand, both values count, as in Elasticsearch.
 */
export function flatten(json: JsonObject, limits: JsonLimits = JSON_LIMITS, containers = false): Flattened {
  if (limits === JSON_LIMITS && !containers) {
    const layout = LAYOUTS.of(json);
    if (layout !== undefined) return { fields: flattened(layout) };
  }
  return flattenSlowly(json, limits, containers);
}

/** As `flatten`, whatever the layout: what the quick way is compared with. */
export function flattenSlowly(json: JsonObject, limits: JsonLimits = JSON_LIMITS, containers = false): Flattened {
  const flattener = new Flattener(limits, containers);
  flattener.object(undefined, json, 1);
  return flattener.failure === undefined ? { fields: flattener.fields } : { failure: flattener.failure };
}

/**
 * As `flatten` with `containers`, for an object that nobody else holds: one without objects and arrays in it is given back
 * itself, which costs no copy.
 */
export function flattenOwn(json: JsonObject, limits: JsonLimits = JSON_LIMITS): Flattened {
  let values = 0;
  for (const key in json) {
    const value = json[key];
    const isPlain = value === null || (typeof value !== 'object' && value !== undefined);
    if (!isPlain || PLACES.of(undefined, key).unsafe || ++values > limits.values) return flatten(json, limits, true);
  }
  return { fields: json };
}

/** Where JSON logs keep the time of the event, best first. */
export const TIME_FIELDS = [
  '@timestamp',
  'timestamp',
  'time',
  'ts',
  'eventTime',
  'EventTime',
  'TimeCreated',
  'TimeCreated.SystemTime',
  'Event.System.TimeCreated.SystemTime',
  'SystemTime',
  'UtcTime',
  'Timestamp',
  'TimeGenerated',
  'CreationTime',
  'event_time',
  'datetime',
  'date',
  '_time',
  'Time',
  'DateTime',
  'Date',
  'TIMESTAMP',
  'TimeCreated.#attributes.SystemTime',
  'System.TimeCreated.SystemTime',
  'System.TimeCreated.#attributes.SystemTime',
  'Event.System.TimeCreated.#attributes.SystemTime',
  'winlog.time_created',
  'event.created',
  'event.start',
  'eventTimestamp',
  'event_timestamp',
  'EventReceivedTime',
  'createdDateTime',
  'activityDateTime',
  'created_at',
  'log_time',
  'logTime',
  'published',
];

/** A JSON value as a time, epoch ms: an epoch number of any unit, or a text `Clock.any` reads; NaN for anything else. */
export function timeOf(value: FieldValue | undefined, clock: Clock, receiveTime: number): number {
  if (typeof value === 'number') return epoch(value);
  if (typeof value !== 'string') return Number.NaN;
  const known = clock.stamps.of(value);
  if (!Number.isNaN(known)) return known;
  const time = clock.any(value.endsWith('M') ? halfDays(value) : value, receiveTime);
  clock.stamps.learn(value, time);
  return time;
}

/** The first of `TIME_FIELDS` that holds a time, epoch ms; NaN where none does. */
export function timeOfFields(fields: Fields, clock: Clock, receiveTime: number): number {
  for (const field of TIME_FIELDS) {
    const value = fields[field];
    const time = value === undefined ? Number.NaN : timeOf(value, clock, receiveTime);
    if (!Number.isNaN(time)) return time;
  }
  return Number.NaN;
}
