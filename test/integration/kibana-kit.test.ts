import { copyFileSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Client } from '@elastic/elasticsearch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kitText, type SavedObject } from '../../deploy/kibana/objects.js';
import { DATA_VIEW, type Panel, PANELS, SEARCHES, TOP } from '../../deploy/kibana/panels.js';
import { writeSample } from '../../deploy/sample/write.js';
import { kibanaKit } from '../../src/engine/setup/kibana.js';
import { loadConfig } from '../../src/engine/config/config.js';
import { settingsFor } from '../../src/engine/inputs.js';
import { bundledRules, loadRuleFolders } from '../../src/engine/rules.js';
import { scan } from '../../src/engine/scan.js';
import { openOnce } from '../../src/engine/sources.js';
import { ElasticsearchAlerts } from '../../src/output/elasticsearch/elasticsearch.js';
import { ALERT_FIELDS } from '../../src/output/elasticsearch/template.js';
import { describeWithServers, elasticsearch, unique } from '../support/servers.js';
import { build, Folder, jsonLines, root, sekisho } from './cli.js';

const kit = readFileSync(kibanaKit(), 'utf8');
const objects = jsonLines<SavedObject>(kit);

describe('the Kibana kit', () => {
  it('is what its generator writes (node dist/deploy/kibana/write.js)', () => {
    expect(kit).toBe(kitText());
    expect(objects.map(({ type }) => type).sort()).toEqual(
      ['dashboard', 'index-pattern', ...PANELS.map(() => 'lens'), ...SEARCHES.map(() => 'search')].sort(),
    );
  });

  it('refers only to objects it has, each written before who refers to it', () => {
    const known = new Set<string>();
    for (const { id, type, references } of objects) {
      for (const reference of references) expect(known).toContain(`${reference.type} ${reference.id}`);
      expect(known).not.toContain(`${type} ${id}`);
      known.add(`${type} ${id}`);
    }
    const { attributes, references } = objects.at(-1) as SavedObject;
    const panels = JSON.parse(attributes['panelsJSON'] as string) as { panelIndex: string; panelRefName: string }[];
    expect(references.map(({ name }) => name)).toEqual(
      panels.map(({ panelIndex, panelRefName }) => `${panelIndex}:${panelRefName}`),
    );
  });

  it('names only fields that are mapped, and counts only by those that can be counted by', () => {
    const queried = [...PANELS, ...SEARCHES].flatMap(({ query }) => [
      ...query.matchAll(/([\w.]+\.\w+):|_exists_:(\S+)/gu),
    ]);
    const named = [...queried.map(([, field, exists]) => field ?? exists ?? ''), ...SEARCHES.flatMap((s) => s.columns)];
    const counted = [...kit.matchAll(/"sourceField":"([^"]+)"/gu)].map(([, field = '']) => field);
    expect(counted.length).toBeGreaterThan(PANELS.length);
    for (const field of named) expect([...ALERT_FIELDS.keys(), 'sekisho.alert.lines']).toContain(field);
    for (const field of counted.filter((each) => each !== '___records___')) {
      expect(['keyword', 'ip', 'date'], field).toContain(ALERT_FIELDS.get(field));
    }
  });
});

describeWithServers('the Kibana kit on Elasticsearch', ['elasticsearch'], () => {
  let client: Client;
  let folder: Folder;
  const prefix = `sekisho-alerts-${unique('kit')}-`;
  const index = `${prefix}*`;

  beforeAll(async () => {
    folder = new Folder();
    const { node, ca, username, password } = await elasticsearch();
    client = new Client({ node, tls: { ca }, auth: { username, password } });
    const output = new ElasticsearchAlerts({
      cluster: { nodes: [node], ca, username, password },
      indexPrefix: prefix,
      trouble: () => undefined,
      report: () => undefined,
    });
    const { signal } = new AbortController();
    await output.setup(signal);
    expect(await output.write(await sampleAlerts(), signal)).toEqual([]);
    await output.close();
    await client.indices.refresh({ index });
  });
  afterAll(async () => {
    await client.indices.delete({ index });
    await client.close();
    folder.remove();
  });

  /** The alerts of the sample story, with the bundled rules. */
  async function sampleAlerts() {
    writeSample(folder.at('logs'));
    copyFileSync(join(root, 'deploy/sample/sekisho.yml'), folder.at('sekisho.yml'));
    const config = loadConfig(folder.at('sekisho.yml'));
    const input = openOnce({
      paths: config.inputs.flatMap(({ path }) => path),
      settingsFor: settingsFor(config, {}),
      report: ({ message }) => expect.fail(message),
      maxLineBytes: config['max-line'],
    });
    const ruleSet = await loadRuleFolders([bundledRules()]);
    const { alerts } = await scan({ ruleSet, input, lateness: config.lateness, now: Date.UTC(2026, 2, 13) });
    expect(alerts.length).toBeGreaterThan(10);
    return alerts;
  }

  /** The request that Kibana makes of a panel. */
  function aggregationOf({ kind, field = '' }: Panel): object {
    const terms = (size: number) => ({ terms: { field, size, order: { _count: 'desc' } } });
    const time = { date_histogram: { field: DATA_VIEW.time, fixed_interval: '1h', min_doc_count: 1 } };
    if (kind === 'over-time') return { shown: { ...terms(5), aggs: { time } } };
    return kind === 'top' ? { shown: terms(TOP) } : {};
  }

  it.each(PANELS.map((panel) => [panel.title, panel] as const))('shows alerts in the panel %s', async (_, panel) => {
    const { hits, aggregations } = await client.search({
      index,
      size: 0,
      track_total_hits: true,
      query: { query_string: { query: panel.query } },
      aggs: aggregationOf(panel) as Record<string, never>,
    });
    expect(hits.total).toMatchObject({ value: expect.any(Number) as number });
    expect((hits.total as { value: number }).value).toBeGreaterThan(2);
    if (panel.kind === 'count') return;
    const { buckets } = (
      aggregations as unknown as { shown: { buckets: { doc_count: number; time?: { buckets: [] } }[] } }
    ).shown;
    expect(buckets.length).toBeGreaterThan(1);
    if (panel.kind === 'over-time') expect(buckets[0]?.time?.buckets.length).toBeGreaterThan(0);
  });

  it.each(SEARCHES.map((search) => [search.title, search] as const))('finds alerts with %s', async (_, search) => {
    const { hits } = await client.search({
      index,
      query: { query_string: { query: search.query } },
      sort: [{ [DATA_VIEW.time]: 'desc' }],
      fields: [...search.columns],
    });
    // The sample is over: nothing of it still grows.
    expect(hits.hits.length > 0).toBe(search.id !== 'active');
    for (const { fields } of hits.hits) expect(fields).toHaveProperty('message');
  });
});

describe('setup --kibana', () => {
  let server: Server;
  let address: string;
  let folder: Folder;
  let seen: { request: IncomingMessage; body: string }[] = [];
  let answer: { status: number; body: object } = { status: 200, body: {} };

  beforeAll(async () => {
    build();
    folder = new Folder();
    folder.write('sekisho.yml', 'inputs: []\n');
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        seen.push({ request, body });
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
    folder.remove();
  });

  const setup = (env: NodeJS.ProcessEnv, ...args: string[]) => {
    seen = [];
    return sekisho(['setup', '-c', folder.at('sekisho.yml'), '--kibana', address, ...args], { env });
  };

  it('sends the kit as a form with the key, to the space named', async () => {
    answer = { status: 200, body: { success: true, successCount: objects.length, errors: [] } };
    const { code, stdout } = await setup({ KIBANA_API_KEY: 'a2V5' }, '--kibana-space', 'soc');
    expect([code, stdout]).toEqual([0, expect.stringContaining(`${objects.length} objects imported`)]);
    const [{ request, body }] = seen as [(typeof seen)[0]];
    expect([request.method, request.url]).toEqual(['POST', '/s/soc/api/saved_objects/_import?overwrite=true']);
    expect(request.headers).toMatchObject({ 'kbn-xsrf': 'sekisho', authorization: 'ApiKey a2V5' });
    const boundary = /^multipart\/form-data; boundary=(\S+)$/u.exec(request.headers['content-type'] ?? '')?.[1] ?? '?';
    const form = await new Response(body, {
      headers: { 'content-type': request.headers['content-type'] ?? '' },
    }).formData();
    const file = form.get('file') as File;
    expect([file.name, await file.text()]).toEqual(['sekisho.ndjson', kit]);
    expect(kit).not.toContain(boundary);
  });

  it('asks as the user named in the environment, in the default space', async () => {
    await setup({ KIBANA_USERNAME: 'ann', KIBANA_PASSWORD: 'x y' });
    expect(seen[0]?.request.url).toBe('/api/saved_objects/_import?overwrite=true');
    expect(seen[0]?.request.headers.authorization).toBe(`Basic ${Buffer.from('ann:x y').toString('base64')}`);
  });

  it('says what Kibana refuses, and asks it nothing when dry', async () => {
    const errors = [{ type: 'lens', id: 'sekisho-panel-alerts', error: { type: 'unsupported_type' } }];
    answer = { status: 200, body: { success: false, successCount: 0, errors } };
    const refused = await setup({});
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining('lens sekisho-panel-alerts: unsupported'),
    ]);
    answer = { status: 401, body: { message: 'Unauthorized' } };
    expect((await setup({})).stderr).toContain('answered 401: Unauthorized (KIBANA_API_KEY');
    expect((await setup({}, '--dry-run')).code).toBe(0);
    expect(seen).toEqual([]);
  });

  it('lets no password travel unencrypted to another machine', async () => {
    const args = ['setup', '-c', folder.at('sekisho.yml'), '--kibana', 'http://kibana.example:5601'];
    const { code, stderr } = await sekisho(args, { env: { KIBANA_API_KEY: 'a2V5' } });
    expect([code, stderr]).toEqual([1, expect.stringContaining('would travel unencrypted to kibana.example:5601')]);
  });
});
