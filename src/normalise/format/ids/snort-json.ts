import type { FieldValue } from '../../../event/index.js';
import { slashDate } from '../../time/dates.js';
import type { JsonFormat, Line } from '../../line.js';
import { ip, lower, portBehind, stringOf, text, whole } from '../../raw.js';
import { mapped, type Row } from '../mapped.js';
import { setIds } from './snort.js';

const ROWS: readonly Row[] = [
  ['source.address', 'src_addr', text],
  ['source.ip', ['src_addr', 'src_ap'], ip],
  ['source.port', 'src_port', whole],
  ['source.port', 'src_ap', portBehind],
  ['source.mac', 'eth_src', mac],
  ['destination.address', 'dst_addr', text],
  ['destination.ip', ['dst_addr', 'dst_ap'], ip],
  ['destination.port', 'dst_port', whole],
  ['destination.port', 'dst_ap', portBehind],
  ['destination.mac', 'eth_dst', mac],
  ['rule.id', 'sid', text],
  ['rule.version', 'rev', text],
  ['rule.category', 'class', text],
  ['rule.description', 'msg', text],
  ['rule.name', 'msg', text],
  ['event.severity', 'priority', whole],
  ['network.transport', 'proto', lower],
  ['network.protocol', 'service', known],
  ['network.packets', 'pkt_num', whole],
  ['network.bytes', 'pkt_len', whole],
  ['network.vlan.id', 'vlan', vlan],
  ['observer.ingress.interface.name', 'iface', text],
];

/** Elastic's names of the packet's parts; undefined for what ECS has. */
const OWN: Readonly<Record<string, string>> = {
  gid: 'gid',
  eth_len: 'eth.length',
  icmp_type: 'icmp.type',
  icmp_code: 'icmp.code',
  icmp_id: 'icmp.id',
  icmp_seq: 'icmp.seq',
  tcp_flags: 'tcp.flags',
  tcp_len: 'tcp.length',
  tcp_seq: 'tcp.seq',
  tcp_ack: 'tcp.ack',
  tcp_win: 'tcp.window',
  udp_len: 'udp.length',
  ip_id: 'ip.id',
  ip_len: 'ip.length',
  tos: 'ip.tos',
  ttl: 'ip.ttl',
  dgm_len: 'dgm.length',
  dir: 'direction',
  pkt_gen: 'packet_source',
};

const DENIED = new Set(['block', 'drop', 'reject']);

const alert = mapped({
  name: 'snort.log',
  aliases: ['snort', 'snort.json', 'snort3'],
  dataset: 'snort.log',
  sniff: (json) => ('sid' in json && 'gid' in json && 'msg' in json) || ('src_ap' in json && 'dst_ap' in json),
  time: ['seconds'],
  message: 'msg',
  rows: ROWS,
  own: (key) => (Object.hasOwn(OWN, key) ? `snort.${OWN[key] ?? key}` : undefined),
  meaning: (raw) => {
    const action = stringOf(raw, 'action')?.toLowerCase() ?? '';
    const type = action === 'allow' ? ['allowed'] : DENIED.has(action) ? ['denied'] : undefined;
    return { kind: 'alert', category: ['network'], type };
  },
  finish: (fields, raw) => {
    const [gid, sid, rev] = stringOf(raw, 'rule')?.split(':') ?? [];
    fields['snort.gid'] ??= whole(raw['gid'] ?? gid ?? null);
    fields['rule.id'] ??= sid;
    fields['rule.version'] ??= rev;
    const flags = stringOf(raw, 'tcp_flags');
    if (flags !== undefined) fields['snort.tcp.flags'] = flags.replaceAll('*', '');
    setIds(fields);
  },
});

/**
 * Alerts of Snort 3 as JSON (`alert_json`), with the fields its configuration asks for: told by `gid`, `sid` and `msg`, or by
 * the ends of its default, `src_ap` and `dst_ap`. Source: Snort 3 User Manual, "alert_json"; Elastic's snort fields.
 */
export const snortJson: JsonFormat = {
  ...alert,
  parse: (json, line) => {
    const fields = alert.parse(json, line);
    if (fields !== undefined) line.time = finer(line.time, timeOf(json['timestamp'], line));
    return fields;
  },
};

const SECOND = 1000;

/** `seconds` say when, in any zone; `timestamp` has the fraction of that second, or all where it stands alone. */
function finer(seconds: number, stamp: number): number {
  if (Number.isNaN(seconds) || Number.isNaN(stamp)) return Number.isNaN(seconds) ? stamp : seconds;
  const fraction = ((stamp % SECOND) + SECOND) % SECOND;
  return seconds % SECOND === 0 ? seconds + fraction : seconds;
}

/** `11/23-06:39:04.123456`; with a year, it stands before the month (Snort 3) or behind the day. */
function timeOf(stamp: unknown, line: Line): number {
  if (typeof stamp !== 'string' || stamp.length > 40) return Number.NaN;
  const dated = slashDate(stamp);
  return dated === undefined ? Number.NaN : line.clock.parts(stamp, dated.end, dated.date, line.receiveTime);
}

function mac(value: FieldValue): string | undefined {
  return typeof value === 'string' ? value.replaceAll(/[.:]/g, '-').toUpperCase() : undefined;
}

function known(value: FieldValue): FieldValue | undefined {
  return value === 'unknown' ? undefined : text(value);
}

function vlan(value: FieldValue): FieldValue | undefined {
  return value === 0 || value === '0' ? undefined : text(value);
}
