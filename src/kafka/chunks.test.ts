import { describe, expect, it } from 'vitest';
import { chunksOf } from './chunks.js';

const message = (partition: number, bytes: number, key = '') => ({ partition, key, value: 'x'.repeat(bytes) });
const KIB = 1024;

describe('chunksOf', () => {
  it('makes one piece of what a broker takes at once, and none of nothing', () => {
    const messages = [message(0, 100), message(1, 100)];
    expect(chunksOf(messages)).toEqual([messages]);
    expect(chunksOf([])).toEqual([]);
  });

  it('keeps the order and cuts before a partition has half a MiB', () => {
    const messages = Array.from({ length: 10 }, (_, i) => message(i % 2, 200 * KIB, String(i)));
    const chunks = chunksOf(messages);
    expect(chunks.flat()).toEqual(messages);
    expect(chunks.map(({ length }) => length)).toEqual([4, 4, 2]);
  });

  it('counts bytes, not characters, and never splits a record', () => {
    const wide = { partition: 0, value: '🔑'.repeat(100 * KIB) };
    expect(chunksOf([wide, wide]).map(({ length }) => length)).toEqual([1, 1]);
    expect(chunksOf([message(0, 900 * KIB)])).toHaveLength(1);
  });

  it('cuts by the size of all partitions together too', () => {
    const messages = Array.from({ length: 40 }, (_, i) => message(i, 400 * KIB));
    expect(chunksOf(messages).map(({ length }) => length)).toEqual([20, 20]);
  });
});
