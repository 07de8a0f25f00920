import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gmu)].map(([, language, text]) => ({ language, text }));
const commands = blocks.filter(({ language }) => language === 'sh').flatMap(({ text = '' }) => text.trim().split('\n'));
const yaml = blocks.filter(({ language }) => language === 'yaml').map(({ text = '' }) => text);

/** Where a reader has logs of his own, and what a command that runs for ever is told so that it ends. */
let home: string;
let path: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'sekisho-readme-'));
  mkdirSync(join(home, 'nginx'));
  mkdirSync(join(home, 'my-rules'));
  writeFileSync(join(home, 'nginx/access.log'), nginxLine('/'));
  writeFileSync(join(home, 'access.log'), nginxLine('/tours'));
  writeFileSync(join(home, 'auth.log'), Array.from({ length: 12 }, (_, n) => sshdLine(n)).join(''));
  writeFileSync(join(home, 'my-rules/coupon.yml'), yaml.find((text) => text.startsWith('title:')) ?? '');
  const config = yaml.find((text) => text.startsWith('inputs:')) ?? '';
  writeFileSync(join(home, 'sekisho.yml'), `${local(config)}http: null\n`);
  path = `${join(home, 'prefix/bin')}${delimiter}${process.env['PATH'] ?? ''}`;
  await sh('npm link', root);
});

afterAll(async () => {
  await sh('npm unlink --global sekisho', root);
  rmSync(home, { recursive: true, force: true });
});

describe('README.md', () => {
  it('has a least configuration and a first rule', () => {
    expect(yaml.map((text) => text.split(':')[0])).toEqual(['inputs', 'title']);
  });

  it('names npm test, which is what runs this', () => {
    expect(commands).toContain('npm test');
  });

  it.each(commands.filter((command) => command !== 'npm test'))('%s', async (command) => {
    const { code, output } = await sh(local(command).replace('ALERT_ID', await alertId(command)), cwdOf(command));
    expect({ code: allowed(command).includes(code) ? 0 : code, output }).toMatchObject({ code: 0 });
    expect(output).not.toBe('');
  });
});

function cwdOf(command: string): string {
  return command.startsWith('npm') ? root : home;
}

/** `--fail-on` may find an alert, and the linter something to say of a short example; everything else must succeed. */
function allowed(command: string): readonly number[] {
  if (command.includes('rules lint')) return [1];
  return command.includes('--fail-on') ? [0, 4] : [0];
}

/** The same command over files that are here, and one that ends. */
function local(text: string): string {
  return text
    .replaceAll('/var/log/nginx', join(home, 'nginx'))
    .replaceAll('/var/log/auth.log', join(home, 'auth.log'))
    .replaceAll('/var/log', home)
    .replace(/^sekisho run .*$/u, '$& --until-caught-up')
    .replace(/^source <\((.*)\)$/u, 'source <($1) && echo completed');
}

async function alertId(command: string): Promise<string> {
  if (!command.includes('ALERT_ID')) return '';
  const { stdout } = await sh('sekisho alerts list -c sekisho.yml --json', home);
  return (JSON.parse(stdout.split('\n')[0] ?? '') as { event: { id: string } }).event.id;
}

async function sh(command: string, cwd: string): Promise<{ code: number; output: string; stdout: string }> {
  const env = { ...process.env, PATH: path, npm_config_prefix: join(home, 'prefix'), NO_COLOR: '1', CI: '' };
  return new Promise((resolve) => {
    execFile('bash', ['-c', command], { cwd, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, output: stdout + stderr });
    });
  });
}

function nginxLine(target: string): string {
  return `192.0.2.7 - - [10/Mar/2026:10:00:00 +0000] "GET ${target} HTTP/1.1" 200 31 "-" "Mozilla/5.0 (X11; Linux x86_64)"\n`;
}

function sshdLine(n: number): string {
  const second = String(n).padStart(2, '0');
  return `Mar 10 10:00:${second} web-1 sshd[812]: Failed password for root from 203.0.113.9 port 4${n} ssh2\n`;
}
