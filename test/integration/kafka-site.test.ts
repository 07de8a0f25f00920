import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { ElasticsearchAddress, KafkaAddress } from '../../deploy/servers.mjs';
import { describeWithServers, elasticsearch, kafka, unique } from '../support/servers.js';
import { type Sent, Site, told } from '../support/site.js';
import { BRUTE_FORCE, build, failedLine, Folder, jsonLines, sekisho } from './cli.js';

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
  let servers: { kafka: Required<KafkaAddress>; elasticsearch: Required<ElasticsearchAddress> };
  let folder: Folder;
  let site: Site | undefined;

  beforeAll(async () => {
    build();
    servers = { kafka: await kafka(), elasticsearch: await elasticsearch() };
    folder = new Folder();
    folder.write('rules/chain.yml', CHAIN);
  });

  afterEach(() => site?.end());
  afterAll(() => folder.remove());

  /** Log-ins that fail, of 200 addresses and of twelve that try often; then one line two days later in each partition. */
  function attack(topic: string): { readonly lines: readonly string[]; readonly sent: readonly Sent[] } {
    const lines = Array.from({ length: 1_500 }, (_, i) => {
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
    const file = folder.write(`${unique('lines')}.log`, `${lines.join('\n')}\n`);
    const args = ['scan', '--type', 'auth', '--timezone', 'UTC', '--rules', folder.at('rules'), '-o', 'ndjson', file];
    const done = await sekisho(args);
    expect(done.code, done.stderr).toBe(0);
    return told(jsonLines(done.stdout));
  }

  it('one process of all roles says what scan says, a chain over addresses of several partitions too', async () => {
    const topic = unique('auth');
    const settings = { type: 'auth' };
    site = new Site(
      servers,
      { folder, topics: [{ topic, partitions: PARTITIONS, settings }], partitions: 4 },
      { rules: './rules' },
    );
    await site.setup();
    const { lines, sent } = attack(topic);
    const expected = await scanned(lines);
    expect(expected.filter((line) => line.startsWith('33333333')).length).toBeGreaterThan(0);
    await site.produce(sent);
    const member = site.start();
    await expect.poll(() => site?.found(), { timeout: 90_000, interval: 1_000 }).toEqual(expected);
    expect(await member.kill('SIGTERM')).toBe(0);
    expect(member.stderr).toContain('sekisho ends: 1,503 records read');
  });
});
