import type { Fields } from '../../event/index.js';
import { eventFields, hex, ip, number, put, type Setter } from '../capture.js';
import { find, matches, word } from '../codes.js';
import { readHead } from '../head.js';
import type { Line, TextFormat } from '../line.js';
import { Made } from '../names.js';
import { validIp } from '../scan.js';

const DATASET = 'iptables.log';
const MAX_WORDS = 128;
const SPACE = 32;
const EQUALS = 61;

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
  if (readHead(text.trimStart(), line)) {
    if (isPacket(line.message)) return wholeFields(line.message, line);
    return isPacket(text) ? restFields(line.message, line) : undefined;
  }
  if (!isPacket(text)) return undefined;
  line.reset();
  return wholeFields(text, line);
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
  return isPacket(message) ? wholeFields(message, line) : restFields(message, line);
}

function wholeFields(message: string, line: Line): Fields | undefined {
  const start = message.search(/(?:^|[\s\]:])IN=[^ ]{0,32} /);
  if (start < 0) return undefined;
  const at = message.indexOf('IN=', start);
  const prefix = message.slice(0, at);
  const fields = headFields(message, line);
  // An ICMP error quotes the packet it is about: that one is not this one.
  const quoted = message.indexOf(' [', at);
  setWords(fields, message, at, quoted < 0 ? message.length : quoted, line);
  if (quoted >= 0)
    put(fields, number('iptables.incomplete_bytes'), /^ \[(\d+) bytes\]/.exec(message.slice(quoted))?.[1]);
  setVerdict(fields, prefix);
  const hasBoth = fields['source.ip'] !== undefined && fields['destination.ip'] !== undefined;
  if (hasBoth) fields['event.type'] = typesOf(fields['event.action']);
  return fields;
}

function restFields(message: string, line: Line): Fields | undefined {
  const ttl = REST.exec(message.slice(0, 64))?.[1];
  if (ttl === undefined) return undefined;
  const fields = headFields(message, line);
  setWords(fields, message, 0, message.length, line);
  fields['iptables.ttl'] = Number(ttl);
  return fields;
}

const WHAT = { category: ['network'] };

/** The message is all that stands behind the time, as Elastic's pipeline keeps it. */
function headFields(message: string, line: Line): Fields {
  const { host, program } = line;
  const own = host === undefined ? message : line.message;
  const whole = host === undefined || program === undefined ? own : `${host} ${program}: ${own}`;
  const fields = eventFields(line, DATASET, whole, WHAT);
  fields['observer.name'] = host;
  return fields;
}

/** A word that may stand in a packet: a flag, or what stands before `=`. */
interface Word {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The list of flags it belongs to where it stands alone. */
  readonly list: string | undefined;
}

const BY_BYTES: ReadonlyMap<number, Word> = new Map(
  ['IN', 'OUT', 'MAC', 'FRAG:', ...Object.keys(NAMES), ...FLAGS, ...FRAGMENT].map((name) => {
    const list = FLAGS.has(name) ? 'iptables.tcp.flags' : FRAGMENT.has(name) ? 'iptables.fragment_flags' : undefined;
    return [keyOf(word(name), 0, name.length), { name, bytes: word(name), list }];
  }),
);

/** A number that no two of the words share. */
function keyOf(bytes: Uint8Array, start: number, end: number): number {
  const second = start + 1 < end ? (bytes[start + 1] as number) : 0;
  return ((end - start) << 21) | ((bytes[start] as number) << 14) | (second << 7) | (bytes[end - 1] as number);
}

function wordAt(bytes: Uint8Array, start: number, end: number): Word | undefined {
  const length = end - start;
  const found = length > 0 && length < 16 ? BY_BYTES.get(keyOf(bytes, start, end)) : undefined;
  return found?.bytes.length === length && matches(bytes, found.bytes, start, end) ? found : undefined;
}

/** Sets what the words of `message` in `[start, end)` say. */
function setWords(fields: Fields, message: string, start: number, end: number, line: Line): void {
  const offset = offsetOf(message, line);
  const { bytes } = line.codes;
  const seen: Word[] = [];
  let at = start;
  for (let count = 0; count < MAX_WORDS && at <= end; count++) {
    const stop = find(bytes, SPACE, at + offset, end + offset) - offset;
    const equals = find(bytes, EQUALS, at + offset, stop + offset) - offset;
    const known = wordAt(bytes, at + offset, equals + offset);
    if (known !== undefined && equals === stop) setFlag(fields, known, message, at > start ? stop + 1 : message.length);
    else if (known !== undefined) {
      const again = seen.includes(known);
      setWord(fields, known.name, message.slice(equals + 1, stop), again);
      if (!again) seen.push(known);
    }
    at = stop + 1;
  }
}

/** Where the message begins in `line.codes`, which is filled with it where it does not stand there. */
function offsetOf(message: string, line: Line): number {
  if (line.messageAt >= 0 && message === line.message) return line.messageAt;
  line.messageAt = -1;
  line.codes.load(message);
  return 0;
}

/** A word without `=`, which ends before `next`. */
function setFlag(fields: Fields, { name, list }: Word, message: string, next: number): void {
  if (list !== undefined) {
    const flags = fields[list];
    if (Array.isArray(flags)) (flags as string[]).push(name);
    else fields[list] = [name];
  } else if (name === 'FRAG:' && fields['iptables.fragment_offset'] === undefined)
    put(fields, number('iptables.fragment_offset'), message.slice(next, next + 32).split(' ', 1)[0]);
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

/** Destination, source and ether type of fourteen bytes in one; undefined for anything else. */
const MACS = new Made((value) => {
  if (!/^[0-9a-f]{2}(?::[0-9a-f]{2}){13,63}(?::|$)/i.test(value)) return undefined;
  const bytes = value
    .slice(0, MAC_BYTES * 3 - 1)
    .replaceAll(':', '-')
    .toUpperCase();
  const type = Number.parseInt(bytes.slice(36, 38) + bytes.slice(39), 16);
  return { destination: bytes.slice(0, 17), source: bytes.slice(18, 35), type };
});

function setMac(fields: Fields, value: string): void {
  const found = MACS.of(value);
  if (found === undefined) return;
  fields['destination.mac'] = found.destination;
  fields['source.mac'] = found.source;
  fields['iptables.ether_type'] = found.type;
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

/** `[UFW BLOCK]`, `iptables denied: `, `[WAN_LOCAL-default-D]`: a label, or the action. */
const VERDICTS = new Made((prefix) => {
  const text = prefix.slice(-256);
  return { label: LABEL.exec(text), action: WORDS.find(([pattern]) => pattern.test(text))?.[1] };
});
// The kernel's own time says nothing, and would make every prefix another.
const UPTIME = /^\[ {0,8}\d{1,10}\.\d{1,6}\] /;

function setVerdict(fields: Fields, prefix: string): void {
  const uptime = prefix.charCodeAt(0) === 91 ? UPTIME.exec(prefix.slice(0, 32)) : null;
  const { label, action } = VERDICTS.of(uptime === null ? prefix : prefix.slice(uptime[0].length));
  if (label !== null) return setLabel(fields, label[1] ?? '', label[2] ?? '', label[3] ?? '');
  fields['event.action'] = action;
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

function typesOf(action: Fields[string]): string[] {
  if (action === undefined) return ['connection'];
  return [action === 'accept' ? 'allowed' : 'denied', 'connection'];
}
