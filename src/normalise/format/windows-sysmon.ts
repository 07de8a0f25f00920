import type { Fields } from '../../event/index.js';
import { isIP } from 'node:net';
import { ip, lower, number, stringOf, text, whole } from '../raw.js';
import { type Row, setRows } from './mapped.js';
import { setCommandLine, setDomainUser, setExecutable, setFile, setHashes } from './windows-paths.js';
import type { WindowsEvent } from './windows-event.js';

const ROWS: readonly Row[] = [
  ['process.entity_id', ['ProcessGuid', 'SourceProcessGuid', 'SourceProcessGUID'], guid],
  ['process.pid', ['ProcessId', 'SourceProcessId'], number],
  ['process.thread.id', 'SourceThreadId', number],
  ['process.working_directory', 'CurrentDirectory'],
  ['process.parent.entity_id', 'ParentProcessGuid', guid],
  ['process.parent.pid', 'ParentProcessId', number],
  ['process.pe.original_file_name', 'OriginalFileName'],
  ['process.pe.file_version', 'FileVersion'],
  ['process.pe.description', 'Description'],
  ['process.pe.product', 'Product'],
  ['process.pe.company', 'Company'],
  ['rule.name', 'RuleName'],
  ['network.transport', 'Protocol', lower],
  ['network.protocol', 'DestinationPortName'],
  ['source.ip', 'SourceIp', ip],
  ['source.port', 'SourcePort', whole],
  ['source.domain', 'SourceHostname'],
  ['destination.ip', 'DestinationIp', ip],
  ['destination.port', 'DestinationPort', whole],
  ['destination.domain', 'DestinationHostname'],
  ['dns.question.name', 'QueryName'],
  ['sysmon.dns.status', 'QueryStatus', text],
  ['registry.path', 'TargetObject'],
  ['registry.data.strings', 'Details', (value) => [text(value) ?? '']],
  ['file.name', 'PipeName'],
  ['file.code_signature.status', 'SignatureStatus'],
  ['file.code_signature.subject_name', 'Signature'],
];

/** Where the code says that the hashes are a file's; else they are the process's. */
const FILE_HASHES = new Set(['6', '7', '15', '23', '26', '29']);

/** Processes, files, connections, names and registry of a Sysmon event. Source: Sysmon's event schema. */
export function setSysmon(fields: Fields, { code, data }: WindowsEvent): void {
  setRows(fields, data, ROWS);
  setExecutable(fields, 'process', stringOf(data, ['Image', 'SourceImage']));
  setExecutable(fields, 'process.parent', stringOf(data, 'ParentImage'));
  setCommandLine(fields, 'process', stringOf(data, 'CommandLine'));
  setCommandLine(fields, 'process.parent', stringOf(data, 'ParentCommandLine'));
  setFile(fields, stringOf(data, ['TargetFilename', 'ImageLoaded']));
  setHashes(fields, FILE_HASHES.has(code) ? 'file' : 'process', stringOf(data, ['Hashes', 'Hash']));
  setDomainUser(fields, stringOf(data, ['User', 'SourceUser']));
  if (code === '3') setConnection(fields, data);
  if (code === '22') setAnswers(fields, stringOf(data, 'QueryResults'));
  if (code === '7') fields['dll.path'] = stringOf(data, 'ImageLoaded');
  setRegistry(fields, stringOf(data, 'TargetObject'));
}

function guid(value: Parameters<typeof text>[0]): string | undefined {
  const found = text(value);
  return typeof found === 'string' ? found.replace(/^\{|\}$/g, '') : undefined;
}

function setConnection(fields: Fields, data: Fields): void {
  const source = fields['source.ip'];
  fields['network.type'] = typeof source === 'string' ? (isIP(source) === 6 ? 'ipv6' : 'ipv4') : undefined;
  const initiated = stringOf(data, 'Initiated')?.toLowerCase();
  if (initiated !== undefined) fields['network.direction'] = initiated === 'true' ? 'egress' : 'ingress';
}

/** `type:  5 www.example.com;::ffff:192.0.2.1;` */
function setAnswers(fields: Fields, results: string | undefined): void {
  fields['network.protocol'] ??= 'dns';
  const parts =
    results
      ?.slice(0, 8192)
      .split(';')
      .filter((part) => part !== '') ?? [];
  const ips = parts.map((part) => ip(part.trim())).filter((part) => part !== undefined);
  if (ips.length > 0) fields['dns.resolved_ip'] = ips;
}

const HIVES: Readonly<Record<string, string>> = { HKLM: 'HKLM', HKU: 'HKU', HKCR: 'HKCR', HKCU: 'HKCU' };

function setRegistry(fields: Fields, path: string | undefined): void {
  if (path === undefined) return;
  const slash = path.indexOf('\\');
  const hive = HIVES[path.slice(0, Math.max(slash, 0))];
  if (hive === undefined) return;
  fields['registry.hive'] = hive;
  fields['registry.key'] = path.slice(slash + 1);
  fields['registry.value'] = path.slice(path.lastIndexOf('\\') + 1);
}
