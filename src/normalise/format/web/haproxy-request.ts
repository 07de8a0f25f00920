import { matches, word } from '../../text/codes.js';

const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const PERCENT = 37;
const DASH = 45;
const POINT = 46;
const SLASH = 47;
const QUESTION = 63;
const BACKSLASH = 92;
const HTTP = word(' HTTP/');
/** Bytes that say nothing of where a part ends. */
const PLAIN = new Uint8Array(256).fill(1);
for (const code of [SPACE, QUOTE, HASH, PERCENT, POINT, SLASH, QUESTION, BACKSLASH]) PLAIN[code] = 0;
const LONGEST_METHOD = 32;

/** Where the parts of the request read last stand in the bytes, where it is a usual one: `METHOD /PATH[?QUERY] HTTP/VERSION`. */
export const request = { isUsual: false, methodEnd: 0, pathEnd: 0, dot: 0, targetEnd: 0 };

/** Reads the request in `[start, end)`; false where anything in it is escaped, or is a quote. */
export function readRequestLine(bytes: Uint8Array, start: number, end: number): boolean {
  let first = -1;
  let last = -1;
  let question = -1;
  let dot = -1;
  let isPlain = true;
  request.dot = -1;
  request.pathEnd = -1;
  for (let at = start; at < end; at++) {
    const code = bytes[at] as number;
    if (PLAIN[code] === 1) continue;
    if (code === QUOTE || code === BACKSLASH) return false;
    if (code === PERCENT || code === HASH) isPlain = false;
    else if (code === SPACE) {
      if (first < 0) first = at;
      last = at;
      request.dot = dot;
      request.pathEnd = question < 0 ? at : question;
    } else if (question < 0) {
      if (code === QUESTION) question = at;
      else dot = code === POINT ? at : -1;
    }
  }
  request.methodEnd = first;
  request.targetEnd = last;
  request.isUsual = isPlain && last > first + 1 && isWhole(bytes, start, end);
  return true;
}

/** Whether a method of capital letters stands before the target, a path, and a version behind it. */
function isWhole(bytes: Uint8Array, start: number, end: number): boolean {
  const { methodEnd, targetEnd } = request;
  const isVersioned = matches(bytes, HTTP, targetEnd, end) && isVersion(bytes, targetEnd + HTTP.length, end);
  return isVersioned && bytes[methodEnd + 1] === SLASH && isMethod(bytes, start, methodEnd);
}

function isMethod(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!((bytes[at] as number) >= 65 && (bytes[at] as number) <= 90)) return false;
  return end > start && end - start <= LONGEST_METHOD;
}

/** A version that is nothing but `-` is none. */
function isVersion(bytes: Uint8Array, start: number, end: number): boolean {
  return end > start && bytes[start] !== DASH;
}
