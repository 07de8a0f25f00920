import type { Fields, FieldValue } from '../../../../event/index.js';
import { decimal, eventFields } from '../../../capture.js';
import type { Line, TextFormat } from '../../../line.js';
import { Made } from '../../../text/names.js';
import { skipDigits, validIp } from '../../../text/scan.js';
import { setNames } from './enriched.js';
import { headOf, isAuditRecord, usualHead } from './head.js';
import { PARTS } from './join.js';
import { readPairs, readUsualPairs } from './pairs.js';
import { ANY_SYSCALL, type AuditMeaning, CONTROLS, DIRECTIONS, RECORDS, SYSCALLS, TYPE_NUMBERS } from './records.js';
import { behindHead } from '../../behind-head.js';
import { type Kept, type Key, Pairs, placeOf } from './values.js';

const DATASET = 'auditd.log';
const LETTER_T = 116;
/** The places of keys. */
const AT = {
  name: placeOf('name'),
  apparmor: placeOf('apparmor'),
  syscall: placeOf('syscall'),
  res: placeOf('res'),
  result: placeOf('result'),
  op: placeOf('op'),
  vm: placeOf('vm'),
  virt: placeOf('virt'),
  cmd: placeOf('cmd'),
  arch: placeOf('arch'),
  proctitle: placeOf('proctitle'),
};

/**
 * Linux audit records, `type=TYPE msg=audit(EPOCH:SEQUENCE): key=value …`, one event each, also where the kernel's log or
 * audisp's syslog carries them. Values the audit system encodes as hexadecimal are decoded; what stands in `msg='…'`
 * belongs to the record. Where a name is taken already the value stays under its own key of `auditd.log`, as Elastic's
 * pipeline has it. Sources: auditd(8), linux/audit.h, Elastic's auditd.log fields.
 */
export const auditd: TextFormat = {
  reads: 'text',
  name: DATASET,
  aliases: ['auditd', 'audit', 'audit.log'],
  dataset: DATASET,
  sniff: isAuditRecord,
  parse: behindHead(auditRecord),
};

const AVC = /^(?:user )?(?:pid=\d+ )?.{0,256}?avc: {1,4}(\w{1,32}) {1,4}\{ ([^}]{0,256}) \} for {1,4}/;

/** What a type's name says. */
const TYPES = new Made((named) => {
  const type = Object.hasOwn(TYPE_NUMBERS, named) ? (TYPE_NUMBERS[named] ?? named) : named;
  return { type, lower: type.toLowerCase(), known: RECORDS.get(type), isPart: PARTS.has(type) };
});

const pairs = new Pairs();

/** One audit record at the beginning of `text`; undefined where none stands there. */
export function auditRecord(text: string, line: Line): Fields | undefined {
  return recordAt(text, line, text.charCodeAt(0) === LETTER_T ? line.offsetOf(text) : -1);
}

/** As `auditRecord` of a text that begins at `offset` in the bytes; -1: it is read the long way, as all records can be. */
export function recordAt(text: string, line: Line, offset: number): Fields | undefined {
  const head = (offset < 0 ? undefined : usualHead(text, line, offset)) ?? headOf(text);
  if (head === undefined) return undefined;
  const { type, lower, known, isPart } = TYPES.of(head.named);
  const rest = text.slice(head.length);
  pairs.isCommand = type === 'EXECVE';
  const avc = readRecord(text, rest, line, offset, head.length);
  line.time = head.time;
  const fields = eventFields(line, DATASET, rest, NO_MEANING);
  // The record says itself which program and process it is about, not who wrote it down.
  fields['process.name'] = undefined;
  fields['process.pid'] = undefined;
  fields['auditd.log.record_type'] = type;
  fields['auditd.log.sequence'] = head.sequence;
  fields['auditd.log.node'] = head.node;
  if (avc !== null) Object.assign(fields, { 'auditd.log.avc.action': avc[1], 'auditd.log.avc.request': avc[2] });
  setMeaning(fields, lower, known ?? meaningOf(type));
  if (pairs.isCommand) setArguments(fields);
  setRenamed(fields);
  if (type === 'PATH') setPath(fields);
  setDetails(fields, type);
  setOwn(fields);
  if (isPart) line.audits.join(fields, type, `${head.node ?? line.host ?? line.hostName} ${head.id}`);
  return fields;
}

const NO_MEANING = {};

/** Reads the pairs behind a head of so many characters, and the decision of an AVC record. */
function readRecord(text: string, rest: string, line: Line, offset: number, head: number): RegExpExecArray | null {
  const { bytes, length } = line.codes;
  const isUsual = offset >= 0 && readUsualPairs(text, bytes, offset, offset + head, length, pairs);
  if (!isUsual) readPairs(rest, pairs);
  return (!isUsual || pairs.hasColon) && rest.includes('avc: ') ? AVC.exec(rest.slice(0, 1024)) : null;
}

function setMeaning(fields: Fields, lower: string, meaning: AuditMeaning | undefined): void {
  fields['event.action'] = meaning === undefined || meaning.action === '' ? lower : meaning.action;
  fields['event.category'] = meaning?.category;
  fields['event.type'] = meaning?.type;
  fields['event.outcome'] = outcomeOf();
  if (meaning === undefined) return;
  for (const { id, name, from } of meaning.accounts) {
    const value = firstOf(from);
    if (value !== undefined) fields[skipDigits(value, 0) === value.length ? id : name] = value;
  }
}

function firstOf(places: readonly number[]): string | undefined {
  for (const place of places) {
    const value = pairs.at(place);
    if (value !== undefined) return value;
  }
  return undefined;
}

const STARTED: AuditMeaning = { action: 'execve', category: ['process'], type: ['start'], accounts: [] };
const APPARMOR: AuditMeaning = {
  action: 'violated-apparmor-policy',
  category: undefined,
  type: undefined,
  accounts: [],
};

/** What a record of a type means that no table knows. */
function meaningOf(type: string): AuditMeaning | undefined {
  if (type === 'EXECVE') return STARTED;
  if (type === 'AVC') return pairs.at(AT.apparmor) === undefined ? undefined : APPARMOR;
  // As Elastic's pipeline has it, the number alone says nothing of a system call; the name that an enriched record adds, neither.
  const syscall = pairs.at(AT.syscall);
  return syscall === undefined ? undefined : (SYSCALLS.get(syscall) ?? ANY_SYSCALL);
}

const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ['1', 'success'],
  ['success', 'success'],
  ['0', 'failure'],
  ['failed', 'failure'],
]);

function outcomeOf(): string | undefined {
  const result = pairs.at(AT.res) ?? pairs.at(AT.result);
  return result === undefined ? undefined : (OUTCOMES.get(result) ?? 'unknown');
}

/** `a0="ls" a1="-l"`: the arguments in order; a long one comes in pieces `a1[0]`, a cut record begins behind `a0`. */
function setArguments(fields: Fields): void {
  const args = new Map<number, string>();
  for (let index = 0; index < pairs.length; index++) {
    const value = pairs.values[index] ?? '';
    const found = /^a(\d{1,5})(?:\[\d{1,6}\])?$/.exec(pairs.keys[index]?.key ?? '');
    if (found !== null) args.set(Number(found[1]), (args.get(Number(found[1])) ?? '') + value);
  }
  const ordered = [...args].sort(([left], [right]) => left - right);
  const list = ordered.map(([, value]) => value);
  const [first = 0] = ordered[0] ?? [];
  if (list.length === 0) return;
  if (first === 0) fields['process.executable'] = list[0];
  else list.unshift(`[... ${first} truncated arguments ...]`);
  fields['process.args'] = list;
  fields['process.command_line'] = list.join(' ');
}

/** What only some types of records say: virtual machines, the way of a connection, a decision of the kernel. */
function setDetails(fields: Fields, type: string): void {
  const control = type === 'VIRT_CONTROL' ? CONTROLS[pairs.at(AT.op) ?? ''] : undefined;
  if (control !== undefined) fields['event.type'] = [control];
  if (type === 'VIRT_MACHINE_ID') {
    fields['container.name'] = pairs.at(AT.vm);
    fields['container.runtime'] = pairs.at(AT.virt);
  }
  if (type === 'SYSCALL') fields['network.direction'] = DIRECTIONS[pairs.at(AT.syscall) ?? ''];
  const decision = fields['auditd.log.avc.action'];
  if (decision === 'denied') fields['event.outcome'] = 'failure';
  else if (decision === 'granted') fields['event.outcome'] = 'success';
  else if (decision !== undefined) fields['event.outcome'] ??= 'unknown';
  if (type === 'USER_CHAUTHTOK' && !PASSWORD.test(pairs.at(AT.op) ?? 'password'))
    fields['event.action'] = 'modified-user-account';
}

/** Until version 4.9, shadow's tools wrote everything that they do to an account as a change of its password. */
const PASSWORD = /passw(?:or)?d|chauthtok/i;

/** A path is whole where it begins at the root; others begin at the record of the working directory. */
function setPath(fields: Fields): void {
  const path = pairs.at(AT.name);
  if (path?.startsWith('/') === true) fields['file.path'] = path;
}

const NUMBERED = new Set(['pid', 'ppid', 'argc', 'exit']);

/** Keys that have an ECS name of their own; the first that claims a name has it. */
const RENAMED = Object.entries({
  acct: 'user.name',
  user: 'user.name',
  uid: 'user.id',
  gid: 'user.group.id',
  agid: 'user.audit.group.id',
  auid: 'user.audit.id',
  fsgid: 'user.filesystem.group.id',
  fsuid: 'user.filesystem.id',
  egid: 'user.effective.group.id',
  euid: 'user.effective.id',
  sgid: 'user.saved.group.id',
  suid: 'user.saved.id',
  ogid: 'user.owner.group.id',
  ouid: 'user.owner.id',
  comm: 'process.name',
  exe: 'process.executable',
  pid: 'process.pid',
  ppid: 'process.parent.pid',
  argc: 'process.args_count',
  exit: 'process.exit_code',
  cwd: 'process.working_directory',
  terminal: 'user.terminal',
  src: 'source.address',
  addr: 'source.address',
  dst: 'destination.address',
}).map(([key, target]) => ({ place: placeOf(key), target, isNumber: NUMBERED.has(key) }));

const ARCHITECTURES: Readonly<Record<string, string>> = {
  c000003e: 'x86_64',
  c00000b7: 'aarch64',
};

/** Moves what has an ECS name there, out of the pairs; what finds its name taken or is no number stays. */
function setRenamed(fields: Fields): void {
  for (const { place, target, isNumber } of RENAMED) {
    const value = pairs.at(place);
    if (value === undefined) continue;
    const converted = isNumber ? decimal(value) : value;
    if (converted === undefined || fields[target] !== undefined) continue;
    fields[target] = converted;
    pairs.take(place);
  }
  const command = pairs.at(AT.cmd);
  if (command !== undefined) {
    const args = command.split(/\s+/);
    Object.assign(fields, {
      'process.args': args,
      'process.args_count': args.length,
      'process.command_line': command,
    });
    pairs.take(AT.cmd);
  }
  setAddresses(fields);
  const architecture = pairs.at(AT.arch);
  if (architecture !== undefined) fields['host.architecture'] = ARCHITECTURES[architecture] ?? architecture;
  const title = pairs.at(AT.proctitle);
  if (title !== undefined) fields['process.title'] = title.replaceAll('\0', ' ');
  setNames(fields, pairs);
}

function setAddresses(fields: Fields): void {
  const source = fields['source.address'];
  const destination = fields['destination.address'];
  if (typeof source === 'string') fields['source.ip'] = validIp(source);
  if (typeof destination === 'string') fields['destination.ip'] = validIp(destination);
}

/** Everything else under the name it has in the record. */
function setOwn(fields: Fields): void {
  for (let index = 0; index < pairs.length; index++) {
    const value = pairs.values[index];
    const { kept, own } = pairs.keys[index] as Key;
    if (value !== undefined && kept !== 'nothing') fields[own] = kept === 'text' ? value : ownValue(kept, value);
  }
}

function ownValue(kept: Kept, value: string): FieldValue {
  if (kept === 'number') return decimal(value) ?? value;
  return kept === 'truth' ? value === 'yes' || value === 'true' || value === '1' : visible(value);
}

/** Control characters as Elastic shows them: NUL as ^@, a carriage return as ^M. */
function visible(value: string): string {
  let text = '';
  for (const character of value) {
    const code = character.charCodeAt(0);
    text += code < 32 || code === 127 ? `^${String.fromCharCode(code ^ 64)}` : character;
  }
  return text;
}
