import type { Command } from 'commander';
import type { RuleSet } from '../engine/rules.js';
import { printable } from '../event/index.js';
import { EXIT } from './exit.js';
import type { ExitCode } from './exit.js';
import { configOption, examples } from './options.js';
import { configOf, loadedIds, refusedOf, rulesOf } from './session.js';
import { Out, say } from './terminal.js';
import { counted } from './text.js';

interface Options {
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly config?: string;
}

/** Declares `rules check`. */
export function declareRulesCheck(rules: Command): void {
  rules
    .command('check')
    .description('tell which rules load, which are refused and why, and who silences whom')
    .argument('[path...]', "rule files and folders (default: the configuration's, else the bundled rules)")
    .option('--json', 'one JSON document: {loaded, refused, silenced}; with --verbose {…, feeds} too')
    .option('--verbose', 'also tell for each rule which known logs feed it and which of its fields no table maps')
    .addOption(configOption())
    .addHelpText(
      'after',
      examples(['my rules, as a compiler would', 'sekisho rules check my-rules/']) +
        '\nExit code 3 where any rule is refused.\n',
    )
    .action(async (paths: readonly string[], options: Options) => {
      const config = await configOf(options.config);
      const ruleSet = await rulesOf(config, paths.length > 0 ? { rules: paths } : {});
      if (options.json === true) await tellJson(ruleSet, options.verbose === true);
      else {
        if (options.verbose === true) await tellFeeds(ruleSet);
        await tellCheck(ruleSet);
      }
      process.exitCode = verdict(ruleSet);
    });
}

/** Exit code 3 where any rule was refused. */
export function verdict(ruleSet: RuleSet): ExitCode {
  return refusedOf(ruleSet).length > 0 ? EXIT.refused : EXIT.done;
}

async function tellFeeds(ruleSet: RuleSet): Promise<void> {
  const { feedsOf } = await import('../engine/feeds.js');
  const out = new Out();
  for (const { title, logsource, datasets, unmapped } of feedsOf(ruleSet)) {
    const fed = datasets.length === 0 ? 'no log by its dataset alone' : datasets.join(', ');
    const names = unmapped.length === 0 ? '' : `; no known mapping: ${unmapped.join(', ')}`;
    await out.write(`${printable(`'${title}' (${logsource}) is fed by ${fed}${names}`)}\n`);
  }
  await out.flush();
}

async function tellJson(ruleSet: RuleSet, verbose: boolean): Promise<void> {
  const refused = refusedOf(ruleSet).map(({ file, line, column, path, reason, fix }) => ({
    file,
    line,
    column,
    reason: path === '' ? reason : `${path}: ${reason}`,
    fix,
  }));
  const silenced = ruleSet.silenced.map(({ rule, by }) => ({ rule, by }));
  const out = new Out();
  const feeds = verbose ? { feeds: (await import('../engine/feeds.js')).feedsOf(ruleSet) } : {};
  await out.json({ loaded: loadedIds(ruleSet), refused, silenced, ...feeds });
  await out.flush();
}

/** Tells people, on standard output, how a rule set stands. */
export async function tellCheck(ruleSet: RuleSet): Promise<void> {
  const { ruleProblemText } = await import('../engine/rules.js');
  const out = new Out();
  const tell = async (text: string): Promise<void> => out.write(`${printable(text)}\n`);
  for (const problem of ruleSet.problems) await tell(ruleProblemText(problem));
  const titles = titlesOf(ruleSet);
  for (const { rule, by } of ruleSet.silenced) {
    await tell(`silenced: '${titles.get(rule) ?? rule}' alerts only through '${titles.get(by) ?? by}'`);
  }
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
