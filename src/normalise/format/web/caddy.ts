import { isObject } from '../../json/json.js';
import type { JsonObject } from '../../line.js';
import { address, httpVersion, ip, numberOf, portBehind, seconds, stringOf, text, whole } from '../../raw.js';
import { byStatus, mapped, type Row } from '../mapped.js';
import { setUrl } from './url-fields.js';

const ROWS: readonly Row[] = [
  ['log.level', 'level'],
  ['log.logger', 'logger'],
  ['source.address', ['request.remote_ip', 'request.remote_addr'], address],
  ['source.ip', ['request.remote_ip', 'request.remote_addr'], ip],
  ['source.port', 'request.remote_port', whole],
  ['source.port', 'request.remote_addr', portBehind],
  ['client.ip', 'request.client_ip', ip],
  ['user.name', 'user_id', text],
  ['http.request.method', 'request.method'],
  ['http.request.referrer', 'request.headers.Referer', text],
  ['http.request.body.bytes', 'bytes_read', whole],
  ['http.version', 'request.proto', httpVersion],
  ['http.response.status_code', 'status', whole],
  ['http.response.body.bytes', 'size', whole],
  ['user_agent.original', 'request.headers.User-Agent', text],
  ['event.duration', 'duration', seconds],
  ['tls.client.server_name', 'request.tls.server_name'],
  ['error.message', 'error', text],
];

/**
 * Caddy's access log: `{"level", "ts", "logger": "http.log.access…", "msg": "handled request", "request": {"remote_ip",
 * "method", "host", "uri", "headers"}, "status", …}`; `ts` in float seconds or any other of its encodings. The peer is the
 * source; what a trusted proxy told is `client.ip`. Source: Caddy documentation, log directive and JSON structure.
 */
export const caddyAccess = mapped({
  name: 'caddy.access',
  aliases: ['caddy', 'caddy_access'],
  dataset: 'caddy.access',
  sniff: (json) => isRequest(json['request']) && 'status' in json,
  time: ['ts', 'time', 'timestamp'],
  message: 'msg',
  rows: ROWS,
  own: (key) => `caddy.access.${key}`,
  meaning: (raw) => ({ category: ['web'], type: ['access'], outcome: byStatus(numberOf(raw, 'status')) }),
  finish: (fields, raw) => {
    const host = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(stringOf(raw, 'request.host')?.slice(0, 512) ?? '');
    fields['url.domain'] = host?.[1] === '' ? undefined : host?.[1];
    fields['url.port'] = host?.[2] === undefined ? undefined : Number(host[2]);
    setUrl(fields, stringOf(raw, 'request.uri'));
  },
});

function isRequest(request: unknown): request is JsonObject {
  return isObject(request) && ('remote_ip' in request || 'remote_addr' in request) && 'uri' in request;
}
