import { GrowingBytes, RefusedData } from './growing.js';

const FRAME = 0x184d2204;
const SKIPPABLE = 0x184d2a50;
const UNCOMPRESSED = 0x80000000;
const MIN_MATCH = 4;

/**
 * Decompresses LZ4 frames to at most `limit` bytes. Linear; throws RefusedData on broken or larger data. Checksums are
 * not compared: Kafka's batches have their own, which the broker compares.
 *
 * Source: LZ4 Frame Format Description 1.6 and LZ4 Block Format Description (lz4/doc).
 */
export function lz4(input: Buffer, limit: number): Buffer {
  const output = new GrowingBytes(input.length * 4, limit);
  let at = 0;
  while (at < input.length) {
    const magic = word(input, at);
    if (magic === FRAME) at = frame(input, at + 4, output);
    else if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) at += 8 + word(input, at + 4);
    else throw new RefusedData('is not an LZ4 frame');
  }
  return output.view();
}

/** Decompresses the frame whose descriptor is at `start`; returns where it ends. */
function frame(input: Buffer, start: number, output: GrowingBytes): number {
  const flags = input[start] ?? 0;
  const hasBlockChecksum = (flags & 0x10) !== 0;
  const hasContentSize = (flags & 0x08) !== 0;
  const hasChecksum = (flags & 0x04) !== 0;
  const hasDictionary = (flags & 0x01) !== 0;
  let at = start + 3 + (hasContentSize ? 8 : 0) + (hasDictionary ? 4 : 0);
  for (let size = word(input, at); size !== 0; size = word(input, at)) {
    const length = size & ~UNCOMPRESSED;
    const end = at + 4 + length;
    if (end > input.length) throw new RefusedData('ends in the middle of a block');
    if (size >= UNCOMPRESSED) output.append(input, at + 4, length);
    else block(input, at + 4, end, output);
    at = end + (hasBlockChecksum ? 4 : 0);
  }
  return at + 4 + (hasChecksum ? 4 : 0);
}

function block(input: Buffer, start: number, end: number, output: GrowingBytes): void {
  let at = start;
  while (at < end) {
    const token = input[at++] as number;
    let literals = token >>> 4;
    if (literals === 15) for (let byte = 255; byte === 255; literals += byte) byte = next(input, at++, end);
    if (at + literals > end) throw new RefusedData('ends in the middle of a literal');
    output.append(input, at, literals);
    at += literals;
    if (at === end) return;
    const distance = next(input, at, end) | (next(input, at + 1, end) << 8);
    at += 2;
    let match = token & 15;
    if (match === 15) for (let byte = 255; byte === 255; match += byte) byte = next(input, at++, end);
    output.repeat(distance, match + MIN_MATCH);
  }
}

function next(input: Buffer, at: number, end: number): number {
  if (at >= end) throw new RefusedData('ends in the middle of a sequence');
  return input[at] as number;
}

function word(input: Buffer, at: number): number {
  if (at + 4 > input.length) throw new RefusedData('ends in the middle of a frame');
  return input.readUInt32LE(at);
}
