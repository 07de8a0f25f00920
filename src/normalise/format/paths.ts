import { Names } from '../text/names.js';

// The names log files have by default on Debian and Red Hat, what people name theirs, and topics, which are named alike.
const PATHS: readonly (readonly [RegExp, string])[] = [
  [/ingress/, 'nginx_ingress_controller'],
  [/modsec/, 'modsecurity'],
  [/nginx[^/\\]*[/\\._-](?:.*[._-])?error|nginx.*error[^/\\]*$/, 'nginx.error'],
  [/nginx/, 'nginx'],
  [/(?:apache|httpd).*error[^/\\]*$/, 'apache.error'],
  [/apache|httpd|other_vhosts_access/, 'apache'],
  [/haproxy/, 'haproxy.log'],
  [/traefik/, 'traefik.access'],
  [/envoy|istio/, 'envoyproxy.log'],
  [/(?:mysql|mariadb).*slow|slow.*(?:mysql|mariadb)/, 'mysql.slowlog'],
  [/mysql|mariadb/, 'mysql'],
  [/postgres|pgsql/, 'postgresql.log'],
  [/(?:^|[/\\._-])iis(?:[/\\._-]|$)|w3svc|httperr|(?:^|[/\\])u_ex\d/, 'iis.access'],
  [/(?:^|[/\\._-])(?:snort|fast\.log)(?:[/\\._-]|$)/, 'snort.log'],
  [/(?:^|[/\\._-])(?:ufw|iptables)(?:[/\\._-]|$)/, 'iptables.log'],
  [/(?:^|[/\\])(?:auth\.log|secure)(?:[.-]|$)|(?:^|[/\\._-])auth(?:[._-]?logs?)?$/, 'system.auth'],
  [/(?:^|[/\\])(?:syslog|messages)(?:[.-]|$)/, 'system.syslog'],
];

/** What a log file's path says of its format: a name for `formatsOf`, or undefined. A guess to try first, no more. */
export function hintOfPath(path: string): string | undefined {
  const hint = HINTS.of(path);
  return hint === '' ? undefined : hint;
}

const HINTS = new Names((path) => {
  const text = path.slice(-512).toLowerCase();
  return PATHS.find(([pattern]) => pattern.test(text))?.[1] ?? '';
});
