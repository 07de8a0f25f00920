import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EcsEvent, FormatDescription } from '../../../event/index.js';
import { createNormaliser } from '../../normaliser.js';
import { whyNot } from './why-not.js';
import { capture, type LinePattern, readPattern } from './pattern.js';

const none = { patterns: [], mapping: {}, time: undefined, fields: {}, values: {} };
const LOGIN: FormatDescription = {
  ...none,
  name: 'acme.login',
  patterns: [
    '{@timestamp} [{log.level}] login user={user.name} ip={source.ip:ip} result={event.outcome} took={event.duration:number}ms',
    '{@timestamp} [{log.level}] says "{message}"',
  ],
  time: 'dd.MM.yyyy HH:mm:ss',
  fields: { 'event.category': ['authentication'] },
  values: { 'event.outcome': { OK: 'success', NOK: 'failure' } },
};
const API: FormatDescription = {
  ...none,
  name: 'acme.api',
  mapping: { 'user.name': 'who', 'source.ip': 'from', 'event.outcome': 'res' },
  values: { 'event.outcome': { 0: 'success', 7: 'failure' } },
};

function read(text: string, type?: string, timezone = 'UTC'): EcsEvent | undefined {
  const settings = { timezone, host: 'h', formats: [LOGIN, API], ...(type !== undefined && { type }) };
  const out: EcsEvent[] = [];
  const record = { text, offset: 0, receiveTime: Date.UTC(2026, 10, 25), bytes: undefined };
  createNormaliser({ derive: new Set() }).normalise({ id: 's', label: 's', settings }, record, out);
  return out[0];
}

describe('a described format', () => {
  const line = '24.11.2026 10:11:12 [info] login user=ann ip=192.0.2.7 result=NOK took=12.5ms';

  it.each([['acme.login'], [undefined]])('reads its lines, named %s or found', (type) => {
    const event = read(line, type);
    expect(event?.time).toBe(Date.UTC(2026, 10, 24, 10, 11, 12));
    expect(event?.fields).toMatchObject({
      'event.dataset': 'acme.login',
      'event.module': 'acme',
      'event.category': ['authentication'],
      'event.outcome': 'failure',
      'event.duration': 12.5,
      'user.name': 'ann',
      'source.ip': '192.0.2.7',
      'source.address': '192.0.2.7',
      'event.original': line,
      'host.name': 'h',
    });
  });

  it('reads times in the zone of its input', () => {
    expect(read(line, undefined, 'Asia/Tokyo')?.time).toBe(Date.UTC(2026, 10, 24, 1, 11, 12));
  });

  it.each([
    ['{@timestamp} {log.level} {message}', undefined, '2026-11-24 10:11:12 INFO hello', '10:11:12', 'INFO'],
    ['{@timestamp} {log.level} {message}', undefined, '2026-11-24T10:11:12Z INFO hello', '10:11:12', 'INFO'],
    ['{@timestamp} {log.level} {message}', undefined, '2026-11-24 10:11:12 +0200 INFO hello', '08:11:12', 'INFO'],
    ['{@timestamp} {log.level} {message}', undefined, 'Nov 24 10:11:12 INFO hello', '10:11:12', 'INFO'],
    ['{@timestamp} {log.level} {message}', undefined, '24 Nov 2026 10:11:12 EST WARN hello', '15:11:12', 'WARN'],
    ['{@timestamp} {log.level} {message}', 'dd/MM/yyyy HH:mm:ss', '24/11/2026 10:11:12 INFO hello', '10:11:12', 'INFO'],
    ['{@timestamp}-{message}', 'yyyy-MM-dd HH:mm:ss', '2026-11-24 10:11:12-hello', '10:11:12', undefined],
    ['{@timestamp} {message}', "yyyy-MM-dd 'at' HH:mm:ss", '2026-11-24 at 10:11:12 hello', '10:11:12', undefined],
  ])('ends a time %s of the form %s where it ends', (pattern, time, text, clock, level) => {
    const own = { ...none, name: 'acme.spaced', patterns: [pattern], time };
    const settings = { timezone: 'UTC', host: 'h', formats: [own], type: 'acme.spaced' };
    const out: EcsEvent[] = [];
    const record = { text, offset: 0, receiveTime: Date.UTC(2026, 10, 25), bytes: undefined };
    createNormaliser({ derive: new Set() }).normalise({ id: 's', label: 's', settings }, record, out);
    expect([new Date(out[0]?.time ?? 0).toISOString(), out[0]?.fields['log.level'], out[0]?.fields['tags']]).toEqual([
      `2026-11-24T${clock}.000Z`,
      level,
      undefined,
    ]);
  });

  it.each([
    [
      ['{@timestamp} a={user.name} b={source.ip:ip}'],
      '2026-11-24 10:11:12 a=ann b=here',
      'column 29, `here`: `here` is no {source.ip:ip}',
    ],
    [
      ['{@timestamp} a={user.name} b={x}'],
      '2026-11-24 10:11:12 a=ann',
      'column 23, `ann`: no {user.name} with ` b=` behind it',
    ],
    [['{@timestamp} a={user.name}'], 'today a=ann', 'column 1, `today a=ann`: no {@timestamp} with ` a=` behind it'],
    [['x {user.name}', 'a={user.name};'], 'a=ann;b', 'column 7, `b`: the pattern is at its end'],
  ])('%s tells why it does not fit', (patterns, text, why) => {
    expect(whyNot({ ...none, name: 'acme', patterns }, text, 0)).toContain(why);
  });

  it('tells a time that is none of the form told', () => {
    const own = { ...none, name: 'acme', patterns: ['[{@timestamp}] {x}'], time: 'dd/MM/yyyy' };
    expect(whyNot(own, '[2026-11-24] x', 0)).toBe('`2026-11-24` is no time of the form `dd/MM/yyyy`');
  });

  it('takes escapes off quoted values, which end at their closing quote', () => {
    expect(read('24.11.2026 10:11:12 [info] says "a \\"b\\" c"')?.fields['message']).toBe('a "b" c');
    expect(read('24.11.2026 10:11:12 [info] says "a" b"', 'acme.login')?.fields['tags']).toEqual([
      'sekisho.unparsed',
      'sekisho.no-time',
    ]);
  });

  it.each([
    ['an address that is none', line.replace('192.0.2.7', 'web-1')],
    ['a time of another form', line.replace('24.11.2026', '2026-11-24')],
    ['a number that is none', line.replace('12.5', 'x')],
    ['text behind the end', `${line} and more`],
  ])('does not read %s', (_, text) => {
    expect(read(text, 'acme.login')?.fields['tags']).toContain('sekisho.unparsed');
    expect(read(text)?.fields['event.dataset']).not.toBe('acme.login');
  });

  it('reads JSON by its mapping', () => {
    const event = read('{"who":"ann","from":"192.0.2.9","res":7,"at":"2026-11-24T10:00:00Z"}');
    expect(event?.fields).toMatchObject({
      'event.dataset': 'acme.api',
      'event.outcome': 'failure',
      'user.name': 'ann',
      'source.ip': '192.0.2.9',
    });
    expect(read('{"who":"ann"}')?.fields['event.dataset']).not.toBe('acme.api');
  });

  it('leaves other lines to the built-in formats', () => {
    const other = 'Nov 24 10:00:00 h sshd[1]: Failed password for root from 192.0.2.1 port 22 ssh2';
    expect(read(other)?.fields['event.dataset']).toBe('system.auth');
  });
});

describe('a pattern', () => {
  it.each([
    ['no field', 'captures no field'],
    ['{a}{b}', 'not separated'],
    ['{a:color}', "no kind of value is called 'color'"],
    ['{}', 'captures no field'],
  ])('%s is refused with the reason', (pattern, reason) => expect(readPattern(pattern)).toContain(reason));

  it('writes braces twice, and skips what has no name', () => {
    expect(capture('{x} 1 two', readPattern('{{x}} {} {b}') as LinePattern)).toEqual(['1', 'two']);
  });

  it('captures what was put into its places, whatever stands around', () => {
    const word = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => !/[|{}"]/.test(text));
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(capture(`${a}|${b}|${c}`, readPattern('{a}|{b}|{c}') as LinePattern)).toEqual([a, b, c]);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (pattern, line) => {
        const taken = readPattern(pattern);
        if (typeof taken !== 'string') capture(line, taken);
      }),
    );
  });
});
