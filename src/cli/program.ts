import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../engine/package-root.js';
import { declareAlerts } from './alerts.js';
import { declareCheck } from './check.js';
import { declareDeadLetter } from './dead-letter.js';
import { declareExplain } from './explain.js';
import { declareFormats } from './formats.js';
import { declareNormalise } from './normalise.js';
import { examples } from './options.js';
import { declareRules } from './rules.js';
import { declareRun } from './run.js';
import { declareScan } from './scan.js';
import { declareSetup } from './setup.js';
import { declareStatus } from './status.js';

/** In the order in which people meet them. */
const COMMANDS: readonly ((program: Command) => void)[] = [
  declareScan,
  declareRun,
  declareAlerts,
  declareExplain,
  declareRules,
  declareCheck,
  declareSetup,
  declareStatus,
  declareNormalise,
  declareFormats,
  declareDeadLetter,
];

/**
 * The whole command line. Declares only; what a command needs is imported when it runs, so that `--help` and completion
 * answer at once. Throws CommanderError instead of ending the process.
 */
export function buildProgram(): Command {
  const program = new Command('sekisho')
    .description(
      'Reads logs, matches Sigma rules and correlations over sliding windows of event time, tells of attacks.',
    )
    .version(version(), '-V, --version')
    .option('--no-color', 'no colours (NO_COLOR does the same)')
    .helpOption('-h, --help', 'help for sekisho or one of its commands')
    .helpCommand('help [command]', 'help for a command')
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help for help and examples)')
    .exitOverride()
    .addHelpText(
      'after',
      examples(
        ['look through logs with the bundled rules', 'sekisho scan /var/log/nginx /var/log/auth.log*'],
        ['follow logs for good', 'sekisho run -c sekisho.yml'],
        [
          'what becomes of this line, and why?',
          "sekisho explain -l 'Mar 11 20:12:03 web-1 sshd[4]: Failed password …'",
        ],
      ) + '\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 rules refused, 4 scan --fail-on found alerts.\n',
    );
  for (const declare of COMMANDS) declare(program);
  program
    .command('complete')
    .description('print the completion script for a shell: bash, zsh, fish or powershell')
    .argument('[shell]')
    .addHelpText('after', examples(['complete commands and options in bash', 'source <(sekisho complete bash)']));
  return program;
}

function version(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;
}
