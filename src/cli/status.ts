import type { Command } from 'commander';
import type { LagStatus, MemberStatus, SiteStatus } from '../engine/setup/status.js';
import { printable } from '../event/index.js';
import { columnsTable } from './columns.js';
import { CliError, usageError } from './exit.js';
import { collect, configOption, examples } from './options.js';
import { DEFAULT_CONFIG, siteConfig } from './session.js';
import { columnsOf, Out } from './terminal.js';
import { counted } from './text.js';

interface Options {
  readonly config?: string;
  readonly member?: readonly string[];
  readonly json?: boolean;
}

/** Declares `status`. */
export function declareStatus(program: Command): void {
  program
    .command('status')
    .description('show how a running site does: lag, watermark, live keys, restoring')
    .addOption(configOption(`configuration file (default: ./${DEFAULT_CONFIG} if there is one)`))
    .option(
      '--member <url>',
      "address of a member's health and metrics, repeatable (default: the configuration's)",
      collect,
    )
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      examples(
        ['this machine, and how far the groups are behind', 'sekisho status -c sekisho.yml'],
        ['two members', 'sekisho status -c sekisho.yml --member http://siem-1:9464 --member http://siem-2:9464'],
      ) + '\nExit code 1 where a member is red or does not answer, or the brokers do not.\n',
    )
    .action(statusCommand);
}

async function statusCommand(options: Options): Promise<void> {
  const config = await siteConfig(options.config);
  const { memberAddress, siteStatus } = await import('../engine/setup/status.js');
  const addresses = options.member ?? [memberAddress(config)].flatMap((address) => address ?? []);
  const wrong = addresses.find((address) => !/^https?:\/\//u.test(address) || !URL.canParse(address));
  if (wrong !== undefined) throw usageError(`'${wrong}' is not an address of a member; write http://host:9464`);
  const status = await siteStatus(
    config,
    addresses.map((address) => address.replace(/\/+$/u, '')),
  );
  const out = new Out();
  if (options.json === true) await out.json(status);
  else await out.write(statusText(status, columnsOf(process.stdout)));
  await out.flush();
  const failed = status.members.filter((member) => member.status !== 'green').length;
  if (failed > 0) throw new CliError(`${counted(failed, 'member')} not green`);
  if (status.kafka !== undefined) throw new CliError(`Kafka: ${status.kafka}`);
}

function statusText({ members, lags }: SiteStatus, columns: number): string {
  const head = ['MEMBER', 'HEALTH', 'RECORDS', 'ALERTS', 'WATERMARK', 'LIVE KEYS', 'EPISODES', 'RESTORED'];
  const troubles = members.flatMap(({ address, troubles: told }) =>
    told.map((trouble) => `${printable(address)}: ${printable(trouble)}\n`),
  );
  const tables = [
    columnsTable(head, members.map(memberRow), columns),
    troubles.join(''),
    columnsTable(['GROUP', 'TOPIC', 'PARTITIONS', 'LAG', ''], lags.map(lagRow), columns),
  ];
  return tables.filter((text) => text !== '').join('\n');
}

function memberRow(member: MemberStatus): readonly string[] {
  const { watermarkDelay: delay, restored } = member;
  return [
    member.address,
    member.status,
    figure(member.records),
    figure(member.alerts),
    delay === undefined ? '–' : `${inShort(delay)} behind`,
    figure(member.liveKeys),
    figure(member.openEpisodes),
    restored === undefined ? '–' : `${restored.goal === 0 ? 100 : Math.floor((100 * restored.done) / restored.goal)} %`,
  ];
}

const UNITS: readonly (readonly [from: number, seconds: number, name: string])[] = [
  [172_800, 86_400, 'd'],
  [7200, 3600, 'h'],
  [600, 60, 'min'],
];

/** Seconds in the largest unit of which there are at least two, or ten minutes: `258 d`, `312 s`. */
function inShort(seconds: number): string {
  const [, size = 1, name = 's'] = UNITS.find(([from]) => seconds >= from) ?? [];
  return `${Math.round(seconds / size).toLocaleString('en')} ${name}`;
}

function figure(value: number | undefined): string {
  return value === undefined ? '–' : value.toLocaleString('en');
}

function lagRow({ group, topic, partitions, lag, unread }: LagStatus): readonly string[] {
  const note = unread === 0 ? '' : `${counted(unread, 'partition')} without a commit yet`;
  return [group, topic, String(partitions), lag.toLocaleString('en'), note];
}
