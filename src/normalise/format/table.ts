import { ENVELOPE_NAMES } from '../envelope/table.js';
import type { Format, JsonFormat, TextFormat } from '../line.js';
import { apacheAccess } from './web/apache-access.js';
import { apacheError } from './web/apache-error.js';
import { autheliaText, vaultwarden } from './app/app-text.js';
import { auditd } from './server/auditd/auditd.js';
import { awsElb } from './web/aws-elb/aws-elb.js';
import { container } from './server/container.js';
import { corazaText } from './waf/coraza-text.js';
import { coredns } from './server/coredns.js';
import { eximLog, fail2banLog, namedLog, proftpdLog, vsftpdLog } from './server/daemon-logs.js';
import { ecs, json } from './ecs.js';
import { envoyText } from './web/envoy-text.js';
import { gitea } from './app/gitea.js';
import { haproxy } from './web/haproxy.js';
import { herokuRouter } from './web/heroku.js';
import { iisAccess } from './web/iis.js';
import { iptables } from './server/iptables.js';
import { journald } from './server/journald.js';
import { VENDOR_FORMATS } from './json-table.js';
import { keycloakText } from './app/keycloak-text.js';
import { logstashText } from './server/logstash-text.js';
import { modSecurityText } from './waf/modsecurity-text.js';
import { mysqlError } from './database/mysql.js';
import { mysqlSlow } from './database/mysql-slow.js';
import { nginxAccess } from './web/nginx-access.js';
import { nginxError } from './web/nginx-error.js';
import { nginxIngressError } from './web/nginx-ingress-error.js';
import { nginxIngress } from './web/nginx-ingress.js';
import { plain } from './plain.js';
import { octetCounted } from './server/octet-count.js';
import { postgresql } from './database/postgresql.js';
import { rails } from './app/rails.js';
import { snort } from './ids/snort.js';
import { systemAuth } from './server/system-auth.js';
import { systemSyslog } from './server/system-syslog.js';
import { traefikAccess } from './web/traefik.js';
import { windowsXml } from './server/windows/xml.js';
import { xferlog } from './server/xferlog.js';
import { zeekTsv } from './ids/zeek/tsv.js';

/** The formats of text lines, in the order in which they are tried; the last accepts everything. */
export const TEXT_FORMATS: readonly TextFormat[] = [
  awsElb,
  auditd,
  windowsXml,
  container,
  octetCounted,
  systemSyslog,
  logstashText,
  systemAuth,
  nginxIngress,
  traefikAccess,
  apacheAccess,
  nginxAccess,
  haproxy,
  iisAccess,
  iptables,
  postgresql,
  mysqlError,
  mysqlSlow,
  snort,
  zeekTsv,
  modSecurityText,
  corazaText,
  envoyText,
  keycloakText,
  vaultwarden,
  autheliaText,
  vsftpdLog,
  proftpdLog,
  fail2banLog,
  eximLog,
  namedLog,
  xferlog,
  coredns,
  nginxIngressError,
  nginxError,
  gitea,
  apacheError,
  rails,
  herokuRouter,
  plain,
];

/** The formats of JSON records, in the order in which they are tried; the last accepts every object. */
export const JSON_FORMATS: readonly JsonFormat[] = [journald, ...VENDOR_FORMATS, ecs, json];

/** Names for several formats: each record is whichever of them it is. */
const FAMILIES: Readonly<Record<string, readonly Format[]>> = {
  nginx: [nginxAccess, nginxError],
  apache: [apacheAccess, apacheError],
  apache2: [apacheAccess, apacheError],
  httpd: [apacheAccess, apacheError],
  system: [systemSyslog],
  mysql: [mysqlError, mysqlSlow],
  mariadb: [mysqlError, mysqlSlow],
  vsftpd: [vsftpdLog, systemSyslog],
  proftpd: [proftpdLog, systemSyslog],
  exim: [eximLog, systemSyslog],
  named: [namedLog, systemSyslog],
  bind: [namedLog, systemSyslog],
  fail2ban: [fail2banLog, systemSyslog],
  postfix: [systemSyslog],
  dovecot: [systemSyslog],
  cron: [systemSyslog],
  kernel: [systemSyslog],
  mail: [systemSyslog],
  'pure-ftpd': [systemSyslog],
  wordpress: [systemSyslog],
};

const BY_NAME: ReadonlyMap<string, readonly Format[]> = new Map([...named(), ...Object.entries(FAMILIES)]);

/** Formats by name and alias; a text and a JSON form of one log share their names. */
function named(): ReadonlyMap<string, readonly Format[]> {
  const found = new Map<string, Format[]>();
  for (const format of [...TEXT_FORMATS, ...JSON_FORMATS]) {
    for (const name of new Set([format.name, ...format.aliases])) found.set(name, [...(found.get(name) ?? []), format]);
  }
  return found;
}

/** The formats a type names (a format, an alias or a family), ignoring case; undefined where nothing has that name. */
export function formatsOf(type: string): readonly Format[] | undefined {
  return BY_NAME.get(type) ?? BY_NAME.get(type.toLowerCase());
}

/** A type, its other names, and of a family or an envelope what its lines are. */
export interface TypeNames {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly of: readonly string[];
}

/** What may be named as a type, sorted: a format with its other names, a name of several formats, an envelope. */
export function typeNames(): readonly TypeNames[] {
  const meant = [...BY_NAME].map(([name, formats]) => ({ name, of: [...new Set(formats.map((one) => one.name))] }));
  const isFormat = ({ name, of }: { readonly name: string; readonly of: readonly string[] }): boolean =>
    of.includes(name);
  const formats = meant.filter(isFormat).map(({ name }) => ({
    name,
    aliases: meant.filter((one) => !isFormat(one) && one.of.length === 1 && one.of[0] === name).map((one) => one.name),
    of: [],
  }));
  const several = meant.filter((one) => !isFormat(one) && one.of.length > 1).map((one) => ({ ...one, aliases: [] }));
  const envelopes = ENVELOPE_NAMES.map((name) => ({ name, aliases: [], of: ['what it wraps, detected'] }));
  return [...formats, ...several, ...envelopes].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Every name an input's type may be, sorted: formats, their aliases, families, and envelopes (whose logs are detected).
 */
export const FORMAT_NAMES: readonly string[] = [...BY_NAME.keys(), ...ENVELOPE_NAMES].sort();
