import type { Logsource } from '../../event/index.js';
import { AZURE, CLOUDTRAIL, GCP, KUBERNETES, M365, OKTA } from './cloud.js';
import { ZEEK } from './zeek.js';

/** Where events have a field, by the name Sigma gives it: ECS paths, the first that is set is read. */
export type FieldTable = Readonly<Record<string, string | readonly string[]>>;

/** The names of one kind of log source. */
export interface TaxonomyRow {
  /** Every dimension given must be the rule's; a list means one of them. */
  readonly when: { readonly [K in keyof Logsource]?: string | readonly string[] };
  readonly fields: FieldTable;
  /** Prefixes under which the source keeps names of its own: `winlog.event_data` for Windows. */
  readonly rest?: readonly string[];
  /** The parser writes the source's own names in snake case: `userIdentity.type` is `user_identity.type` there. */
  readonly snake?: boolean;
  /** Outer levels that the parser leaves away. */
  readonly trim?: readonly string[];
}

/** Web servers and proxies. Source: Sigma taxonomy appendix 2.1 (W3C names); `cs-uri-query` as DESIGN.md section 5 says. */
const WEB: FieldTable = {
  'c-uri': ['url.original', 'url.full'],
  'cs-uri': ['url.original', 'url.full'],
  'c-uri-query': ['url.original', 'url.query'],
  'cs-uri-query': ['url.original', 'url.query'],
  'c-uri-stem': 'url.path',
  'cs-uri-stem': 'url.path',
  'c-uri-extension': 'url.extension',
  'cs-method': 'http.request.method',
  'sc-status': 'http.response.status_code',
  'c-ip': ['source.ip', 'client.ip'],
  'c-port': 'source.port',
  's-ip': ['destination.ip', 'server.ip'],
  's-port': ['destination.port', 'server.port'],
  's-computername': 'host.name',
  'cs-username': 'user.name',
  'c-useragent': 'user_agent.original',
  'cs-user-agent': 'user_agent.original',
  'cs-useragent': 'user_agent.original',
  'cs(User-Agent)': 'user_agent.original',
  'c-referer': 'http.request.referrer',
  'cs-referer': 'http.request.referrer',
  'cs-referrer': 'http.request.referrer',
  'cs(Referer)': 'http.request.referrer',
  'cs-host': ['url.domain', 'destination.domain'],
  'r-dns': ['url.domain', 'destination.domain'],
  'cs-version': 'http.version',
  'sc-bytes': ['http.response.body.bytes', 'http.response.bytes'],
  'cs-bytes': ['http.request.body.bytes', 'http.request.bytes'],
  'cs-cookie': 'http.request.headers.cookie',
  resp_mime_types: 'http.response.mime_type',
};

/** Processes, files, connections and names of hosts: Sysmon's words. Source: Sigma taxonomy appendix 2.1, "Generic". */
const ENDPOINT: FieldTable = {
  Image: 'process.executable',
  OriginalFileName: 'process.pe.original_file_name',
  CommandLine: 'process.command_line',
  CurrentDirectory: 'process.working_directory',
  ProcessId: 'process.pid',
  ProcessGuid: 'process.entity_id',
  ParentImage: 'process.parent.executable',
  ParentCommandLine: 'process.parent.command_line',
  ParentProcessId: 'process.parent.pid',
  ParentProcessGuid: 'process.parent.entity_id',
  GrandParentImage: 'process.parent.parent.executable',
  FileVersion: 'process.pe.file_version',
  Description: 'process.pe.description',
  Product: 'process.pe.product',
  Company: 'process.pe.company',
  md5: 'process.hash.md5',
  sha1: 'process.hash.sha1',
  sha256: 'process.hash.sha256',
  imphash: 'process.pe.imphash',
  Imphash: 'process.pe.imphash',
  User: 'user.name',
  TargetFilename: 'file.path',
  ImageLoaded: ['dll.path', 'file.path'],
  TargetObject: 'registry.path',
  SourceIp: 'source.ip',
  SourcePort: 'source.port',
  SourceHostname: 'source.domain',
  DestinationIp: 'destination.ip',
  DestinationPort: 'destination.port',
  DestinationHostname: 'destination.domain',
  Protocol: 'network.transport',
  QueryName: 'dns.question.name',
  Computer: ['host.name', 'winlog.computer_name'],
  ComputerName: ['host.name', 'winlog.computer_name'],
};

/** Windows: what winlogbeat keeps beside `winlog.event_data`. Where ECS cuts a value short, the event's own comes first. */
const WINDOWS: FieldTable = {
  EventID: ['event.code', 'winlog.event_id'],
  EventId: ['event.code', 'winlog.event_id'],
  EventLog: 'winlog.channel',
  Channel: 'winlog.channel',
  Provider_Name: ['winlog.provider_name', 'event.provider'],
  ProviderName: ['winlog.provider_name', 'event.provider'],
  Source: ['winlog.provider_name', 'event.provider'],
  EventRecordID: 'winlog.record_id',
  Execution_ProcessID: 'winlog.process.pid',
  Execution_ThreadID: 'winlog.process.thread.id',
  Level: ['winlog.level', 'log.level'],
  Keywords: 'winlog.keywords',
  Task: 'winlog.task',
  Message: 'message',
  User: ['winlog.event_data.User', 'user.name'],
  Details: ['winlog.event_data.Details', 'registry.data.strings'],
  PipeName: ['winlog.event_data.PipeName', 'file.name'],
  SourceImage: ['winlog.event_data.SourceImage', 'process.executable'],
  SubjectUserName: ['winlog.event_data.SubjectUserName', 'user.name'],
  TargetUserName: ['winlog.event_data.TargetUserName', 'user.target.name', 'user.name'],
  IpAddress: ['winlog.event_data.IpAddress', 'source.ip'],
  IpPort: ['winlog.event_data.IpPort', 'source.port'],
  WorkstationName: ['winlog.event_data.WorkstationName', 'source.domain'],
  Workstation: ['winlog.event_data.Workstation', 'source.domain'],
  LogonType: ['winlog.event_data.LogonType', 'winlog.logon.type'],
  ProcessName: ['winlog.event_data.ProcessName', 'process.executable'],
  NewProcessName: ['winlog.event_data.NewProcessName', 'process.executable'],
  ParentProcessName: ['winlog.event_data.ParentProcessName', 'process.parent.executable'],
  ScriptBlockText: ['powershell.file.script_block_text', 'winlog.event_data.ScriptBlockText'],
  HostApplication: ['winlog.event_data.HostApplication', 'process.command_line'],
  HostVersion: ['winlog.event_data.HostVersion', 'powershell.process.executable_version'],
  EngineVersion: ['winlog.event_data.EngineVersion', 'powershell.engine.version'],
  Signature: ['winlog.event_data.Signature', 'file.code_signature.subject_name'],
  SignatureStatus: ['winlog.event_data.SignatureStatus', 'file.code_signature.status'],
  SourceAddress: ['winlog.event_data.SourceAddress', 'source.ip'],
  DestAddress: ['winlog.event_data.DestAddress', 'destination.ip'],
  DestPort: ['winlog.event_data.DestPort', 'destination.port'],
  Filename: ['winlog.event_data.Filename', 'file.path'],
  FileName: ['winlog.event_data.FileName', 'file.path'],
};

/** The Linux audit log as `auditd.log` keeps it. */
const AUDITD: FieldTable = {
  type: 'auditd.log.record_type',
  exe: 'process.executable',
  comm: 'process.name',
  proctitle: ['process.title', 'auditd.log.proctitle'],
  cwd: 'process.working_directory',
  cmd: ['process.command_line', 'auditd.log.cmd'],
  name: ['file.path', 'auditd.log.name'],
  SYSCALL: ['auditd.log.SYSCALL', 'auditd.log.syscall'],
  syscall: 'auditd.log.syscall',
  pid: 'process.pid',
  ppid: 'process.parent.pid',
  uid: 'user.id',
  auid: ['user.audit.id', 'auditd.log.auid'],
  euid: ['user.effective.id', 'auditd.log.euid'],
  acct: ['user.name', 'auditd.log.acct'],
  addr: ['source.ip', 'source.address'],
};

/** Log-ins and sudo on Linux. */
const LINUX: FieldTable = {
  program: 'process.name',
  pid: 'process.pid',
  USER: 'user.effective.name',
  COMMAND: 'process.command_line',
  PWD: 'process.working_directory',
  user: 'user.name',
  hostname: 'host.name',
};

const DNS: FieldTable = {
  query: 'dns.question.name',
  record_type: 'dns.question.type',
  qtype_name: 'dns.question.type',
  parent_domain: 'dns.question.registered_domain',
  answer: 'dns.answers.data',
  answers: 'dns.answers.data',
  rcode_name: 'dns.response_code',
};

const ANTIVIRUS: FieldTable = {
  Filename: ['file.path', 'file.name'],
  Signature: ['rule.name', 'threat.software.name'],
  Action: 'event.action',
  ComputerName: 'host.name',
};

/** Names that mean the same wherever they occur. */
export const GENERIC: FieldTable = {
  src_ip: 'source.ip',
  src_port: 'source.port',
  dst_ip: 'destination.ip',
  dst_port: 'destination.port',
  username: 'user.name',
  action: 'event.action',
  Hostname: 'host.name',
};

const WINDOWS_REST = ['winlog.event_data', 'winlog.user_data'];

/** All rows, the special before the general; a name's paths are gathered from every row that fits the rule. */
export const TAXONOMY: readonly TaxonomyRow[] = [
  { when: { product: 'linux', service: 'auditd' }, fields: AUDITD, rest: ['auditd.log'] },
  { when: { category: 'antivirus' }, fields: ANTIVIRUS },
  { when: { category: ['webserver', 'proxy', 'web', 'waf'] }, fields: WEB },
  {
    when: { product: ['apache', 'nginx', 'iis', 'tomcat', 'caddy', 'traefik', 'haproxy', 'modsecurity'] },
    fields: WEB,
  },
  { when: { service: ['apache', 'nginx', 'iis'] }, fields: WEB },
  { when: { category: 'dns' }, fields: DNS },
  { when: { service: 'dns' }, fields: DNS },
  { when: { product: 'zeek' }, fields: ZEEK, rest: ['zeek.$service', 'zeek'] },
  { when: { product: 'aws' }, fields: CLOUDTRAIL, rest: ['aws.cloudtrail'], snake: true },
  {
    when: { product: 'azure', service: ['riskdetection', 'pim'] },
    fields: AZURE,
    rest: ['azure.identityprotection', 'azure.identityprotection.properties'],
    snake: true,
  },
  { when: { product: 'azure' }, fields: AZURE, rest: ['azure.$service', 'azure.$service.properties'], snake: true },
  {
    when: { product: 'gcp' },
    fields: GCP,
    rest: ['gcp.audit'],
    snake: true,
    trim: ['data.protoPayload.', 'protoPayload.', 'data.'],
  },
  { when: { product: ['m365', 'o365'] }, fields: M365, rest: ['o365.audit'] },
  { when: { product: 'okta' }, fields: OKTA, rest: ['okta'], snake: true },
  { when: { product: 'github' }, fields: {}, rest: ['github'] },
  { when: { product: 'bitbucket' }, fields: {}, rest: ['bitbucket'] },
  { when: { product: 'onelogin' }, fields: {}, rest: ['onelogin'] },
  { when: { product: 'kubernetes' }, fields: KUBERNETES, rest: ['kubernetes.audit'] },
  { when: { product: 'opencanary' }, fields: {}, rest: ['opencanary'] },
  { when: { product: 'windows' }, fields: WINDOWS },
  { when: { product: ['windows', 'macos', 'linux'] }, fields: ENDPOINT },
  {
    when: {
      category: ['process_creation', 'file_event', 'network_connection', 'dns_query', 'image_load', 'registry_set'],
    },
    fields: ENDPOINT,
  },
  { when: { product: 'windows' }, fields: {}, rest: WINDOWS_REST },
  { when: { product: 'linux' }, fields: LINUX },
  { when: { category: ['firewall', 'network', 'application', 'database'] }, fields: GENERIC },
  { when: {}, fields: GENERIC },
];
