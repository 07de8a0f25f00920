import type { Command } from 'commander';
import { printable } from '../event/index.js';
import { EXIT } from './exit.js';
import { configOption, examples, valuesOption } from './options.js';
import { configOf, onPaths, rulePaths, tellRules } from './session.js';
import { Out } from './terminal.js';
import { counted } from './text.js';

interface Options {
  readonly json?: boolean;
  readonly config?: string;
  readonly values?: readonly string[];
}

/** Declares `rules lint`. */
export function declareRulesLint(rules: Command): void {
  rules
    .command('lint')
    .description(
      'warn of rules that load but can hardly do what they should: unused, impossible, too broad, unlabelled',
    )
    .argument('[path...]', "rule files and folders (default: the configuration's, else the bundled rules)")
    .option('--json', 'one JSON array of {file, line, column, code, reason, fix}')
    .addOption(valuesOption())
    .addOption(configOption())
    .addHelpText(
      'after',
      examples(['what is doubtful about my rules?', 'sekisho rules lint my-rules/']) +
        '\nA rule waives a check with its reason: `sekisho: { lint: { ignore: { broad: why } } }`.' +
        '\nExit code 1 where there is any warning, 3 where no rule loads.\n',
    )
    .action(lint);
}

async function lint(paths: readonly string[], options: Options): Promise<void> {
  const [{ loadRuleFolders, ruleProblemText }, { lintFolders }] = await Promise.all([
    import('../engine/rules.js'),
    import('../engine/tools/lint.js'),
  ]);
  const config = await configOf(options.config);
  const folders = await rulePaths(config, onPaths(paths, options));
  const given = { values: options.values ?? config.values, lists: config.lists };
  await tellRules(await loadRuleFolders(folders, given));
  const found = lintFolders(folders, given);
  const out = new Out();
  if (options.json === true) {
    await out.json(
      found.map(({ file, line, column, code, reason, fix }) => ({ file, line, column, code, reason, fix })),
    );
  } else {
    for (const problem of found) await out.write(`${printable(ruleProblemText(problem))} [${problem.code}]\n`);
    await out.write(`${found.length === 0 ? 'nothing doubtful' : counted(found.length, 'warning')}\n`);
  }
  await out.flush();
  process.exitCode = found.length === 0 ? EXIT.done : EXIT.failed;
}
