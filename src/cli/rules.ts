import type { Command } from 'commander';
import { declareRulesCheck } from './rules-check.js';
import { declareRulesCorrelate } from './rules-correlate.js';
import { declareRulesExplain } from './rules-explain.js';
import { declareRulesLint } from './rules-lint.js';
import { declareRulesList } from './rules-list.js';
import { declareRulesMatch } from './rules-match.js';
import { declareRulesTest } from './rules-test.js';

/** Declares `rules` and its subcommands. */
export function declareRules(program: Command): void {
  const rules = program.command('rules').description('check, test and try out Sigma rules');
  for (const declare of [
    declareRulesCheck,
    declareRulesLint,
    declareRulesList,
    declareRulesExplain,
    declareRulesTest,
    declareRulesMatch,
    declareRulesCorrelate,
  ])
    declare(rules);
}
