import { GrowingBytes, RefusedData } from './growing.js';

/** What xerial's stream format (the one Java producers write) begins with. */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER = 16;

/**
 * Decompresses Snappy, bare or in xerial's stream format, to at most `limit` bytes. Linear; throws RefusedData on broken
 * or larger data.
 *
 * Source: Snappy compressed format description (google/snappy, format_description.txt); snappy-java's SnappyOutputStream
 * for the stream: a 16-byte header, then blocks with a 4-byte big-endian length.
 */
export function snappy(input: Buffer, limit: number): Buffer {
  if (!input.subarray(0, XERIAL.length).equals(XERIAL)) return block(input, new GrowingBytes(0, limit)).view();
  const output = new GrowingBytes(input.length * 4, limit);
  let at = XERIAL_HEADER;
  while (at + 4 <= input.length) {
    const end = at + 4 + input.readUInt32BE(at);
    if (end > input.length) throw new RefusedData('ends in the middle of a block');
    block(input.subarray(at + 4, end), output);
    at = end;
  }
  return output.view();
}

function block(input: Buffer, output: GrowingBytes): GrowingBytes {
  const [length, start] = preamble(input);
  output.reserve(length);
  const end = output.length + length;
  let at = start;
  while (at < input.length) {
    const tag = input[at] as number;
    at += (tag & 3) === 0 ? literal(input, at, output) : copy(input, at, output);
    if (output.length > end) break;
  }
  if (output.length !== end) throw new RefusedData('decompresses to another length than it says');
  return output;
}

/** The decompressed length, a little-endian base-128 number of 32 bits, and where the elements start. */
function preamble(input: Buffer): readonly [length: number, start: number] {
  let length = 0;
  for (let at = 0; at < 5; at++) {
    const byte = input[at];
    if (byte === undefined) break;
    length += (byte & 127) * 2 ** (7 * at);
    if (byte < 128) return [length, at + 1];
  }
  throw new RefusedData('does not begin with its length');
}

/** Appends a literal; returns the bytes the element takes. */
function literal(input: Buffer, at: number, output: GrowingBytes): number {
  const short = (input[at] as number) >>> 2;
  const extra = short < 60 ? 0 : short - 59;
  const count = extra === 0 ? short + 1 : little(input, at + 1, extra) + 1;
  output.append(input, at + 1 + extra, count);
  return 1 + extra + count;
}

/** Appends a copy; returns the bytes the element takes. */
function copy(input: Buffer, at: number, output: GrowingBytes): number {
  const tag = input[at] as number;
  if ((tag & 3) === 1) {
    output.repeat(((tag >>> 5) << 8) | little(input, at + 1, 1), ((tag >>> 2) & 7) + 4);
    return 2;
  }
  const width = (tag & 3) === 2 ? 2 : 4;
  output.repeat(little(input, at + 1, width), (tag >>> 2) + 1);
  return 1 + width;
}

function little(input: Buffer, at: number, width: number): number {
  if (at + width > input.length) throw new RefusedData('ends in the middle of an element');
  return input.readUIntLE(at, width);
}
