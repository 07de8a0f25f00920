import { request as requestSetter } from './capture.js';
import { bySetter } from './cells.js';
import { matches, pastDigits, word } from './text/codes.js';
import type { Column, Row } from './row.js';

const SPACE = 32;
const HASH = 35;
const PERCENT = 37;
const POINT = 46;
const SLASH = 47;
const COLON = 58;
const QUESTION = 63;
const BACKSLASH = 92;
const LETTER_S = 115;
const HTTP = word(' HTTP/');
const SCHEME = word('http');
const AUTHORITY = word('://');
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

/** Where the parts of the plain request read last stand; -1: it has none. */
export const plainRequest = {
  methodEnd: 0,
  host: -1,
  colon: -1,
  path: 0,
  question: -1,
  extension: -1,
  targetEnd: 0,
  versionAt: 0,
};

/** Finds the parts of the plain request in `bytes[start, end)`; false where it is another. Linear. */
export function findPlainRequest(bytes: Uint8Array, start: number, end: number): boolean {
  const method = methodEnd(bytes, start, end);
  const version = method < 0 ? -1 : versionStart(bytes, method, end);
  if (version < 0) return false;
  const target = method + 1;
  const at = plainRequest;
  at.host = -1;
  at.colon = -1;
  const path = bytes[target] === SLASH ? target : hostEnd(bytes, target, version);
  if (path < 0 || !findPath(bytes, path, version)) return false;
  at.methodEnd = method;
  at.path = path;
  at.targetEnd = version;
  at.versionAt = version + HTTP.length;
  return true;
}

/** Reads a plain request; false where it is another, and nothing is set. */
function isPlain(row: Row, start: number, end: number, places: Places): boolean {
  const { bytes, text, values } = row;
  if (!findPlainRequest(bytes, start, end)) return false;
  const { methodEnd, host, path, question, extension, targetEnd, versionAt } = plainRequest;
  if (host >= 0) setHost(row, places);
  values[places['http.request.method']] = text.slice(start, methodEnd);
  values[places['http.version']] = text.slice(versionAt, end);
  values[places['url.original']] = text.slice(methodEnd + 1, targetEnd);
  values[places['url.path']] = text.slice(path, question < 0 ? targetEnd : question);
  if (question >= 0) values[places['url.query']] = text.slice(question + 1, targetEnd);
  if (extension >= 0) values[places['url.extension']] = text.slice(extension, question < 0 ? targetEnd : question);
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
  while (at > from && ((bytes[at] as number) === POINT || isDigitCode(bytes[at] as number))) at--;
  const start = at - HTTP.length + 1;
  return at < end - 1 && start > from && matches(bytes, HTTP, start, end) ? start : -1;
}

function isDigitCode(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Finds question mark and extension; false where the target has a space, an escape or a fragment. */
function findPath(bytes: Uint8Array, start: number, end: number): boolean {
  let question = -1;
  let dot = -1;
  for (let at = start; at < end; at++) {
    const code = bytes[at] as number;
    if (code === SPACE || code === PERCENT || code === HASH || code === BACKSLASH) return false;
    if (question >= 0) continue;
    if (code === QUESTION) question = at;
    else if (code === POINT) dot = at;
    else if (code === SLASH) dot = -1;
  }
  plainRequest.question = question;
  plainRequest.extension = dot >= 0 && dot + 1 < (question < 0 ? end : question) ? dot + 1 : -1;
  return true;
}

/** Index of the slash behind `http://HOST[:PORT]`, or -1. */
function hostEnd(bytes: Uint8Array, start: number, end: number): number {
  if (!matches(bytes, SCHEME, start, end)) return -1;
  const colon = start + SCHEME.length + (bytes[start + SCHEME.length] === LETTER_S ? 1 : 0);
  if (!matches(bytes, AUTHORITY, colon, end)) return -1;
  const host = colon + AUTHORITY.length;
  let at = host;
  while (at < end && isNameCode(bytes[at] as number)) at++;
  if (at === host || at - host > 255) return -1;
  plainRequest.host = host;
  if (bytes[at] !== COLON) return at < end && bytes[at] === SLASH ? at : -1;
  plainRequest.colon = at;
  const port = pastDigits(bytes, at + 1, end);
  return port > at + 1 && port - at <= 6 && port < end && bytes[port] === SLASH ? port : -1;
}

function isNameCode(code: number): boolean {
  return (code >= 97 && code <= 122) || isDigitCode(code) || code === 45 || code === 46 || (code >= 65 && code <= 90);
}

function setHost({ text, values }: Row, places: Places): void {
  const { methodEnd, host, colon, path } = plainRequest;
  values[places['url.scheme']] = host - methodEnd === 8 ? 'http' : 'https';
  values[places['url.domain']] = text.slice(host, colon < 0 ? path : colon);
  if (colon >= 0) values[places['url.port']] = Number(text.slice(colon + 1, path));
}
