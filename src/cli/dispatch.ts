import type { Command } from 'commander';
import { CommanderError } from 'commander';
import { CliError, EXIT } from './exit.js';
import { guardOutput, say } from './terminal.js';

/**
 * Runs the command that the arguments name and sets the process's exit code; never rejects.
 *
 * Expected failures are told in a sentence; with `SEKISHO_DEBUG` set, with their stack.
 */
export async function dispatch(program: Command, argv: readonly string[]): Promise<void> {
  guardOutput();
  try {
    if (argv[2] === 'complete') await (await import('./complete.js')).addCompletion(program);
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = fail(error);
  }
}

function fail(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const debug = (process.env['SEKISHO_DEBUG'] ?? '') !== '';
  if (debug && error instanceof Error) say(error.stack ?? error.message);
  else say(`sekisho: ${sentenceOf(error)}`);
  return error instanceof CliError ? error.code : EXIT.failed;
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof CliError || error.name === 'ConfigError') return error.message;
  if ('code' in error && typeof error.code === 'string') return error.message;
  return `${error.message} (a fault of Sekisho's; set SEKISHO_DEBUG=1 to see where)`;
}
