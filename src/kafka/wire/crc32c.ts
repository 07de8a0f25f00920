/** Castagnoli's polynomial, its bits reversed. */
const POLYNOMIAL = 0x82f63b78;
/** Tables for eight bytes at a time: table `n` is for a byte that `n` more follow. */
const SLICES = 8;
const TABLES = makeTables();

function makeTables(): Int32Array {
  const tables = new Int32Array(SLICES * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL;
    tables[byte] = crc;
  }
  for (let at = 256; at < tables.length; at++) {
    const before = tables[at - 256] as number;
    tables[at] = (before >>> 8) ^ (tables[before & 255] as number);
  }
  return tables;
}

/**
 * CRC-32C of `bytes[start, end)`, unsigned: the checksum of Kafka's record batches. Eight bytes a step.
 *
 * Source: RFC 3720, appendix B.4 (the polynomial and examples); M. Kounavis, F. Berry, "A systematic approach to
 * building high performance software-based CRC generators" (the tables).
 */
export function crc32c(bytes: Buffer, start: number, end: number): number {
  const t = TABLES;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let crc = -1;
  let at = start;
  for (; at + 8 <= end; at += 8) {
    const a = crc ^ view.getInt32(at, true);
    const b = view.getInt32(at + 4, true);
    crc =
      (t[1792 + (a & 255)] as number) ^
      (t[1536 + ((a >>> 8) & 255)] as number) ^
      (t[1280 + ((a >>> 16) & 255)] as number) ^
      (t[1024 + (a >>> 24)] as number) ^
      (t[768 + (b & 255)] as number) ^
      (t[512 + ((b >>> 8) & 255)] as number) ^
      (t[256 + ((b >>> 16) & 255)] as number) ^
      (t[b >>> 24] as number);
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ (t[(crc ^ (bytes[at] as number)) & 255] as number);
  return ~crc >>> 0;
}
