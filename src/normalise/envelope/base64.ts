import { gunzipSync } from 'node:zlib';
import { MAX_LENGTH } from '../refusals.js';

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The text that base64 (RFC 4648, its URL alphabet too) stands for, gzipped perhaps; undefined where it is not base64, not
 * UTF-8, or longer unpacked than a record may be: a few bytes of gzip can't fill memory. Linear in the text it gives.
 */
export function textOfBase64(data: string): string | undefined {
  const { length } = data;
  if (length === 0 || length > MAX_LENGTH * 2 || length % 4 === 1 || !BASE64.test(data)) return undefined;
  const bytes = Buffer.from(data, 'base64');
  try {
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const text = UTF8.decode(isGzip ? gunzipSync(bytes, { maxOutputLength: MAX_LENGTH }) : bytes);
    return text.length > MAX_LENGTH ? undefined : text;
  } catch {
    return undefined;
  }
}
