import { request as requestSetter } from './capture.js';
import { bySetter } from './cells.js';
import { extensionIn, find, matches, pastDigits, word } from './codes.js';
import type { Column, Row } from './row.js';

const SPACE = 32;
const HASH = 35;
const PERCENT = 37;
const SLASH = 47;
const COLON = 58;
const QUESTION = 63;
const BACKSLASH = 92;
const HTTP = word(' HTTP/');
const SCHEMES = ['http', 'https'].map((name) => ({ name, bytes: word(`${name}://`) }));
const FIELDS = [
  'http.request.method',
  'http.version',
  'url.original',
  'url.scheme',
  'url.domain',
  'url.port',
  'url.path',
  'url.query',
  'url.extension',
  'url.username',
  'url.fragment',
] as const;

/** Where each field of a request has its place. */
type Places = Readonly<Record<(typeof FIELDS)[number], number>>;

/**
 * Sets method, `url.*` and version of `METHOD TARGET HTTP/VERSION` as the setter of that name does, from bytes: a plain path or
 * an `http` URL with a plain host, nothing escaped. Anything else is left to that setter.
 */
export const request: Column = (slot) => {
  const places = Object.fromEntries(FIELDS.map((field) => [field, slot(field)])) as unknown as Places;
  const otherwise = bySetter(requestSetter, ...FIELDS)(slot);
  return (row, start, end) => {
    if (!isPlain(row, start, end, places)) otherwise(row, start, end);
  };
};

/** Reads a plain request; false where it is another, and nothing is set. */
function isPlain(row: Row, start: number, end: number, places: Places): boolean {
  const { bytes, text, values } = row;
  const method = methodEnd(bytes, start, end);
  const version = versionStart(bytes, method, end);
  if (method < 0 || version < 0) return false;
  const target = method + 1;
  const path = bytes[target] === SLASH ? target : hostEnd(bytes, target, version);
  const question = path < 0 ? -1 : pathEnd(bytes, path, version);
  if (question < 0) return false;
  if (path > target) setHost(row, target, path, places);
  values[places['http.request.method']] = text.slice(start, method);
  values[places['http.version']] = text.slice(version + HTTP.length, end);
  values[places['url.original']] = text.slice(target, version);
  values[places['url.path']] = text.slice(path, question);
  if (question < version) values[places['url.query']] = text.slice(question + 1, version);
  const extension = extensionIn(bytes, path, question);
  if (extension >= 0) values[places['url.extension']] = text.slice(extension, question);
  return true;
}

/** Index of the space behind a method of capitals, or -1. */
function methodEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] as number) >= 65 && (bytes[at] as number) <= 90) at++;
  return at > start && at - start <= 32 && at < end && bytes[at] === SPACE ? at : -1;
}

/** Index of ` HTTP/` where a version of digits and dots ends the request, or -1. */
function versionStart(bytes: Uint8Array, from: number, end: number): number {
  let at = end - 1;
  while (at > from && ((bytes[at] as number) === 46 || isDigitCode(bytes[at] as number))) at--;
  const start = at - HTTP.length + 1;
  return at < end - 1 && start > from && matches(bytes, HTTP, start, end) ? start : -1;
}

function isDigitCode(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Index of the question mark, or of the target's end; -1 where the target has a space, an escape or a fragment. */
function pathEnd(bytes: Uint8Array, start: number, end: number): number {
  let question = end;
  for (let at = start; at < end; at++) {
    const code = bytes[at] as number;
    if (code === SPACE || code === PERCENT || code === HASH || code === BACKSLASH) return -1;
    if (code === QUESTION && question === end) question = at;
  }
  return question;
}

/** Index of the slash behind `http://HOST[:PORT]`, or -1. */
function hostEnd(bytes: Uint8Array, start: number, end: number): number {
  const scheme = SCHEMES.find((one) => matches(bytes, one.bytes, start, end));
  if (scheme === undefined) return -1;
  const host = start + scheme.bytes.length;
  let at = host;
  while (at < end && isNameCode(bytes[at] as number)) at++;
  if (at === host || at - host > 255) return -1;
  if (bytes[at] !== COLON) return at < end && bytes[at] === SLASH ? at : -1;
  const port = pastDigits(bytes, at + 1, end);
  return port > at + 1 && port - at <= 6 && port < end && bytes[port] === SLASH ? port : -1;
}

function isNameCode(code: number): boolean {
  return (code >= 97 && code <= 122) || isDigitCode(code) || code === 45 || code === 46 || (code >= 65 && code <= 90);
}

function setHost({ text, bytes, values }: Row, start: number, end: number, places: Places): void {
  const host = find(bytes, COLON, start, end) + 3;
  const colon = find(bytes, COLON, host, end);
  values[places['url.scheme']] = host - start === 7 ? 'http' : 'https';
  values[places['url.domain']] = text.slice(host, colon);
  if (colon < end) values[places['url.port']] = Number(text.slice(colon + 1, end));
}
