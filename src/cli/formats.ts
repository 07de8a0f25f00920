import type { Command } from 'commander';
import type { FormatTestResult } from '../engine/tools/format-tests.js';
import { printable } from '../event/index.js';
import { columnsTable } from './columns.js';
import { CliError, EXIT } from './exit.js';
import { configOption, examples } from './options.js';
import { configOf } from './session.js';
import type { Paint } from './terminal.js';
import { columnsOf, Out, painter, say } from './terminal.js';
import { counted } from './text.js';

/** Declares `formats` and its subcommand. */
export function declareFormats(program: Command): void {
  const formats = program
    .command('formats')
    .description('list the known formats; check and test those described in YAML');
  formats
    .command('test')
    .description('check descriptions of log formats and run the tests in them')
    .argument('<path...>', 'files and folders of descriptions')
    .addHelpText(
      'after',
      examples(['after a change', 'sekisho formats test formats/']) +
        '\nExit code 1 where a test fails, 3 where a description is refused.\n',
    )
    .action(testCommand);
  formats
    .command('list')
    .description('name every type of lines, for --type and the type: of an input')
    .option('--json', 'one JSON document {name, aliases, of} a line')
    .addOption(configOption('with the formats that this configuration describes'))
    .action(listCommand);
}

async function listCommand(options: { readonly json?: boolean; readonly config?: string }): Promise<void> {
  const [{ typesNamed }, { described }] = await Promise.all([import('../engine/types.js'), configOf(options.config)]);
  const own = described.map(({ name }) => ({ name, aliases: [], of: [], described: true }));
  const out = new Out();
  if (options.json === true) for (const type of [...own, ...typesNamed()]) await out.json(type);
  else {
    const rows = typesNamed().map(({ name, aliases, of }) => [
      name,
      [...aliases, ...of.map((one) => `= ${one}`)].join(', '),
    ]);
    rows.unshift(...own.map(({ name }) => [name, `described in ${options.config}`]));
    await out.write(columnsTable(['TYPE', 'OTHER NAMES, OR WHAT IT STANDS FOR'], rows, columnsOf(process.stdout)));
  }
  await out.flush();
}

async function testCommand(paths: readonly string[], _: object, command: Command): Promise<void> {
  const { color } = command.optsWithGlobals<{ readonly color: boolean }>();
  const paint = painter(process.stdout, color);
  const [{ readFormatFiles }, { runFormatTests }, { broadFormat }, { ruleProblemText }] = await Promise.all([
    import('../engine/config/format-files.js'),
    import('../engine/tools/format-tests.js'),
    import('../engine/tools/broad-format.js'),
    import('../engine/rules.js'),
  ]);
  const { formats, problems } = readFormatFiles(paths);
  const broad = formats.map(broadFormat).filter((problem) => problem !== undefined);
  for (const problem of [...problems, ...broad]) say(printable(ruleProblemText(problem)));
  if (formats.length === 0) throw new CliError('no format could be read', EXIT.refused);
  const results = runFormatTests(formats);
  const failed = results.filter(({ failures }) => failures.length > 0);
  const out = new Out();
  for (const result of failed) await out.write(failedText(result, paint));
  await out.write(
    `${counted(formats.length, 'format')}, ${counted(results.length, 'test')}: ` +
      `${results.length - failed.length} passed, ${failed.length} failed\n`,
  );
  await out.flush();
  const isRefused = problems.some(({ severity }) => severity === 'error');
  process.exitCode = failed.length > 0 ? EXIT.failed : isRefused ? EXIT.refused : EXIT.done;
}

function failedText({ format, test, failures }: FormatTestResult, paint: Paint): string {
  const { file, line, column } = test.place;
  const reasons = failures.map((failure) => `         ${printable(failure)}\n`).join('');
  return `${paint('red', 'FAILED')} ${format}: ${file}:${line}:${column}\n         ${printable(test.line)}\n${reasons}`;
}
