import { expect, it } from 'vitest';
import type { MemberStatus, SiteStatus } from '../../src/engine/setup/status.js';
import { describeWithServers, unique } from '../support/servers.js';
import type { Member, Sent, Site } from '../support/site.js';
import { SiteTests } from '../support/site-tests.js';
import { BRUTE_FORCE, failedLine, sekisho } from './cli.js';

const KEYS = 60;
const PARTITIONS = 4;

describeWithServers('status of several members', ['kafka', 'elasticsearch'], () => {
  const tests = new SiteTests(BRUTE_FORCE);

  const addressOf = ({ stderr }: Member): string => /(http:\/\/127\.0\.0\.1:\d+)\/health/u.exec(stderr)?.[1] ?? '';

  async function status(own: Site, members: readonly Member[]): Promise<SiteStatus & { readonly code: number | null }> {
    const args = members.flatMap((member) => ['--member', addressOf(member)]);
    const done = await sekisho(['status', '-c', own.config(), '--json', ...args], { env: own.env() });
    const { code, stdout, stderr } = done;
    expect(stdout, stderr).not.toBe('');
    return { code, ...(JSON.parse(stdout) as SiteStatus) };
  }

  const sum = (members: readonly MemberStatus[], of: 'records' | 'liveKeys'): number =>
    members.reduce((total, member) => total + (member[of] ?? 0), 0);

  it('adds up to the site, and shows what one restored that took over from another', async () => {
    const topic = unique('auth');
    const own = await tests.open(
      { topics: [{ topic, partitions: 2, settings: { type: 'auth' } }], partitions: PARTITIONS },
      { http: { port: 0 }, 'commit-interval': '200ms' },
    );
    const members = [own.start(), own.start()] as const;
    await expect.poll(() => members.map(addressOf)).not.toContain('');
    await expect
      .poll(async () => (await status(own, members)).members.map((one) => one.status))
      .toEqual([...['green', 'green']]);
    const time = Date.now();
    const sent = Array.from({ length: KEYS }, (_, n): Sent => {
      return { topic, partition: n % 2, value: failedLine(n, `203.0.113.${n}`), time };
    });
    await own.produce(sent);

    const read = async () => (await status(own, members)).members;
    // Records that a member had not committed when the other joined are read again.
    await expect.poll(async () => sum(await read(), 'records'), { interval: 500 }).toBeGreaterThanOrEqual(KEYS);
    const shared = async () => {
      const told = await read();
      return { keys: sum(told, 'liveKeys'), byEach: told.every(({ liveKeys = 0 }) => liveKeys > 0) };
    };
    await expect.poll(shared, { interval: 500 }).toEqual({ keys: KEYS, byEach: true });
    const groups = [own.group, `${own.group}-correlators`, `${own.group}-indexers`];
    const lags = async () => (await status(own, members)).lags.map(({ group, lag }) => [group, lag < 20]);
    await expect.poll(lags, { interval: 500 }).toEqual(groups.map((group) => [group, true]));

    await members[0].kill();
    const after = async () => {
      const { code, members: told } = await status(own, members);
      const [gone, heir] = told;
      const { done = 0, goal = 0 } = heir?.restored ?? {};
      return { code, gone: gone?.status, keys: heir?.liveKeys, restored: goal > 0 && done === goal };
    };
    await expect.poll(after, { interval: 500 }).toEqual({ code: 1, gone: 'unreachable', keys: KEYS, restored: true });
    const people = await sekisho(['status', '-c', own.config(), '--member', addressOf(members[1])], { env: own.env() });
    expect([people.code, people.stdout]).toEqual([0, expect.stringMatching(/ green .* 60 +0 +100 %$/mu)]);
  });
});
