import type { EcsEvent, Fields, FieldValue } from '../event/index.js';
import type { Slots } from './slots.js';
import { cutValue, fold, isList, MATCH_LIMIT } from './text.js';

/** Tag of an event some field of which was too long to be matched whole. */
export const CUT_TAG = 'sekisho.cut';

const NO_FIELDS: Fields = {};
const NO_EVENT: EcsEvent = {
  fields: NO_FIELDS,
  time: 0,
  source: { id: '', label: '', settings: { timezone: 'UTC' } },
  offset: 0,
  sub: 0,
  receiveTime: 0,
  movesWatermark: false,
};

/**
 * Reads one field of an event: the first of `paths` that is neither missing nor null, else null if any was null.
 *
 * `@timestamp` is the event's time as ISO 8601 in UTC, unless the event has a field of that name. Only own fields are read, whatever a path is called.
 */
export function readField(event: EcsEvent, paths: readonly string[]): FieldValue | undefined {
  let found: FieldValue | undefined;
  for (const path of paths) {
    const value = readPath(event, path);
    if (value === null) found = null;
    else if (value !== undefined) return value;
  }
  return found;
}

function readPath(event: EcsEvent, path: string): FieldValue | undefined {
  if (path === '@timestamp') return event.fields[path] ?? isoTime(event.time);
  if (path in Object.prototype && !Object.hasOwn(event.fields, path)) return undefined;
  return event.fields[path];
}

function isoTime(time: number): string | undefined {
  return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : undefined;
}

/** A path that is an ordinary property: read without looking whether it is the event's own. */
export function isPlain(path: string): boolean {
  return path !== '@timestamp' && !(path in Object.prototype);
}

/**
 * One event while it is matched: each field is read, cut and folded at most once.
 *
 * Made once per detector and pointed at event after event.
 */
export class Frame {
  event: EcsEvent = NO_EVENT;
  fields: Fields = NO_FIELDS;
  readonly #slots: Slots;
  /** The path of slots that are one ordinary property, else ''. */
  readonly #plain: readonly string[];
  /** The paths of slots all of which are ordinary properties, else none. */
  readonly #ordinary: readonly (readonly string[])[];
  readonly #values: (FieldValue | undefined)[];
  readonly #folded: string[];
  readonly #valueStamps: Int32Array;
  readonly #foldedStamps: Int32Array;
  #now = 0;
  #strings: string[] = [];
  #foldedStrings: string[] = [];
  #stringsAt = 0;

  constructor(slots: Slots) {
    const count = slots.paths.length;
    this.#slots = slots;
    this.#plain = slots.paths.map(([path = '', ...more]) => (more.length === 0 && isPlain(path) ? path : ''));
    this.#ordinary = slots.paths.map((paths) => (paths.every(isPlain) ? paths : []));
    this.#values = new Array<FieldValue | undefined>(count).fill(undefined);
    this.#folded = new Array<string>(count).fill('');
    this.#valueStamps = new Int32Array(count);
    this.#foldedStamps = new Int32Array(count);
  }

  /** Points at the next event and forgets the last. */
  begin(event: EcsEvent): void {
    this.event = event;
    this.fields = event.fields;
    if (this.#now === 0x7fff_ffff) this.#wrap();
    this.#now++;
  }

  #wrap(): void {
    this.#now = 0;
    this.#stringsAt = 0;
    this.#valueStamps.fill(0);
    this.#foldedStamps.fill(0);
  }

  /** The value of a slot, cut for matching; undefined where it is missing. */
  value(slot: number): FieldValue | undefined {
    if (this.#valueStamps[slot] === this.#now) return this.#values[slot];
    const path = this.#plain[slot] as string;
    this.#valueStamps[slot] = this.#now;
    return (this.#values[slot] = this.cut(path === '' ? this.#first(slot) : this.fields[path]));
  }

  /** As `readField`, without asking again and again whether a path is an ordinary property. */
  #first(slot: number): FieldValue | undefined {
    const paths = this.#ordinary[slot] as readonly string[];
    if (paths.length === 0) return readField(this.event, this.#slots.paths[slot] as readonly string[]);
    let found: FieldValue | undefined;
    for (let i = 0; i < paths.length; i++) {
      const value = this.fields[paths[i] as string];
      if (value === null) found = null;
      else if (value !== undefined) return value;
    }
    return found;
  }

  /** The paths of a slot all of which are ordinary properties; none for all others. */
  ordinaryPaths(slot: number): readonly string[] {
    return this.#ordinary[slot] as readonly string[];
  }

  /** The folded text of a slot whose value is `text`. */
  folded(slot: number, text: string): string {
    if (this.#foldedStamps[slot] === this.#now) return this.#folded[slot] as string;
    this.#foldedStamps[slot] = this.#now;
    return (this.#folded[slot] = fold(text));
  }

  /** Every string value of the event, arrays' elements included; for keywords. */
  strings(): readonly string[] {
    if (this.#stringsAt !== this.#now) {
      this.#stringsAt = this.#now;
      this.#strings = [];
      this.#foldedStrings = [];
      for (const name in this.fields) this.#addStrings(this.fields[name]);
    }
    return this.#strings;
  }

  /** The same, folded. */
  foldedStrings(): readonly string[] {
    const strings = this.strings();
    if (this.#foldedStrings.length !== strings.length) this.#foldedStrings = strings.map(fold);
    return this.#foldedStrings;
  }

  #addStrings(raw: FieldValue | undefined): void {
    const value = this.cut(raw);
    if (typeof value === 'string') this.#strings.push(value);
    else if (isList(value)) for (const element of value) if (typeof element === 'string') this.#strings.push(element);
  }

  /** The value no longer than matching allows; tags the event where it had to be cut. */
  cut(raw: FieldValue | undefined): FieldValue | undefined {
    if (typeof raw === 'string' && raw.length <= MATCH_LIMIT) return raw;
    if (raw === undefined || raw === null || typeof raw === 'number' || typeof raw === 'boolean') return raw;
    if (typeof raw === 'function') return undefined;
    const value = cutValue(raw);
    if (value !== raw) this.#tag();
    return value;
  }

  #tag(): void {
    const tags = this.fields['tags'];
    const list = isList(tags) ? tags : typeof tags === 'string' ? [tags] : [];
    if (!list.includes(CUT_TAG)) this.fields['tags'] = [...list, CUT_TAG];
  }
}
