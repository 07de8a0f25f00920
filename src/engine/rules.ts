import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRuleFiles } from '../rule/files.js';
import { type ListSettings, readList } from '../normalise/enrich/lists.js';
import { type LoadOptions, loadRules, type RuleFile } from '../rule/load.js';
import type { Placeholders } from '../rule/placeholder.js';
import { readValues } from '../rule/values-file.js';
import { withoutTests } from '../rule/without-tests.js';
import { packageRoot } from './package-root.js';
import type { RuleOverride, RuleProblem, RuleSet } from '../rule/types.js';

export type { RuleProblem, RuleSet } from '../rule/types.js';
export { BUNDLED } from './package-root.js';

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
  /** The operator's lists: rules ask about them (`sekisho: where:`), and their entries are placeholders' values too. */
  readonly lists?: Readonly<Record<string, ListSettings>>;
}

/** Rule files as read, and how they are to be loaded: plain data, from which any thread makes the same rules. */
export interface RuleSource {
  readonly files: readonly RuleFile[];
  /** Paths that could not be read. */
  readonly problems: readonly RuleProblem[];
  readonly mapping: boolean;
  readonly overrides: Readonly<Record<string, RuleOverride>>;
  readonly placeholders: Placeholders;
  /** Names of the operator's lists. */
  readonly lists: ReadonlySet<string>;
}

/** Reads the rule files of some files and folders. Never throws. */
export function readRuleSource(paths: readonly string[], options: RuleOptions = {}): RuleSource {
  const { files: read, problems } = readRuleFiles(paths);
  const files = options.tests === false ? read.map((file) => ({ ...file, text: withoutTests(file.text) })) : read;
  const { load, problems: more } = givenTo(options);
  const { mapping = true, overrides = {} } = options;
  return { files, problems: [...problems, ...more], mapping, overrides, ...load };
}

/** Resolves the rules of files already read. Never throws for what a file holds. */
export function loadRuleSource({ files, problems, mapping, placeholders, lists, ...source }: RuleSource): RuleSet {
  const overrides = new Map(Object.entries(source.overrides));
  const ruleSet = loadRules(files, { mapping, overrides, placeholders, lists });
  return { ...ruleSet, problems: [...problems, ...ruleSet.problems] };
}

/**
 * Reads and resolves all rules of some files and folders. Never throws for what a file holds: problems are in the
 * result, unreadable paths and overrides of unknown rules among them.
 */
export async function loadRuleFolders(paths: readonly string[], options: RuleOptions = {}): Promise<RuleSet> {
  return loadRuleSource(readRuleSource(paths, options));
}

/** What the operator gives to rules: values of placeholders and lists; unreadable files are problems. */
export function givenTo({ values = [], lists = {} }: Pick<RuleOptions, 'values' | 'lists'>): {
  readonly load: Required<Pick<LoadOptions, 'placeholders' | 'lists'>>;
  readonly problems: readonly RuleProblem[];
} {
  const { files, problems } = readRuleFiles(values);
  const read = readValues(files);
  const listed = Object.entries(lists).map(([name, list]): readonly [string, readonly string[]] => [
    name,
    entriesOf(list),
  ]);
  const placeholders = new Map([...listed, ...read.values]);
  return {
    load: { placeholders, lists: new Set(Object.keys(lists)) },
    problems: [...problems, ...read.problems],
  };
}

/** The entries of a list as Sigma strings. What is wrong with the file is told by who reads it for events. */
function entriesOf(list: ListSettings): readonly string[] {
  if (!existsSync(list.path)) return [];
  const { entries } = readList(readFileSync(list.path, 'utf8'), list, () => undefined);
  return entries.map((entry) => entry.replace(/[\\*?]/g, '\\$&'));
}

/** `file:line:column: path: reason; fix`, as compilers write it. */
export function ruleProblemText(problem: RuleProblem): string {
  const at = problem.line === 0 ? problem.file : `${problem.file}:${problem.line}:${problem.column}`;
  const path = problem.path === '' ? '' : `${problem.path}: `;
  return `${at}: ${problem.severity}: ${path}${problem.reason}${problem.fix === '' ? '' : `; ${problem.fix}`}`;
}
