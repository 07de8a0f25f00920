import { describe, expect, it } from 'vitest';
import {
  address,
  httpVersion,
  ip,
  isoTime,
  number,
  portBehind,
  seconds,
  snake,
  stringOf,
  texts,
  valueOf,
  whole,
} from './raw.js';

describe('values of a flattened document', () => {
  it('takes the first that says something, own fields only', () => {
    const raw = { a: '-', b: '', c: null, d: 0 };
    expect(valueOf(raw, ['a', 'b', 'c', 'd'])).toBe(0);
    expect(valueOf(raw, 'constructor')).toBeUndefined();
    expect(stringOf({ a: [7, 8] }, 'a')).toBe('7');
  });

  it.each([
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['203.0.113.9:4242', '203.0.113.9'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['/203.0.113.9', '203.0.113.9'],
    ['2001:db8::1', '2001:db8::1'],
  ])('reads the address in %s', (text, expected) => {
    expect(ip(text)).toBe(expected);
  });

  it.each(['example.com:443', '203.0.113.900', '-', '', 'root from 1.2.3.4'])('finds no address in %s', (text) => {
    expect(ip(text)).toBeUndefined();
  });

  it('reads numbers in decimal and hexadecimal, and nothing else', () => {
    expect(number('0x1f4')).toBe(500);
    expect(number('12.5')).toBe(12.5);
    expect(whole('12.5')).toBeUndefined();
    expect(number('12 or 13')).toBeUndefined();
    expect(number('99999999999999999999')).toBeUndefined();
  });

  it('reads ports, versions, spans and times', () => {
    expect(portBehind('203.0.113.9:4242')).toBe(4242);
    expect(portBehind('2001:db8::1')).toBeUndefined();
    expect(httpVersion('HTTP/2.0')).toBe('2.0');
    expect(seconds(0.000929)).toBe(929_000);
    expect(isoTime('2026-11-23T15:39:04.5+0900')).toBe('2026-11-23T06:39:04.500Z');
    expect(isoTime('yesterday')).toBeUndefined();
  });

  it('keeps a name where no address stands', () => {
    expect(address('cloudformation.amazonaws.com')).toBe('cloudformation.amazonaws.com');
    expect(texts(['a', '', 'b', null])).toEqual(['a', 'b']);
  });

  it.each([
    ['callerIpAddress', 'caller_ip_address'],
    ['sourceIPAddress', 'source_ip_address'],
    ['eventID', 'event_id'],
    ['already_snake', 'already_snake'],
  ])('writes %s as %s', (key, expected) => {
    expect(snake(key)).toBe(expected);
  });
});
