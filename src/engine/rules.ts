import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRuleFiles } from '../rule/files.js';
import { loadRules, type RuleFile } from '../rule/load.js';
import { readValues, type ReadValues } from '../rule/values-file.js';
import { withoutTests } from '../rule/without-tests.js';
import type { RuleOverride, RuleProblem, RuleSet } from '../rule/types.js';
import { suggestion } from './suggest.js';

export type { RuleProblem, RuleSet } from '../rule/types.js';

/** The project's own folder: the nearest above this file that holds a package.json. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

/** The folder of the rules that come with Sekisho. */
export function bundledRules(): string {
  return join(packageRoot(), 'rules');
}

/** How rules are loaded. */
export interface RuleOptions {
  /** False: fields are looked up by their own names and log sources only exclude (`--no-mapping`). */
  readonly mapping?: boolean;
  /** By rule id. */
  readonly overrides?: Readonly<Record<string, RuleOverride>>;
  /** False: rule tests, most of a well-tested rule's text, are left out unread. */
  readonly tests?: boolean;
  /** Files of values for placeholders (`expand`). */
  readonly values?: readonly string[];
}

/** Rule files as read, and how they are to be loaded: plain data, from which any thread makes the same rules. */
export interface RuleSource {
  readonly files: readonly RuleFile[];
  /** Paths that could not be read. */
  readonly problems: readonly RuleProblem[];
  readonly mapping: boolean;
  readonly overrides: Readonly<Record<string, RuleOverride>>;
  readonly placeholders: ReadValues['values'];
}

/** Reads the rule files of some files and folders. Never throws. */
export function readRuleSource(paths: readonly string[], options: RuleOptions = {}): RuleSource {
  const { files: read, problems } = readRuleFiles(paths);
  const files = options.tests === false ? read.map((file) => ({ ...file, text: withoutTests(file.text) })) : read;
  const { values: placeholders, problems: more } = placeholdersOf(options.values ?? []);
  const { mapping = true, overrides = {} } = options;
  return { files, problems: [...problems, ...more], mapping, overrides, placeholders };
}

/** Resolves the rules of files already read. Never throws for what a file holds. */
export function loadRuleSource({ files, problems, mapping, placeholders, ...source }: RuleSource): RuleSet {
  const overrides = new Map(Object.entries(source.overrides));
  const ruleSet = loadRules(files, { mapping, overrides, placeholders });
  return { ...ruleSet, problems: [...problems, ...ruleSet.problems, ...unknownOverrides(ruleSet, overrides)] };
}

/**
 * Reads and resolves all rules of some files and folders. Never throws for what a file holds: problems are in the
 * result, unreadable paths and overrides of unknown rules among them.
 */
export async function loadRuleFolders(paths: readonly string[], options: RuleOptions = {}): Promise<RuleSet> {
  return loadRuleSource(readRuleSource(paths, options));
}

/** What the files of `values:` or `--values` say placeholders stand for; unreadable ones are problems. */
export function placeholdersOf(paths: readonly string[]): ReadValues {
  const { files, problems } = readRuleFiles(paths);
  const read = readValues(files);
  return { values: read.values, problems: [...problems, ...read.problems] };
}

function unknownOverrides(ruleSet: RuleSet, overrides: ReadonlyMap<string, RuleOverride>): readonly RuleProblem[] {
  const known = [...ruleSet.rules, ...ruleSet.correlations].map((rule) => rule.meta.id);
  const ids = new Set(known);
  return [...overrides]
    .filter(([id, override]) => !ids.has(id) && override.disabled !== true)
    .map(([id]) => ({
      file: 'configuration',
      line: 0,
      column: 0,
      severity: 'warning' as const,
      code: 'rule.override.unknown',
      path: `overrides.${id}`,
      reason: `no loaded rule has the id '${id}'${suggestion(id, known)}`,
      fix: 'correct the id, or remove the override',
    }));
}

/** `file:line:column: path: reason; fix`, as compilers write it. */
export function ruleProblemText(problem: RuleProblem): string {
  const at = problem.line === 0 ? problem.file : `${problem.file}:${problem.line}:${problem.column}`;
  const path = problem.path === '' ? '' : `${problem.path}: `;
  return `${at}: ${problem.severity}: ${path}${problem.reason}${problem.fix === '' ? '' : `; ${problem.fix}`}`;
}
