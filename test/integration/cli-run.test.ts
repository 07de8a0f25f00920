import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BRUTE_FORCE, build, failedLine, Folder, jsonLines, sekisho, start } from './cli.js';

let folder: Folder;
let config: string;
let running: Running | undefined;

beforeAll(build);

beforeEach(() => {
  folder = new Folder();
  folder.write('rules/brute.yml', BRUTE_FORCE);
  writeFileSync(folder.at('auth.log'), '');
  config = site();
});

afterEach(() => {
  running?.child.kill('SIGKILL');
  running = undefined;
  folder.remove();
});

function site(more = ''): string {
  return folder.write(
    'sekisho.yml',
    `data: ./data
rules: ./rules
timezone: UTC
inputs:
    - path: ./auth.log
      type: auth
max-line: 1 KiB
commit-interval: 20ms
poll-interval: 20ms
http: {port: 0}
${more}`,
  );
}

function attack(from: number, count: number, address = '203.0.113.9'): string {
  return Array.from({ length: count }, (_, i) => `${failedLine(from + i, address)}\n`).join('');
}

/** A `run` in the background, with what it has said so far. */
class Running {
  readonly child: ChildProcess;
  stderr = '';

  constructor() {
    this.child = start(['run', '-c', config], { cwd: folder.path });
    this.child.stderr?.on('data', (chunk) => (this.stderr += String(chunk)));
  }

  async said(pattern: RegExp): Promise<RegExpExecArray> {
    for (const limit = Date.now() + 240_000; Date.now() < limit && this.child.exitCode === null; await sleep(25)) {
      const match = pattern.exec(this.stderr);
      if (match !== null) return match;
    }
    throw new Error(`not said: ${pattern.source}\n${this.stderr}`);
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    const closed = once(this.child, 'close') as Promise<[number | null]>;
    this.child.kill(signal);
    return (await closed)[0];
  }

  async address(): Promise<string> {
    return (await this.said(/(http:\/\/127\.0\.0\.1:\d+)\/health/u))[1] ?? '';
  }
}

function background(): Running {
  return (running = new Running());
}

describe('run', () => {
  it('follows a file, tells of alerts, and ends with 0 on SIGTERM and on SIGINT', async () => {
    const first = background();
    await first.address();
    appendFileSync(folder.at('auth.log'), attack(0, 6));
    await first.said(/alert: SSH brute force: source\.ip 203\.0\.113\.9/u);
    expect(await first.end('SIGTERM')).toBe(0);
    const second = background();
    await second.address();
    appendFileSync(folder.at('auth.log'), attack(20, 5, '198.51.100.4'));
    await second.said(/alert: SSH brute force: source\.ip 198\.51\.100\.4/u);
    expect(await second.end('SIGINT')).toBe(0);
    expect(second.stderr).not.toContain('203.0.113.9');
  });

  it('stops once where its terminal and what started it both send the signal', async () => {
    const run = background();
    await run.address();
    run.child.kill('SIGINT');
    expect(await run.end('SIGTERM')).toBe(0);
    expect(run.stderr).toContain('sekisho ends');
  });

  it('tells at its start of an output that can not be written, and of SIGHUP that it changes nothing', async () => {
    config = site('outputs:\n  - {type: ndjson, path: ./none/alerts.ndjson}\n');
    const run = background();
    const address = await run.address();
    await run.said(/"level":"warn".*output ndjson:.*none\/alerts\.ndjson: its folder does not exist; create it/u);
    expect(await (await fetch(`${address}/health`)).text()).toContain('its folder does not exist; create it');
    folder.write('none/other', '');
    await expect.poll(() => existsSync(folder.at('none/alerts.ndjson'))).toBe(true);
    run.child.kill('SIGHUP');
    await run.said(/"msg":"SIGHUP changes nothing/u);
    expect(await run.end('SIGTERM')).toBe(0);
    expect(run.stderr.split('\n').filter((line) => !/^(?:\{.*\})?$/u.test(line))).toEqual([]);
  });

  it('tells at its start of an output of events that can not be written', async () => {
    config = site('outputs:\n  - {type: ndjson, path: ./none/events.ndjson, events: true}\n');
    const run = background();
    await run.said(/"level":"warn".*outputs: .*none\/events\.ndjson: its folder does not exist; create it/u);
    expect(await run.end('SIGTERM')).toBe(0);
  });

  it('tells of a file whose lines are of another type than its input names, once', async () => {
    config = site();
    writeFileSync(config, readFileSync(config, 'utf8').replace('type: auth', 'type: nginx'));
    writeFileSync(folder.at('auth.log'), attack(0, 120));
    const run = background();
    await run.said(
      /"warn".*auth\.log: none of the \d+ lines read of it since the start is of the type nginx that its input names; name another/u,
    );
    appendFileSync(folder.at('auth.log'), attack(120, 120));
    const address = await run.address();
    await expect.poll(async () => (await fetch(`${address}/metrics`)).text()).toMatch(/^sekisho_records_total 240$/mu);
    expect(await run.end('SIGTERM')).toBe(0);
    expect(run.stderr.match(/none of the \d+ lines read/gu)).toHaveLength(1);
  });

  it('serves health and metrics on loopback, at any free port where 0 is configured', async () => {
    writeFileSync(folder.at('auth.log'), attack(0, 6));
    const run = background();
    const address = await run.address();
    await run.said(/alert:/u);
    await expect.poll(async () => (await fetch(`${address}/metrics`)).text()).toMatch(/^sekisho_records_total 6$/mu);
    const metrics = await (await fetch(`${address}/metrics`)).text();
    expect(metrics).toMatch(/^sekisho_alert_revisions_total 1$/mu);
    expect(metrics).toMatch(/^sekisho_alerts_total 1$/mu);
    const told = new Set([...metrics.matchAll(/^# TYPE sekisho_(\w+) /gmu)].map((match) => match[1]));
    const asked = [
      'records_total',
      'events_total',
      'failures_total',
      'detections_total',
      'live_keys',
      'evictions_total',
    ];
    const more = ['left_out_total', 'watermark_delay_seconds', 'commit_seconds', 'alerts_total'];
    expect([...asked, ...more].filter((name) => !told.has(name))).toEqual([]);
    const health = await fetch(`${address}/health`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'green', troubles: [] }]);
  });

  it('turns red while an output fails, goes on, and says why', async () => {
    config = site('outputs: [{type: ndjson, path: /dev/full}]\n');
    writeFileSync(folder.at('auth.log'), attack(0, 6));
    const run = background();
    const address = await run.address();
    await run.said(/output ndjson:\/dev\/full: .*; trying again/u);
    expect((await fetch(`${address}/health`)).status).toBe(503);
    expect(await run.end('SIGTERM')).toBe(0);
  });

  it('ends with --until-caught-up, and a second time reads only what is new', async () => {
    config = site('outputs: [{type: ndjson, path: ./alerts.ndjson}]\n');
    writeFileSync(folder.at('auth.log'), attack(0, 6));
    const first = await sekisho(['run', '-c', config, '--until-caught-up']);
    expect([first.code, first.stderr]).toEqual([
      0,
      expect.stringContaining('6 records read, 1 alert revision written'),
    ]);
    appendFileSync(folder.at('auth.log'), attack(10, 2));
    const second = await sekisho(['run', '-c', config, '--until-caught-up']);
    expect([second.code, second.stderr]).toEqual([0, expect.stringContaining('2 records read')]);
    const counts = jsonLines<{ sekisho: { alert: { count: number; revision: number } } }>(
      readFileSync(folder.at('alerts.ndjson'), 'utf8'),
    ).map(({ sekisho: { alert } }) => [alert.revision, alert.count]);
    expect(counts).toEqual([
      [1, 6],
      [2, 8],
    ]);
  });

  it('refuses a second run on the same store, in a sentence', async () => {
    const run = background();
    await run.address();
    const { code, stderr } = await sekisho(['run', '-c', config, '--until-caught-up']);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/sekisho\.db.*another/u)]);
    expect(stderr).not.toMatch(/^\s+at /mu);
  });

  it('refuses a port that is taken, in a sentence', async () => {
    const run = background();
    const { port } = new URL(await run.address());
    const other = folder.write(
      'other.yml',
      readFileSync(config, 'utf8').replace('port: 0', `port: ${port}`).replace('./data', './other'),
    );
    const { code, stderr } = await sekisho(['run', '-c', other]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(new RegExp(`http.*${port}.*in use`, 'u'))]);
  });

  it('does not start with refused rules and --strict, nor where the data folder cannot be made', async () => {
    folder.write('rules/broken.yml', 'title: x\n');
    expect((await sekisho(['run', '-c', config, '--strict'])).code).toBe(3);
    const file = folder.write('file', '');
    const bad = folder.write(
      'bad.yml',
      `data: ${file}/data\nrules: ./rules\ninputs: [{path: ./auth.log}]\nhttp: null\n`,
    );
    const { code, stderr } = await sekisho(['run', '-c', bad]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${file}/data`)]);
    expect(existsSync(folder.at('data'))).toBe(false);
  });

  it('waits for a file that is not there yet', async () => {
    config = site().replace(/$/u, '');
    writeFileSync(config, readFileSync(config, 'utf8').replace('./auth.log', './later.log'));
    const run = background();
    await run.said(/later\.log: does not exist/u);
    writeFileSync(folder.at('later.log'), attack(0, 6));
    await run.said(/alert: SSH brute force/u);
  });

  it('reads standard input beside files, and stops when asked though it is quiet', async () => {
    writeFileSync(config, readFileSync(config, 'utf8').replace('path: ./auth.log', "path: ['-', ./auth.log]"));
    const run = background();
    await run.address();
    run.child.stdin?.write(attack(0, 3));
    appendFileSync(folder.at('auth.log'), attack(3, 3));
    await run.said(/alert: SSH brute force/u);
    expect(await run.end('SIGTERM')).toBe(0);
  });
});

describe('the store', () => {
  beforeEach(async () => {
    const lines = [attack(0, 6), attack(10, 7, '198.51.100.4'), `sshd ${'x'.repeat(2000)}\n`].join('');
    writeFileSync(folder.at('auth.log'), lines);
    await sekisho(['run', '-c', config, '--until-caught-up']);
  });

  it('lists alerts, newest first, and finds them by text, level and time', async () => {
    const list = async (...args: string[]): Promise<string[]> => {
      const { stdout } = await sekisho(['alerts', 'list', '-c', config, '--json', ...args]);
      return jsonLines<{ source: { ip: string } }>(stdout).map((alert) => alert.source.ip);
    };
    expect(await list()).toEqual(['198.51.100.4', '203.0.113.9']);
    expect(await list('-q', '203.0.113.9')).toEqual(['203.0.113.9']);
    expect(await list('-q', 'brute "SSH')).toHaveLength(2);
    expect(await list('--severity', 'critical')).toEqual([]);
    expect(await list('--since', '2026-03-11T20:00:10')).toEqual(['198.51.100.4']);
    expect(await list('-n', '1')).toHaveLength(1);
    const people = await sekisho(['alerts', 'list', '-c', config]);
    expect(people.stdout).toMatch(/high +2026-03-11 20:00:14 +7 +active +SSH brute force: source\.ip 198\.51\.100\.4/u);
  });

  it('shows one alert by the beginning of its id, with its lines', async () => {
    const [alert] = jsonLines<{ event: { id: string } }>(
      (await sekisho(['alerts', 'list', '-c', config, '--json'])).stdout,
    );
    const id = alert?.event.id ?? '';
    const { stdout } = await sekisho(['alerts', 'show', id.slice(0, 10), '-c', config]);
    expect(stdout).toContain(`id: ${id}`);
    expect(stdout).toContain('Lines\n');
    expect(stdout).toContain('Failed password for root from 198.51.100.4');
    const none = await sekisho(['alerts', 'show', 'zzz', '-c', config]);
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining("begins with 'zzz'")]);
  });

  it('lists and shows dead letters, whole', async () => {
    const { stdout } = await sekisho(['dead-letter', 'list', '-c', config, '--json']);
    const [letter] = jsonLines<{ number: number; label: string; text: string; failure: { code: string } }>(stdout);
    expect(letter).toMatchObject({ number: 1, label: folder.at('auth.log'), failure: { code: 'input.line-too-long' } });
    const raw = await sekisho(['dead-letter', 'show', '1', '--raw', '-c', config]);
    expect(raw.stdout).toMatch(/^sshd x{1000,}/u);
    expect((await sekisho(['dead-letter', 'show', '2', '-c', config])).code).toBe(1);
  });

  it('says so where the store is no store', async () => {
    writeFileSync(folder.at('data/sekisho.db'), 'not a database, but long enough to be looked at as if it were one');
    const { code, stderr } = await sekisho(['alerts', 'list', '-c', config]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('no Sekisho store')]);
    const check = await sekisho(['check', '-c', config]);
    expect(check.stdout).toContain(`warning: data: ${folder.at('data/sekisho.db')}: is no Sekisho store`);
  });
});
