/**
 * How lines are found and decoded in the bytes of one source.
 *
 * `unit` is the width of a code unit in bytes; records start at multiples of it. `bom` is the length of the byte
 * order mark, which belongs to no record.
 */
export interface Encoding {
  readonly name: 'utf-8' | 'utf-16le' | 'utf-16be';
  readonly unit: 1 | 2;
  readonly bom: number;
}

const UTF8: Encoding = { name: 'utf-8', unit: 1, bom: 0 };
const UTF8_BOM: Encoding = { name: 'utf-8', unit: 1, bom: 3 };
const UTF16LE: Encoding = { name: 'utf-16le', unit: 2, bom: 2 };
const UTF16BE: Encoding = { name: 'utf-16be', unit: 2, bom: 2 };

/** Bytes of a source that decide its encoding. */
export const BOM_BYTES = 3;

/**
 * The encoding that the first bytes of a source announce: UTF-8 unless a byte order mark says UTF-16.
 *
 * Source: The Unicode Standard, section 23.8, "Byte Order Mark".
 */
export function detectEncoding(head: Uint8Array): Encoding {
  const [a, b, c] = head;
  if (a === 0xff && b === 0xfe) return UTF16LE;
  if (a === 0xfe && b === 0xff) return UTF16BE;
  return a === 0xef && b === 0xbb && c === 0xbf ? UTF8_BOM : UTF8;
}

/** Index after the last line feed in `bytes`, 0 where there is none. Linear. */
export function lastLineEnd(bytes: Buffer, encoding: Encoding): number {
  if (encoding.unit === 1) return bytes.lastIndexOf(10) + 1;
  for (let at = bytes.lastIndexOf(10); at >= 0; at = at === 0 ? -1 : bytes.lastIndexOf(10, at - 1)) {
    const end = unitEnd(bytes, at, encoding);
    if (end > 0) return end;
  }
  return 0;
}

/** Index after the first line feed in `bytes` at or after `from` (a code unit's first byte), 0 where there is none. */
export function firstLineEnd(bytes: Buffer, from: number, encoding: Encoding): number {
  if (encoding.unit === 1) return bytes.indexOf(10, from) + 1;
  for (let at = bytes.indexOf(10, from); at >= 0; at = bytes.indexOf(10, at + 1)) {
    const end = unitEnd(bytes, at, encoding);
    if (end > 0) return end;
  }
  return 0;
}

/** End of the UTF-16 code unit U+000A that the byte 0A at `at` belongs to; 0 where it is part of another character. */
function unitEnd(bytes: Buffer, at: number, encoding: Encoding): number {
  const little = encoding.name === 'utf-16le';
  if (at % 2 !== (little ? 0 : 1)) return 0;
  const other = bytes[little ? at + 1 : at - 1];
  return other === 0 ? (little ? at + 2 : at + 1) : 0;
}

/** UTF-16 text of `bytes` (an odd last byte is left out). Unpaired surrogates stay as they are. */
export function decodeUtf16(bytes: Buffer, encoding: Encoding): string {
  if (encoding.name === 'utf-16le') return bytes.toString('utf16le');
  return Buffer.from(bytes.subarray(0, bytes.length & ~1))
    .swap16()
    .toString('utf16le');
}
