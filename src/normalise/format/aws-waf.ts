import type { Fields } from '../../event/index.js';
import { isObject } from '../json.js';
import type { JsonObject } from '../line.js';
import { httpVersion, ip, snake, stringOf, text, whole } from '../raw.js';
import { mapped, type Row } from './mapped.js';
import { setUrl } from './url-fields.js';

const ROWS: readonly Row[] = [
  ['rule.id', 'terminatingRuleId'],
  ['rule.ruleset', 'terminatingRuleType'],
  ['source.address', 'httpRequest.clientIp'],
  ['source.ip', 'httpRequest.clientIp', ip],
  ['http.request.method', 'httpRequest.httpMethod'],
  ['http.request.id', 'httpRequest.requestId'],
  ['http.version', 'httpRequest.httpVersion', httpVersion],
  ['http.response.status_code', 'responseCodeSent', whole],
  ['tls.client.ja3', 'ja3Fingerprint', text],
];

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
  own: (key) => `aws.waf.${key.split('.').map(snake).join('.')}`,
  meaning: (raw) => {
    const action = stringOf(raw, 'action');
    const blocked = action !== undefined && action !== 'ALLOW' && action !== 'COUNT';
    return { category: ['web'], type: ['access', blocked ? 'denied' : 'allowed'], action };
  },
  finish: (fields, raw, json) => {
    setArn(fields, stringOf(raw, 'webaclId'));
    setHeaders(fields, json['httpRequest']);
    const path = stringOf(raw, 'httpRequest.uri');
    const query = stringOf(raw, 'httpRequest.args');
    if (path !== undefined) setUrl(fields, query === undefined ? path : `${path}?${query}`);
  },
});

/** `arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/name/id` */
function setArn(fields: Fields, arn: string | undefined): void {
  const parts = arn?.startsWith('arn:') === true ? arn.split(':', 6) : [];
  fields['cloud.provider'] = 'aws';
  fields['cloud.service.name'] = parts[2] === undefined || parts[2] === '' ? undefined : parts[2];
  fields['cloud.region'] = parts[3] === undefined || parts[3] === '' ? undefined : parts[3];
  fields['cloud.account.id'] = parts[4] === undefined || parts[4] === '' ? undefined : parts[4];
}

const HEADERS: Readonly<Record<string, string>> = {
  host: 'url.domain',
  'user-agent': 'user_agent.original',
  referer: 'http.request.referrer',
};

function setHeaders(fields: Fields, request: unknown): void {
  const list = isObject(request) && Array.isArray(request['headers']) ? (request['headers'] as readonly unknown[]) : [];
  for (const header of list.slice(0, 256)) {
    if (!isObject(header)) continue;
    const field = HEADERS[nameOf(header)];
    const value = header['value'];
    if (field !== undefined && typeof value === 'string' && value !== '') fields[field] ??= value;
  }
}

function nameOf(header: JsonObject): string {
  const name = header['name'];
  return typeof name === 'string' ? name.toLowerCase() : '';
}
