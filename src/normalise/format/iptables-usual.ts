import type { Fields } from '../../event/index.js';
import { find, hexIn, matches, Memo, pastIPv4, word } from '../codes.js';
import type { Line } from '../line.js';
import { FLAGS, MACS } from './iptables-words.js';

const SPACE = 32;
const ZERO = 48;
const LONGEST_NUMBER = 15;
const NETWORK = ['network'];
const DONT_FRAGMENT = ['DF'];

const IN = word('IN=');
const OUT = word('OUT=');
const MAC = word('MAC=');
const SRC = word('SRC=');
const DST = word('DST=');
const LEN = word('LEN=');
const TOS = word('TOS=');
const PREC = word('PREC=');
const NO_SERVICE = word('TOS=0x00 PREC=0x00 ');
const TTL = word('TTL=');
const ID = word('ID=');
const DF = word('DF ');
const TCP = word('PROTO=TCP ');
const UDP = word('PROTO=UDP ');
const SPT = word('SPT=');
const DPT = word('DPT=');
const SEQ = word('SEQ=');
const ACK = word('ACK=');
const WINDOW = word('WINDOW=');
const RES = word('RES=');
const URGP = word('URGP=');

// Where the texts of the packet at hand stand, and its numbers; -1: it has none.
const [INPUT, OUTPUT, CARD, SOURCE, TARGET, FLAG] = [0, 1, 2, 3, 4, 5];
const starts = new Int32Array(FLAG + 1);
const ends = new Int32Array(FLAG + 1);
const [SIZE, SERVICE, PRECEDENCE, LIFE, NUMBER, FROM, TO, SEQUENCE, ANSWERED] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const [FREE, RESERVED, URGENT, DATAGRAM] = [9, 10, 11, 12];
const numbers = new Float64Array(DATAGRAM + 1);
let isWhole = false;

/** The flags of a packet's list; undefined where one of them is none. */
const flags = new Memo((text) => {
  const all = text.split(' ');
  return all.every((flag) => FLAGS[flag] === 'iptables.tcp.flags') ? all : undefined;
});
const cards = new Memo((text) => MACS.of(text));

/**
 * The event of a TCP or UDP packet over IPv4 as the kernel writes nearly all of them, every word in its place, from `at` in the
 * message's bytes, which begin at `offset`: `IN= OUT= [MAC=] SRC= DST= LEN= TOS= PREC= TTL= ID= [DF] PROTO= SPT= DPT= …`.
 * Undefined for any other, in doubt too. Says what reading it word by word says; the verdict is not read. Source:
 * nf_log_syslog.c of Linux.
 */
export function usualPacket(
  message: string,
  line: Line,
  whole: string,
  offset: number,
  at: number,
): Fields | undefined {
  const { bytes, length } = line.codes;
  const ports = readAddresses(bytes, at, length);
  const isTcp = ports >= 0 && matches(bytes, TCP, ports, length);
  if (!isTcp && (ports < 0 || !matches(bytes, UDP, ports, length))) return undefined;
  let end = readNumber(bytes, ports + TCP.length, length, SPT, FROM);
  end = readNumber(bytes, end, length, DPT, TO);
  end = isTcp ? readTcp(bytes, end, length) : readNumber(bytes, end, length, LEN, DATAGRAM);
  if (end !== length) return undefined;
  const list =
    isTcp && endOf(FLAG) > startOf(FLAG) ? flags.of(message, bytes, startOf(FLAG), endOf(FLAG), offset) : NONE;
  if (list === undefined) return undefined;
  const fields = eventOf(message, line, whole, offset, isTcp);
  if (isTcp) setTcp(fields, list);
  else fields['iptables.udp.length'] = numbers[DATAGRAM];
  return fields;
}

const NONE: readonly string[] = [];

function startOf(piece: number): number {
  return starts[piece] as number;
}

function endOf(piece: number): number {
  return ends[piece] as number;
}

/** Everything up to the protocol: where that begins, or -1. Each step goes on where the one before it ended. */
function readAddresses(bytes: Uint8Array, start: number, length: number): number {
  let at = readText(bytes, start, length, IN, INPUT);
  at = readText(bytes, at, length, OUT, OUTPUT);
  starts[CARD] = ends[CARD] = 0;
  if (at >= 0 && matches(bytes, MAC, at, length)) at = readText(bytes, at, length, MAC, CARD);
  at = readAddress(bytes, at, length, SRC, SOURCE);
  at = readAddress(bytes, at, length, DST, TARGET);
  at = readNumber(bytes, at, length, LEN, SIZE);
  at = readService(bytes, at, length);
  at = readNumber(bytes, at, length, TTL, LIFE);
  at = readNumber(bytes, at, length, ID, NUMBER);
  isWhole = at >= 0 && matches(bytes, DF, at, length);
  return isWhole ? at + DF.length : at;
}

/** Type of service and precedence, which nearly all packets have alike. */
function readService(bytes: Uint8Array, at: number, length: number): number {
  if (at >= 0 && matches(bytes, NO_SERVICE, at, length)) {
    numbers[SERVICE] = numbers[PRECEDENCE] = 0;
    return at + NO_SERVICE.length;
  }
  return readHex(bytes, readHex(bytes, at, length, TOS, SERVICE), length, PREC, PRECEDENCE);
}

/** `[SEQ=1 ACK=2 ]WINDOW=1024 RES=0x00 ACK PSH URGP=0`. */
function readTcp(bytes: Uint8Array, start: number, length: number): number {
  let at = start;
  numbers[SEQUENCE] = numbers[ANSWERED] = -1;
  if (at >= 0 && matches(bytes, SEQ, at, length)) {
    at = readNumber(bytes, at, length, SEQ, SEQUENCE);
    at = readNumber(bytes, at, length, ACK, ANSWERED);
  }
  at = readNumber(bytes, at, length, WINDOW, FREE);
  at = readHex(bytes, at, length, RES, RESERVED);
  if (at < 0) return -1;
  starts[FLAG] = at;
  while (at < length && !matches(bytes, URGP, at, length)) at = find(bytes, SPACE, at, length) + 1;
  ends[FLAG] = at - 1;
  return readNumber(bytes, at, length, URGP, URGENT);
}

/** Behind a word that ends at `end`, and the space behind it; -1 where something else stands there. */
function behind(bytes: Uint8Array, end: number, length: number): number {
  if (end >= length) return end === length ? length : -1;
  return bytes[end] === SPACE ? end + 1 : -1;
}

function readText(bytes: Uint8Array, at: number, length: number, name: Uint8Array, piece: number): number {
  if (at < 0 || !matches(bytes, name, at, length)) return -1;
  const end = find(bytes, SPACE, at + name.length, length);
  starts[piece] = at + name.length;
  ends[piece] = end;
  return behind(bytes, end, length);
}

function readAddress(bytes: Uint8Array, at: number, length: number, name: Uint8Array, piece: number): number {
  if (at < 0 || !matches(bytes, name, at, length)) return -1;
  const end = pastIPv4(bytes, at + name.length, length);
  starts[piece] = at + name.length;
  ends[piece] = end;
  return end < 0 ? -1 : behind(bytes, end, length);
}

function readNumber(bytes: Uint8Array, at: number, length: number, name: Uint8Array, place: number): number {
  if (at < 0 || !matches(bytes, name, at, length)) return -1;
  const start = at + name.length;
  let end = start;
  let value = 0;
  for (; end < length; end++) {
    const digit = (bytes[end] as number) - ZERO;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  numbers[place] = value;
  return end === start || end - start > LONGEST_NUMBER ? -1 : behind(bytes, end, length);
}

function readHex(bytes: Uint8Array, at: number, length: number, name: Uint8Array, place: number): number {
  if (at < 0 || !matches(bytes, name, at, length)) return -1;
  const end = find(bytes, SPACE, at + name.length, length);
  const value = hexIn(bytes, at + name.length, end);
  numbers[place] = value ?? -1;
  return value === undefined ? -1 : behind(bytes, end, length);
}

function textOf(message: string, offset: number, piece: number): string {
  return message.slice(startOf(piece) - offset, endOf(piece) - offset);
}

const devices = new Memo();

function deviceOf(message: string, bytes: Uint8Array, offset: number, piece: number): string {
  const start = startOf(piece);
  const end = endOf(piece);
  return end === start ? '' : devices.of(message, bytes, start, end, offset);
}

function eventOf(message: string, line: Line, whole: string, offset: number, isTcp: boolean): Fields {
  const { bytes } = line.codes;
  const { host } = line;
  const input = deviceOf(message, bytes, offset, INPUT);
  const output = deviceOf(message, bytes, offset, OUTPUT);
  const card = endOf(CARD) > startOf(CARD) ? cards.of(message, bytes, startOf(CARD), endOf(CARD), offset) : undefined;
  return {
    'event.kind': 'event',
    'event.module': 'iptables',
    'event.dataset': 'iptables.log',
    'event.category': NETWORK,
    'event.type': undefined,
    'event.action': undefined,
    'event.outcome': undefined,
    'event.original': line.original,
    message: whole,
    'host.name': line.hostOf(host),
    'host.hostname': host,
    'process.name': line.program,
    'process.pid': line.pid,
    'observer.name': host,
    'iptables.input_device': input,
    'observer.ingress.interface.name': input === '' ? undefined : input,
    'iptables.output_device': output,
    'observer.egress.interface.name': output === '' ? undefined : output,
    'destination.mac': card?.destination,
    'source.mac': card?.source,
    'iptables.ether_type': card?.type,
    'source.ip': textOf(message, offset, SOURCE),
    'network.type': 'ipv4',
    'destination.ip': textOf(message, offset, TARGET),
    'iptables.length': numbers[SIZE],
    'iptables.tos': numbers[SERVICE],
    'iptables.precedence_bits': numbers[PRECEDENCE],
    'iptables.ttl': numbers[LIFE],
    'iptables.id': numbers[NUMBER],
    'iptables.fragment_flags': isWhole ? DONT_FRAGMENT : undefined,
    'network.transport': isTcp ? 'tcp' : 'udp',
    'source.port': numbers[FROM],
    'destination.port': numbers[TO],
    'iptables.tcp.seq': undefined,
    'iptables.tcp.ack': undefined,
    'iptables.tcp.window': undefined,
    'iptables.tcp.reserved_bits': undefined,
    'iptables.tcp.flags': undefined,
    'iptables.udp.length': undefined,
  };
}

function setTcp(fields: Fields, list: readonly string[]): void {
  if ((numbers[SEQUENCE] as number) >= 0) {
    fields['iptables.tcp.seq'] = numbers[SEQUENCE];
    fields['iptables.tcp.ack'] = numbers[ANSWERED];
  }
  fields['iptables.tcp.window'] = numbers[FREE];
  fields['iptables.tcp.reserved_bits'] = numbers[RESERVED];
  if (list.length > 0) fields['iptables.tcp.flags'] = list;
}
