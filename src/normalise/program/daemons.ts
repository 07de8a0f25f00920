import type { Fields } from '../../event/index.js';
import { lower, text } from '../capture.js';
import { matches, word } from '../text/codes.js';
import { auditRecord } from '../format/server/auditd/auditd.js';
import { packetFields } from '../format/server/iptables.js';
import type { Line } from '../line.js';
import { NOTHING, programFields } from './base.js';
import { client, LOGGED_IN, LOGIN_FAILED, service } from './service.js';

const SERVICE = text('service.name');
const UNIT = String.raw`([\w@:.\\-]{1,255}\.(?:service|socket|timer|mount|target|scope|slice|path))`;

const units = service([
  {
    pattern: new RegExp(`^(?:Started|Finished) (?:${UNIT}(?: - |$))?`),
    to: [SERVICE],
  },
  { pattern: new RegExp(`^Stopped (?:${UNIT}(?: - |$))?`), to: [SERVICE] },
  {
    pattern: new RegExp(`^${UNIT}: (?:Failed with result|Main process exited|Control process exited)`),
    to: [SERVICE],
    also: { 'event.action': 'failed-service', 'event.outcome': 'failure' },
  },
]);

const STARTED = word('Started ');
const SPACE = 32;
const POINT = 46;

/** Messages of systemd about units. Source: systemd's job.c and service.c. */
export function systemd(message: string, line: Line): Fields | undefined {
  const bytes = line.messageBytes();
  const end = line.codes.length;
  let at = line.messageAt;
  if (!matches(bytes, STARTED, at, end)) return units(message, line);
  // What is told by its description instead of its name: `Started Session 7 of User alice.`
  at += STARTED.length;
  while (at < end && bytes[at] !== SPACE && bytes[at] !== POINT) at++;
  return at < end && bytes[at] === SPACE ? programFields(line, line.dataset, NOTHING) : units(message, line);
}

const IDS = { 'event.category': ['intrusion_detection'] };
const JAIL = String.raw`(?:(\w{1,16}) {1,8})?\[([\w.-]{1,128})\] `;

/** Messages of fail2ban: what a jail found, banned and let go. Source: fail2ban's actions.py and filter.py. */
export const fail2ban = service([
  {
    pattern: new RegExp(`^${JAIL}(?:Restore |Increase )?(Ban|Unban|Found) ([0-9a-fA-F.:]{2,45})`),
    to: [lower('log.level'), text('rule.name'), lower('event.action'), client],
    also: { ...IDS, 'event.type': ['info'] },
  },
  {
    pattern: new RegExp(`^${JAIL}([0-9a-fA-F.:]{2,45}) already banned`),
    to: [lower('log.level'), text('rule.name'), client],
    also: { ...IDS, 'event.type': ['info'] },
  },
]);

/** What Cyrus' saslauthd says of a password that was not right, for mail servers and others. Source: its do_auth and mechanisms. */
export const saslauthd = service([
  {
    pattern:
      /^do_auth {1,16}: auth failure: \[user=(.{0,256})\] \[service=([^\]]{0,64})\] \[realm=[^\]]{0,255}\] \[mech=[^\]]{0,32}\] \[reason=(.{0,256})\]$/,
    to: [text('user.name'), SERVICE, text('event.reason')],
    also: LOGIN_FAILED,
  },
]);

/** Log-ins to Proxmox VE's own pages. Source: PVE's API, AccessControl.pm. */
export const proxmox = service([
  {
    pattern: /^authentication failure; rhost=([0-9a-fA-F.:]{2,45}) user=(.{1,256}) msg=.{0,512}$/,
    to: [client, text('user.name')],
    also: LOGIN_FAILED,
  },
  {
    pattern: /^(?:<[^>]{1,256}> )?successful auth for user '(.{1,256})'$/,
    to: [text('user.name')],
    also: LOGGED_IN,
  },
]);

/** WordPress through WP fail2ban. Source: the plugin's documentation, "Events". */
export const wordpress = service([
  {
    pattern:
      /^(?:XML-RPC |REST )?[Aa]uthentication (?:failure|attempt) for (?:unknown user )?(.{1,256}) from ([0-9a-fA-F.:]{2,45})$/,
    to: [text('user.name'), client],
    also: LOGIN_FAILED,
  },
  {
    pattern: /^Accepted password for (.{1,256}) from ([0-9a-fA-F.:]{2,45})$/,
    to: [text('user.name'), client],
    also: LOGGED_IN,
  },
  {
    pattern:
      /^Blocked (?:user enumeration|username authentication|authentication) attempt (?:for (.{1,256}) )?from ([0-9a-fA-F.:]{2,45})$/,
    to: [text('user.name'), client],
    also: LOGIN_FAILED,
  },
  {
    pattern: /^(?:XML-RPC (?:multicall )?authentication failure|Empty username) from ([0-9a-fA-F.:]{2,45})$/,
    to: [client],
    also: LOGIN_FAILED,
  },
  {
    pattern:
      /^(?:Spam comment \d{1,12}|Spammed comment|Comment (?:attempt|on) .{0,256}|Pingback requested|Pingback error .{0,256}) from ([0-9a-fA-F.:]{2,45})$/,
    to: [client],
    also: { 'event.category': ['web'], 'event.type': ['info'] },
  },
]);

/** The kernel's log: packets netfilter logs, audit records no daemon took. */
export function kernel(message: string, line: Line): Fields | undefined {
  const packet = packetFields(message, line);
  if (packet !== undefined) return packet;
  const audit = message.indexOf('audit: type=');
  return audit < 0 || audit > 32 ? undefined : auditRecord(message.slice(audit), line);
}
