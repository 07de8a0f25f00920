import type { Fields } from '../../event/index.js';
import { fill, fillPairs } from '../fields.js';
import { readHead } from '../head/head.js';
import type { Line, TextFormat } from '../line.js';
import { isSyslog } from './server/system-syslog.js';

/** Formats whose programs write no syslog head: one that stands before their lines is a shipper's. */
const BARE: ReadonlySet<string> = new Set([
  ...['nginx.access', 'nginx.error', 'apache.access', 'apache.error', 'iis.access', 'traefik.access', 'envoyproxy.log'],
  ...['nginx_ingress_controller.access', 'nginx_ingress_controller.error', 'aws.elb', 'coredns.log', 'ftp.xferlog'],
  ...['vsftpd.log', 'proftpd.log', 'exim.log', 'named.log', 'fail2ban.log', 'keycloak.log', 'vaultwarden.log'],
]);

/**
 * A line read by a format that was told or hinted, behind a syslog head too: before one, what looks like an address or a user
 * may be a part of the head. Formats that know heads, and the operator's own, see the whole line first. Costs a look at the
 * first characters where there is no head.
 */
export function readTold(format: TextFormat, text: string, line: Line): Fields | undefined {
  const isBare = isBareFormat(format);
  // Formats that know heads read first: the look costs a sixth of a line of PostgreSQL.
  if (isBare && !isSyslog(text)) return format.parse(text, line);
  const fields = isBare ? behindHead(format, text, line) : format.parse(text, line);
  if (fields !== undefined || line.inner !== undefined || (!isBare && !isSyslog(text))) return fields;
  line.reset();
  return isBare ? format.parse(text, line) : behindHead(format, text, line);
}

let latest: TextFormat | undefined = undefined;
let isLatestBare = false;

/** By `BARE`, of the format that was asked for last at a glance. */
function isBareFormat(format: TextFormat): boolean {
  if (format !== latest) isLatestBare = BARE.has(format.name);
  latest = format;
  return isLatestBare;
}

/** Whether a format that reads any line of its form would take the head before it for a part of it. */
export function isHeaded(format: TextFormat | undefined, text: string): boolean {
  return format !== undefined && isBareFormat(format) && isSyslog(text);
}

function behindHead(format: TextFormat, text: string, line: Line): Fields | undefined {
  if (!readHead(text, line)) return undefined;
  const { time, message, host, program, pid, headFields, elements } = line;
  const fields = format.parse(message, line);
  if (fields === undefined) return undefined;
  if (Number.isNaN(line.time)) line.time = time;
  if (host !== undefined) fields['host.name'] = line.hostOf(host);
  fill(fields, { 'host.hostname': host, 'process.name': program, 'process.pid': pid });
  return fillPairs(fill(fields, headFields), elements);
}
