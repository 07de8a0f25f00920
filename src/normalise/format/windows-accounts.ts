import type { Fields } from '../../event/index.js';
import { ip, number, stringOf, whole } from '../raw.js';
import { type Row, setRows } from './mapped.js';
import type { WindowsEvent } from './windows-event.js';
import { setCommandLine, setExecutable } from './windows-paths.js';
import { ABOUT_ACCOUNT, ABOUT_GROUP, ABOUT_LOGON, ABOUT_OTHER, LOGON_TYPES } from './windows-security.js';

const SOURCE: readonly Row[] = [
  ['source.ip', ['IpAddress', 'ClientAddress', 'SourceAddress'], ip],
  ['source.port', ['IpPort', 'SourcePort'], whole],
  ['source.domain', ['WorkstationName', 'Workstation', 'ClientName']],
  ['destination.ip', 'DestAddress', ip],
  ['destination.port', 'DestPort', whole],
  ['service.name', 'ServiceName'],
];

/** Which of an event's accounts is what: `prefix` is the field's, `of` the event's. */
function setAccount(fields: Fields, data: Fields, prefix: string, of: string): void {
  const name = stringOf(data, [`${of}UserName`, `${of}Name`]);
  fields[`${prefix}.name`] = name;
  fields[`${prefix}.id`] = stringOf(data, [`${of}UserSid`, `${of}Sid`]);
  fields[`${prefix}.domain`] = stringOf(data, [`${of}DomainName`, `${of}Domain`]);
}

/** Users, groups, peers and processes of a Security event, by what its code is about. */
export function setSecurity(fields: Fields, event: WindowsEvent): void {
  const { code, data } = event;
  setUsers(fields, code, data);
  setRows(fields, data, SOURCE);
  if (code !== '4697' && code !== '4769') delete fields['service.name'];
  setProcess(fields, code, data);
  const logon = stringOf(data, 'LogonType');
  fields['winlog.logon.type'] = logon === undefined ? undefined : LOGON_TYPES[logon];
  fields['winlog.logon.id'] = stringOf(
    data,
    ABOUT_LOGON.has(code) ? ['TargetLogonId', 'SubjectLogonId'] : ['SubjectLogonId', 'LogonID'],
  );
}

function setUsers(fields: Fields, code: string, data: Fields): void {
  if (ABOUT_LOGON.has(code)) return setAccount(fields, data, 'user', 'Target');
  if (code === '4778' || code === '4779') {
    fields['user.name'] = stringOf(data, 'AccountName');
    fields['user.domain'] = stringOf(data, 'AccountDomain');
    return;
  }
  setAccount(fields, data, 'user', 'Subject');
  if (ABOUT_OTHER.has(code)) setAccount(fields, data, 'user.effective', 'Target');
  else if (ABOUT_GROUP.has(code)) setGroup(fields, data);
  else if (ABOUT_ACCOUNT.has(code)) setTarget(fields, code, data);
}

function setTarget(fields: Fields, code: string, data: Fields): void {
  setAccount(fields, data, 'user.target', 'Target');
  if (code !== '4781') return;
  fields['user.target.name'] = stringOf(data, 'OldTargetUserName');
  fields['user.changes.name'] = stringOf(data, 'NewTargetUserName');
}

function setGroup(fields: Fields, data: Fields): void {
  setAccount(fields, data, 'group', 'Target');
  fields['user.target.id'] = stringOf(data, 'MemberSid');
  const member = stringOf(data, 'MemberName');
  if (member === undefined) return;
  fields['user.target.name'] = /^CN=((?:[^,\\]|\\.)+)/i.exec(member)?.[1] ?? member;
  const domain = [...member.slice(0, 2048).matchAll(/,DC=([^,]+)/gi)].map((part) => part[1]);
  if (domain.length > 0) fields['user.target.domain'] = domain.join('.');
}

/** 4688 names the new process and its creator; other events the process that acts. */
function setProcess(fields: Fields, code: string, data: Fields): void {
  const created = code === '4688';
  setExecutable(
    fields,
    'process',
    stringOf(data, created ? 'NewProcessName' : ['ProcessName', 'CallerProcessName', 'Application']),
  );
  fields['process.pid'] = number(data[created ? 'NewProcessId' : 'ProcessId'] ?? data['CallerProcessId'] ?? null);
  if (!created) return;
  setExecutable(fields, 'process.parent', stringOf(data, 'ParentProcessName'));
  fields['process.parent.pid'] = number(data['ProcessId'] ?? null);
  setCommandLine(fields, 'process', stringOf(data, 'CommandLine'));
}
