import { describe, expect, it } from 'vitest';
import type { EcsEvent, Source } from '../../event/index.js';
import { createNormaliser } from '../normaliser.js';

const LINE = '23:59:03,123 WARN  [org.keycloak.events] (executor-thread-1) type="LOGIN_ERROR", realmId="m"';

function timeOf(text: string, received: string, timezone = 'UTC', type?: string): string {
  const out: EcsEvent[] = [];
  const source: Source = {
    id: 's',
    label: 's',
    settings: { timezone, host: 'h', ...(type !== undefined && { type }) },
  };
  const record = { text, offset: 0, receiveTime: Date.parse(received), bytes: undefined };
  createNormaliser({ derive: new Set() }).normalise(source, record, out);
  expect(out[0]?.fields['event.dataset']).toBe('keycloak.log');
  return new Date(out[0]?.time ?? Number.NaN).toISOString();
}

describe('a line that tells only its time of day', () => {
  it.each([
    ['UTC', '2026-11-24T00:00:01Z', '2026-11-23T23:59:03.123Z'],
    ['UTC', '2026-11-23T23:58:00Z', '2026-11-23T23:59:03.123Z'],
    ['UTC', '2026-11-23T20:00:00Z', '2026-11-22T23:59:03.123Z'],
    ['Pacific/Kiritimati', '2026-11-23T10:01:00Z', '2026-11-23T09:59:03.123Z'],
    ['America/New_York', '2026-11-24T03:00:00Z', '2026-11-23T04:59:03.123Z'],
    ['America/New_York', '2026-11-24T05:00:00Z', '2026-11-24T04:59:03.123Z'],
    ['Europe/Berlin', '2026-03-29T10:00:00Z', '2026-03-28T22:59:03.123Z'],
    ['Europe/Berlin', '2026-10-25T23:00:00Z', '2026-10-25T22:59:03.123Z'],
  ])('in %s, received %s, is of the day before that or of the same', (zone, received, expected) => {
    expect(timeOf(LINE, received, zone)).toBe(expected);
  });

  it('is of the day that stands around it where its type is told', () => {
    const text = `<13>Nov 21 00:00:04 h keycloak[3]: ${LINE}`;
    expect(timeOf(text, '2026-11-25T12:00:00Z', 'UTC', 'keycloak')).toBe('2026-11-20T23:59:03.123Z');
  });

  it.each([
    [`<13>Nov 21 00:00:04 h keycloak[3]: ${LINE}`],
    [`<13>1 2026-11-21T00:00:04Z h keycloak 3 - - ${LINE}`],
    [JSON.stringify({ log: `${LINE}\n`, stream: 'stdout', time: '2026-11-21T00:00:04.1Z' })],
    [`2026-11-21T00:00:04.123456789Z stdout F ${LINE}`],
    [JSON.stringify({ '@timestamp': '2026-11-21T00:00:04.1Z', message: LINE, agent: { type: 'filebeat' } })],
  ])('is of the day that stands around it, however late it is read: %s', (text) => {
    expect(timeOf(text, '2026-11-25T12:00:00Z')).toBe('2026-11-20T23:59:03.123Z');
  });
});
