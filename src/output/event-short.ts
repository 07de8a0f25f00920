import type { EventDocument } from './types.js';

/** Of an event's line in its short form. */
const KEPT = 8192;

/** An event that can't be written as it is, as its time, the beginning of its line, and the reason; tagged so. */
export function shortEvent(event: EventDocument, reason: string): EventDocument {
  const { '@timestamp': time, message, event: original } = JSON.parse(event.json) as Readonly<Record<string, unknown>>;
  const text = (original as { readonly original?: unknown } | undefined)?.original ?? message;
  const document = {
    '@timestamp': time,
    message: typeof text === 'string' ? text.slice(0, KEPT) : event.json.slice(0, KEPT),
    error: { message: reason.slice(0, KEPT) },
    tags: ['sekisho.rewritten'],
  };
  return { ...event, json: JSON.stringify(document) };
}
