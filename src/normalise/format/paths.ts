// The names log files have by default on Debian and Red Hat, and what people name theirs.
const PATHS: readonly (readonly [RegExp, string])[] = [
  [/nginx[^/\\]*[/\\._-](?:.*[._-])?error|nginx.*error[^/\\]*$/, 'nginx.error'],
  [/nginx/, 'nginx'],
  [/(?:apache|httpd).*error[^/\\]*$/, 'apache.error'],
  [/apache|httpd|other_vhosts_access/, 'apache'],
  [/(?:^|[/\\])(?:auth\.log|secure)(?:[.-]|$)/, 'system.auth'],
  [/(?:^|[/\\])(?:syslog|messages)(?:[.-]|$)/, 'system.syslog'],
];

/** What a log file's path says of its format: a name for `formatsOf`, or undefined. A guess to try first, no more. */
export function hintOfPath(path: string): string | undefined {
  const text = path.slice(-512).toLowerCase();
  return PATHS.find(([pattern]) => pattern.test(text))?.[1];
}
