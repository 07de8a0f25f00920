import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { loadConfig } from '../../src/engine/config/config.js';
import { DetectorThread } from '../../src/engine/kafka/detector-thread.js';
import { runRoles } from '../../src/engine/kafka/run.js';
import type { Log } from '../../src/engine/log.js';
import { ROLES } from '../../src/engine/kafka/roles.js';
import { loadRuleSource, readRuleSource } from '../../src/engine/rules.js';
import type { MemberStatus, SiteStatus } from '../../src/engine/setup/status.js';
import { describeWithServers, unique } from '../support/servers.js';
import { type Member, type Sent, type Site, told } from '../support/site.js';
import { SiteTests } from '../support/site-tests.js';
import { BRUTE_FORCE, failedLine, jsonLines, sekisho } from './cli.js';

const TIME = Date.UTC(2026, 2, 11, 20);

/** A rule that is added later. */
const ADDED = `title: A log-in as nobody
id: 44444444-4444-4444-8444-444444444444
level: high
logsource: {product: linux, service: sshd}
detection: {selection: {user.name: nobody}, condition: selection}
`;

describeWithServers('a member whose detector has a thread of its own', ['kafka', 'elasticsearch'], () => {
  const tests = new SiteTests(BRUTE_FORCE);

  async function opened(settings: Readonly<Record<string, unknown>> = {}): Promise<{ own: Site; topic: string }> {
    const topic = unique('auth');
    const raw = { topic, partitions: 2, settings: { type: 'auth' } };
    return { topic, own: await tests.open({ topics: [raw], partitions: 2, threads: 2 }, settings) };
  }

  /** Failed log-ins of one address, spread over both partitions. */
  function attack(topic: string, address: string, count: number, second = 0, user = 'root'): readonly Sent[] {
    return Array.from({ length: count }, (_, i) => ({
      ...{ topic, partition: i % 2, value: failedLine(second + i, address, user) },
      time: TIME + (second + i) * 1_000,
    }));
  }

  async function statusOf(own: Site, { stderr }: Member): Promise<MemberStatus | undefined> {
    const address = /(http:\/\/127\.0\.0\.1:\d+)\/health/u.exec(stderr)?.[1];
    if (address === undefined) return undefined;
    const done = await sekisho(['status', '-c', own.config(), '--json', '--member', address], { env: own.env() });
    return (JSON.parse(done.stdout) as SiteStatus).members[0];
  }

  it('is one member: one port, one log, changed rules in both threads, and one end', async () => {
    const { own, topic } = await opened({ http: { port: 0 } });
    const member = own.start();
    await own.produce(attack(topic, '203.0.113.7', 8));
    await expect.poll(() => own.found(), { interval: 500 }).toHaveLength(1);
    await expect
      .poll(() => statusOf(own, member), { interval: 500 })
      .toMatchObject({ status: 'green', records: 8, openEpisodes: 1, liveKeys: 1 });

    tests.folder.write('rules/added.yml', ADDED);
    await expect.poll(() => member.stderr, { interval: 200 }).toContain('changed rules are in force: 3 rules');
    await own.produce(attack(topic, '198.51.100.9', 2, 20, 'nobody'));
    await expect.poll(() => own.found(), { interval: 500 }).toHaveLength(2);
    tests.folder.write('rules/added.yml', '');

    expect(await member.kill('SIGTERM')).toBe(0);
    expect(member.stderr).toContain('the detector has a thread of its own');
    expect(member.stderr).toContain('sekisho ends: 10 records read');
    const lines = member.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('sekisho: stopping'));
    expect(jsonLines<{ level?: number }>(lines.join('\n')).every(({ level }) => level !== undefined)).toBe(true);
  });

  it('loses nothing and tells nothing twice, killed at each edge of either thread', async () => {
    const { own, topic } = await opened({ 'commit-interval': '500ms' });
    const sent = Array.from({ length: 90 }, (_, i) => attack(topic, `192.0.2.${i % 9}`, 8, i * 10)).flat();
    sent.push(...attack(topic, '198.51.100.1', 2, 86_400));
    const file = tests.folder.write(`${topic}.log`, `${sent.map(({ value }) => value).join('\n')}\n`);
    const args = ['--type', 'auth', '--timezone', 'UTC', '--rules', tests.folder.at('rules'), '-o', 'ndjson', file];
    const expected = told(jsonLines((await sekisho(['scan', ...args])).stdout));
    expect(expected.length).toBeGreaterThan(8);
    let at = 0;
    const more = async (): Promise<void> => {
      for (const until = Math.min(at + 90, sent.length); at < until; at += 30) {
        await own.produce(sent.slice(at, Math.min(at + 30, until)));
        await sleep(300);
      }
    };
    for (const edge of ['fetched:2', 'acked:2', 'collected:2', 'sent:2', 'moved:2', 'restoring:1', 'bulk:1']) {
      const member = own.start([], edge);
      await more();
      expect(await member.ended(), edge).toBe('SIGKILL');
    }
    own.start();
    while (at < sent.length) await more();
    await expect.poll(() => own.found(), { interval: 1_000 }).toEqual(expected);
  });

  /** Runs a member in this process, with that thread; what it logged. */
  async function run(own: Site, thread: DetectorThread, signal: AbortSignal, logged: string[]) {
    Object.assign(process.env, own.env());
    const config = loadConfig(own.config());
    const source = readRuleSource(config.rules ?? []);
    const log = (message: string): unknown => logged.push(message);
    thread.start(config, source);
    const ruleSet = loadRuleSource(source);
    return runRoles(config, { roles: ROLES, ruleSet, thread, signal, log: { info: log, warn: log } as unknown as Log });
  }

  it('ends, with the reason, where its thread dies', async () => {
    const { own } = await opened();
    const program = `import { parentPort as p } from 'node:worker_threads';
      p.on('message', ({ kind }) => { if (kind === 'begin') throw new Error('out of luck'); });
      p.postMessage({ kind: 'loaded' });`;
    const thread = new DetectorThread(new URL(`data:text/javascript,${encodeURIComponent(program)}`));
    await expect(run(own, thread, new AbortController().signal, [])).rejects.toThrow('out of luck');
  });

  it('works in one thread where another can not be had', async () => {
    const { own, topic } = await opened();
    const stop = new AbortController();
    const logged: string[] = [];
    const running = run(own, new DetectorThread(new URL('file:///no/such/program.js')), stop.signal, logged);
    await own.produce(attack(topic, '203.0.113.8', 6));
    await expect.poll(() => own.found(), { interval: 500 }).toHaveLength(1);
    stop.abort();
    expect(await running).toMatchObject({ records: 6 });
    expect(logged.join('\n')).toContain('the detector gets no thread of its own');
  });
});
