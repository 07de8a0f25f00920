import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BRUTE_FORCE, build, failedLine, Folder, jsonLines, main, REFUSED, sekisho, start } from './cli.js';

interface Alert {
  readonly rule: { readonly id: string };
  readonly sekisho: { readonly alert: { readonly count: number; readonly group: Record<string, string> } };
}

let folder: Folder;
let rules: string;
let log: string;

beforeAll(() => {
  build();
  folder = new Folder();
  rules = folder.write('rules/brute.yml', BRUTE_FORCE);
  const attack = [0, 10, 20, 30, 40, 50].map((second) => failedLine(second, '203.0.113.9'));
  const benign = [5, 400].map((second) => failedLine(second, '192.0.2.7', 'ole'));
  log = folder.write('auth.log', `${[...attack, ...benign].sort().join('\n')}\n`);
});

afterAll(() => folder.remove());

/** What `--since` says where nothing is left. */
const ALL_OLDER =
  /Nothing was matched: there are only 8 events older than --since \(.*UTC\), the newest of 2026-03-11 20:06:40; leave/u;

describe('help', () => {
  it('names every command, with examples, and ends with 0', async () => {
    const { code, stdout } = await sekisho(['--help']);
    expect(code).toBe(0);
    for (const name of [
      'scan',
      'run',
      'alerts',
      'explain',
      'rules',
      'check',
      'setup',
      'status',
      'normalise',
      'dead-letter',
      'complete',
    ]) {
      expect(stdout).toContain(`\n  ${name}`);
    }
    expect(stdout).toContain('Examples:');
  });

  it.each([
    ['scan'],
    ['run'],
    ['explain'],
    ['normalise'],
    ['check'],
    ['setup'],
    ['status'],
    ['rules', 'match'],
    ['alerts', 'list'],
  ])('has examples for %s %s', async (...command) => {
    const { code, stdout } = await sekisho([...command.filter(Boolean), '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Examples:');
  });

  it.each([
    [[], 'Usage:'],
    [['scna'], 'Did you mean scan?'],
    [['scan', '--jsno', 'x'], 'Did you mean --json?'],
    [['scan', '-o', 'xml', 'x'], 'table, json, ndjson'],
    [['scan', '--fail-on', 'hihg', 'x'], 'informational, low, medium, high, critical'],
    [['scan', '--timezone', 'Asia/Tokio', 'x'], 'IANA'],
    [['scan'], 'nothing to scan'],
    [['explain'], '-l LINE'],
    [['run'], 'sekisho.sample.yml'],
    [['rules', 'match'], '--rules'],
    [['scan', '-c', 'a.yml', '-c', 'b.yml', 'x'], "It was 'a.yml' before; one configuration is read"],
  ])('answers wrong usage %j with 2 and a hint', async (args, hint) => {
    const { code, stderr } = await sekisho(args, { cwd: folder.path });
    expect([code, stderr]).toEqual([2, expect.stringContaining(hint)]);
  });
});

describe('complete', () => {
  it.each(['bash', 'zsh', 'fish', 'powershell'])('prints a script for %s', async (shell) => {
    const { code, stdout } = await sekisho(['complete', shell]);
    expect(code).toBe(0);
    expect(stdout).toContain('sekisho');
  });

  it('completes in a bash that has nothing beside itself', async () => {
    const { stdout } = await sekisho(['complete', 'bash']);
    const bin = folder.write('bin/sekisho', `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
    chmodSync(bin, 0o755);
    const typed =
      'compopt() { :; }; COMP_WORDS=(sekisho scan --fa); COMP_CWORD=2; __sekisho_complete; echo "${COMPREPLY[@]}"';
    const env = { ...process.env, PATH: `${dirname(bin)}:${process.env['PATH']}` };
    const said = spawnSync('bash', ['--norc', '-c', `${stdout}\n${typed}`], { env, encoding: 'utf8' });
    expect([said.stdout.trim(), said.stderr]).toEqual(['--fail-on', '']);
  });

  it('completes commands, options, choices and input types', async () => {
    const complete = async (...words: string[]): Promise<string> =>
      (await sekisho(['complete', '--', ...words])).stdout;
    expect(await complete('sc')).toContain('scan');
    expect(await complete('scan', '--fa')).toContain('--fail-on');
    expect(await complete('scan', '--output', '')).toContain('ndjson');
    expect(await complete('scan', '--type', 'ngi')).toContain('nginx');
  });
});

describe('scan', () => {
  it('tells people each alert with severity, time, title and reason, and the totals on standard error', async () => {
    const { code, stdout, stderr } = await sekisho(['scan', '-r', rules, '--timezone', 'UTC', log]);
    expect(code).toBe(0);
    expect(stdout).toContain('HIGH');
    expect(stdout).toContain('SSH brute force: source.ip 203.0.113.9');
    expect(stdout).toContain('2026-03-11 20:00:40 – 20:00:50 · 6 events');
    expect(stdout).toContain('The rule asks for ≥ 5 within 5m.');
    expect(stdout).not.toContain('192.0.2.7');
    expect(stderr).toMatch(/8 lines of 1 source in .*: 1 alert \(1 high\)/u);
  });

  it('shows times in the zone asked for', async () => {
    const { stdout } = await sekisho(['scan', '-r', rules, '--timezone', 'Asia/Tokyo', log]);
    expect(stdout).toContain('2026-03-12 05:00:40');
  });

  it('writes NDJSON, and one JSON array', async () => {
    const lines = await sekisho(['scan', '-r', rules, '--json', log]);
    const array = await sekisho(['scan', '-r', rules, '-o', 'json', log]);
    const [alert] = jsonLines<Alert>(lines.stdout);
    expect(alert?.sekisho.alert).toMatchObject({ count: 6, group: { 'source.ip': '203.0.113.9' } });
    const [same] = JSON.parse(array.stdout) as readonly Alert[];
    expect(same?.rule).toEqual(alert?.rule);
  });

  it('reads standard input, folders, globs and gzip', async () => {
    folder.write('logs/a.log.gz', gzipSync([0, 1, 2].map((s) => failedLine(s, '203.0.113.9')).join('\n')));
    folder.write('logs/b.log', `${[3, 4].map((s) => failedLine(s, '203.0.113.9')).join('\n')}\n`);
    const input = [0, 1, 2, 3, 4].map((s) => `${failedLine(s, '203.0.113.9')}\n`).join('');
    const counts = await Promise.all([
      sekisho(['scan', '-r', rules, '--json', '-'], { input }),
      sekisho(['scan', '-r', rules, '--json', folder.at('logs')]),
      sekisho(['scan', '-r', rules, '--json', folder.at('logs/*.log*')]),
    ]);
    for (const { stdout } of counts) expect(jsonLines<Alert>(stdout)[0]?.sekisho.alert.count).toBe(5);
  });

  it('leaves out what is older than --since, in the zone given', async () => {
    const scan = (since: string): Promise<{ stdout: string; stderr: string }> =>
      sekisho(['scan', '-r', rules, '--json', '--timezone', 'UTC', '--since', since, log]);
    expect((await scan('2026-03-11T20:00:40')).stdout).toBe('');
    expect(jsonLines<Alert>((await scan('2026-03-11T20:00:10')).stdout)[0]?.sekisho.alert.count).toBe(5);
    const all = await scan('24h');
    expect([all.stdout, all.stderr]).toEqual(['', expect.stringMatching(ALL_OLDER)]);
    expect((await scan('2026-03-11T20:00:40')).stderr).toContain(
      'Not matched: 5 events older than --since (2026-03-11',
    );
    const wrong = await sekisho(['scan', '-r', rules, '--since', 'yesterday', log]);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('--since')]);
  });

  it('exits with 4 for --fail-on where an alert is as high', async () => {
    expect((await sekisho(['scan', '-r', rules, '--fail-on', 'high', log])).code).toBe(4);
    expect((await sekisho(['scan', '-r', rules, '--fail-on', 'critical', log])).code).toBe(0);
  });

  it('ends standard error with JSON for --stats', async () => {
    const { stderr } = await sekisho(['scan', '-r', rules, '--stats', log]);
    const stats = JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as Record<string, number>;
    expect(Object.keys(stats)).toEqual(['lines', 'seconds', 'cpuSeconds', 'peakMiB']);
    expect(stats['lines']).toBe(8);
  });

  it('colours for people who want it, never for NO_COLOR or --no-color', async () => {
    const scan = async (args: readonly string[], env: NodeJS.ProcessEnv): Promise<boolean> =>
      (await sekisho(['scan', ...args, '-r', rules, log], { env })).stdout.includes('\u001b[');
    expect(await scan([], { FORCE_COLOR: '1' })).toBe(true);
    expect(await scan([], {})).toBe(false);
    expect(await scan([], { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
    expect(await scan(['--no-color'], { FORCE_COLOR: '1' })).toBe(false);
  });

  it('fits the terminal', async () => {
    const { stdout } = await sekisho(['scan', '-r', rules, log], { env: { COLUMNS: '50' } });
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(50);
  });

  it('lets nothing an attacker writes reach the terminal raw', async () => {
    const evil = folder.write(
      'evil.log',
      [0, 1, 2, 3, 4].map((s) => failedLine(s, '203.0.113.9', 'a\u001b]0;owned\u0007\u202eb')).join('\n'),
    );
    const { stdout, stderr } = await sekisho(['scan', '-r', rules, evil]);
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/u);
  });

  it('goes on without refused rules and says which; --strict does not', async () => {
    const broken = folder.write('broken.yml', REFUSED);
    const { code, stdout, stderr } = await sekisho(['scan', '-r', rules, '-r', broken, log]);
    expect(code).toBe(0);
    expect(stdout).toContain('SSH brute force');
    expect(stderr).toMatch(/broken\.yml:\d+:\d+: error:/u);
    expect(stderr).toContain('NOT looked for');
    expect((await sekisho(['scan', '-r', rules, '-r', broken, '--strict', log])).code).toBe(3);
    expect((await sekisho(['scan', '-r', broken, log])).code).toBe(3);
  });
});

describe('bad input', () => {
  it.each([
    ['a path that is not there', ['scan', '/nowhere/access.log'], 1, '/nowhere/access.log: does not exist'],
    ['rules that are not there', ['scan', '-r', '/nowhere', '-'], 3, '/nowhere'],
    ['an unknown type', ['scan', '-t', 'ngnix', '-'], 2, "did you mean 'nginx'?"],
    ['a configuration that is not there', ['scan', '-c', '/nowhere.yml', '-'], 1, '/nowhere.yml'],
    ['events that are not there', ['rules', 'match', '-r', 'rules', '-e', '/nowhere'], 1, '/nowhere: does not exist'],
    ['no store', ['alerts', 'list'], 1, 'no store'],
    ['no store for dead letters', ['dead-letter', 'show', '1'], 1, 'no store'],
  ])('%s: one clear error, no stack', async (_, args, code, text) => {
    const done = await sekisho(args, { cwd: folder.path });
    expect([done.code, done.stderr]).toEqual([code, expect.stringContaining(text)]);
    expect(done.stderr).not.toMatch(/^\s+at /mu);
  });

  it('shows a stack only where SEKISHO_DEBUG asks', async () => {
    const { stderr } = await sekisho(['alerts', 'list'], { cwd: folder.path, env: { SEKISHO_DEBUG: '1' } });
    expect(stderr).toMatch(/^\s+at /mu);
  });

  it('scans what is there and exits with 1 for what is missing', async () => {
    const { code, stdout, stderr } = await sekisho(['scan', '-r', rules, log, '/nowhere.log']);
    expect(code).toBe(1);
    expect(stdout).toContain('SSH brute force');
    expect(stderr).toContain('/nowhere.log');
  });

  it.each([
    [
      'lines',
      'inputs:\n    - path: a.log\n      tipe: nginx\n',
      /sekisho\.yml:3:\d+: inputs\.0\.tipe: .*did you mean 'type'/u,
    ],
    ['spans', 'lateness: five\n', /sekisho\.yml:1:\d+: lateness: .*500ms, 30s/u],
    ['secrets', "data: '${env:SEKISHO_NO_SUCH}'\n", /sekisho\.yml:1:\d+: data: .*SEKISHO_NO_SUCH/u],
    ['YAML', 'inputs: [\n', /sekisho\.yml:\d+:\d+: /u],
    [
      'types',
      'inputs:\n    - path: a.log\n      type: ngnix\n',
      /sekisho\.yml:3:\d+: inputs\.0\.type: .*did you mean 'nginx'/u,
    ],
  ])('tells of wrong %s in a configuration where, what and how to mend it', async (_, text, expected) => {
    const file = folder.write('wrong/sekisho.yml', text);
    for (const command of [['check'], ['run'], ['scan', '-']]) {
      const { code, stderr } = await sekisho([...command, '-c', file]);
      expect([command[0], code, stderr]).toEqual([command[0], 1, expect.stringMatching(expected)]);
    }
  });

  it('survives binary garbage, broken JSON and a 10 MiB line, and counts what it did not understand', async () => {
    const noise = Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919 + 13) % 251));
    const big = Buffer.alloc(10 * 1_048_576, 'a');
    const path = folder.write('noise.log', Buffer.concat([noise, Buffer.from('\n{"a":\n'), big, Buffer.from('\n')]));
    const { code, stderr } = await sekisho(['scan', '-r', rules, path]);
    expect(code).toBe(0);
    expect(stderr).toContain('Not understood:');
    expect(stderr).toContain('Could not be processed:');
  });

  it('ends quietly when nobody reads on', async () => {
    const child = start(['normalise']);
    let stderr = '';
    child.stderr?.on('data', (chunk) => (stderr += String(chunk)));
    child.stdin?.on('error', () => undefined);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const line = `${failedLine(0, '203.0.113.9')}\n`;
    child.stdin?.end(line.repeat(50_000));
    const [code] = (await once(child, 'close')) as [number];
    expect([code, stderr]).toEqual([0, '']);
  });
});

describe('normalise', () => {
  it('turns lines into ECS documents, one a line', async () => {
    const { code, stdout } = await sekisho(['normalise', '-t', 'auth'], { input: `${failedLine(0, '203.0.113.9')}\n` });
    expect(code).toBe(0);
    const [document] = jsonLines<Record<string, unknown>>(stdout);
    expect(document).toMatchObject({ '@timestamp': '2026-03-11T20:00:00.000Z', source: { ip: '203.0.113.9' } });
  });

  it('answers every record under its id', async () => {
    const input = [
      JSON.stringify({ id: 'a', value: failedLine(0, '203.0.113.9'), topic: 'auth' }),
      JSON.stringify({ id: 2, value: 'hello' }),
      JSON.stringify({ id: 3 }),
      'not JSON',
    ].join('\n');
    const { stdout } = await sekisho(['normalise', '--records'], { input });
    const lines = jsonLines<{ id: unknown; event?: Record<string, unknown>; failure?: { code: string } }>(stdout);
    expect(lines.map((line) => [line.id, line.failure?.code])).toEqual([
      ['a', undefined],
      [2, undefined],
      [3, 'normalise.record'],
      [null, 'normalise.record'],
    ]);
    expect(lines[0]?.event).toMatchObject({ source: { ip: '203.0.113.9' } });
  });
});

describe('explain', () => {
  it('tells fields, log sources, rules and windows of each line', async () => {
    const lines = [0, 10, 20, 30, 40].flatMap((s) => ['-l', failedLine(s, '203.0.113.9')]);
    const { code, stdout } = await sekisho(['explain', '-r', rules, ...lines]);
    expect(code).toBe(0);
    expect(stdout).toContain('source.ip = 203.0.113.9');
    expect(stdout).toContain('service: sshd');
    expect(stdout).toContain('Failed SSH log-in');
    expect(stdout).toContain('SSH brute force [source.ip=203.0.113.9]: 4, asks for ≥ 5 within 5m: does not hold yet');
    expect(stdout).toContain('SSH brute force [source.ip=203.0.113.9]: 5, asks for ≥ 5 within 5m: holds');
  });

  it('reads a file, and writes JSON', async () => {
    const { stdout } = await sekisho(['explain', '-r', rules, '--json', '-f', log]);
    const lines = jsonLines<{ events: { windows: { value: number; holds: boolean }[] }[] }>(stdout);
    expect(lines).toHaveLength(8);
    expect(lines.filter((line) => line.events[0]?.windows[0]?.holds === true)).toHaveLength(2);
  });
});

describe('what holds no log', () => {
  it('is told with the way out, and fails: silence would look like safety', async () => {
    folder.write('bare/.hidden', 'x');
    const { code, stderr } = await sekisho(['scan', 'bare', '-q'], { cwd: folder.path });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/bare: holds no file to read .*; name the folder/u)]);
  });

  it('is told where every file is empty', async () => {
    folder.write('bare/rotated.log', '');
    const { code, stderr } = await sekisho(['scan', 'bare'], { cwd: folder.path });
    expect([code, stderr]).toEqual([0, expect.stringContaining('Nothing was read: all of it is empty. Name')]);
  });
});
