import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { CliError } from './exit.js';
import { configOption, examples, rulesOption } from './options.js';
import { tellCheck, verdict } from './rules-check.js';
import { configOf, DEFAULT_CONFIG, rulesOf } from './session.js';
import { Out } from './terminal.js';
import { counted, listed } from './text.js';

interface Options {
  readonly config?: string;
  readonly rules?: readonly string[];
}

/** Declares `check`. */
export function declareCheck(program: Command): void {
  program
    .command('check')
    .description('check a configuration and its rules without starting anything')
    .addOption(configOption(`configuration file (default: ./${DEFAULT_CONFIG} if there is one)`))
    .addOption(rulesOption())
    .addHelpText(
      'after',
      examples(['before a restart', 'sekisho check -c sekisho.yml && systemctl restart sekisho']) +
        '\nExit code 1 where the configuration is wrong, 3 where a rule is refused.\n',
    )
    .action(checkCommand);
}

async function checkCommand(options: Options): Promise<void> {
  const file = options.config ?? (existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : undefined);
  const config = await configOf(file);
  const out = new Out();
  if (file === undefined) await out.write(`no configuration (no ./${DEFAULT_CONFIG}); defaults are used\n`);
  else {
    await out.write(
      `${file}: correct; ${counted(config.inputs.length, 'input')}, ` +
        `alerts kept in ${config.data}${config.outputs.length === 0 ? '' : `, also sent to ${listed(config.outputs.map((output) => (output.type === 'ndjson' ? output.path : output.nodes.join(', '))))}`}\n`,
    );
    for (const path of await missingPaths(config)) await out.write(`warning: ${path}\n`);
  }
  await out.flush();
  const ruleSet = await rulesOf(config, options);
  await tellCheck(ruleSet);
  process.exitCode = verdict(ruleSet);
  if (ruleSet.rules.length === 0) throw new CliError('without rules nothing could ever match', verdict(ruleSet) || 3);
}

/** Inputs that lead to nothing at the moment: `run` waits for them to appear. */
async function missingPaths(config: Awaited<ReturnType<typeof configOf>>): Promise<readonly string[]> {
  const { openOnce } = await import('../engine/sources.js');
  const { settingsFor } = await import('../engine/inputs.js');
  const missing: string[] = [];
  const input = openOnce({
    paths: config.inputs.flatMap((one) => one.path).filter((path) => path !== '-'),
    settingsFor: settingsFor(config, {}),
    report: (failure) => missing.push(failure.message),
    maxLineBytes: config['max-line'],
  });
  for (const reader of await input.discover()) await reader.close();
  await input.close();
  return missing;
}
