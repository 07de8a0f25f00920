import type { EcsEvent, Source } from '../event/index.js';
import { flatten, timeOfFields } from './json.js';
import type { JsonObject } from './line.js';
import { Clock } from './time.js';

const EVENTS: Source = { id: 'events', label: 'events', settings: { timezone: 'UTC' } };
const UTC = new Clock('UTC');

/**
 * An event straight from a JSON object, for `rules match` and `rules correlate`: its fields are the object's, flattened,
 * and nothing is added, so that fields can be looked up by their own names. Where the object says so, `@timestamp` (or
 * another of `TIME_FIELDS`) is the time, in UTC; otherwise the time is 0. An object beyond `JSON_LIMITS` gives an event
 * without fields. `offset` is the index.
 */
export function eventFromJson(object: object, index: number): EcsEvent {
  const flat = flatten(object as JsonObject);
  const fields = 'fields' in flat ? flat.fields : {};
  const found = timeOfFields(fields, UTC, 0);
  const time = Number.isNaN(found) ? 0 : found;
  return { fields, time, source: EVENTS, offset: index, sub: 0, receiveTime: time, movesWatermark: true };
}
