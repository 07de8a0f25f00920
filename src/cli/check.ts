import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { printable } from '../event/index.js';
import { CliError, EXIT } from './exit.js';
import { configOption, examples, rulesOption } from './options.js';
import { silencedInShort, tellCheck, verdict } from './rules-check.js';
import { configOf, DEFAULT_CONFIG, rulesOf } from './session.js';
import { Out } from './terminal.js';
import { counted, listed } from './text.js';

interface Options {
  readonly config?: string;
  readonly rules?: readonly string[];
  readonly offline?: boolean;
}

/** Declares `check`. */
export function declareCheck(program: Command): void {
  program
    .command('check')
    .description('check a configuration, its servers and its rules without starting anything')
    .addOption(configOption(`configuration file (default: ./${DEFAULT_CONFIG} if there is one)`))
    .addOption(rulesOption())
    .option('--offline', 'ask neither Kafka nor Elasticsearch')
    .addHelpText(
      'after',
      examples(['before a restart', 'sekisho check -c sekisho.yml && systemctl restart sekisho']) +
        '\nKafka and Elasticsearch, where configured, are asked whether they answer and allow what run does; nothing is left\n' +
        'behind. Exit code 1 where the configuration is wrong or a server lacks something, 3 where a rule is refused.\n',
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
    for (const doubt of await doubts(config)) await out.write(`${printable(`warning: ${doubt}`)}\n`);
  }
  await out.flush();
  const isServed = options.offline === true || (await tellServers(config, out));
  const ruleSet = await rulesOf(config, options);
  await tellCheck(ruleSet, silencedInShort);
  process.exitCode = verdict(ruleSet) || (isServed ? EXIT.done : EXIT.failed);
  if (ruleSet.rules.length === 0) throw new CliError('without rules nothing could ever match', verdict(ruleSet) || 3);
}

/** Asks the servers of a configuration; false where one lacks something. */
async function tellServers(config: Awaited<ReturnType<typeof configOf>>, out: Out): Promise<boolean> {
  if (config.kafka === undefined && config.outputs.every(({ type }) => type !== 'elasticsearch')) return true;
  const { checkServers } = await import('../engine/setup/check-servers.js');
  const checks = await checkServers(config);
  for (const { server, problems } of checks) {
    if (problems.length === 0) await out.write(`${server}: answers, and allows what run does\n`);
    for (const problem of problems) await out.write(`${server}: ${printable(problem)}\n`);
  }
  await out.flush();
  return checks.every(({ problems }) => problems.length === 0);
}

/** What is allowed and yet keeps `run` from what it is for. */
async function doubts(config: Awaited<ReturnType<typeof configOf>>): Promise<readonly string[]> {
  const { unwritable } = await import('../engine/writable.js');
  const unless =
    config.kafka?.site === undefined ? '; name a path' : ' unless `--role` leaves the detector out; name a topic';
  const empty = config.inputs.length === 0 ? [`inputs: there are none, so run has nothing to read${unless}`] : [];
  return [
    ...empty,
    ...(await broadFormats(config)),
    ...(await missingPaths(config)),
    ...unwritable(config),
    ...(await unreadableStore(config)),
  ];
}

/** Described formats that would take the lines of others. */
async function broadFormats({ formats }: Awaited<ReturnType<typeof configOf>>): Promise<readonly string[]> {
  if (formats.length === 0) return [];
  const [{ readFormatFiles }, { broadFormat }] = await Promise.all([
    import('../engine/config/format-files.js'),
    import('../engine/tools/broad-format.js'),
  ]);
  const broad = readFormatFiles(formats).formats.map(broadFormat);
  return broad.flatMap((one) =>
    one === undefined ? [] : [`${one.file}:${one.line}:${one.column}: ${one.path}: ${one.reason}; ${one.fix}`],
  );
}

/** Why the store that is there can't be read. */
async function unreadableStore(config: Awaited<ReturnType<typeof configOf>>): Promise<readonly string[]> {
  const { openSiteStore, storeExists } = await import('../engine/storage.js');
  if (config.kafka?.site !== undefined || !storeExists(config)) return [];
  try {
    openSiteStore(config).close();
    return [];
  } catch (error) {
    return [`data: ${error instanceof Error ? error.message : String(error)}`];
  }
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
