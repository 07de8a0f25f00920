import type { Failure, Fields, FieldValue } from '../event/index.js';
import type { JsonObject } from './line.js';
import { type Clock, epoch } from './time.js';

/** Bounds of one JSON document: what exceeds them is a failure, not an event. */
export interface JsonLimits {
  /** Objects and arrays inside each other. */
  readonly depth: number;
  /** Values in all, leaves and containers. */
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

/** Keys that could reach an object's prototype: dropped wherever they stand, as a whole key or a part of a dotted one. */
function isUnsafe(key: string): boolean {
  if (!key.includes('proto') && !key.includes('constructor')) return false;
  return key.split('.').some((part) => part === '__proto__' || part === 'constructor' || part === 'prototype');
}

/** Walks one document into flat fields, counting against the limits. */
class Flattener {
  readonly fields: Fields = {};
  failure: Failure | undefined = undefined;
  /** The arrays made of the members of arrays of objects, by path. */
  readonly #gathered = new Map<string, FieldValue[]>();
  #values = 0;
  readonly #limits: JsonLimits;

  constructor(limits: JsonLimits) {
    this.#limits = limits;
  }

  object(prefix: string, object: JsonObject, depth: number): void {
    for (const key of Object.keys(object)) {
      const value = object[key];
      if (value !== undefined && !isUnsafe(key)) this.#value(prefix === '' ? key : `${prefix}.${key}`, value, depth);
    }
  }

  #value(path: string, value: FieldValue, depth: number): void {
    if (!this.#within(depth)) return;
    if (isObject(value)) return this.object(path, value, depth + 1);
    this.#set(path, Array.isArray(value) ? this.#array(path, value, depth) : value);
  }

  /** An array of objects stays, cleaned, and its members' fields are gathered under their dotted names as well. */
  #array(path: string, items: readonly FieldValue[], depth: number): FieldValue {
    const clean = items.map((item) => this.#clean(item, depth + 1));
    for (const item of clean) if (isObject(item)) this.#gather(path, item, depth + 1);
    return clean;
  }

  #gather(prefix: string, object: JsonObject, depth: number): void {
    for (const key of Object.keys(object)) {
      const value = object[key];
      if (value === undefined || !this.#within(depth)) continue;
      const path = `${prefix}.${key}`;
      if (isObject(value)) this.#gather(path, value, depth + 1);
      else this.#append(path, Array.isArray(value) ? value : [value]);
    }
  }

  #append(path: string, values: readonly FieldValue[]): void {
    const gathered = this.#gathered.get(path);
    if (gathered !== undefined) {
      for (const value of values) gathered.push(value);
    } else if (!Object.hasOwn(this.fields, path)) {
      const first = [...values];
      this.#gathered.set(path, first);
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

  /** The first of two values for one path (`a.b` and `a: {b}`) stays. */
  #set(path: string, value: FieldValue): void {
    if (!Object.hasOwn(this.fields, path)) this.fields[path] = value;
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
 * Arrays of scalars stay arrays. An array of objects stays under its key, and the values of its members are also
 * gathered, in order, under the dotted names (`a: [{b: 1}, {b: 2}]` gives `a.b: [1, 2]` too). Keys that are or contain the
 * part `__proto__`, `constructor` or `prototype` are dropped at every level. Linear; fails beyond the limits.
 */
export function flatten(json: JsonObject, limits: JsonLimits = JSON_LIMITS): Flattened {
  const flattener = new Flattener(limits);
  flattener.object('', json, 1);
  return flattener.failure === undefined ? { fields: flattener.fields } : { failure: flattener.failure };
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
  return typeof value === 'string' ? clock.any(value, receiveTime) : Number.NaN;
}

/** The first of `TIME_FIELDS` that holds a time, epoch ms; NaN where none does. */
export function timeOfFields(fields: Fields, clock: Clock, receiveTime: number): number {
  for (const field of TIME_FIELDS) {
    const value = Object.hasOwn(fields, field) ? fields[field] : undefined;
    const time = value === undefined ? Number.NaN : timeOf(value, clock, receiveTime);
    if (!Number.isNaN(time)) return time;
  }
  return Number.NaN;
}
