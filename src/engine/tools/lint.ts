import { readRuleFiles } from '../../rule/files.js';
import { lintRules } from '../../rule/lint/lint.js';
import type { RuleProblem } from '../../rule/types.js';
import { givenTo, type RuleOptions } from '../rules.js';

/** What is doubtful about the rules of some files and folders that load; see `lintRules`. */
export function lintFolders(
  paths: readonly string[],
  given: Pick<RuleOptions, 'values' | 'lists'> = {},
): readonly RuleProblem[] {
  return lintRules(readRuleFiles(paths).files, { mapping: true, ...givenTo(given).load });
}
