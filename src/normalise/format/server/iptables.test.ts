import { describe, expect, it } from 'vitest';
import type { EcsEvent, Source } from '../../../event/index.js';
import { createNormaliser } from '../../normaliser.js';

const PACKET =
  'IN=eth0 OUT= SRC=203.0.113.9 DST=10.0.0.5 LEN=60 TOS=0x00 PREC=0x00 TTL=51 ID=1 DF PROTO=TCP SPT=1 DPT=22 ';
const HEADED = `<4>Nov 23 06:39:04 fw1 kernel: [UFW BLOCK] ${PACKET}`;

describe('iptables', () => {
  it.each([
    ['first', [HEADED]],
    ['behind a line without a head', [`DROP: ${PACKET}`, HEADED]],
  ])('keeps what the priority says of a line that stands %s', (_where, lines) => {
    const source: Source = { id: 'test', label: 'test', settings: { timezone: 'UTC', host: 'here' } };
    const normaliser = createNormaliser({ derive: new Set() });
    const out: EcsEvent[] = [];
    for (const text of lines)
      normaliser.normalise(source, { text, offset: 0, receiveTime: Date.UTC(2026, 10, 23, 12), bytes: undefined }, out);
    expect(out.at(-1)?.fields).toMatchObject({
      'event.dataset': 'iptables.log',
      'log.syslog.priority': 4,
      'log.syslog.severity.name': 'Warning',
      'host.hostname': 'fw1',
    });
  });
});
