import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Codes, isIPv4In, Memo } from '../text/codes.js';
import { decodeUrl } from '../derive.js';
import { hintOfPath } from '../format/paths.js';
import { eventFromJson } from '../json/json-event.js';
import { flatten, flattenOwn, JSON_LIMITS } from '../json/json.js';
import type { JsonObject } from '../line.js';
import { endpoint, firstPublic, isIPv4, validIp } from '../text/scan.js';
import { Clock, epoch, utc } from './time.js';

const NOW = Date.UTC(2026, 10, 23, 12);
const ipLike = fc.oneof(
  fc.ipV4(),
  fc
    .array(fc.constantFrom('0', '1', '25', '256', '.', '..', ':', 'é'), { maxLength: 8 })
    .map((parts) => parts.join('')),
);

describe('codes', () => {
  it('holds every text index for index, delimiters only where they stand', () => {
    const codes = new Codes();
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const bytes = codes.load(text);
        const expected = Array.from({ length: text.length }, (_, at) => Math.min(text.charCodeAt(at), 128));
        expect([...bytes.subarray(0, codes.length)]).toEqual(expected);
      }),
    );
  });

  it('finds the same IPv4 addresses as the text does', () => {
    const codes = new Codes();
    fc.assert(
      fc.property(ipLike, (text) => {
        const bytes = codes.load(text);
        expect(isIPv4In(bytes, 0, codes.length)).toBe(isIPv4(text));
      }),
    );
  });

  it('remembers names without mixing up those beyond ASCII', () => {
    const memo = new Memo();
    const codes = new Codes();
    for (const name of ['web1', 'web1', 'wéb1', 'wäb1', 'web1'])
      expect(memo.of(name, codes.load(name), 0, name.length)).toBe(name);
  });
});

describe('addresses', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['203.0.113.256', undefined],
    ['203.0.113.09', undefined],
    ['1.2.3', undefined],
    ['host.example', undefined],
  ])('%s is %s', (text, expected) => expect(validIp(text)).toBe(expected));

  it('splits ports off and picks the first public address', () => {
    expect(endpoint('203.0.113.9:80')).toEqual({ address: '203.0.113.9', ip: '203.0.113.9', port: 80 });
    expect(endpoint('[::1]:443')).toEqual({ address: '[::1]', ip: '::1', port: 443 });
    expect(endpoint('2001:db8::1')).toEqual({ address: '2001:db8::1', ip: '2001:db8::1', port: undefined });
    expect(firstPublic(['unknown', '10.0.0.1', '203.0.113.9', '198.51.100.1'])).toBe('203.0.113.9');
    expect(firstPublic(['10.0.0.1', '192.168.1.1'])).toBe('10.0.0.1');
  });
});

describe('times', () => {
  it('computes the calendar as Date does', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1600-01-01'), max: new Date('2400-01-01'), noInvalidDate: true }),
        (date) => {
          const parts = [
            date.getUTCMonth() + 1,
            date.getUTCDate(),
            date.getUTCHours(),
            date.getUTCMinutes(),
            date.getUTCSeconds(),
          ] as const;
          expect(utc(date.getUTCFullYear(), ...parts)).toBe(Math.floor(date.getTime() / 1000) * 1000);
        },
      ),
    );
    expect(utc(2026, 2, 29, 0, 0, 0)).toBeNaN();
  });

  it('reads every usual form', () => {
    const clock = new Clock('Asia/Tokyo');
    const at = Date.UTC(2026, 10, 23, 6, 39, 4);
    const hours = 3_600_000;
    for (const text of [
      '2026-11-23T06:39:04Z',
      '2026-11-23t06:39:04+00:00',
      '23/Nov/2026:06:39:04 +0000',
      '2026-11-23T01:09:04-0530',
      '1795415944',
      '1795415944000',
      '1795415944000000',
      '1795415944000000000',
    ]) {
      expect(clock.any(text, NOW)).toBe(at);
    }
    for (const text of ['2026-11-23 06:39:04', '2026/11/23 06:39:04', 'Nov 23 06:39:04'])
      expect(clock.any(text, NOW)).toBe(at - 9 * hours);
    for (const text of [
      '2026-11-23T06:39:04 UTC',
      '2026/11/23 07:39:04 CET',
      '2026-11-23 07:39:04 +0100',
      '20261123T063904Z',
      'Mon, 23 Nov 2026 06:39:04 GMT',
      'Mon, 23 Nov 2026 07:39:04 +0100',
      'Mon Nov 23 06:39:04 UTC 2026',
      '/Date(1795415944000)/',
    ])
      expect([text, clock.any(text, NOW)]).toEqual([text, at]);
    for (const text of [
      'Mon Nov 23 06:39:04 2026',
      'Nov 23, 2026 6:39:04 AM',
      '23.11.2026 06:39:04',
      '23-Nov-2026 06:39:04',
    ])
      expect([text, clock.any(text, NOW)]).toEqual([text, at - 9 * hours]);
    expect(clock.any('2026-11-23T06:39Z', NOW)).toBe(at - 4000);
    expect(clock.any('23 Nov 2026 18:39:04.250 XYZ', NOW)).toBeNaN();
    expect(clock.any('2026-11-23T06:39:04+01:00 (CET)', NOW)).toBe(at - hours);
    expect(clock.any('2026-11-23T06:39:04.123456Z', NOW)).toBe(at + 123);
    for (const text of ['', 'yesterday', '2026-13-01T00:00:00Z', 'Nov 31 00:00:00', '99'])
      expect(clock.any(text, NOW)).toBeNaN();
    expect(epoch(1795415944.5)).toBe(at + 500);
  });

  it('reads stamps from bytes as from text, whatever was read before', () => {
    const fast = new Clock('Europe/Berlin');
    const codes = new Codes();
    const stamp = fc
      .tuple(
        fc.constantFrom('Oct 24', 'Oct 25', 'Mar 29', 'Dec 31', 'Jan  1', 'Feb 29', 'Nov 3'),
        fc.nat(24),
        fc.nat(60),
        fc.constantFrom(' h', '.5 h', ' 2026 h', '  '),
      )
      .map(
        ([day, hour, minute, tail]) =>
          `${day} ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:07${tail}`,
      );
    const received = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2028, 0, 1) });
    fc.assert(
      fc.property(stamp, received, (text, receiveTime) => {
        const expected = new Clock('Europe/Berlin').bsd(text, 0, receiveTime);
        expect(fast.bsdIn(codes.load(text.padEnd(16)), text.padEnd(16), 0, receiveTime)).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('decoded URLs', () => {
  it.each([
    ['/a?b=%27+or+1', "/a?b=' or 1"],
    ['/%252e%252e/', '/../'],
    ['/%c3%a9%E2%80%AE', '/é\u202e'],
    ['/%27%ff%c0%af%27', "/'%ff%c0%af'"],
    ['/%', '/%'],
    ['/%zz%2', '/%zz%2'],
    ['/a%2Bb', '/a+b'],
    ['/%00', '/\0'],
  ])('%s', (url, expected) => expect(decodeUrl(url)).toBe(expected));
});

describe('flatten', () => {
  it('flattens objects, keeps arrays of scalars, gathers the members of arrays of objects', () => {
    const json = { a: { b: 1, 'c.d': null }, tags: ['x', 'y'], list: [{ k: 1 }, { k: [2, 3], m: { n: true } }] };
    expect(flatten(json)).toEqual({
      fields: { 'a.b': 1, 'a.c.d': null, tags: ['x', 'y'], list: json.list, 'list.k': [1, 2, 3], 'list.m.n': [true] },
    });
  });

  it('lets no key reach a prototype', () => {
    const json = JSON.parse(
      '{"__proto__":{"p":1},"a":{"constructor":{"prototype":{"p":1}},"__proto__":{"p":1}},"b.__proto__.p":1,"l":[{"__proto__":{"p":1}}],"constructors":2}',
    ) as Record<string, never>;
    expect(flatten(json)).toEqual({ fields: { l: [{}], constructors: 2 } });
    expect(({} as Record<string, unknown>)['p']).toBeUndefined();
  });

  it('refuses what is too deep or too large', () => {
    expect(flatten({ a: { b: { c: 1 } } }, { depth: 2, values: 10 })).toMatchObject({
      failure: { code: 'normalise.json-depth' },
    });
    expect(flatten({ a: [1, 2, 3, 4] }, { depth: 5, values: 1 })).toEqual({ fields: { a: [1, 2, 3, 4] } });
    expect(flatten({ a: 1, b: 2, c: 3 }, { depth: 5, values: 2 })).toMatchObject({
      failure: { code: 'normalise.json-size' },
    });
  });

  it('gives an object that is flat already back itself, unless something in it must go', () => {
    const flat = JSON.parse('{"a":1,"b.c":null,"toString":"x"}') as JsonObject;
    expect(flattenOwn(flat)).toEqual(flatten(flat));
    expect((flattenOwn(flat) as { fields: unknown }).fields).toBe(flat);
    for (const text of ['{"__proto__":1,"a":2}', '{"a.constructor":1,"a":2}', '{"a":{"b":1}}', '{"a":[1]}', '{}']) {
      const json = JSON.parse(text) as JsonObject;
      expect(flattenOwn(json)).toEqual(flatten(json, JSON_LIMITS, true));
    }
    expect(flattenOwn({ a: { b: { c: 1 } } })).toEqual({ fields: { a: { b: { c: 1 } }, 'a.b': { c: 1 }, 'a.b.c': 1 } });
    expect(flattenOwn({ a: 1, b: 2 }, { depth: 2, values: 1 })).toHaveProperty('failure.code', 'normalise.json-size');
  });

  it('takes names that every object has for fields like others, at the top and below', () => {
    const json = JSON.parse('{"toString":1,"valueOf":{"x":2},"a":{"b":2},"a.b":3}') as JsonObject;
    expect(flatten(json)).toEqual({ fields: { toString: 1, 'valueOf.x': 2, 'a.b': 2 } });
  });

  it('makes events for rules match: own names, own time, nothing added', () => {
    expect(eventFromJson({ timestamp: '2026-11-23T06:39:04Z', Image: 'x' }, 7)).toMatchObject({
      time: Date.UTC(2026, 10, 23, 6, 39, 4),
      offset: 7,
      fields: { timestamp: '2026-11-23T06:39:04Z', Image: 'x' },
    });
    expect(eventFromJson({ Image: 'x' }, 0).time).toBe(0);
    expect(eventFromJson({ Image: 'x' }, 0, 5).time).toBe(5);
  });

  it.each<[Record<string, unknown>]>([
    [{ '@timestamp': '2026-03-10T07:00:01Z' }],
    [{ timestamp: 1773126001 }],
    [{ timestamp: 1773126001000 }],
    [{ timestamp: '1773126001' }],
    [{ ts: 1773126001.0 }],
    [{ time: '2026-03-10 07:00:01' }],
    [{ timestamp: '2026-03-10T16:00:01+09:00' }],
    [{ UtcTime: '2026-03-10 07:00:01.000' }],
    [{ TimeCreated: '/Date(1773126001000)/' }],
    [{ Event: { System: { TimeCreated: { '#attributes': { SystemTime: '2026-03-10T07:00:01.000000Z' } } } } }],
    [{ winlog: { time_created: '2026-03-10T07:00:01Z' } }],
    [{ event: { created: '2026-03-10T07:00:01Z' } }],
    [{ date: '2026-03-10', time: '07:00:01' }],
    [{ Time: '10/Mar/2026:07:00:01 +0000' }],
    [{ date: 'Tue, 10 Mar 2026 07:00:01 GMT' }],
    [{ TimeCreated: '3/10/2026 7:00:01 AM' }],
    [{ timestamp: 'soon', time: 1773126001 }],
  ])('reads the time of %j', (json) => {
    expect(eventFromJson(json, 0, 5).time).toBe(Date.UTC(2026, 2, 10, 7, 0, 1));
  });

  it.each([{}, { time: '12 ms' }, { date: 'March' }, { timestamp: null }, { timestamp: {} }])(
    'takes no time from %j',
    (json) => {
      expect(eventFromJson(json, 0, 5).time).toBe(5);
    },
  );
});

it.each([
  ['/var/log/nginx/access.log', 'nginx'],
  ['/var/log/nginx/error.log.1', 'nginx.error'],
  ['/var/log/apache2/other_vhosts_access.log', 'apache'],
  ['/var/log/httpd/error_log', 'apache.error'],
  ['/var/log/auth.log', 'system.auth'],
  ['/var/log/secure-20261123', 'system.auth'],
  ['/var/log/syslog.1', 'system.syslog'],
  ['linux-auth', 'system.auth'],
  ['oauth', undefined],
  ['/var/log/insecure.log', undefined],
  ['web1-access.log', undefined],
])('the path %s suggests %s', (path, expected) => expect(hintOfPath(path)).toBe(expected));
