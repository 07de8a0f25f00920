import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ElasticsearchAddress, KafkaAddress } from '../../deploy/servers.mjs';

/** What one process of a site took, from its start to its end. */
export interface Used {
  /** User and system. */
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

/** Real servers. */
export interface Between {
  readonly kafka: KafkaAddress;
  readonly elasticsearch: ElasticsearchAddress;
}

const main = join(import.meta.dirname, '../../bin/sekisho.js');
/** Of detections, state and alerts; of each raw topic. */
export const PARTITIONS = 4;
const START_MS = 120_000;
/** Loaded into each member: tells what it took when it ends, threads and all. */
const TELL =
  "import { isMainThread } from 'node:worker_threads'; if (isMainThread) process.on('exit', () => { const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();" +
  'console.error(`used ${JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMiB: maxRSS / 1024 })}`); });';

/** One process, `sekisho run`. */
export class Member {
  readonly #child: ChildProcess;
  #said = '';

  constructor(config: string, role: string | undefined) {
    const args = ['run', '-c', config, ...(role === undefined ? [] : ['--role', role])];
    const own = [
      '--import',
      `data:text/javascript,${encodeURIComponent(TELL)}`,
      ...(process.env['BENCH_NODE']?.split(' ') ?? []),
    ];
    this.#child = spawn(process.execPath, [...own, main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (this.#said += chunk));
  }

  /** A number of its metrics, summed over labels; 0 while it does not answer. */
  async metric(name: string): Promise<number> {
    const address = /http:\/\/[\d.]+:\d+/u.exec(this.#said)?.[0];
    if (this.#child.exitCode !== null) throw new Error(`a member ended:\n${this.#said.slice(-2_000)}`);
    if (address === undefined) return 0;
    const text = await fetch(`${address}/metrics`).then((answer) => answer.text());
    const values = [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gmu'))];
    return values.reduce((total, [, value]) => total + Number(value), 0);
  }

  /** Asks it to end; what it took. */
  async end(): Promise<Used> {
    const killer = setTimeout(() => this.kill(), 30_000);
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGTERM');
      await once(this.#child, 'close');
    }
    clearTimeout(killer);
    const used = /^used (\{.*\})$/mu.exec(this.#said)?.[1];
    if (used === undefined) throw new Error(`a member did not end cleanly:\n${this.#said.slice(-2_000)}`);
    return JSON.parse(used) as Used;
  }

  /** Ends it at once. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

/** A site of its own on the servers: other topics, group and a clean index. */
export class BenchSite {
  readonly members: Member[] = [];
  readonly #between: Between;
  readonly #config: string;

  /** `topics`: the raw topics by the type of their lines. `settings`: keys of the configuration. */
  constructor(
    between: Between,
    name: string,
    { folder, topics, settings = {} }: { folder: string; topics: ReadonlyMap<string, string>; settings?: object },
  ) {
    this.#between = between;
    this.#config = join(folder, `${name}.yml`);
    const config = {
      kafka: { brokers: between.kafka.brokers, site: { partitions: PARTITIONS, prefix: `${name}.`, group: name } },
      inputs: [...topics].map(([type, topic]) => ({ topics: [topic], group: `${name}-raw`, start: 'earliest', type })),
      outputs: [{ type: 'elasticsearch', nodes: [between.elasticsearch.node] }],
      timezone: 'UTC',
      http: { host: '127.0.0.1', port: 0 },
      ...settings,
    };
    writeFileSync(this.#config, JSON.stringify(config));
  }

  /** Creates its topics, and forgets the alerts of other sites: the same lines have the same ids. */
  async setup(): Promise<void> {
    const indices = (await this.#ask('GET', 'sekisho-alerts-*/_settings')) as Readonly<Record<string, unknown>>;
    for (const index of Object.keys(indices)) await this.#ask('DELETE', index);
    const child = spawn(process.execPath, [main, 'setup', '-c', this.#config], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await once(child, 'close');
    if (child.exitCode !== 0) throw new Error('sekisho setup failed');
  }

  /** Starts a process of all roles, or of one. */
  start(role?: string): Member {
    const member = new Member(this.#config, role);
    this.members.push(member);
    return member;
  }

  /** Records that the members have read so far. */
  async read(): Promise<number> {
    return this.#sum('sekisho_records_total');
  }

  /** Until all partitions have their correlators: from then on only the work itself takes time. */
  async working(): Promise<void> {
    for (const limit = Date.now() + START_MS; Date.now() < limit; await sleep(100)) {
      if ((await this.#sum('sekisho_working')) >= PARTITIONS) return;
    }
    throw new Error('the members did not begin to work');
  }

  /** Addresses that a search finds alerts of now, and how many alerts there are. */
  async alerted(): Promise<{ readonly addresses: ReadonlySet<string>; readonly alerts: number }> {
    const body = { size: 0, track_total_hits: true, aggs: { by: { terms: { field: 'source.ip', size: 60_000 } } } };
    // An index that is just being made can't be searched yet.
    const found = (await this.#ask('POST', 'sekisho-alerts-*/_search', body).catch(() => undefined)) as
      Found | undefined;
    const addresses = (found?.aggregations?.by.buckets ?? []).map(({ key }) => key);
    return { addresses: new Set(addresses), alerts: found?.hits.total.value ?? 0 };
  }

  /** Ends all members. */
  async end(): Promise<readonly Used[]> {
    return Promise.all(this.members.map((member) => member.end()));
  }

  async #sum(metric: string): Promise<number> {
    const values = await Promise.all(this.members.map((member) => member.metric(metric)));
    return values.reduce((total, value) => total + value, 0);
  }

  async #ask(method: string, path: string, body?: object): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    const init = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) };
    const answer = await fetch(`${this.#between.elasticsearch.node}/${path}`, init);
    if (!answer.ok) throw new Error(`Elasticsearch: ${method} ${path}: ${await answer.text()}`);
    return answer.json();
  }
}

interface Found {
  readonly hits: { readonly total: { readonly value: number } };
  /** Absent while there is no index. */
  readonly aggregations?: { readonly by: { readonly buckets: readonly { readonly key: string }[] } };
}
