import type { Fields } from '../../../event/index.js';
import { decimal } from '../../capture.js';
import { hexIn, isIPv4In, Memo, numberIn } from '../../text/codes.js';
import { Made } from '../../text/names.js';
import { validIp } from '../../text/scan.js';
import { Words } from '../../text/words.js';

const SPACE = 32;
const EQUALS = 61;
const OPEN = 91;
const MAX_WORDS = 128;

type SetNumber = (fields: Fields, value: number) => void;
/** `value` stands in `bytes[start, end)`. */
type SetText = (fields: Fields, value: string, bytes: Uint8Array, start: number, end: number) => void;

/** A word that may stand in a packet: what it says before `=`, and alone. */
interface Word {
  readonly name: string;
  /** A bit of its own. */
  readonly bit: number;
  readonly number: SetNumber | undefined;
  readonly hex: SetNumber | undefined;
  readonly text: SetText | undefined;
  /** Whether many packets say the same. */
  readonly isShared: boolean;
  /** What its number says where the name stood there before. */
  readonly again: SetNumber | undefined;
  /** What its number says in a packet of ICMP. */
  readonly icmp: SetNumber | undefined;
  /** The list of flags it belongs to where it stands alone. */
  readonly list: string | undefined;
}

// Each property is set by a function of its own: one that sets them all would look each name up.
const NUMBERS: Readonly<Record<string, SetNumber>> = {
  SPT: (fields, value) => (fields['source.port'] = value),
  DPT: (fields, value) => (fields['destination.port'] = value),
  LEN: (fields, value) => (fields['iptables.length'] = value),
  TTL: (fields, value) => (fields['iptables.ttl'] = value),
  HOPLIMIT: (fields, value) => (fields['iptables.ttl'] = value),
  FLOWLBL: (fields, value) => (fields['iptables.flow_label'] = value),
  ID: (fields, value) => (fields['iptables.id'] = value),
  SEQ: (fields, value) => (fields['iptables.tcp.seq'] = value),
  ACK: (fields, value) => (fields['iptables.tcp.ack'] = value),
  WINDOW: (fields, value) => (fields['iptables.tcp.window'] = value),
  TYPE: (fields, value) => (fields['iptables.icmp.type'] = value),
  CODE: (fields, value) => (fields['iptables.icmp.code'] = value),
  PARAMETER: (fields, value) => (fields['iptables.icmp.parameter'] = value),
};
const HEXES: Readonly<Record<string, SetNumber>> = {
  TOS: (fields, value) => (fields['iptables.tos'] = value),
  TC: (fields, value) => (fields['iptables.tos'] = value),
  PREC: (fields, value) => (fields['iptables.precedence_bits'] = value),
  RES: (fields, value) => (fields['iptables.tcp.reserved_bits'] = value),
  MARK: (fields, value) => (fields['iptables.mark'] = value),
};
const TEXTS: Readonly<Record<string, SetText>> = {
  IN: (fields, value) => {
    fields['iptables.input_device'] = value;
    if (value !== '') fields['observer.ingress.interface.name'] = value;
  },
  OUT: (fields, value) => {
    fields['iptables.output_device'] = value;
    if (value !== '') fields['observer.egress.interface.name'] = value;
  },
  MAC: setMac,
  SRC: (fields, value, bytes, start, end) => {
    if (isIPv4In(bytes, start, end)) {
      fields['source.ip'] = value;
      fields['network.type'] = 'ipv4';
    } else if (value !== '' && value !== '-') setNetwork(fields, (fields['source.ip'] = validIp(value)));
  },
  DST: (fields, value, bytes, start, end) => {
    if (isIPv4In(bytes, start, end)) {
      fields['destination.ip'] = value;
      fields['network.type'] = 'ipv4';
    } else if (value !== '' && value !== '-') setNetwork(fields, (fields['destination.ip'] = validIp(value)));
  },
  GATEWAY: (fields, value) => {
    if (value !== '' && value !== '-') fields['iptables.icmp.redirect'] = validIp(value);
  },
  PROTO: (fields, value, bytes, start, end) => {
    const known = PROTOCOLS.of(bytes, start, end);
    if (known !== undefined) fields['network.transport'] = known;
    else setTransport(fields, value);
  },
};
/** The datagram's length stands behind the packet's. */
const AGAIN: Readonly<Record<string, SetNumber>> = {
  LEN: (fields, value) => (fields['iptables.udp.length'] = value),
};
const ICMP: Readonly<Record<string, SetNumber>> = {
  ID: (fields, value) => (fields['iptables.icmp.id'] = value),
  SEQ: (fields, value) => (fields['iptables.icmp.seq'] = value),
};
/** The list that a flag belongs to, by its name. */
export const FLAGS: Readonly<Record<string, string>> = {
  ...Object.fromEntries('CWR ECE URG ACK PSH RST SYN FIN'.split(' ').map((flag) => [flag, 'iptables.tcp.flags'])),
  ...Object.fromEntries('CE DF MF'.split(' ').map((flag) => [flag, 'iptables.fragment_flags'])),
};
const PROTOCOLS = new Words([
  ['TCP', 'tcp'],
  ['UDP', 'udp'],
  ['ICMP', 'icmp'],
  ['ICMPv6', 'ipv6-icmp'],
]);
const OFFSET = 'FRAG:';

const NAMES = new Set([NUMBERS, HEXES, TEXTS, FLAGS].flatMap((words) => Object.keys(words)).concat(OFFSET));
const WORDS = new Words<Word>(
  [...NAMES].map((name, index) => [
    name,
    {
      name,
      bit: 1 << index,
      number: NUMBERS[name],
      hex: HEXES[name],
      text: TEXTS[name],
      isShared: name === 'MAC' || name === 'IN' || name === 'OUT',
      again: AGAIN[name],
      icmp: ICMP[name],
      list: FLAGS[name],
    },
  ]),
);

/** What the words of a packet came to: it is one scratch object. */
export interface Packet {
  /** Whether all words stood there that every packet has. */
  isWhole: boolean;
  /** Where the reading ended: at the end, or at the packet quoted by an ICMP error. */
  end: number;
}
const packet: Packet = { isWhole: false, end: 0 };
const WHOLE = ['IN', 'OUT', 'SRC', 'PROTO'].reduce((bits, name) => bits | bitOf(name), 0);

function bitOf(name: string): number {
  return 1 << [...NAMES].indexOf(name);
}

/**
 * Sets what the words of `text` from `start` say; its bytes begin at `offset`, and `start` and `length` count from theirs. The first
 * of a name counts, but for LEN, whose second is the datagram's. A packet quoted in brackets is another. Linear.
 */
export function setWords(
  fields: Fields,
  text: string,
  bytes: Uint8Array,
  offset: number,
  start: number,
  length: number,
): Packet {
  let seen = 0;
  let at = start;
  for (let count = 0; count < MAX_WORDS && at <= length; count++) {
    if (at > start && bytes[at] === OPEN && at < length) break;
    let equals = -1;
    let stop = at;
    for (; stop < length && bytes[stop] !== SPACE; stop++) if (equals < 0 && bytes[stop] === EQUALS) equals = stop;
    const word = WORDS.of(bytes, at, equals < 0 ? stop : equals);
    if (word === undefined) {
      // Nothing that is known.
    } else if (equals >= 0) {
      setWord(fields, word, (seen & word.bit) !== 0, text, bytes, offset, equals + 1, stop);
      seen |= word.bit;
    } else if (word.list !== undefined) setFlag(fields, word.name, word.list);
    else if (word.name === OFFSET) setOffset(fields, text.slice(stop + 1 - offset, stop + 33 - offset));
    at = stop + 1;
  }
  packet.isWhole = (seen & WHOLE) === WHOLE;
  packet.end = Math.min(at, length);
  return packet;
}

function setWord(
  fields: Fields,
  word: Word,
  again: boolean,
  text: string,
  bytes: Uint8Array,
  offset: number,
  start: number,
  end: number,
): void {
  const isIcmp = word.icmp !== undefined && fields['iptables.icmp.type'] !== undefined;
  const number = isIcmp ? word.icmp : again ? word.again : word.number;
  if (number !== undefined) {
    const value = numberIn(bytes, start, end) ?? decimal(text.slice(start - offset, end - offset));
    if (value !== undefined) number(fields, value);
  } else if (!again && word.hex !== undefined) {
    const value = hexIn(bytes, start, end);
    if (value !== undefined) word.hex(fields, value);
  } else if (!again && word.text !== undefined) {
    const value = word.isShared ? shared.of(text, bytes, start, end, offset) : text.slice(start - offset, end - offset);
    word.text(fields, value, bytes, start, end);
  }
}

const shared = new Memo();

function setFlag(fields: Fields, name: string, list: string): void {
  const flags = fields[list];
  if (Array.isArray(flags)) (flags as string[]).push(name);
  else fields[list] = [name];
}

/** The word behind `FRAG:`. */
function setOffset(fields: Fields, text: string): void {
  const value = decimal(text.split(' ', 1)[0] ?? '');
  if (value !== undefined) fields['iptables.fragment_offset'] ??= value;
}

function setNetwork(fields: Fields, ip: string | undefined): void {
  if (ip !== undefined) fields['network.type'] = ip.includes(':') ? 'ipv6' : 'ipv4';
}

function setTransport(fields: Fields, value: string): void {
  const name = value.toLowerCase();
  if (name === '' || name === '-') return;
  if (/^\d{1,3}$/.test(name)) fields['network.iana_number'] = name;
  else fields['network.transport'] = name === 'icmpv6' ? 'ipv6-icmp' : name;
}

const MAC_BYTES = 14;

/** Destination, source and ether type of fourteen bytes in one; undefined for anything else. */
export const MACS = new Made((value) => {
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
