import { jsonMessage, rawOf } from './envelope/message.js';
import { envelopeOf } from './envelope/table.js';
import { fill } from './fields.js';
import { ecs } from './format/ecs.js';
import { readsText } from './format/headed-json.js';
import { formatsOf } from './format/table.js';
import type { Format, JsonObject, Line, Payload } from './line.js';

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

/** The logs in an envelope; undefined where the object is none. `told`: the formats that the operator told. */
export function payloadsIn(object: JsonObject, line: Line, told: readonly Format[]): readonly Payload[] | undefined {
  const envelope = isTold(object, told) ? undefined : envelopeOf(object);
  if (envelope !== undefined) return envelope.unwrap(object, line);
  const isOwn = told.some((format) => format.reads === 'json' && format.sniff(object));
  const wantsText = !isOwn && told.some(readsText);
  return wantsText && rawOf(object) !== undefined ? jsonMessage.unwrap(object, line) : undefined;
}

/** Whether a document is what was told although it looks like an envelope: ECS whose message is a text of its own. */
function isTold(object: JsonObject, told: readonly Format[]): boolean {
  const { message } = object;
  return told[0] === ecs && !told.some(readsText) && typeof message === 'string' && !/^\s*[{[]/.test(message);
}
