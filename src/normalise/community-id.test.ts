import { describe, expect, it } from 'vitest';
import type { Fields } from '../event/index.js';
import { communityId } from './community-id.js';

const flow = (source: string, destination: string, transport: string, more: Fields): Fields => ({
  'event.dataset': 'iptables.log',
  'source.ip': source,
  'destination.ip': destination,
  'network.transport': transport,
  ...more,
});

describe('community id', () => {
  // The worked example of the specification's readme.
  it('is the specification’s for a TCP flow', () => {
    const fields = flow('128.232.110.120', '66.35.250.204', 'tcp', { 'source.port': 34_855, 'destination.port': 80 });
    expect(communityId(fields)).toBe('1:LQU9qZlK+B5F3KDmev6m5PMibrg=');
  });

  it('is the same both ways, for IPv6 and for ICMP that is answered', () => {
    const ports = { 'source.port': 1, 'destination.port': 2 };
    const back = { 'source.port': 2, 'destination.port': 1 };
    expect(communityId(flow('2001:db8::1', '2001:db8:0:0::2', 'udp', ports))).toBe(
      communityId(flow('2001:db8::2', '2001:db8::1', 'udp', back)),
    );
    const echo = { 'iptables.icmp.type': 8, 'iptables.icmp.code': 0 };
    const reply = { 'iptables.icmp.type': 0, 'iptables.icmp.code': 0 };
    expect(communityId(flow('192.0.2.1', '192.0.2.2', 'icmp', echo))).toBe(
      communityId(flow('192.0.2.2', '192.0.2.1', 'icmp', reply)),
    );
  });

  it('is of the addresses alone where the protocol has no ports, told by name or number', () => {
    const id = communityId(flow('192.0.2.1', '192.0.2.2', 'igmp', { 'source.port': 1 }));
    expect(id).toMatch(/^1:/);
    const byNumber = { 'source.ip': '192.0.2.2', 'destination.ip': '192.0.2.1', 'network.iana_number': '2' };
    expect(communityId(byNumber)).toBe(id);
    expect(communityId({ ...byNumber, 'network.iana_number': '6' })).toBeUndefined();
  });

  it('is absent without ports, addresses of one family or a known protocol', () => {
    const ports = { 'source.port': 1, 'destination.port': 2 };
    expect(communityId(flow('192.0.2.1', '2001:db8::1', 'tcp', ports))).toBeUndefined();
    expect(communityId(flow('192.0.2.1', '192.0.2.2', 'tcp', {}))).toBeUndefined();
    expect(communityId(flow('192.0.2.1', '192.0.2.2', 'other', ports))).toBeUndefined();
  });
});
