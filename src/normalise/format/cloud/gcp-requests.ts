import type { Fields } from '../../../event/index.js';
import { isObject } from '../../json/json.js';
import type { JsonObject } from '../../line.js';
import { address, httpVersion, ip, numberOf, portBehind, stringOf, text, whole } from '../../raw.js';
import { byStatus, mapped, names, type Row } from '../mapped.js';
import { setUrl } from '../web/url-fields.js';
import { isAbsolute, splitAbsolute } from '../web/url.js';

const IN = 'httpRequest.';
const POLICY = 'jsonPayload.enforcedSecurityPolicy.';
const ROWS: readonly Row[] = [
  ['event.id', 'insertId', text],
  ['log.level', 'severity', text],
  ['log.logger', 'logName', text],
  ['trace.id', 'trace', text],
  ['cloud.project.id', 'resource.labels.project_id', text],
  ['cloud.region', 'resource.labels.region', text],
  ['service.name', ['resource.labels.service_name', 'resource.labels.backend_service_name'], text],
  ['source.address', `${IN}remoteIp`, address],
  ['source.ip', `${IN}remoteIp`, ip],
  ['source.port', `${IN}remoteIp`, portBehind],
  ['destination.address', `${IN}serverIp`, address],
  ['destination.ip', `${IN}serverIp`, ip],
  ['http.request.method', `${IN}requestMethod`, text],
  ['http.request.referrer', `${IN}referer`, text],
  ['http.request.bytes', `${IN}requestSize`, whole],
  ['http.version', `${IN}protocol`, httpVersion],
  ['http.response.status_code', `${IN}status`, whole],
  ['http.response.bytes', `${IN}responseSize`, whole],
  ['user_agent.original', `${IN}userAgent`, text],
  ['rule.name', `${POLICY}name`, text],
];

/**
 * Requests in Google Cloud's logs: a LogEntry with `httpRequest`, of load balancers (what Cloud Armor decided under
 * `jsonPayload.enforcedSecurityPolicy`), Cloud Run and App Engine. Source: Google Cloud, "LogEntry", "HttpRequest" and
 * "External Application Load Balancer logging".
 */
export const gcpRequests = mapped({
  name: 'gcp.loadbalancing_logs',
  aliases: ['gcp-requests', 'gcp.requests', 'gcp-load-balancer'],
  dataset: 'gcp.loadbalancing_logs',
  sniff: (json) => isRequest(json['httpRequest']) && ('logName' in json || 'insertId' in json),
  time: ['timestamp', 'receiveTimestamp'],
  message: ['textPayload', 'jsonPayload.message'],
  rows: ROWS,
  own: (key) => `gcp.loadbalancing_logs.${key}`,
  renamed: names('insertId severity logName timestamp receiveTimestamp trace'),
  meaning: (raw) => {
    const verdict = stringOf(raw, `${POLICY}outcome`)?.toUpperCase();
    const type = verdict === 'DENY' ? ['denied'] : verdict === 'ACCEPT' ? ['allowed'] : [];
    return { category: ['web'], type: ['access', ...type], outcome: byStatus(numberOf(raw, `${IN}status`)) };
  },
  finish: (fields, raw) => {
    fields['cloud.provider'] = 'gcp';
    setTarget(fields, stringOf(raw, `${IN}requestUrl`));
    const latency = /^(\d{1,6}(?:\.\d{1,9})?)s$/.exec(stringOf(raw, `${IN}latency`) ?? '')?.[1];
    if (latency !== undefined) fields['event.duration'] = Math.round(Number(latency) * 1e9);
  },
});

function isRequest(request: unknown): request is JsonObject {
  return isObject(request) && 'requestMethod' in request && 'requestUrl' in request;
}

/** The URL is absolute here; `url.original` is path and query, as everywhere. */
function setTarget(fields: Fields, url: string | undefined): void {
  if (url === undefined || !isAbsolute(url)) return setUrl(fields, url);
  const { scheme, domain, port, rest } = splitAbsolute(url);
  fields['url.full'] = url;
  fields['url.scheme'] = scheme;
  fields['url.domain'] = domain;
  fields['url.port'] = port;
  setUrl(fields, rest === '' ? '/' : rest);
}
