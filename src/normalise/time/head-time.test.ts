import { describe, expect, it } from 'vitest';
import type { EcsEvent } from '../../event/index.js';
import { createNormaliser } from '../normaliser.js';

const received = Date.parse('2026-11-23T12:00:00Z');

/** Time, host and program of one line read where clocks are nine hours ahead. */
function read(text: string): readonly unknown[] {
  const out: EcsEvent[] = [];
  const settings = { timezone: 'Asia/Tokyo', host: 'here' };
  createNormaliser({ derive: 'all' }).normalise(
    { id: 's', label: 's', settings },
    { text, offset: 0, receiveTime: received, bytes: undefined },
    out,
  );
  const [event] = out;
  return [new Date(event?.time ?? NaN).toISOString(), event?.fields['host.name'], event?.fields['process.name']];
}

describe('a time', () => {
  it.each(['2026-11-', '[2026-11-2', '{"@timestamp":"2026-11-2","message":"x"}'])(
    'cut short spoils no other: %s',
    (cut) => {
      const normaliser = createNormaliser({ derive: 'all' });
      const out: EcsEvent[] = [];
      const source = { id: 's', label: 's', settings: { timezone: 'Asia/Tokyo', host: 'here' } };
      for (const text of [cut, '{"@timestamp":"2026-11-23T06:39:04","message":"x"}'])
        normaliser.normalise(source, { text, offset: 0, receiveTime: received, bytes: undefined }, out);
      expect(out.at(-1)?.time).toBe(Date.parse('2026-11-23T06:39:04+09:00'));
    },
  );
});

describe('a syslog time that says more than RFC 3164', () => {
  it.each([
    // The example of RFC 3164, section 5.4, with a tag behind its host.
    ["<0>1990 Oct 22 10:52:01 TZ-6 scapegoat.dmz.example.org sched[0]: That's All Folks!", '1990-10-22T16:52:01.000Z'],
    ['2025 Mar  3 09:05:07 scapegoat.dmz.example.org sched[0]: x', '2025-03-03T00:05:07.000Z'],
    ['<38>2025 Mar 3 09:05:07.25 scapegoat.dmz.example.org sched[0]: x', '2025-03-03T00:05:07.250Z'],
    ['Mar  3 2025 09:05:07 scapegoat.dmz.example.org sched[0]: x', '2025-03-03T00:05:07.000Z'],
    ['Mar  3 09:05:07 2025 scapegoat.dmz.example.org sched[0]: x', '2025-03-03T00:05:07.000Z'],
    ['Mar  3 09:05:07 UTC scapegoat.dmz.example.org sched[0]: x', '2026-03-03T09:05:07.000Z'],
    ['<38>Mar  3 09:05:07 +0530 scapegoat.dmz.example.org sched[0]: x', '2026-03-03T03:35:07.000Z'],
    ['Mar  3 2025 09:05:07.5 CET: scapegoat.dmz.example.org sched[0]: x', '2025-03-03T08:05:07.500Z'],
    ['Mar  3 09:05:07 GMT-4 scapegoat.dmz.example.org sched[0]: x', '2026-03-03T13:05:07.000Z'],
  ])('%s', (text, time) => {
    expect(read(text)).toEqual([time, 'scapegoat.dmz.example.org', 'sched[0]']);
  });

  it.each([
    ['Mar  3 09:05:07 UTC sched[0]: a host of that name', 'UTC'],
    ['Mar  3 09:05:07 2025 sched[0]: a host of that name', '2025'],
    ['Mar  3 09:05:07 NAS sched[0]: no zone', 'NAS'],
    ['Mar  3 09:05:07 WEB1 sched[0]: no zone', 'WEB1'],
    ['Mar  3 09:05:07 10.0.0.1 sched[0]: no year', '10.0.0.1'],
    ['2026 Mar  3 09:05:07 NAS sched[0]: no zone', 'NAS'],
    ['2026 Mar  3 09:05:07 zeus sched[0]: no zone', 'zeus'],
  ])('is none: %s', (text, host) => {
    expect(read(text)).toEqual(['2026-03-03T00:05:07.000Z', host, 'sched[0]']);
  });

  it.each([['2025 Mar 33 09:05:07 host app: x'], ['2025 Mar  3 29:05:07 host app: x'], ['2025 Mar  3 09:05:07']])(
    'no time at all: %s',
    (text) => {
      expect(read(text).slice(0, 1)).toEqual([new Date(received).toISOString()]);
    },
  );
});
