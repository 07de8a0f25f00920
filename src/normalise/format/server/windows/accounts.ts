import type { Fields, FieldValue } from '../../../../event/index.js';
import { ip, number, stringOf, text, whole } from '../../../raw.js';
import type { Row } from '../../mapped.js';
import type { WindowsEvent } from './event.js';
import { setData } from './layout.js';
import { setLogonWords } from './logon.js';
import { PARENT_NAMES, PROCESS_NAMES, quotedWords, setExecutable } from './paths.js';
import { ABOUT_ACCOUNT, ABOUT_COMPUTER, ABOUT_GROUP, ABOUT_LOGON, ABOUT_OTHER, LOGON_TYPES } from './security.js';
import { table } from '../../../lookup.js';

const SERVICE_TYPES = table<string>({
  '0x1': 'Kernel Driver',
  '0x2': 'File System Driver',
  '0x8': 'Recognizer Driver',
  '0x10': 'Win32 Own Process',
  '0x20': 'Win32 Share Process',
  '0x110': 'Interactive Own Process',
  '0x120': 'Interactive Share Process',
});

const SOURCE: readonly Row[] = [
  ['source.ip', ['IpAddress', 'ClientAddress', 'SourceAddress'], address],
  ['source.port', ['IpPort', 'SourcePort'], whole],
  ['source.domain', ['WorkstationName', 'Workstation', 'ClientName']],
  ['destination.ip', 'DestAddress', ip],
  ['destination.port', 'DestPort', whole],
  ['network.iana_number', 'Protocol', text],
  ['service.name', 'ServiceName'],
  ['service.type', 'ServiceType', (value) => SERVICE_TYPES[stringOf({ value }, 'value')?.toLowerCase() ?? '']],
];

/** A session at the machine itself comes from `LOCAL`. */
function address(value: FieldValue): FieldValue | undefined {
  return value === 'LOCAL' ? '127.0.0.1' : ip(value);
}

/** The names of an account's fields, and where an event tells them. */
interface Account {
  readonly name: string;
  readonly id: string;
  readonly domain: string;
  readonly names: readonly string[];
  readonly ids: readonly string[];
  readonly domains: readonly string[];
}

/** Which of an event's accounts is what: `prefix` is the field's, `of` the event's. */
function account(prefix: string, of: string): Account {
  return {
    name: `${prefix}.name`,
    id: `${prefix}.id`,
    domain: `${prefix}.domain`,
    names: [`${of}UserName`, `${of}Name`],
    ids: [`${of}UserSid`, `${of}Sid`],
    domains: [`${of}DomainName`, `${of}Domain`],
  };
}

const ACTOR = account('user', 'Subject');
const USER = account('user', 'Target');
const EFFECTIVE = account('user.effective', 'Target');
const TARGET = account('user.target', 'Target');
const COMPUTER = account('winlog.computerObject', 'Target');
const GROUP = account('group', 'Target');

function setAccount(fields: Fields, data: Fields, { name, id, domain, names, ids, domains }: Account): void {
  fields[name] = stringOf(data, names);
  fields[id] = stringOf(data, ids);
  fields[domain] = stringOf(data, domains);
}

/** As `setAccount`; a principal's name is told without its realm. */
function setPrincipal(fields: Fields, data: Fields, of: Account): void {
  setAccount(fields, data, of);
  const name = fields[of.name];
  if (typeof name === 'string' && name.indexOf('@') > 0) fields[of.name] = name.slice(0, name.indexOf('@'));
}

/** Users, groups, peers and processes of a Security event, by what its code is about. */
export function setSecurity(fields: Fields, event: WindowsEvent): void {
  const { code, data } = event;
  setUsers(fields, code, data);
  setData(fields, event, SOURCE);
  setProcess(fields, code, data);
  setLogon(fields, code, data);
  setLogonWords(fields, code, data);
  if (code === '4624') fields['related.user'] = namesOf(fields['user.name'], stringOf(data, 'SubjectUserName'));
  if (code === '5140' || code === '5145') setShared(fields, data);
  setKey(fields, code, data);
  const privileges = stringOf(data, 'PrivilegeList');
  if (privileges !== undefined) fields['winlog.event_data.PrivilegeList'] = privileges.trim().split(/\s+/);
}

/** The distinct names among values; undefined for none. */
function namesOf(...values: readonly Fields[string][]): string[] | undefined {
  const names = new Set(values.filter((value) => typeof value === 'string'));
  return names.size === 0 ? undefined : [...names];
}

const ENDED = new Set(['4634', '4647', '4964']);

const LOGON_IDS = ['SubjectLogonId', 'LogonID'];
const ENDED_IDS = [...LOGON_IDS, 'TargetLogonId'];

function setLogon(fields: Fields, code: string, data: Fields): void {
  const type = stringOf(data, 'LogonType');
  fields['winlog.logon.type'] = type === undefined ? undefined : LOGON_TYPES[type];
  fields['winlog.logon.id'] = stringOf(data, ENDED.has(code) ? ENDED_IDS : LOGON_IDS);
}

function setUsers(fields: Fields, code: string, data: Fields): void {
  if (ABOUT_LOGON.has(code)) return setPrincipal(fields, data, USER);
  if (code === '4778' || code === '4779') {
    fields['user.name'] = stringOf(data, 'AccountName');
    fields['user.domain'] = stringOf(data, 'AccountDomain');
    return;
  }
  setAccount(fields, data, ACTOR);
  if (ABOUT_OTHER.has(code)) setPrincipal(fields, data, EFFECTIVE);
  else if (ABOUT_GROUP.has(code)) setGroup(fields, data);
  else if (ABOUT_ACCOUNT.has(code)) setTarget(fields, code, data);
  else if (code === '5136') setObject(fields, data);
}

function setTarget(fields: Fields, code: string, data: Fields): void {
  setPrincipal(fields, data, TARGET);
  if (ABOUT_COMPUTER.has(code)) setAccount(fields, data, COMPUTER);
  if (code !== '4781') return;
  fields['user.target.name'] = stringOf(data, 'OldTargetUserName');
  fields['user.changes.name'] = stringOf(data, 'NewTargetUserName');
}

function setGroup(fields: Fields, data: Fields): void {
  setAccount(fields, data, GROUP);
  fields['user.target.id'] = stringOf(data, 'MemberSid');
  const member = stringOf(data, 'MemberName');
  if (member === undefined && fields['user.target.id'] === undefined) return;
  const parts = member?.slice(0, 2048).split(/(?<!\\),/);
  fields['user.target.name'] = parts?.[0]?.replace(/CN=/i, '');
  // Elastic's domain is the fourth part, whatever comes before and behind it.
  fields['user.target.domain'] = parts?.[3]?.replace(/DC=/i, '');
  // Local groups tell a member by its number alone.
  for (const part of ['id', 'name', 'domain']) fields[`user.target.group.${part}`] = fields[`group.${part}`];
}

/** An object of the directory: a user or a group by the first name of its path, and what was done to it. */
function setObject(fields: Fields, data: Fields): void {
  fields['event.reason'] = stringOf(data, 'OperationType');
  const name = /CN=((?:[^,\\]|\\.){1,1024})/i.exec(stringOf(data, 'ObjectDN')?.slice(0, 4096) ?? '')?.[1];
  const kind = stringOf(data, 'ObjectClass')?.toLowerCase() ?? '';
  if (name === undefined || !/user|group/.test(kind)) return;
  fields[kind.includes('user') ? 'user.target.name' : 'group.name'] = unescaped(name);
}

/** Characters of a distinguished name behind backslashes: two hexadecimal digits, or themselves. */
function unescaped(name: string): string {
  return name
    .replace(/\\(?:([0-9a-f]{2})|(.))/gi, (_, hex, char) =>
      typeof hex === 'string' ? String.fromCharCode(Number.parseInt(hex, 16)) : String(char),
    )
    .trim();
}

const KEYS = new Set(['4656', '4658', '4660', '4661', '4662', '4663']);

/** A key of the registry that an access was about. */
function setKey(fields: Fields, code: string, data: Fields): void {
  const name = stringOf(data, 'ObjectName');
  if (name === undefined) return;
  const isKey = stringOf(data, 'ObjectType') === 'Key' || name.toUpperCase().startsWith('\\REGISTRY\\');
  if (code === '4657' || (KEYS.has(code) && isKey)) fields['registry.path'] = name;
}

/** 4688 names the new process and its creator; other events the process that acts. */
function setProcess(fields: Fields, code: string, data: Fields): void {
  const created = code === '4688';
  setExecutable(
    fields,
    PROCESS_NAMES,
    stringOf(data, created ? 'NewProcessName' : ['ProcessName', 'CallerProcessName', 'Application']),
  );
  fields['process.pid'] = number(data[created ? 'NewProcessId' : 'ProcessId'] ?? data['CallerProcessId'] ?? null);
  if (!created) return;
  setExecutable(fields, PARENT_NAMES, stringOf(data, 'ParentProcessName'));
  fields['process.parent.pid'] = number(data['ProcessId'] ?? null);
  const command = stringOf(data, 'CommandLine');
  if (command === undefined) return;
  fields['process.command_line'] = command;
  fields['process.args'] = quotedWords(command);
}

/** A file reached through a share: where it lies on the server, and by which name it was asked for. */
function setShared(fields: Fields, data: Fields): void {
  const name = stringOf(data, 'RelativeTargetName');
  const directory = stringOf(data, 'ShareLocalPath');
  const share = stringOf(data, 'ShareName');
  fields['file.name'] = name;
  fields['file.directory'] = directory;
  if (name === undefined) return;
  if (directory !== undefined) fields['file.path'] = `${directory.replace(/\\$/, '')}\\${name}`;
  if (share !== undefined) fields['file.target_path'] = `${share}\\${name}`;
  const dot = name.lastIndexOf('.');
  if (dot >= 0 && dot < name.length - 1) fields['file.extension'] = name.slice(dot + 1);
}
