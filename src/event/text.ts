/**
 * The first `limit` UTF-16 units of a text, never ending in half a surrogate pair. Costs nothing for shorter texts.
 */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit);
}

/**
 * A copy of a text that shares no memory with the text it was sliced from.
 *
 * V8 keeps the whole chunk alive for a slice of 13 characters or more; what outlives its batch must be detached.
 * Costs one copy: a text put together is copied into one piece when it is sliced.
 */
export function detach(text: string): string {
  if (text.length < 13) return text;
  return (' ' + text).slice(1);
}

// C0 and C1 controls, DEL, zero-width and bidirectional marks, line and paragraph separators, BOM.
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/**
 * A text safe for terminals, log lines and alert titles: control, escape and bidirectional characters become U+FFFD.
 */
export function printable(text: string): string {
  return text.replace(UNSAFE, '\ufffd');
}
