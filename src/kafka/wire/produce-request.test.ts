import { createRequire } from 'node:module';
import type { Message } from 'kafkajs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { crc32c } from './crc32c.js';
import { encodeProduce, isPlain, type ProduceTold } from './produce-request.js';
import { replaceParts } from './replaced.js';

const require = createRequire(import.meta.url);
const path = 'kafkajs/src/protocol/requests/produce';
const ask = require(path) as {
  protocol: (told: { version: number }) => (told: ProduceTold) => {
    request: { apiVersion: number; encode: () => Promise<{ buffer: Buffer; size: () => number }> };
  };
};
/** As kafkajs encodes it, by the version before the one that is replaced: the body is the same. */
const byLibrary = require(`${path}/v6/request`) as (told: ProduceTold) => {
  encode: () => Promise<{ buffer: Buffer }>;
};

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000, toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const messages: readonly Message[] = [
  { key: null, value: 'a line' },
  { key: 'schlüssel', value: null },
  { value: '' },
  { key: Buffer.from([1, 0, 255]), value: Buffer.alloc(70_000, 7) },
  { key: '', value: '☃'.repeat(3_000) },
  ...Array.from({ length: 200 }, (_, i) => ({ key: `k${i}`, value: 'x'.repeat(i) })),
];

const plain: ProduceTold = {
  acks: -1,
  timeout: 30_000,
  topicData: [
    { topic: 'one', partitions: [{ partition: 3, firstSequence: 7, messages }] },
    {
      topic: 'ötwo',
      partitions: [
        { partition: 0, messages: messages.slice(0, 1) },
        { partition: 1, messages: messages.slice(1) },
      ],
    },
  ],
};

const told: readonly ProduceTold[] = [
  plain,
  { ...plain, acks: 1, topicData: [] },
  { ...plain, producerId: '9007199254740993', producerEpoch: 12 },
  { ...plain, transactionalId: 'sekisho-ü-3', producerId: '5', producerEpoch: 1 },
];

it('writes byte for byte what kafkajs writes, in transactions too', async () => {
  for (const one of told) {
    const { buffer } = await byLibrary(one).encode();
    expect(encodeProduce(one, Date.now()).equals(buffer)).toBe(true);
  }
});

it('is what kafkajs encodes by, but for what it knows better: headers, times, compression', async () => {
  expect(replaceParts()).toBe(true);
  expect(replaceParts()).toBe(true);
  const more: readonly Message[] = [{ value: 'x', headers: { a: 'b' } }];
  const late: readonly Message[] = [{ value: 'x', timestamp: '5' }];
  const others = [more, late].map((some) => {
    return { ...plain, topicData: [{ topic: 't', partitions: [{ partition: 0, messages: some }] }] };
  });
  for (const one of [...told, ...others, { ...plain, compression: 1 }]) {
    const { request } = ask.protocol({ version: 7 })(one);
    expect(request.apiVersion).toBe(7);
    const encoded = await request.encode();
    expect(encoded.size()).toBe(encoded.buffer.length);
    expect(encoded.buffer.equals((await byLibrary(one).encode()).buffer)).toBe(true);
    expect(isPlain(one)).toBe(told.includes(one));
  }
});

it('makes the checksums of RFC 3720', () => {
  const rising = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
  expect(crc32c(rising, 0, 32)).toBe(0x46dd794e);
  expect(crc32c(Buffer.alloc(32), 0, 32)).toBe(0x8a9136aa);
  expect(crc32c(Buffer.alloc(32, 255), 0, 32)).toBe(0x62a8ab43);
  expect(crc32c(Buffer.from('-123456789-'), 1, 10)).toBe(0xe3069283);
});
