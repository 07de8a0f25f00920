import type { Fields } from '../../event/index.js';
import { eventFields, hex, ip, number, put, type Setter } from '../capture.js';
import { readHead } from '../head.js';
import type { Line, TextFormat } from '../line.js';
import { validIp } from '../scan.js';

const DATASET = 'iptables.log';

/**
 * Packets that netfilter logs (iptables `LOG`, ufw, Ubiquiti's gateways): behind a syslog head, the kernel's own time, or
 * bare. The prefix a rule gives its lines says what became of the packet. Sources: xt_LOG (nf_log_ipv4.c, nf_log_ipv6.c),
 * ufw(8); Elastic's iptables.log fields.
 */
export const iptables: TextFormat = {
  reads: 'text',
  name: DATASET,
  aliases: ['iptables', 'ufw', 'ufw.log', 'netfilter'],
  dataset: DATASET,
  sniff: (line) => isPacket(line),
  parse,
};

function isPacket(text: string): boolean {
  return text.includes('IN=') && text.includes(' OUT=') && text.includes(' PROTO=') && text.includes('SRC=');
}

function parse(text: string, line: Line): Fields | undefined {
  if (!isPacket(text)) return undefined;
  if (readHead(text.trimStart(), line)) return packetFields(line.message, line);
  line.reset();
  return packetFields(text, line);
}

const FLAGS = new Set(['CWR', 'ECE', 'URG', 'ACK', 'PSH', 'RST', 'SYN', 'FIN']);
const FRAGMENT = new Set(['CE', 'DF', 'MF']);

/** What each `NAME=value` sets; the first of a name counts, but for LEN, whose second is the datagram's. */
const NAMES: Readonly<Record<string, Setter>> = {
  SRC: ipOf('source'),
  DST: ipOf('destination'),
  SPT: number('source.port'),
  DPT: number('destination.port'),
  LEN: number('iptables.length'),
  TOS: hex('iptables.tos'),
  TC: hex('iptables.tos'),
  PREC: hex('iptables.precedence_bits'),
  TTL: number('iptables.ttl'),
  HOPLIMIT: number('iptables.ttl'),
  FLOWLBL: number('iptables.flow_label'),
  ID: number('iptables.id'),
  PROTO: transport,
  SEQ: number('iptables.tcp.seq'),
  ACK: number('iptables.tcp.ack'),
  WINDOW: number('iptables.tcp.window'),
  RES: hex('iptables.tcp.reserved_bits'),
  TYPE: number('iptables.icmp.type'),
  CODE: number('iptables.icmp.code'),
  PARAMETER: number('iptables.icmp.parameter'),
  GATEWAY: ip('iptables.icmp.redirect'),
  MARK: hex('iptables.mark'),
};
const ICMP: Readonly<Record<string, Setter>> = {
  ID: number('iptables.icmp.id'),
  SEQ: number('iptables.icmp.seq'),
};

/** What is left of a packet where the gateway (Ubiquiti's) cuts its lines: `TTL=63 ID=0 DF PROTO=TCP SPT=… DPT=…`. */
const REST = /^(?:\d{1,3} )?(?:TTL|TL|L)=(\d{1,3}) (?:ID=\d{1,5} )?(?:DF )?PROTO=/;

/** The fields of a packet's message; undefined where it is none. Linear; nothing in a packet is free text. */
export function packetFields(message: string, line: Line): Fields | undefined {
  if (!isPacket(message)) return restFields(message, line);
  const start = message.search(/(?:^|[\s\]:])IN=[^ ]{0,32} /);
  if (start < 0) return undefined;
  const at = message.indexOf('IN=', start);
  const prefix = message.slice(0, at);
  const fields = headFields(message, line);
  // An ICMP error quotes the packet it is about: that one is not this one.
  const quoted = message.indexOf(' [', at);
  const packet = message.slice(at, quoted < 0 ? message.length : quoted);
  setWords(fields, packet.split(' ', 128));
  if (quoted >= 0)
    put(fields, number('iptables.incomplete_bytes'), /^ \[(\d+) bytes\]/.exec(message.slice(quoted))?.[1]);
  setVerdict(fields, prefix);
  const hasBoth = fields['source.ip'] !== undefined && fields['destination.ip'] !== undefined;
  if (hasBoth) fields['event.type'] = [...verdictType(fields), 'connection'];
  return fields;
}

function restFields(message: string, line: Line): Fields | undefined {
  const ttl = REST.exec(message.slice(0, 64))?.[1];
  if (ttl === undefined) return undefined;
  const fields = headFields(message, line);
  setWords(fields, message.split(' ', 128));
  fields['iptables.ttl'] = Number(ttl);
  return fields;
}

/** The message is all that stands behind the time, as Elastic's pipeline keeps it. */
function headFields(message: string, line: Line): Fields {
  const { host, program } = line;
  const own = host === undefined ? message : line.message;
  const whole = host === undefined || program === undefined ? own : `${host} ${program}: ${own}`;
  const fields = eventFields(line, DATASET, whole, { category: ['network'] });
  fields['observer.name'] = host;
  return fields;
}

function setWords(fields: Fields, words: readonly string[]): void {
  const seen = new Set<string>();
  const flags: string[] = [];
  const fragment: string[] = [];
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals < 0) {
      if (FLAGS.has(word)) flags.push(word);
      else if (FRAGMENT.has(word)) fragment.push(word);
      continue;
    }
    const name = word.slice(0, equals);
    setWord(fields, name, word.slice(equals + 1), seen.has(name));
    seen.add(name);
  }
  const offset = words.indexOf('FRAG:');
  if (offset > 0) put(fields, number('iptables.fragment_offset'), words[offset + 1]);
  if (flags.length > 0) fields['iptables.tcp.flags'] = flags;
  if (fragment.length > 0) fields['iptables.fragment_flags'] = fragment;
}

function setWord(fields: Fields, name: string, value: string, again: boolean): void {
  if (name === 'IN' && !again)
    return setDevice(fields, 'observer.ingress.interface.name', 'iptables.input_device', value);
  if (name === 'OUT' && !again)
    return setDevice(fields, 'observer.egress.interface.name', 'iptables.output_device', value);
  if (name === 'MAC' && !again) return setMac(fields, value);
  const isIcmp = fields['iptables.icmp.type'] !== undefined && Object.hasOwn(ICMP, name);
  if (again && !isIcmp) {
    if (name === 'LEN') put(fields, number('iptables.udp.length'), value);
    return;
  }
  put(fields, isIcmp ? ICMP[name] : Object.hasOwn(NAMES, name) ? NAMES[name] : undefined, value);
}

function setDevice(fields: Fields, name: string, own: string, value: string): void {
  fields[own] = value;
  if (value !== '') fields[name] = value;
}

const MAC_BYTES = 14;

/** Destination, source and ether type in one: fourteen bytes. */
function setMac(fields: Fields, value: string): void {
  if (!/^[0-9a-f]{2}(?::[0-9a-f]{2}){13,63}(?::|$)/i.test(value)) return;
  const bytes = value
    .slice(0, MAC_BYTES * 3 - 1)
    .replaceAll(':', '-')
    .toUpperCase();
  fields['destination.mac'] = bytes.slice(0, 17);
  fields['source.mac'] = bytes.slice(18, 35);
  fields['iptables.ether_type'] = Number.parseInt(bytes.slice(36, 38) + bytes.slice(39), 16);
}

function ipOf(side: string): Setter {
  const ipName = `${side}.ip`;
  return (fields, value) => {
    const found = validIp(value);
    fields[ipName] = found;
    if (found !== undefined) fields['network.type'] = found.includes(':') ? 'ipv6' : 'ipv4';
  };
}

function transport(fields: Fields, value: string): void {
  const name = value.toLowerCase();
  if (/^\d{1,3}$/.test(name)) fields['network.iana_number'] = name;
  else fields['network.transport'] = name === 'icmpv6' ? 'ipv6-icmp' : name;
}

const LABEL = /\[([^\][]{1,64}-([^\][-]{1,16})-([ADR]))\]\s*$/;
const LETTERS: Readonly<Record<string, string>> = { A: 'accept', D: 'drop', R: 'reject' };
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:drop|dropped|block|blocked|deny|denied|refused)\b|_(?:drop|deny)|(?:drop|deny)_/i, 'drop'],
  [/\b(?:reject|rejected)\b/i, 'reject'],
  [/\b(?:accept|accepted|allow|allowed|permit|pass)\b/i, 'accept'],
];

/** `[UFW BLOCK]`, `iptables denied: `, `[WAN_LOCAL-default-D]`. */
function setVerdict(fields: Fields, prefix: string): void {
  const text = prefix.slice(-256);
  const label = LABEL.exec(text);
  if (label !== null) return setLabel(fields, label[1] ?? '', label[2] ?? '', label[3] ?? '');
  fields['event.action'] = WORDS.find(([pattern]) => pattern.test(text))?.[1];
}

function setLabel(fields: Fields, whole: string, rule: string, letter: string): void {
  const set = whole.slice(0, whole.length - rule.length - 3);
  fields['event.action'] = LETTERS[letter];
  fields['rule.name'] = set;
  fields['rule.id'] = rule;
  fields['iptables.ubiquiti.rule_set'] = set;
  fields['iptables.ubiquiti.rule_number'] = rule;
  const [input, output] = set.split('-', 2);
  if (output === undefined) return;
  Object.assign(fields, {
    'iptables.ubiquiti.input_zone': input,
    'iptables.ubiquiti.output_zone': output,
    'observer.ingress.zone': input,
    'observer.egress.zone': output,
  });
}

function verdictType(fields: Fields): readonly string[] {
  const action = fields['event.action'];
  if (action === undefined) return [];
  return [action === 'accept' ? 'allowed' : 'denied'];
}
