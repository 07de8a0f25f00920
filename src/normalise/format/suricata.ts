import type { Fields } from '../../event/index.js';
import { isObject } from '../json.js';
import type { JsonObject } from '../line.js';
import { httpVersion, ip, isoTime, lower, numberOf, stringOf, text, valueOf, whole } from '../raw.js';
import { byStatus, type JsonMeaning, mapped, type Row } from './mapped.js';
import { setUrl } from './url-fields.js';
import { setCertificate } from './certificate.js';

const ROWS: readonly Row[] = [
  ['source.address', 'src_ip'],
  ['source.ip', 'src_ip', ip],
  ['source.port', 'src_port', whole],
  ['source.bytes', ['flow.bytes_toserver', 'netflow.bytes'], whole],
  ['source.packets', ['flow.pkts_toserver', 'netflow.pkts'], whole],
  ['source.mac', 'ether.src_mac', mac],
  ['destination.address', 'dest_ip'],
  ['destination.ip', 'dest_ip', ip],
  ['destination.port', 'dest_port', whole],
  ['destination.bytes', 'flow.bytes_toclient', whole],
  ['destination.packets', 'flow.pkts_toclient', whole],
  ['destination.mac', 'ether.dest_mac', mac],
  ['network.transport', 'proto', lower],
  ['network.community_id', 'community_id'],
  ['event.start', ['flow.start', 'netflow.start'], isoTime],
  ['event.end', ['flow.end', 'netflow.end'], isoTime],
  ['event.severity', 'alert.severity', whole],
  ['rule.id', 'alert.signature_id', text],
  ['rule.name', 'alert.signature'],
  ['rule.category', 'alert.category'],
  ['rule.version', 'alert.rev', text],
  ['http.request.method', 'http.http_method'],
  ['http.request.referrer', 'http.http_refer'],
  ['http.version', 'http.protocol', httpVersion],
  ['http.response.status_code', 'http.status', whole],
  ['http.response.body.bytes', 'http.length', whole],
  ['http.response.mime_type', 'http.http_content_type'],
  ['url.domain', 'http.hostname'],
  ['destination.domain', ['http.hostname', 'tls.sni']],
  ['user_agent.original', 'http.http_user_agent'],
  ['file.path', 'fileinfo.filename'],
  ['file.size', 'fileinfo.size', whole],
  ['file.hash.md5', 'fileinfo.md5'],
  ['file.hash.sha1', 'fileinfo.sha1'],
  ['file.hash.sha256', 'fileinfo.sha256'],
  ['tls.client.server_name', 'tls.sni'],
  ['tls.client.ja3', 'tls.ja3.hash'],
  ['tls.server.ja3s', 'tls.ja3s.hash'],
  ['tls.server.subject', 'tls.subject'],
  ['tls.server.issuer', ['tls.issuerdn', 'tls.issuer']],
  ['tls.resumed', 'tls.session_resumed'],
  ['email.from.address', 'email.from'],
  ['email.to.address', 'email.to'],
  ['email.subject', 'email.subject'],
  ['observer.ingress.interface.name', 'in_iface'],
];

/** Event types that tell of a protocol, and what it is called where not the same. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  dns: 'dns',
  dhcp: 'dhcp',
  ftp: 'ftp',
  http: 'http',
  ikev2: 'ikev2',
  krb5: 'krb5',
  nfs: 'nfs',
  rdp: 'rdp',
  sip: 'sip',
  smb: 'smb',
  smtp: 'smtp',
  snmp: 'snmp',
  ssh: 'ssh',
  tftp: 'tftp',
  tls: 'tls',
  mqtt: 'mqtt',
  rfb: 'rfb',
};
const NETWORK = ['network'];

/**
 * Suricata's EVE log: one object an event, told by `event_type` with `src_ip` (or `flow_id`). Alerts are `event.kind: alert`,
 * allowed or denied by their action. Source: Suricata user guide, "Eve JSON Format"; Elastic's Suricata field reference.
 */
export const suricataEve = mapped({
  name: 'suricata.eve',
  aliases: ['suricata', 'eve', 'eve.json'],
  dataset: 'suricata.eve',
  sniff: (json) => typeof json['event_type'] === 'string' && ('src_ip' in json || 'flow_id' in json || 'stats' in json),
  time: ['timestamp'],
  message: ['alert.category', 'alert.signature'],
  host: ['host'],
  rows: ROWS,
  own: (key) => `suricata.eve.${key}`,
  meaning: meaningOf,
  finish,
});

function meaningOf(raw: Fields): JsonMeaning {
  const event = stringOf(raw, 'event_type') ?? '';
  const outcome = byStatus(numberOf(raw, 'http.status'));
  switch (event) {
    case 'alert':
      return {
        kind: 'alert',
        category: ['network', 'intrusion_detection'],
        type: [stringOf(raw, 'alert.action') === 'blocked' ? 'denied' : 'allowed'],
        outcome,
      };
    case 'http':
      return { category: ['network', 'web'], type: ['access', 'protocol'], outcome };
    case 'flow':
    case 'netflow':
      return { category: NETWORK, type: flowTypes(stringOf(raw, 'flow.state')) };
    case 'fileinfo':
      return { category: ['network', 'file'], type: ['info'], outcome };
    case 'stats':
      return { kind: 'metric' };
    case 'drop':
      return { category: NETWORK, type: ['denied'] };
    default:
      return { category: NETWORK, type: [Object.hasOwn(PROTOCOLS, event) ? 'protocol' : 'info'] };
  }
}

function flowTypes(state: string | undefined): readonly string[] {
  if (state === 'new') return ['connection', 'start'];
  return state === 'closed' ? ['connection', 'end'] : ['connection'];
}

function finish(fields: Fields, raw: Fields, json: JsonObject): void {
  const event = stringOf(raw, 'event_type') ?? '';
  const told = stringOf(raw, 'app_proto');
  const protocol = Object.hasOwn(PROTOCOLS, event) ? PROTOCOLS[event] : told === 'failed' ? undefined : told;
  if (protocol !== undefined) fields['network.protocol'] = protocol;
  setUrl(fields, stringOf(raw, 'http.url'));
  setSums(fields);
  const age = numberOf(raw, 'flow.age');
  if (age !== undefined) fields['event.duration'] = age * 1e9;
  if (isObject(json['dns'])) setDns(fields, raw);
  if (isObject(json['tls'])) setTls(fields, raw);
  fields['suricata.eve.flow_id'] = stringOf(raw, 'flow_id');
}

function setSums(fields: Fields): void {
  for (const unit of ['bytes', 'packets']) {
    const sent = fields[`source.${unit}`];
    const got = fields[`destination.${unit}`];
    if (typeof sent === 'number' && typeof got === 'number') fields[`network.${unit}`] = sent + got;
  }
}

/** A query or an answer, by either version of EVE's DNS. */
function setDns(fields: Fields, raw: Fields): void {
  const type = stringOf(raw, 'dns.type');
  fields['dns.type'] = type === 'answer' || type === 'response' ? 'answer' : 'query';
  fields['dns.id'] = stringOf(raw, 'dns.id');
  fields['dns.question.name'] = stringOf(raw, ['dns.rrname', 'dns.query.rrname', 'dns.queries.rrname']);
  fields['dns.question.type'] = stringOf(raw, ['dns.rrtype', 'dns.query.rrtype', 'dns.queries.rrtype']);
  fields['dns.response_code'] = stringOf(raw, 'dns.rcode');
  const data = valueOf(raw, ['dns.answers.rdata', 'dns.rdata', 'dns.answer.rdata']);
  const ips = (Array.isArray(data) ? data : [data ?? null]).map(ip).filter((address) => address !== undefined);
  if (ips.length > 0) fields['dns.resolved_ip'] = ips;
}

function setTls(fields: Fields, raw: Fields): void {
  const version = /^(TLS|SSL)[ v]*([\d.]+)$/i.exec(stringOf(raw, 'tls.version') ?? '');
  if (version !== null) {
    fields['tls.version_protocol'] = version[1]?.toLowerCase();
    fields['tls.version'] = version[2] === '1' ? '1.0' : version[2];
  }
  fields['tls.server.hash.sha1'] = stringOf(raw, 'tls.fingerprint')?.replaceAll(':', '').toUpperCase();
  fields['tls.server.x509.serial_number'] = stringOf(raw, 'tls.serial')?.replaceAll(':', '').toUpperCase();
  for (const side of ['not_before', 'not_after']) {
    const time = isoTime(valueOf(raw, `tls.${side.replace('_', '')}`) ?? null);
    if (time === undefined) continue;
    fields[`tls.server.${side}`] = time;
    fields[`tls.server.x509.${side}`] = time;
  }
  setCertificate(fields, 'tls.server.x509.subject', stringOf(raw, 'tls.subject'));
  setCertificate(fields, 'tls.server.x509.issuer', stringOf(raw, ['tls.issuerdn', 'tls.issuer']));
}

/** `00:16:3e:…` as ECS wants it: `00-16-3E-…`. */
function mac(value: Parameters<typeof text>[0]): string | undefined {
  const found = text(value);
  return typeof found === 'string' ? found.replaceAll(':', '-').toUpperCase() : undefined;
}
