import type { ChildProcess } from 'node:child_process';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { KafkaAddress } from '../../deploy/servers.mjs';
import type { SiteStatus } from '../../src/engine/setup/status.js';
import { createTopic, send } from '../support/kafka.js';
import { describeWithServers, kafka, unique } from '../support/servers.js';
import { BRUTE_FORCE, build, failedLine, Folder, sekisho, start } from './cli.js';

describeWithServers('status', ['kafka'], () => {
  let brokers: Required<KafkaAddress>;
  let folder: Folder;
  let child: ChildProcess | undefined;
  let config: string;
  let [topic, group] = ['', ''];

  beforeAll(async () => {
    build();
    brokers = await kafka();
  });
  beforeEach(() => {
    folder = new Folder();
    [topic, group] = [unique('auth'), unique('group')];
    folder.write('rules/brute.yml', BRUTE_FORCE);
    config = folder.write(
      'sekisho.yml',
      `data: ./data
rules: ./rules
timezone: UTC
kafka: {brokers: ${JSON.stringify(brokers.brokers)}}
inputs: [{topics: ${topic}, type: auth, group: ${group}, start: earliest}]
commit-interval: 50ms
poll-interval: 20ms
http: {port: 0}
`,
    );
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    folder.remove();
  });

  const status = async (...args: string[]) => {
    const { code, stdout } = await sekisho(['status', '-c', config, '--json', ...args]);
    return { code, ...(JSON.parse(stdout) as SiteStatus) };
  };

  it('tells lag, watermark, live keys and troubles of a member, and who does not answer', async () => {
    await createTopic(brokers, topic, 2);
    await send(brokers, topic, [failedLine(0, '203.0.113.9'), failedLine(1, '203.0.113.9')], 0);
    const before = await status();
    expect(before).toMatchObject({ code: 0, members: [], lags: [{ group, topic, partitions: 2, lag: 0, unread: 2 }] });

    child = start(['run', '-c', config]);
    let stderr = '';
    child.stderr?.on('data', (chunk) => (stderr += String(chunk)));
    const address = () => /(http:\/\/127\.0\.0\.1:\d+)\/health/u.exec(stderr)?.[1] ?? '';
    await expect.poll(address).not.toBe('');
    await expect.poll(async () => (await status('--member', address())).members[0]?.records).toBe(2);
    await expect.poll(async () => (await status()).lags[0]?.unread).toBe(0);
    child.kill('SIGSTOP');
    await send(brokers, topic, [failedLine(2, '203.0.113.9')], 1);
    expect((await status()).lags).toMatchObject([{ lag: 1, unread: 0 }]);
    child.kill('SIGCONT');
    await expect.poll(async () => (await status()).lags[0]?.lag).toBe(0);

    const now = await status('--member', address(), '--member', 'http://127.0.0.1:1');
    expect(now.code).toBe(1);
    expect(now.members[0]).toMatchObject({ status: 'green', troubles: [], records: 3, alerts: 0, liveKeys: 1 });
    expect(now.members[0]?.watermarkDelay).toBeGreaterThan(0);
    expect(now.members[1]).toMatchObject({ status: 'unreachable' });
    const people = await sekisho(['status', '-c', config, '--member', address()]);
    expect(people.code).toBe(0);
    expect(people.stdout).toMatch(/^MEMBER +HEALTH +RECORDS/mu);
    expect(people.stdout).toMatch(/ green +3 +0 +[\d,]+ d behind +1 +0 +–$/mu);
    expect(people.stdout).toMatch(new RegExp(`^${group} +${topic} +2 +0$`, 'mu'));
  });

  it('says that the brokers do not answer', async () => {
    config = folder.write('away.yml', `kafka: {brokers: ['127.0.0.1:1']}\ninputs: [{topics: x}]\nhttp: null\n`);
    const { code, kafka: reason } = await status();
    expect(code).toBe(1);
    expect(reason).toBeDefined();
  });
});
