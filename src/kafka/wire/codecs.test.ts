import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { MAX_BATCH_COUNT, MAX_BATCH_SIZE, REFUSED_HEADER, registerCodecs } from './codecs.js';
import { RefusedData } from './growing.js';
import { lz4 } from './lz4.js';
import { snappy } from './snappy.js';
import { zstd, zstdBound } from './zstd.js';

const bytes = (...parts: (number | string | Buffer)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part as string))));

const word = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value >>> 0);
  return buffer;
};

describe('snappy', () => {
  it('reads literals and copies that overlap', () => {
    // 12 bytes: the literal "ab", then ten bytes copied from two back.
    expect(snappy(bytes(12, 1 << 2, 'ab', (9 << 2) | 2, 2, 0), 100).toString()).toBe('abababababab');
    // The one-byte offset: length 4 to 11.
    expect(snappy(bytes(8, 3 << 2, 'abcd', 1, 4), 100).toString()).toBe('abcdabcd');
  });

  it('reads long literals and the stream of Java producers', () => {
    const text = 'x'.repeat(300);
    const block = bytes(0xac, 0x02, 61 << 2, 43, 1, text);
    expect(snappy(block, 1000).toString()).toBe(text);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(block.length);
    const header = bytes(0x82, 'SNAPPY', 0, 0, 0, 0, 1, 0, 0, 0, 1);
    expect(snappy(bytes(header, length, block, length, block), 1000).toString()).toBe(text + text);
  });

  it.each([
    ['a length beyond the limit', bytes(0xff, 0xff, 0xff, 0xff, 0x0f)],
    ['a copy from before the start', bytes(4, (3 << 2) | 2, 9, 0)],
    ['an end within a literal', bytes(9, 8 << 2, 'abc')],
    ['another length than it says', bytes(9, 1 << 2, 'ab')],
    ['nothing', Buffer.alloc(0)],
  ])('refuses %s', (_, input) => {
    expect(() => snappy(input, 1000)).toThrow(RefusedData);
  });
});

const lz4Frame = (...blocks: Buffer[]): Buffer =>
  bytes(word(0x184d2204), 0x60, 0x40, 0x82, ...blocks.map((block) => bytes(word(block.length), block)), word(0));

describe('lz4', () => {
  it('reads literals, matches that overlap, and blocks left uncompressed', () => {
    // Token: 2 literals, match of 4 + 6 from two back; then the last literals.
    const block = bytes(0x26, 'ab', 2, 0, 0x10, 'z');
    expect(lz4(lz4Frame(block), 100).toString()).toBe('ababababababz');
    const plain = bytes(word(0x184d2204), 0x60, 0x40, 0x82, word(0x80000003), 'xyz', word(0));
    expect(lz4(bytes(plain, lz4Frame(block)), 100).toString()).toBe('xyzababababababz');
  });

  it('stops at the limit', () => {
    const bomb = bytes(0x1f, 'a', 1, 0, Buffer.alloc(500, 255), 0);
    expect(() => lz4(lz4Frame(bomb), 100_000)).toThrow('decompresses to more than 100000 bytes');
    expect(lz4(lz4Frame(bomb), 200_000).length).toBe(1 + 4 + 15 + 500 * 255);
  });

  it('never reads beyond its input, whatever it is', () => {
    for (let i = 0; i < 3000; i++) {
      const noise = randomBytes(40);
      expect(() => lz4(lz4Frame(noise), 100_000)).not.toThrow(RangeError);
      expect(() => snappy(bytes(60, noise), 100_000)).not.toThrow(RangeError);
    }
  });
});

describe('zstd', () => {
  // A frame of 1,000,000 zeros as single RLE blocks of 128 KiB can be told without decompressing.
  const rle = (size: number, last: boolean): Buffer => {
    const header = (size << 3) | (1 << 1) | (last ? 1 : 0);
    return bytes(header & 255, (header >> 8) & 255, header >> 16, 0);
  };
  const frame = (count: number): Buffer =>
    bytes(word(0xfd2fb528), 0x00, 0x38, ...Array.from({ length: count }, (_, i) => rle(131_072, i === count - 1)));

  it('decompresses to what its blocks say', async () => {
    expect(zstdBound(frame(3))).toBe(3 * 131_072);
    expect((await zstd(frame(3), MAX_BATCH_SIZE)).equals(Buffer.alloc(3 * 131_072))).toBe(true);
  });

  it('refuses a bomb before decompressing it', async () => {
    await expect(zstd(frame(100_000), MAX_BATCH_SIZE)).rejects.toThrow('decompresses to more than');
  });

  it('refuses what is broken', async () => {
    await expect(zstd(randomBytes(50), 1000)).rejects.toThrow('is not a Zstandard frame');
    await expect(zstd(frame(3).subarray(0, 10), 1_000_000)).rejects.toThrow('ends in the middle');
    await expect(zstd(bytes(word(0xfd2fb528), 0x00, 0x38, 0x25, 0, 0, 1, 2, 3, 4), 1_000_000)).rejects.toThrow(
      'not valid',
    );
  });
});

describe('a batch that is refused', () => {
  /** A record batch around `records`, as the fetch response holds it; returns what kafkajs hands to the codec. */
  const within = (records: Buffer, count: number): Buffer => {
    const header = Buffer.alloc(61);
    header.writeBigInt64BE(1000n, 0);
    header.writeInt32BE(49 + records.length, 8);
    header[16] = 2;
    header.writeInt32BE(count - 1, 23);
    header.writeInt32BE(count, 57);
    return Buffer.concat([header, records]).subarray(61);
  };
  const decompress = (input: Buffer): Promise<Buffer> => {
    registerCodecs();
    const codec = (CompressionCodecs as Record<number, () => { decompress(input: Buffer): Promise<Buffer> }>)[
      CompressionTypes.GZIP
    ];
    return (codec as NonNullable<typeof codec>)().decompress(input);
  };

  it('gives what can be read', async () => {
    expect((await decompress(within(gzipSync('records'), 1))).toString()).toBe('records');
  });

  it('becomes as many records as it had, with the reason', async () => {
    const bomb = gzipSync(Buffer.alloc(MAX_BATCH_SIZE + 1));
    const stand = await decompress(within(bomb, 300));
    expect(stand.toString('latin1').split(REFUSED_HEADER).length - 1).toBe(300);
    expect(stand.includes('decompresses to more than')).toBe(true);
    expect(stand.includes(bomb)).toBe(true);
  });

  it('stops its partition only where it has too many records', async () => {
    await expect(decompress(within(gzipSync('x'), MAX_BATCH_COUNT + 1))).rejects.toThrow(
      'the batch at offset 1000 holds',
    );
  });
});
