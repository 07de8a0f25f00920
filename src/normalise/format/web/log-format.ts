import type { Fields } from '../../../event/index.js';
import {
  address,
  both,
  forwarded,
  lower,
  number,
  put,
  request,
  scaled,
  type Setter,
  status,
  text,
  tlsVersion,
  unescaped,
  url,
} from '../../capture.js';
import type { Line } from '../../line.js';
import { closingQuote } from '../../text/scan.js';
import { countWithin, joinTimes, timeReaderOf } from './log-format-time.js';

/** Reads the lines of one format string: sets fields and the line's time, the first that it holds; false where a line is not of that form. */
export type Scanner = (line: string, fields: Fields, at: Line) => boolean;

/** A piece of a format: a variable, and the text that ends it (empty: the line's end). */
interface Piece {
  readonly variable: string;
  readonly ends: string;
  readonly quoted: boolean;
  /** How often that text stands in the value itself; of a user's name, between it and the next quote. */
  readonly within: number;
}

interface Form {
  readonly begins: string;
  readonly pieces: readonly Piece[];
}

const CACHE_LIMIT = 100;
const cache = new Map<string, Scanner | undefined>();

/**
 * The scanner of a web server's own format string: nginx's `log_format` (`$name`) or Apache's `LogFormat` (`%h`). Undefined
 * for a string without variables, or with two that nothing separates. Compiled once; a line costs one search a
 * variable. Both servers escape quotes in values, so a quoted value ends at its quote and a user name before one can't
 * forge what follows it. Sources: ngx_http_log_module; mod_log_config, "Custom Log Formats".
 */
export function scannerOf(pattern: string): Scanner | undefined {
  if (cache.has(pattern)) return cache.get(pattern);
  const form = isNginxs(pattern) ? nginxForm(pattern) : apacheForm(pattern);
  const scanner = form === undefined ? undefined : scan(form);
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(pattern, scanner);
  return scanner;
}

/** Whether a format string has nginx's variables; Apache's begin with a percent sign. */
export function isNginxs(pattern: string): boolean {
  return /\$\{?[a-z_]/.test(pattern);
}

function nginxForm(pattern: string): Form | undefined {
  return formOf(pattern, /\$\{(\w{1,64})\}|\$(\w{1,64})/g, (found) => `$${found[1] ?? found[2] ?? ''}`);
}

function apacheForm(pattern: string): Form | undefined {
  const plain = joinTimes(pattern)
    .replaceAll('\\"', '"')
    .replaceAll('%U%q', '%{target}')
    .replace(/%[<>]?t/g, '[%{time}]');
  return formOf(plain, /%(?:\{(target|time)\}|[!\d,]{0,32}[<>]?(?:\{([^}]{1,128})\})?(\^?[a-zA-Z]{1,3}?))/g, (found) =>
    found[1] === undefined
      ? `%${found[2] === undefined ? '' : `{${found[3] === 't' ? found[2] : found[2].toLowerCase()}}`}${found[3] ?? ''}`
      : `%{${found[1]}}`,
  );
}

function formOf(pattern: string, variables: RegExp, nameOf: (found: RegExpExecArray) => string): Form | undefined {
  const found = [...pattern.matchAll(variables)];
  if (found.length === 0) return undefined;
  const begins = pattern.slice(0, found[0]?.index ?? 0);
  const isJson = begins.startsWith('{');
  const pieces: Piece[] = [];
  let before = begins;
  let joined = false;
  for (const [index, match] of found.entries()) {
    const end = match.index + match[0].length;
    const ends = pattern.slice(end, found[index + 1]?.index ?? pattern.length);
    const isJoined = ends === '' && index + 1 < found.length;
    if (isJoined && !isJson) return undefined;
    // A value of JSON may be made of several variables, none of which can be told.
    const variable = joined || isJoined ? '' : nameOf(match);
    if (!isJoined) {
      const quoted = before.endsWith('"') && ends.startsWith('"');
      pieces.push({ variable, ends, quoted, within: countWithin(variable, ends) });
      before = ends;
    }
    joined = isJoined;
  }
  return {
    begins,
    pieces: pieces.map((piece, at) => (USERS.has(piece.variable) ? beforeQuote(piece, pieces.slice(at + 1)) : piece)),
  };
}

/** A user's name with how often the text that ends it stands behind it before the next quote. */
function beforeQuote(piece: Piece, rest: readonly Piece[]): Piece {
  const { ends } = piece;
  let within = 0;
  for (const { variable, ends: next } of rest) {
    const [text = ''] = next.split('"', 1);
    within += countWithin(variable, ends) + (ends === '' ? 0 : text.split(ends).length - 1);
    if (text !== next) break;
  }
  return { ...piece, within };
}

const USERS = new Set(['$remote_user', '%u']);

function scan({ begins, pieces }: Form): Scanner {
  const setters = pieces.map(({ variable }) => (Object.hasOwn(VARIABLES, variable) ? VARIABLES[variable] : undefined));
  const times = pieces.map(({ variable }) => timeReaderOf(variable));
  return (line, fields, at) => {
    if (!line.startsWith(begins)) return false;
    let start = begins.length;
    let time = Number.NaN;
    for (const [index, piece] of pieces.entries()) {
      const end = endOf(line, start, piece);
      if (end < 0) return false;
      const value = line.slice(start, end);
      const readTime = times[index];
      if (readTime === undefined) put(fields, setters[index], value);
      else if (Number.isNaN(time)) time = readTime(value, at);
      start = end + piece.ends.length;
    }
    if (!Number.isNaN(time)) at.time = time;
    return true;
  };
}

function endOf(line: string, start: number, { variable, ends, quoted, within }: Piece): number {
  if (ends === '') return line.length;
  if (quoted) {
    const end = closingQuote(line, start);
    return end >= 0 && line.startsWith(ends, end) ? end : -1;
  }
  if (!USERS.has(variable)) {
    let end = line.indexOf(ends, start);
    for (let skipped = 0; skipped < within && end >= 0; skipped++) end = line.indexOf(ends, end + 1);
    return end;
  }
  // A user name may hold what ends it, but no quote: counted from the next quote, such a text is the format's.
  const quote = line.indexOf('"', start);
  if (quote < 0) return line.indexOf(ends, start);
  let end = line.lastIndexOf(ends, quote);
  for (let skipped = 0; skipped < within && end > 0; skipped++) end = line.lastIndexOf(ends, end - 1);
  return end < start ? -1 : end;
}

const domain = both(text('url.domain'), text('destination.domain'));
const NANO = 1_000_000_000;

/** The query alone, told apart from its path. */
function query(fields: Fields, value: string): void {
  const own = value.startsWith('?') ? value.slice(1) : value;
  const target = fields['url.original'];
  if (own === '') return;
  fields['url.query'] = own;
  if (typeof target === 'string' && !target.includes('?')) fields['url.original'] = `${target}?${own}`;
}

/** A path alone; a whole target told as well says more. */
function pathOnly(fields: Fields, value: string): void {
  if (fields['url.original'] === undefined) url(fields, value);
}

function version(fields: Fields, value: string): void {
  if (value.startsWith('HTTP/')) fields['http.version'] = value.slice(5);
}

const referrer = unescaped('http.request.referrer');
const agent = unescaped('user_agent.original');

/** What each variable sets; one that is not listed is skipped. */
const VARIABLES: Readonly<Record<string, Setter>> = {
  $remote_addr: address('source'),
  $remote_port: number('source.port'),
  $remote_user: unescaped('user.name'),
  $request: request,
  $request_method: text('http.request.method'),
  $request_uri: url,
  $uri: pathOnly,
  $document_uri: pathOnly,
  $args: query,
  $query_string: query,
  $server_protocol: version,
  $status: status,
  $body_bytes_sent: number('http.response.body.bytes'),
  $bytes_sent: number('http.response.bytes'),
  $request_length: number('http.request.bytes'),
  $request_time: scaled('event.duration', NANO),
  $request_id: text('http.request.id'),
  $http_referer: referrer,
  $http_user_agent: agent,
  $http_x_forwarded_for: forwarded,
  $host: domain,
  $http_host: domain,
  $server_name: text('destination.domain'),
  $server_addr: address('destination'),
  $server_port: number('destination.port'),
  $scheme: lower('url.scheme'),
  $ssl_protocol: tlsVersion,
  $ssl_cipher: text('tls.cipher'),
  $pid: number('process.pid'),
  '%h': address('source', true),
  '%a': address('source'),
  '%{c}a': address('source'),
  '%l': text('apache.access.identity'),
  '%u': unescaped('user.name'),
  '%r': request,
  '%m': text('http.request.method'),
  '%U': pathOnly,
  '%{target}': url,
  '%q': query,
  '%H': version,
  '%s': status,
  '%b': number('http.response.body.bytes'),
  '%B': number('http.response.body.bytes'),
  '%O': number('http.response.bytes'),
  '%I': number('http.request.bytes'),
  '%D': scaled('event.duration', 1000),
  '%T': scaled('event.duration', NANO),
  '%{s}T': scaled('event.duration', NANO),
  '%{ms}T': scaled('event.duration', 1_000_000),
  '%{us}T': scaled('event.duration', 1000),
  '%v': domain,
  '%V': domain,
  '%p': number('destination.port'),
  '%A': address('destination'),
  '%P': number('process.pid'),
  '%L': text('apache.access.log_id'),
  '%f': text('file.path'),
  '%{referer}i': referrer,
  '%{user-agent}i': agent,
  '%{x-forwarded-for}i': forwarded,
  '%{host}i': domain,
  '%{ssl_protocol}x': tlsVersion,
  '%{ssl_cipher}x': text('tls.cipher'),
  '%{unique_id}e': text('http.request.id'),
};
