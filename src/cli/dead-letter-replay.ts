import type { Command } from 'commander';
import type { ReplaySummary } from '../engine/replay.js';
import { printable } from '../event/index.js';
import { CliError } from './exit.js';
import type { FormOptions } from './options.js';
import * as option from './options.js';
import { rulesOf, siteConfig, tellRules } from './session.js';
import { Out, say } from './terminal.js';
import { counted } from './text.js';

interface Options extends FormOptions {
  readonly config?: string;
  readonly code?: string;
  readonly rules?: readonly string[];
}

/** Failures told one by one. */
const TOLD = 20;

/** Declares `dead-letter replay` on its command. */
export function declareReplay(command: Command): void {
  command
    .description('send dead letters through the pipeline again')
    .argument('<number-or-all...>', 'their numbers in the list, or all')
    .option('--code <code>', 'only those of this reason, such as normalise.json')
    .addOption(option.rulesOption())
    .addHelpText(
      'after',
      option.examples(
        ['after a type was mended in the configuration', 'sekisho dead-letter replay all --code normalise.json'],
        ['one, though only its first bytes were kept', 'sekisho dead-letter replay 7'],
      ) +
        '\nWhat now becomes events counts once, in the windows of its own time, and is marked replayed; the rest stays.\n' +
        'The store must be free: stop `sekisho run` first, and start it afterwards; it hands the alerts to the outputs.\n' +
        'Give the same --rules as to `run`: episodes of rules that are not there end.\n',
    )
    .action((numbers: readonly string[], _: Options, self: Command) =>
      replay(numbers, self.optsWithGlobals<Options>()),
    );
}

async function replay(words: readonly string[], options: Options): Promise<void> {
  const config = await siteConfig(options.config);
  if (config.kafka?.site !== undefined) {
    throw new CliError(
      'the dead letters of a site (kafka: site:) are in its topic; only those of a store are replayed',
    );
  }
  const [{ storeExists, openSiteStore }, { replayDeadLetters }] = await Promise.all([
    import('../engine/storage.js'),
    import('../engine/replay.js'),
  ]);
  if (!storeExists(config)) throw new CliError(`no store in ${config.data}: \`sekisho run\` makes it`);
  const isAll = words.includes('all');
  const numbers = isAll ? undefined : words.map(option.positive);
  const store = openSiteStore(config);
  const missing = numbers?.find((number) => store.deadLetter(number) === undefined);
  store.close();
  if (missing !== undefined) throw new CliError(`there is no dead letter ${missing}; see sekisho dead-letter list`);
  const ruleSet = await rulesOf(config, { ...(options.rules && { rules: options.rules }), tests: false });
  await tellRules(ruleSet);
  const chosen = {
    ...(numbers !== undefined && { numbers }),
    ...(options.code !== undefined && { code: options.code }),
  };
  await tell(await replayDeadLetters(config, { ruleSet, ...chosen, warn: say }).catch(inUse), options);
}

/** The lock is `run`'s most of the time, and it keeps the windows in its memory. */
function inUse(error: unknown): never {
  if (!(error instanceof Error) || (error as { code?: unknown }).code !== 'store.in-use') throw error;
  const way = 'stop it, replay, and start it again: while it runs, the windows are in its memory';
  throw new CliError(`${error.message.replace(/; .*$/u, '')}; ${way}`);
}

async function tell(summary: ReplaySummary, options: Options): Promise<void> {
  const { replayed, failed, events, alerts } = summary;
  const out = new Out();
  const form = option.formOf(options);
  if (form === 'json') await out.write(`${JSON.stringify(summary, undefined, 2)}\n`);
  else if (form === 'ndjson') await out.json(summary);
  else {
    for (const { number, failure } of failed.slice(0, TOLD)) {
      await out.write(`${number} stays: ${printable(failure.message)}\n`);
    }
    if (failed.length > TOLD) await out.write(`… and ${failed.length - TOLD} more\n`);
  }
  await out.flush();
  say(
    `${counted(replayed.length, 'dead letter')} replayed: ${counted(events, 'event')}, ` +
      `${counted(alerts, 'alert revision')}; ${failed.length} stay`,
  );
}
