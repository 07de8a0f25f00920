import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startServers } from '../../deploy/servers.mjs';
import { describeWithServers, unique } from '../support/servers.js';
import { type Sent, type Site, told } from '../support/site.js';
import { SiteTests } from '../support/site-tests.js';
import { BRUTE_FORCE, failedLine, jsonLines, sekisho } from './cli.js';

/** A chain over the brute force of several addresses. */
const CHAIN = `${BRUTE_FORCE.replace('title: SSH brute force', 'title: SSH brute force\nname: ssh_brute_force')}
---
title: Many brute forces
id: 33333333-3333-4333-8333-333333333333
level: critical
correlation:
    type: event_count
    rules: [ssh_brute_force]
    timespan: 1h
    condition: {gte: 3}
    generate: true
`;

const BASE = Date.UTC(2026, 2, 11, 20);
const PARTITIONS = 3;

describeWithServers('a site of several members', ['kafka', 'elasticsearch'], () => {
  const tests = new SiteTests(CHAIN);

  /** Log-ins that fail, of 200 addresses and of twelve that try often; then one line two days later in each partition. */
  function attack(topic: string, count: number): { readonly lines: readonly string[]; readonly sent: readonly Sent[] } {
    const lines = Array.from({ length: count }, (_, i) => {
      const guesser = i % 3 === 0 ? (i >> 7) % 12 : 20 + ((i * 13) % 200);
      return failedLine(i * 3, `192.0.2.${guesser}`);
    });
    const last = Array.from({ length: PARTITIONS }, () => failedLine(2 * 86_400, '198.51.100.1'));
    const sent = [...lines, ...last].map((value, i) => {
      const partition = i < lines.length ? (i * 5 + (i >> 3)) % PARTITIONS : i - lines.length;
      return { topic, partition, value, time: BASE + i * 3_000 };
    });
    return {
      lines: [...lines, ...last],
      sent: sent.map((one, i) => (i < lines.length ? one : { ...one, time: BASE + 2 * 86_400_000 })),
    };
  }

  async function scanned(lines: readonly string[]): Promise<readonly string[]> {
    const file = tests.folder.write(`${unique('lines')}.log`, `${lines.join('\n')}\n`);
    const args = [
      'scan',
      '--type',
      'auth',
      '--timezone',
      'UTC',
      '--rules',
      tests.folder.at('rules'),
      '-o',
      'ndjson',
      file,
    ];
    const done = await sekisho(args);
    expect(done.code, done.stderr).toBe(0);
    return told(jsonLines(done.stdout));
  }

  async function opened(
    count: number,
    settings: Readonly<Record<string, unknown>> = {},
    between?: ConstructorParameters<typeof Site>[0],
  ) {
    const topic = unique('auth');
    const raw = { topic, partitions: PARTITIONS, settings: { type: 'auth' } };
    const own = await tests.open({ topics: [raw], partitions: 4 }, settings, between);
    const { lines, sent } = attack(topic, count);
    const expected = await scanned(lines);
    expect(expected.filter((line) => line.startsWith('33333333')).length).toBeGreaterThan(0);
    return { own, sent, expected };
  }

  it('one process of all roles says what scan says, a chain over addresses of several partitions too', async () => {
    const { own, sent, expected } = await opened(1_500);
    await own.produce(sent);
    const member = own.start();
    await expect.poll(() => own.found(), { timeout: 90_000, interval: 1_000 }).toEqual(expected);
    expect(await member.kill('SIGTERM')).toBe(0);
    expect(member.stderr).toContain('sekisho ends: 1,503 records read');
  });

  it('loses nothing and tells nothing twice, killed at each edge of each role', async () => {
    const { own, sent, expected } = await opened(2_400, { 'commit-interval': '500ms' });
    await own.produce(sent.slice(0, 300));
    const trickle = (async () => {
      for (let at = 300; at < sent.length; at += 60) {
        await own.produce(sent.slice(at, at + 60));
        await sleep(800);
      }
    })();
    const killedAt = async (role: string, edges: readonly string[]): Promise<void> => {
      for (const edge of edges) expect(await own.start([role], edge).ended(), `${role} at ${edge}`).toBe('SIGKILL');
      own.start([role]);
    };
    await Promise.all([
      trickle,
      killedAt('detector', ['fetched:3', 'acked:3']),
      killedAt('correlator', ['fetched:2', 'collected:2', 'sent:2', 'moved:3', 'restoring:1', 'written:3']),
      killedAt('indexer', ['bulk:1', 'indexed:1']),
    ]);
    await expect.poll(() => own.found(), { timeout: 120_000, interval: 1_000 }).toEqual(expected);
  }, 300_000);

  it('three members share the work; one that is killed and one that is stopped are stood in for', async () => {
    const { own, sent, expected } = await opened(1_500);
    await own.produce(sent.slice(0, 600));
    const [first, second] = [own.start(), own.start(), own.start()];
    await expect.poll(async () => (await own.alerts()).size, { timeout: 90_000, interval: 500 }).toBeGreaterThan(1);
    await first?.kill();
    await own.produce(sent.slice(600, 1_000));
    own.start();
    expect(await second?.kill('SIGTERM')).toBe(0);
    await own.produce(sent.slice(1_000));
    await expect.poll(() => own.found(), { timeout: 120_000, interval: 1_000 }).toEqual(expected);
  }, 300_000);

  it('a correlator that sleeps past its session commits nothing over who took its partitions over', async () => {
    const { own, sent, expected } = await opened(1_500, { 'commit-interval': '500ms' });
    own.start(['detector']);
    own.start(['indexer']);
    const sleeper = own.start(['correlator']);
    await own.produce(sent.slice(0, 600));
    await expect.poll(async () => (await own.alerts()).size, { timeout: 90_000, interval: 500 }).toBeGreaterThan(1);
    await own.produce(sent.slice(600, 800));
    sleeper.child.kill('SIGSTOP');
    const before = await own.alerts();
    own.start(['correlator']);
    await own.produce(sent.slice(800, 1_200));
    await expect
      .poll(async () => (await own.alerts()).size, { timeout: 90_000, interval: 500 })
      .toBeGreaterThan(before.size);
    sleeper.child.kill('SIGCONT');
    await own.produce(sent.slice(1_200));
    await expect.poll(() => own.found(), { timeout: 120_000, interval: 1_000 }).toEqual(expected);
    expect(await sleeper.kill('SIGTERM')).toBe(0);
  }, 300_000);

  it('rides out a broker and an Elasticsearch that are killed and come back', async () => {
    const own = await startServers({ kafka: {}, elasticsearch: {} });
    try {
      const { own: site, sent, expected } = await opened(1_500, {}, own);
      await site.produce(sent.slice(0, 500));
      for (let n = 0; n < 2; n++) site.start();
      await expect.poll(async () => (await site.alerts()).size, { timeout: 90_000, interval: 500 }).toBeGreaterThan(1);
      await own.kill('kafka');
      await sleep(2_000);
      await own.restart('kafka');
      await site.produce(sent.slice(500, 900));
      await own.kill('elasticsearch');
      await site.produce(sent.slice(900, 1_200));
      await sleep(2_000);
      await own.restart('elasticsearch');
      await site.produce(sent.slice(1_200));
      // What is counted below must have been written once.
      expect(await site.rawRecords()).toBe(sent.length);
      await expect.poll(() => site.found(), { timeout: 150_000, interval: 1_000 }).toEqual(expected);
    } finally {
      await own.stop();
    }
  }, 400_000);
});
