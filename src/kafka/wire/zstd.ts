import { ZSTDDecoder } from 'zstddec';
import { RefusedData } from './growing.js';

const FRAME = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const MAX_BLOCK = 128 * 1024;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
const DICTIONARY_BYTES = [0, 1, 2, 4] as const;

const decoder = new ZSTDDecoder();

/**
 * Decompresses Zstandard frames to at most `limit` bytes, by the reference implementation as WebAssembly.
 *
 * The bound is found before anything is decompressed, by walking the block headers: a block yields 128 KiB at most, so a
 * bomb is refused at no cost. Throws RefusedData on broken or larger data.
 */
export async function zstd(input: Buffer, limit: number): Promise<Buffer> {
  const bound = zstdBound(input);
  if (bound === 0) return Buffer.alloc(0);
  if (bound - MAX_BLOCK > limit) throw new RefusedData(`decompresses to more than ${limit} bytes`);
  await decoder.init();
  const output = decoder.decode(input, bound);
  if (output.length === 0) throw new RefusedData('is not valid Zstandard data');
  if (output.length > limit) throw new RefusedData(`decompresses to more than ${limit} bytes`);
  return Buffer.from(output.buffer, output.byteOffset, output.length);
}

/**
 * The most bytes that the frames of `input` can decompress to. Throws RefusedData where they break the format.
 *
 * Source: RFC 8878, sections 3.1.1 (frames), 3.1.1.1 (frame header) and 3.1.1.2 (blocks).
 */
export function zstdBound(input: Buffer): number {
  let total = 0;
  let at = 0;
  while (at < input.length) {
    const magic = number(input, at, 4);
    if (magic === FRAME) {
      const [bound, end] = frame(input, at + 4);
      total += bound;
      at = end;
    } else if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) at += 8 + number(input, at + 4, 4);
    else throw new RefusedData('is not a Zstandard frame');
  }
  return total;
}

function frame(input: Buffer, start: number): readonly [bound: number, end: number] {
  const descriptor = number(input, start, 1);
  const single = (descriptor & 0x20) !== 0;
  const window = single ? MAX_BLOCK : windowSize(number(input, start + 1, 1));
  const flag = (descriptor >>> 6) as 0 | 1 | 2 | 3;
  const sizeBytes = flag === 0 && single ? 1 : CONTENT_SIZE_BYTES[flag];
  const sizeAt = start + (single ? 1 : 2) + DICTIONARY_BYTES[(descriptor & 3) as 0 | 1 | 2 | 3];
  const [bound, end] = blocks(input, sizeAt + sizeBytes, Math.min(window, MAX_BLOCK));
  const content = sizeBytes === 0 ? bound : contentSize(input, sizeAt, sizeBytes);
  return [Math.min(bound, content), end + ((descriptor & 4) !== 0 ? 4 : 0)];
}

function blocks(input: Buffer, start: number, blockLimit: number): readonly [bound: number, end: number] {
  let bound = 0;
  let at = start;
  for (let last = false; !last;) {
    const header = number(input, at, 3);
    last = (header & 1) === 1;
    const type = (header >>> 1) & 3;
    const size = header >>> 3;
    bound += type === 2 ? blockLimit : size;
    at += 3 + (type === 1 ? 1 : size);
  }
  return [bound, at];
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >>> 3));
  return base + (base / 8) * (descriptor & 7);
}

function contentSize(input: Buffer, at: number, width: number): number {
  if (width === 8) return number(input, at, 4) + number(input, at + 4, 4) * 2 ** 32;
  return number(input, at, width) + (width === 2 ? 256 : 0);
}

function number(input: Buffer, at: number, width: number): number {
  if (at + width > input.length) throw new RefusedData('ends in the middle of a frame');
  return input.readUIntLE(at, width);
}
