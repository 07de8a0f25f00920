import type { Fields } from '../../../event/index.js';
import { address, httpVersion, ip, milliseconds, numberOf, portBehind, stringOf, text, whole } from '../../raw.js';
import { byStatus, mapped, type Row } from '../mapped.js';
import { setUrl } from './url-fields.js';

const CLIENT = ['downstream_direct_remote_address', 'downstream_remote_address', 'x_forwarded_for', 'client_ip'];

const ROWS: readonly Row[] = [
  ['source.address', CLIENT, address],
  ['source.ip', CLIENT, ip],
  ['source.port', CLIENT, portBehind],
  ['source.bytes', 'bytes_received', whole],
  ['destination.address', 'upstream_host', address],
  ['destination.ip', 'upstream_host', ip],
  ['destination.port', 'upstream_host', portBehind],
  ['destination.bytes', 'bytes_sent', whole],
  ['http.request.id', ['request_id', 'x_request_id'], text],
  ['http.request.method', ['method', 'request_method']],
  ['http.request.referrer', ['referer', 'referrer'], text],
  ['http.request.body.bytes', 'bytes_received', whole],
  ['http.version', 'protocol', httpVersion],
  ['http.response.status_code', ['response_code', 'status'], whole],
  ['http.response.body.bytes', 'bytes_sent', whole],
  ['url.domain', ['authority', 'requested_server_name']],
  ['user_agent.original', 'user_agent', text],
  ['event.duration', 'duration', milliseconds],
];

/** A request of HTTP: Elastic's category, whichever protocol was passed on. */
export const REQUEST = { category: ['network'], type: ['connection', 'protocol'] };
/** A connection that Envoy only passed on. */
export const CONNECTION = { category: ['network'], type: ['connection'] };

/**
 * `network.*` of a request or a connection. Envoy counts the bytes of a request's bodies, of a connection those that went
 * through; a connection has no status. Source: Envoy documentation, BYTES_RECEIVED and BYTES_SENT.
 */
export function setProtocol(fields: Fields): void {
  const isRequest = fields['http.request.method'] !== undefined;
  if (isRequest) fields['network.protocol'] = 'http';
  else fields['network.transport'] = 'tcp';
  for (const name of isRequest ? NOT_OF_HTTP : NOT_OF_TCP) fields[name] = undefined;
}

const NOT_OF_HTTP = ['source.bytes', 'destination.bytes'];
const NOT_OF_TCP = ['http.response.status_code', 'http.request.body.bytes', 'http.response.body.bytes'];

/** Whether Envoy did its part: it flags what went wrong with a request or connection, whatever the server answered. */
export function byFlags(flags: string | undefined): string {
  return flags === undefined || flags === '-' || flags === '' ? 'success' : 'failure';
}

/**
 * Envoy's access log (and Istio's) as JSON, by the names of its default format: `start_time`, `method`, `path`,
 * `response_code`, `response_flags`, `downstream_remote_address`, `upstream_host`. Source: Envoy documentation, access
 * logging; Istio, Envoy access logs.
 */
export const envoyAccess = mapped({
  name: 'envoyproxy.log',
  aliases: ['envoy', 'envoyproxy', 'istio'],
  dataset: 'envoyproxy.log',
  sniff: (json) => 'response_code' in json && ('response_flags' in json || 'upstream_host' in json),
  time: ['start_time', 'time', 'timestamp', '@timestamp'],
  rows: ROWS,
  own: (key) => `envoyproxy.${key}`,
  meaning: (raw) => ({
    ...(stringOf(raw, 'method') === undefined ? CONNECTION : REQUEST),
    outcome:
      raw['response_flags'] === undefined
        ? byStatus(numberOf(raw, ['response_code', 'status']))
        : byFlags(stringOf(raw, 'response_flags')),
  }),
  finish: (fields, raw) => {
    setUrl(fields, stringOf(raw, ['path', 'x_envoy_original_path']));
    setProtocol(fields);
  },
});
