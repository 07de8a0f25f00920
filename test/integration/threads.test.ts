import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSample } from '../../deploy/sample/write.js';
import { type Config, loadConfig } from '../../src/engine/config/config.js';
import { defaultConfig } from '../../src/engine/config/default.js';
import { ThreadFront } from '../../src/engine/front/thread.js';
import { settingsFor } from '../../src/engine/inputs.js';
import { bundledRules, loadRuleSource, readRuleSource, type RuleSource } from '../../src/engine/rules.js';
import { scan, type ScanResult } from '../../src/engine/scan.js';
import { joiningFor } from '../../src/engine/joining.js';
import { openOnce } from '../../src/engine/sources.js';

const ROOT = join(import.meta.dirname, '../..');
const SCRIPT = new URL('../../dist/src/engine/front/front-worker.js', import.meta.url);
const NOW = Date.UTC(2026, 2, 13);
const folder = mkdtempSync(join(tmpdir(), 'sekisho-threads-'));

interface Job {
  readonly config: Config;
  readonly paths: readonly string[];
  readonly rules: RuleSource;
  readonly since?: number;
}

interface Outcome {
  readonly result: ScanResult;
  readonly failures: readonly string[];
}

async function inThisThread({ config, paths, rules, since }: Job): Promise<Outcome> {
  const failures: string[] = [];
  const report = (failure: { message: string }): unknown => failures.push(failure.message);
  const input = openOnce({
    paths,
    settingsFor: settingsFor(config, {}),
    report,
    maxLineBytes: config['max-line'],
    joiningFor: joiningFor(config),
  });
  const { lateness } = config;
  const result = await scan({
    ruleSet: loadRuleSource(rules),
    input,
    lateness,
    now: NOW,
    ...(since !== undefined && { since }),
  });
  return { result, failures };
}

async function inTwoThreads({ config, paths, rules, since }: Job): Promise<Outcome> {
  const failures: string[] = [];
  const input = new ThreadFront({ script: SCRIPT, report: (failure) => failures.push(failure.message) });
  input.start({ rules, config, paths, defaults: {}, since });
  const result = await scan({ ruleSet: loadRuleSource(rules), input, lateness: config.lateness, now: NOW });
  return { result, failures };
}

/** Plain data; alerts differ in the wall clock of their writing alone. */
function comparable({ result, failures }: Outcome): unknown {
  const deadLetters = result.deadLetters.map(({ bytes, ...rest }) => ({ ...rest, bytes: Buffer.from(bytes) }));
  const all = { ...result, deadLetters, failures, byCode: [...result.counts.failures] };
  return JSON.parse(JSON.stringify(all, (key, value: unknown) => (key === 'ingested' ? undefined : value)));
}

async function expectSame(job: Job): Promise<Outcome> {
  const one = await inThisThread(job);
  expect(comparable(await inTwoThreads(job))).toEqual(comparable(one));
  return one;
}

let bundled: RuleSource;

beforeAll(() => {
  bundled = readRuleSource([bundledRules()]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Rules that match nearly everything, by keyword, absence and number, grouped by what many events lack. */
const BROAD = `
title: Anything with a digit
id: 00000000-0000-4000-8000-000000000001
name: digit
logsource: {category: webserver}
detection: {keywords: ['1', '2', 'é'], condition: keywords}
level: low
---
title: Who is known
id: 00000000-0000-4000-8000-000000000002
name: who
logsource: {product: linux}
detection: {selection: {user.name|exists: true}, condition: selection}
level: low
---
title: Three of a host
id: 00000000-0000-4000-8000-000000000003
level: medium
correlation:
  type: value_count
  rules: [who, digit]
  group-by: [host.name, user_agent.original]
  timespan: 10m
  condition: {field: source.ip, gte: 3}
`;

/** A generator of numbers below a bound, the same for the same seed. Source: mulberry32 is in the public domain. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function goldenLines(): readonly Buffer[] {
  const base = join(ROOT, 'test/golden');
  return readdirSync(base, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(?:ndjson|json|ts)$/.test(entry.name))
    .flatMap((entry) => {
      const bytes = readFileSync(join(entry.parentPath, entry.name));
      const lines: Buffer[] = [];
      for (let at = 0; at < bytes.length;) {
        const end = bytes.indexOf(10, at);
        lines.push(bytes.subarray(at, end < 0 ? bytes.length : end));
        at = end < 0 ? bytes.length : end + 1;
      }
      return lines;
    });
}

function writeRandom(file: string, seed: number, lines: readonly Buffer[]): void {
  const next = random(seed);
  const out: Buffer[] = [];
  for (let i = 0; i < 4000; i++) {
    const line = lines[next(lines.length)] as Buffer;
    const kind = next(100);
    if (kind < 2) out.push(Buffer.from(Array.from({ length: next(60) }, () => next(256))));
    else if (kind < 4) out.push(Buffer.from('x'.repeat(5000)));
    else if (kind < 9) out.push(line.subarray(0, next(line.length + 1)));
    else out.push(line);
    out.push(Buffer.from(next(30) === 0 ? '\r\n' : '\n'));
  }
  writeFileSync(file, file.endsWith('.gz') ? gzipSync(Buffer.concat(out)) : Buffer.concat(out));
}

describe('a scan that reads in a thread of its own', () => {
  it('finds in the sample what a scan in one thread finds: alerts, revisions, counts, everything', async () => {
    const here = join(folder, 'sample');
    mkdirSync(here);
    writeSample(join(here, 'logs'));
    writeFileSync(join(here, 'sekisho.yml'), readFileSync(join(ROOT, 'deploy/sample/sekisho.yml')));
    const config = loadConfig(join(here, 'sekisho.yml'));
    const paths = config.inputs.flatMap((input) => input.path);
    const { result } = await expectSame({ config, paths, rules: bundled });
    expect(result.alerts).toHaveLength(12);
    expect(result.counts.records).toBeGreaterThan(58_000);
  });

  it('makes the same of lines of every format, of garbage and of what is too long, plain and compressed', async () => {
    const here = join(folder, 'random');
    mkdirSync(here);
    const lines = goldenLines();
    for (const [seed, name] of ['a.log', 'b.log.gz', 'c.txt'].entries()) {
      writeRandom(join(here, name), seed + 1, lines);
    }
    appendFileSync(join(here, 'c.txt'), 'no end of line');
    const config = { ...defaultConfig(here), 'max-line': 4096 };
    const broad = { ...bundled, files: [...bundled.files, { file: 'broad.yml', text: BROAD }] };
    const job = { config, paths: [here, join(here, 'missing.log')], rules: broad };
    const { result, failures } = await expectSame(job);
    expect(failures).toHaveLength(1);
    expect(result.sources).toBe(3);
    expect(result.counts.records).toBeGreaterThan(9000);
    expect(result.counts.detections).toBeGreaterThan(1500);
    expect(result.deadLetters.length).toBeGreaterThan(100);
    expect(result.leftOut.length).toBeGreaterThan(0);
    const late = await expectSame({ ...job, since: Date.UTC(2100, 0, 1) });
    expect(late.result.counts.matched).toBeLessThan(result.counts.matched);
  });

  it('fails with a sentence where the thread dies', async () => {
    const script = new URL(`data:text/javascript,${encodeURIComponent("throw new Error('no more memory');")}`);
    const input = new ThreadFront({ script, report: () => undefined });
    const ruleSet = loadRuleSource(bundled);
    await expect(scan({ ruleSet, input, lateness: 0, now: NOW })).rejects.toThrow(
      'the thread that reads the input failed, so the scan is not complete: no more memory',
    );
  });

  it('fails where the thread ends in the middle of its work', async () => {
    const program =
      "import {parentPort as p} from 'node:worker_threads'; p.once('message', () => {" +
      "p.postMessage({kind: 'sources', sources: []}); setTimeout(() => process.exit(7), 10)})";
    const script = new URL(`data:text/javascript,${encodeURIComponent(program)}`);
    const input = new ThreadFront({ script, report: () => undefined });
    const config = defaultConfig(folder);
    input.start({ rules: bundled, config, paths: [], defaults: {}, since: undefined });
    const ruleSet = loadRuleSource(bundled);
    await expect(scan({ ruleSet, input, lateness: 0, now: NOW })).rejects.toThrow('it stopped with code 7');
  });

  it('stops where it is told to, with what was found until then', async () => {
    const file = join(folder, 'long.log');
    writeFileSync(file, 'Mar 10 00:00:00 h sshd[1]: Connection from 192.0.2.1 port 1\n'.repeat(50_000));
    const controller = new AbortController();
    const { signal } = controller;
    const input = new ThreadFront({ script: SCRIPT, signal, report: () => undefined });
    input.start({ rules: bundled, config: defaultConfig(folder), paths: [file], defaults: {}, since: undefined });
    const onProgress = (): void => controller.abort();
    const ruleSet = loadRuleSource(bundled);
    const result = await scan({ ruleSet, input, lateness: 0, now: NOW, signal, onProgress });
    expect(result.aborted).toBe(true);
    expect(result.counts.records).toBeGreaterThan(0);
    expect(result.counts.records).toBeLessThan(50_000);
  });
});
