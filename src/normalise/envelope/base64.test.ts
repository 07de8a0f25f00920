import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MAX_LENGTH } from '../refusals.js';
import { textOfBase64 } from './base64.js';

describe('texts in base64', () => {
  it.each(['a log', '関所', 'x'.repeat(5000)])('plain and gzipped', (text) => {
    expect(textOfBase64(Buffer.from(text).toString('base64'))).toBe(text);
    expect(textOfBase64(Buffer.from(text).toString('base64url'))).toBe(text);
    expect(textOfBase64(gzipSync(text).toString('base64'))).toBe(text);
  });

  it.each(['', 'a', 'no base64!', '//79', Buffer.from([0x1f, 0x8b, 8, 0]).toString('base64')])('not %s', (data) => {
    expect(textOfBase64(data)).toBeUndefined();
  });

  it('a few bytes that would fill memory are left as they are', () => {
    const bomb = gzipSync(Buffer.alloc(MAX_LENGTH * 64, 'x')).toString('base64');
    expect(bomb.length).toBeLessThan(MAX_LENGTH / 4);
    expect(textOfBase64(bomb)).toBeUndefined();
  });
});
