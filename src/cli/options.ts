import { InvalidArgumentError, Option } from 'commander';
import type { Level } from '../event/index.js';
import { LEVELS } from '../event/index.js';

/** Forms in which commands write what they found. */
export type Form = 'table' | 'json' | 'ndjson';

/** `-o/--output` and `--json`, as commander hands them over. */
export interface FormOptions {
  readonly output?: Form;
  readonly json?: boolean;
}

/** The form asked for: `--json` means NDJSON, nothing means a table. */
export function formOf(options: FormOptions): Form {
  return options.json === true ? 'ndjson' : (options.output ?? 'table');
}

/** `-o, --output <form>`. */
export function outputOption(): Option {
  return new Option('-o, --output <form>', 'table for people, json (one array), ndjson (one document a line)').choices([
    'table',
    'json',
    'ndjson',
  ]);
}

/** `--json`. */
export function jsonOption(): Option {
  return new Option('--json', 'the same as -o ndjson').conflicts('output');
}

/** `-c, --config <file>`, once. */
export function configOption(description = 'configuration file'): Option {
  return new Option('-c, --config <file>', description).argParser(only);
}

function only(value: string, previous: string | undefined): string {
  if (previous === undefined) return value;
  throw new InvalidArgumentError(`It was '${previous}' before; one configuration is read, so name one.`);
}

/** `-r, --rules <path>`, repeatable. */
export function rulesOption(): Option {
  return new Option(
    '-r, --rules <path>',
    "rule file or folder, or bundled for Sekisho's own; repeatable (default: the configuration's, else bundled)",
  ).argParser(collect);
}

/** `--threads <count>`: whether reading and matching have a thread of their own. */
export function threadsOption(): Option {
  return new Option(
    '--threads <count>',
    'read and match in the thread that correlates (1) or in one of their own (2; default from 256 MiB on)',
  ).choices(['1', '2']);
}

/** `--values <file>`, repeatable. */
export function valuesOption(): Option {
  return new Option(
    '--values <file>',
    "YAML file of what placeholders stand for, `Administrators: [root, adm_*]`; repeatable (default: the configuration's)",
  ).argParser(collect);
}

/** `-t, --type <type>`. */
export function typeOption(): Option {
  return new Option(
    '-t, --type <type>',
    'format of the lines, such as nginx, auth or ecs (`sekisho formats list`; default: detected per line)',
  );
}

/** `--timezone <zone>`. */
export function timezoneOption(): Option {
  return new Option(
    '--timezone <zone>',
    'zone of times written without one, and of the times shown, such as Asia/Tokyo (default: this machine’s)',
  ).argParser(zone);
}

/** `--since <time>`. */
export function sinceOption(what: string): Option {
  return new Option('--since <time>', `${what}: a span back from now (24h, 7d) or an ISO time (2026-03-10T06:00)`);
}

/** An option that takes a level. */
export function levelOption(flags: string, description: string): Option {
  return new Option(flags, `${description}: ${LEVELS.join(', ')}`).argParser(level);
}

/** For `argParser`: gathers a repeatable option's values. */
export function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

/** For `argParser`: a whole number from 1 on. */
export function positive(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return number;
}

function level(value: string): Level {
  const wanted = value.toLowerCase();
  const found = LEVELS.find((candidate) => candidate === wanted);
  if (found === undefined) throw new InvalidArgumentError(`It must be one of ${LEVELS.join(', ')}.`);
  return found;
}

function zone(value: string): string {
  // Asking Intl takes longer than many a scan's first batch.
  if (value === 'UTC') return value;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone;
  } catch {
    throw new InvalidArgumentError('It must be an IANA time zone, such as Asia/Tokyo or UTC.');
  }
}

/** The examples a command's help ends with: what one wants, and the line that does it. */
export function examples(...pairs: readonly (readonly [want: string, line: string])[]): string {
  return `\nExamples:\n${pairs.map(([want, line]) => `  # ${want}\n  $ ${line}`).join('\n')}\n`;
}
