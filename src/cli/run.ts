import { existsSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Config } from '../engine/config/config.js';
import type { DetectorThread } from '../engine/kafka/detector-thread.js';
import type { EmbeddedOptions, EmbeddedSummary } from '../engine/embedded.js';
import type { RolesOptions, RolesSummary } from '../engine/kafka/run.js';
import { type Role, ROLES } from '../engine/kafka/roles.js';
import type { RuleSource } from '../engine/rules.js';
import { printable } from '../event/index.js';
import { CliError, EXIT, usageError } from './exit.js';
import { loadedIds } from '../engine/loaded.js';
import { configOption, examples, rulesOption } from './options.js';
import { configOf, DEFAULT_CONFIG, rulePaths, rulesOfSource, ruleSourceOf, tellRules } from './session.js';
import { silencedByName, silencedInShort } from './rules-check.js';
import { say } from './terminal.js';
import { counted } from './text.js';

interface Options {
  readonly config?: string;
  readonly rules?: readonly string[];
  readonly untilCaughtUp?: boolean;
  readonly role?: readonly Role[];
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
    .addOption(roleOption())
    .option('--strict', 'do not start if any rule is refused')
    .addHelpText(
      'after',
      examples(
        ['follow for good; a commented configuration is deploy/sekisho.sample.yml', 'sekisho run -c sekisho.yml'],
        ['once an hour, from cron', 'sekisho run -c sekisho.yml --until-caught-up'],
        ['a member of a site (kafka: site:) that only indexes', 'sekisho run -c sekisho.yml --role indexer'],
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
  const said: Said = { tell: (words) => say(`sekisho: ${words}`) };
  const stop = stopSignal(said);
  const config = await configOf(file);
  refuse(file, config, options);
  const { createLog } = await import('../engine/log.js');
  const log = createLog(config.log);
  if (!process.stderr.isTTY) said.tell = (words) => log.info(words);
  const roles = options.role ?? ROLES;
  const thread = await threadFor(config, roles, log);
  const read = (): Promise<RuleSource> => ruleSourceOf(config, { ...options, tests: false });
  const source = await read();
  thread?.start(config, source);
  const ruleSet = await rulesOfSource(source);
  await tellRules(ruleSet, options);
  for (const line of silencedInShort(ruleSet)) log.info(line);
  for (const line of silencedByName(ruleSet)) log.debug(printable(line));
  const lists = Object.values(config.lists).map(({ path }) => path);
  const rules = { paths: [...(await rulePaths(config, options)), ...config.values, ...lists], source, read };
  const began = { ruleSet, rules, log, signal: stop };
  const loaded = counted(loadedIds(ruleSet).length, 'rule');
  const summary =
    config.kafka?.site === undefined
      ? await embedded(config, { ...began, untilCaughtUp: options.untilCaughtUp === true }, loaded)
      : await site(config, { ...began, roles, thread }, loaded);
  if (stop.reason === HUNG_UP) endOf('SIGHUP');
  log.info(
    `sekisho ends: ${counted(summary.records, 'record')} read, ${counted(summary.alerts, 'alert revision')} written`,
  );
}

/** The detector's thread, which loads its program while rules are read; undefined where it has none. */
async function threadFor(
  config: Config,
  roles: readonly Role[],
  log: RolesOptions['log'],
): Promise<DetectorThread | undefined> {
  if (config.kafka?.site === undefined) return undefined;
  const { DetectorThread, wantsDetectorThread } = await import('../engine/kafka/detector-thread.js');
  if (!wantsDetectorThread(config, roles)) return undefined;
  try {
    return new DetectorThread();
  } catch (error) {
    log.warn(`the detector gets no thread of its own: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** What the configuration can't do is told before anything starts. */
function refuse(file: string, config: Config, { role, untilCaughtUp }: Options): void {
  const isSite = config.kafka?.site !== undefined;
  if (!isSite && role !== undefined) {
    throw new CliError(`${file}: kafka: site: is missing; --role is for the members of a site`);
  }
  if (isSite && untilCaughtUp === true) {
    throw new CliError(`${file}: kafka: site: the members of a site follow on; --until-caught-up is for one process`);
  }
  if ((role ?? ROLES).includes('detector') && config.inputs.length === 0) {
    throw new CliError(`${file}: inputs: nothing to read; name at least one ${isSite ? 'topic' : 'path'}`);
  }
  if (role?.includes('indexer') === true && config.outputs.length === 0) {
    throw new CliError(`${file}: outputs: nothing to index into; name an elasticsearch output`);
  }
}

async function embedded(config: Config, options: EmbeddedOptions, loaded: string): Promise<EmbeddedSummary> {
  const { runEmbedded } = await import('../engine/embedded.js');
  options.log.info(`sekisho starts: ${loaded}, data in ${config.data}`);
  return runEmbedded(config, options);
}

async function site(config: Config, options: RolesOptions, loaded: string): Promise<RolesSummary> {
  const { runRoles } = await import('../engine/kafka/run.js');
  options.log.info(`sekisho starts: ${loaded}, ${options.roles.join(', ')} of ${config.kafka?.site?.group}`);
  return runRoles(config, options);
}

/** `--role <role>`, repeatable. */
function roleOption(): Option {
  return new Option(
    '--role <role>',
    `of a site (kafka: site:) only this work, repeatable: ${ROLES.join(', ')}`,
  ).argParser((value: string, previous: readonly Role[] | undefined) => {
    const role = ROLES.find((one) => one === value);
    if (role === undefined) throw new InvalidArgumentError(`It must be one of ${ROLES.join(', ')}.`);
    return [...(previous ?? []), role];
  });
}

/** Where it is told what a signal does: the log, once there is one of lines for programs. */
interface Said {
  tell: (words: string) => void;
}

/**
 * Aborts at the first SIGTERM or SIGINT (or SIGHUP of its terminal), even while rules are still being read; a second one
 * ends the process at once, as a crash would: nothing is lost. One wish may come twice: what started the process (npm,
 * `timeout`) hands on what the terminal or the system sent to both. A terminal that closes sends SIGHUP once or twice
 * (its shell and the system), and nobody is there to be told: its reason is `HUNG_UP`.
 */
function stopSignal(said: Said): AbortSignal {
  const controller = new AbortController();
  let asked = 0;
  const stop = (): void => {
    if (controller.signal.aborted) {
      if (performance.now() - asked > SAME_WISH_MS) process.exit(EXIT.failed);
      return;
    }
    asked = performance.now();
    controller.abort();
    said.tell('stopping after a last commit; once more to end at once');
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // A terminal that closes ends what runs in it; a daemon is sent SIGHUP by habit, after a rotation or a change.
  const { isTTY } = process.stdin; // asked now: of a terminal that is gone nobody can tell that it was one
  process.on('SIGHUP', () => {
    if (!isTTY) said.tell(SIGHUP_WORDS);
    else controller.abort(HUNG_UP);
  });
  return controller.signal;
}

/** Signals so close behind each other are one. */
const SAME_WISH_MS = 500;

const HUNG_UP = new DOMException('its terminal was closed', 'AbortError');

/** Ends by the signal itself, as programs of a closed terminal do: Node's own end sets it back, and aborts where it is gone. */
function endOf(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

const SIGHUP_WORDS =
  'SIGHUP changes nothing: rules, lists and rotated files are followed by themselves, a changed configuration needs a restart';
