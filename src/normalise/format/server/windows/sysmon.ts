import { isIP } from 'node:net';
import type { Fields } from '../../../../event/index.js';
import { ip, lower, number, stringOf, text, whole } from '../../../raw.js';
import type { Row } from '../../mapped.js';
import type { WindowsEvent } from './event.js';
import { setData } from './layout.js';
import { commandWords, FILE_NAMES, PROCESS_NAMES, programName, setDomainUser, setFile, setHashes } from './paths.js';
import { setRegistry } from './registry.js';
import { DNS_STATUS, DNS_TYPES, SYSMON_FAILURES } from './sysmon-codes.js';

const ROWS: readonly Row[] = [
  ['process.entity_id', ['SourceProcessGUID', 'SourceProcessGuid', 'ProcessGuid'], guid],
  ['process.pid', ['SourceProcessId', 'ProcessId'], number],
  ['process.thread.id', 'SourceThreadId', number],
  ['process.working_directory', 'CurrentDirectory'],
  ['process.parent.entity_id', 'ParentProcessGuid', guid],
  ['process.parent.pid', 'ParentProcessId', number],
  ['rule.name', 'RuleName'],
  ['network.transport', 'Protocol', lower],
  ['network.protocol', ['DestinationPortName', 'SourcePortName']],
  ['source.ip', 'SourceIp', ip],
  ['source.port', 'SourcePort', whole],
  ['source.domain', 'SourceHostname'],
  ['destination.ip', 'DestinationIp', ip],
  ['destination.port', 'DestinationPort', whole],
  ['destination.domain', 'DestinationHostname'],
  ['dns.question.name', 'QueryName'],
  ['sysmon.dns.status', 'QueryStatus', dnsStatus],
  ['sysmon.file.archived', 'Archived', truth],
  ['sysmon.file.is_executable', 'IsExecutable', truth],
  ['file.name', 'PipeName'],
  ['file.code_signature.status', 'SignatureStatus'],
  ['file.code_signature.subject_name', 'Signature'],
];

/** Where the code says that the hashes are a file's; else they are the process's. */
const FILE_HASHES = new Set(['6', '7', '15', '27', '28', '29']);
const REGISTRY_EVENTS = new Set(['12', '13', '14']);

/** The parts of an event that no row can set, and where they stand. */
type Said = Record<
  'image' | 'parent' | 'line' | 'parentLine' | 'file' | 'hashes' | 'user' | 'signature',
  string | undefined
>;

const SAID: readonly Row[] = [
  ['image', ['Destination', 'SourceImage', 'Image'], text],
  ['parent', 'ParentImage', text],
  ['line', 'CommandLine', text],
  ['parentLine', 'ParentCommandLine', text],
  ['file', ['ImageLoaded', 'Device', 'TargetFilename'], text],
  ['hashes', ['Hashes', 'Hash'], text],
  ['user', ['User', 'SourceUser'], text],
  ['signature', 'SignatureStatus', text],
];

function said(event: WindowsEvent): Said {
  const all: Said = {
    image: undefined,
    parent: undefined,
    line: undefined,
    parentLine: undefined,
    file: undefined,
    hashes: undefined,
    user: undefined,
    signature: undefined,
  };
  setData(all, event, SAID);
  return all;
}

/** What a program's resources say of it. */
const PROCESS_PROGRAM = programRows('process');
const FILE_PROGRAM = programRows('file');

function programRows(prefix: string): readonly Row[] {
  return [
    [`${prefix}.pe.original_file_name`, 'OriginalFileName', text],
    [`${prefix}.pe.file_version`, 'FileVersion', text],
    [`${prefix}.pe.description`, 'Description', text],
    [`${prefix}.pe.product`, 'Product', text],
    [`${prefix}.pe.company`, 'Company', text],
  ];
}

/** Processes, files, connections, names and registry of a Sysmon event. Source: Sysmon's event schema. */
export function setSysmon(fields: Fields, event: WindowsEvent): void {
  const { code } = event;
  const { image, parent, line, parentLine, file, hashes, user, signature } = said(event);
  setData(fields, event, ROWS);
  setProcess(fields, image, line);
  setParent(fields, parent, parentLine);
  setFile(fields, file);
  setHashes(fields, FILE_HASHES.has(code) ? FILE_NAMES : PROCESS_NAMES, hashes);
  setData(fields, event, code === '7' ? FILE_PROGRAM : PROCESS_PROGRAM);
  fields['user.id'] = event.userId;
  setDomainUser(fields, user);
  if (signature === 'Valid') fields['file.code_signature.valid'] = true;
  setByCode(fields, event);
}

// The names of both stand in the code: a store under a name that is looked up costs several times as much.

function setProcess(fields: Fields, image: string | undefined, line: string | undefined): void {
  if (image !== undefined) {
    fields['process.executable'] = image;
    fields['process.name'] = programName(image);
  }
  if (line === undefined) return;
  fields['process.command_line'] = line;
  const args = commandWords(line);
  if (args.length === 0) return;
  fields['process.args'] = args;
  fields['process.args_count'] = args.length;
}

function setParent(fields: Fields, image: string | undefined, line: string | undefined): void {
  if (image !== undefined) {
    fields['process.parent.executable'] = image;
    fields['process.parent.name'] = programName(image);
  }
  if (line === undefined) return;
  fields['process.parent.command_line'] = line;
  const args = commandWords(line);
  if (args.length === 0) return;
  fields['process.parent.args'] = args;
  fields['process.parent.args_count'] = args.length;
}

function setByCode(fields: Fields, { code, data }: WindowsEvent): void {
  if (code === '3') setConnection(fields, data);
  if (code === '22') setAnswers(fields, stringOf(data, 'QueryResults'));
  if (code === '7') fields['dll.path'] = stringOf(data, 'ImageLoaded');
  if (code === '255') fields['error.code'] = stringOf(data, 'ID');
  if (SYSMON_FAILURES.has(code)) fields['event.outcome'] = 'failure';
  if (REGISTRY_EVENTS.has(code)) setRegistry(fields, stringOf(data, 'TargetObject'), stringOf(data, 'Details'));
}

function guid(value: Parameters<typeof text>[0]): string | undefined {
  const found = text(value);
  return typeof found === 'string' && found !== '{00000000-0000-0000-0000-000000000000}' ? found : undefined;
}

function dnsStatus(value: Parameters<typeof text>[0]): ReturnType<typeof text> {
  const found = text(value);
  return typeof found === 'string' ? (DNS_STATUS[found] ?? found) : undefined;
}

function truth(value: Parameters<typeof text>[0]): boolean | undefined {
  const found = lower(value);
  return found === 'true' ? true : found === 'false' ? false : undefined;
}

function setConnection(fields: Fields, data: Fields): void {
  const source = fields['source.ip'];
  fields['network.type'] = typeof source === 'string' ? (isIP(source) === 6 ? 'ipv6' : 'ipv4') : undefined;
  const initiated = stringOf(data, 'Initiated')?.toLowerCase();
  if (initiated !== undefined) fields['network.direction'] = initiated === 'true' ? 'egress' : 'ingress';
}

type Answer = Readonly<Record<'type' | 'data', string>>;

/** `type:  5 www.example.com;::ffff:192.0.2.1;` */
function setAnswers(fields: Fields, results: string | undefined): void {
  fields['network.protocol'] = 'dns';
  const answers = (results ?? '')
    .slice(0, 8192)
    .split(';')
    .map(answerOf)
    .filter((answer) => answer !== undefined);
  const isAddress = ({ data }: Answer): boolean => isIP(data) !== 0;
  const ips = answers.filter(isAddress).map(({ data }) => data);
  const hosts = answers.filter((answer) => !isAddress(answer)).map(({ data }) => data);
  const asked = fields['dns.question.name'];
  if (typeof asked === 'string') hosts.push(asked);
  if (answers.length > 0) fields['dns.answers'] = answers;
  if (ips.length > 0) fields['dns.resolved_ip'] = ips;
  if (hosts.length > 0) fields['related.hosts'] = hosts;
}

function answerOf(part: string): Answer | undefined {
  const named = /^type: {1,4}(\d{1,5}) {1,4}(\S{1,255})$/.exec(part);
  if (named !== null) return { type: DNS_TYPES[named[1] ?? ''] ?? '', data: named[2] ?? '' };
  const address = ip(part.trim());
  return typeof address === 'string' ? { type: isIP(address) === 6 ? 'AAAA' : 'A', data: address } : undefined;
}
