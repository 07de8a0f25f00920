import { describe, expect, it } from 'vitest';
import type { Fields } from '../event/index.js';
import { documentOf, storedOf } from './documents.js';

const source = { id: 's', label: 's', settings: { timezone: 'UTC' } };
const document = (fields: Fields, time = 0): unknown =>
  documentOf({ fields, time, source, offset: 0, sub: 0, receiveTime: 0, movesWatermark: true });

describe('documentOf', () => {
  it('nests dotted names and leaves out what is not set', () => {
    expect(document({ 'source.ip': '192.0.2.1', 'source.port': 22, message: 'x', 'user.name': undefined })).toEqual({
      '@timestamp': '1970-01-01T00:00:00.000Z',
      source: { ip: '192.0.2.1', port: 22 },
      message: 'x',
    });
  });

  it.each([[{ user: 'x', 'user.name': 'y' }], [{ 'user.name': 'y', user: 'x' }]])(
    'loses neither a value nor its children: %j',
    (fields) => {
      expect(document(fields)).toEqual({ '@timestamp': '1970-01-01T00:00:00.000Z', user: 'x', 'user.name': 'y' });
    },
  );

  it('reaches no prototype, and writes no time that no date can hold', () => {
    const made = document(JSON.parse('{"__proto__": "x", "a.__proto__.b": "y"}') as Fields, 9e15);
    expect(({} as { b?: string }).b).toBeUndefined();
    expect(JSON.parse(JSON.stringify(made))).toMatchObject({ '@timestamp': null });
    expect(JSON.stringify(made)).toContain('"a.__proto__.b":"y"');
  });
});

describe('storedOf', () => {
  it('puts under labels what an index has no place for', () => {
    const fields: Fields = {
      ...{ user: 'bob', source: ['stdout'], 'source.ip': '192.0.2.1', 'http.request': 'GET', message: 'x' },
      ...{ 'message.id': 7, 'app.user': 'bob', tags: ['t'] },
    };
    expect(storedOf({ fields, time: 0, source, offset: 0, sub: 0, receiveTime: 0, movesWatermark: true })).toEqual({
      '@timestamp': '1970-01-01T00:00:00.000Z',
      labels: { user: 'bob', source: ['stdout'], http_request: 'GET', message_id: 7 },
      source: { ip: '192.0.2.1' },
      message: 'x',
      app: { user: 'bob' },
      tags: ['t'],
    });
  });
  it('keeps a label of the event beside what goes to the same place', () => {
    const fields: Fields = { rule: 'r7', 'labels.rule': ['keep', 'it'], 'message.id': 7, message_id: 8 };
    expect(storedOf({ fields, time: 0, source, offset: 0, sub: 0, receiveTime: 0, movesWatermark: true })).toEqual({
      '@timestamp': '1970-01-01T00:00:00.000Z',
      labels: { rule: ['r7', 'keep', 'it'], message_id: 7 },
      message_id: 8,
    });
  });
  it('leaves objects in a list where an object may stand', () => {
    const fields: Fields = { user: [{ name: 'bob' }], rule: ['r7', { name: 'x' }] };
    expect(storedOf({ fields, time: 0, source, offset: 0, sub: 0, receiveTime: 0, movesWatermark: true })).toEqual({
      '@timestamp': '1970-01-01T00:00:00.000Z',
      user: [{ name: 'bob' }],
      labels: { rule: ['r7', { name: 'x' }] },
    });
  });
});
