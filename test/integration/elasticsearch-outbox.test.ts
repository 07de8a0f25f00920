import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@elastic/elasticsearch';
import { expect, it } from 'vitest';
import type { AlertDocument } from '../../src/event/index.js';
import { openSqliteLedger } from '../../src/ledger/index.js';
import { openElasticsearch } from '../../src/output/elasticsearch/outbox.js';
import { describeWithServers, elasticsearch, unique } from '../support/servers.js';

const alertOf = (id: string, revision: number): AlertDocument => ({
  id,
  revision,
  severity: 47,
  document: {
    '@timestamp': '2026-05-01T00:00:00.000Z',
    event: { kind: 'alert', id, created: '2026-05-01T00:00:01.000Z', severity: 47 },
    rule: { id: 'r', name: 'R' },
    sekisho: { alert: { state: 'active', revision } },
  },
});

describeWithServers('the embedded store with Elasticsearch behind it', ['elasticsearch'], () => {
  it('takes every committed alert there, goes on where it was, and never holds the engine up', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sekisho-outbox-'));
    const store = join(folder, 'sekisho.db');
    const ledger = openSqliteLedger(store);
    await ledger.open();
    const commit = (...alerts: AlertDocument[]) =>
      ledger.commit({ progress: [], watermark: null, state: [], alerts, deadLetters: [] });
    const { node, ca, username, password } = await elasticsearch();
    const client = new Client({ node, tls: { ca }, auth: { username, password } });
    const troubles: string[] = [];
    const open = (nodes: readonly string[]) =>
      openElasticsearch({
        name: 'elasticsearch',
        store,
        cluster: { nodes, ca, username, password },
        trouble: (_, message) => message !== undefined && troubles.push(message),
        report: ({ message }) => troubles.push(message),
      });
    const ids = Array.from({ length: 1500 }, () => unique('outbox'));
    const versions = async () => {
      const { docs } = await client.mget({ index: 'sekisho-alerts-2026.05', ids });
      return docs.map((doc) => ('_version' in doc ? doc._version : undefined));
    };

    await commit(...ids.map((id) => alertOf(id, 1)));
    const away = open(['https://127.0.0.1:1']);
    // It would try for ever: that it returns at all says that it does not wait for the answer.
    await away.pump();
    await expect.poll(() => troubles.length).toBeGreaterThan(0);
    await away.close();

    troubles.length = 0;
    const there = open([node]);
    await there.pump();
    await expect.poll(versions, { interval: 200 }).toEqual(ids.map(() => 1));
    await there.close();

    await commit(alertOf(ids[7] as string, 2));
    const again = open([node]);
    await again.pump();
    await expect.poll(versions, { interval: 200 }).toEqual(ids.map((_, i) => (i === 7 ? 2 : 1)));
    await again.close();
    expect(troubles).toEqual([]);
    await client.close();
    await ledger.close();
    rmSync(folder, { recursive: true });
  });
});
