/**
 * `npm run bench:kafka [RECORDS]`: a site between a real Kafka and a real Elasticsearch (deploy/servers.mjs), with all
 * bundled rules. Raw topics filled beforehand to searchable alerts with one member, with a process for each role, and
 * with two members; then the delay from produce to searchable alert. Prints figures; asserts nothing; ends what it started.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as ServersModule from '../../deploy/servers.mjs';
import { type Raw, Feeder } from './kafka-fill.js';
import { type Between, BenchSite, type Used } from './kafka-site.js';

const ROLES = ['detector', 'correlator', 'indexer'];
/** No stage takes longer; what is not found by then is said. */
const LIMIT_MS = 180_000;
/** Looked for so often, at the members' and the servers' cost: alerts only once all is read. */
const LOOK_MS = 100;
const RATE = { perSecond: 5_000, seconds: 40 };
/** Settings that shorten the way, at more commits and looks a second. */
const QUICK = { 'commit-interval': '250ms', 'poll-interval': '50ms' };

const records = Number(process.argv[2] ?? 2_500_000);
const folder = mkdtempSync(join(tmpdir(), 'sekisho-bench-'));
const servers = (await import(join(import.meta.dirname, '../../../deploy/servers.mjs'))) as typeof ServersModule;
let site: BenchSite | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abandon(130));
const missing = (['kafka', 'elasticsearch'] as const).flatMap((name) => servers.missingFor(name) ?? []);
if (missing.length > 0) throw new Error(missing.join('\n'));
await servers.getServers(['kafka', 'elasticsearch'], console.error);
const running = await servers.startServers({ kafka: {}, elasticsearch: {} });
const feeder = new Feeder(running.kafka);
try {
  await feeder.connect();
  await main(running);
} finally {
  for (const member of site?.members ?? []) member.kill();
  await feeder.close();
  await running.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function main(between: Between): Promise<void> {
  const raw = await feeder.fill(folder, records);
  const mebibytes = (raw.bytes / 1_048_576).toFixed(0);
  console.log(`${whole(raw.records)} records (${mebibytes} MiB before gzip), half nginx, half sshd:`);
  await throughput(between, raw, 'one', '1 member', [undefined]);
  await throughput(between, raw, 'roles', '1 process a role', ROLES);
  await throughput(between, raw, 'two', '2 members', [undefined, undefined]);
  await delay(between, 'delay', 'as configured by default', {});
  await delay(between, 'quick', JSON.stringify(QUICK).replaceAll('"', ''), QUICK);
}

/** From the first record read to the last planted address searchable; start-up is left out of the time, not of the CPU. */
async function throughput(
  between: Between,
  raw: Raw,
  name: string,
  title: string,
  roles: readonly (string | undefined)[],
): Promise<void> {
  const own = (site = new BenchSite(between, name, { folder, topics: raw.topics }));
  await own.setup();
  for (const role of roles) own.start(role);
  const limit = Date.now() + LIMIT_MS;
  while ((await own.read()) === 0 && Date.now() < limit) await sleep(20);
  const began = performance.now();
  while (Date.now() < limit && (await own.read()) < raw.records) await sleep(LOOK_MS);
  const readAt = Date.now() < limit ? performance.now() : 0;
  let seen = await own.alerted();
  for (; missed(raw, seen.addresses) > 0 && Date.now() < limit; seen = await own.alerted()) await sleep(LOOK_MS);
  const seconds = (performance.now() - began) / 1_000;
  const used = await own.end();
  const found = raw.attackers.length - missed(raw, seen.addresses);
  const cpu = used.map(({ cpuSeconds }, i) => `${roles[i] ?? 'member'} ${cpuSeconds.toFixed(1)} s`).join(', ');
  console.log(
    `${title}: ${whole(raw.records / seconds)} records/s (read after ${readAt === 0 ? '?' : ((readAt - began) / 1_000).toFixed(1)} s, ` +
      `all searchable after ${seconds.toFixed(1)} s); CPU ${cpu}, peak ${peak(used)} MiB; ` +
      `planted found ${found} of ${raw.attackers.length}, others alerted ${seen.addresses.size - found}, alerts ${seen.alerts}`,
  );
}

/** From the sending of an attack to the first search that finds its address. */
async function delay(between: Between, name: string, title: string, settings: object): Promise<void> {
  const topics = await feeder.topics(name);
  const own = (site = new BenchSite(between, name, { folder, topics, settings }));
  await own.setup();
  own.start();
  await own.working();
  const sent = feeder.trickle(topics, RATE);
  const until = Date.now() + (RATE.seconds + 30) * 1_000;
  const foundAt = new Map<string, number>();
  while (foundAt.size < RATE.seconds && Date.now() < until) {
    for (const address of (await own.alerted()).addresses) {
      if (!foundAt.has(address)) foundAt.set(address, performance.now());
    }
    await sleep(20);
  }
  const begun = await sent;
  const used = await own.end();
  const delays = [...begun]
    .map(([address, at]) => ((foundAt.get(address) ?? Number.POSITIVE_INFINITY) - at) / 1_000)
    .sort((a, b) => a - b);
  const others = [...foundAt.keys()].filter((address) => !begun.has(address)).length;
  const at = (share: number): string => (delays[Math.ceil(delays.length * share) - 1] ?? Number.NaN).toFixed(2);
  console.log(
    `delay at ${whole(RATE.perSecond)} records/s, ${title}: median ${at(0.5)} s, p99 ${at(0.99)} s; CPU ${(used[0] as Used).cpuSeconds.toFixed(1)} s ` +
      `for ${RATE.seconds} s; planted found ${delays.filter(Number.isFinite).length} of ${begun.size}, others alerted ${others}`,
  );
}

function missed({ attackers }: Raw, addresses: ReadonlySet<string>): number {
  return attackers.filter((address) => !addresses.has(address)).length;
}

function peak(used: readonly Used[]): string {
  return Math.max(...used.map(({ peakMiB }) => peakMiB)).toFixed(0);
}

function whole(count: number): string {
  return Math.round(count).toLocaleString('en');
}

/** Ends at once; the servers end with this process. */
function abandon(code: number): never {
  for (const member of site?.members ?? []) member.kill();
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}
