import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EcsEvent, Fields, Source } from '../../src/event/index.js';
import { createNormaliser } from '../../src/normalise/normaliser.js';

/** Every envelope around raw lines of every format: what is inside gives the same fields as bare. */
const GOLDEN = import.meta.dirname;
const FORMATS = [
  'apache.access',
  'apache.ssl',
  'apache.error',
  'auditd.log',
  'cloudflare',
  'coredns.log',
  'ftp.xferlog',
  'nginx_ingress_controller.error',
  'auth0.logs',
  'aws.cloudtrail',
  'aws.elb',
  'aws.waf',
  'azure.identity_protection',
  'azure.logs',
  'azure.signinlogs',
  'caddy.access',
  'coraza',
  'envoyproxy.log',
  'gcp.audit',
  'gcp.requests',
  'github.audit',
  'haproxy.log',
  'heroku.router',
  'iis.access',
  'iptables.log',
  'journald.log',
  'keycloak',
  'keycloak-json',
  'kubernetes.audit',
  'modsecurity',
  'modsecurity-json',
  'mysql.error',
  'nginx.access',
  'nginx.error',
  'nginx_ingress_controller.access',
  'o365.audit',
  'okta.system',
  'postgresql-json',
  'postgresql.log',
  'snort-json',
  'snort.log',
  'suricata.eve',
  'system.auth',
  'daemons',
  'daemon-files',
  'apps',
  'app-login',
  'traefik-json',
  'traefik.access',
  'windows',
  'zeek-json',
];

const time = '2026-11-23T06:39:05.000Z';
const ENVELOPES: Readonly<Record<string, (raw: string) => unknown>> = {
  filebeat: (message) => ({
    '@timestamp': time,
    '@metadata': { beat: 'filebeat', type: '_doc', version: '9.2.0' },
    message,
    log: { offset: 0, file: { path: '/data/x.log' } },
    host: { name: 'web1' },
    agent: { type: 'filebeat', version: '9.2.0' },
    tags: ['a'],
  }),
  'elastic agent': (message) => ({
    '@timestamp': time,
    data_stream: { type: 'logs', dataset: 'generic', namespace: 'default' },
    event: { dataset: 'generic' },
    message,
    host: { name: 'web1' },
    agent: { type: 'filebeat' },
    elastic_agent: { id: '1' },
  }),
  'fluent bit': (log) => ({ '@timestamp': 1795415945.123, log }),
  fluentd: (message) => ({ message, hostname: 'web1' }),
  vector: (message) => ({ file: '/data/x.log', host: 'web1', message, source_type: 'file', timestamp: time }),
  'rsyslog json': (message) => ({
    message,
    host: 'web1',
    timestamp: time,
    severity: 'info',
    facility: 'local0',
    programname: 'app',
    syslogtag: 'app:',
  }),
  'syslog-ng': (MESSAGE) => ({
    PROGRAM: 'app',
    PRIORITY: 'info',
    MESSAGE,
    HOST: 'web1',
    FACILITY: 'local0',
    ISODATE: time,
  }),
  logstash: (message) => ({ '@timestamp': time, '@version': '1', message, host: { name: 'web1' } }),
  telegraf: (value) => ({
    name: 'tail',
    tags: { host: 'web1', path: '/data/x.log' },
    fields: { value },
    timestamp: 1795415945,
  }),
  'opentelemetry collector': (stringValue) => ({
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'host.name', value: { stringValue: 'web1' } }] },
        scopeLogs: [{ logRecords: [{ timeUnixNano: '1795415945000000000', body: { stringValue } }] }],
      },
    ],
  }),
  nxlog: (Message) => ({
    EventReceivedTime: time,
    SourceModuleName: 'in',
    SourceModuleType: 'im_file',
    Hostname: 'web1',
    Message,
  }),
  docker: (raw) => ({ log: `${raw}\n`, stream: 'stdout', time }),
  'rsyslog text': (raw) => `2026-11-23T06:39:05.000000+00:00 web1 app: ${raw}`,
  'rfc 5424': (raw) => `<134>1 2026-11-23T06:39:05Z web1 app 12 - - ${raw}`,
  'logstash text': (raw) => `${time} web1 ${raw}`,
  'cri line': (raw) => `2026-11-23T06:39:05.123456789Z stdout F ${raw}`,
  'json in json': (message) => ({
    '@timestamp': time,
    '@metadata': { beat: 'filebeat' },
    message: JSON.stringify({ log: `${message}\n`, stream: 'stdout', time }),
  }),
};

const TAGGED = new Set(['rsyslog text', 'rfc 5424']);
const UNTAGGED = /^[A-Z][a-z]{2} [ \d]\d [\d:]{8} (?![^ ]+ [^ :[]+(?:\[\d+\])?: )/;

function read(value: unknown): Fields | undefined {
  const source: Source = { id: 's', label: 'records', settings: { timezone: 'UTC', host: 'web1' } };
  const out: EcsEvent[] = [];
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const record = { text, offset: 0, receiveTime: Date.UTC(2026, 10, 23, 12), bytes: undefined };
  createNormaliser({ derive: new Set() }).normalise(source, record, out);
  return out.length === 1 ? { ...out[0]?.fields, time: out[0]?.time } : undefined;
}

/** What the log itself says, without what an envelope may add. */
function own(fields: Fields): Fields {
  const kept = Object.entries(fields).filter(
    ([key, value]) =>
      value !== undefined && /^(?:event\.(?!module)|source|destination|url|http|rule|user|network|tls|time)/.test(key),
  );
  return Object.fromEntries(kept);
}

function linesOf(folder: string): readonly string[] {
  return readdirSync(join(GOLDEN, folder))
    .filter((file) => file.endsWith('.log') && !file.startsWith('hostile'))
    .flatMap((file) =>
      readFileSync(join(GOLDEN, folder, file), 'utf8')
        .trimEnd()
        .split('\n'),
    )
    .filter((line) => line.trim() === line);
}

describe.each(Object.keys(ENVELOPES))('%s', (name) => {
  it.each(FORMATS)('around %s', (folder) => {
    for (const line of linesOf(folder)) {
      const bare = read(line);
      if (bare === undefined || bare['tags'] !== undefined || bare['event.dataset'] === 'unknown') continue;
      // Behind a host this is a tag of syslog's as well.
      if (name === 'logstash text' && /^(?:unix|#Date):/.test(line)) continue;
      // Behind a tag only what has one of its own is told from a message.
      if (TAGGED.has(name) && UNTAGGED.test(line)) continue;
      const around = ENVELOPES[name]?.(line);
      const inside = own(read(around) ?? {});
      // Of a text the whole line is the original.
      if (typeof around === 'string' && inside['event.original'] === around) inside['event.original'] = line;
      expect(inside).toEqual(own(bare));
    }
  });
});
