import type { Fields } from '../../../../event/index.js';
import { ip, lower, numberOf, stringOf, texts, whole } from '../../../raw.js';
import type { Row } from '../../mapped.js';
import { byStatus, byWord, ended, fileTypes, ipType, type Meant, ofCommand, setTicket, truth, utc } from './details.js';

/** One of Zeek's logs that is told by its name, or by keys that no other has, and what its records mean. */
export interface ZeekProtocol {
  readonly path: string;
  readonly keys: readonly string[];
  /** Other keys that tell it: those of `keys` need not be logged. */
  readonly or?: readonly (readonly string[])[];
  /** A record has these keys and the time, nothing else. */
  readonly only?: boolean;
  readonly protocol?: string;
  readonly transport?: string;
  /** Default: `network`, and `connection` with `protocol`. */
  readonly kind?: string;
  readonly category?: readonly string[];
  readonly type?: readonly string[];
  /** Where the record says what was done: `event.action`. */
  readonly action?: string;
  readonly rows?: readonly Row[];
  /** What a record adds to the types, and how it ended. */
  readonly more?: (raw: Fields) => Meant;
  readonly finish?: (fields: Fields, raw: Fields) => void;
}

const AUTH = ['network', 'authentication'];
const INFO = ['connection', 'protocol', 'info'];
const ENDS: readonly Row[] = [
  ['client.address', ['id.orig_h', 'id_orig_h']],
  ['server.address', ['id.resp_h', 'id_resp_h']],
];

/**
 * Zeek's other logs, by Zeek's own names, which are Elastic's data sets as well. The keys tell a log where `_path` does not.
 * Source: Zeek's manual, log files; Elastic's zeek fields.
 */
export const PROTOCOLS: readonly ZeekProtocol[] = [
  {
    path: 'smtp',
    keys: ['trans_depth', 'tls'],
    or: [['helo', 'mailfrom']],
    protocol: 'smtp',
    transport: 'tcp',
    rows: [['tls.established', 'tls', truth]],
  },
  {
    path: 'ftp',
    keys: ['command', 'reply_code'],
    protocol: 'ftp',
    transport: 'tcp',
    type: INFO,
    action: 'command',
    rows: [
      ['user.name', 'user'],
      ['file.size', 'file_size', whole],
      ['file.mime_type', 'mime_type'],
    ],
  },
  {
    path: 'rdp',
    keys: ['security_protocol'],
    or: [['result', 'cert_count']],
    protocol: 'rdp',
    transport: 'tcp',
    type: ['protocol', 'info'],
    rows: [['tls.established', 'ssl', truth]],
  },
  {
    path: 'kerberos',
    keys: ['request_type'],
    protocol: 'kerberos',
    transport: 'tcp',
    category: AUTH,
    type: ['connection', 'protocol', 'access'],
    action: 'request_type',
    rows: ENDS,
    more: (raw) => ({ outcome: ended(raw['success']) }),
    finish: setTicket,
  },
  {
    path: 'ntlm',
    keys: ['domainname', 'hostname'],
    or: [['server_nb_computer_name'], ['server_dns_computer_name']],
    protocol: 'ntlm',
    transport: 'tcp',
    category: AUTH,
    type: ['connection', 'info'],
    rows: [
      ['user.name', 'username'],
      ['user.domain', 'domainname'],
    ],
    more: (raw) => ({ outcome: ended(raw['success']) }),
  },
  {
    path: 'dce_rpc',
    keys: ['endpoint', 'operation'],
    protocol: 'dce_rpc',
    transport: 'tcp',
    type: INFO,
    action: 'operation',
  },
  {
    path: 'smb_mapping',
    keys: ['share_type'],
    or: [['path', 'service']],
    protocol: 'smb',
    transport: 'tcp',
  },
  {
    path: 'smb_files',
    keys: ['action', 'times.modified'],
    or: [
      ['action', 'name'],
      ['action', 'path'],
    ],
    protocol: 'smb',
    transport: 'tcp',
    category: ['network', 'file'],
    action: 'action',
    rows: [
      ['file.name', 'name'],
      ['file.size', 'size', whole],
      ['file.accessed', 'times.accessed', utc],
      ['file.ctime', 'times.changed', utc],
      ['file.created', 'times.created', utc],
      ['file.mtime', 'times.modified', utc],
    ],
    more: (raw) => ({ type: fileTypes(stringOf(raw, 'action')) }),
    finish: (fields, raw) => {
      const [path, name] = [stringOf(raw, 'path'), stringOf(raw, 'name')];
      if (path !== undefined && name !== undefined) fields['file.path'] = `${path}\\${name}`;
    },
  },
  {
    path: 'smb_cmd',
    keys: ['command', 'sub_command'],
    or: [['command', 'version']],
    protocol: 'smb',
    transport: 'tcp',
    action: 'command',
    rows: [['user.name', 'username']],
    more: (raw) => byWord(stringOf(raw, 'status')?.toLowerCase(), 'success'),
  },
  {
    path: 'dhcp',
    keys: ['msg_types'],
    protocol: 'dhcp',
    transport: 'udp',
    type: INFO,
    rows: [
      ['event.id', 'uids', texts],
      ['source.address', 'client_addr'],
      ['source.ip', 'client_addr', ip],
      ['client.address', 'client_addr'],
      ['source.port', 'client_port', whole],
      ['destination.address', 'server_addr'],
      ['destination.ip', 'server_addr', ip],
      ['server.address', 'server_addr'],
      ['destination.port', 'server_port', whole],
      ['network.name', 'domain'],
    ],
    finish: (fields) => {
      fields['source.port'] ??= 68;
      fields['destination.port'] ??= 67;
    },
  },
  {
    path: 'sip',
    keys: ['call_id'],
    or: [
      ['trans_depth', 'request_path'],
      ['trans_depth', 'request_from'],
    ],
    protocol: 'sip',
    transport: 'udp',
    action: 'method',
    rows: [['url.full', 'uri']],
    more: (raw) => byStatus(numberOf(raw, 'status_code')),
  },
  {
    path: 'snmp',
    keys: ['community', 'get_requests'],
    or: [['get_requests', 'get_responses']],
    protocol: 'snmp',
    transport: 'udp',
  },
  {
    path: 'radius',
    keys: ['result', 'mac'],
    or: [['result', 'username']],
    protocol: 'radius',
    transport: 'udp',
    category: AUTH,
    type: ['connection', 'info'],
    rows: [['user.name', 'username']],
    more: (raw) => ({ outcome: stringOf(raw, 'result') === 'failed' ? 'failure' : stringOf(raw, 'result') }),
  },
  {
    path: 'mysql',
    keys: ['cmd', 'arg'],
    protocol: 'mysql',
    transport: 'tcp',
    category: ['network', 'database'],
    action: 'cmd',
    more: (raw) => ({
      ...ofCommand(stringOf(raw, 'cmd') ?? ''),
      outcome: raw['success'] === true ? 'success' : 'failure',
    }),
  },
  {
    path: 'irc',
    keys: ['nick', 'command'],
    or: [['command', 'value']],
    protocol: 'irc',
    transport: 'tcp',
    type: INFO,
    action: 'command',
    rows: [
      ['user.name', 'user'],
      ['file.name', 'dcc_file_name'],
      ['file.size', 'dcc_file_size', whole],
      ['file.mime_type', 'dcc_mime_type'],
    ],
  },
  {
    path: 'modbus',
    keys: ['func'],
    protocol: 'modbus',
    transport: 'tcp',
    action: 'func',
    more: (raw) => ({ outcome: raw['exception'] === undefined ? 'success' : 'failure' }),
  },
  {
    path: 'dnp3',
    keys: ['iin'],
    or: [['fc_request'], ['fc_reply']],
    protocol: 'dnp3',
    transport: 'tcp',
    type: INFO,
    rows: [['event.action', ['fc_reply', 'fc_request'], lower]],
  },
  {
    path: 'socks',
    keys: ['request.host'],
    or: [['request.name'], ['request_p']],
    protocol: 'socks',
    transport: 'tcp',
    rows: [['user.name', 'user']],
    more: (raw) => byWord(stringOf(raw, 'status'), 'succeeded'),
  },
  {
    path: 'rfb',
    keys: ['authentication_method', 'share_flag'],
    or: [['client_major_version'], ['server_major_version']],
    protocol: 'rfb',
    transport: 'tcp',
    type: ['connection', 'info'],
  },
  {
    path: 'syslog',
    keys: ['facility', 'severity', 'message'],
    protocol: 'syslog',
    category: [],
    type: [],
    rows: [
      ['log.syslog.facility.name', 'facility'],
      ['log.syslog.severity.name', 'severity'],
    ],
    finish: (fields, raw) => {
      fields['message'] = stringOf(raw, 'message') ?? fields['message'];
    },
  },
  { path: 'tunnel', keys: ['tunnel_type'], type: ['connection'], action: 'action' },
  { path: 'dpd', keys: ['analyzer', 'failure_reason'], type: ['connection', 'info'] },
  {
    path: 'ntp',
    keys: ['stratum', 'ref_time'],
    protocol: 'ntp',
    transport: 'udp',
    type: INFO,
    rows: [['network.type', ['id.orig_h', 'id_orig_h'], ipType]],
  },
];
