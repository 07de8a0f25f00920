import type { Fields } from '../../../event/index.js';
import { address, httpVersion, ip, numberOf, snake, stringOf, text, whole } from '../../raw.js';
import { byStatus, type JsonMeaning, mapped, type Row } from '../mapped.js';
import { setUrl } from './url-fields.js';

const ROWS: readonly Row[] = [
  ['http.request.id', 'RayID', text],
  ['source.address', 'ClientIP', address],
  ['source.ip', 'ClientIP', ip],
  ['source.port', 'ClientSrcPort', whole],
  ['source.as.number', 'ClientASN', whole],
  ['destination.address', 'OriginIP', address],
  ['destination.ip', 'OriginIP', ip],
  ['http.request.method', 'ClientRequestMethod', text],
  ['http.request.referrer', ['ClientRequestReferer', 'ClientRefererHost'], text],
  ['http.request.bytes', 'ClientRequestBytes', whole],
  ['http.version', 'ClientRequestProtocol', httpVersion],
  ['http.response.status_code', ['EdgeResponseStatus', 'OriginResponseStatus'], whole],
  ['http.response.bytes', 'EdgeResponseBytes', whole],
  ['http.response.body.bytes', 'EdgeResponseBodyBytes', whole],
  ['user_agent.original', 'ClientRequestUserAgent', text],
  ['url.domain', 'ClientRequestHost', text],
  ['url.scheme', 'ClientRequestScheme', text],
  ['tls.cipher', 'ClientSSLCipher', text],
  ['rule.id', ['SecurityRuleID', 'WAFRuleID', 'RuleID'], text],
  ['rule.name', ['SecurityRuleDescription', 'WAFRuleMessage', 'Description'], text],
];

const DENIED = new Set(['block', 'drop', 'connectionclose', 'connection_close', 'simulate_drop']);

/**
 * Cloudflare's Logpush and Logpull: HTTP requests (`ClientIP`, `ClientRequestMethod`, `ClientRequestURI`,
 * `EdgeResponseStatus`, `RayID`; times as RFC 3339, seconds or nanoseconds) and firewall events (`Action`, `RuleID`,
 * `ClientRequestPath`, `ClientRequestQuery`). Source: Cloudflare, Logs, "HTTP requests" and "Firewall events".
 */
export const cloudflare = mapped({
  name: 'cloudflare_logpush.http_request',
  aliases: ['cloudflare', 'cloudflare_logpush', 'logpush', 'cloudflare_logpush.firewall_event'],
  dataset: 'cloudflare_logpush.http_request',
  datasetOf: (raw) => (isFirewalls(raw) ? 'cloudflare_logpush.firewall_event' : 'cloudflare_logpush.http_request'),
  sniff: (json) =>
    'ClientIP' in json &&
    ('ClientRequestMethod' in json || 'ClientRequestURI' in json || 'ClientRequestHost' in json) &&
    ('RayID' in json || 'EdgeResponseStatus' in json),
  time: ['EdgeStartTimestamp', 'Datetime', 'EdgeEndTimestamp'],
  rows: ROWS,
  own: (key, dataset) => `${dataset}.${key.split('.').map(snake).join('.')}`,
  meaning: meaningOf,
  finish: (fields, raw) => {
    setUrl(fields, stringOf(raw, 'ClientRequestURI') ?? pathOf(raw));
    setTls(fields, stringOf(raw, 'ClientSSLProtocol'));
  },
});

function isFirewalls(raw: Fields): boolean {
  return raw['Action'] !== undefined && raw['EdgeStartTimestamp'] === undefined;
}

function meaningOf(raw: Fields): JsonMeaning {
  const action = stringOf(raw, ['SecurityAction', 'Action', 'WAFAction'])?.toLowerCase();
  const known = action === 'unknown' ? undefined : action;
  const isDenied = known !== undefined && DENIED.has(known);
  return {
    category: isFirewalls(raw) ? ['web', 'intrusion_detection'] : ['web'],
    type: isDenied ? ['access', 'denied'] : ['access'],
    action: known,
    outcome: byStatus(numberOf(raw, ['EdgeResponseStatus', 'OriginResponseStatus'])),
  };
}

/** A firewall event tells path and query apart, the query with its question mark. */
function pathOf(raw: Fields): string | undefined {
  const path = stringOf(raw, 'ClientRequestPath');
  const query = stringOf(raw, 'ClientRequestQuery') ?? '';
  if (path === undefined || query === '') return path;
  return query.startsWith('?') ? path + query : `${path}?${query}`;
}

/** `TLSv1.3`; `none` where the request came in the clear. */
function setTls(fields: Fields, protocol: string | undefined): void {
  const version = /^TLSv(\d(?:\.\d)?)$/.exec(protocol ?? '')?.[1];
  if (version === undefined) return;
  fields['tls.version'] = version.includes('.') ? version : `${version}.0`;
  fields['tls.version_protocol'] = 'tls';
}
