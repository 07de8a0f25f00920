import type { Fields, FieldValue } from '../../../event/index.js';
import { setTotals, textOf } from '../../fields.js';
import { isObject } from '../../json/json.js';
import type { JsonObject } from '../../line.js';
import { httpVersion, ip, isoTime, lower, numberOf, stringIn, stringOf, text, valueOf, whole } from '../../raw.js';
import { byStatus, type JsonMeaning, mapped, names, type Row } from '../mapped.js';
import { setTargetAsIs } from '../web/url-fields.js';
import { setCertificate } from '../certificate.js';

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
  ['destination.domain', ['http.hostname', 'tls.sni'], bareName],
  ['user_agent.original', 'http.http_user_agent'],
  ['file.path', 'fileinfo.filename'],
  ['file.size', 'fileinfo.size', whole],
  ['file.hash.md5', 'fileinfo.md5'],
  ['file.hash.sha1', 'fileinfo.sha1'],
  ['file.hash.sha256', 'fileinfo.sha256'],
  ['tls.client.server_name', 'tls.sni', bareName],
  ['tls.client.ja3', 'tls.ja3.hash'],
  ['tls.server.ja3s', 'tls.ja3s.hash'],
  ['tls.server.subject', 'tls.subject'],
  ['tls.server.issuer', ['tls.issuerdn', 'tls.issuer']],
  ['tls.resumed', 'tls.session_resumed'],
  ['email.from.address', 'email.from', mailbox],
  ['email.to.address', 'email.to', mailbox],
  ['email.subject', 'email.subject'],
  ['observer.ingress.interface.name', 'in_iface'],
  ['file.name', 'alert.metadata.filename', text],
  ['threat.tactic.id', ['alert.metadata.mitre_attack', 'alert.metadata.mitre_tactic_id']],
  ['threat.tactic.name', 'alert.metadata.mitre_tactic_name'],
  ['threat.technique.id', 'alert.metadata.mitre_technique_id'],
  ['suricata.eve.alert.created_at', 'alert.metadata.created_at', day],
  ['suricata.eve.alert.updated_at', 'alert.metadata.updated_at', day],
];

/** Event types that tell of a protocol, and what it is called where not the same. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  dns: 'dns',
  dhcp: 'dhcp',
  ftp: 'ftp',
  ftp_data: 'ftp',
  http: 'http',
  http2: 'http',
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
/** Those that Elastic's pipeline gives no type. */
const UNTYPED = new Set(['dhcp', 'nfs', 'sip']);
const NETWORK = ['network'];
const RENAMED = names(
  'timestamp src_ip src_port dest_ip dest_port proto app_proto ether.src_mac ether.dest_mac flow.pkts_toserver flow.pkts_toclient flow.bytes_toserver flow.bytes_toclient flow.start flow.end http.hostname http.url http.http_method http.http_refer http.http_user_agent http.status http.length fileinfo.filename fileinfo.size alert.action alert.severity dns.aa dns.tc dns.rd dns.ra',
);

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
  own: ownName,
  renamed: RENAMED,
  meaning: meaningOf,
  finish,
  finishes: (name) => name === 'suricata.eve.flow_id',
});

/** What a rule tells of itself stands beside its other fields; Elastic keeps the rest of the metadata apart. */
const METADATA =
  /^alert\.metadata\.(protocols|attack_target|capec_id|cwe_id|malware|cve|cvss_v[23]_(?:base|temporal)|priority|hostile|infected|classtype|rule_source|sid)$/;

function ownName(key: string): string {
  const own = METADATA.exec(key)?.[1];
  return `suricata.eve.${own === undefined ? key : `alert.${own}`}`;
}

function meaningOf(raw: Fields): JsonMeaning {
  const event = stringIn(raw['event_type'])?.toLowerCase() ?? '';
  switch (event) {
    case 'alert':
      return {
        kind: 'alert',
        category: ['network', 'intrusion_detection'],
        type: [stringIn(raw['alert.action']) === 'blocked' ? 'denied' : 'allowed'],
      };
    case 'http':
    case 'http2':
      return {
        category: ['network', 'web'],
        type: ['access', 'protocol'],
        outcome: byStatus(numberOf(raw, 'http.status')),
      };
    case 'flow':
    case 'netflow':
      return { category: NETWORK, type: flowTypes(stringIn(raw['flow.state'])) };
    case 'stats':
      return { kind: 'metric', category: NETWORK };
    case 'drop':
      return { category: NETWORK, type: ['denied'] };
    default:
      return {
        category: NETWORK,
        type: Object.hasOwn(PROTOCOLS, event) && !UNTYPED.has(event) ? ['protocol'] : undefined,
      };
  }
}

function flowTypes(state: string | undefined): readonly string[] {
  if (state === 'new') return ['connection', 'start'];
  return state === 'closed' ? ['connection', 'end'] : ['connection'];
}

function finish(fields: Fields, raw: Fields, json: JsonObject): void {
  const protocol = protocolOf(raw);
  if (protocol !== undefined) fields['network.protocol'] = protocol;
  setTargetAsIs(fields, stringIn(raw['http.url']));
  setTotals(fields);
  setDuration(fields, raw['flow.age'] === undefined ? undefined : numberOf(raw, 'flow.age'));
  if (isObject(json['dns'])) setDns(fields, raw, json['dns']);
  if (isObject(json['tls'])) setTls(fields, raw);
  fields['suricata.eve.flow_id'] = stringIn(raw['flow_id']);
}

/** The protocol Suricata found out, else the one the kind of event is about. */
function protocolOf(raw: Fields): string | undefined {
  const event = stringIn(raw['event_type'])?.toLowerCase() ?? '';
  const told = stringIn(raw['app_proto'])?.toLowerCase();
  if (told === 'ftp-data') return 'ftp';
  if (told !== undefined && told !== 'failed' && !told.startsWith('template')) return told;
  return Object.hasOwn(PROTOCOLS, event) ? PROTOCOLS[event] : undefined;
}

function setDuration(fields: Fields, age: number | undefined): void {
  if (fields['event.start'] === undefined && age === undefined) return;
  const start = Date.parse(textOf(fields, 'event.start') ?? '');
  const end = Date.parse(textOf(fields, 'event.end') ?? '');
  if (end >= start) fields['event.duration'] = (end - start) * 1e6;
  else if (age !== undefined) fields['event.duration'] = age * 1e9;
}

const ASKED_NAME = ['dns.rrname', 'dns.query.rrname', 'dns.queries.rrname'];
const ASKED_TYPE = ['dns.rrtype', 'dns.query.rrtype', 'dns.queries.rrtype'];

/** A query or an answer, by any version of EVE's DNS. */
function setDns(fields: Fields, raw: Fields, dns: JsonObject): void {
  const type = stringIn(raw['dns.type']);
  fields['dns.type'] = type === 'answer' || type === 'response' ? 'answer' : 'query';
  fields['dns.id'] = stringIn(raw['dns.id']);
  // An answer of the first version names one of its records, not the question.
  if (fields['dns.type'] === 'query' || raw['dns.version'] !== undefined) {
    fields['dns.question.name'] = stringOf(raw, ASKED_NAME);
    fields['dns.question.type'] = stringOf(raw, ASKED_TYPE);
  }
  fields['dns.response_code'] = stringIn(raw['dns.rcode']);
  let flags: string[] | undefined;
  if (raw['dns.aa'] === true) (flags ??= []).push('AA');
  if (raw['dns.tc'] === true) (flags ??= []).push('TC');
  if (raw['dns.rd'] === true) (flags ??= []).push('RD');
  if (raw['dns.ra'] === true) (flags ??= []).push('RA');
  if (flags !== undefined) fields['dns.header_flags'] = flags;
  if (fields['dns.type'] === 'answer') setAnswers(fields, dns);
}

/** The answers, a list of them or (version 1) the event's own one. */
function setAnswers(fields: Fields, dns: JsonObject): void {
  const list: readonly unknown[] = Array.isArray(dns['answers']) ? dns['answers'] : [dns];
  const answers = list.filter(isObject).slice(0, 256).map(answerOf);
  if (answers.every((answer) => answer['data'] === undefined)) return;
  fields['dns.answers'] = answers;
  fields['dns.answers.data'] = answers.map(({ data }) => data).filter((data) => typeof data === 'string');
  const ips = answers
    .filter(({ type }) => type === 'A' || type === 'AAAA')
    .map(({ data }) => ip(data ?? null))
    .filter((address) => address !== undefined);
  if (ips.length > 0) fields['dns.resolved_ip'] = ips;
}

const ANSWER: readonly (readonly [string, string])[] = [
  ['name', 'rrname'],
  ['data', 'rdata'],
  ['type', 'rrtype'],
  ['ttl', 'ttl'],
];

function answerOf(answer: JsonObject): Readonly<Record<string, FieldValue>> {
  const found: Record<string, FieldValue> = {};
  for (const [name, from] of ANSWER) {
    const value = answer[from];
    if (value !== undefined && value !== null) found[name] = value;
  }
  return found;
}

function setTls(fields: Fields, raw: Fields): void {
  const version = /^([^v ]{1,16})[v ](.{1,64})$/.exec(stringIn(raw['tls.version']) ?? '');
  if (version !== null) {
    fields['tls.version_protocol'] = version[1]?.toLowerCase();
    fields['tls.version'] = version[2];
  }
  fields['tls.server.hash.sha1'] = stringIn(raw['tls.fingerprint'])?.replaceAll(':', '').toUpperCase();
  fields['tls.server.x509.serial_number'] = stringIn(raw['tls.serial'])?.replaceAll(':', '');
  fields['tls.server.certificate'] = stringIn(raw['tls.certificate']);
  fields['tls.server.certificate_chain'] = valueOf(raw, 'tls.chain');
  for (const side of ['not_before', 'not_after']) {
    const time = isoTime(valueOf(raw, `tls.${side.replace('_', '')}`) ?? null);
    if (time === undefined) continue;
    fields[`tls.server.${side}`] = time;
    fields[`tls.server.x509.${side}`] = time;
  }
  setCertificate(fields, 'tls.server.x509.subject', stringIn(raw['tls.subject']), true);
  const issuer = stringOf(raw, ['tls.issuerdn', 'tls.issuer'])?.replaceAll('\\,', '');
  setCertificate(fields, 'tls.server.x509.issuer', issuer, true);
}

/** `00:16:3e:…` as ECS wants it: `00-16-3E-…`. */
function mac(value: FieldValue): string | undefined {
  const found = text(value);
  return typeof found === 'string' ? found.replaceAll(':', '-').toUpperCase() : undefined;
}

/** The address of `A Name <address>`, of one or of each in a list. */
function mailbox(value: FieldValue): FieldValue | undefined {
  if (Array.isArray(value)) return value.map((one: FieldValue) => mailbox(one) ?? one);
  const found = text(value);
  return typeof found === 'string' ? (/<([^<>]{1,512})>\s*$/.exec(found.slice(0, 2048))?.[1] ?? found) : found;
}

/** A name without the dot that ends it. */
function bareName(value: FieldValue): string | undefined {
  const found = text(value);
  return typeof found === 'string' && found.endsWith('.') ? found.slice(0, -1) : (found as string | undefined);
}

/** `2026_11_23` or `2026-11-23`, alone or in a list. */
function day(value: FieldValue): FieldValue | undefined {
  const found = text(value);
  return typeof found === 'string' && /^\d{4}[_-]\d\d[_-]\d\d$/.test(found)
    ? isoTime(`${found.replaceAll('_', '-')}T00:00:00Z`)
    : undefined;
}
