import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Client } from '@elastic/elasticsearch';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ElasticsearchAddress } from '../../deploy/servers.mjs';
import { describeWithServers, elasticsearch, unique } from '../support/servers.js';
import { BRUTE_FORCE, build, failedLine, Folder, sekisho } from './cli.js';

const KEY = Buffer.from(`${unique('id')}:secret`).toString('base64');

/**
 * The Elasticsearch of the tests can't make API keys (it lacks the analysis module that its index of them needs), so a
 * gate before it does what it would: requests with the key pass, as its first user; all others are answered 401.
 */
class Gate {
  readonly refused: (string | undefined)[] = [];
  readonly passed: string[] = [];
  readonly #server: Server;
  readonly #cluster: Required<ElasticsearchAddress>;

  constructor(cluster: Required<ElasticsearchAddress>) {
    this.#cluster = cluster;
    this.#server = createServer((asked, answer) => this.#handle(asked, answer));
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #handle(asked: IncomingMessage, answer: ServerResponse): void {
    const { authorization, ...headers } = asked.headers;
    if (authorization !== `ApiKey ${KEY}`) {
      this.refused.push(authorization);
      const error = { type: 'security_exception', reason: 'unable to authenticate with provided credentials' };
      const head = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' };
      answer.writeHead(401, head).end(JSON.stringify({ error, status: 401 }));
      return;
    }
    this.passed.push(`${asked.method} ${asked.url}`);
    const { node, ca, username, password } = this.#cluster;
    const { method, url = '/' } = asked;
    const onward = request(`${node}${url}`, { method, headers, ca, auth: `${username}:${password}` }, (said) => {
      answer.writeHead(said.statusCode ?? 502, said.headers);
      said.pipe(answer);
    });
    onward.once('error', () => answer.destroy());
    asked.pipe(onward);
  }
}

describeWithServers('an API key', ['elasticsearch'], () => {
  let cluster: Required<ElasticsearchAddress>;
  let folder: Folder;
  let gate: Gate;
  let node: string;

  beforeAll(async () => {
    build();
    cluster = await elasticsearch();
    gate = new Gate(cluster);
    node = await gate.open();
    folder = new Folder();
    folder.write('rules/brute.yml', BRUTE_FORCE);
  });
  afterAll(() => {
    gate.close();
    folder.remove();
  });

  function configOf(host: string): string {
    const lines = Array.from({ length: 6 }, (_, n) => failedLine(n, '203.0.113.9').replace('bastion', host));
    folder.write(`${host}.log`, `${lines.join('\n')}\n`);
    return folder.write(
      `${host}.yml`,
      `data: ./data-${host}\nrules: ./rules\ntimezone: UTC\nhttp: null\ninputs: [{path: ./${host}.log, type: auth}]
outputs: [{type: elasticsearch, nodes: ['${node}'], api-key: '\${env:ES_KEY}', events: true}]\n`,
    );
  }

  it('is sent with every request of setup, check and run, which then store alerts and events', async () => {
    const host = unique('host');
    const config = configOf(host);
    const env = { ES_KEY: KEY };
    for (const command of [['setup'], ['check'], ['run', '--until-caught-up']]) {
      const done = await sekisho([...command, '-c', config], { env });
      expect(done.code, done.stdout + done.stderr).toBe(0);
    }
    expect(gate.refused).toEqual([]);
    expect(gate.passed.filter((line) => line.includes('_bulk')).length).toBeGreaterThan(1);
    const { ca, username, password } = cluster;
    const client = new Client({ node: cluster.node, tls: { ca }, auth: { username, password } });
    await client.indices.refresh({ index: 'sekisho-*' });
    const count = async (index: string, field: string) =>
      (await client.count({ index, query: { term: { [field]: host } } })).count;
    expect([await count('sekisho-alerts-*', 'host.name'), await count('sekisho-events-*', 'host.name')]).toEqual([
      1, 6,
    ]);
    await client.close();
  });

  it('that is wrong is named by check', async () => {
    const { code, stdout } = await sekisho(['check', '-c', configOf(unique('host'))], {
      env: { ES_KEY: 'd3Jvbmc6a2V5' },
    });
    expect([code, stdout]).toEqual([1, expect.stringContaining('answered 401: unable to authenticate')]);
    expect(new Set(gate.refused)).toEqual(new Set(['ApiKey d3Jvbmc6a2V5']));
  });
});
