import { expect, it } from 'vitest';
import { formatPosition } from '../../src/event/index.js';
import { send, withAdmin } from '../support/kafka.js';
import { describeWithServers, unique } from '../support/servers.js';
import type { Sent, Site } from '../support/site.js';
import { SiteTests } from '../support/site-tests.js';
import { recordsOf } from '../support/topic.js';
import { BRUTE_FORCE, failedLine, sekisho } from './cli.js';

const COUNT = 400;
const PARTITIONS = 2;

describeWithServers('events: true in a site', ['kafka', 'elasticsearch'], () => {
  const tests = new SiteTests(BRUTE_FORCE);

  const opened = (topic: string): Promise<Site> =>
    tests.open({
      topics: [{ topic, partitions: PARTITIONS, settings: { type: 'auth' } }],
      partitions: 3,
      output: { events: true },
    });

  /** Lines that rules look at, that they do not, that no format knows, and several that their shipper joined. */
  const lineOf = (n: number): string => {
    const failed = failedLine(n, '203.0.113.9');
    const [head = ''] = failed.split('sshd');
    const lines = [failed, `${head}cron[1]: done`, `line ${n}`, `${head}app: Exception\n  at main\n  at run`];
    return lines[n % lines.length] as string;
  };

  it('takes every event to Elasticsearch once, though the detector is killed after it wrote some', async () => {
    const topic = unique('auth');
    const own = await opened(topic);
    const time = Date.now();
    const sent = Array.from({ length: COUNT }, (_, n): Sent => {
      return { topic, partition: n % PARTITIONS, value: lineOf(n), time };
    });
    await own.produce(sent);
    expect(await own.start(['detector'], 'acked:2').ended()).toBe('SIGKILL');
    const member = own.start();
    const ids = sent.map((_, n) =>
      formatPosition({
        source: `kafka:${topic}:${n % PARTITIONS}`,
        offset: Math.floor(n / PARTITIONS),
        sub: 0,
      }),
    );
    await expect.poll(() => own.events(ids).catch(() => 0), { interval: 500 }).toBe(COUNT);
    await expect.poll(() => own.found(), { interval: 500 }).toHaveLength(1);
    expect(await member.kill('SIGTERM')).toBe(0);
    const written = await recordsOf(tests.servers.kafka, `${own.prefix}events`);
    expect(new Set(written.map(({ key }) => key))).toEqual(new Set(ids));
  });

  it('buries what is no event, and raises an alert where records of a topic of the site are gone unread', async () => {
    const topic = unique('auth');
    const own = await opened(topic);
    const [events, group] = [`${own.prefix}events`, `${own.group}-event-indexers`];
    await send(tests.servers.kafka, events, ['one', 'two', 'three', 'no event'], 1);
    await withAdmin(tests.servers.kafka, async (admin) => {
      await admin.setOffsets({ groupId: group, topic: events, partitions: [{ partition: 1, offset: '1' }] });
      await admin.deleteTopicRecords({ topic: events, partitions: [{ partition: 1, offset: '3' }] });
    });
    own.start(['indexer']);
    const gap = {
      rule: { id: 'sekisho.gap' },
      sekisho: { alert: { group: { topic: events, partition: '1', from: '1', to: '3' }, count: 2 } },
    };
    await expect.poll(async () => [...(await own.alerts()).values()], { interval: 500 }).toMatchObject([gap]);
    await expect.poll(() => own.found(), { interval: 500 }).toHaveLength(1);
    const letters = await recordsOf(tests.servers.kafka, `${own.prefix}dead-letter`);
    expect(letters.map(({ value }) => JSON.parse(String(value)) as unknown)).toMatchObject([
      { position: { source: `kafka:${events}:1`, offset: 3 }, failure: { code: 'kafka.event' } },
    ]);
  });

  it('setup makes a topic of events where an output wants them, and no other', async () => {
    const names = async (output: Readonly<Record<string, unknown>>): Promise<readonly string[]> => {
      const prefix = `${unique('house')}.`;
      const config = tests.folder.write(
        `${prefix}yml`,
        JSON.stringify({
          kafka: { brokers: tests.servers.kafka.brokers, site: { partitions: 2, prefix } },
          inputs: [{ topics: ['x'] }],
          outputs: [{ type: 'elasticsearch', nodes: ['http://127.0.0.1:1'], ...output }],
        }),
      );
      const { stdout } = await sekisho(['setup', '-c', config, '--dry-run', '--json']);
      const { plan } = JSON.parse(stdout) as { plan: { topics: readonly { name: string }[] } };
      return plan.topics.map(({ name }) => name.slice(prefix.length));
    };
    expect(await names({})).toEqual(['detections', 'state', 'alerts', 'dead-letter']);
    expect(await names({ events: true })).toEqual(['detections', 'state', 'alerts', 'dead-letter', 'events']);
  });
});
