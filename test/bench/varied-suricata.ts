import type { Chance, Doc } from './varied.js';

/** Bodies of one type of event, by how often they come. */
type Bodies = readonly (readonly [weight: number, body: (chance: Chance) => Doc])[];

const HTTP: Doc = {
  hostname: 'www.example.com',
  url: '/a?id=«n»',
  http_user_agent: 'curl/8.5',
  http_content_type: 'text/html',
};
const HTTP_END: Doc = { http_method: 'GET', protocol: 'HTTP/1.1', status: 200, length: '#1«n»' };
const PAGE: Doc = { ...HTTP, ...HTTP_END };
const LINKED: Doc = { ...HTTP, http_refer: 'https://www.example.com/', ...HTTP_END };
const SNI: Doc = { sni: 'www«n».example.com', version: 'TLS 1.3' };
const JA3: Doc = { ja3: { hash: 'h«n»', string: '771,4865' }, ja3s: { hash: 'h«n»', string: '771,4865' } };
const CERTIFICATE: Doc = {
  subject: 'CN=example.com',
  issuerdn: 'C=US, O=Example, CN=R3',
  serial: '03:«n»',
  fingerprint: 'aa:bb:«n»',
  sni: 'www«n».example.com',
  version: 'TLS 1.2',
  notbefore: '2026-01-01T00:00:00',
  notafter: '2026-12-01T00:00:00',
};
const COUNTS: Doc = {
  pkts_toserver: '#1«n»',
  pkts_toclient: '#1«n»',
  bytes_toserver: '#1«n»',
  bytes_toclient: '#1«n»',
};
const SO_FAR: Doc = { ...COUNTS, start: '«stamp».000000+0000' };
const ENDED: Doc = {
  ...SO_FAR,
  end: '«stamp».100000+0000',
  age: '#1«n»',
  state: 'closed',
  reason: 'timeout',
  alerted: false,
};
const FILE: Doc = { filename: '/a«n»', sid: [], gaps: false, state: 'CLOSED', stored: false, size: '#1«n»', tx_id: 0 };
const ASKED: Doc = { id: '#1«n»', rrname: 'www«n».example.com', rrtype: 'A' };

/** The flags seen in a connection: only those that were are written. */
function tcp(flags: string, ...seen: readonly string[]): Doc {
  const all = Object.fromEntries(seen.map((flag) => [flag, true]));
  return { tcp_flags: flags, tcp_flags_ts: flags, tcp_flags_tc: flags, ...all, state: 'closed' };
}

function answer(chance: Chance): Doc {
  const records = Array.from({ length: chance.int(1, 4) }, () => ({
    rrname: 'www«n».example.com',
    rrtype: 'A',
    ttl: '#1«n»',
    rdata: '«ip»',
  }));
  const grouped = chance.among<Doc>([
    [7, { A: ['«ip»'] }],
    [3, { CNAME: ['x.example.com'], A: ['«ip»'] }],
  ]);
  return { answers: records, grouped };
}

const REPLY: Doc = { version: 2, type: 'answer', id: '#1«n»', flags: '8180', qr: true, rd: true, ra: true };

/** The types of events: how often they come, their transport and server's port, and the shapes that each has. */
const TYPES: readonly (readonly [weight: number, [type: string, proto: string, port: number, bodies: Bodies]])[] = [
  [
    30,
    [
      'flow',
      'TCP',
      443,
      [
        [50, () => ({ app_proto: 'tls', flow: ENDED, tcp: tcp('1b', 'syn', 'fin', 'psh', 'ack') })],
        [20, () => ({ app_proto: 'tls', flow: ENDED, tcp: tcp('1e', 'syn', 'rst', 'psh', 'ack') })],
        [15, () => ({ flow: ENDED, tcp: tcp('02', 'syn') })],
        [10, () => ({ app_proto: 'http', flow: ENDED, tcp: tcp('1b', 'syn', 'fin', 'psh', 'ack') })],
        [5, () => ({ flow: ENDED, tcp: tcp('16', 'syn', 'rst', 'ack') })],
      ],
    ],
  ],
  [
    15,
    [
      'flow',
      'UDP',
      53,
      [
        [80, () => ({ app_proto: 'dns', flow: ENDED })],
        [20, () => ({ flow: ENDED })],
      ],
    ],
  ],
  [
    25,
    [
      'dns',
      'UDP',
      53,
      [
        [50, () => ({ dns: { type: 'query', ...ASKED, tx_id: 0, opcode: 0 } })],
        [40, (chance) => ({ dns: { ...REPLY, ...ASKED, rcode: 'NOERROR', ...answer(chance) } })],
        [10, () => ({ dns: { ...REPLY, ...ASKED, rcode: 'NXDOMAIN' } })],
      ],
    ],
  ],
  [
    12,
    [
      'tls',
      'TCP',
      443,
      [
        [60, () => ({ tls: { ...SNI, ...JA3 } })],
        [20, () => ({ tls: { ...CERTIFICATE, ...JA3 } })],
        [20, () => ({ tls: { session_resumed: true, ...SNI, ...JA3 } })],
      ],
    ],
  ],
  [
    8,
    [
      'http',
      'TCP',
      80,
      [
        [50, () => ({ tx_id: 0, http: PAGE })],
        [30, () => ({ tx_id: 0, http: LINKED })],
        [10, () => ({ tx_id: 0, http: { ...PAGE, status: 301, redirect: '/b', length: 0 } })],
        [10, () => ({ tx_id: 0, http: { hostname: 'www.example.com', url: '/a', ...HTTP_END, status: 304 } })],
      ],
    ],
  ],
  [
    5,
    [
      'fileinfo',
      'TCP',
      80,
      [
        [60, () => ({ http: PAGE, app_proto: 'http', fileinfo: FILE })],
        [40, () => ({ http: LINKED, app_proto: 'http', fileinfo: FILE })],
      ],
    ],
  ],
  [
    2,
    [
      'alert',
      'TCP',
      80,
      [
        [40, () => ({ ...alert(), tx_id: 0, http: LINKED, app_proto: 'http', flow: SO_FAR, payload: 'R0VU' })],
        [40, () => ({ ...alert(), app_proto: 'tls', flow: SO_FAR })],
        [20, () => ({ ...alert(), app_proto: 'failed', flow: SO_FAR, payload: 'R0VU' })],
      ],
    ],
  ],
  [1, ['ssh', 'TCP', 22, [[1, () => ({ ssh: { client: software('PuTTY'), server: software('OpenSSH_9.6') } })]]]],
  [1, ['anomaly', 'TCP', 443, [[1, () => ({ anomaly: { type: 'stream', event: 'stream.pkt_invalid_ack' } })]]]],
];

function software(name: string): Doc {
  return { proto_version: '2.0', software_version: name };
}

function alert(): Doc {
  return {
    alert: {
      action: 'allowed',
      gid: 1,
      signature_id: '#2100«n»',
      rev: 7,
      signature: 'Id check «n»',
      category: 'Potentially Bad Traffic',
      severity: 2,
      metadata: { created_at: ['2010_09_23'], updated_at: ['2019_07_26'] },
    },
  };
}

/**
 * An event of a sensor at the edge of an office: nine types, each with its few shapes; statistics once in some thousands.
 * Shapes: Suricata user guide, "Eve JSON Format". How often each comes is ours.
 */
export function suricata(chance: Chance): Doc {
  if (chance.chance(0.0003)) return stats();
  const [type, proto, port, bodies] = chance.among(TYPES);
  return {
    timestamp: '«stamp».123456+0000',
    flow_id: '#2988240«n»',
    in_iface: 'eth0',
    event_type: type,
    src_ip: '«ip»',
    src_port: '#5«n»',
    dest_ip: '192.0.2.10',
    dest_port: port,
    proto,
    ...chance.among(bodies)(chance),
    community_id: '1:c«n»=',
  };
}

function stats(): Doc {
  const counters = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`counter_${n}`, '#1«n»']));
  return {
    timestamp: '«stamp».123456+0000',
    event_type: 'stats',
    stats: { uptime: '#1«n»', decoder: counters, flow: counters },
  };
}
