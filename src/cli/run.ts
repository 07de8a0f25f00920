import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { RuleSource } from '../engine/rules.js';
import { CliError, EXIT, usageError } from './exit.js';
import { configOption, examples, rulesOption } from './options.js';
import { configOf, DEFAULT_CONFIG, loadedIds, rulePaths, rulesOfSource, ruleSourceOf, tellRules } from './session.js';
import { say } from './terminal.js';
import { counted } from './text.js';

interface Options {
  readonly config?: string;
  readonly rules?: readonly string[];
  readonly untilCaughtUp?: boolean;
  readonly strict?: boolean;
}

/** Declares `run`. */
export function declareRun(program: Command): void {
  program
    .command('run')
    .description('follow the inputs of a configuration and keep alerts, until stopped')
    .addOption(configOption(`configuration file (default: ./${DEFAULT_CONFIG})`))
    .addOption(rulesOption())
    .option('--until-caught-up', 'read what is there, commit, and end')
    .option('--strict', 'do not start if any rule is refused')
    .addHelpText(
      'after',
      examples(
        ['follow for good; a commented configuration is deploy/sekisho.sample.yml', 'sekisho run -c sekisho.yml'],
        ['once an hour, from cron', 'sekisho run -c sekisho.yml --until-caught-up'],
      ) +
        '\nSIGTERM or Ctrl-C ends it after a last commit, with exit code 0; a second one ends it at once.\n' +
        'Killed at any moment, it goes on from its last commit: nothing is lost and nothing told twice.\n',
    )
    .action(runCommand);
}

async function runCommand(options: Options): Promise<void> {
  const file = options.config ?? DEFAULT_CONFIG;
  if (options.config === undefined && !existsSync(file)) {
    throw usageError(
      `there is no ./${DEFAULT_CONFIG}; name a configuration with -c FILE (a sample: deploy/sekisho.sample.yml)`,
    );
  }
  const stop = stopSignal();
  const config = await configOf(file);
  if (config.inputs.length === 0) throw new CliError(`${file}: inputs: nothing to read; name at least one path`);
  const read = (): Promise<RuleSource> => ruleSourceOf(config, { ...options, tests: false });
  const source = await read();
  const ruleSet = await rulesOfSource(source);
  await tellRules(ruleSet, options);
  const [{ createLog }, { runEmbedded }] = await Promise.all([
    import('../engine/log.js'),
    import('../engine/embedded.js'),
  ]);
  const log = createLog(config.log);
  log.info(`sekisho starts: ${counted(loadedIds(ruleSet).length, 'rule')}, data in ${config.data}`);
  const untilCaughtUp = options.untilCaughtUp === true;
  const lists = Object.values(config.lists).map(({ path }) => path);
  const rules = { paths: [...(await rulePaths(config, options)), ...config.values, ...lists], source, read };
  const summary = await runEmbedded(config, { ruleSet, rules, log, signal: stop, untilCaughtUp });
  log.info(
    `sekisho ends: ${counted(summary.records, 'record')} read, ${counted(summary.alerts, 'alert revision')} written`,
  );
}

/** Aborts at the first SIGTERM or SIGINT, even while rules are still being read; a second one ends the process at once, as a crash would: nothing is lost. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.failed);
    say('sekisho: stopping after a last commit; once more to end at once');
    controller.abort();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  return controller.signal;
}
