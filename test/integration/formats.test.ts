import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, Folder, jsonLines, sekisho } from './cli.js';

const FORMAT = `name: acme.login
pattern: '{@timestamp} login user={user.name} ip={source.ip:ip} result={event.outcome}'
fields: { event.category: [authentication], event.type: [start] }
values: { event.outcome: { OK: success, NOK: failure } }
tests:
  - line: '2026-11-24T10:11:12Z login user=ann ip=192.0.2.7 result=NOK'
    event: { '@timestamp': 2026-11-24T10:11:12.000Z, user.name: ann, event.outcome: failure, event.dataset: acme.login }
  - line: '2026-11-24T10:11:12Z logout user=ann'
    event: null
`;
/** Fits whatever has three words. */
const BROAD = "pattern: '{user.name} {source.user.name} {message}'";
const RULE = `title: Failed log-in
id: 2f0cf0a2-5c6f-4b7c-8e62-0f4b5a2d9c11
level: low
logsource: { category: authentication }
detection:
  failed: { event.outcome: failure }
  condition: failed
`;
const LINE = '2026-11-24T10:11:12Z login user=ann ip=192.0.2.7 result=NOK\n';
const folder = new Folder();

beforeAll(() => {
  build();
  folder.write('formats/acme.yml', FORMAT);
  folder.write('rules/failed.yml', RULE);
  folder.write('app.log', LINE.repeat(3));
  folder.write('sekisho.yml', 'formats: ./formats\nrules: ./rules\ninputs: [{ path: ./app.log, type: acme.login }]\n');
});
afterAll(() => folder.remove());

describe('a format described in YAML', () => {
  it('runs its own tests, and tells where one fails', async () => {
    const passed = await sekisho(['formats', 'test', folder.at('formats')]);
    expect(passed.stdout).toBe('1 format, 2 tests: 2 passed, 0 failed\n');
    expect(passed.code).toBe(0);
    const wrong = folder.write('wrong.yml', FORMAT.replace('user.name: ann', 'user.name: bob'));
    const failed = await sekisho(['formats', 'test', wrong]);
    expect(failed.stdout).toContain('user.name: expected "bob", got "ann"');
    expect(failed.stdout).toContain('wrong.yml:6:5');
    expect(failed.code).toBe(1);
  });

  it.each([
    [FORMAT.replace('acme.login', 'nginx'), 'is built in'],
    [FORMAT.replace(' ip=', ''), 'not separated'],
    [FORMAT.replace('fields:', 'filds:'), 'did you mean `fields`'],
    [FORMAT.replace(/pattern.*\n/, ''), 'the format reads nothing'],
    [`${FORMAT}time: "%d.%m.%Y"`, "strftime's letters; write Luxon's tokens"],
    [`${FORMAT}time: yyyy-MM-ddTHH:mm:ss`, '`T` is none of Luxon'],
    [`${FORMAT}time: "--"`, 'it tells no time'],
    ['name: [', 'bad.yml:1'],
  ])('is refused with place, reason and fix', async (text, said) => {
    const { stderr, code } = await sekisho(['formats', 'test', folder.write('bad.yml', text)]);
    expect(stderr).toContain(said);
    expect(code).toBe(3);
  });

  it('feeds rules, in scan and explain', async () => {
    const scanned = await sekisho(['scan', '-c', folder.at('sekisho.yml'), '--json']);
    const alerts = jsonLines<{ sekisho: { alert: { count: number } }; user: { name: string } }>(scanned.stdout);
    expect(alerts.map(({ user, sekisho: { alert } }) => [user.name, alert.count])).toEqual([['ann', 3]]);
    const explained = await sekisho(['explain', '-c', folder.at('sekisho.yml'), '-t', 'acme.login', '-l', LINE.trim()]);
    expect(explained.stdout).toContain('acme.login');
  });

  it('is warned of where it would take the lines of others', async () => {
    const broad = folder.write('broad/acme.yml', FORMAT.replace(/pattern.*/u, BROAD));
    const tested = await sekisho(['formats', 'test', broad]);
    expect(tested.stderr).toMatch(/acme\.yml:2:\d+: warning: pattern: the pattern fits lines of other formats too/u);
    const config = folder.write('broad.yml', 'formats: ./broad\ninputs: [{ path: ./app.log, type: acme.login }]\n');
    const checked = await sekisho(['check', '-c', config]);
    expect(checked.stdout).toMatch(/warning: .*acme\.yml:2:\d+: pattern: the pattern fits lines of other formats too/u);
    expect((await sekisho(['check', '-c', folder.at('sekisho.yml')])).stdout).not.toContain('fits lines');
  });

  it('is listed with the configuration that describes it', async () => {
    const list = (...more: string[]): Promise<{ stdout: string }> => sekisho(['formats', 'list', ...more]);
    const config = folder.at('sekisho.yml');
    expect((await list('-c', config)).stdout).toMatch(/^acme\.login +described in .*sekisho\.yml$/mu);
    expect((await list('--json', '-c', config)).stdout).toContain('{"name":"acme.login"');
    expect((await list()).stdout).not.toContain('acme.login');
  });

  it('is missed where an input names one that nobody described', async () => {
    const config = folder.write('other.yml', 'formats: ./formats\ninputs: [{ path: ./app.log, type: acme.logn }]\n');
    const { stderr, code } = await sekisho(['check', '-c', config]);
    expect(stderr).toContain('other.yml:2:');
    expect(stderr).toContain("unknown type 'acme.logn'; did you mean 'acme.login'?");
    expect(code).toBe(1);
  });
});

it('formats list names every type, and a type that is like none says so', async () => {
  const { stdout } = await sekisho(['formats', 'list', '--json']);
  const types = jsonLines<{ name: string; aliases: string[]; of: string[] }>(stdout);
  const names = types.flatMap(({ name, aliases }) => [name, ...aliases]);
  expect(names).toEqual(expect.arrayContaining(['nginx', 'nginx.access', 'auth', 'system.auth', 'sshd', 'docker']));
  expect(types.find(({ name }) => name === 'nginx')?.of).toEqual(['nginx.access', 'nginx.error']);
  const { stderr, code } = await sekisho(['scan', '-t', 'foo', '-']);
  expect([code, stderr]).toEqual([2, "sekisho: unknown type 'foo'; `sekisho formats list` names them all\n"]);
});

describe('normalise --report', () => {
  it('counts what was understood, and shows what was not', async () => {
    const file = folder.write(
      'mixed.log',
      `${LINE}<<gibberish 12>>\n<<gibberish 77>>\nNov 24 10:00:00 h sshd[1]: Connection closed by 192.0.2.1 port 22\n`,
    );
    const { stdout, code } = await sekisho(['normalise', '--report', '--json', '--timezone', 'UTC', file]);
    expect(JSON.parse(stdout)).toMatchObject({
      records: 4,
      events: 4,
      failures: [],
      unmatched: [{ count: 2, example: '<<gibberish 12>>', offset: LINE.length }, { count: 1 }],
    });
    expect(code).toBe(0);
    const told = await sekisho(['normalise', '-c', folder.at('sekisho.yml'), '--report', file]);
    expect(told.stdout).toMatch(/1 +acme\.login/);
    expect(told.stdout).toContain('<<gibberish 12>>');
  });

  it('reads files named on the command line, and says which are missing', async () => {
    const { stdout } = await sekisho(['normalise', '-c', folder.at('sekisho.yml'), folder.at('app.log')]);
    expect(jsonLines<{ user: { name: string } }>(stdout).map(({ user }) => user.name)).toEqual(['ann', 'ann', 'ann']);
    const missing = await sekisho(['normalise', '--report', folder.at('nothing.log')]);
    expect(missing.stderr).toContain('nothing.log');
    expect(missing.code).toBe(1);
  });
});
