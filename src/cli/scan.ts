import type { Command } from 'commander';
import type { ThreadFront, ThreadOptions } from '../engine/front/thread.js';
import type { RuleSet } from '../engine/rules.js';
import type { ScanOptions, ScanResult } from '../engine/scan.js';
import type { AlertDocument, Level } from '../event/index.js';
import { LEVELS } from '../event/index.js';
import { CliError, EXIT, usageError } from './exit.js';
import type { ExitCode } from './exit.js';
import type { FormOptions } from './options.js';
import * as option from './options.js';
import type { Progress } from './progress.js';
import { checkType, configOf, rulesOfSource, ruleSourceOf, tellRules } from './session.js';
import { painter, say } from './terminal.js';
import { tellAlerts } from './tell-alerts.js';
import { tellTotals } from './totals.js';

interface Options extends FormOptions {
  readonly threads?: '1' | '2';
  readonly config?: string;
  readonly values?: readonly string[];
  readonly rules?: readonly string[];
  readonly type?: string;
  readonly timezone?: string;
  readonly since?: string;
  readonly failOn?: Level;
  readonly strict?: boolean;
  readonly stats?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** Declares `scan`. */
export function declareScan(program: Command): void {
  program
    .command('scan')
    .description('read logs once to the end and show the alerts')
    .argument('[path...]', "files, folders, globs, .gz too; - is standard input (default: the configuration's inputs)")
    .addOption(option.typeOption())
    .addOption(option.rulesOption())
    .addOption(option.outputOption())
    .addOption(option.jsonOption())
    .addOption(option.sinceOption('match only events from then on'))
    .addOption(option.timezoneOption())
    .addOption(option.valuesOption())
    .addOption(option.configOption())
    .addOption(option.levelOption('--fail-on <level>', 'exit with 4 if there is an alert of this level or above'))
    .option('--strict', 'stop with exit code 3 if any rule is refused')
    .option('-q, --quiet', 'no totals on standard error')
    .addOption(option.threadsOption())
    .option('--stats', 'end standard error with a line of JSON: {lines, seconds, cpuSeconds, peakMiB}')
    .addHelpText(
      'after',
      option.examples(
        ['everything under a folder', 'sekisho scan /var/log'],
        ['a rotated, compressed log whose times are Japanese', 'sekisho scan --timezone Asia/Tokyo error.log.1.gz'],
        ['the last day of the journal', 'journalctl -o json --since=-1d | sekisho scan -'],
        ['alerts for another program', "sekisho scan --json access.log | jq -r '.rule.name'"],
        ['a check in a pipeline: exit code 4 on anything high', 'sekisho scan --fail-on high logs/'],
        ['my rules only', 'sekisho scan -r my-rules/ access.log'],
      ),
    )
    .action(async (paths: readonly string[], _: Options, command: Command) => {
      process.exitCode = await scanCommand(paths, command.optsWithGlobals<Options>());
    });
}

async function scanCommand(named: readonly string[], options: Options): Promise<ExitCode> {
  const began = performance.now();
  const config = await configOf(options.config);
  await checkType(options.type, config);
  const paths = named.length > 0 ? named : config.inputs.flatMap((input) => input.path);
  if (paths.length === 0) throw usageError('nothing to scan: name files or folders, - for standard input, or -c FILE');
  const { localZone } = await import('../engine/inputs.js');
  const zone = options.timezone ?? config.timezone ?? localZone();
  const since = options.since === undefined ? undefined : await sinceOf(options.since, zone);
  const { result, ruleSet, failures } = await read({ paths, config, since }, options);
  await tellAlerts(result.alerts, option.formOf(options), { paint: painter(process.stdout, options.color), zone });
  const seconds = (performance.now() - began) / 1000;
  if (options.quiet !== true) {
    const paint = painter(process.stderr, options.color);
    tellTotals(result, { ruleSet, seconds, paint, type: options.type, since, zone });
  }
  if (options.stats === true) say(JSON.stringify(statsOf(result, seconds)));
  if (options.failOn !== undefined && result.alerts.some(atLeast(options.failOn))) return EXIT.alerts;
  return failures > 0 || result.aborted ? EXIT.failed : EXIT.done;
}

interface Work {
  readonly paths: readonly string[];
  readonly config: Awaited<ReturnType<typeof configOf>>;
  /** Epoch ms. */
  readonly since: number | undefined;
}

interface Done {
  readonly result: ScanResult;
  readonly ruleSet: RuleSet;
  /** Paths that were missing or could not be read. */
  readonly failures: number;
}

/** Loads the rules and scans. A thread that reads starts first and loads its program meanwhile. */
async function read({ paths, config, since }: Work, options: Options): Promise<Done> {
  const now = Date.now();
  const stop = stopOnInterrupt();
  let failures = 0;
  const report = (failure: { readonly message: string }): void => {
    failures++;
    say(`sekisho: ${failure.message}`);
  };
  const thread = await threadFor(paths, options.threads, { report, signal: stop.signal });
  try {
    const rules = await ruleSourceOf(config, { ...options, tests: false });
    thread?.start({ rules, config, paths, defaults: defaultsOf(options), since });
    const ruleSet = await rulesOfSource(rules);
    await tellRules(ruleSet, options);
    const input = thread ?? (await inputOf(paths, config, options, report));
    const result = await scanInput({ ruleSet, input, config, now, since, report, signal: stop.signal });
    if (result.sources === 0 && failures > 0) throw new CliError('nothing could be read');
    return { result, ruleSet, failures };
  } finally {
    await thread?.close();
    stop.release();
  }
}

/** The thread that reads: as `--threads` says, else where it is worth one. Standard input is read where it arrives. */
async function threadFor(
  paths: readonly string[],
  threads: '1' | '2' | undefined,
  options: ThreadOptions,
): Promise<ThreadFront | undefined> {
  if (threads === '1' || paths.includes('-')) return undefined;
  const { isWorthAThread } = await import('../engine/front/choice.js');
  if (threads === undefined && !(await isWorthAThread(paths))) return undefined;
  const { ThreadFront } = await import('../engine/front/thread.js');
  return new ThreadFront(options);
}

async function inputOf(
  paths: readonly string[],
  config: Work['config'],
  options: Options,
  report: ThreadOptions['report'],
): Promise<ScanOptions['input']> {
  const [{ openOnce }, { settingsFor }, { joiningFor }] = await Promise.all([
    import('../engine/sources.js'),
    import('../engine/inputs.js'),
    import('../engine/joining.js'),
  ]);
  return openOnce({
    paths,
    settingsFor: settingsFor(config, defaultsOf(options)),
    report,
    maxLineBytes: config['max-line'],
    joiningFor: joiningFor(config),
  });
}

interface ScanWork extends Pick<ScanOptions, 'ruleSet' | 'input' | 'now'> {
  readonly config: Work['config'];
  readonly since: number | undefined;
  readonly report: (failure: { readonly message: string }) => void;
  readonly signal: AbortSignal;
}

async function scanInput({ config, since, report, ...work }: ScanWork): Promise<ScanResult> {
  const [{ scan }, { openEnrichment }, { NO_PROGRESS, progressBar }] = await Promise.all([
    import('../engine/scan.js'),
    import('../engine/enrichment.js'),
    import('./progress.js'),
  ]);
  let progress: Progress = NO_PROGRESS;
  const enrichment = openEnrichment(config, report);
  const result = await scan({
    ...work,
    lateness: config.lateness,
    maxBytes: config.memory,
    ...(since !== undefined && { since }),
    ...(enrichment !== undefined && { enrichment }),
    onSources: (sources) => {
      progress = progressBar(sources);
    },
    onProgress: (source, { next }, { records }) => progress.batch(source, next, records),
  });
  progress.stop();
  return result;
}

/** What the command line says about every input. */
function defaultsOf({ type, timezone }: Options): { readonly type?: string; readonly timezone?: string } {
  return { ...(type !== undefined && { type }), ...(timezone !== undefined && { timezone }) };
}

async function sinceOf(text: string, zone: string): Promise<number> {
  return (await import('./since.js')).sinceTime(text, Date.now(), zone);
}

/** The first SIGINT ends reading, and what was found so far is shown; a second one ends the process. */
function stopOnInterrupt(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once('SIGINT', stop);
  return { signal: controller.signal, release: () => process.off('SIGINT', stop) };
}

function atLeast(level: Level): (alert: AlertDocument) => boolean {
  const wanted = LEVELS.indexOf(level);
  return (alert) => {
    const { sekisho } = alert.document as { sekisho?: { alert?: { severity?: Level } } };
    return LEVELS.indexOf(sekisho?.alert?.severity ?? 'informational') >= wanted;
  };
}

function statsOf(result: ScanResult, seconds: number): { readonly [key: string]: number } {
  const used = process.resourceUsage();
  return {
    lines: result.counts.records,
    seconds: Number(seconds.toFixed(3)),
    cpuSeconds: Number(((used.userCPUTime + used.systemCPUTime) / 1e6).toFixed(3)),
    peakMiB: Number((used.maxRSS / 1024).toFixed(1)),
  };
}
