import type { Fields } from '../../../event/index.js';
import { textOf } from '../../fields.js';
import { setClientList, splitAddresses } from '../../client-list.js';
import { percentDecoded } from '../../text/percent.js';
import { closingQuote, endpoint, firstPublic, isDigit, skipDigits, validIp } from '../../text/scan.js';

/** The web server that wrote a line; nginx and Apache share the form. */
export interface AccessServer {
  readonly module: string;
  readonly dataset: string;
}

/** What kind of event a line is. */
export const WEB: readonly string[] = ['web'];
/** Its type. */
export const ACCESS: readonly string[] = ['access'];
const QUOTE = 34;
const HASH = 35;
const PERCENT = 37;
const SLASH = 47;
const QUESTION = 63;
const SPACE = 32;
const DOT = 46;
const APACHE = 'apache.access';

/** `"203.0.113.9, 10.0.0.1" 127.0.0.1 - - […`: the list before the line, and the line; undefined for anything else. */
export function splitQuotedList(text: string): { readonly list: string; readonly rest: string } | undefined {
  const end = text.indexOf('" ', 1);
  const list = text.slice(1, end < 0 ? 0 : end);
  return /^[\w.:, -]{1,2048}$/.test(list) ? { list, rest: text.slice(end + 2) } : undefined;
}

/** Sets the source from a list of addresses, and keeps the list. */
export function setClients(fields: Fields, server: AccessServer, list: string): void {
  const field = server.dataset === APACHE ? 'remote_addresses' : 'remote_ip_list';
  setClientList(fields, `${server.dataset}.${field}`, splitAddresses(list));
}

/** Sets the source where what stands for its address is no bare one: a list, an address with its port, a name. */
export function setAddress(fields: Fields, server: AccessServer): void {
  const address = textOf(fields, 'source.address') ?? '';
  if (address.includes(',')) return setClients(fields, server, address);
  const found = endpoint(address);
  fields['source.ip'] = found.ip;
  if (found.port !== undefined) {
    fields['source.address'] = found.address;
    fields['source.port'] = found.port;
  } else if (found.ip === undefined && server.dataset === APACHE && /^[\w.-]{1,255}$/.test(address)) {
    fields['source.domain'] = address;
  }
}

/** Sets what identd said of the client, which is hardly ever asked. */
export function setIdent(fields: Fields, server: AccessServer, text: string, at: number): void {
  fields[`${server.dataset}.identity`] = text.slice(at, text.indexOf(' ', at));
}

/** Sets the virtual host a line begins with; Apache's is a domain even where it is an address. */
export function setVhost(fields: Fields, vhost: string): void {
  const { address, ip, port } = endpoint(vhost);
  if (ip === undefined || fields['event.module'] === 'apache') fields['destination.domain'] = address;
  if (ip !== undefined) fields['destination.ip'] = ip;
  fields['destination.port'] = port;
  fields['url.domain'] ??= address;
}

/** Sets what came instead of a request: a TLS handshake on the plain port, as Elastic names it for Apache. */
export function setHandshake(fields: Fields, server: AccessServer, text: string, start: number, end: number): void {
  if (server.dataset !== APACHE || fields['http.request.method'] !== undefined || end === start) return;
  const request = text.slice(start, end);
  if (request !== '-') fields['apache.access.tls_handshake.error'] = request;
}

/** A time between size and referrer (nginx: seconds, kept in ms; Apache: as it is); the index behind it, or `at`. */
export function setResponseTime(fields: Fields, text: string, at: number): number {
  if (text.charCodeAt(at) !== SPACE || !isDigit(text.charCodeAt(at + 1))) return at;
  const whole = skipDigits(text, at + 1);
  const end = text.charCodeAt(whole) === DOT ? skipDigits(text, whole + 1) : whole;
  if (text.charCodeAt(end) !== SPACE || end - at > 32) return at;
  const time = Number(text.slice(at + 1, end));
  const isApache = fields['event.module'] === 'apache';
  fields[isApache ? 'apache.access.response_time' : 'nginx.access.response_time'] = isApache
    ? time
    : Math.trunc(time * 1000);
  return end;
}

const FORWARDED = ' X-Forwarded-For="';

/**
 * What stands behind the agent: nginx's `main` format adds the client's own X-Forwarded-For in quotes, Apache's users
 * ` X-Forwarded-For="…"`. Told, but never believed as the source.
 */
export function setMore(fields: Fields, server: AccessServer, text: string, at: number): void {
  const isNamed = text.startsWith(FORWARDED, at - 1);
  const start = isNamed ? at - 1 + FORWARDED.length : at + 1;
  if (!isNamed && text.charCodeAt(at) !== QUOTE) return;
  const end = closingQuote(text, start);
  if (end < 0) return;
  const addresses = splitAddresses(text.slice(start, end)).filter((address) => validIp(address) !== undefined);
  const forwarded = isNamed ? addresses[0] : firstPublic(addresses);
  if (forwarded === undefined) return;
  fields['network.forwarded_ip'] = forwarded;
  if (server.dataset !== APACHE || !isNamed) return;
  fields['client.ip'] = firstPublic(addresses);
  fields['apache.access.remote_addresses'] = [...addresses, textOf(fields, 'source.address') ?? ''];
}

/** Sets what `setTarget` sets of a target whose path has no escape; false, and nothing is set, where it may have one. */
export function setPlainPath(fields: Fields, text: string, bytes: Uint8Array, start: number, end: number): boolean {
  let question = -1;
  let dot = -1;
  for (let at = start; at < end; at++) {
    const code = bytes[at] as number;
    if (code === HASH || (code === PERCENT && question < 0)) return false;
    if (question >= 0) continue;
    if (code === QUESTION) question = at;
    else if (code === DOT) dot = at;
    else if (code === SLASH) dot = -1;
  }
  const pathEnd = question < 0 ? end : question;
  fields['url.path'] = text.slice(start, pathEnd);
  if (question >= 0) fields['url.query'] = percentDecoded(text.slice(question + 1, end));
  if (dot >= 0 && dot + 1 < pathEnd) fields['url.extension'] = text.slice(dot + 1, pathEnd);
  return true;
}
