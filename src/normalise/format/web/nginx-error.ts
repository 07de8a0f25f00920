import type { Fields } from '../../../event/index.js';
import { fill } from '../../fields.js';
import type { Line, TextFormat } from '../../line.js';
import { digits, endpoint, isDigit, skipDigits } from '../../text/scan.js';
import { usualError } from './nginx-error-usual.js';
import { isModSecurity, ruleFields } from '../waf/modsecurity-text.js';
import { setUrl } from './url-fields.js';

/**
 * nginx's error log: `2026/11/23 06:39:04 [error] 123#45: *6 text, client: …, server: …, request: "…", host: "…"`.
 *
 * nginx does not escape what it quotes here, so a requested path may contain `, client: 1.2.3.4`: where a name occurs
 * twice, none of the connection's fields is set. Source: ngx_log.c, ngx_http_request.c (ngx_http_log_error).
 */
export const nginxError: TextFormat = {
  reads: 'text',
  name: 'nginx.error',
  aliases: ['nginx_error', 'nginx-error'],
  dataset: 'nginx.error',
  sniff: (text) => isDigit(text.charCodeAt(0)) && text.charCodeAt(4) === 47 && text.charCodeAt(20) === 91,
  parse,
};

function parse(text: string, line: Line): Fields | undefined {
  return usualError(text, line) ?? parseAny(text, line);
}

/** As the format's `parse`, without its quick way. */
export function parseAny(text: string, line: Line): Fields | undefined {
  const time = line.clock.slashed(text, 0);
  const levelEnd = text.indexOf('] ', 21);
  if (Number.isNaN(time) || text.charCodeAt(20) !== 91 || levelEnd < 0 || levelEnd > 40) return undefined;
  const pidEnd = skipDigits(text, levelEnd + 2);
  const threadEnd = skipDigits(text, pidEnd + 1);
  const pid = digits(text, levelEnd + 2, pidEnd);
  if (pid === undefined || text.charAt(pidEnd) !== '#' || !text.startsWith(': ', threadEnd)) return undefined;
  const hasConnection = text.charAt(threadEnd + 2) === '*';
  const connectionEnd = hasConnection ? skipDigits(text, threadEnd + 3) : threadEnd + 1;
  const message = text.slice(connectionEnd + 1);
  line.time = time;
  const fields: Fields = {
    'event.kind': 'event',
    'event.module': 'nginx',
    'event.dataset': 'nginx.error',
    'event.category': ['web'],
    'event.type': ['error'],
    'event.original': line.original,
    message,
    'host.name': line.hostName,
    'log.level': text.slice(21, levelEnd),
    'process.pid': pid,
    'process.thread.id': digits(text, pidEnd + 1, threadEnd),
    'nginx.error.connection_id': hasConnection ? digits(text, threadEnd + 3, connectionEnd) : undefined,
    ...connectionFields(message),
  };
  return isModSecurity(message) ? fill(fields, ruleFields(message)) : fields;
}

/** Client and request, where each stands exactly once and cannot have been written by the client. */
function connectionFields(message: string): Fields {
  const at = message.indexOf(', client: ');
  if (at < 0 || message.includes(', client: ', at + 1)) return {};
  const found =
    /^, client: ([^,]{1,64})(?:, server: ([^,]{0,512}))?(?:, request: "([A-Z]{1,32}) ([^" ]*)(?: HTTP\/([\d.]+))?")?/.exec(
      message.slice(at),
    );
  const client = endpoint(found?.[1] ?? '');
  const fields: Fields = {
    'source.address': client.address,
    'source.ip': client.ip,
    'source.port': client.port,
    'http.request.method': found?.[3],
    'http.request.referrer': undefined,
    'http.version': found?.[5],
  };
  setUrl(fields, found?.[4]);
  setHost(fields, message, at);
  return fields;
}

/** `, host: "…"[, referrer: "…"]` end the line; where a client wrote one of them into the other, neither is set. */
function setHost(fields: Fields, message: string, from: number): void {
  const at = message.indexOf(', host: "', from);
  if (at < 0 || message.includes(', host: "', at + 1)) return;
  const found = /^, host: "([^"]{1,255})"(?:, referrer: "([^"]*)")?$/.exec(message.slice(at));
  if (found === null) return;
  const { address, port } = endpoint(found[1] ?? '');
  fields['url.domain'] ??= address;
  fields['url.port'] ??= port;
  fields['http.request.referrer'] = found[2];
}
