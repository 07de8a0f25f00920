import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@elastic/elasticsearch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ElasticsearchAddress, startServers } from '../../deploy/servers.mjs';
import type { AlertDocument, Failure, FieldValue } from '../../src/event/index.js';
import { ElasticsearchAlerts, type ElasticsearchSettings } from '../../src/output/elasticsearch/elasticsearch.js';
import { ALERT_FIELDS } from '../../src/output/elasticsearch/template.js';
import { describeWithServers, elasticsearch, unique } from '../support/servers.js';

type Tree = { [key: string]: FieldValue };

/** An alert in the shape of src/alert, with `fields` (dotted) put over it. */
function alertOf(id: string, revision: number, fields: Readonly<Record<string, FieldValue>> = {}): AlertDocument {
  const document: Tree = {
    '@timestamp': '2026-03-04T05:06:07.000Z',
    message: `Something happened: ${id}`,
    event: {
      kind: 'alert',
      module: 'sekisho',
      dataset: 'sekisho.alert',
      id,
      severity: 73,
      risk_score: 73,
      start: '2026-03-04T05:06:07.000Z',
      end: '2026-03-04T05:16:07.000Z',
      created: '2026-03-04T05:16:08.000Z',
    },
    rule: { id: 'rule-1', name: 'Something' },
    sekisho: {
      alert: { state: 'active', severity: 'high', revision, count: 10, group: { 'source.ip': '203.0.113.9' } },
    },
  };
  for (const [field, value] of Object.entries(fields)) {
    const keys = field.split('.');
    const last = keys.pop() as string;
    let node = document;
    for (const key of keys) node = (node[key] ??= {}) as Tree;
    node[last] = value;
  }
  return { id, revision, severity: 73, document };
}

/** An output under test with what it told. */
class Tried {
  readonly alerts: ElasticsearchAlerts;
  readonly failures: Failure[] = [];
  readonly troubles: string[] = [];
  trouble: string | undefined;
  readonly #stop = new AbortController();

  constructor(cluster: ElasticsearchSettings, retention?: number) {
    this.alerts = new ElasticsearchAlerts({
      cluster,
      ...(retention !== undefined && { retention }),
      report: (failure) => this.failures.push(failure),
      trouble: (_, message) => {
        this.trouble = message;
        if (message !== undefined) this.troubles.push(message);
      },
    });
  }

  write(...alerts: AlertDocument[]) {
    return this.alerts.write(alerts, this.#stop.signal);
  }

  setup() {
    return this.alerts.setup(this.#stop.signal);
  }

  stop() {
    this.#stop.abort();
  }
}

const INDEX = 'sekisho-alerts-2026.03';

describeWithServers('Elasticsearch as output', ['elasticsearch'], () => {
  let address: Required<ElasticsearchAddress>;
  let client: Client;
  let output: Tried;
  let credentials: ElasticsearchSettings;

  beforeAll(async () => {
    address = await elasticsearch();
    const { node, ca, username, password } = address;
    credentials = { nodes: [node], ca, username, password };
    client = new Client({ node, tls: { ca }, auth: { username, password } });
    output = new Tried(credentials);
    await output.setup();
  });
  afterAll(async () => {
    await output.alerts.close();
    await client.close();
  });

  const stored = async (id: string): Promise<Tree> => (await client.get<Tree>({ index: INDEX, id }))._source as Tree;
  const search = async (query: object): Promise<readonly string[]> => {
    await client.indices.refresh({ index: INDEX });
    const { hits } = await client.search({ index: 'sekisho-alerts-*', query, size: 50 });
    return hits.hits.map(({ _id }) => String(_id));
  };

  it('puts its template again without a change, and an index that follows it', async () => {
    await output.setup();
    await output.write(alertOf(unique('first'), 1));
    const mapping = (await client.indices.getMapping({ index: INDEX }))[INDEX]?.mappings;
    expect(String(mapping?.dynamic)).toBe('false');
    expect(mapping?.properties?.['message']).toEqual({ type: 'text' });
  });

  it('finds an alert by every mapped field', async () => {
    const samples: Record<string, FieldValue> = {
      keyword: 'needle-k',
      text: 'a needle in text',
      ip: '198.51.100.77',
      date: '2026-03-04T01:02:03.004Z',
      long: 4242,
      double: 42.5,
      boolean: true,
      flattened: { 'user.name': 'needle-f' },
    };
    const id = unique('fields');
    const fields = Object.fromEntries([...ALERT_FIELDS].map(([field, type]) => [field, samples[type] as FieldValue]));
    await output.write(alertOf(id, 1, { ...fields, 'event.created': '2026-03-04T01:02:03.004Z' }));
    for (const [field, type] of ALERT_FIELDS) {
      const query =
        type === 'text'
          ? { match: { [field]: 'needle' } }
          : type === 'flattened'
            ? { term: { [`${field}.user.name`]: 'needle-f' } }
            : { term: { [field]: samples[type] } };
      expect(await search({ bool: { filter: [query, { ids: { values: [id] } }] } }), field).toEqual([id]);
    }
  });

  it('counts alerts by rule, severity and hour', async () => {
    const ruleId = unique('rule');
    const at = (id: string, hour: number, severity: number) =>
      alertOf(unique(id), 1, {
        'rule.id': ruleId,
        'event.severity': severity,
        '@timestamp': `2026-03-04T0${hour}:30:00.000Z`,
      });
    await output.write(at('a', 1, 73), at('b', 1, 73), at('c', 2, 99));
    await client.indices.refresh({ index: INDEX });
    const { aggregations } = await client.search({
      index: 'sekisho-alerts-*',
      size: 0,
      query: { term: { 'rule.id': ruleId } },
      aggs: {
        rule: {
          terms: { field: 'rule.id' },
          aggs: {
            severity: { terms: { field: 'event.severity' } },
            hour: { date_histogram: { field: '@timestamp', fixed_interval: '1h', min_doc_count: 1 } },
          },
        },
      },
    });
    const [bucket] = (aggregations?.['rule'] as { buckets: { doc_count: number; severity: object; hour: object }[] })
      .buckets;
    expect(bucket).toMatchObject({
      doc_count: 3,
      severity: {
        buckets: [
          { key: 73, doc_count: 2 },
          { key: 99, doc_count: 1 },
        ],
      },
      hour: { buckets: [{ doc_count: 2 }, { doc_count: 1 }] },
    });
  });

  it('takes a URL of 40 KB, a host name as an address, and values of the wrong type', async () => {
    const id = unique('hostile');
    const url = `/${'a'.repeat(40_000)}`;
    const alert = alertOf(id, 1, {
      'url.original': url,
      'source.ip': 'attacker.example',
      'related.ip': ['203.0.113.9', 'not an address'],
      'event.start': 'yesterday',
      'sekisho.alert.group': { 'url.original': url, 'user.name': { nested: 'no' } },
    });
    expect(await output.write(alert)).toEqual([]);
    expect(await stored(id)).toMatchObject({ url: { original: url }, source: { ip: 'attacker.example' } });
    expect(
      await search({ bool: { filter: [{ term: { 'related.ip': '203.0.113.9' } }, { ids: { values: [id] } }] } }),
    ).toEqual([id]);
    expect(
      await search({ bool: { filter: [{ term: { _ignored: 'source.ip' } }, { ids: { values: [id] } }] } }),
    ).toEqual([id]);
  });

  it('rewrites what the mapping refuses: a passed-through host that is a string', async () => {
    const id = unique('refused');
    const good = alertOf(unique('good'), 1);
    const bad = alertOf(id, 2, { host: 'web1' });
    expect(await output.write(good, bad)).toEqual([]);
    expect(output.failures.at(-1)).toMatchObject({ code: 'output.elasticsearch.rewritten' });
    expect(output.failures.at(-1)?.message).toContain('host');
    const document = (await stored(id)) as { sekisho: { alert: Tree } };
    expect(document).toMatchObject({
      '@timestamp': '2026-03-04T05:06:07.000Z',
      rule: { id: 'rule-1' },
      sekisho: { alert: { revision: 2, count: 10, group: { 'source.ip': '203.0.113.9' } } },
    });
    expect(JSON.parse(document.sekisho.alert['whole'] as string)).toEqual(bad.document);
    expect(await search({ term: { 'event.id': id } })).toEqual([id]);
    expect(await search({ term: { 'event.id': good.id } })).toEqual([good.id]);
  });

  it('keeps the highest revision, in whatever order they come', async () => {
    const id = unique('revisions');
    await output.write(alertOf(id, 3), alertOf(id, 5), alertOf(id, 4));
    await output.write(alertOf(id, 2));
    await output.write(alertOf(id, 5));
    expect(await stored(id)).toMatchObject({ sekisho: { alert: { revision: 5 } } });
    await output.write(alertOf(id, 6));
    expect(await stored(id)).toMatchObject({ sekisho: { alert: { revision: 6 } } });
  });

  it('writes over a document whose version somebody else has raised, or that was deleted', async () => {
    const id = unique('outside');
    await output.write(alertOf(id, 1));
    for (let i = 0; i < 5; i++) await client.update({ index: INDEX, id, doc: { labels: { note: `edit ${i}` } } });
    await output.write(alertOf(id, 2));
    expect(await stored(id)).toMatchObject({ sekisho: { alert: { revision: 2 } } });
    await output.write(alertOf(id, 2));
    await client.delete({ index: INDEX, id });
    await output.write(alertOf(id, 3));
    expect(await stored(id)).toMatchObject({ sekisho: { alert: { revision: 3 } } });
  });

  it('holds on a wrong password or key, and says so', async () => {
    const { node, ca, username } = address;
    const wrong = [
      { nodes: [node], ca, username, password: 'wrong' },
      { nodes: [node], ca, apiKey: Buffer.from('unknown-id:secret').toString('base64') },
    ];
    for (const cluster of wrong) {
      const tried = new Tried(cluster);
      const writing = tried.write(alertOf(unique('held'), 1)).catch((error: unknown) => error);
      await expect.poll(() => tried.troubles.length).toBeGreaterThan(1);
      expect(tried.trouble).toMatch(/refuses to be written to; check the key or password/u);
      tried.stop();
      expect(await writing).toMatchObject({ name: 'AbortError' });
      await tried.alerts.close();
    }
  });

  it('needs no more than the privileges that setup names, and deletes months older than the retention', async () => {
    const { node, ca, password } = address;
    const years = 20 * 365 * 86_400_000;
    const old = alertOf(unique('old'), 1, { 'event.created': '2001-02-03T04:05:06.000Z' });
    await output.write(old);
    const exists = (index: string) => client.indices.exists({ index });
    expect(await exists('sekisho-alerts-2001.02')).toBe(true);
    const tried = new Tried({ nodes: [node], ca, username: 'member', password }, years);
    await tried.setup();
    const id = unique('member');
    expect(await tried.write(alertOf(id, 1))).toEqual([]);
    expect(await tried.write(alertOf(id, 2))).toEqual([]);
    expect(tried.troubles).toEqual([]);
    expect(tried.failures).toEqual([]);
    expect(await stored(id)).toMatchObject({ sekisho: { alert: { revision: 2 } } });
    expect(await exists('sekisho-alerts-2001.02')).toBe(false);
    expect(await exists(INDEX)).toBe(true);
    await tried.alerts.close();
  });

  it('holds on an index that may not be written, and goes on when it may', async () => {
    const id = unique('blocked');
    await client.indices.putSettings({ index: INDEX, settings: { 'index.blocks.write': true } });
    const writing = output.write(alertOf(id, 1));
    await expect.poll(() => output.trouble ?? '').toContain('blocks of the index');
    await client.indices.putSettings({ index: INDEX, settings: { 'index.blocks.write': null } });
    expect(await writing).toEqual([]);
    expect(output.trouble).toBeUndefined();
    expect(await stored(id)).toMatchObject({ event: { id } });
  });

  it('waits for a server that restarts', async () => {
    const servers = await startServers({ elasticsearch: {} });
    const own = new Tried({ nodes: [servers.elasticsearch.node] });
    await own.setup();
    expect(await own.write(alertOf('before', 1))).toEqual([]);
    await servers.kill('elasticsearch');
    const writing = own.write(alertOf('during', 1), alertOf('before', 2));
    await expect.poll(() => own.trouble).toContain('can not be written to at the moment');
    await servers.restart('elasticsearch');
    expect(await writing).toEqual([]);
    expect(own.trouble).toBeUndefined();
    const direct = new Client({ node: servers.elasticsearch.node });
    const found = await direct.mget<Tree>({ index: INDEX, ids: ['before', 'during'] });
    expect(found.docs).toMatchObject([{ _version: 2 }, { _version: 1 }]);
    await own.alerts.close();
    await servers.stop();
  });
});

describe('a server that is too busy or too small', () => {
  let server: Server;
  let answers: ((ids: readonly string[]) => { status: number; body: object })[];
  const seen: string[][] = [];
  let authorization: string | undefined;

  beforeAll(async () => {
    server = createServer((request, response) => {
      authorization = request.headers.authorization;
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const actions = Buffer.concat(chunks)
          .toString()
          .split('\n')
          .filter((_, i) => i % 2 === 0 && _ !== '');
        const ids = actions.map((line) => (JSON.parse(line) as { index: { _id: string } }).index._id);
        seen.push(ids);
        const { status, body } = (answers.shift() ?? allDone)(ids);
        response.writeHead(status, {
          'content-type': 'application/vnd.elasticsearch+json;compatible-with=9',
          'x-elastic-product': 'Elasticsearch',
        });
        response.end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => void server.close());

  const item = (id: string, status: number) => ({
    index: { _id: id, status, ...(status > 299 && { error: { type: 'e', reason: 'r' } }) },
  });
  const allDone = (ids: readonly string[]) => ({ status: 200, body: { items: ids.map((id) => item(id, 201)) } });
  const tried = (credentials: Partial<ElasticsearchSettings> = {}): Tried =>
    new Tried({ nodes: [`http://127.0.0.1:${(server.address() as AddressInfo).port}`], ...credentials });

  it('gets the key as Elasticsearch takes it, or the user name and password', async () => {
    answers = [];
    await tried({ apiKey: 'aWQ6c2VjcmV0' }).write(alertOf('a', 1));
    expect(authorization).toBe('ApiKey aWQ6c2VjcmV0');
    await tried({ username: 'user', password: 'word' }).write(alertOf('a', 1));
    expect(authorization).toBe(`Basic ${Buffer.from('user:word').toString('base64')}`);
  });

  it('gets again exactly the items it put off', async () => {
    seen.length = 0;
    answers = [(ids) => ({ status: 200, body: { items: ids.map((id, i) => item(id, [201, 429, 503][i] as number)) } })];
    const output = tried();
    expect(await output.write(alertOf('a', 1), alertOf('b', 1), alertOf('c', 1))).toEqual([]);
    expect(seen).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
    ]);
    expect(output.troubles).toHaveLength(1);
    expect(output.trouble).toBeUndefined();
  });

  it('gets halves of what is too large', async () => {
    seen.length = 0;
    const tooLarge = () => ({ status: 413, body: {} });
    answers = [tooLarge, tooLarge];
    expect(await tried().write(alertOf('a', 1), alertOf('b', 1), alertOf('c', 1), alertOf('d', 1))).toEqual([]);
    expect(seen).toEqual([['a', 'b', 'c', 'd'], ['a', 'b'], ['a'], ['b'], ['c', 'd']]);
  });

  it('says of one that is taken in no form why', async () => {
    answers = Array.from({ length: 2 }, () => (ids) => ({
      status: 200,
      body: { items: ids.map((id) => item(id, 400)) },
    }));
    const output = tried();
    const [refused] = await output.write(alertOf('a', 1));
    expect(refused).toMatchObject({ alert: alertOf('a', 1), failure: { code: 'output.elasticsearch.refused' } });
  });
});

describe('credentials', () => {
  it('do not travel unencrypted to another machine', () => {
    const cluster = { nodes: ['http://elastic.example:9200'], apiKey: 'x' };
    expect(() => new Tried(cluster)).toThrow('would travel unencrypted to elastic.example:9200');
    expect(() => new Tried({ ...cluster, allowPlaintextCredentials: true })).not.toThrow();
    expect(() => new Tried({ ...cluster, nodes: ['http://127.0.0.1:9200'] })).not.toThrow();
  });
});
