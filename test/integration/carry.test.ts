import { appendFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, Folder, jsonLines, sekisho } from './cli.js';

/**
 * What a source's lines mean by earlier ones (the columns told by a header, an audit event's first record) is committed
 * with its position: `run`, killed in mid-file, goes on as if it had not been.
 */

const RULES = `title: Probe
id: 00000000-0000-4000-8000-000000000001
status: test
level: low
logsource: {category: webserver}
detection:
    selection: {cs-uri-stem|startswith: /probe}
    condition: selection
---
title: Command
id: 00000000-0000-4000-8000-000000000002
status: test
level: low
logsource: {product: linux, service: auditd}
detection:
    selection: {auditd.log.record_type: EXECVE, a1: planted}
    condition: selection
sekisho: {group-by: [user.id, process.executable]}
`;

const CONFIG = `data: ./data
rules: ./rules.yml
inputs:
    - path: ./log
      host: carry
commit-interval: 1ms
poll-interval: 10ms
http: null
log: {level: warn, pretty: false}
`;

interface Document {
  readonly sekisho: { readonly alert: { readonly group: unknown; readonly count: number } };
}

/** Columns that no usual set has; both as many, so that one read as the other gives other fields. */
const FIRST = 'date time c-ip x-own cs-method cs-uri-stem sc-status';
const SECOND = 'date time cs-uri-stem sc-status x-own c-ip cs-method';
const LINES = 45_000;

function w3c(): string {
  const line = (i: number, isFirst: boolean): string => {
    const time = new Date(Date.UTC(2026, 2, 11) + i * 100).toISOString().slice(0, 19).replace('T', ' ');
    const [ip, stem] = [`192.0.2.${i % 7}`, i % 100 === 0 ? '/probe' : `/page/${'x'.repeat(40)}`];
    return isFirst ? `${time} ${ip} own GET ${stem} 200\n` : `${time} ${stem} 200 own ${ip} GET\n`;
  };
  const half = (isFirst: boolean): string =>
    `#Software: Microsoft Internet Information Services 10.0\n#Fields: ${isFirst ? FIRST : SECOND}\n` +
    Array.from({ length: LINES }, (_, i) => line(isFirst ? i : LINES + i, isFirst)).join('');
  return half(true) + half(false);
}

/** Runs until caught up, killed at the edge given first. */
async function run(config: string, failpoint?: string): Promise<number> {
  const env = failpoint === undefined ? {} : { SEKISHO_FAILPOINT: failpoint };
  const { signal, code, stderr } = await sekisho(['run', '-c', config, '--until-caught-up'], { env });
  if (signal === 'SIGKILL') return 1 + (await run(config));
  expect([code, stderr.split('\n').filter((line) => line.includes('"level":"error"'))]).toEqual([0, []]);
  return 0;
}

async function alerts(config: string): Promise<readonly string[]> {
  const { stdout } = await sekisho(['alerts', 'list', '-c', config, '--json', '-n', '1000']);
  return jsonLines<Document>(stdout)
    .map(({ sekisho: { alert } }) => `${JSON.stringify(alert.group)} ${alert.count}`)
    .sort();
}

describe('what is carried from line to line', () => {
  const folders: Folder[] = [];

  beforeAll(() => build());
  afterAll(() => folders.forEach((folder) => folder.remove()));

  function site(text: string): { readonly folder: Folder; readonly config: string } {
    const folder = new Folder();
    folders.push(folder);
    folder.write('rules.yml', RULES);
    folder.write('log', text);
    return { folder, config: folder.write('sekisho.yml', CONFIG) };
  }

  it.each(['committed:1', 'processed:20', 'written:2'])(
    'a header, changed in mid-file, survives a kill at %s',
    async (failpoint) => {
      const { config } = site(w3c());
      expect(await run(config, failpoint)).toBe(1);
      const expected = Array.from({ length: 7 }, (_, i) => {
        const probes = Array.from({ length: 2 * LINES }, (__, at) => at).filter((at) => at % 100 === 0 && at % 7 === i);
        return `{"source.ip":"192.0.2.${i}"} ${probes.length}`;
      });
      expect(await alerts(config)).toEqual(expected);
    },
  );

  it('an audit event whose first record was read before a kill', async () => {
    const id = 'msg=audit(1773187200.123:77):';
    const { config, folder } = site(
      `type=SYSCALL ${id} arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid=2 auid=1000 uid=1001 gid=1001 euid=0 tty=pts0 ses=3 comm="ls" exe="/usr/bin/ls" key=(null)\n`,
    );
    expect(await run(config, 'written:1')).toBe(1);
    appendFileSync(folder.at('log'), `type=EXECVE ${id} argc=2 a0="ls" a1="planted"\n`);
    await run(config);
    expect(await alerts(config)).toEqual(['{"user.id":"1001","process.executable":"/usr/bin/ls"} 1']);
  });
});
