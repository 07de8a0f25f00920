import type { Fields } from '../../../event/index.js';
import { address, both, eventFields, hex, lower, number, put, readShape, type Setter, text } from '../../capture.js';
import { slashDate } from '../../time/dates.js';
import { textOf } from '../../fields.js';
import type { Line, TextFormat } from '../../line.js';
import { splitCsv } from '../../text/csv.js';
import { isInternal, validIp } from '../../text/scan.js';
import { behindHead } from '../behind-head.js';

const IP = '([0-9a-fA-F.:]{2,45}?)(?::(\\d{1,5}))?';
const RULE = String.raw`\[(\d{1,9}):(\d{1,12}):(\d{1,9})\] (.{1,1024}?)`;
const PRIORITY = String.raw`(?: \[Classification: ([^\]]{0,256})\])?(?: \[Priority: (\d{1,4})\]:?)?`;
const RULE_TO = [number('snort.gid'), text('rule.id'), text('rule.version'), description];
/** An address, and the port behind it where the protocol has ports: IPv6 addresses are written bare there. */
const END = String.raw`([0-9a-fA-F.:]{2,52})`;
const ENDS = [address('source'), number('source.port'), address('destination'), number('destination.port')];
const CATEGORY = [category, number('event.severity')];

/** Suricata writes `(null)` for a rule without a class. */
function category(fields: Fields, value: string): void {
  if (value !== '(null)') fields['rule.category'] = value;
}

/** A protocol's name, or `PROTO:255` for one that has none here. */
function protocol(fields: Fields, value: string): void {
  const number = /^PROTO:(\d{1,3})$/.exec(value)?.[1];
  if (number === undefined) fields['network.transport'] = value.toLowerCase();
  else fields['network.iana_number'] = String(Number(number));
}

function description(fields: Fields, value: string): void {
  fields['rule.description'] = value;
  fields['rule.name'] = value;
}

const FAST = [
  {
    pattern: new RegExp(
      String.raw`^(?:\[(\w{1,16})\] )?(?:\[\*\*\] )?${RULE}(?: \[\*\*\])?${PRIORITY}(?: <[^>]{1,64}>)? \{([\w:-]{1,16})\} ${END} -> ${END}$`,
    ),
    to: [verdict, ...RULE_TO, ...CATEGORY, protocol, end('source'), end('destination')],
  },
];

const PORTS = new Set(['tcp', 'udp', 'sctp']);

/** An end of the packet. Suricata writes a number behind every address: ICMP's type and code where there are no ports. */
function end(side: string): Setter {
  const setAddress = address(side);
  const port = `${side}.port`;
  return (fields, value) => {
    const colon = value.lastIndexOf(':');
    const hasPorts = PORTS.has(textOf(fields, 'network.transport') ?? '');
    const isBare = !hasPorts && fields['event.dataset'] === 'snort.log' && validIp(value) !== undefined;
    setAddress(fields, colon < 0 || isBare ? value : value.slice(0, colon));
    if (colon >= 0 && hasPorts) fields[port] = Number(value.slice(colon + 1));
  };
}

/** Suricata writes what it did before the alert: `[Drop]`, or `[wDrop]` where it would have dropped, had it been in the way. */
function verdict(fields: Fields, value: string): void {
  fields['event.action'] = value.toLowerCase();
  fields['event.type'] = [value === 'wDrop' ? 'allowed' : 'denied'];
}

const PACKET = String.raw`TTL:(\d{1,3}) TOS:(0x[0-9a-fA-F]{1,4}) ID:(\d{1,6}) IpLen:(\d{1,6}) DgmLen:(\d{1,6})`;
const PACKET_TO = [
  number('snort.ip.ttl'),
  hex('snort.ip.tos'),
  number('snort.ip.id'),
  number('snort.ip.length'),
  number('snort.dgm.length'),
];

const FULL = [
  {
    // The headers of `alert_full` behind the rule's lines: time and ends, IP, then the protocol's own line.
    pattern: new RegExp(
      String.raw`^\[\*\*\] ${RULE} \[\*\*\]\s*\n(?:\[Classification: ([^\]]{0,256})\] ?)?\[Priority: (\d{1,4})\]\s*\n[\d/:.-]{14,28} ${IP} -> ${IP}\s*\n(\w{1,16}) ${PACKET}`,
    ),
    to: [...RULE_TO, ...CATEGORY, ...ENDS, lower('network.transport'), ...PACKET_TO],
  },
];

/** Where the headers of the link are logged too, the ends stand on the next line, before the protocol. */
const LINKED = [
  {
    pattern: new RegExp(
      String.raw`^\[\*\*\] ${RULE} \[\*\*\]\s*\n(?:\[Classification: ([^\]]{0,256})\] ?)?\[Priority: (\d{1,4})\]\s*\n[\d/:.-]{14,28} ([0-9a-fA-F:]{11,17}) -> ([0-9a-fA-F:]{11,17}) type:0x[0-9a-fA-F]{1,4} len:(0x[0-9a-fA-F]{1,8})\s*\n${IP} -> ${IP} (\w{1,16}) ${PACKET}`,
    ),
    to: [
      ...RULE_TO,
      ...CATEGORY,
      mac('source.mac'),
      mac('destination.mac'),
      hex('snort.eth.length'),
      ...ENDS,
      lower('network.transport'),
      ...PACKET_TO,
    ],
  },
];

const DETAILS = [
  {
    pattern:
      /\n([*A-Z0-9]{8}) {1,4}Seq: (0x[0-9A-Fa-f]{1,8}) {1,4}Ack: (0x[0-9A-Fa-f]{1,8}) {1,4}Win: (0x[0-9A-Fa-f]{1,8}) {1,4}TcpLen: (\d{1,6})/,
    to: [flags, hex('snort.tcp.seq'), hex('snort.tcp.ack'), hex('snort.tcp.window'), number('snort.tcp.length')],
  },
  {
    pattern: /\nType:(\d{1,3}) {1,4}Code:(\d{1,3})(?: {1,4}ID:(\d{1,6}))?(?: {1,4}Seq:(\d{1,6}))?/,
    to: [number('snort.icmp.type'), number('snort.icmp.code'), number('snort.icmp.id'), number('snort.icmp.seq')],
  },
  { pattern: /\nLen: (\d{1,6})/, to: [number('snort.udp.length')] },
];

function flags(fields: Fields, value: string): void {
  fields['snort.tcp.flags'] = value.replaceAll('*', '');
}

/** Columns of `alert_csv` in its default order, behind the time. */
const COLUMNS: readonly Setter[] = [
  ...RULE_TO,
  lower('network.transport'),
  ...ENDS,
  mac('source.mac'),
  mac('destination.mac'),
  hex('snort.eth.length'),
  flags,
  hex('snort.tcp.seq'),
  hex('snort.tcp.ack'),
  number('snort.tcp.length'),
  hex('snort.tcp.window'),
  number('snort.ip.ttl'),
  number('snort.ip.tos'),
  number('snort.ip.id'),
  number('snort.dgm.length'),
  number('snort.ip.length'),
  number('snort.icmp.type'),
  number('snort.icmp.code'),
  number('snort.icmp.id'),
  number('snort.icmp.seq'),
];

/** pfSense's columns behind the ends. */
const PFSENSE: readonly (Setter | undefined)[] = [
  ...COLUMNS.slice(0, 9),
  number('snort.ip.id'),
  text('rule.category'),
  number('event.severity'),
  text('event.action'),
  both((fields, value) => {
    fields['event.type'] = [value === 'Block' ? 'denied' : 'allowed'];
  }),
];

function mac(field: string): Setter {
  return (fields, value) => {
    fields[field] = value.replaceAll(/[.:]/g, '-').toUpperCase();
  };
}

/**
 * Alerts of Snort, `alert_fast`, `alert_full`, `alert_csv` and syslog, and Suricata's fast.log, which has four digits of the
 * year. Sources: Snort Users Manual, "Output Modules"; Suricata User Guide, "Fast log".
 */
export const snort: TextFormat = {
  reads: 'text',
  name: 'snort.log',
  aliases: ['snort', 'snort.fast', 'suricata.fast', 'fast.log'],
  dataset: 'snort.log',
  sniff: (line) =>
    /^(?:\d\d\/\d\d[/-]|\[\*\*\] \[\d)/.test(line.slice(0, 16)) && (line.includes('] ') || line.includes(',')),
  parse: behindHead(parse),
};

function parse(line: string, at: Line): Fields | undefined {
  const dated = slashDate(line);
  if (dated === undefined) return line.includes('\n') ? full(line, at) : fast(line, line, at, 'snort.log');
  const time = at.clock.parts(line, dated.end, dated.date, at.receiveTime);
  const rest = line.slice(at.clock.end).trimStart();
  if (Number.isNaN(time)) return undefined;
  const isSuricata = line.charCodeAt(5) === 47 && line.charCodeAt(10) === 45;
  const fields = rest.startsWith(',')
    ? csv(rest.slice(1), line, at)
    : fast(rest, line, at, isSuricata ? 'suricata.fast' : 'snort.log');
  if (fields !== undefined) at.time = time;
  return fields;
}

const ALERT = { kind: 'alert', category: ['network'] };

function fast(rest: string, line: string, at: Line, dataset: string): Fields | undefined {
  const fields = eventFields(at, dataset, line, ALERT);
  if (!readShape(FAST, rest.slice(0, 4096).trimEnd(), fields)) return undefined;
  return complete(fields);
}

function full(record: string, at: Line): Fields | undefined {
  const fields = eventFields(at, 'snort.log', record, ALERT);
  const text = record.slice(0, 16_384);
  if (!readShape(FULL, text, fields) && !readShape(LINKED, text, fields)) return undefined;
  readShape(DETAILS, text, fields);
  const stamp = /^\d\d\/\d\d(?:\/\d{2,4})?-.*$/m.exec(text)?.[0] ?? '';
  const dated = slashDate(stamp);
  if (dated !== undefined) at.time = at.clock.parts(stamp, dated.end, dated.date, at.receiveTime);
  return complete(fields);
}

/** A rule's name whose own quotes are not doubled: it ends where the protocol and an address follow. */
const LOOSE = /^(\d{1,9}),(\d{1,12}),(\d{1,9}),"(.{0,1024}?)",(\w{1,16},[0-9a-fA-F.:]{2,45},.*)$/;

function columnsOf(rest: string): readonly string[] | undefined {
  const found = LOOSE.exec(rest);
  const behind = found === null ? undefined : splitCsv(found[5] ?? '', 64);
  return behind === undefined ? undefined : [...(found ?? []).slice(1, 5), ...behind];
}

function csv(rest: string, line: string, at: Line): Fields | undefined {
  const values = splitCsv(rest, 64) ?? columnsOf(rest);
  if (values === undefined || values.length < 9 || !/^\d{1,9}$/.test(values[0] ?? '')) return undefined;
  const fields = eventFields(at, 'snort.log', line, ALERT);
  const columns = values.length === 14 ? PFSENSE : COLUMNS;
  for (const [index, setter] of columns.entries()) put(fields, setter, values[index]?.trim());
  return complete(fields);
}

function complete(fields: Fields): Fields {
  const { 'host.hostname': host } = fields;
  setIds(fields);
  if (typeof host === 'string') fields[validIp(host) === undefined ? 'observer.name' : 'observer.ip'] = host;
  if (fields['event.dataset'] === 'snort.log') return fields;
  fields['observer.vendor'] = 'suricata';
  fields['event.category'] = ['network', 'intrusion_detection'];
  return fields;
}

/** Sets the kind of the addresses, which way the packet went, and what saw it. */
export function setIds(fields: Fields): void {
  const { 'source.ip': ip, 'destination.ip': target } = fields;
  if (typeof ip === 'string') fields['network.type'] = ip.includes(':') ? 'ipv6' : 'ipv4';
  fields['network.direction'] =
    typeof ip === 'string' && typeof target === 'string' ? directionOf(ip, target) : 'unknown';
  fields['observer.vendor'] = 'snort';
  fields['observer.product'] = 'ids';
  fields['observer.type'] = 'ids';
}

/** Which way a packet went, taking private networks for the inside. Source: ECS, `network.direction`. */
function directionOf(source: string, destination: string): string {
  const [from, to] = [isInternal(source), isInternal(destination)];
  if (from) return to ? 'internal' : 'outbound';
  return to ? 'inbound' : 'external';
}
