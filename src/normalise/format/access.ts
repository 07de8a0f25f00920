import type { Fields } from '../../event/index.js';
import type { Line } from '../line.js';
import {
  closingQuote,
  digits,
  endpoint,
  firstPublic,
  isDigit,
  isIPv4,
  present,
  skipDigits,
  unescapeQuoted,
  validIp,
} from '../scan.js';
import { extensionOf, isAbsolute, splitAbsolute } from './url.js';

const WEB = ['web'];
const ACCESS = ['access'];
const SPACE = 32;
const QUOTE = 34;
const CLOSE = 93;
// ` [23/Nov/2026:06:39:04 +0000] "`: from the space before the bracket to the quote.
const TIME_WIDTH = 30;

/** The web server that wrote a line; nginx and Apache share the form. */
export interface AccessServer {
  readonly module: string;
  readonly dataset: string;
}

/**
 * The common and combined access log of nginx and Apache: `ADDRESS IDENT USER [TIME] "REQUEST" STATUS BYTES`, with or
 * without `"REFERRER" "AGENT"` and whatever follows; before the address perhaps `VHOST:PORT ` (vhost_combined), the address
 * perhaps a list. Sources: ngx_http_log_module, mod_log_config.
 *
 * Both servers escape quotes, so the first quote begins the request and the fixed-width time stands right before it:
 * a user name cannot forge time or request, and a quote inside a quoted part is told by its backslash.
 */
export function parseAccess(text: string, line: Line, server: AccessServer): Fields | undefined {
  const request = text.indexOf(' "') + 2;
  const bracket = request - TIME_WIDTH;
  if (bracket < 3 || text.charCodeAt(request - 3) !== CLOSE || text.charCodeAt(bracket) !== 91) return undefined;
  const time = line.clock.clf(text, bracket + 1);
  if (Number.isNaN(time)) return undefined;
  const requestEnd = closingQuote(text, request);
  const statusEnd = requestEnd + 5;
  const status = requestEnd < 0 ? undefined : digits(text, requestEnd + 2, statusEnd);
  if (status === undefined) return undefined;
  const ident = identBefore(text, bracket - 1);
  if (ident < 0) return undefined;
  line.time = time;
  return fieldsOf(text, line, server, ident, bracket, request, requestEnd, status);
}

/** Index of the space between the address and ident: the first space, or the one that ends a list of addresses. */
function identBefore(text: string, end: number): number {
  let space = text.indexOf(' ');
  while (space > 0 && space < end && text.charCodeAt(space - 1) === 44) space = text.indexOf(' ', space + 1);
  return space > 0 && space < end ? space : -1;
}

function fieldsOf(
  text: string,
  line: Line,
  server: AccessServer,
  addressEnd: number,
  bracket: number,
  request: number,
  requestEnd: number,
  status: number,
): Fields {
  let addressStart = 0;
  let identStart = addressEnd + 1;
  // vhost_combined has one token more: `VHOST:PORT ADDRESS IDENT USER [`.
  const vhostEnd = vhostBefore(text, addressEnd, bracket);
  if (vhostEnd > 0) {
    addressStart = vhostEnd + 1;
    const next = text.indexOf(' ', addressStart);
    identStart = next + 1;
    addressEnd = next;
  }
  const userStart = text.indexOf(' ', identStart) + 1;
  const address = text.slice(addressStart, addressEnd);
  const methodEnd = methodOf(text, request, requestEnd);
  const versionAt = methodEnd < 0 ? -1 : text.lastIndexOf(' HTTP/', requestEnd);
  const isWhole = versionAt > methodEnd;
  const isRequest = isWhole || (methodEnd > 0 && text.charCodeAt(methodEnd + 1) === 47);
  const url = isRequest ? unescapeQuoted(text.slice(methodEnd + 1, isWhole ? versionAt : requestEnd)) : undefined;
  const question = url === undefined ? -1 : url.indexOf('?');
  const path = url === undefined || question < 0 ? url : url.slice(0, question);
  const bytesStart = requestEnd + 6;
  const bytesEnd = skipDigits(text, bytesStart);
  const referrer = bytesEnd === bytesStart ? bytesEnd + 3 : bytesEnd + 2;
  const referrerEnd = text.charCodeAt(referrer - 1) === QUOTE ? closingQuote(text, referrer) : -1;
  const agent = referrerEnd + 3;
  const agentEnd = referrerEnd > 0 && text.charCodeAt(agent - 1) === QUOTE ? closingQuote(text, agent) : -1;
  const fields: Fields = {
    'event.kind': 'event',
    'event.module': server.module,
    'event.dataset': server.dataset,
    'event.category': WEB,
    'event.type': ACCESS,
    'event.outcome': status < 400 ? 'success' : 'failure',
    'event.original': line.original,
    message: text,
    'host.name': line.hostName,
    'source.address': address,
    'source.ip': isIPv4(address) ? address : addressOf(address),
    'user.name': userStart < bracket - 1 ? userOf(text.slice(userStart, bracket - 1)) : undefined,
    'http.request.method': isRequest ? text.slice(request, methodEnd) : undefined,
    'http.request.referrer': referrerEnd < 0 ? undefined : quoted(text, referrer, referrerEnd),
    'http.version': isWhole ? text.slice(versionAt + 6, requestEnd) : undefined,
    'http.response.status_code': status,
    'http.response.body.bytes': digits(text, bytesStart, bytesEnd),
    'url.original': url,
    'url.path': path,
    'url.query': url === undefined || question < 0 ? undefined : url.slice(question + 1),
    'url.extension': path === undefined ? undefined : extensionOf(path),
    'user_agent.original': agentEnd < 0 ? undefined : quoted(text, agent, agentEnd),
  };
  if (url !== undefined && url.charCodeAt(0) !== 47) setAbsolute(fields, url);
  if (vhostEnd > 0) setVhost(fields, text.slice(0, vhostEnd));
  if (address.includes(',')) fields['source.address'] = fields['source.ip'];
  if (agentEnd > 0 && agentEnd + 1 < text.length) setForwarded(fields, text, agentEnd + 2);
  return fields;
}

/** Index of the space behind a `VHOST:PORT` before the address, or -1: then three tokens stand before the time. */
function vhostBefore(text: string, first: number, bracket: number): number {
  if (!isDigit(text.charCodeAt(first - 1)) || text.charCodeAt(first + 1) === 45) return -1;
  const second = text.indexOf(' ', first + 1);
  const third = text.indexOf(' ', second + 1);
  if (second < 0 || third < 0 || third >= bracket - 1) return -1;
  return endpoint(text.slice(0, first)).port !== undefined && looksLikeAddress(text.slice(first + 1, second))
    ? first
    : -1;
}

function looksLikeAddress(text: string): boolean {
  return validIp(text) !== undefined || /^[a-z0-9.-]+\.[a-z]+$/i.test(text);
}

/** End of the method: the first space of the request, where only letters stand before it; -1 otherwise. */
function methodOf(text: string, request: number, requestEnd: number): number {
  let at = request;
  let code = text.charCodeAt(at);
  while ((code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 45 || code === 95)
    code = text.charCodeAt(++at);
  return code === SPACE && at > request && at < requestEnd ? at : -1;
}

/** Of a list the first public address; without brackets, port or zone. */
function addressOf(text: string): string | undefined {
  return text.includes(',') ? firstPublic(text.split(/, ?/).slice(0, 64)) : (validIp(text) ?? endpoint(text).ip);
}

function userOf(text: string): string | undefined {
  return text === '-' || text === '""' ? undefined : unescapeQuoted(text);
}

function quoted(text: string, start: number, end: number): string | undefined {
  const value = present(text.slice(start, end));
  return value === undefined ? undefined : unescapeQuoted(value);
}

/** A request to a proxy names scheme and host; the path is what stands behind them. */
function setAbsolute(fields: Fields, url: string): void {
  if (fields['http.request.method'] === 'CONNECT') {
    const { address, port } = endpoint(url);
    Object.assign(fields, {
      'url.domain': address,
      'url.port': port,
      'url.path': undefined,
      'url.extension': undefined,
    });
    return;
  }
  if (!isAbsolute(url)) return;
  const { scheme, domain, port, rest } = splitAbsolute(url);
  const path = rest.split('?', 1)[0] ?? '';
  Object.assign(fields, {
    'url.scheme': scheme,
    'url.domain': domain,
    'url.port': port,
    'url.path': path,
    'url.extension': extensionOf(path),
  });
}

function setVhost(fields: Fields, vhost: string): void {
  const { address, port } = endpoint(vhost);
  fields['destination.domain'] = address;
  fields['destination.port'] = port;
  fields['url.domain'] ??= address;
}

/** nginx's `main` format adds the client's own X-Forwarded-For in quotes: told, but never believed as the source. */
function setForwarded(fields: Fields, text: string, quote: number): void {
  if (text.charCodeAt(quote) !== QUOTE) return;
  const end = closingQuote(text, quote + 1);
  if (end < 0) return;
  const forwarded = firstPublic(
    text
      .slice(quote + 1, end)
      .split(/, ?/)
      .slice(0, 64),
  );
  if (forwarded !== undefined) fields['network.forwarded_ip'] = forwarded;
}

/** A cheap look: an opening bracket with a day and a slash, followed by a quoted request. */
export function looksLikeAccess(text: string): boolean {
  const request = text.indexOf(' "') + 2;
  return (
    request > TIME_WIDTH &&
    text.charCodeAt(request - TIME_WIDTH) === 91 &&
    text.charCodeAt(request - TIME_WIDTH + 3) === 47
  );
}
