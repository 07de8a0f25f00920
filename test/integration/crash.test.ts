import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAILPOINTS } from '../../src/engine/failpoint.js';
import { build, Folder, jsonLines, sekisho } from './cli.js';

/**
 * `run` is killed with SIGKILL at every edge of a commit and started again until it is done; what it leaves must be
 * what an undisturbed run leaves: nothing lost, nothing twice (DESIGN.md section 4, item 1).
 *
 * Two portions of logs over eight files, each of several batches and commits. Ids hold inodes, so alerts are compared by
 * rule, group, start, end and count.
 */

const HOUR = 3_600_000;
const START = Date.UTC(2026, 2, 11);
const FILES = 8;
const LINES = 4_500;
const PORTIONS = 2;

const RULES = `title: Failed log-in
id: 00000000-0000-4000-8000-000000000001
name: failed
status: test
level: low
logsource: {product: linux, service: sshd}
detection:
    selection: {system.auth.ssh.event: Failed}
    condition: selection
---
title: Accepted log-in
id: 00000000-0000-4000-8000-000000000002
name: accepted
status: test
level: informational
logsource: {product: linux, service: sshd}
detection:
    selection: {system.auth.ssh.event: Accepted}
    condition: selection
---
title: Many failures of an address
id: 00000000-0000-4000-8000-000000000003
name: many
status: test
level: medium
correlation:
    type: event_count
    rules: [failed]
    group-by: [source.ip]
    timespan: 5m
    condition: {gte: 5}
    generate: true
---
title: Many names from an address
id: 00000000-0000-4000-8000-000000000004
status: test
level: medium
correlation:
    type: value_count
    rules: [failed]
    group-by: [source.ip]
    timespan: 10m
    condition: {gte: 3, field: user.name}
    generate: true
---
title: Exactly three failures of a name
id: 00000000-0000-4000-8000-000000000005
status: test
level: low
correlation:
    type: event_count
    rules: [failed]
    group-by: [user.name]
    timespan: 2m
    condition: {eq: 3}
    generate: true
---
title: Broke in
id: 00000000-0000-4000-8000-000000000006
status: test
level: critical
correlation:
    type: temporal_ordered
    rules: [many, accepted]
    group-by: [source.ip]
    timespan: 15m
    generate: true
`;

const CONFIG = `data: ./data
rules: ./rules.yml
inputs:
    - path: ./logs
      type: auth
      host: crash
max-line: 1 KiB
commit-interval: 1ms
poll-interval: 10ms
http: null
log: {level: warn, pretty: false}
outputs:
    - {type: ndjson, path: ./alerts.ndjson}
`;

/** What a run leaves, comparable between runs. */
interface Left {
  readonly alerts: readonly string[];
  readonly written: readonly string[];
  readonly deadLetters: readonly string[];
}

interface Document {
  readonly rule: { readonly id: string };
  readonly event: { readonly id: string; readonly start: string; readonly end: string };
  readonly sekisho: {
    readonly alert: {
      readonly group: unknown;
      readonly count: number;
      readonly state: string;
      readonly revision: number;
    };
  };
}

const portions = Array.from({ length: PORTIONS }, (_, i) => portion(i));
let undisturbed: Left;

describe('run, killed and started again', () => {
  const folders: Folder[] = [];

  beforeAll(async () => {
    build();
    undisturbed = (await trial(undefined)).left;
  });

  afterAll(() => folders.forEach((folder) => folder.remove()));

  it('has something to compare', () => {
    const rules = new Set(undisturbed.alerts.map((alert) => alert.slice(0, 36).at(-1)));
    expect([...rules].sort()).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(undisturbed.deadLetters).toHaveLength(PORTIONS * FILES);
    expect(undisturbed.written).toEqual(undisturbed.alerts);
  });

  const passes = { read: [2, 23], processed: [1, 17], collected: [1, 3], committed: [1, 3], written: [1, 2, 3] };
  const cases = FAILPOINTS.flatMap((edge) => passes[edge].map((pass) => `${edge}:${pass}`));

  it.each(cases)('leaves the same when killed at %s', async (failpoint) => {
    const { left, kills } = await trial(failpoint);
    expect(kills).toBeGreaterThanOrEqual(PORTIONS);
    expect(left).toEqual(undisturbed);
  });

  async function trial(failpoint: string | undefined): Promise<{ left: Left; kills: number }> {
    const folder = new Folder();
    folders.push(folder);
    folder.write('rules.yml', RULES);
    const config = folder.write('sekisho.yml', CONFIG);
    mkdirSync(folder.at('logs'));
    let kills = 0;
    for (const files of portions) {
      files.forEach((text, i) => appendFileSync(folder.at(`logs/${i}.log`), text));
      kills += await untilDone(config, failpoint);
    }
    return { left: await leftBy(folder, config), kills };
  }
});

/** Kills at the failpoint at most twice a portion, then lets the run end. Returns how often it was killed. */
async function untilDone(config: string, failpoint: string | undefined): Promise<number> {
  for (let kills = 0; ; kills++) {
    const env = failpoint !== undefined && kills < 2 ? { SEKISHO_FAILPOINT: failpoint } : {};
    const { code, signal, stderr } = await sekisho(['run', '-c', config, '--until-caught-up'], { env });
    if (signal !== 'SIGKILL') {
      expect([code, stderr.split('\n').filter((line) => line.includes('"level":"error"'))]).toEqual([0, []]);
      return kills;
    }
  }
}

async function leftBy(folder: Folder, config: string): Promise<Left> {
  const [alerts, letters] = await Promise.all([
    sekisho(['alerts', 'list', '-c', config, '--json', '-n', '100000']),
    sekisho(['dead-letter', 'list', '-c', config, '--json', '-n', '100000']),
  ]);
  const last = new Map<string, Document>();
  for (const document of jsonLines<Document>(readFileSync(folder.at('alerts.ndjson'), 'utf8'))) {
    const before = last.get(document.event.id)?.sekisho.alert.revision ?? 0;
    if (document.sekisho.alert.revision >= before) last.set(document.event.id, document);
  }
  return {
    alerts: comparable(jsonLines<Document>(alerts.stdout)),
    written: comparable([...last.values()]),
    deadLetters: jsonLines<{ label: string; position: { offset: number }; failure: { code: string } }>(letters.stdout)
      .map(({ label, position, failure }) => `${basename(label)} ${position.offset} ${failure.code}`)
      .sort(),
  };
}

/** Merged alerts don't count: their survivor does. */
function comparable(documents: readonly Document[]): readonly string[] {
  return documents
    .filter((document) => document.sekisho.alert.state !== 'merged')
    .map(({ rule, event, sekisho: { alert } }) =>
      [rule.id, JSON.stringify(alert.group), event.start, event.end, alert.count, alert.state].join(' '),
    )
    .sort();
}

/** Six hours of logs over all files: quiet hosts, bursts of failures, some of them followed by success. */
function portion(index: number): readonly string[] {
  const random = mulberry(index + 1);
  const files: [time: number, text: string][][] = Array.from({ length: FILES }, () => []);
  const add = (time: number, text: string): unknown => files[Math.floor(random() * FILES)]?.push([time, text]);
  const from = START + index * 6 * HOUR;
  for (let i = 0; i < FILES * LINES; i++) {
    const user = `user${Math.floor(random() * 500)}`;
    add(
      from + random() * 6 * HOUR,
      `CRON[77]: pam_unix(cron:session): session opened for user ${user}(uid=0) by (uid=0)`,
    );
  }
  for (let burst = 0; burst < 60; burst++) {
    const address = `203.0.113.${Math.floor(random() * 12)}`;
    const begin = from + random() * 5.7 * HOUR;
    const length = random() * 4 * 60_000;
    for (let i = 0, count = 2 + Math.floor(random() * 9); i < count; i++) {
      const user = `name${Math.floor(random() * 5)}`;
      add(begin + random() * length, `sshd[88]: Failed password for ${user} from ${address} port 4444 ssh2`);
    }
    if (random() < 0.4)
      add(begin + length + random() * 300_000, `sshd[99]: Accepted password for name1 from ${address} port 4445 ssh2`);
  }
  return files.map((lines) => {
    lines.sort((a, b) => a[0] - b[0]);
    lines.splice(100, 0, [lines[100]?.[0] ?? from, `sshd[1]: ${'x'.repeat(2000)}`]);
    return lines.map(([time, text]) => `${new Date(Math.round(time)).toISOString()} crash ${text}\n`).join('');
  });
}

/** mulberry32 (public domain, Tommy Ettinger): small, seeded, good enough to place lines. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
