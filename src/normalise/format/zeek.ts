import type { Fields } from '../../event/index.js';
import type { JsonObject } from '../line.js';
import { ip, lower, numberOf, seconds, stringOf, text, texts, valueOf, whole } from '../raw.js';
import { byStatus, type JsonMeaning, mapped, type Row } from './mapped.js';
import { setUrl } from './url-fields.js';

const ROWS: readonly Row[] = [
  ['event.id', ['uid', 'conn_uids', 'fuid'], text],
  ['source.address', ['id.orig_h', 'src', 'tx_hosts'], text],
  ['source.ip', ['id.orig_h', 'src', 'tx_hosts'], ip],
  ['source.port', 'id.orig_p', whole],
  ['source.bytes', ['orig_ip_bytes', 'orig_bytes'], whole],
  ['source.packets', 'orig_pkts', whole],
  ['source.mac', 'orig_l2_addr'],
  ['destination.address', ['id.resp_h', 'dst', 'rx_hosts'], text],
  ['destination.ip', ['id.resp_h', 'dst', 'rx_hosts'], ip],
  ['destination.port', ['id.resp_p', 'p'], whole],
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
  ['destination.domain', 'host'],
  ['url.username', 'username'],
  ['url.password', 'password'],
  ['user.name', 'username'],
  ['user_agent.original', 'user_agent'],
];
const DNS: readonly Row[] = [
  ['dns.id', 'trans_id', text],
  ['dns.question.name', 'query'],
  ['dns.question.class', 'qclass_name', dnsClass],
  ['dns.question.type', 'qtype_name'],
  ['dns.response_code', 'rcode_name'],
];
const TLS: readonly Row[] = [
  ['tls.cipher', 'cipher'],
  ['tls.curve', 'curve'],
  ['tls.client.server_name', 'server_name'],
  ['destination.domain', 'server_name'],
  ['tls.established', 'established'],
  ['tls.resumed', 'resumed'],
  ['tls.next_protocol', 'next_protocol'],
  ['tls.client.ja3', 'ja3'],
  ['tls.server.ja3s', 'ja3s'],
  ['tls.server.subject', 'subject'],
  ['tls.server.issuer', 'issuer'],
  ['tls.client.subject', 'client_subject'],
  ['tls.client.issuer', 'client_issuer'],
];
const NOTICE: readonly Row[] = [
  ['rule.name', 'note'],
  ['rule.description', 'msg'],
  ['file.mime_type', 'file_mime_type'],
];
const FILES: readonly Row[] = [
  ['file.name', 'filename'],
  ['file.mime_type', 'mime_type'],
  ['file.size', ['total_bytes', 'seen_bytes'], whole],
  ['file.hash.md5', 'md5'],
  ['file.hash.sha1', 'sha1'],
  ['file.hash.sha256', 'sha256'],
];

/** One of Zeek's logs: the keys that tell it where `_path` does not, what it means, what it has of its own. */
interface ZeekLog {
  readonly name: string;
  readonly path: string;
  readonly tells: (json: JsonObject) => boolean;
  readonly meaning: (raw: Fields) => JsonMeaning;
  readonly rows: readonly Row[];
  /** `network.protocol` of a log of one protocol. */
  readonly protocol?: string;
  readonly transport?: string;
}

const NETWORK = ['network'];
const protocolOf = (): JsonMeaning => ({ category: NETWORK, type: ['connection', 'protocol'] });

const LOGS: readonly ZeekLog[] = [
  {
    name: 'connection',
    path: 'conn',
    tells: (json) => 'conn_state' in json,
    meaning: (raw) => ({ category: NETWORK, type: stateOf(raw) }),
    rows: [],
  },
  {
    name: 'http',
    path: 'http',
    tells: (json) => 'trans_depth' in json && ('method' in json || 'status_code' in json || 'host' in json),
    meaning: (raw) => ({
      category: ['network', 'web'],
      type: ['connection', 'info', 'protocol'],
      action: stringOf(raw, 'method'),
      outcome: byStatus(numberOf(raw, 'status_code')),
    }),
    rows: HTTP,
    protocol: 'http',
    transport: 'tcp',
  },
  {
    name: 'dns',
    path: 'dns',
    tells: (json) => 'trans_id' in json && ('query' in json || 'rcode' in json || 'qtype' in json),
    meaning: (raw) => ({ ...protocolOf(), type: ['connection', 'protocol', 'info'], outcome: dnsOutcome(raw) }),
    rows: DNS,
    protocol: 'dns',
  },
  {
    name: 'ssh',
    path: 'ssh',
    tells: (json) => 'auth_success' in json || 'auth_attempts' in json || ('host_key_alg' in json && 'kex_alg' in json),
    meaning: (raw) => ({ ...protocolOf(), outcome: successOf(raw['auth_success']) }),
    rows: [],
    protocol: 'ssh',
    transport: 'tcp',
  },
  {
    name: 'ssl',
    path: 'ssl',
    tells: (json) => 'established' in json && ('version' in json || 'resumed' in json || 'cipher' in json),
    meaning: protocolOf,
    rows: TLS,
    protocol: 'tls',
    transport: 'tcp',
  },
  {
    name: 'notice',
    path: 'notice',
    tells: (json) => 'note' in json && ('actions' in json || 'suppress_for' in json || 'msg' in json),
    meaning: () => ({ kind: 'alert', category: ['intrusion_detection'], type: ['info'] }),
    rows: NOTICE,
  },
  {
    name: 'files',
    path: 'files',
    tells: (json) => 'fuid' in json && 'analyzers' in json,
    meaning: () => ({ category: ['file'], type: ['info'] }),
    rows: FILES,
  },
  {
    name: 'weird',
    path: 'weird',
    tells: (json) => 'notice' in json && 'name' in json && 'peer' in json,
    meaning: () => ({ kind: 'alert', category: NETWORK, type: ['info'] }),
    rows: [['rule.name', 'name']],
  },
];
const OTHER: ZeekLog = { name: 'log', path: '', tells: () => true, meaning: protocolOf, rows: [] };

/**
 * Zeek's logs as JSON (`LogAscii::use_json`, json-streaming-logs): told by `id.orig_h` or `uid`, or by `_path`. One data set
 * a log, by Elastic's names (`conn` is `zeek.connection`). Source: Zeek's manual, log fields; Elastic's Zeek field
 * reference.
 */
export const zeek = mapped({
  name: 'zeek',
  aliases: ['bro', ...LOGS.flatMap(({ name, path }) => [...new Set([`zeek.${name}`, `zeek.${path}`])])],
  dataset: 'zeek.log',
  datasetOf: (raw) => `zeek.${logOf(raw).name}`,
  sniff: (json) =>
    'id.orig_h' in json || 'id_orig_h' in json || isZeekId(json) || typeof json['_path'] === 'string' || isLoose(json),
  time: ['ts', '_write_ts'],
  message: ['msg'],
  host: ['_system_name', '_node'],
  rows: ROWS,
  own: (key, dataset) => `${dataset}.${key === 'conn_state' ? 'state' : key}`,
  meaning: (raw) => logOf(raw).meaning(raw),
  finish,
});

function isZeekId(json: JsonObject): boolean {
  const id = json['id'];
  return typeof id === 'object' && id !== null && 'orig_h' in id;
}

/** Logs that need no connection: a notice, a file. */
function isLoose(json: JsonObject): boolean {
  return 'ts' in json && (('note' in json && 'actions' in json) || ('fuid' in json && 'analyzers' in json));
}

function logOf(raw: Fields): ZeekLog {
  const path = stringOf(raw, '_path');
  const named = path === undefined ? undefined : LOGS.find((log) => log.path === path);
  if (named !== undefined) return named;
  if (path !== undefined) return { ...OTHER, name: path.replace(/[^a-z0-9_]/gi, '_').slice(0, 64) };
  return LOGS.find((log) => log.tells(raw)) ?? OTHER;
}

/** Elastic's types by the state of the connection. Source: Zeek, conn.log, conn_state. */
function stateOf(raw: Fields): readonly string[] {
  const state = stringOf(raw, 'conn_state') ?? '';
  return Object.hasOwn(STATES, state) ? (STATES[state] as readonly string[]) : ['connection', 'info'];
}

const STATES: Readonly<Record<string, readonly string[]>> = {
  S0: ['connection', 'start'],
  S1: ['connection', 'start'],
  SF: ['connection', 'start', 'end'],
  REJ: ['connection', 'start', 'denied'],
};

function dnsOutcome(raw: Fields): string | undefined {
  const code = stringOf(raw, 'rcode_name');
  if (code === undefined) return undefined;
  return code === 'NOERROR' ? 'success' : 'failure';
}

function successOf(value: unknown): string | undefined {
  if (typeof value !== 'boolean') return undefined;
  return value ? 'success' : 'failure';
}

function finish(fields: Fields, raw: Fields): void {
  const log = logOf(raw);
  for (const [field, from, convert] of log.rows) {
    const value = valueOf(raw, from);
    const read = value === undefined || convert === undefined ? value : convert(value);
    if (read !== undefined) fields[field] ??= read;
  }
  if (log.protocol !== undefined) fields['network.protocol'] = log.protocol;
  if (log.transport !== undefined) fields['network.transport'] ??= log.transport;
  setTraffic(fields, raw);
  if (log.name === 'http') setUrl(fields, stringOf(raw, 'uri'));
  if (log.name === 'dns') setAnswers(fields, raw);
  if (log.name === 'ssl') setVersion(fields, stringOf(raw, 'version'));
  fields['zeek.session_id'] = stringOf(raw, 'uid');
}

function setTraffic(fields: Fields, raw: Fields): void {
  const duration = valueOf(raw, ['duration', 'rtt']);
  if (duration !== undefined) fields['event.duration'] ??= seconds(duration);
  for (const unit of ['bytes', 'packets']) {
    const sent = fields[`source.${unit}`];
    const got = fields[`destination.${unit}`];
    if (typeof sent === 'number' && typeof got === 'number') fields[`network.${unit}`] = sent + got;
  }
  const source = raw['local_orig'];
  const target = raw['local_resp'];
  if (typeof source !== 'boolean' || typeof target !== 'boolean') return;
  fields['network.direction'] = source ? (target ? 'internal' : 'outbound') : target ? 'inbound' : 'external';
}

function setAnswers(fields: Fields, raw: Fields): void {
  const answers = texts(valueOf(raw, 'answers') ?? null) as readonly string[] | undefined;
  fields['dns.type'] = answers === undefined ? 'query' : 'answer';
  if (answers === undefined) return;
  fields['dns.answers.data'] = answers;
  const ips = answers.map((answer) => ip(answer)).filter((address) => address !== undefined);
  if (ips.length > 0) fields['dns.resolved_ip'] = ips;
}

/** `TLSv12` is protocol `tls`, version `1.2`. */
function setVersion(fields: Fields, version: string | undefined): void {
  const found = /^(TLS|SSL|DTLS)v?(\d)(\d)?$/i.exec(version ?? '');
  if (found === null) return;
  fields['tls.version_protocol'] = found[1]?.toLowerCase();
  fields['tls.version'] = `${found[2] ?? ''}.${found[3] ?? '0'}`;
}

function dnsClass(value: Parameters<typeof text>[0]): string | undefined {
  const found = text(value);
  return found === 'C_INTERNET' ? 'IN' : (found as string | undefined);
}
