import type { Fields, FieldValue } from '../../../../event/index.js';
import { decimal } from '../../../capture.js';
import { skipDigits, validIp } from '../../../text/scan.js';
import { setNames } from './enriched.js';
import { ANY_SYSCALL, type AuditMeaning, CONTROLS, DIRECTIONS, SYSCALLS } from './records.js';
import { type Kept, type Key, type Pairs, placeOf } from './values.js';

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

/** A type of records, and what it says by itself. */
export interface RecordType {
  readonly type: string;
  readonly lower: string;
  readonly known: AuditMeaning | undefined;
}

/**
 * Sets what a record of a type says by its pairs, whose values may be taken out. Depends on nothing else: of a value it asks no
 * more than `sorts.ts` tells, on which the layouts of records rest.
 */
export function setRecord(fields: Fields, { type, lower, known }: RecordType, pairs: Pairs): void {
  setMeaning(fields, lower, known ?? meaningOf(type, pairs), pairs);
  if (pairs.isCommand) setArguments(fields, pairs);
  setRenamed(fields, pairs);
  if (type === 'PATH') setPath(fields, pairs);
  setDetails(fields, type, pairs);
  setOwn(fields, pairs);
}

function setMeaning(fields: Fields, lower: string, meaning: AuditMeaning | undefined, pairs: Pairs): void {
  fields['event.action'] = meaning === undefined || meaning.action === '' ? lower : meaning.action;
  fields['event.category'] = meaning?.category;
  fields['event.type'] = meaning?.type;
  fields['event.outcome'] = outcomeOf(pairs);
  if (meaning === undefined) return;
  for (const { id, name, from } of meaning.accounts) {
    const value = firstOf(from, pairs);
    if (value !== undefined) fields[skipDigits(value, 0) === value.length ? id : name] = value;
  }
}

function firstOf(places: readonly number[], pairs: Pairs): string | undefined {
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
function meaningOf(type: string, pairs: Pairs): AuditMeaning | undefined {
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

function outcomeOf(pairs: Pairs): string | undefined {
  const result = pairs.at(AT.res) ?? pairs.at(AT.result);
  return result === undefined ? undefined : (OUTCOMES.get(result) ?? 'unknown');
}

/** `a0="ls" a1="-l"`: the arguments in order; a long one comes in pieces `a1[0]`, a cut record begins behind `a0`. */
function setArguments(fields: Fields, pairs: Pairs): void {
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
function setDetails(fields: Fields, type: string, pairs: Pairs): void {
  const control = type === 'VIRT_CONTROL' ? CONTROLS.get(pairs.at(AT.op) ?? '') : undefined;
  if (control !== undefined) fields['event.type'] = [control];
  if (type === 'VIRT_MACHINE_ID') {
    fields['container.name'] = pairs.at(AT.vm);
    fields['container.runtime'] = pairs.at(AT.virt);
  }
  if (type === 'SYSCALL') fields['network.direction'] = DIRECTIONS.get(pairs.at(AT.syscall) ?? '');
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
function setPath(fields: Fields, pairs: Pairs): void {
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

const ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['c000003e', 'x86_64'],
  ['c00000b7', 'aarch64'],
]);

/** Moves what has an ECS name there, out of the pairs; what finds its name taken or is no number stays. */
function setRenamed(fields: Fields, pairs: Pairs): void {
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
  if (architecture !== undefined) fields['host.architecture'] = ARCHITECTURES.get(architecture) ?? architecture;
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
function setOwn(fields: Fields, pairs: Pairs): void {
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
