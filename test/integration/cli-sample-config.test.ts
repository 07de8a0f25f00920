import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { z } from 'zod';
import { configSchema } from '../../src/engine/config/schema.js';
import { loadConfig } from '../../src/engine/config/config.js';
import { Folder, root } from './cli.js';

const file = join(root, 'deploy/sekisho.sample.yml');

it('is accepted as it stands', () => {
  const config = loadConfig(file, {});
  expect(config.inputs.map((input) => input.type)).toEqual(['nginx', 'auth']);
  expect(config.outputs).toEqual([{ type: 'ndjson', path: join(root, 'deploy/alerts.ndjson'), events: false }]);
});

it('shows the defaults of what has one', () => {
  const { lateness, idle, memory, log, 'max-line': maxLine } = loadConfig(file, {});
  const defaults = configSchema.parse({});
  expect({ lateness, idle, memory, maxLine, level: log.level }).toEqual({
    lateness: defaults.lateness,
    idle: defaults.idle,
    memory: defaults.memory,
    maxLine: defaults['max-line'],
    level: defaults.log.level,
  });
});

it('has every key of the schema', () => {
  const keys = keysOf(configSchema);
  expect(keys).toContain('pretty');
  const text = readFileSync(file, 'utf8');
  const missing = [...keys].filter((key) => !new RegExp(`^\\s*(?:#\\s*)?(?:- )?${key}:`, 'mu').test(text));
  expect(missing).toEqual([]);
});

it('is accepted with its comments uncommented', () => {
  const folder = new Folder();
  for (const name of [
    'kafka-ca.pem',
    'client.pem',
    'client.key',
    'elasticsearch-ca.pem',
    'syslog.pem',
    'syslog.key',
    'clients-ca.pem',
  ]) {
    folder.write(name, '-----BEGIN CERTIFICATE-----\n');
  }
  const text = readFileSync(file, 'utf8').replaceAll('/etc/sekisho/', './');
  const block = (start: RegExp): string =>
    (start.exec(text)?.[0] ?? '').replace(/^#(?: (?! )|(?= {2}))/gmu, '').replace(/^# ?$/gmu, '');
  const topics = block(/^# kafka:\n(?:#.*\n)+/mu);
  const output = block(/^# {2}- type: elasticsearch\n(?:#.*\n)+/mu);
  const ports = block(/^# {3}- syslog:\n(?:#.*\n)+/mu);
  const env = { KAFKA_PASSWORD: 'k', ELASTICSEARCH_API_KEY: 'a', ELASTICSEARCH_PASSWORD: 'e' };
  const config = loadConfig(folder.write('sekisho.yml', `${topics}\noutputs:\n${output}`), env);
  const listening = loadConfig(folder.write('ports.yml', `inputs:\n${ports}`), env);
  folder.remove();
  expect(listening.inputs).toMatchObject([{ syslog: { protocol: 'tls', host: '127.0.0.1', port: 6514 } }]);
  expect(config.kafka?.sasl).toEqual({ mechanism: 'scram-sha-512', username: 'sekisho', password: 'k' });
  expect(config.inputs).toMatchObject([{ topics: ['nginx-access'], 'topic-pattern': 'nginx-.*', start: 'latest' }]);
  expect(config.outputs).toMatchObject([{ type: 'elasticsearch', 'api-key': 'a', username: 'sekisho' }]);
});

/** Every key of every object in a schema. */
function keysOf(schema: z.core.$ZodType, found = new Set<string>()): ReadonlySet<string> {
  const { def } = schema._zod;
  if ('shape' in def) {
    for (const [key, value] of Object.entries(def.shape as Record<string, z.core.$ZodType>)) {
      found.add(key);
      keysOf(value, found);
    }
  }
  const { options = [] } = def as { options?: readonly z.core.$ZodType[] };
  for (const option of options) keysOf(option, found);
  for (const inner of ['innerType', 'element', 'in', 'valueType'] as const) {
    const next = (def as Partial<Record<typeof inner, z.core.$ZodType>>)[inner];
    if (next !== undefined) keysOf(next, found);
  }
  return found;
}
