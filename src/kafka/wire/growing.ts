/** Decompressed data beyond the limit, or compressed data that breaks its format: the batch is refused, not the reader. */
export class RefusedData extends Error {}

/**
 * Bytes that are appended to and copied from within, up to a limit: what LZ77 decoders write to.
 *
 * Memory at most doubles beyond what was written and never exceeds the limit.
 */
export class GrowingBytes {
  bytes: Buffer;
  length = 0;
  readonly #limit: number;

  constructor(expected: number, limit: number) {
    this.#limit = limit;
    this.bytes = Buffer.allocUnsafeSlow(Math.max(64, Math.min(expected, limit)));
  }

  /** Makes room for `count` more bytes. Throws RefusedData beyond the limit. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    if (needed > this.#limit) throw new RefusedData(`decompresses to more than ${this.#limit} bytes`);
    const larger = Buffer.allocUnsafeSlow(Math.min(this.#limit, Math.max(needed, this.bytes.length * 2)));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }

  /** Appends `count` bytes of `source` from `at` on. Throws RefusedData where it has not so many. */
  append(source: Uint8Array, at: number, count: number): void {
    if (at + count > source.length) throw new RefusedData('ends in the middle of a literal');
    this.reserve(count);
    const { bytes, length } = this;
    if (count > 32) bytes.set(source.subarray(at, at + count), length);
    else for (let i = 0; i < count; i++) bytes[length + i] = source[at + i] as number;
    this.length += count;
  }

  /** Appends `count` bytes from `distance` back, which may overlap what is being written (a repeated pattern). */
  repeat(distance: number, count: number): void {
    if (distance === 0 || distance > this.length) throw new RefusedData('refers to bytes before its start');
    this.reserve(count);
    const { bytes, length } = this;
    const from = length - distance;
    if (distance >= count && count > 32) bytes.copyWithin(length, from, from + count);
    else for (let i = 0; i < count; i++) bytes[length + i] = bytes[from + i] as number;
    this.length += count;
  }

  /** What was written; shares its memory. */
  view(): Buffer {
    return this.bytes.subarray(0, this.length);
  }
}
