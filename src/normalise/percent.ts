// An ASCII byte by itself; a lead byte with as many continuation bytes as it asks for (RFC 3629, section 4).
const ESCAPED =
  /%[0-7][0-9a-f]|%(?:c[2-9a-f]|d[0-9a-f])%[89ab][0-9a-f]|%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-4](?:%[89ab][0-9a-f]){3}/gi;

const PLAIN = /^[^%]*(?:%[0-7][0-9a-f][^%]*)*$/i;

/**
 * A text with its percent-escapes decoded once (RFC 3986, section 2.1), `+` left as it is. Sequences that are no valid
 * UTF-8 stay as they are, without keeping what stands beside them from being decoded. A text without `%` is returned
 * itself. Never throws; linear.
 */
export function percentDecoded(text: string): string {
  if (!text.includes('%')) return text;
  // Escapes of ASCII alone, by far the most, are the engine's own to decode: it refuses nothing of them.
  if (PLAIN.test(text)) return decodeURIComponent(text);
  return text.replace(ESCAPED, (escaped) => {
    if (escaped.length === 3) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    const decoded = Buffer.from(escaped.replaceAll('%', ''), 'hex').toString('utf8');
    return decoded.includes('\ufffd') && escaped.toLowerCase() !== '%ef%bf%bd' ? escaped : decoded;
  });
}
