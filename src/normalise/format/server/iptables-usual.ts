import type { Fields } from '../../../event/index.js';
import { type Codes, find, hexIn, Memo, numberIn, pastDigits, pastIPv4 } from '../../text/codes.js';
import { Fours, isFit, Latest, Recent } from '../../text/fours.js';
import type { Line } from '../../line.js';
import { FLAGS, MACS } from './iptables-words.js';

const SPACE = 32;
const ZERO = 48;
const LONGEST_NUMBER = 15;
const NETWORK = ['network'];
const DONT_FRAGMENT = ['DF'];

const OUT = new Fours(' OUT=');
const MAC = new Fours(' MAC=');
const SRC = new Fours(' SRC=');
const DST = new Fours(' DST=');
const LEN = new Fours(' LEN=');
const TOS = new Fours(' TOS=');
const PREC = new Fours(' PREC=');
const NO_SERVICE = new Fours(' TOS=0x00 PREC=0x00');
const TTL = new Fours(' TTL=');
const ID = new Fours(' ID=');
const DF = new Fours(' DF ');
const TCP = new Fours(' PROTO=TCP');
const UDP = new Fours(' PROTO=UDP');
const SPT = new Fours(' SPT=');
const DPT = new Fours(' DPT=');
const SEQ = new Fours(' SEQ=');
const ACK = new Fours(' ACK=');
const WINDOW = new Fours(' WINDOW=');
const RES = new Fours(' RES=');
const URGP = new Fours(' URGP=');
/** `IN=` */
const IN_LENGTH = 3;
/** The greatest number that `numbers` holds. */
const GREATEST = 0x7fffffff;

// Where the texts of the packet at hand stand, and its numbers; -1: it has none.
const [INPUT, OUTPUT, CARD, SOURCE, TARGET, FLAG] = [0, 1, 2, 3, 4, 5];
const starts = new Int32Array(FLAG + 1);
const ends = new Int32Array(FLAG + 1);
const [SIZE, SERVICE, PRECEDENCE, LIFE, NUMBER, FROM, TO, FREE, RESERVED, URGENT, DATAGRAM] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
];
const numbers = new Int32Array(DATAGRAM + 1);
/** Numbers of sequence, which need more room. */
const [SENT, ANSWERED] = [0, 1];
const sequence = new Float64Array(ANSWERED + 1);
let isWhole = false;

/** The flags of a packet's list; undefined where one of them is none. */
const flags = new Memo((text) => {
  const all = text.split(' ');
  return all.every((flag) => FLAGS[flag] === 'iptables.tcp.flags') ? all : undefined;
});
const cards = new Recent((text) => MACS.of(text));
const devices = new Recent((text) => text);

/**
 * The event of a TCP or UDP packet over IPv4 as the kernel writes nearly all of them, every word in its place, from `IN=` at `at` in
 * the bytes, of which `text` has those from `offset`: `IN= OUT= [MAC=] SRC= DST= LEN= TOS= PREC= TTL= ID= [DF] PROTO= SPT= DPT= …`.
 * Undefined for any other, in doubt too. Says what reading it word by word says; the verdict is not read. Source:
 * nf_log_syslog.c of Linux.
 */
export function usualPacket(text: string, line: Line, whole: string, offset: number, at: number): Fields | undefined {
  const { codes } = line;
  const { bytes, view, length } = codes;
  const protocol = readAddresses(codes, at);
  const isTcp = protocol >= 0 && TCP.stands(view, protocol, length);
  if (!isTcp && (protocol < 0 || !UDP.stands(view, protocol, length))) return undefined;
  let end = readNumber(codes, protocol + TCP.length, SPT, FROM);
  end = readNumber(codes, end, DPT, TO);
  end = isTcp ? readTcp(codes, end) : readNumber(codes, end, LEN, DATAGRAM);
  if (end < 0 || (end < length && (end + 1 < length || bytes[end] !== SPACE))) return undefined;
  const list = isTcp && endOf(FLAG) > startOf(FLAG) ? flags.of(text, bytes, startOf(FLAG), endOf(FLAG), offset) : NONE;
  if (list === undefined) return undefined;
  const fields = eventOf(text, line, whole, offset, isTcp);
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

/** Everything up to the space before the protocol, or -1. Each step goes on where the one before it ended. */
function readAddresses(codes: Codes, start: number): number {
  const { view, length } = codes;
  let at = readRoute(codes, start);
  at = readAddress(codes, at, SRC, SOURCE);
  at = readAddress(codes, at, DST, TARGET);
  at = readNumber(codes, at, LEN, SIZE);
  at = readService(codes, at);
  at = readNumber(codes, at, TTL, LIFE);
  at = readNumber(codes, at, ID, NUMBER);
  isWhole = at >= 0 && DF.stands(view, at, length);
  return isWhole ? at + DF.length - 1 : at;
}

/** Type of service and precedence, which nearly all packets have alike. */
function readService(codes: Codes, at: number): number {
  const { bytes, view, length } = codes;
  const end = at + NO_SERVICE.length;
  if (at >= 0 && NO_SERVICE.stands(view, at, length) && bytes[end] === SPACE) {
    numbers[SERVICE] = numbers[PRECEDENCE] = 0;
    return end;
  }
  return readHex(codes, readHex(codes, at, TOS, SERVICE), PREC, PRECEDENCE);
}

/** `[SEQ=1 ACK=2 ]WINDOW=1024 RES=0x00 ACK PSH URGP=0`. */
function readTcp(codes: Codes, start: number): number {
  const { bytes, view, length } = codes;
  let at = start;
  sequence[SENT] = sequence[ANSWERED] = -1;
  if (at >= 0 && SEQ.stands(view, at, length))
    at = readSequence(codes, readSequence(codes, at, SEQ, SENT), ACK, ANSWERED);
  at = readNumber(codes, at, WINDOW, FREE);
  at = readHex(codes, at, RES, RESERVED);
  if (at < 0) return -1;
  starts[FLAG] = at + 1;
  while (at < length && !URGP.stands(view, at, length)) at = find(bytes, SPACE, at + 1, length);
  ends[FLAG] = at;
  return readNumber(codes, at, URGP, URGENT);
}

/** The devices and cards of a packet, which stand before its addresses; most packets have those of the one before. */
interface Route {
  readonly input: string;
  readonly output: string;
  readonly card: ReturnType<typeof MACS.of>;
}
let known: Route = { input: '', output: '', card: undefined };
const latest = new Latest();
/** Whether the packet at hand has the route that is known. */
let isKnown = false;
let missed = 0;
/** Of routes that are not the one known, one of so many is learned: where they take turns, learning costs more than it saves. */
const SOME = 7;

/** Reads `IN= OUT= [MAC=]` from `start`, up to the space before the addresses; -1: they stand there otherwise. */
function readRoute(codes: Codes, start: number): number {
  const { view, length } = codes;
  const end = latest.end(codes, start, SPACE);
  isKnown = end >= 0 && SRC.stands(view, end, length);
  if (isKnown) return end;
  const at = readNamed(codes, readText(codes, start + IN_LENGTH, INPUT), OUT, OUTPUT);
  starts[CARD] = ends[CARD] = 0;
  return at >= 0 && MAC.stands(view, at, length) ? readNamed(codes, at, MAC, CARD) : at;
}

/** What `readRoute` has read. */
function routeOf(text: string, codes: Codes, offset: number): Route {
  if (isKnown) return known;
  const card = endOf(CARD) > startOf(CARD) ? cards.of(text, codes, startOf(CARD), endOf(CARD), offset) : undefined;
  const route = { input: deviceOf(text, codes, offset, INPUT), output: deviceOf(text, codes, offset, OUTPUT), card };
  if ((missed++ & SOME) !== 0) return route;
  const start = startOf(INPUT) - IN_LENGTH;
  const end = Math.max(endOf(OUTPUT), endOf(CARD));
  if (!isFit(codes.bytes, start, end)) return route;
  latest.learn(codes, start, end, '');
  known = route;
  return route;
}

function readNamed(codes: Codes, at: number, name: Fours, piece: number): number {
  return at >= 0 && name.stands(codes.view, at, codes.length) ? readText(codes, at + name.length, piece) : -1;
}

/** The text from `start` to a space, which must follow. */
function readText({ bytes, length }: Codes, start: number, piece: number): number {
  const end = find(bytes, SPACE, start, length);
  starts[piece] = start;
  ends[piece] = end;
  return end < length ? end : -1;
}

function readAddress({ bytes, view, length }: Codes, at: number, name: Fours, piece: number): number {
  if (at < 0 || !name.stands(view, at, length)) return -1;
  const start = at + name.length;
  const end = pastIPv4(bytes, start, length);
  starts[piece] = start;
  ends[piece] = end;
  return end < length && bytes[end] === SPACE ? end : -1;
}

/** A number behind its name, before a space or the end. */
function readNumber({ bytes, view, length }: Codes, at: number, name: Fours, place: number): number {
  if (at < 0 || !name.stands(view, at, length)) return -1;
  const start = at + name.length;
  let end = start;
  let value = 0;
  for (; end < length; end++) {
    const digit = (bytes[end] as number) - ZERO;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  numbers[place] = value;
  const isNumber = end > start && end - start <= LONGEST_NUMBER && value <= GREATEST;
  return isNumber && (end === length || bytes[end] === SPACE) ? end : -1;
}

function readSequence({ bytes, view, length }: Codes, at: number, name: Fours, place: number): number {
  if (at < 0 || !name.stands(view, at, length)) return -1;
  const end = pastDigits(bytes, at + name.length, length);
  const value = numberIn(bytes, at + name.length, end);
  sequence[place] = value ?? -1;
  return value !== undefined && end < length && bytes[end] === SPACE ? end : -1;
}

function readHex({ bytes, view, length }: Codes, at: number, name: Fours, place: number): number {
  if (at < 0 || !name.stands(view, at, length)) return -1;
  const end = find(bytes, SPACE, at + name.length, length);
  const value = hexIn(bytes, at + name.length, end);
  numbers[place] = value ?? -1;
  return value === undefined || value > GREATEST || end >= length ? -1 : end;
}

function textOf(text: string, offset: number, piece: number): string {
  return text.slice(startOf(piece) - offset, endOf(piece) - offset);
}

function deviceOf(text: string, codes: Codes, offset: number, piece: number): string {
  const start = startOf(piece);
  const end = endOf(piece);
  return end === start ? '' : devices.of(text, codes, start, end, offset);
}

function eventOf(text: string, line: Line, whole: string, offset: number, isTcp: boolean): Fields {
  const { codes, host } = line;
  const { input, output, card } = routeOf(text, codes, offset);
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
    'source.ip': textOf(text, offset, SOURCE),
    'network.type': 'ipv4',
    'destination.ip': textOf(text, offset, TARGET),
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
  if ((sequence[SENT] as number) >= 0) {
    fields['iptables.tcp.seq'] = sequence[SENT];
    fields['iptables.tcp.ack'] = sequence[ANSWERED];
  }
  fields['iptables.tcp.window'] = numbers[FREE];
  fields['iptables.tcp.reserved_bits'] = numbers[RESERVED];
  if (list.length > 0) fields['iptables.tcp.flags'] = list;
}
