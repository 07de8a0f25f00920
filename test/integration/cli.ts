import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The folder of the checkout. */
export const root = join(import.meta.dirname, '../..');

/** The built command; `SEKISHO_MAIN` names another one (an installed package, say). */
export const main = process.env['SEKISHO_MAIN'] ?? join(root, 'dist/bin/sekisho.js');

/** Builds what is missing or out of date; for `beforeAll`. Several files may call it at once. */
export function build(): void {
  if (process.env['SEKISHO_MAIN'] === undefined) execFileSync(process.execPath, [join(root, 'deploy/ensure.mjs')]);
}

/** What a command did. */
export interface Done {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is run. */
export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts the command as a user would. */
export function start(args: readonly string[], options: RunOptions = {}): ChildProcess {
  const env = { ...process.env, NO_COLOR: '', FORCE_COLOR: '', ...options.env };
  return spawn(process.execPath, [main, ...args], { cwd: options.cwd, env });
}

/** Runs the command to its end. */
export async function sekisho(args: readonly string[], options: RunOptions = {}): Promise<Done> {
  const child = start(args, options);
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.input ?? '');
  const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)];
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, exitSignal) => resolve([exitCode, exitSignal]));
  });
  return { code, signal, stdout: await stdout, stderr: await stderr };
}

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = '';
  if (stream !== null) for await (const chunk of stream.setEncoding('utf8')) text += String(chunk);
  return text;
}

/** The JSON values of NDJSON. */
export function jsonLines<T>(text: string): readonly T[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
}

/** A temporary folder with files in it. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'sekisho-test-'));

  /** A path inside. */
  at(name: string): string {
    return join(this.path, name);
  }

  /** Writes a file, making folders as needed; returns its path. */
  write(name: string, content: string | Uint8Array): string {
    const path = this.at(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  /** Removes it all. */
  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** One failed log-in at an sshd, `second` seconds after 20:00 UTC on 11 March 2026. */
export function failedLine(second: number, address: string, user = 'root'): string {
  const time = new Date(Date.UTC(2026, 2, 11, 20) + second * 1000).toISOString().replace('Z', '+00:00');
  return `${time} bastion sshd[${1000 + second}]: Failed password for ${user} from ${address} port 40${second % 100} ssh2`;
}

/** A rule for failed log-ins and a correlation that asks for five of one address within five minutes, with a test. */
export const BRUTE_FORCE = `title: Failed SSH log-in
id: 11111111-1111-4111-8111-111111111111
name: ssh_failed
status: test
level: low
logsource:
    product: linux
    service: sshd
detection:
    selection:
        system.auth.ssh.event: Failed
    condition: selection
---
title: SSH brute force
id: 22222222-2222-4222-8222-222222222222
status: test
level: high
correlation:
    type: event_count
    rules: [ssh_failed]
    group-by: [source.ip]
    timespan: 5m
    condition:
        gte: 5
sekisho:
    tests:
        - name: one is not enough
          lines:
              - '${failedLine(0, '203.0.113.9')}'
          alerts: []
`;

/** A rule whose condition names nothing there is. */
export const REFUSED = `title: Broken
id: 33333333-3333-4333-8333-333333333333
status: test
logsource:
    product: linux
detection:
    selection:
        user.name: root
    condition: selektion
`;
