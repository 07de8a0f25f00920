import { expect, test } from 'vitest';
import type { EcsEvent } from '../event/index.js';
import { Misfits } from './misfits.js';

const MINUTE = 60_000;
const START = Date.UTC(2026, 2, 11, 20);

/** What is told of events a minute, the n-th so many ms behind its receipt. */
function told(count: number, lateOf: (n: number) => number, every = MINUTE): readonly string[] {
  const out: string[] = [];
  const misfits = new Misfits((message) => out.push(message));
  const source = { id: 'a', label: '/var/log/a.log', settings: { timezone: 'UTC', host: 'web-1' } };
  for (let n = 0; n < count; n++) {
    const receiveTime = START + n * every;
    const event: EcsEvent = {
      fields: { 'host.name': 'web-1' },
      time: receiveTime - lateOf(n),
      source,
      offset: n,
      sub: 0,
      receiveTime,
      movesWatermark: true,
    };
    misfits.saw(source, [event], 0);
  }
  return out;
}

test.each([
  [540 * MINUTE, '9 h behind'],
  [330 * MINUTE + 20_000, '5 h 30 min behind'],
  [-120 * MINUTE + 900, '2 h ahead of'],
  [15 * MINUTE, '15 min behind'],
])('a host that is %s ms off is told once', (late, words) => {
  expect(told(19, () => late)).toEqual([]);
  expect(told(200, (n) => late + (n % 7) * 1000)).toEqual([
    `/var/log/a.log: the times of web-1 are steadily ${words} the time of receipt, as where their zone is another than \`timezone\` says; name it there, or windows look at a wrong time`,
  ]);
});

test.each([
  ['events in time, or without a time of their own', () => 300],
  ['no time of their own', () => 0],
  ['a shipper that is half a quarter late', () => 7 * MINUTE],
  ['batches that are never the same late', (n: number) => n * 90_000],
  ['one of many in time', (n: number) => (n % 15 === 0 ? 500 : 540 * MINUTE)],
  ['clocks that are days off', () => 72 * 60 * MINUTE],
])('%s: nothing is told', (_, lateOf) => {
  expect(told(200, lateOf)).toEqual([]);
});

test('what is read within ten minutes says nothing, whatever its times', () => {
  expect(told(200, () => 540 * MINUTE, 1000)).toEqual([]);
});
