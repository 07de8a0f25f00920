import type { EcsEvent, Fields, FieldValue, Source } from '../../event/index.js';
import { flattenOwn, TIME_FIELDS, timeOfFields } from './json.js';
import type { JsonObject } from '../line.js';
import { Clock, epoch } from '../time/time.js';

const EVENTS: Source = { id: 'events', label: 'events', settings: { timezone: 'UTC' } };
const UTC = new Clock('UTC');

/**
 * An event straight from a JSON object, for `rules match` and `rules correlate`: its fields are the object's, flattened,
 * and nothing is added, so that fields can be looked up by their own names. The object becomes the event's. One beyond `JSON_LIMITS` gives an event
 * without fields. `offset` is the index.
 *
 * The time is that of the first of `TIME_FIELDS` that holds one, in UTC where no zone is told: ISO 8601, the forms logs
 * write, epoch seconds to nanoseconds (as numbers or texts), `/Date(ms)/`, or a `date` and a `time` side by side. Where
 * there is none, it is `otherwise`.
 */
export function eventFromJson(object: object, index: number, otherwise = 0): EcsEvent {
  const flat = flattenOwn(object as JsonObject);
  const fields = 'fields' in flat ? flat.fields : {};
  const found = timeInJson(fields);
  const time = Number.isNaN(found) ? otherwise : found;
  return { fields, time, source: EVENTS, offset: index, sub: 0, receiveTime: time, movesWatermark: true };
}

/** The time an event's own fields tell, epoch ms, or NaN; see `eventFromJson`. */
export function timeInJson(fields: Fields): number {
  const paired = timeOfPair(fields['date'] ?? fields['Date'], fields['time'] ?? fields['Time']);
  if (!Number.isNaN(paired)) return paired;
  const found = timeOfFields(fields, UTC, 0);
  if (!Number.isNaN(found)) return found;
  for (const name of TIME_FIELDS) {
    const time = looseTime(fields[name]);
    if (!Number.isNaN(time)) return time;
  }
  return Number.NaN;
}

/** W3C logs keep the day and the time of day apart. */
function timeOfPair(day: FieldValue | undefined, time: FieldValue | undefined): number {
  const apart =
    typeof day === 'string' && typeof time === 'string' && day.length === 10 && /^\d\d:\d\d:\d\d/.test(time);
  return apart ? UTC.any(`${day}T${time}`, 0) : Number.NaN;
}

const EPOCH = /^(?:\/Date\()?(-?\d{1,19}(?:\.\d{1,9})?)(?:\)\/)?$/;

/** Times that few logs write: short epoch numbers as texts, `/Date(ms)/`, days, and what JavaScript reads besides. */
function looseTime(value: FieldValue | undefined): number {
  if (typeof value !== 'string' || value.length > 64) return Number.NaN;
  const number = EPOCH.exec(value)?.[1];
  if (number !== undefined) return value.startsWith('/') ? Number(number) : epoch(Number(number));
  if (!/\b\d{4}\b|^\d{4}-/.test(value)) return Number.NaN;
  const zoned = /(?:Z|UTC|GMT|[+-]\d\d:?\d\d)$/.test(value) || /^\d{4}-\d\d-\d\d$/.test(value);
  return Date.parse(zoned ? value : `${value}${value.charAt(4) === '-' ? 'Z' : ' UTC'}`);
}
