import { existsSync } from 'node:fs';
import { printable } from '../event/index.js';
import type { Config } from '../engine/config/config.js';
import type { RuleOptions, RuleSet, RuleSource } from '../engine/rules.js';
import { loadedIds } from '../engine/loaded.js';
import { CliError, EXIT, usageError } from './exit.js';
import { say } from './terminal.js';
import { counted } from './text.js';

/** The configuration that is read where `-c` names none and it exists. */
export const DEFAULT_CONFIG = 'sekisho.yml';

/**
 * The configuration of a command: the file named, else every default.
 *
 * @throws ConfigError where the file can't be used.
 */
export async function configOf(file: string | undefined): Promise<Config> {
  if (file === undefined) return (await import('../engine/config/default.js')).defaultConfig(process.cwd());
  return (await import('../engine/config/config.js')).loadConfig(file);
}

/** As `configOf`, and where no file is named, `./sekisho.yml` if there is one: for commands about what `run` keeps. */
export function siteConfig(file: string | undefined): Promise<Config> {
  return configOf(file ?? (existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : undefined));
}

/** How a command loads rules. */
export interface RulesOptions {
  /** `-r`, in the order given. */
  readonly rules?: readonly string[];
  readonly mapping?: boolean;
  /** False: the rules' own tests are not read. */
  readonly tests?: boolean;
  /** `--values`, in the order given. */
  readonly values?: readonly string[];
}

/** For commands that take rule paths as arguments: those, with the command's other options. */
export function onPaths(paths: readonly string[], { values }: Pick<RulesOptions, 'values'>): RulesOptions {
  return { ...(paths.length > 0 && { rules: paths }), ...(values !== undefined && { values }) };
}

/**
 * The rule files and folders a command works with: those named, else the configuration's, else the bundled ones, which
 * `bundled` names beside others.
 */
export async function rulePaths(
  config: Pick<Config, 'rules'>,
  options: Pick<RulesOptions, 'rules'>,
): Promise<readonly string[]> {
  const { BUNDLED, bundledRules } = await import('../engine/rules.js');
  const named = options.rules ?? config.rules ?? [BUNDLED];
  return named.map((path) => (path === BUNDLED ? bundledRules() : path));
}

/** The rule files a command works with, read but not yet resolved. */
export async function ruleSourceOf(config: Config, options: RulesOptions): Promise<RuleSource> {
  const { readRuleSource } = await import('../engine/rules.js');
  const { mapping = true, tests = true } = options;
  return readRuleSource(await rulePaths(config, options), {
    mapping,
    tests,
    values: options.values ?? config.values,
    lists: config.lists,
    overrides: definedOnly(config.overrides),
  });
}

/** The rules a command works with: those named, else the configuration's, else the bundled ones. */
export async function rulesOf(config: Config, options: RulesOptions): Promise<RuleSet> {
  return rulesOfSource(await ruleSourceOf(config, options));
}

/** The rules of files already read. */
export async function rulesOfSource(source: RuleSource): Promise<RuleSet> {
  const { loadRuleSource } = await import('../engine/rules.js');
  return loadRuleSource(source);
}

type Overrides = NonNullable<RuleOptions['overrides']>;

/** Leaves out the keys an override doesn't set. */
export function definedOnly(overrides: Config['overrides']): Overrides {
  return Object.fromEntries(
    Object.entries(overrides).map(([id, override]) => [
      id,
      Object.fromEntries(Object.entries(override).filter(([, value]) => value !== undefined)),
    ]),
  );
}

/** Rules that were refused, with the number of files or rules they are in. */
export function refusedOf(ruleSet: RuleSet): RuleSet['problems'] {
  return ruleSet.problems.filter((problem) => problem.severity === 'error');
}

/** Problems told before a command goes on; `rules check` tells all. */
const PROBLEMS_TOLD = 20;

/**
 * Tells on standard error which rules were refused, and how many are doubtful.
 *
 * @throws CliError (exit code 3) where none loaded, or where some were refused and `strict` is true.
 */
export async function tellRules(ruleSet: RuleSet, options: { readonly strict?: boolean } = {}): Promise<void> {
  const { ruleProblemText } = await import('../engine/rules.js');
  const refused = refusedOf(ruleSet);
  for (const problem of refused.slice(0, PROBLEMS_TOLD)) say(printable(ruleProblemText(problem)));
  const untold = refused.length - PROBLEMS_TOLD;
  if (untold > 0) say(`… and ${counted(untold, 'problem')} more; sekisho rules check tells them all`);
  const doubtful = ruleSet.problems.length - refused.length;
  if (doubtful > 0) say(`${counted(doubtful, 'warning')} about rules; sekisho rules check tells them`);
  const loaded = loadedIds(ruleSet).length;
  if (loaded === 0) throw new CliError(nothingLoaded(refused.length), EXIT.refused);
  if (refused.length === 0) return;
  if (options.strict === true) {
    throw new CliError(`${counted(refused.length, 'problem')} in the rules, and --strict`, EXIT.refused);
  }
  say(`Rules: ${loaded} loaded; those named above were refused and are NOT looked for.`);
}

function nothingLoaded(refused: number): string {
  return refused === 0 ? 'no rules found: nothing could ever match' : 'no rule could be loaded';
}

/**
 * Makes sure a `--type` is one there is: built in, or described by the configuration.
 *
 * @throws CliError (exit code 2) that says which are known, or which was meant.
 */
export async function checkType(type: string | undefined, config?: Config): Promise<void> {
  if (type === undefined || config?.described.some(({ name }) => name === type.toLowerCase()) === true) return;
  const { isInputType, unknownType } = await import('../engine/types.js');
  if (isInputType(type)) return;
  throw usageError(
    printable(
      unknownType(
        type,
        config?.described.map(({ name }) => name),
      ),
    ),
  );
}
