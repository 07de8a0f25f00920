import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { DeadLetter, EcsEvent, InputSettings, Source } from '../event/index.js';
import { snort } from './format/ids/snort.js';
import { createNormaliser } from './normaliser.js';

const RECEIVED = Date.UTC(2026, 10, 23, 12);

interface Read {
  readonly events: readonly EcsEvent[];
  readonly dead: readonly DeadLetter[];
}

function read(lines: readonly string[], settings: Partial<InputSettings> = {}, received = RECEIVED): Read {
  const source: Source = { id: 'test', label: 'test', settings: { timezone: 'UTC', host: 'here', ...settings } };
  const normaliser = createNormaliser({ derive: 'all' });
  const events: EcsEvent[] = [];
  const dead: DeadLetter[] = [];
  for (const [offset, text] of lines.entries()) {
    const letter = normaliser.normalise(source, { text, offset, receiveTime: received, bytes: undefined }, events);
    if (letter !== undefined) dead.push(letter);
  }
  return { events, dead };
}

function one(line: string, settings: Partial<InputSettings> = {}, received = RECEIVED): EcsEvent {
  const { events } = read([line], settings, received);
  expect(events).toHaveLength(1);
  return events[0] as EcsEvent;
}

describe('what a line cannot forge', () => {
  it('sshd: user names with addresses, of any shape', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('root', ' from ', '1.2.3.4', ' port ', '22', ' ssh2', ': ', 'invalid user '), {
          maxLength: 12,
        }),
        (parts) => {
          const user = parts.join('');
          const { fields } = one(
            `Nov 23 06:39:04 h sshd[1]: Failed password for invalid user ${user} from 203.0.113.9 port 4242 ssh2`,
          );
          expect(fields['source.ip']).toBe('203.0.113.9');
          expect(fields['source.port']).toBe(4242);
          expect(fields['user.name']).toBe(user === '' ? undefined : user);
        },
      ),
    );
  });

  it('nginx: user agents and referrers as nginx escapes them', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (agent, referrer) => {
        const { fields } = one(
          `203.0.113.9 - - [23/Nov/2026:06:39:04 +0000] "GET /x HTTP/1.1" 404 1 "r${escaped(referrer)}" "a${escaped(agent)}"`,
        );
        expect(fields['http.response.status_code']).toBe(404);
        expect(fields['http.request.referrer']).toBe(`r${referrer}`);
        expect(fields['user_agent.original']).toBe(`a${agent}`);
      }),
    );
  });

  it('syslog: a second head in the message', () => {
    const { fields } = one(
      '<13>Nov 23 06:39:04 web1 app[7]: x Nov 23 06:39:04 other sshd[1]: Accepted password for root from 1.2.3.4 port 1 ssh2',
    );
    expect(fields).toMatchObject({ 'host.name': 'web1', 'process.name': 'app', 'event.dataset': 'system.syslog' });
    expect(fields['source.ip']).toBeUndefined();
  });
});

/** nginx's escape=default. */
function escaped(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) =>
      byte < 32 || byte > 126 || byte === 34 || byte === 92
        ? `\\x${byte.toString(16).padStart(2, '0').toUpperCase()}`
        : String.fromCharCode(byte),
    )
    .join('');
}

it('reads what rsyslog writes of an RFC 5424 message: a program with its number, and no colon', () => {
  const { fields } = one(
    '2026-03-11T20:00:10.000Z web-7 sshd[812] Failed password for root from 203.0.113.9 port 4 ssh2',
  );
  expect(fields).toMatchObject({
    'event.dataset': 'system.auth',
    'host.name': 'web-7',
    'process.name': 'sshd',
    'process.pid': 812,
    'source.ip': '203.0.113.9',
  });
  expect(one('2026-03-11T20:00:10.000Z INFO worker[3] Failed password for root').fields['process.name']).not.toBe(
    'worker',
  );
});

describe('times and tags', () => {
  it('settles the year of a line at New Year by the receive time', () => {
    const line = 'Dec 31 23:59:50 h app: x';
    expect(one(line, {}, Date.UTC(2027, 0, 1, 0, 0, 10)).time).toBe(Date.UTC(2026, 11, 31, 23, 59, 50));
    expect(one('Jan  1 00:00:05 h app: x', {}, Date.UTC(2026, 11, 31, 23, 59, 59)).time).toBe(
      Date.UTC(2027, 0, 1, 0, 0, 5),
    );
    const normaliser = createNormaliser({ derive: 'all' });
    const source: Source = { id: 's', label: 's', settings: { timezone: 'UTC' } };
    const events: EcsEvent[] = [];
    for (const receiveTime of [Date.UTC(2026, 11, 31, 23, 59, 55), Date.UTC(2027, 11, 31, 23, 59, 55)]) {
      normaliser.normalise(source, { text: line, offset: 0, receiveTime, bytes: undefined }, events);
    }
    expect(events.map(({ time }) => new Date(time).getUTCFullYear())).toEqual([2026, 2027]);
  });

  it('reads local times in the zone of the input, daylight saving included', () => {
    const zone = { timezone: 'Europe/Berlin' };
    expect(one('Nov 23 06:39:04 h app: x', zone).time).toBe(Date.UTC(2026, 10, 23, 5, 39, 4));
    expect(one('Jul 23 06:39:04 h app: x', zone).time).toBe(Date.UTC(2026, 6, 23, 4, 39, 4));
    // Clocks go back on 25 October 2026 at 03:00 and forward on 29 March 2026 at 02:00.
    expect(one('Oct 25 02:30:00 h app: x', zone).time).toBe(Date.UTC(2026, 9, 25, 0, 30));
    expect(one('Oct 25 03:00:00 h app: x', zone).time).toBe(Date.UTC(2026, 9, 25, 2, 0));
    expect(one('Mar 29 02:30:00 h app: x', zone).time).toBe(Date.UTC(2026, 2, 29, 1, 30));
  });

  it('reads a line that a relay put a head before as the same line without one, whatever was read before', () => {
    const line = '203.0.113.9 - alice [23/Nov/2026:06:39:04 +0000] "GET /a HTTP/1.1" 200 5 "-" "curl/8"';
    const heads = ['', 'Nov 23 06:39:05 web1 nginx: ', '<190>1 2026-11-23T06:39:05Z web1 nginx - - - '];
    const { events } = read([...heads, ...heads].map((head) => head + line));
    const peers = events.map(({ fields }) => [fields['source.ip'], fields['user.name']]);
    expect(peers).toEqual(Array.from({ length: 6 }, () => ['203.0.113.9', 'alice']));
  });

  it('reads a time without a zone in the one that Filebeat tells, of that record alone', () => {
    const shipped = (timezone: string): string =>
      JSON.stringify({
        message: 'Nov 23 06:39:04 h sshd[1]: x',
        agent: { type: 'filebeat' },
        event: { dataset: 'system.auth', timezone },
      });
    const six = Date.UTC(2026, 10, 23, 6, 39, 4);
    const lines = ['+09:00', 'nowhere', 'Europe/Berlin', 'EST', '+99:00'].map(shipped);
    const { events } = read([`[${lines.join(',')}]`, 'Nov 23 06:39:04 h sshd[1]: x', ...lines]);
    const hours = [-9, 0, -1, 5, 0];
    expect(events.map(({ time }) => (time - six) / 3_600_000)).toEqual([...hours, 0, ...hours]);
  });

  it('keeps a time in the future, tags it and lets it move no watermark', () => {
    const event = one('{"@timestamp":"2026-11-23T12:05:00.001Z","message":"x"}');
    expect(event).toMatchObject({ movesWatermark: false, time: RECEIVED + 300_001 });
    expect(event.fields['tags']).toEqual(['sekisho.future-time']);
    expect(one('{"@timestamp":"2026-11-23T12:05:00Z","message":"x"}').movesWatermark).toBe(true);
  });

  it('keeps a time long past, and tags it', () => {
    const of = (stamp: string): EcsEvent => one(`{"@timestamp":"${stamp}","message":"x"}`);
    expect(of('1970-01-01T00:00:07Z')).toMatchObject({ time: 7000, movesWatermark: true });
    expect(of('1970-01-01T00:00:07Z').fields['tags']).toEqual(['sekisho.past-time']);
    expect(of('2006-11-24T00:00:00Z').fields['tags']).toBeUndefined();
  });

  it.each([
    '{"@timestamp":1e309,"event":{"dataset":"a.b","category":["web"]}}',
    '{"time":-1e309,"realmId":"m","operationType":"CREATE","resourceType":"USER","authDetails":{"realmId":"m"}}',
    '{"__REALTIME_TIMESTAMP":"9e30","_COMM":"app","MESSAGE":"x"}',
    '{"@timestamp":"/Date(99999999999999999)/","event":{"dataset":"a.b","category":["web"]}}',
    'type=SYSCALL msg=audit(99999999999999999999.1:1): pid=1',
  ])('takes a time beyond all calendars for none: %s', (text) => {
    const { time, fields, movesWatermark } = one(text);
    expect({ time, movesWatermark }).toEqual({ time: RECEIVED, movesWatermark: true });
    expect(fields['tags']).toEqual(['sekisho.no-time']);
  });

  it('flags invalid UTF-8 and keeps the text', () => {
    const out: EcsEvent[] = [];
    const source: Source = { id: 's', label: 's', settings: { timezone: 'UTC' } };
    const record = { text: 'a\ufffdb', offset: 0, receiveTime: RECEIVED, bytes: Uint8Array.of(97, 255, 98) };
    createNormaliser({ derive: 'all' }).normalise(source, record, out);
    expect(out[0]?.fields).toMatchObject({ message: 'a\ufffdb', tags: ['sekisho.invalid-utf8', 'sekisho.no-time'] });
  });
});

describe('records', () => {
  it('gives `message repeated N times` as N events with their own index, at most 1,000', () => {
    const inner = '[ Failed password for root from 203.0.113.9 port 1 ssh2]';
    const { events } = read([`Nov 23 06:39:04 h sshd[1]: message repeated 3 times: ${inner}`]);
    expect(events.map(({ sub, fields }) => [sub, fields['system.auth.ssh.event']])).toEqual(
      [0, 1, 2].map((sub) => [sub, 'Failed']),
    );
    expect(read([`Nov 23 06:39:04 h sshd[1]: message repeated 999999999 times: ${inner}`]).events).toHaveLength(1000);
  });

  it('finds a told JSON document behind a syslog head, and refuses what is none', () => {
    const document =
      '{"eventVersion":"1.08","eventSource":"s3.amazonaws.com","eventName":"GetObject","eventTime":"2026-11-23T06:00:00Z"}';
    const login =
      '{"EventID":4625,"Channel":"Security","EventTime":"2026-11-23 06:00:00","TargetUserName":"ann","Hostname":"dc-1"}';
    for (const head of ['<13>1 2026-11-23T06:39:04Z dc-1 trail 7 - - ', '<13>Nov 23 06:39:04 dc-1 trail: ']) {
      const trail = one(head + document, { type: 'cloudtrail' });
      expect(trail.fields).toMatchObject({ 'event.dataset': 'aws.cloudtrail', 'event.action': 'GetObject' });
      expect([trail.fields['tags'], trail.time]).toEqual([undefined, Date.UTC(2026, 10, 23, 6)]);
      const failed = one(head + login, { type: 'windows' });
      expect(failed.fields).toMatchObject({ 'event.code': '4625', 'user.name': 'ann' });
      expect(failed.fields['tags']).toBe(undefined);
    }
    const { events, dead } = read([document, `<13>1 2026-11-23T06:39:04Z dc-1 trail 7 - - hello`, 'hello'], {
      type: 'cloudtrail',
    });
    expect(events).toHaveLength(1);
    expect(dead.map(({ failure }) => failure.code)).toEqual(['normalise.json', 'normalise.json']);
  });

  it('reads a told JSON document itself, not what somebody wrote into its message', () => {
    const msg = '{"source":{"ip":"192.0.2.66"},"user":{"name":"root"}}';
    const document = { time: '2026-11-23T06:39:04Z', level: 'info', msg, remote: '203.0.113.9' };
    for (const type of ['ecs', 'app.login', 'caddy.access', 'traefik-json']) {
      const { fields } = one(JSON.stringify(document), { type });
      expect([fields['source.ip'], fields['user.name']]).not.toContain('192.0.2.66');
      expect([fields['user.name'], fields['tags']]).toEqual([undefined, undefined]);
      expect(fields['event.original']).toBe(JSON.stringify(document));
    }
  });

  it('takes documents told to be ECS at their word, though they look like an envelope', () => {
    const shipped = {
      '@timestamp': '2026-11-23T06:00:00Z',
      agent: { type: 'filebeat' },
      '@metadata': { beat: 'filebeat' },
    };
    const parsed = { ...shipped, event: { module: 'system', dataset: 'system.syslog' }, process: { name: 'cron' } };
    const own = one(JSON.stringify({ ...parsed, message: 'Started' }), { type: 'ecs' });
    expect(own.fields).toMatchObject({
      'event.dataset': 'system.syslog',
      'event.module': 'system',
      message: 'Started',
    });
    expect(own.fields['tags']).toBe(undefined);
    const inner = {
      ecs: { version: '8.0' },
      '@timestamp': '2026-11-23T07:00:00Z',
      message: 'in',
      event: { dataset: 'shop' },
    };
    const wrapped = one(JSON.stringify({ ...shipped, message: JSON.stringify(inner) }), { type: 'ecs' });
    expect(wrapped.fields).toMatchObject({ 'event.dataset': 'shop', message: 'in' });
  });

  it('dead-letters what is too long or nested too deep, with its bytes', () => {
    const long = 'x'.repeat((1 << 20) + 1);
    const deep = `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`;
    const { events, dead } = read([long, deep]);
    expect(events).toEqual([]);
    expect(dead.map(({ failure }) => failure.code)).toEqual(['normalise.oversized', 'normalise.json-depth']);
    expect(dead[0]?.bytes).toHaveLength(long.length);
  });

  it('keeps a log that a fault of ours keeps from being read, and all others of its record', () => {
    const fault = vi.spyOn(snort, 'sniff').mockImplementation((text) => {
      if (text.includes('fault')) throw new RangeError('a bug');
      return false;
    });
    const metrics = ['x fault', 'good'].map((value) => ({
      name: 'tail',
      tags: {},
      fields: { value },
      timestamp: 1795415945,
    }));
    const { events, dead } = read(['a fault', JSON.stringify({ metrics })]);
    expect(dead).toEqual([]);
    expect(events.map(({ fields }) => [fields['message'], fields['error.message'], fields['tags']])).toEqual([
      ['a fault', 'a bug', ['sekisho.unparsed', 'sekisho.fault']],
      ['x fault', 'a bug', ['sekisho.unparsed', 'sekisho.fault']],
      ['good', undefined, undefined],
    ]);
    expect(events.map(({ offset, sub, time }) => [offset, sub, time])).toEqual([
      [0, 0, RECEIVED],
      [1, 0, RECEIVED],
      [1, 1, 1795415945000],
    ]);
    fault.mockRestore();
  });

  it('computes derived fields only where asked', () => {
    const out: EcsEvent[] = [];
    const source: Source = { id: 's', label: 's', settings: { timezone: 'UTC' } };
    const record = {
      text: '192.0.2.1 - - [23/Nov/2026:06:39:04 +0000] "GET /%2e HTTP/1.1" 200 1',
      offset: 0,
      receiveTime: RECEIVED,
      bytes: undefined,
    };
    createNormaliser({ derive: new Set() }).normalise(source, record, out);
    expect(out[0]?.fields).not.toHaveProperty(['sekisho.url.decoded']);
  });
});
