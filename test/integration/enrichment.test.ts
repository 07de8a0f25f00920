import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, Folder, jsonLines, sekisho } from './cli.js';

const RULE = `title: Request from a listed network
id: 7c1b7c0e-4bb4-4a4e-9f0e-3c9b8f1d2a10
level: high
logsource: { category: webserver }
detection:
  get: { cs-method: GET }
  condition: get
sekisho:
  where: { 'source.ip|list': scanners }
  tests:
    - name: a listed address
      type: nginx
      lines: ['198.51.100.7 - - [10/Mar/2026:12:00:01 +0000] "GET /a HTTP/1.1" 200 3 "-" "curl/8.5.0"']
      alerts: 1
    - name: another
      type: nginx
      lines: ['192.0.2.7 - - [10/Mar/2026:12:00:01 +0000] "GET /a HTTP/1.1" 200 3 "-" "curl/8.5.0"']
      alerts: 0
`;
const CONFIG = `lists: { scanners: { path: ./scanners.txt, kind: ip } }
assets: ./assets.csv
rules: ./rules
inputs: [{ path: ./access.log, type: nginx, host: web-1 }]
`;

const folder = new Folder();
const line = (address: string): string =>
  `${address} - - [10/Mar/2026:12:00:01 +0000] "GET /a HTTP/1.1" 200 3 "-" "curl/8.5.0"\n`;

interface Alert {
  readonly sekisho: {
    readonly alert: { readonly count: number };
    readonly lists: unknown;
    readonly asset: unknown;
  };
}

describe('the operator’s lists and assets', () => {
  beforeAll(() => {
    build();
    folder.write('rules/listed.yml', RULE);
    folder.write('sekisho.yml', CONFIG);
    folder.write('scanners.txt', '# a feed\n198.51.100.0/24 ; seen today\nnonsense\n');
    folder.write('assets.csv', 'host,role,criticality\nweb-1,shop,high\n');
  });
  afterAll(() => folder.remove());

  it.each([
    ['read in the thread that correlates', '1'],
    ['read in a thread of its own', '2'],
  ])('decide and are shown: %s', async (_, threads) => {
    const count = 3;
    folder.write('access.log', line('192.0.2.7') + line('198.51.100.7').repeat(count));
    const { code, stdout, stderr } = await sekisho([
      'scan',
      '-c',
      folder.at('sekisho.yml'),
      '--json',
      '--threads',
      threads,
    ]);
    expect(
      jsonLines<Alert>(stdout).map(({ sekisho: { alert, lists, asset } }) => ({ count: alert.count, lists, asset })),
    ).toEqual([{ count, lists: ['scanners'], asset: { role: 'shop', criticality: 'high' } }]);
    expect(stderr).toContain("scanners.txt:3: 'nonsense' is no address");
    expect(code).toBe(1);
  });

  it('are there for rule tests', async () => {
    const { stdout, code } = await sekisho(['rules', 'test', '-c', folder.at('sekisho.yml'), folder.at('rules')]);
    expect(stdout).toContain('2 passed, 0 failed');
    expect(code).toBe(0);
  });

  it('are missed by name where they are not configured', async () => {
    const { stdout, code } = await sekisho(['rules', 'check', folder.at('rules')]);
    expect(stdout).toContain('no list is called `scanners`');
    expect(code).toBe(3);
  });
});
