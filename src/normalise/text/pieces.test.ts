import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../test/support/runs.js';
import type { Fields } from '../../event/index.js';
import { request as requestSetter } from '../capture.js';
import { Codes } from './codes.js';
import { Line } from '../line.js';
import { decimal, digits, isoStamp, orDash, type Piece, quoted, word } from './pieces.js';
import { request } from '../request-cell.js';
import { Row } from '../row.js';

/** What a piece is, followed by a space or the end. */
const PIECES: readonly (readonly [string, Piece, RegExp])[] = [
  ['word', word(4), /^[^ ]{1,4}(?= |$)/],
  ['digits', digits(3), /^\d{1,3}(?= |$)/],
  ['digits or a dash', orDash(digits(3, 3)), /^(?:\d{3}|-)(?= |$)/],
  ['decimal', decimal, /^-?\d{1,9}(?:\.\d{1,9})?(?= |$)/],
  ['quoted', quoted, /^"[^"\\]*(?:\\.[^"\\]*)*"(?= |$)/],
  ['stamp', isoStamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z?(?= |$)/],
];

const part = fc.constantFrom(
  ...['"', '\\', '\\"', ' ', '-', '.', '0', '12', '123456789', 'a', 'é', '\n'],
  ...[
    '2026-11-23T06:39:04',
    '2026-11-23t06:39:04',
    '.123456',
    'Z',
    'GET',
    'POST',
    '/',
    'http://',
    'https://',
    'h.example',
  ],
  ...[':80', ':', '?', '#', '%41', '%', ' HTTP/', '1.1', 'x.php', '@', '[::1]', '+'],
);
const textOfParts = fc.array(part, { maxLength: 9 }).map((parts) => parts.join(''));
const requestLike = fc
  .tuple(
    fc.constantFrom('GET', 'get', 'PROPFIND', 'A-B', ''),
    textOfParts,
    fc.constantFrom(' HTTP/1.1', ' HTTP/2', ' HTTP/', ' -', ''),
  )
  .map(([method, target, version]) => `${method} ${target}${version}`);

describe('pieces', () => {
  it.each(PIECES)('%s: told as by its expression', (_, piece, pattern) => {
    const codes = new Codes();
    fc.assert(
      fc.property(textOfParts, (text) => {
        const bytes = codes.load(text);
        const end = piece(bytes, 0, codes.length);
        const isWhole = end >= 0 && (end === text.length || text.charAt(end) === ' ');
        expect(isWhole ? text.slice(0, end) : undefined).toBe(pattern.exec(text)?.[0]);
      }),
    );
  });
});

describe('a request read from bytes', () => {
  it('says what the setter says', () => {
    const row = new Row();
    const [cell] = row.cells([request]);
    const line = new Line();
    fc.assert(
      fc.property(fc.oneof(textOfParts, requestLike), (text) => {
        row.begin(text, line, { module: 'm', dataset: 'd', message: '' }, {});
        row.put(cell, 0, text.length);
        const event = row.event();
        const expected: Fields = {};
        if (text !== '' && text !== '-') requestSetter(expected, text);
        for (const name of Object.keys(event))
          if (/^(?:url|http)\./.test(name)) expect([name, event[name]]).toEqual([name, expected[name]]);
        for (const name of Object.keys(expected)) expect([name, event[name]]).toEqual([name, expected[name]]);
      }),
      { numRuns: runs(2000) },
    );
  });
});
