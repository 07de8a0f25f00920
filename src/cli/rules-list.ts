import type { Command } from 'commander';
import { Option } from 'commander';
import type { ListedRule } from '../engine/tools/list-rules.js';
import { columnsTable } from './columns.js';
import { configOption, examples, rulesOption, valuesOption } from './options.js';
import { configOf, definedOnly, rulePaths, tellRules } from './session.js';
import { columnsOf, Out } from './terminal.js';

interface Options {
  readonly rules?: readonly string[];
  readonly config?: string;
  readonly values?: readonly string[];
  readonly json?: boolean;
}

/** Declares `rules list`. */
export function declareRulesList(rules: Command): void {
  rules
    .command('list')
    .description(
      'list the rules that run and those that do not: disabled, overridden, silenced or filtered, and by whom',
    )
    .addOption(rulesOption())
    .addOption(valuesOption())
    .addOption(configOption())
    .addOption(new Option('--json', 'one JSON document a line'))
    .addHelpText('after', examples(['what runs here, and as what?', 'sekisho rules list -c sekisho.yml']))
    .action(list);
}

async function list(options: Options): Promise<void> {
  const [{ loadRuleFolders }, { listRules }] = await Promise.all([
    import('../engine/rules.js'),
    import('../engine/tools/list-rules.js'),
  ]);
  const config = await configOf(options.config);
  const folders = await rulePaths(config, options);
  const overrides = definedOnly(config.overrides);
  const given = { values: options.values ?? config.values, lists: config.lists };
  await tellRules(await loadRuleFolders(folders, { overrides, ...given }));
  const listed = listRules(folders, overrides, given);
  const out = new Out();
  if (options.json === true) for (const rule of listed) await out.json(rule);
  else
    await out.write(
      columnsTable(['LEVEL', 'TYPE', 'TITLE', 'STATE'], listed.map(rowOf), columnsOf(process.stdout, Infinity)),
    );
  await out.flush();
}

function rowOf({
  level,
  type,
  title,
  state,
  overridden,
  silencedBy,
  filteredBy,
  logsource,
}: ListedRule): readonly string[] {
  const silenced = silencedBy.length > 0;
  const notes = [
    ...(state === 'runs' && silenced ? [] : [state]),
    ...(overridden.length > 0 ? [`overridden: ${overridden.join(', ')}`] : []),
    ...(silenced ? [`silenced by ${silencedBy.join(', ')}`] : []),
    ...(filteredBy.length > 0 ? [`filtered by ${filteredBy.join(', ')}`] : []),
    ...(logsource === '' ? [] : [logsource]),
  ];
  return [level, type, title, notes.join('; ')];
}
