import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BENIGN_ADDRESSES,
  BENIGN_USERS,
  EXPECTED,
  FALLEN_USERS,
  STAGES,
  type Stage,
} from '../../deploy/sample/story.js';
import { writeSample } from '../../deploy/sample/write.js';
import { loadConfig } from '../../src/engine/config/config.js';
import { settingsFor } from '../../src/engine/inputs.js';
import { bundledRules, loadRuleFolders } from '../../src/engine/rules.js';
import { alertField } from '../../src/engine/alert-field.js';
import { scan, type ScanResult } from '../../src/engine/scan.js';
import { openOnce } from '../../src/engine/sources.js';
import type { AlertDocument } from '../../src/event/index.js';

const SAMPLE = join(import.meta.dirname, '../../deploy/sample');

/** Rules that tell of each stage, by title. */
const TOLD_BY: Readonly<Record<Stage['name'], readonly string[]>> = {
  scan: ['Reconnaissance of a site'],
  exploit: ['Command injection', 'Command injection, answered', 'Web shell'],
  root: ['Root shell of a service account', 'New member of a privileged group'],
  stuffing: ['Distributed credential stuffing with one tool'],
  takeover: ['Accounts taken over'],
  retrieval: ['Mass retrieval of records'],
  outage: ['Burst of server errors'],
};
const CHAIN = 'Break-in, from scan to outage';

interface ToldStage {
  readonly name: string;
  readonly start: string;
  readonly user: readonly string[];
}

const folder = mkdtempSync(join(tmpdir(), 'sekisho-sample-'));
let result: ScanResult;

beforeAll(async () => {
  writeSample(join(folder, 'logs'));
  copyFileSync(join(SAMPLE, 'sekisho.yml'), join(folder, 'sekisho.yml'));
  const config = loadConfig(join(folder, 'sekisho.yml'));
  const unread: string[] = [];
  const input = openOnce({
    paths: config.inputs.flatMap((each) => each.path),
    settingsFor: settingsFor(config, {}),
    report: (failure) => unread.push(failure.message),
    maxLineBytes: config['max-line'],
  });
  const ruleSet = await loadRuleFolders([bundledRules()]);
  result = await scan({ ruleSet, input, lateness: config.lateness, now: Date.UTC(2026, 2, 13) });
  expect(unread).toEqual([]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function text(alert: AlertDocument, field: string): string {
  return String(alertField(alert, field));
}

function titled(titles: readonly string[]): readonly AlertDocument[] {
  return result.alerts.filter((alert) => titles.includes(text(alert, 'rule.name')));
}

/** What two runs are compared by: rule, group, start, end, count and severity, one alert a line. */
function compared(alert: AlertDocument): string {
  const field = (name: string): unknown => alertField(alert, name);
  return JSON.stringify({
    rule: { id: field('rule.id'), name: field('rule.name') },
    group: field('sekisho.alert.group'),
    start: field('event.start'),
    end: field('event.end'),
    count: field('sekisho.alert.count'),
    severity: field('sekisho.alert.severity'),
  });
}

describe('the sample story', () => {
  it('is read whole: every file, every line', () => {
    expect(result.sources).toBe(9);
    expect(result.deadLetters).toEqual([]);
    expect(result.counts.records).toBeGreaterThan(58_000);
  });

  it('gives exactly the alerts that are expected', async () => {
    const lines = result.alerts.map((alert) => `${compared(alert)}\n`).join('');
    await expect(lines).toMatchFileSnapshot(join(SAMPLE, 'expected.ndjson'));
    expect(result.alerts.length).toBeLessThanOrEqual(EXPECTED.alertsAtMost);
  });

  it.each(STAGES)('tells of the stage $name, from its addresses and hosts, while it goes on', (stage) => {
    const alerts = titled(TOLD_BY[stage.name]);
    expect(alerts.length).toBeGreaterThan(0);
    for (const alert of alerts) {
      expect(Date.parse(text(alert, 'event.start'))).toBeGreaterThanOrEqual(stage.start);
      expect(Date.parse(text(alert, 'event.end'))).toBeLessThanOrEqual(stage.end);
      for (const ip of alertField(alert, 'related.ip') as readonly string[]) expect(stage.addresses).toContain(ip);
      for (const host of alertField(alert, 'related.hosts') as readonly string[])
        expect(stage.seenOn).toContain(host.replace('login-1', 'login'));
    }
  });

  it('alerts about nothing else', () => {
    const known = [CHAIN, ...Object.values(TOLD_BY).flat()];
    expect(result.alerts.map((alert) => text(alert, 'rule.name')).filter((name) => !known.includes(name))).toEqual([]);
  });

  it('names no benign address and no benign user, not even in evidence', () => {
    const told = result.alerts.map((alert) => JSON.stringify(alert.document)).join('\n');
    const words = new Set(told.split(/[^\w.:'-]+/u));
    expect(BENIGN_ADDRESSES.filter((address) => words.has(address))).toEqual([]);
    const named = result.alerts.flatMap((alert) =>
      [alertField(alert, 'related.user'), alertField(alert, 'user.name')].flat(),
    );
    expect(BENIGN_USERS.filter((user) => named.includes(user))).toEqual([]);
  });

  it('ends in one alert for the whole chain, its stages in order, with the accounts to reset', () => {
    expect(titled([CHAIN])).toHaveLength(1);
    const last = result.alerts.at(-1);
    expect(last === undefined ? undefined : text(last, 'rule.name')).toBe(CHAIN);
    const stages = alertField(last as AlertDocument, 'sekisho.alert.stages') as readonly ToldStage[];
    expect(stages).toHaveLength(EXPECTED.stages);
    stages.forEach((stage, i) => {
      const truth = STAGES[i] as Stage;
      expect(Date.parse(stage.start)).toBeGreaterThanOrEqual(truth.start);
      expect(Date.parse(stage.start)).toBeLessThanOrEqual(truth.end);
    });
    const takeover = stages.find((stage) => stage.name === 'Account taken over');
    expect(takeover?.user).toEqual([...FALLEN_USERS].sort());
  });

  it('names every fallen account in the alert about accounts taken over, and nobody else', () => {
    const [alert] = titled(TOLD_BY.takeover);
    expect(alertField(alert as AlertDocument, 'related.user')).toEqual([...FALLEN_USERS].sort());
  });
});
