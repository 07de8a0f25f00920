import type { Command } from 'commander';
import { withStore } from './alerts.js';
import { declareReplay } from './dead-letter-replay.js';
import { columnsTable } from './columns.js';
import { CliError } from './exit.js';
import type { FormOptions } from './options.js';
import * as option from './options.js';
import { columnsOf, Out, say } from './terminal.js';
import { counted } from './text.js';
import { Clock } from './when.js';
import type { StoredDeadLetter } from '../engine/storage.js';
import { printable } from '../event/index.js';

interface Options extends FormOptions {
  readonly config?: string;
  readonly limit: number;
  readonly raw?: boolean;
  readonly all?: boolean;
  readonly code?: string;
}

/** Declares `dead-letter` and its subcommands. */
export function declareDeadLetter(program: Command): void {
  const deadLetter = program
    .command('dead-letter')
    .description('look at the records that could not be processed, and send them in again');
  shared(deadLetter.command('list'))
    .description('list dead letters, newest first')
    .option('-a, --all', 'those too that were replayed')
    .option('--code <code>', 'only those of this reason, such as normalise.json')
    .option('-n, --limit <count>', 'at most so many', option.positive, 100)
    .addHelpText('after', option.examples(['why were records set aside?', 'sekisho dead-letter list']))
    .action((_: Options, command: Command) => list(command.optsWithGlobals<Options>()));
  shared(deadLetter.command('show'))
    .description('show one dead letter whole')
    .argument('<number>', 'its number in the list', option.positive)
    .option('--raw', 'its bytes alone, as they came')
    .addHelpText(
      'after',
      option.examples(['try a line again', 'sekisho dead-letter show 7 --raw | sekisho explain -f -']),
    )
    .action((number: number, _: Options, command: Command) => show(number, command.optsWithGlobals<Options>()));
  declareReplay(shared(deadLetter.command('replay')));
}

function shared(command: Command): Command {
  return command
    .addOption(option.outputOption())
    .addOption(option.jsonOption())
    .addOption(option.configOption('configuration file (default: ./sekisho.yml if there is one)'));
}

function list(options: Options): Promise<void> {
  return withStore(options.config, async (store, zone) => {
    const { code, all = false } = options;
    const chosen = { ...(code !== undefined && { code }), ...(!all && { replayed: false }) };
    const letters = store.deadLetters({ ...chosen, limit: options.limit });
    const form = option.formOf(options);
    const out = new Out();
    if (form === 'json') await out.write(`${JSON.stringify(letters.map(plain), undefined, 2)}\n`);
    else if (form === 'ndjson') for (const letter of letters) await out.json(plain(letter));
    else {
      await out.write(tableOf(letters, zone));
      say(counted(letters.length, 'dead letter'));
    }
    await out.flush();
  });
}

function tableOf(letters: readonly StoredDeadLetter[], zone: string): string {
  const clock = new Clock(zone);
  const rows = letters.map((letter) => [
    String(letter.id),
    clock.moment(letter.receiveTime),
    letter.code,
    letter.label,
    String(letter.offset),
    letter.replayed ? `replayed; was: ${letter.message}` : letter.message,
  ]);
  const head = ['no.', 'received', 'code', 'source', 'at', 'reason'];
  return columnsTable(head, rows, columnsOf(process.stdout, Infinity));
}

function show(number: number, options: Options): Promise<void> {
  return withStore(options.config, async (store, zone) => {
    const letter = store.deadLetter(number);
    if (letter === undefined) throw new CliError(`there is no dead letter ${number}; see sekisho dead-letter list`);
    if (options.raw === true) {
      process.stdout.write(letter.bytes);
      return;
    }
    const out = new Out();
    const form = option.formOf(options);
    if (form === 'json') await out.write(`${JSON.stringify(plain(letter), undefined, 2)}\n`);
    else if (form === 'ndjson') await out.json(plain(letter));
    else {
      const received = new Clock(zone).moment(letter.receiveTime);
      await out.write(
        printable(`${letter.label} at ${letter.offset}, received ${received}${letter.replayed ? ', replayed' : ''}`) +
          `\n${printable(`${letter.code}: ${letter.message}`)}\n\n` +
          `${printable(Buffer.from(letter.bytes).toString('utf8'))}\n`,
      );
    }
    await out.flush();
  });
}

/** As JSON: bytes as text, and as base64 where they aren't UTF-8. */
function plain(letter: StoredDeadLetter): { readonly [key: string]: unknown } {
  const bytes = Buffer.from(letter.bytes);
  const text = bytes.toString('utf8');
  const { id, source, offset, sub, label, receiveTime, code, message, replayed } = letter;
  return {
    number: id,
    label,
    position: { source, offset, sub },
    received: new Date(receiveTime).toISOString(),
    failure: { code, message },
    replayed,
    text,
    ...(!bytes.equals(Buffer.from(text, 'utf8')) && { base64: bytes.toString('base64') }),
  };
}
