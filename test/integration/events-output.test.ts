import { readFileSync } from 'node:fs';
import { Client } from '@elastic/elasticsearch';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EventDocument } from '../../src/output/types.js';
import { ElasticsearchEvents } from '../../src/output/elasticsearch/events.js';
import { describeWithServers, elasticsearch, unique } from '../support/servers.js';
import { BRUTE_FORCE, build, failedLine, Folder, jsonLines, sekisho } from './cli.js';

let folder: Folder;

beforeAll(build);
beforeEach(() => {
  folder = new Folder();
  folder.write('rules/brute.yml', BRUTE_FORCE);
});
afterEach(() => folder.remove());

const attack = Array.from({ length: 6 }, (_, i) => failedLine(i, '203.0.113.9'));

describe('events: true', () => {
  it('writes every event to a file before its position is committed, and again where it was not', async () => {
    // Not at the end: a line that others may still belong to waits for them.
    const lines = [...attack.slice(0, 3), 'of no known format', ...attack.slice(3)];
    folder.write('auth.log', `${lines.join('\n')}\n`);
    folder.write(
      'sekisho.yml',
      `data: ./data\nrules: ./rules\ntimezone: UTC\nhttp: null\ninputs: [{ path: ./auth.log }]
outputs: [{ type: ndjson, path: ./events.ndjson, events: true }, { type: ndjson, path: ./alerts.ndjson }]\n`,
    );
    const run = (env = {}) => sekisho(['run', '--until-caught-up'], { cwd: folder.path, env });
    const killed = await run({ SEKISHO_FAILPOINT: 'collected' });
    expect(killed.code).not.toBe(0);
    const events = () => jsonLines<Readonly<Record<string, unknown>>>(readFileSync(folder.at('events.ndjson'), 'utf8'));
    expect(events()).toHaveLength(7);
    expect((await run()).code).toBe(0);
    expect(events()).toHaveLength(14);
    expect((await run()).code).toBe(0);
    expect(events()).toHaveLength(14);
    expect(events()[7]).toMatchObject({ '@timestamp': '2026-03-11T20:00:00.000Z', source: { ip: '203.0.113.9' } });
    expect(events()[10]).toMatchObject({ message: 'of no known format', event: { dataset: 'unknown' } });
    expect(jsonLines(readFileSync(folder.at('alerts.ndjson'), 'utf8'))).toHaveLength(1);
  });

  it('stops with nothing committed where they can not be written', async () => {
    folder.write('auth.log', `${attack.join('\n')}\n`);
    const write = (path: string): string =>
      folder.write(
        'sekisho.yml',
        `data: ./data\nrules: ./rules\ntimezone: UTC\nhttp: null\ninputs: [{ path: ./auth.log }]
outputs: [{ type: ndjson, path: ${path}, events: true }]\n`,
      );
    write('/dev/full');
    const { start } = await import('./cli.js');
    const child = start(['run', '-c', 'sekisho.yml'], { cwd: folder.path });
    let said = '';
    child.stderr?.on('data', (chunk) => (said += String(chunk)));
    await expect.poll(() => said).toMatch(/events can't be written to ndjson:\/dev\/full, input waits/u);
    child.kill('SIGTERM');
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect([code, said]).toEqual([1, expect.stringContaining('stopped before all events were written')]);
    write('./events.ndjson');
    expect((await sekisho(['run', '--until-caught-up'], { cwd: folder.path })).code).toBe(0);
    expect(jsonLines(readFileSync(folder.at('events.ndjson'), 'utf8'))).toHaveLength(6);
  });
});

describeWithServers('events in Elasticsearch', ['elasticsearch'], () => {
  it('are one document a position, of its own day, whatever is in them', async () => {
    const { node, ca, username, password } = await elasticsearch();
    const client = new Client({ node, tls: { ca }, auth: { username, password } });
    const name = unique('file');
    const reports: string[] = [];
    const output = new ElasticsearchEvents({
      name: 'elasticsearch events 1',
      cluster: { nodes: [node], ca, username, password },
      report: ({ code }) => reports.push(code),
    });
    const received = Date.UTC(2026, 5, 30);
    const event = (offset: number, time: number, document: object): EventDocument => ({
      ...{ id: `${name}@${offset}`, time, receiveTime: received },
      json: JSON.stringify({
        '@timestamp': new Date(time).toISOString(),
        event: { original: `line ${offset}` },
        ...document,
      }),
    });
    const day = Date.UTC(2026, 5, 28);
    const events = [
      event(1, day, { source: { ip: '203.0.113.9' }, message: 'one' }),
      event(2, day, { source: { ip: 'not an address', port: 'x' } }),
      event(3, day, { source: 'no object where one should be' }),
      event(4, Date.UTC(1999, 0, 1), { 'a..b': { '': 1 } }),
    ];
    for (let repeat = 0; repeat < 2; repeat++) {
      expect(await output.write(events, new AbortController().signal)).toEqual({ events: [], reason: '' });
    }
    await client.indices.refresh({ index: 'sekisho-events-*' });
    const found = await client.search<Readonly<Record<string, unknown>>>({
      ...{ index: 'sekisho-events-*', size: 10 },
      query: { ids: { values: events.map(({ id }) => id) } },
    });
    const hits = new Map(found.hits.hits.map((hit) => [hit._id, hit]));
    expect(hits.size).toBe(4);
    expect(hits.get(`${name}@1`)?._index).toBe('sekisho-events-2026.06.28');
    expect(hits.get(`${name}@4`)?._index).toBe('sekisho-events-2026.06.30');
    expect(hits.get(`${name}@3`)?._source).toMatchObject({ message: 'line 3', tags: ['sekisho.rewritten'] });
    expect(new Set(reports)).toEqual(new Set(['output.elasticsearch.rewritten']));
    const byAddress = await client.count({
      index: 'sekisho-events-2026.06.28',
      query: {
        bool: { filter: [{ term: { 'source.ip': '203.0.113.9' } }, { ids: { values: [...hits.keys()] as string[] } }] },
      },
    });
    expect(byAddress.count).toBe(1);
    await output.close();
    await client.close();
  });

  it('are deleted by whole days once those are older than the retention', async () => {
    const { node, ca, username, password } = await elasticsearch();
    const client = new Client({ node, tls: { ca }, auth: { username, password } });
    const output = new ElasticsearchEvents({
      ...{ name: 'elasticsearch events 1', cluster: { nodes: [node], ca, username, password } },
      ...{ report: ({ message }) => expect.unreachable(message), retention: 20 * 365 * 86_400_000 },
    });
    const name = unique('old');
    const at = (time: number): EventDocument => ({ id: `${name}@${time}`, time, receiveTime: time, json: '{}' });
    const signal = new AbortController().signal;
    const first = new ElasticsearchEvents({
      ...{ name: 'elasticsearch events 1', cluster: { nodes: [node], ca, username, password } },
      report: ({ message }) => expect.unreachable(message),
    });
    await first.write([at(Date.UTC(2001, 1, 3))], signal);
    const exists = (day: string) => client.indices.exists({ index: `sekisho-events-${day}` });
    expect(await exists('2001.02.03')).toBe(true);
    await output.write([at(Date.UTC(2026, 5, 28))], signal);
    expect([await exists('2001.02.03'), await exists('2026.06.28')]).toEqual([false, true]);
    await Promise.all([first.close(), output.close(), client.close()]);
  });

  it('are left to the caller while the cluster is away', async () => {
    const cluster = { nodes: ['http://127.0.0.1:1'] };
    const output = new ElasticsearchEvents({ name: 'away', cluster, report: () => undefined });
    const events = [{ id: 'a@1', time: 0, receiveTime: 0, json: '{}' }];
    const left = await output.write(events, new AbortController().signal);
    expect(left).toEqual({ events, reason: expect.stringMatching(/ECONNREFUSED/u) as string });
    await output.close();
  });
});
