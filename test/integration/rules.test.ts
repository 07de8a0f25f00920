import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { lintFolders } from '../../src/engine/tools/lint.js';
import { runRuleTests } from '../../src/engine/tools/rule-tests.js';
import { bundledRules, loadRuleFolders, ruleProblemText } from '../../src/engine/rules.js';
import type { Correlation, EventRule, RuleSet, RuleTest } from '../../src/rule/types.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u;
const ATTACK = /^attack\.(?:t\d{4}(?:\.\d{3})?|[a-z]+(?:-[a-z]+)*)$/u;
/** Public documentation and nothing else: no rules of others, no addresses that move. */
const REFERENCE =
  /^https:\/\/(?:attack\.mitre\.org|owasp\.org|www\.rfc-editor\.org|www\.elastic\.co\/docs|man\.openbsd\.org|www\.sudo\.ws\/docs|wiki\.debian\.org|nvd\.nist\.gov|logging\.apache\.org)\//u;

let ruleSet: RuleSet;
let all: readonly (EventRule | Correlation)[];
beforeAll(async () => {
  ruleSet = await loadRuleFolders([bundledRules()]);
  all = [...ruleSet.rules, ...ruleSet.correlations.filter((correlation) => !correlation.implicit)];
});

function testsOf(rule: EventRule | Correlation): readonly RuleTest[] {
  return rule.kind === 'rule' ? rule.sekisho.tests : rule.tests;
}

/** Rules that make alerts of their own: written correlations and plain rules that nobody silences. */
function alerting(): readonly (EventRule | Correlation)[] {
  const loud = new Set(ruleSet.correlations.filter((one) => one.alerts).map((one) => one.meta.id));
  return all.filter((rule) => loud.has(rule.meta.id));
}

describe('the bundled rules', () => {
  it('load without a problem', () => {
    expect(ruleSet.problems.map(ruleProblemText)).toEqual([]);
    expect(ruleSet.rules.length).toBeGreaterThan(20);
  });

  it('pass the linter', () => {
    expect(lintFolders([bundledRules()]).map(ruleProblemText)).toEqual([]);
  });

  it('say what people need to know', () => {
    for (const rule of all) {
      const { meta } = rule;
      const at = `${meta.file}:${meta.line}`;
      expect(meta.uuid, at).toMatch(UUID);
      expect(meta.name, at).toMatch(/^[a-z0-9]+(?:_[a-z0-9]+)+$/u);
      expect(meta.status, at).toMatch(/^(?:stable|test|experimental)$/u);
      expect([meta.author, meta.license], at).toEqual(['Sekisho', 'Apache-2.0']);
      expect(meta.description?.length ?? 0, at).toBeGreaterThan(20);
      expect(meta.falsePositives.length, at).toBeGreaterThan(0);
      expect(
        meta.references.filter((link) => !REFERENCE.test(link)),
        at,
      ).toEqual([]);
      expect(meta.references.length, at).toBeGreaterThan(0);
      expect(
        meta.tags.filter((tag) => !ATTACK.test(tag)),
        at,
      ).toEqual([]);
      expect(
        meta.tags.some((tag) => /\.t\d{4}/u.test(tag)),
        at,
      ).toBe(true);
    }
  });

  it('have a date, and a level that is written, in every document', async () => {
    for (const file of new Set(all.map((rule) => rule.meta.file))) {
      for (const document of (await readFile(file, 'utf8')).split(/^---$/mu)) {
        expect(document, file).toMatch(/^date: \d{4}-\d{2}-\d{2}$/mu);
        expect(document, file).toMatch(/^level: [a-z]+$/mu);
      }
    }
  });

  it('have at least three tests wherever they alert, and one of them expects nothing', () => {
    for (const rule of alerting()) {
      const tests = testsOf(rule);
      expect(tests.length, rule.meta.title).toBeGreaterThanOrEqual(3);
      expect(
        tests.some((test) => test.alerts.length === 0),
        rule.meta.title,
      ).toBe(true);
      expect(
        tests.some((test) => test.alerts.length > 0),
        rule.meta.title,
      ).toBe(true);
    }
  });

  it('pass their own tests', () => {
    const results = runRuleTests(ruleSet);
    const failed = results.filter((result) => result.failures.length > 0);
    expect(results.length).toBeGreaterThan(100);
    expect(failed.map(({ title, test, failures }) => `${title}: ${test.name}: ${failures.join('; ')}`)).toEqual([]);
  });

  it('leave the building blocks of the break-in chain silent, and only those that a better alert replaces besides', () => {
    const loud = new Set(alerting().map((rule) => rule.meta.name));
    for (const name of [
      'web_reconnaissance',
      'web_shell',
      'privileged_group_member',
      'api_mass_retrieval',
      'break_in_chain',
    ]) {
      expect(loud, name).toContain(name);
    }
    for (const name of ['web_account_taken_over', 'not_found_scan', 'ssh_brute_force_attempt']) {
      expect(loud, name).not.toContain(name);
    }
  });
});
