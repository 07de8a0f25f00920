/**
 * `npm run bench [LINES]`: how fast `scan` is with all bundled rules, whole process, and whether it finds what was
 * planted and nothing else. Prints figures; asserts nothing.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeNginx } from './nginx.js';
import { writeSlowSshd, writeSshd } from './sshd.js';
import type { Planted } from './sshd.js';

/** The line `scan --stats` ends with on standard error. */
interface Stats {
  readonly lines: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

interface Alert {
  readonly rule: { readonly id: string; readonly name: string };
  readonly source?: { readonly ip?: string | readonly string[] };
}

const main = join(import.meta.dirname, '../../bin/sekisho.js');
const lines = Number(process.argv[2] ?? 1_000_000);
const folder = mkdtempSync(join(tmpdir(), 'sekisho-bench-'));
try {
  await measure('sshd', writeSshd(join(folder, 'auth.log'), { lines, attackers: 200, benign: 20_000 }), 'auth');
  await measure('nginx', writeNginx(join(folder, 'access.log'), { lines, attackers: 100, benign: 50_000 }), 'nginx');
  await slow(writeSlowSshd(join(folder, 'slow.log')));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(name: string, planted: Planted, type: string): Promise<void> {
  const { alerts, seconds, stats } = await scan(planted.file, type);
  const alerted = new Set(alerts.flatMap((alert) => alert.source?.ip ?? []));
  const found = planted.attackers.filter((address) => alerted.has(address)).length;
  const perSecond = Math.round(planted.lines / seconds).toLocaleString('en');
  console.log(
    `${name}: ${planted.lines.toLocaleString('en')} lines (${(planted.bytes / 1_048_576).toFixed(0)} MiB) in ${seconds.toFixed(2)} s = ` +
      `${perSecond} lines/s, CPU ${stats.cpuSeconds.toFixed(2)} s, peak ${stats.peakMiB.toFixed(0)} MiB; ` +
      `planted found ${found} of ${planted.attackers.length}, others alerted ${alerted.size - found}, alerts ${alerts.length}`,
  );
}

async function slow(planted: Planted): Promise<void> {
  const { alerts } = await scan(planted.file, 'auth');
  const byRule = new Map<string, number>();
  for (const alert of alerts) byRule.set(alert.rule.name, (byRule.get(alert.rule.name) ?? 0) + 1);
  const found = [...byRule].map(([rule, count]) => `${rule} ×${count}`).join(', ');
  console.log(`50 addresses that fail once every ten minutes: ${found === '' ? 'no alert' : found}`);
}

async function scan(file: string, type: string): Promise<{ alerts: readonly Alert[]; seconds: number; stats: Stats }> {
  const began = performance.now();
  const child = spawn(process.execPath, [main, 'scan', '--json', '--stats', '-t', type, '--timezone', 'UTC', file]);
  const [out, err] = [text(child.stdout), text(child.stderr)];
  await new Promise((resolve) => child.once('close', resolve));
  const seconds = (performance.now() - began) / 1000;
  const stats = (await err).trim().split('\n').at(-1) ?? '';
  if (child.exitCode !== 0) throw new Error(`scan failed: ${await err}`);
  const alerts = (await out)
    .split('\n')
    .filter(Boolean)
    .map((json) => JSON.parse(json) as Alert);
  return { alerts, seconds, stats: JSON.parse(stats) as Stats };
}

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  let all = '';
  for await (const chunk of stream.setEncoding('utf8')) all += String(chunk);
  return all;
}
