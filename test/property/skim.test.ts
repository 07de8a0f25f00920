import { describe, expect, it } from 'vitest';
import { noCounts } from '../../src/engine/counts.js';
import { DetectorSide } from '../../src/engine/detector-side.js';
import { bundledRules, loadRuleFolders } from '../../src/engine/rules.js';
import type { DeadLetter, Detection, InputSettings, RecordBatch, Source } from '../../src/event/index.js';
import { detectEncoding } from '../../src/input/encoding.js';
import { recordBatchOf } from '../../src/input/kafka-record.js';
import { Fetched } from '../../src/kafka/index.js';
import { LineSplitter } from '../../src/input/lines.js';
import type { Skim } from '../../src/input/types.js';
import { SSHD_PREFIXES } from '../../src/normalise/program/sshd-skim.js';
import { loadRules } from '../../src/rule/load.js';
import type { RuleSet } from '../../src/rule/types.js';

const RECEIVED = Date.UTC(2026, 2, 12);

/** mulberry32, in the public domain: numbers below a bound, the same for the same seed. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const MESSAGES = [
  ...SSHD_PREFIXES.map(({ text }) => text),
  'Accepted publickey for ',
  'Failed password for ',
  'Failed password for invalid user ',
  'Invalid user ',
  'User a not allowed because ',
  'message repeated 3 times: [ Disconnected from ',
  'message repeated 2 times: [ Failed password for ',
  'pam_unix(sshd:auth): authentication failure; ',
  'pam_unix(sshd:session): session opened for user ',
  'pam_sss(sshd:session): session closed for user ',
  'Disconnected from authenticating user ',
  'Disconnected from invalid user ',
  'Disconnected fro',
  '',
];
const TAILS = [
  'root 203.0.113.9 port 40022',
  'root from 203.0.113.9 port 40022 ssh2',
  '203.0.113.9 port 40022:11: disconnected by user',
  'user eve 203.0.113.9 port 40022 [preauth]',
  'user root 203.0.113.9 port 22: Too many authentication failures [preauth]',
  'invalid user x: Too many authentication failures port 5 203.0.113.9 port 22',
  'alice(uid=1000) by (uid=0)',
  'alice',
  '2001:db8::1 port 22',
  ' ',
  '',
  'é 203.0.113.9 port 1]',
  '\u0000\u0001 203.0.113.9',
];
const HEADS = [
  'Mar 10 00:00:00 bastion sshd[812]: ',
  'Mar 10 23:59:59 bastion sshd-session[1]: ',
  'Mar 11 07:00:01 web-1 sshd[99999999999999999999]: ',
  'Mar  9 07:00:01 - sshd[7]: ',
  'Mar 13 07:00:01 web-1 sshd-auth[7]: ',
  'Mar 12 00:04:00 web-1 sshd[7]:',
  'Mar 12 00:06:00 web-1 sshd[7]: ',
  'Mar 10 07:00:01 web-1 sshd: ',
  'Mar 10 07:00:01 sshd[5]: ',
  'Mar 10 07:00:01 --- sshd[5]: ',
  'Mar 10 07:00:01 web-1 sshdx[5]: ',
  'Mar 10 07:00:01 web-1 sudo[5]: ',
  'Mar 10 07:00:71 web-1 sshd[5]: ',
  'Mar 10 07:00:01 2026 web-1 sshd[5]: ',
  'Mar 10 07:00:01.5 web-1 sshd[5]: ',
  '<38>Mar 10 07:00:01 web-1 sshd[5]: ',
  '2026-03-10T07:00:01Z web-1 sshd[5]: ',
];

function linesOf(seed: number): string {
  const next = random(seed);
  const pick = <T>(from: readonly T[]): T => from[next(from.length)] as T;
  const lines: string[] = [];
  for (let i = 0; i < 3000; i++) {
    const head = next(3) > 0 ? (HEADS[0] as string) : pick(HEADS);
    const text = `${head}${pick(MESSAGES)}${pick(TAILS)}`;
    const cut = next(10) === 0 ? text.slice(0, next(text.length + 1)) : text;
    lines.push(cut, next(20) === 0 ? '\r\n' : '\n');
  }
  return lines.join('');
}

/** Cuts a text into batches, each line shown to `skim` first. */
type Cut = (source: Source, text: string, skim: Skim | undefined) => Iterable<RecordBatch>;

/** Bytes given at a time: a line is passed over only where one of its day was read in a batch before. */
const CHUNK = 8192;

/** As a file is read. */
function* asFile(source: Source, text: string, skim: Skim | undefined): Iterable<RecordBatch> {
  const splitter = new LineSplitter(source, detectEncoding(Buffer.alloc(0)), 0, 1_048_576);
  splitter.skim = skim;
  const bytes = Buffer.from(text);
  while (splitter.readAt < bytes.length) {
    const at = splitter.readAt;
    yield splitter.take(bytes.subarray(at, at + CHUNK), RECEIVED, at + CHUNK >= bytes.length) as RecordBatch;
  }
}

/** As a topic is read whose records are the lines, the line ends of some included. */
function* asTopic(source: Source, text: string, skim: Skim | undefined): Iterable<RecordBatch> {
  const records = text.split('\n').map((line, offset) => {
    const value = Buffer.from(offset % 3 === 0 ? `${line}\n` : line);
    return { offset, timestamp: RECEIVED, key: null, value, refused: undefined };
  });
  for (let next = 0; next < records.length; next += 500) {
    const some = records.slice(next, next + 500);
    yield recordBatchOf(source, Fetched.of(some, next + some.length), 1_048_576, skim);
  }
}

interface Outcome {
  readonly told: unknown;
  readonly skimmed: number;
}

function run(ruleSet: RuleSet, text: string, settings: InputSettings, skims: boolean, cut: Cut = asFile): Outcome {
  const counts = noCounts();
  const side = new DetectorSide(ruleSet, {}, counts);
  const source: Source = { id: 's', label: 'some.log', settings };
  const skim: Skim = (bytes, start, end, received) => side.skim(source, bytes, start, end, received);
  const detections: Detection[] = [];
  const deadLetters: DeadLetter[] = [];
  const newest: number[] = [];
  let skimmed = 0;
  for (const batch of cut(source, text, skims ? skim : undefined)) {
    skimmed += batch.skimmed?.lines ?? 0;
    newest.push(side.process(batch, detections, deadLetters), batch.next);
  }
  const found = detections.map(({ evidence, ...rest }) => ({ ...rest, evidence: evidence.resolve() }));
  return { told: { counts, newest, found, deadLetters, leftOut: side.leftOut() }, skimmed };
}

/** A rule set of one rule, of a log source. */
function rules(logsource: string, selection: string, condition = 'selection'): RuleSet {
  const text = `
title: One
id: 00000000-0000-4000-8000-000000000001
logsource: ${logsource}
detection:
  selection: ${selection}
  condition: ${condition}
level: low
`;
  const ruleSet = loadRules([{ file: 'one.yml', text }], { mapping: true });
  expect(ruleSet.problems).toEqual([]);
  expect(ruleSet.rules).toHaveLength(1);
  return ruleSet;
}

const AUTH: InputSettings = { timezone: 'UTC', type: 'auth', host: 'h' };

function expectSame(
  ruleSet: RuleSet,
  settings: InputSettings = AUTH,
  seeds: readonly number[] = [1, 2, 3, 4, 5, 6],
): number {
  let skimmed = 0;
  for (const seed of seeds) {
    const text = linesOf(seed);
    const with_ = run(ruleSet, text, settings, true);
    expect(with_.told).toEqual(run(ruleSet, text, settings, false).told);
    skimmed += with_.skimmed;
  }
  return skimmed;
}

describe('lines that are passed over', () => {
  it('change nothing that the bundled rules find or that is counted', async () => {
    const ruleSet = await loadRuleFolders([bundledRules()], { tests: false });
    expect(expectSame(ruleSet)).toBeGreaterThan(1000);
    expect(expectSame(ruleSet, { timezone: 'Europe/Berlin', type: 'syslog' })).toBeGreaterThan(1000);
    expect(expectSame(ruleSet, { timezone: 'UTC' })).toBeGreaterThan(500);
  });

  it('change nothing where each line is a record of a topic', async () => {
    const ruleSet = await loadRuleFolders([bundledRules()], { tests: false });
    for (const seed of [1, 2, 3]) {
      const text = linesOf(seed);
      const topic = run(ruleSet, text, AUTH, true, asTopic);
      expect(topic.told).toEqual(run(ruleSet, text, AUTH, false, asTopic).told);
      expect(topic.skimmed).toBeGreaterThan(300);
    }
  });

  it.each([
    ['a keyword looks at every text', '{product: linux}', "['203.0.113']", 'selection'],
    ['a user name may be in any', '{product: linux, service: sshd}', '{user.name: root}', 'selection'],
    ['a process id may be in any', '{product: linux, service: auth}', '{process.pid|gte: 1}', 'selection'],
    ['what is not a log-in is everything else', '{product: linux}', '{event.category: iam}', 'not selection'],
    ['a kind of message', '{product: linux}', '{system.auth.ssh.event: [Disconnected, Closed]}', 'selection'],
    ['a missing category', '{product: linux}', '{event.category: null, event.dataset: system.auth}', 'selection'],
    ['no outcome', '{service: sshd}', '{event.outcome|exists: false}', 'selection'],
    ['a tag', '{service: sshd}', "{tags: 'sekisho.future-time'}", 'selection'],
    ['too many failures', '{service: sshd}', '{system.auth.ssh.event: TooManyFailures}', 'selection'],
    ['a session', '{service: sshd}', '{event.category: session, event.action: logged-off}', 'selection'],
    ['a log-in with a key', '{service: sshd}', '{system.auth.ssh.method: publickey}', 'selection'],
    ['a log-in', '{category: authentication}', '{event.outcome: success, url.path: null}', 'selection'],
    ['no web', '{category: authentication}', '{user_agent.original|exists: true, event.kind: e}', 'not selection'],
  ])('are none that a rule could match: %s', (_, logsource, selection, condition) => {
    const ruleSet = rules(logsource, selection, condition);
    expectSame(ruleSet);
    const found = run(ruleSet, linesOf(1), AUTH, true).told as { readonly found: readonly unknown[] };
    expect(found.found.length).toBeGreaterThan(0);
  });

  it('are none where the source adds to its events or tells another log source', () => {
    const ruleSet = rules('{product: windows}', '{labels.site: tokyo}');
    const logsource = { product: 'windows' };
    expect(expectSame(ruleSet, { ...AUTH, logsource, fields: { 'labels.site': 'tokyo' } })).toBe(0);
    expectSame(rules('{product: windows}', '{event.category: session}'), { ...AUTH, logsource });
    expectSame(rules('{category: webserver}', '{url.path: /}'), { timezone: 'UTC', type: 'nginx' });
  });

  it('are none where a record must be JSON: what is not is a dead letter, whatever the logs inside the others are', () => {
    const line = 'Mar 10 00:00:00 bastion sshd[812]: Disconnected from 203.0.113.9 port 40022';
    const wrapped = JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: '2026-03-10T00:00:00Z' });
    // More than one batch, so that what the first was is known at the second.
    const text = `${wrapped}\n`.repeat(1500) + `${line}\n`;
    const ruleSet = rules('{product: windows}', '{event.code: 1}');
    const settings: InputSettings = { timezone: 'UTC', type: 'docker' };
    const found = run(ruleSet, text, settings, true);
    expect(found.told).toEqual(run(ruleSet, text, settings, false).told);
    expect(found.told).toMatchObject({ deadLetters: [{ failure: { code: 'normalise.json' } }] });
  });

  it('are none while other rules match events of every kind', () => {
    expect(expectSame(rules('{product: linux}', '{event.original|contains: o}'))).toBe(0);
  });
});
