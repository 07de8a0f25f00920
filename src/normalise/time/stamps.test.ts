import fc from 'fast-check';
import { expect, it } from 'vitest';
import { timeOf } from '../json/json.js';
import { Stamps } from './stamps.js';
import { Clock } from './time.js';

const two = (most: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max: most }).map((n) => String(n).padStart(2, '0'));
const day = fc.constantFrom(
  '2026-11-23',
  '2026-03-29',
  '2026-10-25',
  '2026-02-28',
  '2026-02-30',
  '1969-12-31',
  '0000-01-01',
);
const minute = fc
  .tuple(
    day,
    fc.constantFrom('T', 'T', ' ', ' ', '/', 't'),
    fc.constantFrom('02:30', '06:39', '06:38', '24:00', ' 6:39'),
  )
  .map((parts) => parts.join(''));
const fraction = fc.oneof(
  fc.constantFrom('', '', '.', ',5', '.x', '.1.2', '.0000000001'),
  fc.integer({ min: 0, max: 999_999_999 }).map((digits) => `.${digits}`),
);
const zone = fc.constantFrom('', '', 'Z', 'Z', 'z', '+00:00', '+0900', '-01:30', ' UTC', 'Zx', '1', 'M');
const seconds = fc
  .tuple(fc.constantFrom(':', ':', ':', ':', '.', ''), two(61), fraction)
  .map((parts) => parts.join(''));
/** Times of which most are of one minute and zone. */
const stamps = fc
  .tuple(minute, zone)
  .chain(([first, last]) =>
    fc.array(
      fc.oneof(
        { weight: 4, arbitrary: seconds.map((inner) => first + inner + last) },
        { weight: 1, arbitrary: fc.tuple(minute, seconds, zone).map((parts) => parts.join('')) },
      ),
      { minLength: 2, maxLength: 30 },
    ),
  );

it.each(['UTC', 'Europe/Berlin', 'Asia/Tokyo'])(
  'times of minutes known are what they are at first sight, in %s',
  (name) => {
    const clock = new Clock(name);
    let known = 0;
    fc.assert(
      fc.property(stamps, (texts) => {
        for (const text of texts) {
          if (!Number.isNaN(clock.stamps.of(text))) known++;
          expect([text, timeOf(text, clock, 1.8e12)]).toEqual([text, timeOf(text, new Clock(name), 1.8e12)]);
        }
      }),
      { numRuns: 500 },
    );
    // Else nothing was compared.
    expect(known).toBeGreaterThan(100);
  },
);

it('knows the minutes of two streams that come by turns', () => {
  const known = new Stamps();
  known.learn('2026-11-23T06:39:04.5Z', 4500);
  known.learn('2026-11-23 06:38:00', 0);
  expect(known.of('2026-11-23T06:39:59.0621Z')).toBe(59_062);
  expect(known.of('2026-11-23 06:38:01')).toBe(1000);
  expect(known.of('2026-11-23T06:38:01Z')).toBeNaN();
});

it('remembers no time that something else stands behind', () => {
  const known = new Stamps();
  known.learn('2026-11-23T06:39:04Zx', 4000);
  known.learn('2026-11-23T06:39:04 or so', 4000);
  expect(known.of('2026-11-23T06:39:04Zx')).toBeNaN();
  expect(known.of('2026-11-23T06:39:04 or so')).toBeNaN();
});
