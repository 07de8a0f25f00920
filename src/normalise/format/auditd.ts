import type { Fields, FieldValue } from '../../event/index.js';
import { decimal, eventFields } from '../capture.js';
import type { Line, TextFormat } from '../line.js';
import { Names } from '../names.js';
import { validIp } from '../scan.js';
import { ANY_SYSCALL, type AuditMeaning, RECORDS, SYSCALLS, TYPE_NUMBERS } from './auditd-records.js';
import { behindHead } from './behind-head.js';
import { KEYS, valueOf } from './auditd-values.js';

const DATASET = 'auditd.log';
/** Group separator: enriched records put their readable names behind it. */
const GROUP = '\u001d';
const MAX_KEYS = 512;

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
  sniff: (line) => HEAD.test(line.slice(0, 400)),
  parse: behindHead(auditRecord),
};

const HEAD =
  /^(?:node=([^ ]{1,255}) )?(?:audit: )?(?:type=([A-Z0-9_[\]]{1,64}) )?(?:msg=)?audit\((\d{1,12}(?:\.\d{1,9})?):(\d{1,15})\):? ?/;
const AVC = /^(?:user )?(?:pid=\d+ )?.{0,256}?avc: {1,4}(\w{1,32}) {1,4}\{ ([^}]{0,256}) \} for {1,4}/;

// As programs of Red Hat 5 end their messages.
const OLD = /\(hostname=([^,]{0,255}), addr=([^,]{0,255}), terminal=([^ ]{0,255}) res=(\w{1,16})\)/;
// What an enriched record tells of an address: `SADDR={ saddr_fam=inet laddr=192.0.2.1 lport=80 }`.
const GROUPED = new RegExp(`${GROUP}(\\w{1,32})=\\{ (.*) \\}$`);

/** A record whose pairs all stand side by side. */
function plain(rest: string): string {
  if (rest.includes('(hostname=')) return rest.replace(OLD, 'hostname=$1 addr=$2 terminal=$3 res=$4');
  const grouped = rest.endsWith(' }') ? GROUPED.exec(rest) : null;
  if (grouped === null) return rest;
  return `${rest.slice(0, grouped.index)} original_field=${(grouped[1] ?? '').toLowerCase()} ${grouped[2] ?? ''}`;
}

/** One audit record at the beginning of `text`; undefined where none stands there. */
export function auditRecord(text: string, line: Line): Fields | undefined {
  const head = HEAD.exec(text.slice(0, 400));
  if (head === null) return undefined;
  const [whole, node, named = 'UNKNOWN', epoch, sequence] = head;
  const type = Object.hasOwn(TYPE_NUMBERS, named) ? (TYPE_NUMBERS[named] ?? named) : named;
  const rest = text.slice(whole.length);
  const raw = new Map<string, string>();
  const avc = rest.includes('avc: ') ? AVC.exec(rest.slice(0, 1024)) : null;
  readPairs(plain(rest), raw);
  line.time = Math.floor(Number(epoch) * 1000);
  const fields = eventFields(line, DATASET, rest, {});
  // The record says itself which program and process it is about, not who wrote it down.
  fields['process.name'] = undefined;
  fields['process.pid'] = undefined;
  fields['auditd.log.record_type'] = type;
  fields['auditd.log.sequence'] = Number(sequence);
  fields['auditd.log.node'] = node;
  if (avc !== null) Object.assign(fields, { 'auditd.log.avc.action': avc[1], 'auditd.log.avc.request': avc[2] });
  setMeaning(fields, type, raw);
  if (type === 'EXECVE') setArguments(fields, raw);
  setRenamed(fields, raw);
  if (type === 'PATH') fields['file.path'] = raw.get('name');
  setDetails(fields, type, raw);
  setOwn(fields, raw);
  line.audits.join(fields, type, `${node ?? line.host ?? line.hostName} ${epoch ?? ''}:${sequence ?? ''}`);
  return fields;
}

// `old auid=` and `new auid=` of LOGIN records are two words.
// A value without quotes goes on over words that are no pair: `op=adding user`.
const PAIR = new RegExp(
  String.raw`(?:\b(old|new) )?([A-Za-z_][\w-]{0,63}(?:\[\d{1,6}\])?)=(?:"([^"]*)"|'|([^\s${GROUP}"]*(?: (?!(?:old|new) )[^\s=${GROUP}'"]+'?(?=[ ${GROUP}]|$))*))`,
  'g',
);

/** Reads `key=value` pairs, the first of a key; the text of `msg='…'` is read as part of the record. Linear. */
function readPairs(text: string, raw: Map<string, string>): void {
  PAIR.lastIndex = 0;
  for (let found = PAIR.exec(text); found !== null && raw.size < MAX_KEYS; found = PAIR.exec(text)) {
    const [, age, name = '', quoted, bare] = found;
    const { key, mayBeHex } = KEYS.of(age === undefined ? name : `${age}_${name}`);
    const value =
      quoted ?? (bare === undefined ? undefined : valueOf(mayBeHex, bare.endsWith("'") ? bare.slice(0, -1) : bare));
    if (value === undefined || value === '' || value === '?' || value === '(null)' || raw.has(key)) continue;
    raw.set(key, value);
  }
}

function setMeaning(fields: Fields, type: string, raw: ReadonlyMap<string, string>): void {
  const meaning = meaningOf(type, raw);
  fields['event.action'] = meaning === undefined || meaning.action === '' ? type.toLowerCase() : meaning.action;
  fields['event.category'] = meaning?.category;
  fields['event.type'] = meaning?.type;
  fields['event.outcome'] = outcomeOf(raw);
  for (const { to, from } of meaning?.accounts ?? []) {
    const value = from.map((key) => raw.get(key)).find((found) => found !== undefined);
    if (value !== undefined) fields[`${to}${/^\d+$/.test(value) ? '.id' : '.name'}`] = value;
  }
}

const STARTED: AuditMeaning = { action: 'execve', category: ['process'], type: ['start'], accounts: [] };
const APPARMOR: AuditMeaning = {
  action: 'violated-apparmor-policy',
  category: undefined,
  type: undefined,
  accounts: [],
};

function meaningOf(type: string, raw: ReadonlyMap<string, string>): AuditMeaning | undefined {
  const known = RECORDS.get(type);
  if (known !== undefined) return known;
  if (type === 'EXECVE') return STARTED;
  if (type === 'AVC') return raw.has('apparmor') ? APPARMOR : undefined;
  const syscall = raw.get('SYSCALL') ?? raw.get('syscall');
  return syscall === undefined ? undefined : (SYSCALLS.get(syscall) ?? ANY_SYSCALL);
}

const OUTCOMES: Readonly<Record<string, string>> = {
  '1': 'success',
  success: 'success',
  '0': 'failure',
  failed: 'failure',
};

function outcomeOf(raw: ReadonlyMap<string, string>): string | undefined {
  const result = raw.get('res') ?? raw.get('result');
  if (result === undefined) return undefined;
  return Object.hasOwn(OUTCOMES, result) ? OUTCOMES[result] : 'unknown';
}

/** `a0="ls" a1="-l"`: the arguments in order; a long one comes in pieces `a1[0]`, a cut record begins behind `a0`. */
function setArguments(fields: Fields, raw: ReadonlyMap<string, string>): void {
  const args = new Map<number, string>();
  for (const [key, value] of raw) {
    const found = /^a(\d{1,5})(?:\[\d{1,6}\])?$/.exec(key);
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

const CONTROLS: Readonly<Record<string, string>> = {
  start: 'start',
  stop: 'end',
  create: 'creation',
  delete: 'deletion',
};
/** System calls by name and by their numbers on x86-64. Source: Elastic's auditd log pipeline, as documented. */
const DIRECTIONS: Readonly<Record<string, string>> = {
  ...Object.fromEntries('accept 43 recvfrom 45 recvmsg 47 accept4 288'.split(' ').map((call) => [call, 'ingress'])),
  ...Object.fromEntries('connect 42 sendto 44 sendmsg 46'.split(' ').map((call) => [call, 'egress'])),
};

/** What only some types of records say: virtual machines, the way of a connection, a decision of the kernel. */
function setDetails(fields: Fields, type: string, raw: ReadonlyMap<string, string>): void {
  const control = type === 'VIRT_CONTROL' ? CONTROLS[raw.get('op') ?? ''] : undefined;
  if (control !== undefined) fields['event.type'] = [control];
  if (type === 'VIRT_MACHINE_ID') {
    fields['container.name'] = raw.get('vm');
    fields['container.runtime'] = raw.get('virt');
  }
  if (type === 'SYSCALL') fields['network.direction'] = DIRECTIONS[raw.get('syscall') ?? ''];
  const decision = fields['auditd.log.avc.action'];
  if (decision === 'denied') fields['event.outcome'] = 'failure';
  else if (decision === 'granted') fields['event.outcome'] = 'success';
}

type Convert = (value: string) => FieldValue | undefined;
const same: Convert = (value) => value;

/** Keys that have an ECS name of their own; the first that claims a name has it. */
const RENAMED: readonly (readonly [string, string, Convert])[] = [
  ['acct', 'user.name', same],
  ['user', 'user.name', same],
  ['uid', 'user.id', same],
  ['gid', 'user.group.id', same],
  ['agid', 'user.audit.group.id', same],
  ['auid', 'user.audit.id', same],
  ['fsgid', 'user.filesystem.group.id', same],
  ['fsuid', 'user.filesystem.id', same],
  ['egid', 'user.effective.group.id', same],
  ['euid', 'user.effective.id', same],
  ['sgid', 'user.saved.group.id', same],
  ['suid', 'user.saved.id', same],
  ['ogid', 'user.owner.group.id', same],
  ['ouid', 'user.owner.id', same],
  ['comm', 'process.name', same],
  ['exe', 'process.executable', same],
  ['pid', 'process.pid', decimal],
  ['ppid', 'process.parent.pid', decimal],
  ['argc', 'process.args_count', decimal],
  ['exit', 'process.exit_code', decimal],
  ['cwd', 'process.working_directory', same],
  ['terminal', 'user.terminal', same],
  ['src', 'source.address', same],
  ['addr', 'source.address', same],
  ['dst', 'destination.address', same],
];

const ARCHITECTURES: Readonly<Record<string, string>> = {
  c000003e: 'x86_64',
  '40000003': 'i386',
  c00000b7: 'aarch64',
  '40000028': 'arm',
};

/** Moves what has an ECS name there, out of `raw`; what finds its name taken or is no number stays. */
function setRenamed(fields: Fields, raw: Map<string, string>): void {
  for (const [key, target, convert] of RENAMED) {
    const value = raw.get(key);
    const converted = value === undefined ? undefined : convert(value);
    if (converted === undefined || fields[target] !== undefined) continue;
    fields[target] = converted;
    raw.delete(key);
  }
  const command = raw.get('cmd');
  if (command !== undefined) {
    const args = command.split(/\s+/);
    Object.assign(fields, {
      'process.args': args,
      'process.args_count': args.length,
      'process.command_line': command,
    });
    raw.delete('cmd');
  }
  setAddresses(fields);
  const architecture = raw.get('arch');
  if (architecture !== undefined) fields['host.architecture'] = ARCHITECTURES[architecture] ?? architecture;
  const title = raw.get('proctitle');
  if (title !== undefined) fields['process.title'] = title.replaceAll('\0', ' ');
  // Enriched records name the accounts besides their numbers.
  fields['user.name'] ??= raw.get('UID');
}

function setAddresses(fields: Fields): void {
  const source = fields['source.address'];
  const destination = fields['destination.address'];
  if (typeof source === 'string') fields['source.ip'] = validIp(source);
  if (typeof destination === 'string') fields['destination.ip'] = validIp(destination);
}

const NUMBERS = new Set(['lport', 'rport', 'entries', 'dst_prefixlen', 'ksize', 'size', 'src_prefixlen']);
const BOOLEANS = new Set(['success', 'key_enforce']);
const DROPPED = new Set(['arch', 'res', 'msg']);

/** Everything else under the name it has in the record. */
function setOwn(fields: Fields, raw: ReadonlyMap<string, string>): void {
  for (const [key, value] of raw) if (!DROPPED.has(key)) fields[OWN.of(key)] = ownValue(key, value);
}

const OWN = new Names((key) => `auditd.log.${key}`);

function ownValue(key: string, value: string): FieldValue {
  if (NUMBERS.has(key)) return decimal(value) ?? value;
  if (BOOLEANS.has(key)) return value === 'yes' || value === 'true' || value === '1';
  return key === 'proctitle' || key === 'data' ? visible(value) : value;
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
