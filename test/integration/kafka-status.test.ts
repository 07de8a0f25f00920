import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { ElasticsearchAddress, KafkaAddress } from '../../deploy/servers.mjs';
import type { MemberStatus, SiteStatus } from '../../src/engine/status.js';
import { describeWithServers, elasticsearch, kafka, unique } from '../support/servers.js';
import { type Member, type Sent, Site } from '../support/site.js';
import { BRUTE_FORCE, build, failedLine, Folder, sekisho } from './cli.js';

const KEYS = 60;
const PARTITIONS = 4;

describeWithServers('status of several members', ['kafka', 'elasticsearch'], () => {
  let servers: { kafka: Required<KafkaAddress>; elasticsearch: Required<ElasticsearchAddress> };
  let folder: Folder;
  let site: Site | undefined;

  beforeAll(async () => {
    build();
    servers = { kafka: await kafka(), elasticsearch: await elasticsearch() };
    folder = new Folder();
    folder.write('rules/brute.yml', BRUTE_FORCE);
  });
  afterEach(() => site?.end());
  afterAll(() => folder.remove());

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
    const raw = { topic, partitions: 2, settings: { type: 'auth' } };
    const own = new Site(
      servers,
      { folder, topics: [raw], partitions: PARTITIONS },
      {
        rules: './rules',
        ...{ http: { port: 0 }, 'commit-interval': '200ms' },
      },
    );
    site = own;
    await own.setup();
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
    await expect.poll(async () => sum(await read(), 'records'), { interval: 500 }).toBe(KEYS);
    await expect.poll(async () => sum(await read(), 'liveKeys'), { interval: 500 }).toBe(KEYS);
    const shared = (await read()).map(({ liveKeys = 0 }) => liveKeys);
    expect(Math.min(...shared)).toBeGreaterThan(0);
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
