import type { Fields } from '../../../event/index.js';
import { closingQuote } from '../../text/scan.js';
import { nginxIngress } from './nginx-ingress.js';
import { traefikAccess } from './traefik.js';

/**
 * Whether a line of the form that nginx and Apache share can only be Apache's: no referrer and agent (`common`), no size,
 * a host's name as the client, a time in whole numbers, its own words. Looks at the line's two ends. Linear.
 * Sources: mod_log_config, ngx_http_log_module; what Elastic's pipelines read.
 */
export function isApacheLine(text: string): boolean {
  return NAMED.test(text.slice(0, 512)) || BEHIND.test(behindRequest(text));
}

/** Whether such a line is rather Apache's: a virtual host with its port, or the client's port. */
export function isLikeApache(text: string): boolean {
  return PORTED.test(text.slice(0, 512)) || isApacheLine(text);
}

/** Whether such a line can only be nginx's: a list of clients, a socket as the client, a time in seconds. */
export function isNginxLine(text: string): boolean {
  return LIST.test(text.slice(0, 512)) || SECONDS.test(behindRequest(text));
}

/**
 * The same as `isApacheLine` for a line read as nginx's already: most lines end with the agent and are told at a glance.
 */
export function isApacheEvent(fields: Fields, text: string): boolean {
  const ip = fields['source.ip'];
  const isOrdinary =
    text.charCodeAt(text.length - 1) === QUOTE &&
    ip !== undefined &&
    ip !== '::1' &&
    ip !== '127.0.0.1' &&
    fields['http.response.body.bytes'] !== undefined &&
    fields['network.forwarded_ip'] === undefined &&
    fields['nginx.access.response_time'] === undefined;
  return !isOrdinary && isApacheLine(text);
}

/** Whether a line begins like a web server's and is of a proxy that says more. */
export function isProxys(text: string): boolean {
  return text.charCodeAt(text.length - 1) !== QUOTE && (traefikAccess.sniff(text) || nginxIngress.sniff(text));
}

const QUOTE = 34;
const NAMED = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){0,30}\.[a-z]{2,63} (?!\d{1,3}\.)[^ :]{1,255} .{1,256} \[\d\d\//i;
const PORTED =
  /^(?:[a-z0-9_.-]{1,253}:\d{1,5} [0-9a-f.:]{2,45} [^ ]{1,255}|\d{1,3}(?:\.\d{1,3}){3}:\d{1,5} (?!\d{1,3}\.)[^ :]{1,255}) .{1,256} \[\d\d\//i;
const BEHIND =
  /^ \d{3} (?:(?:\d{1,15}|-) ?$|- |\d{1,15} \d{1,15} "|.*(?: X-Forwarded-For="|\(internal dummy connection\)"))/;
const LIST = /^(?:"?[0-9a-f.:]{2,45}"?,|unix:)/i;
const SECONDS = /^ \d{3} \d{1,15} \d{1,9}\.\d{3} "/;

function behindRequest(text: string): string {
  const start = text.indexOf('"') + 1;
  const end = closingQuote(text, start);
  return end < 0 ? '' : text.slice(end + 1);
}
