import type { Fields } from '../../../event/index.js';
import { eventFields, number, put } from '../../capture.js';
import { find, matches, pastDigits, word } from '../../text/codes.js';
import { fill, fillPairs } from '../../fields.js';
import { Recent } from '../../text/fours.js';
import { readHead } from '../../head/head.js';
import type { Line, TextFormat } from '../../line.js';
import { Made } from '../../text/names.js';
import { usualPacket } from './iptables-usual.js';
import { setWords } from './iptables-words.js';
import { programs, readUsualParts, TIME_WIDTH } from '../../head/usual-head.js';
import { table } from '../../lookup.js';

const DATASET = 'iptables.log';
const SPACE = 32;
const POINT = 46;
const GREATER = 62;
const LETTER_I = 73;
const OPEN = 91;
const CLOSE = 93;
const TILDE = 126;

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
  const first = text.charCodeAt(0);
  const trimmed = first <= SPACE || first > TILDE ? text.trimStart() : text;
  const usual = first > TILDE || first <= GREATER ? undefined : usualLine(text, line);
  if (usual !== undefined) return usual;
  if (readHead(trimmed, line)) {
    const { message } = line;
    const fields =
      wholeFields(message, line, behindTime(trimmed, line)) ??
      (!isPacket(message) && isPacket(text) ? restFields(message, line) : undefined);
    const { headFields: head } = line;
    return fields === undefined || head === undefined ? fields : fillPairs(fill(fields, head), line.elements);
  }
  if (!isPacket(text)) return undefined;
  line.reset();
  return wholeFields(text, line);
}

/** A usual packet behind a usual head that tells no process, read without a text of its message. */
export function usualLine(text: string, line: Line): Fields | undefined {
  line.codes.load(text);
  const program = readUsualParts(text, line, programs);
  if (program === undefined || line.pid !== undefined) return undefined;
  line.program = program;
  const { messageAt } = line;
  const fields = packetAt(text, line, text.slice(TIME_WIDTH), 0, messageAt, usualPacket);
  if (fields === undefined) line.reset();
  return fields;
}

/** What is left of a packet where the gateway (Ubiquiti's) cuts its lines: `TTL=63 ID=0 DF PROTO=TCP SPT=… DPT=…`. */
const REST = /^(?:\d{1,3} )?(?:TTL|TL|L)=(\d{1,3}) (?:ID=\d{1,5} )?(?:DF )?PROTO=/;

/** The fields of a packet's message; undefined where it is none. Linear; nothing in a packet is free text. */
export function packetFields(message: string, line: Line): Fields | undefined {
  return isPacket(message) ? wholeFields(message, line) : restFields(message, line);
}

/** `whole`: the message with what stands before it, where that is known. */
function wholeFields(message: string, line: Line, whole = wholeOf(message, line)): Fields | undefined {
  return packetIn(message, line, whole, usualPacket) ?? packetIn(message, line, whole, anyPacket);
}

/** Reads a packet whose first word stands at `at` in the bytes, in which the message begins at `offset`. */
type ReadPacket = (message: string, line: Line, whole: string, offset: number, at: number) => Fields | undefined;

/** The packet of a message and what became of it; undefined where `read` finds none. */
export function packetIn(message: string, line: Line, whole: string, read: ReadPacket): Fields | undefined {
  const offset = line.offsetOf(message);
  return packetAt(message, line, whole, offset, offset, read);
}

/** As `packetIn`, of a message that begins at `start` in the bytes, of which `text` has those from `offset`. */
function packetAt(
  text: string,
  line: Line,
  whole: string,
  offset: number,
  start: number,
  read: ReadPacket,
): Fields | undefined {
  const { codes } = line;
  const { bytes, length } = codes;
  const prefix = prefixStart(bytes, start, length);
  const at = startOf(text, bytes, offset, prefix, start, length);
  const fields = at < 0 ? undefined : read(text, line, whole, offset, at);
  if (fields === undefined) return undefined;
  setVerdict(fields, prefixes.of(text, codes, prefix, at, offset));
  const hasBoth = fields['source.ip'] !== undefined && fields['destination.ip'] !== undefined;
  if (hasBoth) fields['event.type'] = typesOf(fields['event.action']);
  return fields;
}

/** A packet of any kind, word by word. */
export function anyPacket(message: string, line: Line, whole: string, offset: number, at: number): Fields | undefined {
  const { bytes, length } = line.codes;
  const fields = headFields(message, line, whole);
  const { isWhole, end } = setWords(fields, message, bytes, offset, at, length);
  if (!isWhole && !isPacket(message)) return undefined;
  // An ICMP error quotes the packet it is about: that one is not this one.
  if (end < length)
    put(
      fields,
      number('iptables.incomplete_bytes'),
      INCOMPLETE.exec(message.slice(end - offset, end - offset + 32))?.[1],
    );
  return fields;
}

const prefixes = new Recent((prefix) => VERDICTS.of(prefix));
const INCOMPLETE = /^\[(\d+) bytes\]/;
const IN = word('IN=');
const LONGEST_DEVICE = 32;

/** Where `IN=` begins a word whose value a space ends; behind a bracket or colon too. Looked for from `from`, before which there is none. */
function startOf(text: string, bytes: Uint8Array, offset: number, from: number, start: number, length: number): number {
  for (let at = find(bytes, LETTER_I, from, length); at < length; at = find(bytes, LETTER_I, at + 1, length)) {
    if (
      !matches(bytes, IN, at, length) ||
      (at > start && bytes[at - 1] !== SPACE && !BORDER.test(text.charAt(at - offset - 1)))
    )
      continue;
    const limit = Math.min(length, at + 3 + LONGEST_DEVICE + 1);
    if (find(bytes, SPACE, at + 3, limit) < limit) return at;
  }
  return -1;
}

const BORDER = /[\s\]:]/;

/** Behind the kernel's own time: it says nothing, and would make every prefix another. */
function prefixStart(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== OPEN) return start;
  let at = start + 1;
  while (at < start + 9 && bytes[at] === SPACE) at++;
  const point = pastDigits(bytes, at, end);
  const close = pastDigits(bytes, point + 1, end);
  const isUptime = point > at && close > point + 1 && bytes[point] === POINT && bytes[close] === CLOSE;
  return isUptime && point - at <= 10 && close - point <= 7 && bytes[close + 1] === SPACE ? close + 2 : start;
}

function restFields(message: string, line: Line): Fields | undefined {
  const ttl = REST.exec(message.slice(0, 64))?.[1];
  if (ttl === undefined) return undefined;
  const fields = headFields(message, line);
  const offset = line.offsetOf(message);
  setWords(fields, message, line.codes.bytes, offset, offset, line.codes.length);
  fields['iptables.ttl'] = Number(ttl);
  return fields;
}

/** `host program: message` as it stands in the line; undefined where it stands there otherwise. */
function behindTime(text: string, { host, program, messageAt }: Line): string | undefined {
  if (host === undefined || program === undefined) return undefined;
  const at = messageAt - program.length - host.length - 3;
  const isThere = at > 0 && text.startsWith(host, at) && text.startsWith(program, at + host.length + 1);
  return isThere && text.startsWith(': ', messageAt - 2) && text.charCodeAt(at + host.length) === SPACE
    ? text.slice(at)
    : undefined;
}

const WHAT = { category: ['network'] };

/** The message is all that stands behind the time, as Elastic's pipeline keeps it. */
function wholeOf(message: string, { host, program, message: own }: Line): string {
  if (host === undefined) return message;
  return program === undefined ? own : `${host} ${program}: ${own}`;
}

function headFields(message: string, line: Line, whole = wholeOf(message, line)): Fields {
  const { host } = line;
  const fields = eventFields(line, DATASET, whole, WHAT);
  fields['observer.name'] = host;
  return fields;
}

const LABEL = /\[([^\][]{1,64})-([^\][-]{1,16})-(?:([ADR])\]\s*|([A-Za-z0-9_]{1,16})\])$/;
const LETTERS = table<string>({ A: 'accept', D: 'drop', R: 'reject' });
/** Words among others, that an underscore may end: `FINAL_REJECT` (firewalld), `drop_input`. */
const WORDS = (
  [
    ['drop|dropped|block|blocked|deny|denied|refused', 'drop'],
    ['reject|rejected', 'reject'],
    ['accept|accepted|allow|allowed|permit|pass', 'accept'],
  ] as const
).map(([words, action]) => [new RegExp(`(?<![a-z])(?:${words})(?![a-z])`, 'i'), action] as const);

/** What the prefix says that a rule gives its lines. */
interface Verdict {
  readonly label: RegExpExecArray | null;
  readonly action: string | undefined;
}

/** `[UFW BLOCK]`, `iptables denied: `, `[WAN_LOCAL-default-D]`: a label, or the action. */
const VERDICTS = new Made((prefix): Verdict => {
  const text = prefix.slice(-256);
  return { label: LABEL.exec(text), action: verdictOf(text) };
});

function verdictOf(text: string): string | undefined {
  return WORDS.find(([pattern]) => pattern.test(text))?.[1];
}

function setVerdict(fields: Fields, { label, action }: Verdict): void {
  if (label !== null) return setLabel(fields, label[1] ?? '', label[2] ?? '', label[3] ?? label[4] ?? '');
  fields['event.action'] = action;
}

function setLabel(fields: Fields, set: string, rule: string, action: string): void {
  fields['event.action'] = LETTERS[action] ?? verdictOf(action) ?? action.toLowerCase();
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

const CONNECTION = ['connection'];
const ALLOWED = ['allowed', 'connection'];
const DENIED = ['denied', 'connection'];

function typesOf(action: Fields[string]): readonly string[] {
  if (action === 'accept') return ALLOWED;
  return action === 'drop' || action === 'reject' ? DENIED : CONNECTION;
}
