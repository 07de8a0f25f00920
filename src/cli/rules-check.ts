import type { Command } from 'commander';
import type { RuleSet } from '../engine/rules.js';
import { printable } from '../event/index.js';
import { EXIT } from './exit.js';
import type { ExitCode } from './exit.js';
import { loadedIds } from '../engine/loaded.js';
import { configOption, examples, valuesOption } from './options.js';
import { configOf, onPaths, refusedOf, rulesOf } from './session.js';
import { Out, say } from './terminal.js';
import { counted } from './text.js';

interface Options {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly config?: string;
  readonly values?: readonly string[];
}

/** Declares `rules check`. */
export function declareRulesCheck(rules: Command): void {
  rules
    .command('check')
    .description('tell which rules load, which are refused and why, and who silences whom')
    .argument('[path...]', "rule files and folders (default: the configuration's, else the bundled rules)")
    .option('--json', 'one JSON document: {loaded, refused, silenced, warnings, feeds}')
    .option('-q, --quiet', 'only what is refused or doubtful, not which logs feed each rule')
    .addOption(valuesOption())
    .addOption(configOption())
    .addHelpText(
      'after',
      examples(['my rules, as a compiler would', 'sekisho rules check my-rules/']) +
        '\nExit code 3 where any rule is refused.\n',
    )
    .action(async (paths: readonly string[], options: Options) => {
      const config = await configOf(options.config);
      const ruleSet = await rulesOf(config, onPaths(paths, options));
      if (options.json === true) await tellJson(ruleSet);
      else {
        if (options.quiet !== true) await tellFeeds(ruleSet);
        await tellCheck(ruleSet, silencedByName);
      }
      process.exitCode = verdict(ruleSet);
    });
}

/** Exit code 3 where any rule was refused. */
export function verdict(ruleSet: RuleSet): ExitCode {
  return refusedOf(ruleSet).length > 0 ? EXIT.refused : EXIT.done;
}

async function tellFeeds(ruleSet: RuleSet): Promise<void> {
  const { feedsOf } = await import('../engine/tools/feeds.js');
  const out = new Out();
  for (const { title, logsource, logs, unmapped, meant = {} } of feedsOf(ruleSet)) {
    const fed = logs.length === 0 ? 'only by inputs that say so (logsource:)' : `by ${someOf(logs)}`;
    const names = unmapped.length === 0 ? '' : `; no known mapping: ${unmapped.join(', ')}`;
    const doubts = Object.entries(meant).map(([name, other]) => `${other} for ${name}`);
    const doubt = doubts.length === 0 ? '' : `; did you mean ${doubts.join(', ')}?`;
    await out.write(`${printable(`'${title}' (${logsource}) is fed ${fed}${names}${doubt}`)}\n`);
  }
  await out.flush();
}

/** Logs named for one rule; --json names all. */
const LOGS_TOLD = 5;

function someOf(logs: readonly string[]): string {
  const more = logs.length - LOGS_TOLD;
  return `${logs.slice(0, LOGS_TOLD).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

async function tellJson(ruleSet: RuleSet): Promise<void> {
  const { feedsOf } = await import('../engine/tools/feeds.js');
  const refused = refusedOf(ruleSet).map(plainProblem);
  const warnings = ruleSet.problems.filter(({ severity }) => severity === 'warning').map(plainProblem);
  const silenced = ruleSet.silenced.map(({ rule, by }) => ({ rule, by }));
  const out = new Out();
  await out.json({ loaded: loadedIds(ruleSet), refused, silenced, warnings, feeds: feedsOf(ruleSet) });
  await out.flush();
}

function plainProblem({ file, line, column, path, reason, fix }: RuleSet['problems'][number]): Record<string, unknown> {
  return { file, line, column, reason: path === '' ? reason : `${path}: ${reason}`, fix };
}

/** One line a rule that another silences, with both titles. */
export function silencedByName(ruleSet: RuleSet): readonly string[] {
  const titles = titlesOf(ruleSet);
  return ruleSet.silenced.map(
    ({ rule, by }) => `silenced: '${titles.get(rule) ?? rule}' alerts only through '${titles.get(by) ?? by}'`,
  );
}

/** One line that counts the rules that others silence; none where there are none. */
export function silencedInShort({ silenced }: RuleSet): readonly string[] {
  const count = new Set(silenced.map(({ rule }) => rule)).size;
  if (count === 0) return [];
  const [verb, whom] = count === 1 ? ['alerts', 'it'] : ['alert', 'them'];
  return [`${counted(count, 'rule')} ${verb} only through others; sekisho rules check names ${whom}`];
}

/** Tells people, on standard output, how a rule set stands; `silenced` tells of rules that others silence. */
export async function tellCheck(ruleSet: RuleSet, silenced: (ruleSet: RuleSet) => readonly string[]): Promise<void> {
  const { ruleProblemText } = await import('../engine/rules.js');
  const out = new Out();
  const tell = async (text: string): Promise<void> => out.write(`${printable(text)}\n`);
  for (const problem of ruleSet.problems) await tell(ruleProblemText(problem));
  for (const line of silenced(ruleSet)) await tell(line);
  const written = ruleSet.correlations.filter((correlation) => !correlation.implicit).length;
  const refused = refusedOf(ruleSet).length;
  await tell(
    `${counted(ruleSet.rules.length, 'rule')} and ${counted(written, 'correlation')} loaded, ` +
      `${refused === 0 ? 'none refused' : `${counted(refused, 'problem')}: what they name is refused`}`,
  );
  await out.flush();
  if (loadedIds(ruleSet).length === 0 && refused === 0) say('sekisho: no rules found there');
}

function titlesOf(ruleSet: RuleSet): ReadonlyMap<string, string> {
  return new Map([...ruleSet.rules, ...ruleSet.correlations].map(({ meta }) => [meta.id, meta.title]));
}
