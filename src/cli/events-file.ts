import { statSync } from 'node:fs';
import type { Command } from 'commander';
import type { RuleSet } from '../engine/rules.js';
import { printable } from '../event/index.js';
import { CliError, EXIT } from './exit.js';
import { collect, timezoneOption, typeOption, valuesOption } from './options.js';
import { checkType, configOf, rulesOf, tellRules } from './session.js';
import { say } from './terminal.js';
import { counted } from './text.js';

/** Options of commands that try rules on a file of events. */
export interface EventsOptions {
  readonly rules: readonly string[];
  readonly events: string;
  readonly mapping: boolean;
  readonly values?: readonly string[];
  readonly type?: string;
  readonly timezone?: string;
}

/** Adds `--rules`, `--events`, `--no-mapping`, and what raw lines are read with. */
export function withEvents(command: Command): Command {
  return command
    .requiredOption('-r, --rules <path>', 'rule file or folder, repeatable', collect)
    .requiredOption(
      '-e, --events <file>',
      'events: one JSON object a line, a JSON array, or raw lines; - is standard input',
    )
    .addOption(typeOption())
    .addOption(timezoneOption())
    .addOption(valuesOption())
    .option('--no-mapping', 'look fields up by their own names; no logsource is required, only contradictions exclude');
}

/**
 * Loads the rules and makes sure there is a file of events.
 *
 * @throws CliError where either fails.
 */
export async function eventRules(options: EventsOptions): Promise<RuleSet> {
  await checkType(options.type);
  if (options.events !== '-') mustBeFile(options.events);
  const ruleSet = await rulesOf(await configOf(undefined), options);
  await tellRules(ruleSet);
  return ruleSet;
}

function mustBeFile(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new CliError(`${path}: does not exist`);
  if (stats.isDirectory()) throw new CliError(`${path}: is a folder; name a file of events`);
}

/** Tells that windows were told by the order of the file where events tell no time. */
export function tellTimeless(count: number): void {
  if (count === 0) return;
  say(
    `sekisho: ${counted(count, 'event')} without a time: each has that of the event before it (@timestamp, timestamp …)`,
  );
}

/** Tells that lines were not understood, so that most rules can't match them. */
export function tellUnread(count: number, { type }: Pick<EventsOptions, 'type'>): void {
  if (count === 0) return;
  const mend =
    type === undefined
      ? 'name their format with -t; for events with field names of their own leave log sources out with --no-mapping'
      : 'leave -t out, and each line is looked at';
  const what = type === undefined ? 'of no known format' : `not of type ${type}`;
  say(`sekisho: ${counted(count, 'event')} ${what}, which only keyword rules see: ${mend}`);
}

/** Tells that an event could not be read, and makes the exit code say so. */
export function tellEventFailure(index: number, failure: string): void {
  say(printable(`sekisho: event ${index} (counted from 0): ${failure}`));
  process.exitCode = EXIT.failed;
}
