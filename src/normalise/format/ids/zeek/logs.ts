import type { Fields, FieldValue } from '../../../../event/index.js';
import type { JsonObject } from '../../../line.js';
import { ip, lower, numberOf, seconds, stringOf, text, whole } from '../../../raw.js';
import { byStatus, type JsonMeaning, type Row } from '../../mapped.js';
import { ALONE } from './alone.js';
import { utc } from './details.js';
import { PROTOCOLS, type ZeekProtocol } from './more.js';
import { STATES } from './own.js';

/** What every log of a connection tells. */
export const ROWS: readonly Row[] = [
  ['event.id', ['uid', 'conn_uids'], text],
  ['source.address', ['id.orig_h', 'id_orig_h', 'src'], text],
  ['source.ip', ['id.orig_h', 'id_orig_h', 'src'], ip],
  ['source.port', ['id.orig_p', 'id_orig_p'], whole],
  ['source.bytes', ['orig_ip_bytes', 'orig_bytes'], whole],
  ['source.packets', 'orig_pkts', whole],
  ['source.mac', 'orig_l2_addr'],
  ['destination.address', ['id.resp_h', 'id_resp_h', 'dst'], text],
  ['destination.ip', ['id.resp_h', 'id_resp_h', 'dst'], ip],
  ['destination.port', ['id.resp_p', 'id_resp_p', 'p'], whole],
  ['destination.bytes', ['resp_ip_bytes', 'resp_bytes'], whole],
  ['destination.packets', 'resp_pkts', whole],
  ['destination.mac', 'resp_l2_addr'],
  ['network.transport', 'proto', lower],
  ['network.protocol', 'service', lower],
  ['network.community_id', 'community_id'],
];
const HTTP: readonly Row[] = [
  ['http.request.method', 'method'],
  ['http.request.referrer', 'referrer'],
  ['http.request.body.bytes', 'request_body_len', whole],
  ['http.version', 'version', text],
  ['http.response.status_code', 'status_code', whole],
  ['http.response.body.bytes', 'response_body_len', whole],
  ['url.domain', 'host'],
  ['url.username', 'username'],
  ['url.password', 'password'],
  ['user.name', 'username'],
  ['user_agent.original', 'user_agent'],
];
const CONN: readonly Row[] = [['event.duration', 'duration', seconds]];
const DNS: readonly Row[] = [
  ['event.duration', 'rtt', seconds],
  ['dns.id', 'trans_id', text],
  ['dns.question.name', 'query'],
  ['dns.question.class', ['qclass', 'qclass_name'], dnsClass],
  ['dns.question.type', 'qtype_name'],
  ['dns.response_code', 'rcode_name'],
];
const TLS: readonly Row[] = [
  ['tls.cipher', 'cipher'],
  ['tls.curve', 'curve'],
  ['tls.client.server_name', 'server_name'],
  ['tls.established', 'established'],
  ['tls.resumed', 'resumed'],
  ['tls.next_protocol', 'next_protocol'],
  ['tls.client.ja3', 'ja3'],
  ['tls.server.ja3s', 'ja3s'],
  ['tls.server.hash.sha1', 'resp_certificate_sha1', upper],
  ['tls.server.not_before', 'not_valid_before', utc],
  ['tls.server.not_after', 'not_valid_after', utc],
  ['client.address', ['id.orig_h', 'id_orig_h']],
  ['server.address', ['id.resp_h', 'id_resp_h']],
  ['tls.server.subject', 'subject'],
  ['tls.server.issuer', 'issuer'],
  ['tls.client.subject', 'client_subject'],
  ['tls.client.issuer', 'client_issuer'],
];
const NOTICE: readonly Row[] = [
  ['rule.name', 'note'],
  ['rule.description', 'msg'],
  ['file.mime_type', 'file_mime_type'],
  ['file.size', 'f.total_bytes', whole],
];
const FILES: readonly Row[] = [
  ['file.name', 'filename'],
  ['file.mime_type', 'mime_type'],
  ['file.size', 'total_bytes', whole],
  ['file.hash.md5', 'md5'],
  ['file.hash.sha1', 'sha1'],
  ['file.hash.sha256', 'sha256'],
  ['server.ip', 'tx_hosts', ip],
  ['client.ip', 'rx_hosts', ip],
  ['zeek.files.tx_host', 'tx_hosts', text],
  ['zeek.files.rx_host', 'rx_hosts', text],
];

/** One of Zeek's logs: the keys that tell it where `_path` does not, what it means, what it has of its own. */
export interface ZeekLog {
  readonly name: string;
  readonly path: string;
  readonly tells: (json: JsonObject) => boolean;
  readonly meaning: (raw: Fields) => JsonMeaning;
  readonly rows: readonly Row[];
  /** `network.protocol` of a log of one protocol. */
  readonly protocol?: string;
  readonly transport?: string;
  /** What no row can say. */
  readonly finish?: (fields: Fields, raw: Fields) => void;
}

const NETWORK = ['network'];
/** Keys of SIP and SMTP, whose transactions have a depth too. */
const OTHERS = ['call_id', 'request_path', 'request_from', 'helo', 'mailfrom', 'tls'];

function isIn(this: JsonObject, key: string): boolean {
  return this[key] !== undefined;
}

/** How many keys it has: those of documents like it are undefined. */
function countOf(json: JsonObject): number {
  return Object.keys(json).filter(isIn, json).length;
}

const protocolOf = (): JsonMeaning => ({ category: NETWORK, type: ['connection', 'protocol'] });

/** Zeek's logs that have a form of their own, in the order in which their keys are looked at. */
export const LOGS: readonly ZeekLog[] = [
  {
    name: 'connection',
    path: 'conn',
    tells: (json) => json['conn_state'] !== undefined,
    meaning: (raw) => ({ category: NETWORK, type: stateOf(raw) }),
    rows: CONN,
  },
  {
    name: 'http',
    path: 'http',
    tells: (json) =>
      json['trans_depth'] !== undefined &&
      (json['method'] !== undefined || json['status_code'] !== undefined || json['host'] !== undefined) &&
      !OTHERS.some(isIn, json),
    meaning: (raw) => ({
      category: ['network', 'web'],
      type: ['connection', 'protocol', 'info'],
      action: stringOf(raw, 'method'),
      outcome: byStatus(numberOf(raw, 'status_code')),
    }),
    rows: HTTP,
    transport: 'tcp',
  },
  {
    name: 'dns',
    path: 'dns',
    tells: (json) =>
      json['trans_id'] !== undefined &&
      (json['query'] !== undefined || json['rcode'] !== undefined || json['qtype'] !== undefined),
    // A name that does not exist is an answer too: Elastic's outcome is that of the question.
    meaning: () => ({ ...protocolOf(), type: ['connection', 'protocol', 'info'], outcome: 'success' }),
    rows: DNS,
    protocol: 'dns',
  },
  {
    name: 'ssh',
    path: 'ssh',
    tells: (json) =>
      json['auth_success'] !== undefined ||
      json['auth_attempts'] !== undefined ||
      (json['host_key_alg'] !== undefined && json['kex_alg'] !== undefined) ||
      (json['version'] !== undefined && json['client'] !== undefined && json['request_type'] === undefined),
    meaning: (raw) => ({ ...protocolOf(), outcome: successOf(raw['auth_success']) }),
    rows: [],
    protocol: 'ssh',
    transport: 'tcp',
  },
  {
    name: 'ssl',
    path: 'ssl',
    tells: (json) =>
      json['established'] !== undefined &&
      (json['version'] !== undefined || json['resumed'] !== undefined || json['cipher'] !== undefined),
    meaning: protocolOf,
    rows: TLS,
    transport: 'tcp',
  },
  {
    name: 'notice',
    path: 'notice',
    tells: (json) =>
      json['note'] !== undefined &&
      (json['actions'] !== undefined || json['suppress_for'] !== undefined || json['msg'] !== undefined),
    meaning: (raw) => ({ kind: 'alert', category: ['intrusion_detection'], type: noticeTypes(raw['dropped']) }),
    rows: NOTICE,
  },
  {
    name: 'files',
    path: 'files',
    tells: (json) => json['fuid'] !== undefined && json['analyzers'] !== undefined,
    meaning: () => ({ category: ['file'], type: ['info'] }),
    rows: FILES,
  },
  {
    name: 'weird',
    path: 'weird',
    tells: (json) => json['notice'] !== undefined && json['name'] !== undefined && json['peer'] !== undefined,
    meaning: () => ({ category: NETWORK, type: ['info'] }),
    rows: [['rule.name', 'name']],
  },
  ...[...PROTOCOLS, ...ALONE].map(plainLog),
];

function plainLog(log: ZeekProtocol): ZeekLog {
  const { path, keys, or = [], only = false, protocol, transport, rows = [], finish } = log;
  return {
    name: path,
    path,
    // Few keys say little: a record with `proto` is of conn or its like, whatever keys a shipper added.
    tells: (json) =>
      (json['proto'] === undefined && or.some((others) => others.every(isIn, json))) ||
      (keys.length > 0 && keys.every(isIn, json) && (!only || countOf(json) === keys.length + 1)),
    meaning: (raw) => meaningOf(log, raw),
    rows,
    ...(protocol !== undefined && { protocol }),
    ...(transport !== undefined && { transport }),
    ...(finish !== undefined && { finish }),
  };
}

function meaningOf(log: ZeekProtocol, raw: Fields): JsonMeaning {
  const { kind, category = NETWORK, type = ['connection', 'protocol'], action } = log;
  const more = log.more?.(raw);
  return {
    kind,
    category: listed([...category, ...(more?.category ?? [])]),
    type: listed([...type, ...(more?.type ?? [])]),
    action: action === undefined ? undefined : stringOf(raw, action),
    outcome: more?.outcome,
  };
}

function listed(words: readonly string[]): readonly string[] | undefined {
  return words.length === 0 ? undefined : words;
}

/** Any other log of Zeek's. */
export const OTHER: ZeekLog = { name: 'log', path: '', tells: () => true, meaning: protocolOf, rows: [] };

/** Elastic's types by the state of the connection. */
function stateOf(raw: Fields): readonly string[] {
  const state = stringOf(raw, 'conn_state') ?? '';
  return STATE_TYPES.get(state) ?? UNKNOWN_STATE;
}

const STATE_TYPES = new Map(Object.entries(STATES).map(([state, [, ...types]]) => [state, types]));
const UNKNOWN_STATE = ['connection', 'info'];

/** A notice says whether Zeek dropped what it is about. */
function noticeTypes(dropped: unknown): readonly string[] {
  if (typeof dropped !== 'boolean') return ['info'];
  return ['info', dropped ? 'denied' : 'allowed'];
}

function successOf(value: unknown): string | undefined {
  if (typeof value !== 'boolean') return undefined;
  return value ? 'success' : 'failure';
}

function dnsClass(value: Parameters<typeof text>[0]): string | undefined {
  const found = text(value);
  return typeof found === 'string' && Object.hasOwn(CLASSES, found) ? CLASSES[found] : (found as string | undefined);
}

const CLASSES: Readonly<Record<string, string>> = {
  '1': 'IN',
  C_INTERNET: 'IN',
  '3': 'CH',
  '4': 'HS',
  '254': 'NONE',
  '255': 'ANY',
};

function upper(value: FieldValue): string | undefined {
  const found = text(value);
  return typeof found === 'string' ? found.toUpperCase() : undefined;
}
