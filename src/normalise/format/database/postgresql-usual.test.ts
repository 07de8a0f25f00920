import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../test/support/runs.js';
import type { EcsEvent } from '../../../event/index.js';
import { createNormaliser } from '../../normaliser.js';

const settings = { timezone: 'Europe/Berlin', host: 'h', type: 'postgresql' };
const normaliser = createNormaliser({ derive: new Set() });

/** What a line becomes, its time written in one way. */
function read(text: string): object {
  const out: EcsEvent[] = [];
  const record = { text, offset: 0, receiveTime: Date.UTC(2026, 10, 25), bytes: undefined };
  normaliser.normalise({ id: 'p', label: 'p', settings }, record, out);
  const [event] = out;
  const fields = JSON.stringify(event?.fields).replaceAll('2026-11-23T', '2026-11-23 ');
  return { time: event?.time, fields: JSON.parse(fields) as unknown };
}

const some = (...pieces: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...pieces);
const odd = fc.string({ unit: some('a', 'B', '9', '_', '-', '@', '[', ']', '(', ')', ':', '=', ',', ' ', '"', 'é') });
const name = fc.oneof(some('alice', 'app', '-', '[unknown]', 'LOG:', 'user=bob', '10.0.0.1(5432)'), odd);
const clock = fc.tuple(
  some('06:39:04', '6:39:04', ' 6:39:04', '23:59:60', '24:00:00', '06:39'),
  some('', '.1', '.123', '.123456', '.1234567', ',123'),
  some(' UTC', ' CET', ' EST', ' XYZ', ' +02', 'Z', ' utc', ''),
);
const message = fc.oneof(
  some('', 'ready', ' x', '42P01: relation "x"', 'duration: 37.1 ms', 'checkpoint starting: time'),
  name.map((user) => `password authentication failed for user "${user}"`),
  fc
    .tuple(some('37.118', '37', '37.', '.5', '1.1234567', '12345678901234.5'), some('statement', 'bind', 'x'), odd)
    .map(([ms, step, query]) => `duration: ${ms} ms  ${step}: ${query}`),
);
const line = fc
  .tuple(
    clock,
    some(' [4974]', ' [4974-1]', ' [12345678901]', ' []', ' 4974', ''),
    fc.oneof(
      some(' '),
      fc.tuple(name, name).map(([user, database]) => ` ${user}@${database} `),
      name.map((word) => ` ${word} `),
    ),
    some('LOG:  ', 'FATAL: ', 'ERROR:', 'DEBUG3:  ', 'DETAIL:   ', 'WORD:  ', 'LOG:  00000: '),
    message,
  )
  .map(([[time, fraction, zone], ...rest]) => `${time}${fraction}${zone}${rest.join('')}`);

describe("PostgreSQL's usual lines", () => {
  it('become what reading them piece by piece makes of them', () => {
    // A letter between date and time is read piece by piece.
    const check = (rest: string): void => {
      expect(read(`2026-11-23 ${rest}`)).toEqual(read(`2026-11-23T${rest}`));
    };
    fc.assert(fc.property(line, check), { numRuns: runs(2000) });
  });

  it('are cut short anywhere', () => {
    const whole = '06:39:05.123 CET [5404] alice@app FATAL:  password authentication failed for user "alice"';
    for (let end = 0; end <= whole.length; end++)
      expect(read(`2026-11-23 ${whole.slice(0, end)}`)).toEqual(read(`2026-11-23T${whole.slice(0, end)}`));
  });
});
