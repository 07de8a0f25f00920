import type { LogKind } from './log-kinds.js';
import { type Chance, type Doc, varied } from './varied.js';
import { winlogbeat } from './varied-windows.js';

/** Logs of sensors, Windows and Filebeat with the variety of a real site's. Shapes: Suricata's, Microsoft's and Elastic's documentation. */
export const VARIED_HOSTS: readonly LogKind[] = [
  varied('suricata eve', 'suricata', suricata),
  varied('winlogbeat', undefined, winlogbeat),
  varied('ECS filebeat', 'ecs', ecs),
];

const HTTP: Doc = {
  hostname: 'www.example.com',
  url: '/a?id=«n»',
  http_user_agent: 'curl/8.5',
  http_content_type: 'text/html',
  http_refer: 'https://www.example.com/',
  http_method: 'GET',
  protocol: 'HTTP/1.1',
  status: 200,
  redirect: '/b',
  length: '#1«n»',
};
const TLS: Doc = {
  subject: 'CN=example.com',
  issuerdn: 'C=US, O=Example, CN=R3',
  serial: '03:«n»',
  fingerprint: 'aa:bb:«n»',
  sni: 'www.example.com',
  version: 'TLS 1.3',
  notbefore: '2026-01-01T00:00:00',
  notafter: '2026-12-01T00:00:00',
  ja3: { hash: 'h«n»', string: '771,4865' },
  ja3s: { hash: 'h«n»', string: '771,4865' },
};
const COUNTS: Doc = {
  pkts_toserver: '#1«n»',
  pkts_toclient: '#1«n»',
  bytes_toserver: '#1«n»',
  bytes_toclient: '#1«n»',
};

function suricata(chance: Chance): Doc {
  const type = chance.pick(['flow', 'flow', 'flow', 'dns', 'dns', 'http', 'tls', 'alert', 'fileinfo', 'ssh']);
  if (chance.chance(0.01)) return stats();
  const isUdp = type === 'dns';
  return {
    timestamp: '«stamp».123456+0000',
    flow_id: '#2988240«n»',
    in_iface: chance.maybe(0.9, 'eth0'),
    event_type: type,
    vlan: chance.maybe(0.2, [100]),
    src_ip: '«ip»',
    src_port: '#5«n»',
    dest_ip: '192.0.2.10',
    dest_port: isUdp ? 53 : 443,
    proto: isUdp ? 'UDP' : 'TCP',
    pkt_src: chance.maybe(0.5, 'wire/pcap'),
    tx_id: chance.maybe(0.3, 0),
    ...suricataOf(type, chance),
    community_id: chance.maybe(0.5, '1:c«n»='),
  };
}

function suricataOf(type: string, chance: Chance): Doc {
  switch (type) {
    case 'dns':
      return chance.chance(0.5)
        ? { dns: { type: 'query', id: '#1«n»', rrname: 'www«n».example.com', rrtype: 'A', tx_id: 0, opcode: 0 } }
        : {
            dns: {
              version: 2,
              type: 'answer',
              id: '#1«n»',
              flags: '8180',
              qr: true,
              rd: true,
              ra: true,
              rrname: 'www«n».example.com',
              rrtype: 'A',
              rcode: 'NOERROR',
              answers: Array.from({ length: chance.int(1, 4) }, () => ({
                rrname: 'www«n».example.com',
                rrtype: 'A',
                ttl: '#1«n»',
                rdata: '«ip»',
              })),
              grouped: { A: ['«ip»'], CNAME: chance.maybe(0.3, ['x.example.com']) },
            },
          };
    case 'http':
      return { http: chance.some(0.8, HTTP) };
    case 'tls':
      return { tls: chance.some(0.8, TLS) };
    case 'ssh':
      return {
        ssh: {
          client: { proto_version: '2.0', software_version: 'OpenSSH_9.6' },
          server: { proto_version: '2.0', software_version: 'OpenSSH_9.6' },
        },
      };
    case 'fileinfo':
      return {
        http: chance.some(0.8, HTTP),
        app_proto: 'http',
        fileinfo: {
          filename: '/a«n»',
          sid: [],
          gaps: false,
          state: 'CLOSED',
          sha256: chance.maybe(0.3, 'h«n»'),
          stored: false,
          size: '#1«n»',
          tx_id: 0,
        },
      };
    case 'alert':
      return {
        alert: {
          action: 'allowed',
          gid: 1,
          signature_id: '#2100«n»',
          rev: 7,
          signature: 'Id check «n»',
          category: 'Potentially Bad Traffic',
          severity: 2,
          metadata: chance.maybe(0.5, {
            created_at: ['2010_09_23'],
            updated_at: ['2019_07_26'],
            ...chance.some(0.4, { mitre_tactic_id: ['TA0001'], deployment: ['Perimeter'] }),
          }),
        },
        http: chance.maybe(0.6, HTTP),
        files: chance.maybe(0.2, [
          { filename: '/a', sid: [], gaps: false, state: 'CLOSED', stored: false, size: 5, tx_id: 0 },
        ]),
        app_proto: 'http',
        direction: chance.maybe(0.5, 'to_server'),
        flow: { ...COUNTS, start: '«stamp».000000+0000' },
        payload: chance.maybe(0.3, 'R0VU'),
      };
    default:
      return {
        app_proto: chance.maybe(0.7, 'tls'),
        flow: {
          ...COUNTS,
          start: '«stamp».000000+0000',
          end: '«stamp».100000+0000',
          age: 1,
          state: 'closed',
          reason: 'timeout',
          alerted: false,
        },
        tcp: chance.maybe(0.8, {
          tcp_flags: '1b',
          tcp_flags_ts: '1b',
          tcp_flags_tc: '1b',
          syn: true,
          fin: true,
          psh: chance.maybe(0.7, true),
          rst: chance.maybe(0.3, true),
          ack: true,
          state: 'closed',
          ts_max_regions: 1,
          tc_max_regions: 1,
        }),
      };
  }
}

function stats(): Doc {
  const counters = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`counter_${n}`, '#1«n»']));
  return {
    timestamp: '«stamp».123456+0000',
    event_type: 'stats',
    stats: { uptime: '#1«n»', decoder: counters, flow: counters },
  };
}

function ecs(chance: Chance): Doc {
  return {
    '@timestamp': '«stamp».000Z',
    ecs: { version: '8.11.0' },
    message: 'request «n» served',
    log: { level: chance.pick(['info', 'warn', 'error']), logger: chance.maybe(0.7, 'shop.http') },
    service: chance.maybe(0.8, { name: 'shop', version: '1.4' }),
    trace: chance.maybe(0.6, { id: 't«n»' }),
    event: {
      dataset: 'shop.log',
      category: chance.maybe(0.6, ['web']),
      type: chance.maybe(0.6, ['access']),
      outcome: chance.maybe(0.7, 'success'),
      duration: chance.maybe(0.5, '#1«n»'),
    },
    user: chance.maybe(0.5, { name: '«user»', id: chance.maybe(0.5, '#1«n»') }),
    source: chance.maybe(0.7, { ip: '«ip»', port: chance.maybe(0.8, '#5«n»') }),
    http: chance.maybe(0.6, {
      request: {
        method: 'GET',
        id: chance.maybe(0.5, 'q«n»'),
        referrer: chance.maybe(0.3, 'https://www.example.com/'),
      },
      response: { status_code: 200, body: chance.maybe(0.6, { bytes: '#1«n»' }) },
    }),
    url: chance.maybe(0.6, { path: '/tours/«n»', query: chance.maybe(0.3, 'q=«n»') }),
    user_agent: chance.maybe(0.5, { original: 'Mozilla/5.0 (X11; Linux x86_64)' }),
    error: chance.maybe(0.15, { message: 'no such tour', type: 'NotFound', stack_trace: 'at a\n\tat b\n\tat c' }),
    labels: chance.some(0.3, { team: 'web', shard: '1', region: 'eu' }),
    tags: chance.maybe(0.3, ['prod']),
    host: { name: 'web1' },
  };
}
