import { fill } from './fields.js';
import { formatsOf } from './format/table.js';
import type { Format, Payload } from './line.js';

/** The formats of the first hint that names some; undefined where none does. */
export function formatsNamed(hints: readonly string[]): readonly Format[] | undefined {
  for (const hint of hints) {
    const formats = formatsOf(hint);
    if (formats !== undefined) return formats;
  }
  return undefined;
}

/** A payload with what the envelope around its own says, where it says nothing itself; a copy. */
export function within(outer: Payload, payload: Payload): Payload {
  const fields = fill({ ...payload.fields }, outer.fields);
  return { ...payload, fields, copy: undefined, time: Number.isNaN(payload.time) ? outer.time : payload.time };
}
