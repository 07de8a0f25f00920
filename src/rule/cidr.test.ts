import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCidr } from './cidr.js';

test.each([
  ['10.0.0.0/8', '10.255.0.1', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['10.1.2.3/8', '10.9.9.9', true],
  ['192.168.1.0/25', '192.168.1.127', true],
  ['192.168.1.0/25', '192.168.1.128', false],
  ['0.0.0.0/0', '8.8.8.8', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['1.2.3.4', '1.2.3.4', true],
  ['1.2.3.4/32', '1.2.3.5', false],
  ['10.0.0.0/8', '::ffff:10.0.0.1', true],
  ['2001:db8::/32', '2001:db8:ffff::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['::/0', '2001:db8::1', true],
  ['::/0', '8.8.8.8', false],
  ['::/0', '::ffff:8.8.8.8', true],
  ['::ffff:0:0/96', '8.8.8.8', true],
  ['fe80::/10', 'fe80::1%eth0', true],
  ['::1/128', '::1', true],
  ['fc00::/7', 'fdff:ffff::', true],
  ['10.0.0.0/8', '010.0.0.1', false],
  ['10.0.0.0/8', 'ten', false],
  ['10.0.0.0/8', '', false],
])('%s holds %s: %s', (network, address, inside) => {
  expect(parseCidr(network)?.(address)).toBe(inside);
});

test.each([
  '',
  'x',
  '10.0.0.0/33',
  '10.0.0/8',
  '10.0.0.0/',
  '10.0.0.0/-1',
  '::1/129',
  '1:2:3:4:5:6:7:8:9/64',
  ':::/1',
  '256.1.1.1',
])('%s is no network', (text) => {
  expect(parseCidr(text)).toBeUndefined();
});

test('an IPv4 address is where its IPv4-mapped IPv6 form is, which is read another way', () => {
  const octet = fc.oneof(
    fc.constantFrom('0', '00', '01', '1', '10', '127', '255', '256', '999', '', '-1', '1e1'),
    fc.nat(300).map(String),
  );
  const address = fc.array(octet, { minLength: 3, maxLength: 5 }).map((octets) => octets.join('.'));
  const v4 = fc.tuple(fc.constantFrom('10.1.2.3', '0.0.0.0', '127.255.0.1', '255.255.255.255'), fc.nat(32));
  const v6 = fc.tuple(fc.constantFrom('::', '::ffff:10.1.2.3', '::fffe:0:0', '2001:db8::1'), fc.nat(128));
  const network = fc.oneof(v4, v6);
  fc.assert(
    fc.property(network, address, ([base, bits], text) => {
      const holds = parseCidr(`${base}/${bits}`);
      const mapped = holds?.(`::ffff:${text}`);
      expect(holds?.(text)).toBe(base.includes(':') && bits < 96 ? false : mapped);
      expect(holds?.(base)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
