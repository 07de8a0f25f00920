import { expect, it } from 'vitest';
import type { EventDocument } from '../../output/types.js';
import { decodeEvent, encodeEvent } from './events.js';

const event: EventDocument = {
  id: 'kafka:auth:0@12',
  time: Date.UTC(2026, 2, 11),
  receiveTime: Date.UTC(2026, 2, 12),
  json: JSON.stringify({
    '@timestamp': '2026-03-11T00:00:00.000Z',
    message: 'a "quoted" line\n',
    event: { kind: 'event' },
  }),
};

it('an event comes back as it was written, under its id', () => {
  const { key, value } = encodeEvent(event);
  expect(key).toBe(event.id);
  expect(decodeEvent(Buffer.from(value))).toEqual(event);
});

it('one that no record can hold is shortened, and says so', () => {
  const json = JSON.stringify({ '@timestamp': '2026-03-11T00:00:00.000Z', message: '\u0001'.repeat(400_000) });
  const { value } = encodeEvent({ ...event, json });
  expect(Buffer.byteLength(value)).toBeLessThan(100_000);
  const read = decodeEvent(Buffer.from(value)) as EventDocument;
  expect(read).toMatchObject({ id: event.id, time: event.time, receiveTime: event.receiveTime });
  expect(JSON.parse(read.json)).toMatchObject({
    '@timestamp': '2026-03-11T00:00:00.000Z',
    error: { message: 'the event is longer than a record of 1 MiB' },
    tags: ['sekisho.rewritten'],
  });
});

it.each([
  '',
  'no JSON',
  '{}',
  '{"v":2,"id":"a","time":1,"received":1,"event":{}}',
  '{"v":1,"id":"a","time":1,"event":{}}',
])('refuses %j', (text) => expect(decodeEvent(Buffer.from(text))).toMatchObject({ code: 'kafka.event' }));

it('refuses a record without value', () => expect(decodeEvent(null)).toMatchObject({ code: 'kafka.event' }));
