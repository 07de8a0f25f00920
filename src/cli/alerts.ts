import type { Command } from 'commander';
import type { Store } from '../engine/storage.js';
import type { AlertDocument, Level } from '../event/index.js';
import { CliError } from './exit.js';
import { evidenceLines } from './evidence.js';
import { columnsTable } from './columns.js';
import type { FormOptions } from './options.js';
import * as option from './options.js';
import { siteConfig } from './session.js';
import { sinceTime } from './since.js';
import { story } from './story.js';
import { tellAlerts } from './tell-alerts.js';
import { columnsOf, Out, painter, say } from './terminal.js';
import { counted } from './text.js';
import { Clock } from './when.js';

interface Options extends FormOptions {
  readonly config?: string;
  readonly query?: string;
  readonly severity?: Level;
  readonly since?: string;
  readonly limit: number;
  readonly timezone?: string;
  readonly color: boolean;
}

/** Declares `alerts` and its subcommands. */
export function declareAlerts(program: Command): void {
  const alerts = program.command('alerts').description('look at the alerts that run keeps');
  shared(alerts.command('list'))
    .description('list alerts, newest first')
    .option('-q, --query <text>', 'only alerts that contain all these words')
    .addOption(option.levelOption('--severity <level>', 'only alerts of this level or above'))
    .addOption(option.sinceOption('only alerts opened since'))
    .option('-n, --limit <count>', 'at most so many', option.positive, 100)
    .addHelpText(
      'after',
      option.examples(
        ['the last day, high and above', 'sekisho alerts list --since 24h --severity high'],
        ['everything about an address', 'sekisho alerts list -q 203.0.113.9'],
      ),
    )
    .action((_: Options, command: Command) => listAlerts(command.optsWithGlobals<Options>()));
  shared(alerts.command('show'))
    .description('tell one alert with its lines')
    .argument('<id>', 'its id, or the beginning of it')
    .addHelpText('after', option.examples(['with everything that is kept', 'sekisho alerts show 3f2a9c -o json']))
    .action((id: string, _: Options, command: Command) => showAlert(id, command.optsWithGlobals<Options>()));
}

function shared(command: Command): Command {
  return command
    .addOption(option.outputOption())
    .addOption(option.jsonOption())
    .addOption(option.timezoneOption())
    .addOption(option.configOption('configuration file (default: ./sekisho.yml if there is one)'));
}

/** Opens the store of a configuration, hands it on, and closes it whatever happens. */
export async function withStore<T>(
  file: string | undefined,
  work: (store: Store, zone: string) => T | Promise<T>,
): Promise<T> {
  const config = await siteConfig(file);
  const [{ openSiteStore, storeExists }, { localZone }] = await Promise.all([
    import('../engine/storage.js'),
    import('../engine/inputs.js'),
  ]);
  if (!storeExists(config)) {
    throw new CliError(`no store in ${config.data}: \`sekisho run\` makes it; name its configuration with -c FILE`);
  }
  const store = openSiteStore(config);
  try {
    return await work(store, config.timezone ?? localZone());
  } finally {
    store.close();
  }
}

function listAlerts(options: Options): Promise<void> {
  return withStore(options.config, async (store, siteZone) => {
    const zone = options.timezone ?? siteZone;
    const since = options.since === undefined ? undefined : await sinceTime(options.since, Date.now(), zone);
    const { severityOf } = await import('../engine/storage.js');
    const filter = {
      ...(options.query !== undefined && { query: options.query }),
      ...(options.severity !== undefined && { severity: severityOf(options.severity) }),
      ...(since !== undefined && { since }),
    };
    const alerts = store.list({ ...filter, limit: options.limit });
    const form = option.formOf(options);
    if (form !== 'table') return tellAlerts(alerts, form, { paint: (_, text) => text, zone });
    const out = new Out();
    await out.write(tableOf(alerts, zone));
    await out.flush();
    const all = alerts.length < options.limit ? alerts.length : store.count(filter);
    say(
      all > alerts.length
        ? `The newest ${alerts.length} of ${counted(all, 'alert')}; more with -n.`
        : counted(all, 'alert'),
    );
  });
}

function tableOf(alerts: readonly AlertDocument[], zone: string): string {
  const clock = new Clock(zone);
  const rows = alerts.map(({ id, document }) => {
    const { event, sekisho, message } = document as unknown as Row;
    const { severity, count, state } = sekisho.alert;
    return [id.slice(0, 8), severity, clock.moment(event.start), String(count), state, message];
  });
  return columnsTable(['id', 'level', 'start', 'count', 'state', 'alert'], rows, columnsOf(process.stdout, Infinity));
}

interface Row {
  readonly message: string;
  readonly event: { readonly start: string };
  readonly sekisho: { readonly alert: { readonly severity: string; readonly count: number; readonly state: string } };
}

function oneOf(id: string, found: ReturnType<Store['show']>): AlertDocument {
  if (found.kind === 'found') return found.alert;
  if (found.kind === 'none') throw new CliError(`no alert has an id that begins with '${id}'; see sekisho alerts list`);
  throw new CliError(`several ids begin with '${id}', write more of it: ${found.ids.join(', ')}`);
}

function showAlert(id: string, options: Options): Promise<void> {
  return withStore(options.config, async (store, siteZone) => {
    const alert = oneOf(id, store.show(id));
    const out = new Out();
    const form = option.formOf(options);
    if (form === 'json') await out.write(`${JSON.stringify(alert.document, undefined, 2)}\n`);
    else if (form === 'ndjson') await out.json(alert.document);
    else {
      const paint = painter(process.stdout, options.color);
      const columns = columnsOf(process.stdout);
      const told = { paint, columns, zone: options.timezone ?? siteZone };
      await out.write([...story(alert, told), '', ...evidenceLines(alert, told)].join('\n') + '\n');
    }
    await out.flush();
  });
}
