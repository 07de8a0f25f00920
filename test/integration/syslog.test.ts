import { execFileSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BRUTE_FORCE, build, failedLine, Folder, jsonLines, sekisho, start } from './cli.js';

let folder: Folder;
let child: ChildProcess | undefined;
let told = '';

beforeAll(build);

beforeEach(() => {
  folder = new Folder();
  folder.write('rules/brute.yml', BRUTE_FORCE);
  told = '';
});

afterEach(() => {
  child?.kill('SIGKILL');
  folder.remove();
});

/** A `run` that commits once a minute but for its clean stop; the port it listens on. */
async function listen(protocol: string): Promise<number> {
  const config = folder.write(
    'sekisho.yml',
    `data: ./data
rules: ./rules
timezone: UTC
inputs:
    - syslog: { protocol: ${protocol}, port: 0 }
      type: auth
commit-interval: 60s
poll-interval: 20ms
max-line: 1 KiB
http: { port: 0 }
`,
  );
  child = start(['run', '-c', config], { cwd: folder.path });
  child.stderr?.on('data', (chunk) => (told += String(chunk)));
  return Number(await said(/syslog at \w+:\/\/127\.0\.0\.1:(\d+)/u));
}

async function said(pattern: RegExp): Promise<string> {
  for (let i = 0; i < 2400; i++, await sleep(50)) {
    const match = pattern.exec(told);
    if (match !== null) return match[1] ?? '';
  }
  throw new Error(`not said: ${pattern.source}\n${told}`);
}

async function stopped(): Promise<number | null> {
  const closed = once(child as ChildProcess, 'close') as Promise<[number | null]>;
  child?.kill('SIGTERM');
  return (await closed)[0];
}

async function received(count: number): Promise<void> {
  const address = await said(/(http:\/\/127\.0\.0\.1:\d+)\/health/u);
  const pattern = new RegExp(`^sekisho_syslog_received_total\\{listener="[^"]+"\\} ${count}$`, 'mu');
  await expect.poll(async () => (await fetch(`${address}/metrics`)).text()).toMatch(pattern);
}

async function alerts(): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { stdout } = await sekisho(['alerts', 'list', '-o', 'ndjson'], { cwd: folder.path });
  return jsonLines(stdout);
}

const attack = Array.from({ length: 6 }, (_, i) => failedLine(i, '203.0.113.9'));

describe('run listens for syslog', () => {
  it('over TCP, and a clean stop commits all that was received; oversized messages are dead letters', async () => {
    const port = await listen('tcp');
    const counted = connect(port, '127.0.0.1');
    counted.write(
      attack
        .slice(0, 3)
        .map((line) => `${line.length + 4} <38>${line}`)
        .join(''),
    );
    const lines = connect(port, '127.0.0.1');
    lines.write(
      `${attack
        .slice(3)
        .map((line) => `<38>${line}\n`)
        .join('')}<38>${'x'.repeat(2000)}\n`,
    );
    await received(7);
    expect(await stopped()).toBe(0);
    expect(await alerts()).toMatchObject([{ source: { ip: '203.0.113.9' } }]);
    const letters = await sekisho(['dead-letter', 'list', '-o', 'ndjson'], { cwd: folder.path });
    expect(jsonLines(letters.stdout)).toMatchObject([{ failure: { code: 'input.line-too-long' } }]);
    counted.destroy();
    lines.destroy();
  });

  it('over UDP, and goes on counting after a restart', async () => {
    for (const part of [attack.slice(0, 3), attack.slice(3)]) {
      told = '';
      const port = await listen('udp');
      const socket = createSocket('udp4');
      for (const line of part) await new Promise((resolve) => socket.send(`<38>${line}`, port, '127.0.0.1', resolve));
      socket.close();
      await received(part.length);
      expect(await stopped()).toBe(0);
    }
    expect(await alerts()).toHaveLength(1);
    expect(told).toContain('3 records read');
  });

  it.skipIf(!hasLogger())('from logger(1), in every form it sends', async () => {
    const port = await listen('tcp');
    const forms = [['--rfc3164'], ['--rfc5424'], ['--rfc3164', '--octet-count'], ['--rfc5424', '--octet-count'], []];
    for (const form of forms) {
      const message = 'Failed password for root from 203.0.113.7 port 4022 ssh2';
      const to = ['-n', '127.0.0.1', '-P', String(port), '-T', '-t', 'sshd', '-p', 'auth.info'];
      execFileSync('logger', [...to, ...form, message]);
    }
    await received(forms.length);
    expect(await stopped()).toBe(0);
    const found = await alerts();
    expect(found).toMatchObject([{ source: { ip: '203.0.113.7' }, sekisho: { alert: { count: forms.length } } }]);
  });
});

function hasLogger(): boolean {
  try {
    return execFileSync('logger', ['--help'], { encoding: 'utf8' }).includes('--octet-count');
  } catch {
    return false;
  }
}
