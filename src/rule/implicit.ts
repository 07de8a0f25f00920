import type { Logsource } from '../event/index.js';

const WEB_AND_NETWORK: ReadonlySet<string> = new Set([
  'webserver',
  'proxy',
  'web',
  'waf',
  'firewall',
  'network',
  'dns',
  'ids',
  'intrusion_detection',
  'nginx',
  'apache',
  'iis',
  'caddy',
  'traefik',
  'haproxy',
  'tomcat',
  'modsecurity',
  'coraza',
  'access',
  'waf',
  'elb',
  'iptables',
  'ufw',
  'zeek',
  'suricata',
  'snort',
  'fortigate',
  'cisco',
  'juniper',
  'huawei',
  'paloalto',
  'checkpoint',
]);

const AUTHENTICATION: ReadonlySet<string> = new Set([
  'authentication',
  'auth',
  'sshd',
  'pam',
  'vsftpd',
  'proftpd',
  'dovecot',
  'openssh',
  'guacamole',
  'okta',
  'onelogin',
  'auth0',
  'keycloak',
  'duo',
  'signinlogs',
  'riskdetection',
  'google_workspace.login',
  'aaa',
]);

/** What one alert of a plain rule is about, by ECS field, unless `sekisho: group-by` says otherwise. */
export type ImplicitGroup = readonly string[];

const BY_SOURCE: ImplicitGroup = ['source.ip'];
const BY_ACCOUNT: ImplicitGroup = ['source.ip', 'user.name'];
const BY_HOST: ImplicitGroup = ['host.name', 'user.name'];

/**
 * The group of a plain rule's alerts by its log source: authentication by source address and user, web and network by
 * source address, everything else by host and user. Processes that connect or resolve on a host are about the host.
 */
export function implicitGroup({ category, product, service }: Logsource): ImplicitGroup {
  const has = (names: ReadonlySet<string>): boolean =>
    [category, service, product].some((name) => name !== undefined && names.has(name));
  if (product === 'windows' || product === 'macos') return category === 'authentication' ? BY_ACCOUNT : BY_HOST;
  if (has(AUTHENTICATION)) return BY_ACCOUNT;
  return has(WEB_AND_NETWORK) ? BY_SOURCE : BY_HOST;
}
