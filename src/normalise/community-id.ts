import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Fields } from '../event/index.js';
import { textOf } from './fields.js';
import { isIPv4 } from './text/scan.js';

const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  gre: 47,
  'ipv6-icmp': 58,
  eigrp: 88,
  ospf: 89,
  pim: 103,
  sctp: 132,
};
/** Protocols that have ports, or types in their place; of any other the addresses are the whole flow. */
const WITH_PORTS = new Set([1, 6, 17, 58, 132]);

/** ICMP messages that answer each other stand for one flow. Source: Community ID specification 1, "ICMP". */
const ANSWERS: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  icmp: { 8: 0, 0: 8, 13: 14, 14: 13, 15: 16, 16: 15, 17: 18, 18: 17, 10: 9, 9: 10 },
  'ipv6-icmp': {
    128: 129,
    129: 128,
    133: 134,
    134: 133,
    135: 136,
    136: 135,
    130: 131,
    131: 130,
    139: 140,
    140: 139,
    144: 145,
    145: 144,
  },
};

/**
 * `network.community_id` of a packet or alert: version 1, seed 0; undefined where an address, the protocol or a port that
 * belongs to it is missing. Costs one SHA-1 over at most 40 bytes. Source: Corelight, Community ID
 * specification 1.
 */
export function communityId(fields: Fields): string | undefined {
  const protocol = protocolOf(fields);
  const source = protocol === undefined ? undefined : bytesOf(fields['source.ip']);
  const destination = bytesOf(fields['destination.ip']);
  if (source === undefined || destination?.length !== source.length || protocol === undefined) return undefined;
  const ports = WITH_PORTS.has(protocol) ? portsOf(fields, textOf(fields, 'network.transport') ?? '') : NO_PORTS;
  return ports === undefined ? undefined : idOf(source, destination, protocol, ports);
}

/** By its name, or by its number where that alone is told and no ports belong to it. */
function protocolOf(fields: Fields): number | undefined {
  const transport = fields['network.transport'];
  if (typeof transport === 'string') return Object.hasOwn(PROTOCOLS, transport) ? PROTOCOLS[transport] : undefined;
  const told = fields['network.iana_number'];
  const number = typeof told === 'string' && /^\d{1,3}$/.test(told) ? Number(told) : undefined;
  return number === undefined || number > 255 || WITH_PORTS.has(number) ? undefined : number;
}

const TYPES = ['iptables.icmp.type', 'snort.icmp.type', 'zeek.connection.icmp.type', 'suricata.eve.icmp_type'];
const CODES = ['iptables.icmp.code', 'snort.icmp.code', 'zeek.connection.icmp.code', 'suricata.eve.icmp_code'];

function told(fields: Fields, names: readonly string[]): Fields[string] {
  return names.map((name) => fields[name]).find((value) => value !== undefined);
}

/** Of protocols without ports only the order of the addresses counts. */
const NO_PORTS: Ports = { source: 0, destination: 0, oneWay: false };

interface Ports {
  readonly source: number;
  readonly destination: number;
  /** ICMP without an answer goes one way, and is never turned round. */
  readonly oneWay: boolean;
}

function portsOf(fields: Fields, transport: string): Ports | undefined {
  const answers = Object.hasOwn(ANSWERS, transport) ? ANSWERS[transport] : undefined;
  const [first, second] =
    answers === undefined
      ? [fields['source.port'], fields['destination.port']]
      : [told(fields, TYPES), told(fields, CODES)];
  if (typeof first !== 'number' || typeof second !== 'number') return undefined;
  const answer = answers?.[first];
  return { source: first, destination: answer ?? second, oneWay: answers !== undefined && answer === undefined };
}

function idOf(source: Buffer, destination: Buffer, protocol: number, ports: Ports): string {
  const order = source.compare(destination);
  const inOrder = ports.oneWay || order < 0 || (order === 0 && ports.source <= ports.destination);
  const numbers = Buffer.alloc(ports === NO_PORTS ? 2 : 6);
  numbers.writeUInt8(protocol, 0);
  if (ports !== NO_PORTS) {
    numbers.writeUInt16BE((inOrder ? ports.source : ports.destination) & 0xffff, 2);
    numbers.writeUInt16BE((inOrder ? ports.destination : ports.source) & 0xffff, 4);
  }
  const ends = inOrder ? [source, destination] : [destination, source];
  const hash = createHash('sha1').update(Buffer.concat([Buffer.alloc(2), ...ends, numbers]));
  return `1:${hash.digest('base64')}`;
}

/** An address in network order; undefined for anything else. */
function bytesOf(address: Fields[string]): Buffer | undefined {
  if (typeof address !== 'string') return undefined;
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  return isIPv6(address) ? ipv6(address) : undefined;
}

function ipv6(address: string): Buffer {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const text =
    dotted === null ? address : `${dotted[1] ?? ''}${pair(dotted[2], dotted[3])}:${pair(dotted[4], dotted[5])}`;
  const [head = '', tail] = text.split('::');
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const all = [...left, ...Array<number>(Math.max(0, 8 - left.length - right.length)).fill(0), ...right];
  const bytes = Buffer.alloc(16);
  for (let index = 0; index < 8; index++) bytes.writeUInt16BE((all[index] ?? 0) & 0xffff, index * 2);
  return bytes;
}

function pair(high: string | undefined, low: string | undefined): string {
  return (Number(high) * 256 + Number(low)).toString(16);
}

function groups(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
