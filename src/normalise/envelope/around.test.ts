import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { EcsEvent } from '../../event/index.js';
import { createNormaliser } from '../normaliser.js';

/** The fields of a document's events, but for their originals, as one text. */
function read(document: unknown, normaliser = createNormaliser({ derive: new Set() })): string {
  const source = { id: 's', label: 's', settings: { timezone: 'UTC', host: 'here' } };
  const out: EcsEvent[] = [];
  const record = { text: JSON.stringify(document), offset: 0, receiveTime: Date.UTC(2026, 10, 23), bytes: undefined };
  expect(normaliser.normalise(source, record, out)).toBeUndefined();
  return JSON.stringify(out.map(({ fields }) => ({ ...fields, 'event.original': undefined })));
}

function encoded(log: unknown): string {
  return Buffer.from(JSON.stringify(log)).toString('base64');
}

const publishTime = '2026-11-23T06:39:05.5Z';
const LINE = '203.0.113.9 - - [23/Nov/2026:06:39:04 +0000] "GET / HTTP/1.1" 200 612 "-" "curl/8.5"';

describe('what stands around logs in a document', () => {
  it.each<readonly [string, unknown]>([
    ['records and who sent them', { records: [{ a: 'TOLD1' }], user: 'TOLD2', batch: { id: 'TOLD3' } }],
    ['a list of events beside one name', { events: [{ a: 'TOLD1' }, { b: 'TOLD2' }], user: 'TOLD3' }],
    [
      "EventBridge's event",
      { 'detail-type': 'TOLD1', detail: { a: 'TOLD2' }, account: 'TOLD3', Records: [{ a: 'TOLD4' }] },
    ],
    [
      'events of CloudWatch',
      {
        logEvents: [{ id: 'TOLD1', message: LINE, more: 'TOLD2' }],
        logGroup: 'TOLD3',
        logStream: 'TOLD4',
        owner: 'TOLD5',
      },
    ],
    ['an exported audit record', { AuditData: '{"a":"TOLD1"}', UserIds: 'TOLD2' }],
    ['a document beside a message', { json: { a: 'TOLD1' }, message: 'TOLD2' }],
    ['a log beside others', { message: LINE, log: 'TOLD1', msg: 'TOLD2', user: 'TOLD3' }],
    [
      'pulled messages',
      {
        receivedMessages: [
          { ackId: 'TOLD1', message: { data: encoded({ a: 'TOLD2' }), publishTime } },
          { ackId: 'TOLD3', message: { attributes: { a: 'TOLD4' }, publishTime } },
        ],
        extra: 'TOLD5',
      },
    ],
    ['pulled messages without any data', { receivedMessages: [{ ackId: 'TOLD1' }], extra: 'TOLD2' }],
    [
      'a list that is not of messages alone',
      { receivedMessages: ['TOLD1', { message: { attributes: { a: 'TOLD2' } } }] },
    ],
    ['a record beside a message', { awslogs: { data: encoded({ a: 'TOLD1' }) }, message: 'TOLD2', kinesis: 'TOLD3' }],
    [
      'two payloads of Google Cloud',
      { jsonPayload: { a: 'TOLD1' }, textPayload: 'TOLD2', insertId: 'TOLD3', resource: { type: 'TOLD4' } },
    ],
    [
      'names that are also ours',
      { textPayload: 'TOLD1', logName: 'projects/x/logs/y', log: 'TOLD2', provider: 'TOLD3' },
    ],
    [
      'more names than each log is given',
      {
        records: [{ a: 1 }, { a: 2 }],
        around: Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`k${n}`, `TOLD${n}`])),
      },
    ],
  ])('is kept: %s', (_, document) => {
    const events = read(document);
    const told = JSON.stringify(document).match(/TOLD\d+/g) ?? [];
    expect(told.filter((word) => !events.includes(word))).toEqual([]);
  });

  it('is one text where it holds many names, so that many logs cost no more than a few', () => {
    const around = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`k${n}`, n]));
    const events = JSON.parse(read({ records: [{ a: 1 }, { a: 2 }], around })) as Record<string, unknown>[];
    expect(events.map((fields) => fields['carrier.json'])).toEqual([
      JSON.stringify({ around }),
      JSON.stringify({ around }),
    ]);
  });
});

it('what the records before unpacked to is not counted against a record', () => {
  const data = encoded({ a: 'x'.repeat(700_000) });
  const normaliser = createNormaliser({ derive: new Set() });
  const areRead = Array.from({ length: 8 }, () =>
    read({ message: { data, publishTime } }, normaliser).includes('"a":"xx'),
  );
  expect(areRead).not.toContain(false);
});

it('what a record unpacks to is bounded, and what is beyond stays as it is written', () => {
  const data = gzipSync(`{"a":"${'x'.repeat(1_000_000)}"}`).toString('base64');
  const messages = Array.from({ length: 20 }, (_, n) => ({ ackId: n, message: { data, publishTime } }));
  const events = JSON.parse(read({ receivedMessages: messages })) as Record<string, unknown>[];
  expect(events.length).toBe(20);
  expect(events.filter(({ a }) => typeof a === 'string').length).toBe(5);
  expect(events.filter((fields) => fields['message.data'] === data).length).toBe(15);
});
