import { describe, expect, it } from 'vitest';
import { domainParts } from './public-suffix.js';

describe('domainParts', () => {
  it.each([
    ['www.example.com', 'example.com', 'com', 'www'],
    ['example.com', 'example.com', 'com', undefined],
    ['a.b.example.co.uk', 'example.co.uk', 'co.uk', 'a.b'],
    ['WWW.Example.COM', 'Example.COM', 'COM', 'WWW'],
    ['_ldap._tcp.dc1.example.org', 'example.org', 'org', '_ldap._tcp.dc1'],
    ['www.example.com.', 'example.com', 'com', 'www'],
    ['somebody.github.io', 'github.io', 'io', 'somebody'],
    ['shop.xn--fiqs8s', 'shop.xn--fiqs8s', 'xn--fiqs8s', undefined],
  ])('splits %s', (name, registered, top, sub) => {
    expect(domainParts(name)).toEqual({ registered, top, sub });
  });

  it.each(['192.0.2.1', '2001:db8::1', 'localhost', 'com', 'co.uk', '.', '..', ' ', 'a'.repeat(300)])(
    'has nothing to split in %s',
    (name) => {
      expect(domainParts(name)).toBeUndefined();
    },
  );

  it('remembers the last name only', () => {
    const first = domainParts('www.example.com');
    domainParts('other.example.net');
    expect(domainParts('www.example.com')).toEqual(first);
  });
});
