import { expect, test } from 'vitest';
import { base64, base64Offsets, UTF16 } from './encode.js';

test('base64 encodes the UTF-8 bytes', () => {
  expect(base64({ text: 'é', bytes: false })).toBe('w6k=');
  expect(base64({ text: UTF16['utf16le']?.('cmd') ?? '', bytes: true })).toBe('YwBtAGQA');
});

test('utf16be and utf16 (with its mark) order the bytes as specified', () => {
  expect(UTF16['utf16be']?.('a')).toBe('\u0000a');
  expect(UTF16['utf16']?.('a')).toBe('\u00ff\u00fea\u0000');
  expect(UTF16['wide']?.('a')).toBe('a\u0000');
});

test('base64offset is found in the encoding of any text around it, at every alignment', () => {
  const offsets = base64Offsets({ text: 'http://é', bytes: false });
  for (let before = 0; before < 12; before++) {
    for (let after = 0; after < 4; after++) {
      const encoded = Buffer.from(`${'x'.repeat(before)}http://é${'y'.repeat(after)}`).toString('base64');
      expect(encoded).toContain(offsets[before % 3]);
    }
  }
});
