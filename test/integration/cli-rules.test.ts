import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BRUTE_FORCE, build, failedLine, Folder, jsonLines, REFUSED, sekisho } from './cli.js';

const FAILED = '11111111-1111-4111-8111-111111111111';
const BRUTE = '22222222-2222-4222-8222-222222222222';

let folder: Folder;
let rules: string;
let broken: string;

beforeAll(() => {
  build();
  folder = new Folder();
  rules = folder.write('rules/brute.yml', BRUTE_FORCE);
  broken = folder.write('broken.yml', REFUSED);
});

afterAll(() => folder.remove());

describe('rules check', () => {
  it('lists what loads and who is silenced, as people and as programs read it', async () => {
    const people = await sekisho(['rules', 'check', rules]);
    expect(people.code).toBe(0);
    expect(people.stdout).toContain('1 rule and 1 correlation loaded, none refused');
    expect(people.stdout).toContain("silenced: 'Failed SSH log-in' alerts only through 'SSH brute force'");
    const { stdout } = await sekisho(['rules', 'check', '--json', rules]);
    expect(JSON.parse(stdout)).toEqual({
      loaded: [FAILED, BRUTE],
      refused: [],
      silenced: [{ rule: FAILED, by: BRUTE }],
      warnings: [],
      feeds: [
        {
          id: FAILED,
          title: 'Failed SSH log-in',
          logsource: 'linux/sshd',
          logs: expect.arrayContaining(['syslog or journald of sshd']) as string[],
          unmapped: [],
        },
      ],
    });
    expect(people.stdout).toContain("'Failed SSH log-in' (linux/sshd) is fed by syslog or journald of sshd");
    const quiet = await sekisho(['rules', 'check', '--quiet', rules]);
    expect(quiet.stdout).not.toContain('is fed by');
  });

  it('takes what placeholders stand for from files', async () => {
    const text =
      "title: P\nid: p\nlevel: low\nlogsource: {category: t}\ndetection: {s: {User|expand: '%Admins%'}, condition: s}\n";
    const rule = folder.write('placeholder.yml', text);
    const without = await sekisho(['rules', 'check', rule]);
    expect([without.code, without.stdout]).toEqual([3, expect.stringContaining('--values FILE')]);
    const values = folder.write('values.yml', "Admins: [root, 'adm_*', 00042]\n'%Other%': x\n");
    const events = folder.write('users.ndjson', '{"User":"ADM_1"}\n{"User":"00042"}\n{"User":"42"}\n');
    const given = ['--rules', rule, '--events', events, '--no-mapping', '--values', values];
    const { stdout } = await sekisho(['rules', 'match', ...given]);
    expect(stdout.trim().split('\n')).toEqual([
      '{"index":0,"matched":["p"]}',
      '{"index":1,"matched":["p"]}',
      '{"index":2,"matched":[]}',
    ]);
    const config = folder.write('values/sekisho.yml', 'rules: ../placeholder.yml\nvalues: ../values.yml\n');
    expect((await sekisho(['rules', 'check', '-c', config])).code).toBe(0);
    const wrong = folder.write('wrong.yml', 'Admins: {a: 1}\n');
    expect((await sekisho(['rules', 'check', rule, '--values', wrong])).stdout).toContain('wrong.yml:1:9: error');
    expect((await sekisho(['rules', 'check', rule, '--values', 'gone.yml'])).stdout).toContain('gone.yml');
  });

  it('tells why a rule is refused, where, and how to mend it; exit code 3', async () => {
    const { code, stdout } = await sekisho(['rules', 'check', '--json', rules, broken]);
    expect(code).toBe(3);
    const { loaded, refused } = JSON.parse(stdout) as { loaded: string[]; refused: Record<string, unknown>[] };
    expect(loaded).toEqual([FAILED, BRUTE]);
    expect(refused).toEqual([
      {
        file: broken,
        line: 9,
        column: expect.any(Number) as number,
        reason: expect.stringContaining('selektion') as string,
        fix: expect.stringMatching(/./u) as string,
      },
    ]);
    const people = await sekisho(['rules', 'check', rules, broken]);
    expect([people.code, people.stdout]).toEqual([3, expect.stringMatching(/broken\.yml:9:\d+: error: /u)]);
  });

  it('accepts the bundled rules', async () => {
    const { code, stdout } = await sekisho(['rules', 'check']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('none refused')]);
  });
});

describe('rules test', () => {
  it('runs the tests in rule files', async () => {
    const { code, stdout } = await sekisho(['rules', 'test', rules]);
    expect([code, stdout]).toEqual([0, '1 test: 1 passed, 0 failed; 1 rule without tests\n']);
  });

  it('names the test that fails, its place, and what came instead; exit code 1', async () => {
    const wrong = folder.write(
      'wrong.yml',
      BRUTE_FORCE.replace('alerts: []', 'alerts:\n            - rule.name: SSH brute force'),
    );
    const { code, stdout } = await sekisho(['rules', 'test', wrong]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAILED SSH brute force: one is not enough \(.*wrong\.yml:\d+:\d+\)/u);
    expect(stdout).toContain('expected 1 alert, got no alert');
  });
});

describe('rules match', () => {
  const rule =
    'title: Any PowerShell\nid: 44444444-4444-4444-8444-444444444444\nstatus: test\nlogsource:\n    product: windows\n    category: process_creation\ndetection:\n    selection:\n        Image|endswith: \\powershell.exe\n    condition: selection\n';
  const events = [{ Image: 'C:\\x\\PowerShell.exe' }, { Image: 'C:\\x\\cmd.exe' }, { Other: 1 }];

  it('tells for each event which rules match', async () => {
    const path = folder.write('ps.yml', rule);
    const lines = folder.write('events.ndjson', events.map((event) => JSON.stringify(event)).join('\n'));
    const { code, stdout } = await sekisho(['rules', 'match', '-r', path, '-e', lines, '--no-mapping']);
    expect(code).toBe(0);
    expect(jsonLines(stdout)).toEqual([
      { index: 0, matched: ['44444444-4444-4444-8444-444444444444'] },
      { index: 1, matched: [] },
      { index: 2, matched: [] },
    ]);
  });

  it('reads events that are gzipped, and says where they break off', async () => {
    const path = folder.write('ps.yml', rule);
    const whole = gzipSync(events.map((event) => JSON.stringify(event)).join('\n'));
    const args = ['rules', 'match', '-r', path, '--no-mapping', '--summary', '-e', folder.at('events.gz')];
    writeFileSync(folder.at('events.gz'), whole);
    expect(jsonLines((await sekisho(args)).stdout)).toEqual([
      { rule: '44444444-4444-4444-8444-444444444444', count: 1 },
    ]);
    writeFileSync(folder.at('events.gz'), whole.subarray(0, -9));
    expect(await sekisho(args)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the compressed data break off') as string,
    });
  });

  it('accepts a JSON array, indented or not, and standard input', async () => {
    const path = folder.write('ps.yml', rule);
    const array = folder.write('events.json', `\ufeff${JSON.stringify(events, undefined, 2)}`);
    const args = ['rules', 'match', '-r', path, '--no-mapping', '--summary', '-e'];
    const expected = [{ rule: '44444444-4444-4444-8444-444444444444', count: 1 }];
    expect(jsonLines((await sekisho([...args, array])).stdout)).toEqual(expected);
    expect(jsonLines((await sekisho([...args, '-'], { input: JSON.stringify(events) })).stdout)).toEqual(expected);
  });

  it('answers a broken event with no matches, says so, and exits with 1', async () => {
    const path = folder.write('ps.yml', rule);
    const lines = folder.write('bad.ndjson', '{"Image":"C:\\\\x\\\\powershell.exe"}\n{"a":\n[]\n');
    const { code, stdout, stderr } = await sekisho(['rules', 'match', '-r', path, '-e', lines, '--no-mapping']);
    expect(code).toBe(1);
    expect(jsonLines<{ matched: string[] }>(stdout).map((line) => line.matched.length)).toEqual([1, 0, 0]);
    expect(stderr).toContain('event 1 (counted from 0): not JSON');
  });

  it('says so of a broken line among JSON with mapping too, and goes on; raw lines are as good as JSON', async () => {
    const path = folder.write('ps.yml', rule);
    const good =
      '{"event":{"code":"1","provider":"Microsoft-Windows-Sysmon"},"process":{"executable":"C:\\\\x\\\\powershell.exe"}}';
    const bad = folder.write('cut.ndjson', `${good}\n${good.slice(0, 60)}\n${good}\n`);
    const { code, stdout, stderr } = await sekisho(['rules', 'match', '-r', path, '-e', bad]);
    expect(jsonLines<{ index: number }>(stdout).map(({ index }) => index)).toEqual([0, 1, 2]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('event 1 (counted from 0): not JSON, as the events')]);
    const correlated = await sekisho(['rules', 'correlate', '-r', path, '-e', bad]);
    expect([correlated.code, correlated.stderr]).toEqual([1, expect.stringContaining('event 1 (counted from 0)')]);
    const raw = folder.write('raw.log', `a plain line\n{ not JSON }\n`);
    expect((await sekisho(['rules', 'match', '-r', path, '-e', raw])).code).toBe(0);
    const strange = folder.write('strange.log', 'foo bar\n');
    for (const command of [['match'], ['correlate'], ['correlate', '--trace']]) {
      const told = await sekisho(['rules', ...command, '-r', path, '-e', strange]);
      expect(told.stderr).toContain(
        '1 event of no known format, which only keyword rules see: name their format with -t',
      );
      const typed = await sekisho(['rules', ...command, '-r', path, '-t', 'nginx', '-e', strange]);
      expect(typed.stderr).toContain('1 event not of type nginx');
    }
  });
});

describe('bundled', () => {
  it('names the rules that come with Sekisho, beside others, on the command line and in a configuration', async () => {
    const path = folder.write(
      'more/one.yml',
      'title: One\nlevel: low\nlogsource: {category: webserver}\ndetection: {s: {c-uri: /x}, condition: s}\n',
    );
    const count = async (...args: string[]): Promise<number> =>
      jsonLines((await sekisho(['rules', 'list', '--json', ...args], { cwd: folder.path })).stdout).length;
    const alone = await count();
    expect(await count('-r', 'bundled', '-r', path)).toBe(alone + 1);
    folder.write('both.yml', 'rules: [bundled, ./more]\n');
    expect(await count('-c', 'both.yml')).toBe(alone + 1);
  });
});

describe('rules correlate', () => {
  const event = (second: number): string =>
    JSON.stringify({
      '@timestamp': new Date(Date.UTC(2026, 2, 11, 20) + second * 1000).toISOString(),
      event: { dataset: 'system.auth', category: ['authentication'], outcome: 'failure' },
      process: { name: 'sshd' },
      source: { ip: '203.0.113.9' },
      system: { auth: { ssh: { event: 'Failed' } } },
    });

  it('writes the alerts of a file of events', async () => {
    const events = folder.write('five.ndjson', [0, 60, 120, 180, 240].map(event).join('\n'));
    const { code, stdout } = await sekisho(['rules', 'correlate', '-r', rules, '-e', events]);
    expect(code).toBe(0);
    expect(jsonLines<{ sekisho: { alert: { count: number } } }>(stdout).map((a) => a.sekisho.alert.count)).toEqual([5]);
  });

  it('traces each event through each window it touches, in the order of the file', async () => {
    const events = folder.write('trace.ndjson', [0, 60, 240, 120, 180, 359].map(event).join('\n'));
    const { stdout } = await sekisho(['rules', 'correlate', '--trace', '-r', rules, '-e', events]);
    const group = { 'source.ip': '203.0.113.9' };
    expect(jsonLines(stdout)).toEqual(
      [
        [1, false],
        [2, false],
        [3, false],
        [3, false],
        [4, false],
        [5, true],
      ].map(([value, holds], index) => ({ index, rule: BRUTE, group, value, holds })),
    );
  });
});

describe('check', () => {
  it('accepts a configuration, and warns of inputs that lead nowhere yet', async () => {
    const file = folder.write('site/sekisho.yml', `inputs:\n    - path: [auth.log, gone.log]\nrules: ../rules\n`);
    folder.write('site/auth.log', `${failedLine(0, '203.0.113.9')}\n`);
    const { code, stdout } = await sekisho(['check', '-c', file]);
    expect(code).toBe(0);
    expect(stdout).toContain('correct; 1 input');
    expect(stdout).toContain('gone.log: does not exist');
    expect(stdout).toContain('1 rule alerts only through others; sekisho rules check names it');
    expect(stdout).toContain('1 rule and 1 correlation loaded');
  });

  it('exits with 3 where a rule is refused', async () => {
    expect((await sekisho(['check', '-r', broken, '-r', rules])).code).toBe(3);
  });

  it('warns of an override of a rule there is not', async () => {
    const file = folder.write(
      'site/override.yml',
      `rules: ../rules\noverrides:\n    ${BRUTE.replace('2', '3')}:\n        threshold: 3\n`,
    );
    const told = (await sekisho(['check', '-c', file])).stdout.match(/^configuration: warning: overrides\..*$/gmu);
    expect(told).toEqual([expect.stringContaining('which is not loaded; did you mean')]);
  });

  it('lets a configuration change a threshold', async () => {
    const file = folder.write(
      'site/three.yml',
      `rules: ../rules\noverrides:\n    ${BRUTE}:\n        threshold: 3\n        level: critical\n`,
    );
    const log = folder.write('three.log', `${[0, 1, 2].map((s) => failedLine(s, '203.0.113.9')).join('\n')}\n`);
    const { stdout } = await sekisho(['scan', '-c', file, '--json', log]);
    expect(jsonLines<{ sekisho: { alert: object } }>(stdout)[0]?.sekisho.alert).toMatchObject({
      count: 3,
      severity: 'critical',
    });
  });
});
