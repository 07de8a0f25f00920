import type { Command } from 'commander';
import type { Config } from '../engine/config/config.js';
import type { KibanaSettings } from '../engine/setup/kibana.js';
import type { SetupOutcome, SetupPlan } from '../engine/setup/setup.js';
import { CliError, EXIT, usageError } from './exit.js';
import { configOption, examples } from './options.js';
import { DEFAULT_CONFIG, siteConfig } from './session.js';
import { Out } from './terminal.js';
import { counted } from './text.js';

interface Options {
  readonly config?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly kibana?: string;
  readonly kibanaSpace?: string;
}

/** Declares `setup`. */
export function declareSetup(program: Command): void {
  program
    .command('setup')
    .description('create what a configuration needs in Kafka, Elasticsearch and Kibana')
    .addOption(configOption(`configuration file (default: ./${DEFAULT_CONFIG} if there is one)`))
    .option('--dry-run', 'change nothing; show what would be created, and the rights to grant')
    .option('--json', 'the plan and what was done, as JSON')
    .option('--kibana <url>', 'also import data view, saved searches and dashboard into this Kibana')
    .option('--kibana-space <name>', "the Kibana space to import into (default: Kibana's default space)")
    .addHelpText(
      'after',
      examples(
        [
          'what would be created, and which ACLs and privileges a member needs',
          'sekisho setup -c sekisho.yml --dry-run',
        ],
        ['topics, index template and dashboard', 'sekisho setup -c sekisho.yml --kibana https://kibana:5601'],
      ) +
        '\nDoing it again changes nothing. Kibana is asked with KIBANA_API_KEY, or KIBANA_USERNAME and KIBANA_PASSWORD,\n' +
        'else with the credentials of the first Elasticsearch output.\n' +
        'Exit code 1 where something could not be created or is there in another form than it must have.\n',
    )
    .action(setupCommand);
}

async function setupCommand(options: Options): Promise<void> {
  const config = await siteConfig(options.config);
  const { carryOutSetup, planSetup } = await import('../engine/setup/setup.js');
  const plan = await planSetup(config);
  const isEmpty = plan.topics.length === 0 && plan.elasticsearch === undefined && options.kibana === undefined;
  if (isEmpty && plan.acls.length === 0) {
    throw usageError('nothing to set up: the configuration has neither kafka: nor an output of type elasticsearch');
  }
  const dryRun = options.dryRun === true;
  const outcomes = [...(await carryOutSetup(config, { dryRun })), ...(await importInto(config, options))];
  const out = new Out();
  if (options.json === true) await out.json({ plan, outcomes });
  else {
    await out.write(outcomes.map(outcomeText).join(''));
    if (dryRun) await out.write(planText(plan));
  }
  await out.flush();
  const failed = outcomes.filter(({ kind }) => kind === 'mismatch').length;
  if (failed > 0) throw new CliError(`${counted(failed, 'thing')} could not be set up; see above`, EXIT.failed);
}

async function importInto(config: Config, { kibana, kibanaSpace, dryRun }: Options): Promise<readonly SetupOutcome[]> {
  if (kibana === undefined) return [];
  if (!/^https?:\/\//u.test(kibana) || !URL.canParse(kibana)) {
    throw usageError(`'${kibana}' is not an address of Kibana; write https://host:5601`);
  }
  const server = `Kibana ${kibana}`;
  const what = 'data view, saved searches, dashboard';
  if (dryRun === true) return [{ server, what, kind: 'missing', messages: ['not asked; importing overwrites them'] }];
  const { importKit } = await import('../engine/setup/kibana.js');
  const space = kibanaSpace === undefined ? {} : { space: kibanaSpace };
  const count = await importKit({ url: kibana, ...space, ...(await credentialsOf(config)) });
  return [{ server, what, kind: 'updated', messages: [`${counted(count, 'object')} imported`] }];
}

/** Kibana's own credentials from the environment, else those of the first Elasticsearch; its certificate either way. */
async function credentialsOf(config: Config): Promise<Omit<KibanaSettings, 'url'>> {
  const [{ elasticsearchOf }, { clustersOf }] = await Promise.all([
    import('../engine/storage.js'),
    import('../engine/setup/setup.js'),
  ]);
  const { KIBANA_API_KEY: apiKey, KIBANA_USERNAME: username, KIBANA_PASSWORD: password = '' } = process.env;
  const output = clustersOf(config)[0];
  const settings: Omit<KibanaSettings, 'url'> = output === undefined ? {} : elasticsearchOf(output);
  if (apiKey !== undefined) return { ...settings, apiKey };
  if (username === undefined) return settings;
  const { ca, allowPlaintextCredentials = false } = settings;
  return { username, password, allowPlaintextCredentials, ...(ca !== undefined && { ca }) };
}

function outcomeText({ server, what, kind, messages }: SetupOutcome): string {
  return [`${kind.padEnd(10)} ${what}  (${server})`, ...messages.map((message) => `           ${message}`), ''].join(
    '\n',
  );
}

function planText({ topics, aclCommands, elasticsearch }: SetupPlan): string {
  const lines: string[] = [];
  for (const { name, partitions, replication, config } of topics) {
    const settings = Object.entries(config).map(([key, value]) => `${key}=${value}`);
    lines.push(`  ${name}: ${counted(partitions, 'partition')}, replication ${replication}, ${settings.join(' ')}`);
  }
  if (lines.length > 0) lines.unshift('', 'Topics:');
  if (aclCommands.length > 0) {
    lines.push('', 'Kafka: the least that the user of a member needs (and of setup, which creates the topics):');
    lines.push(...aclCommands.map((command) => `  ${command}`));
  }
  if (elasticsearch !== undefined) lines.push(...elasticsearchText(elasticsearch));
  return `${lines.join('\n')}\n`;
}

function elasticsearchText({
  template,
  memberRole,
  setupRole,
  retention,
}: NonNullable<SetupPlan['elasticsearch']>): readonly string[] {
  const kept = retention === null ? 'for ever (outputs: retention)' : `${Math.round(retention / 86_400_000)} days`;
  return [
    '',
    `Elasticsearch: index template ${template.name}; alerts are kept ${kept}:`,
    `  PUT _index_template/${template.name}`,
    ...JSON.stringify(template.body, null, 2)
      .split('\n')
      .map((line) => `  ${line}`),
    '',
    'Elasticsearch: the least that the user or key of a member needs:',
    `  PUT _security/role/sekisho`,
    `  ${JSON.stringify(memberRole)}`,
    'and beside that the one of setup:',
    `  PUT _security/role/sekisho-setup`,
    `  ${JSON.stringify(setupRole)}`,
  ];
}
