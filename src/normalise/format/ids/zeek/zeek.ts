import type { Fields, FieldValue } from '../../../../event/index.js';
import { setTotals } from '../../../fields.js';
import type { JsonObject } from '../../../line.js';
import { Names } from '../../../text/names.js';
import { ip, stringOf, texts, valueOf } from '../../../raw.js';
import { setCertificate } from '../../certificate.js';
import { mapped } from '../../mapped.js';
import { setUrl } from '../../web/url-fields.js';
import { LOOSE } from './alone.js';
import { LOGS, OTHER, ROWS, type ZeekLog } from './logs.js';
import { STATES, zeekName } from './own.js';

/**
 * Zeek's logs as JSON (`LogAscii::use_json`, json-streaming-logs): told by `id.orig_h` or `uid`, or by `_path`. One data set
 * a log, by Elastic's names (`conn` is `zeek.connection`). Source: Zeek's manual, log fields; Elastic's Zeek field
 * reference.
 */
export const zeek = mapped({
  name: 'zeek',
  aliases: ['bro', ...LOGS.flatMap(({ name, path }) => [...new Set([`zeek.${name}`, `zeek.${path}`])])],
  dataset: 'zeek.log',
  datasetOf: (raw) => DATASETS.of(logOf(raw).name),
  sniff: (json) =>
    'id.orig_h' in json || 'id_orig_h' in json || isZeekId(json) || typeof json['_path'] === 'string' || isLoose(json),
  time: ['ts', '_write_ts'],
  message: ['msg'],
  host: ['_system_name', '_node'],
  rows: ROWS,
  own: zeekName,
  meaning: (raw) => logOf(raw).meaning(raw),
  finish,
  finishes: (name) =>
    !/^zeek\.(?:connection|http|dns)\./.test(name) || /^zeek\.connection\.(?:state_message|icmp\.)/.test(name),
});

const DATASETS = new Names((name) => `zeek.${name}`);

function isZeekId(json: JsonObject): boolean {
  const id = json['id'];
  return typeof id === 'object' && id !== null && 'orig_h' in id;
}

/** Logs that need no connection, without their name. */
function isLoose(json: JsonObject): boolean {
  if (!('ts' in json)) return false;
  if (LOOSE.some((keys) => keys.every((key) => key in json))) return true;
  const { length } = Object.keys(json);
  return (length === 2 && 'host' in json) || (length === 4 && 'src' in json && 'dst' in json && 'proto' in json);
}

/** The log last told: it is asked for thrice a record. */
let told: { readonly raw: Fields; readonly log: ZeekLog } = { raw: {}, log: OTHER };

function logOf(raw: Fields): ZeekLog {
  if (told.raw !== raw) told = { raw, log: findLog(raw) };
  return told.log;
}

function findLog(raw: Fields): ZeekLog {
  const path = stringOf(raw, '_path');
  const named = path === undefined ? undefined : LOGS.find((log) => log.path === path);
  if (named !== undefined) return named;
  if (path !== undefined) return { ...OTHER, name: path.replace(/[^a-z0-9_]/gi, '_').slice(0, 64) };
  return LOGS.find((log) => log.tells(raw)) ?? OTHER;
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
  if (log.name === 'ssl') setTls(fields, raw);
  if (log.name === 'connection') setState(fields, raw);
  log.finish?.(fields, raw);
  fields['zeek.session_id'] = stringOf(raw, ID);
}

/** What a state means; the type and code of ICMP, which stand where the ports do; which end is local. */
function setState(fields: Fields, raw: Fields): void {
  const state = stringOf(raw, 'conn_state') ?? '';
  fields['zeek.connection.state_message'] = Object.hasOwn(STATES, state) ? STATES[state]?.[0] : undefined;
  const isOrig = typeof raw['local_orig'] === 'boolean';
  const isResp = typeof raw['local_resp'] === 'boolean';
  if (isOrig || isResp)
    fields['tags'] = isOrig ? (isResp ? ['local_orig', 'local_resp'] : ['local_orig']) : ['local_resp'];
  if (fields['network.transport'] !== 'icmp') return;
  fields['zeek.connection.icmp.type'] = fields['source.port'];
  fields['zeek.connection.icmp.code'] = fields['destination.port'];
  fields['source.port'] = undefined;
  fields['destination.port'] = undefined;
}

const ID = ['uid', 'conn_uids'];

function setTraffic(fields: Fields, raw: Fields): void {
  setTotals(fields);
  const source = raw['local_orig'];
  const target = raw['local_resp'];
  if (typeof source !== 'boolean' || typeof target !== 'boolean') return;
  fields['network.direction'] = source ? (target ? 'internal' : 'outbound') : target ? 'inbound' : 'external';
}

function setAnswers(fields: Fields, raw: Fields): void {
  const answers = texts(valueOf(raw, 'answers') ?? null) as readonly string[] | undefined;
  fields['dns.type'] = answers === undefined && stringOf(raw, 'rcode_name') === undefined ? 'query' : 'answer';
  const flags = ['AA', 'TC', 'RD', 'RA'].filter((flag) => raw[flag] === true);
  if (flags.length > 0) fields['dns.header_flags'] = flags;
  if (answers === undefined) return;
  const ttls = raw['TTLs'];
  if (Array.isArray(ttls) && ttls.length === answers.length) {
    const values = ttls as readonly FieldValue[];
    fields['dns.answers'] = answers.map((data, index) => ({ data, ttl: Math.trunc(Number(values[index])) || 0 }));
  }
  fields['dns.answers.data'] = answers;
  const ips = answers.map((answer) => ip(answer)).filter((address) => address !== undefined);
  if (ips.length > 0) fields['dns.resolved_ip'] = ips;
}

function setTls(fields: Fields, raw: Fields): void {
  setVersion(fields, stringOf(raw, 'version'));
  for (const side of ['server', 'client']) {
    for (const end of ['subject', 'issuer']) {
      const name = stringOf(raw, side === 'server' ? end : `client_${end}`)?.replaceAll('\\,', '');
      setCertificate(fields, `tls.${side}.x509.${end}`, name, true);
      setCertificate(fields, `zeek.ssl.${side}.${end}`, name);
      if (name !== undefined) fields[`tls.${side}.${end}`] = name;
    }
  }
}

/** `TLSv12` is protocol `tls`, version `1.2`. */
function setVersion(fields: Fields, version: string | undefined): void {
  const found = /^(TLS|SSL|DTLS)v?(\d)(\d)?$/i.exec(version ?? '');
  if (found === null) return;
  fields['tls.version_protocol'] = found[1]?.toLowerCase();
  fields['tls.version'] = `${found[2] ?? ''}.${found[3] ?? '0'}`;
}
