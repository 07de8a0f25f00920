import type { Fields } from '../event/index.js';
import type { Payload } from './line.js';

/** What kind of event one is: the first properties of all events, in this order. */
export const WHAT_FIELDS: readonly string[] = [
  'event.kind',
  'event.module',
  'event.dataset',
  'event.category',
  'event.type',
  'event.action',
  'event.outcome',
];

/** The first properties of most formats' events, in this order: one order, one shape. */
export const FIRST_FIELDS: readonly string[] = [...WHAT_FIELDS, 'event.original', 'message', 'host.name'];

/** Sets on `fields` what `more` has and `fields` lacks, in place; returns `fields`. Own, defined values stay. */
export function fill(fields: Fields, more: Fields | undefined): Fields {
  if (more === undefined) return fields;
  for (const key in more) {
    const value = more[key];
    if (value !== undefined && lacks(fields, key)) fields[key] = value;
  }
  return fields;
}

/** Names of fields and their values, side by side. */
export interface Pairs {
  readonly names: string[];
  readonly values: string[];
}

/** As `fill`, of names and values; the last value of a name counts. */
export function fillPairs(fields: Fields, pairs: Pairs | undefined): Fields {
  if (pairs === undefined) return fields;
  const { names, values } = pairs;
  for (let index = names.length - 1; index >= 0; index--) {
    const name = names[index] as string;
    if (lacks(fields, name)) fields[name] = values[index];
  }
  return fields;
}

/** Whether a field is not set: what every object inherits (a function) is not its own. */
export function lacks(fields: Fields, key: string): boolean {
  const own = fields[key];
  return own === undefined || (typeof own === 'function' && !Object.hasOwn(fields, key));
}

/** Whether no format knew the line that these fields are of. */
export function isUnknown(fields: Fields | undefined): boolean {
  return fields === undefined || fields['event.dataset'] === 'unknown';
}

/** The field's value where it is a string, else undefined. */
export function textOf(fields: Fields, key: string): string | undefined {
  // What every object inherits is no text.
  const value = fields[key];
  return typeof value === 'string' ? value : undefined;
}

/** Sets `network.bytes` and `network.packets`, the sum of both sides, where both are told. */
export function setTotals(fields: Fields): void {
  const sent = fields['source.bytes'];
  const got = fields['destination.bytes'];
  if (typeof sent === 'number' && typeof got === 'number') fields['network.bytes'] = sent + got;
  const out = fields['source.packets'];
  const back = fields['destination.packets'];
  if (typeof out === 'number' && typeof back === 'number') fields['network.packets'] = out + back;
}

/** An event's own tags, one or a list of them, and more behind them. */
export function tagsOf(own: Fields[string], more: readonly string[]): readonly string[] {
  const before = Array.isArray(own)
    ? own.filter((tag) => typeof tag === 'string')
    : typeof own === 'string'
      ? [own]
      : [];
  return [...before, ...more];
}

/** Adds what an envelope says to the fields of the log in it; `host`: the one it names. */
export function addOuter(fields: Fields, { fields: outer, copy }: Payload, host: string | undefined): void {
  const dataset = outer['event.dataset'];
  if (fields['event.dataset'] === 'unknown' && dataset !== undefined) fields['event.dataset'] = dataset;
  if (host !== undefined) fields['host.name'] = host;
  const own = fields['event.dataset'] !== 'unknown' && fields['event.dataset'] !== dataset;
  const module = fields['event.module'];
  if (copy === undefined) fill(fields, outer);
  else copy(fields, outer, undefined);
  // A module belongs to its data set.
  if (own) fields['event.module'] = module;
}
