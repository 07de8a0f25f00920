import { createReadStream, statSync } from 'node:fs';
import type { Command } from 'commander';
import type { ExplainedEvent, ExplainedLine } from '../engine/tools/explain.js';
import { printable } from '../event/index.js';
import { CliError, EXIT, usageError } from './exit.js';
import * as option from './options.js';
import { checkType, configOf, rulesOf, tellRules } from './session.js';
import type { Paint } from './terminal.js';
import { Out, painter, say } from './terminal.js';
import { matchLines } from './explanation.js';

interface Options {
  readonly line?: readonly string[];
  readonly file?: string;
  readonly type?: string;
  readonly timezone?: string;
  readonly rules?: readonly string[];
  readonly config?: string;
  readonly values?: readonly string[];
  readonly json?: boolean;
  readonly color: boolean;
}

/** Lines explained of one file; the rest would only repeat. */
const MAX_LINES = 10_000;

/** Declares `explain`. */
export function declareExplain(program: Command): void {
  program
    .command('explain')
    .description(
      'tell what becomes of a line: its fields, log sources, which rules match and why, what it does to windows',
    )
    .option('-l, --line <line>', 'a line; repeatable, windows go on from one to the next', option.collect)
    .option('-f, --file <file>', 'the lines of a file; - is standard input')
    .addOption(option.typeOption())
    .addOption(option.rulesOption())
    .addOption(option.timezoneOption())
    .addOption(option.valuesOption())
    .addOption(option.configOption())
    .option('--json', 'one JSON document a line')
    .addHelpText(
      'after',
      option.examples(
        [
          'why does this alert?',
          `sekisho explain -l '203.0.113.9 - - [11/Mar/2026:20:12:03 +0000] "GET /.env HTTP/1.1" 404 153'`,
        ],
        ['how a threshold is reached, line by line', 'sekisho explain -f attempt.log -t auth'],
      ),
    )
    .action((_: Options, command: Command) => explainCommand(command.optsWithGlobals<Options>()));
}

async function explainCommand(options: Options): Promise<void> {
  if ((options.line === undefined) === (options.file === undefined)) {
    throw usageError('name what to explain: either -l LINE or -f FILE');
  }
  const receiveTime = options.file === undefined ? Date.now() : timeOf(options.file);
  const config = await configOf(options.config);
  await checkType(options.type, config);
  const ruleSet = await rulesOf(config, options);
  await tellRules(ruleSet);
  const [{ Explainer }, { openEnrichment }, { settingsFor }] = await Promise.all([
    import('../engine/tools/explain.js'),
    import('../engine/enrichment.js'),
    import('../engine/inputs.js'),
  ]);
  const settings = settingsFor(config, options)(options.file ?? '-');
  const explainer = new Explainer(
    ruleSet,
    settings,
    openEnrichment(config, ({ message }) => say(`sekisho: ${message}`)),
  );
  const out = new Out();
  const paint = painter(process.stdout, options.color);
  for await (const line of options.line ?? linesOf(options.file ?? '-')) {
    const explained = explainer.explain(line, receiveTime);
    if (explained.failure !== undefined) process.exitCode = EXIT.failed;
    if (options.json === true) await out.json(explained);
    else await out.write(`${lineText(explained, paint).join('\n')}\n\n`);
  }
  await out.flush();
}

/** A file's modification time, as `scan` takes it: it settles years and zones that lines leave out. */
function timeOf(file: string): number {
  if (file === '-') return Date.now();
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) throw new CliError(`${file}: does not exist`);
  if (stats.isDirectory()) throw new CliError(`${file}: is a folder; name a file`);
  return Math.trunc(stats.mtimeMs);
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const stream = file === '-' ? process.stdin : createReadStream(file);
  let rest = '';
  let told = 0;
  for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (told++ < MAX_LINES) yield line.replace(/\r$/u, '');
    if (told > MAX_LINES) throw new CliError(`more than ${MAX_LINES} lines; the rest is not explained`);
  }
  if (rest !== '') yield rest;
}

function lineText({ line, events, failure }: ExplainedLine, paint: Paint): readonly string[] {
  return [
    paint('bold', printable(line)),
    ...(failure === undefined ? [] : [`  ${paint('red', 'dead letter:')} ${printable(failure)}`]),
    ...events.flatMap((event) => eventText(event, paint)),
  ];
}

function eventText({ event, logsources, matched, windows }: ExplainedEvent, paint: Paint): readonly string[] {
  const head = (text: string): string => paint('cyan', `  ${text}`);
  return [
    head('fields'),
    ...fieldLines(event).map((line) => `    ${line}`),
    head(`log sources: ${logsources.length === 0 ? 'none; only rules without one are asked' : logsources.join(', ')}`),
    head(matched.length === 0 ? 'no rule matches' : 'rules that match'),
    ...matched.flatMap((match) => matchLines(match, paint)),
    ...(windows.length === 0 ? [] : [head('windows')]),
    ...windows.map((window) => {
      const group = Object.entries(window.group).map(([name, value]) => `${name}=${value ?? '-'}`);
      const holds = window.holds ? paint('red', 'holds') : 'does not hold yet';
      const of = group.length === 0 ? '' : ` [${group.join(', ')}]`;
      const about = `${window.title}${of}: ${window.value}, asks for ${window.asks}`;
      return `    ${printable(about)}: ${holds}`;
    }),
  ];
}

/** The fields of a nested document, dotted and sorted, one a line. */
function fieldLines(document: { readonly [key: string]: unknown }, prefix = ''): readonly string[] {
  return Object.keys(document)
    .sort()
    .flatMap((key) => {
      const value = document[key];
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        return fieldLines(value as { readonly [key: string]: unknown }, `${prefix}${key}.`);
      }
      return [printable(`${prefix}${key} = ${typeof value === 'string' ? value : JSON.stringify(value)}`)];
    });
}
