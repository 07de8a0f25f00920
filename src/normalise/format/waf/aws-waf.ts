import type { Fields, FieldValue } from '../../../event/index.js';
import { isObject } from '../../json/json.js';
import type { JsonObject } from '../../line.js';
import { httpVersion, ip, snake, stringOf, text, whole } from '../../raw.js';
import { endpoint } from '../../text/scan.js';
import { mapped, type Row } from '../mapped.js';
import { setTargetAsIs } from '../web/url-fields.js';
import { table } from '../../lookup.js';

const ROWS: readonly Row[] = [
  ['rule.id', 'terminatingRuleId'],
  ['rule.ruleset', 'terminatingRuleType'],
  ['source.ip', 'httpRequest.clientIp', ip],
  ['source.geo.country_iso_code', 'httpRequest.country', country],
  ['http.request.method', 'httpRequest.httpMethod'],
  ['http.request.id', 'httpRequest.requestId'],
  ['http.version', 'httpRequest.httpVersion', httpVersion],
  ['aws.waf.format_version', 'formatVersion', text],
  ['http.response.status_code', 'responseCodeSent', whole],
  ['tls.client.ja3', 'ja3Fingerprint', text],
];

/** The country AWS finds; `-`: it finds none. */
function country(value: FieldValue): FieldValue | undefined {
  return value === '-' ? undefined : text(value);
}

const HERE = 'aws.waf.';

/** Elastic's names of what is kept besides; undefined for what the rows and headers have told. */
const OWN: Readonly<Record<string, string | undefined>> = {
  webaclId: `${HERE}arn`,
  httpSourceName: `${HERE}source.name`,
  httpSourceId: `${HERE}source.id`,
  formatVersion: `${HERE}format_version`,
  ja4Fingerprint: `${HERE}ja4_fingerprint`,
  'httpRequest.fragment': 'url.fragment',
  'httpRequest.scheme': 'url.scheme',
  'httpRequest.host': 'host.domain',
  ClientASN: 'source.as.number',
  ...Object.fromEntries(
    ['timestamp', 'terminatingRuleId', 'terminatingRuleType', 'action', 'ja3Fingerprint', 'requestHeadersInserted'].map(
      (key) => [key, undefined],
    ),
  ),
};

function ownName(key: string): string | undefined {
  if (Object.hasOwn(OWN, key)) return OWN[key];
  if (key.startsWith('httpRequest.') || key.startsWith('requestHeadersInserted.')) return undefined;
  return HERE + key.split('.').map(snake).join('.');
}

/**
 * AWS WAF's web ACL traffic log: `{"timestamp", "webaclId", "terminatingRuleId", "action", "httpRequest": {"clientIp", "uri",
 * "args", "httpMethod", "headers": [{"name", "value"}]}}`. Source: AWS WAF developer guide, "Log fields".
 */
export const awsWaf = mapped({
  name: 'aws.waf',
  aliases: ['aws-waf', 'awswaf'],
  dataset: 'aws.waf',
  sniff: (json) => 'webaclId' in json && isObject(json['httpRequest']),
  time: ['timestamp'],
  rows: ROWS,
  own: ownName,
  meaning: (raw) => {
    const action = stringOf(raw, 'action');
    const verdict = action === 'BLOCK' ? ['denied'] : action === 'ALLOW' ? ['allowed'] : [];
    return { kind: 'alert', category: ['web', 'network'], type: ['access', ...verdict], action };
  },
  finish: (fields, raw, json) => {
    setArn(fields, stringOf(raw, 'webaclId'));
    setHeaders(fields, json['httpRequest'], `${HERE}request.headers.`);
    setHeaders(fields, { headers: json['requestHeadersInserted'] ?? null }, `${HERE}request_headers_inserted.`);
    if (/^http\//i.test(stringOf(raw, 'httpRequest.httpVersion') ?? '')) {
      fields['network.protocol'] = 'http';
      fields['network.transport'] = 'tcp';
    }
    const path = stringOf(raw, 'httpRequest.uri');
    const query = stringOf(raw, 'httpRequest.args');
    if (path !== undefined) setTargetAsIs(fields, query === undefined ? path : `${path}?${query}`);
  },
});

/** `arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/name/id` */
function setArn(fields: Fields, arn: string | undefined): void {
  const parts = arn?.startsWith('arn:') === true ? arn.split(':', 6) : [];
  fields['cloud.provider'] = 'aws';
  fields['cloud.service.name'] = parts[2] === undefined || parts[2] === '' ? undefined : parts[2];
  fields['cloud.region'] = parts[3] === undefined || parts[3] === '' ? undefined : parts[3];
  fields['cloud.account.id'] = parts[4] === undefined || parts[4] === '' ? undefined : parts[4];
  if (parts.length > 5) fields['aws.waf.id'] = arn?.split(':').slice(5).join(':');
}

const HEADERS = table<string>({
  host: 'url.domain',
  'user-agent': 'user_agent.original',
  referer: 'http.request.referrer',
});

/** Each header by its name; Elastic keeps them as they are written. */
function setHeaders(fields: Fields, request: unknown, own: string): void {
  const list = isObject(request) && Array.isArray(request['headers']) ? (request['headers'] as readonly unknown[]) : [];
  for (const header of list.slice(0, 256)) {
    if (!isObject(header)) continue;
    const { name, value } = header;
    if (typeof name !== 'string' || typeof value !== 'string' || name === '' || value === '') continue;
    const field = own.includes('inserted') ? undefined : HEADERS[nameOf(header)];
    if (field === 'url.domain') setHost(fields, value);
    else if (field !== undefined) fields[field] ??= value;
    fields[own + name.slice(0, 128)] = value;
  }
}

/** `NAME[:PORT]` */
function setHost(fields: Fields, value: string): void {
  const { address, port } = endpoint(value);
  fields['url.domain'] ??= address;
  fields['url.port'] ??= port;
}

function nameOf(header: JsonObject): string {
  const name = header['name'];
  return typeof name === 'string' ? name.toLowerCase() : '';
}
