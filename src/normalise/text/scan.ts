import { isIPv6 } from 'node:net';

const ZERO = 48;
const NINE = 57;
const DOT = 46;
const BACKSLASH = 92;

/** Whether a UTF-16 unit is an ASCII digit. */
export function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

/** The digits in `text[start, end)` as a number; undefined where there is none, another character, or more than 15. */
export function digits(text: string, start: number, end: number): number | undefined {
  if (end <= start || end - start > 15) return undefined;
  let value = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (!isDigit(code)) return undefined;
    value = value * 10 + (code - ZERO);
  }
  return value;
}

/** A whole text of digits as a number, else undefined. */
export function wholeNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : digits(text, 0, text.length);
}

/** Index of the first character at or after `start` that is no digit. */
export function skipDigits(text: string, start: number): number {
  let at = start;
  while (isDigit(text.charCodeAt(at))) at++;
  return at;
}

/** Whether a text is a dotted IPv4 address in the strict form: four decimal parts, none above 255, no leading zeros. */
export function isIPv4(text: string): boolean {
  const length = text.length;
  if (length < 7 || length > 15) return false;
  let parts = 1;
  let value = -1;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (value < 0 || ++parts > 4) return false;
      value = -1;
    } else {
      if (!isDigit(code) || value === 0) return false;
      value = (value < 0 ? 0 : value * 10) + (code - ZERO);
      if (value > 255) return false;
    }
  }
  return parts === 4 && value >= 0;
}

/**
 * The text as an IP address, or undefined where it is none: `[::1]` loses its brackets, `fe80::1%eth0` its zone.
 * An IPv4 address is returned as it is, at the cost of one pass.
 */
export function validIp(text: string): string | undefined {
  if (isIPv4(text)) return text;
  if (text.length > 64 || !text.includes(':')) return undefined;
  let bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  const zone = bare.indexOf('%');
  if (zone > 0) bare = bare.slice(0, zone);
  return isIPv6(bare) ? mappedIPv4(bare) : undefined;
}

/** `::ffff:203.0.113.9` is the IPv4 address it carries. */
function mappedIPv4(address: string): string {
  if (!/^::ffff:/i.test(address)) return address;
  const inner = address.slice(7);
  return isIPv4(inner) ? inner : address;
}

/** An address with an optional port: `203.0.113.9:4242`, `[2001:db8::1]:443`, or a bare address or name. */
export interface Endpoint {
  readonly address: string;
  readonly ip: string | undefined;
  readonly port: number | undefined;
}

/** Splits `address[:port]`; a bare IPv6 address is not split. */
export function endpoint(text: string): Endpoint {
  const colon = text.lastIndexOf(':');
  const splits = colon > 0 && (text.indexOf(':') === colon || text.charCodeAt(colon - 1) === 93);
  const port = splits ? digits(text, colon + 1, text.length) : undefined;
  const address = port === undefined ? text : text.slice(0, colon);
  return { address, ip: validIp(address), port };
}

// RFC 1918, 6598, 3927, 1122; RFC 4193 and 4291 for IPv6.
const PRIVATE =
  /^(?:0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1?$|f[cd]|fe[89ab])/i;

/** The first public address of a list, else the first valid one; undefined where none is valid. */
export function firstPublic(addresses: readonly string[]): string | undefined {
  const valid = addresses.map(validIp).filter((address) => address !== undefined);
  return valid.find((address) => !PRIVATE.test(address)) ?? valid[0];
}

/** Whether an address belongs to a private network: RFC 1918, RFC 4193. */
export function isInternal(address: string): boolean {
  return /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|fd)/i.test(address);
}

/** Undefined for the empty text and for `-`, which logs write for a missing value. */
export function present(text: string): string | undefined {
  return text.length === 0 || (text.length === 1 && text.charCodeAt(0) === 45) ? undefined : text;
}

/**
 * Index of the quote that closes a quoted string whose content starts at `start`, or -1: a quote after an odd number of
 * backslashes belongs to the content. Linear.
 */
export function closingQuote(text: string, start: number): number {
  let quote = text.indexOf('"', start);
  while (quote > start && text.charCodeAt(quote - 1) === BACKSLASH && isEscaped(text, start, quote)) {
    quote = text.indexOf('"', quote + 1);
  }
  return quote;
}

function isEscaped(text: string, start: number, quote: number): boolean {
  let at = quote - 1;
  while (at >= start && text.charCodeAt(at) === BACKSLASH) at--;
  return (quote - 1 - at) % 2 === 1;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  v: '\v',
  f: '\f',
  '"': '"',
  '\\': '\\',
};

/**
 * Takes back the escapes of nginx (`\x22`) and Apache (`\"`, `\\`, `\n`, `\xHH`): bytes are read as UTF-8, anything that is
 * no escape stays as it is. A text without a backslash is returned itself.
 */
export function unescapeQuoted(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/(?:\\x[0-9a-f]{2})+|\\["\\ntrbvf]/gi, (escape) => {
    if (escape.charCodeAt(1) !== 120) return ESCAPES[escape.charAt(1)] ?? escape;
    return Buffer.from(escape.replaceAll(/\\x/gi, ''), 'hex').toString('utf8');
  });
}

/** `text` without spaces at both ends; the text itself where there are none. */
export function cutSpaces(text: string): string {
  return text.startsWith(' ') || text.endsWith(' ') ? text.trim() : text;
}
