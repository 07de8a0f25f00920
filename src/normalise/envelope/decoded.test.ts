import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EcsEvent, Fields, Source } from '../../event/index.js';
import { createNormaliser } from '../normaliser.js';

/** JSON logs whose keys the shipper put beside its own (`keys_under_root`, `parse_json`): the same fields as bare. */
const GOLDEN = join(import.meta.dirname, '../../../test/golden');
const FORMATS = [
  'auth0.logs',
  'aws.cloudtrail',
  'aws.waf',
  'azure.logs',
  'azure.signinlogs',
  'caddy.access',
  'cloudflare',
  'coraza',
  'gcp.audit',
  'gcp.requests',
  'github.audit',
  'keycloak-json',
  'kubernetes.audit',
  'modsecurity-json',
  'o365.audit',
  'okta.system',
  'postgresql-json',
  'snort-json',
  'suricata.eve',
  'traefik-json',
  'windows',
  'zeek-json',
];

type Log = Readonly<Record<string, unknown>>;

const time = '2026-11-23T06:39:05.000Z';
const SHIPPERS: Readonly<Record<string, (log: Log) => Log>> = {
  filebeat: (log) => ({
    '@timestamp': time,
    '@metadata': { beat: 'filebeat', type: '_doc', version: '9.2.0' },
    log: { offset: 0, file: { path: '/data/x.log' } },
    input: { type: 'log' },
    ecs: { version: '8.0.0' },
    host: { name: 'web1' },
    agent: { type: 'filebeat', version: '9.2.0' },
    ...log,
  }),
  vector: (log) => ({ file: '/data/x.log', source_type: 'file', ...log }),
  'fluent bit': (log) => ({ '@timestamp': 1795415945.123, ...log }),
  'fluent bit in kubernetes': (log) => ({
    '@timestamp': 1795415945.123,
    ...log,
    kubernetes: { pod_name: 'p', namespace_name: 'n', container_name: 'c', labels: { app: 'x' } },
  }),
  fluentd: (log) => ({ ...log, hostname: 'web1', tag: 'x' }),
  logstash: (log) => ({ '@timestamp': time, '@version': '1', host: { name: 'web1' }, ...log }),
};

function read(value: unknown): Fields | undefined {
  const source: Source = { id: 's', label: 'records', settings: { timezone: 'UTC', host: 'web1' } };
  const out: EcsEvent[] = [];
  const record = {
    text: JSON.stringify(value),
    offset: 0,
    receiveTime: Date.UTC(2026, 10, 23, 12),
    bytes: undefined,
  };
  createNormaliser({ derive: new Set() }).normalise(source, record, out);
  return out.length === 1 ? out[0]?.fields : undefined;
}

function own(fields: Fields): Fields {
  const kept = Object.entries(fields).filter(
    ([key, value]) => value !== undefined && key !== 'event.original' && NAMED.test(key),
  );
  return Object.fromEntries(kept);
}

const NAMED = /^(?:event|source|destination|url|http|rule|user|network|tls)\./;

/** The JSON objects of a folder that are told by more than how few keys they have. */
function logsOf(folder: string): readonly Log[] {
  return readdirSync(join(GOLDEN, folder))
    .filter((file) => file.endsWith('.log') && !file.startsWith('hostile'))
    .flatMap((file) => readFileSync(join(GOLDEN, folder, file), 'utf8').split('\n'))
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Log)
    .filter((log) => (Object.keys(log).length > 4 || 'transaction' in log) && !('detail-type' in log));
}

describe.each(Object.keys(SHIPPERS))('%s', (name) => {
  it.each(FORMATS)('with %s', (folder) => {
    const logs = logsOf(folder);
    expect(logs.length).toBeGreaterThan(0);
    for (const log of logs) {
      const bare = read(log);
      if (bare === undefined || bare['event.dataset'] === 'unknown') continue;
      expect(own(read(SHIPPERS[name]?.(log)) ?? {})).toEqual(own(bare));
      // `decode_json_fields` keeps the raw log as the message, and the log's own keys stay beside it.
      if (name === 'filebeat' && !('winlog' in log))
        expect(own(read({ ...SHIPPERS[name]?.(log), message: JSON.stringify(log) }) ?? {})).toMatchObject(own(bare));
    }
  });
});
