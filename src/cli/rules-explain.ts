import type { Command } from 'commander';
import type { GroupVerdict, RuleExplanation, RuleVerdict } from '../engine/tools/explain-rule.js';
import type { EcsEvent } from '../event/index.js';
import { printable } from '../event/index.js';
import { CliError, EXIT, usageError } from './exit.js';
import { nodeLines } from './explanation.js';
import * as option from './options.js';
import { checkType, configOf, rulesOf, tellRules } from './session.js';
import type { Paint } from './terminal.js';
import { Out, painter } from './terminal.js';

interface Options {
  readonly rule: string;
  readonly event?: readonly string[];
  readonly events?: string;
  readonly line?: readonly string[];
  readonly type?: string;
  readonly timezone?: string;
  readonly rules?: readonly string[];
  readonly config?: string;
  readonly values?: readonly string[];
  readonly mapping: boolean;
  readonly json?: boolean;
  readonly color: boolean;
}

/** Declares `rules explain`. */
export function declareRulesExplain(rules: Command): void {
  rules
    .command('explain')
    .description('tell why a rule matches or not, part by part; for a correlation how near each group came')
    .requiredOption('--rule <rule>', 'id, name or title of the rule')
    .option('--event <json>', 'an event as JSON; repeatable', option.collect)
    .option('-e, --events <file>', 'events: one JSON object a line; - is standard input')
    .option('-l, --line <line>', 'a raw line; repeatable', option.collect)
    .option('--no-mapping', 'look fields up by their own names')
    .addOption(option.rulesOption())
    .addOption(option.typeOption())
    .addOption(option.timezoneOption())
    .addOption(option.valuesOption())
    .addOption(option.configOption())
    .option('--json', 'one JSON document')
    .addHelpText(
      'after',
      option.examples(
        [
          'why does my rule not match?',
          `sekisho rules explain -r my.yml --rule my_rule --event '{"Image":"C:\\\\x.exe"}'`,
        ],
        ['how near did the threshold come?', 'sekisho rules explain --rule ssh_brute_force -e events.ndjson'],
      ),
    )
    .action((_: Options, command: Command) => explain(command.optsWithGlobals<Options>()));
}

async function explain(options: Options): Promise<void> {
  const given = [options.event, options.events, options.line].filter((one) => one !== undefined);
  if (given.length !== 1) throw usageError('name what to explain it on: --event JSON, -e FILE or -l LINE');
  for (const text of options.event ?? []) {
    if (!isObject(text))
      throw usageError(`--event ${text} is no JSON object; write '{"field": "value"}', or use -l for a raw line`);
  }
  await checkType(options.type);
  const config = await configOf(options.config);
  const ruleSet = await rulesOf(config, options);
  await tellRules(ruleSet);
  const [{ explainOne }, { eventsOfTexts, readEvents }, { settingsFor }] = await Promise.all([
    import('../engine/tools/explain-rule.js'),
    import('../engine/tools/match.js'),
    import('../engine/inputs.js'),
  ]);
  const events: EcsEvent[] = [];
  if (options.events !== undefined) {
    for await (const item of readEvents(options.events, ruleSet, options)) {
      if ('failure' in item) throw new CliError(`${options.events}: event ${item.index}: ${item.failure}`);
      events.push(...item.events);
    }
  } else {
    const read = eventsOfTexts(options.event ?? options.line ?? [], {
      settings: settingsFor(config, options)('-'),
      mapping: options.mapping || options.line !== undefined,
    });
    if ('failure' in read) throw new CliError(read.failure);
    events.push(...read.events);
  }
  const explained = explainOne(ruleSet, options.rule, events);
  if ('failure' in explained) throw new CliError(explained.failure, EXIT.usage);
  const out = new Out();
  if (options.json === true) await out.json(explained);
  else await out.write(`${textOf(explained, painter(process.stdout, options.color)).join('\n')}\n`);
  await out.flush();
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function textOf(explained: RuleExplanation, paint: Paint): readonly string[] {
  const head = `${paint('bold', printable(explained.title))} ${paint('dim', `(${printable(explained.rule)})`)}`;
  if (explained.kind === 'rule') return [head, ...explained.events.flatMap((event) => eventLines(event, paint))];
  const counts = Object.entries(explained.matched).map(([rule, count]) => `  ${rule} matched ${count} times`);
  const left = Object.entries(explained.leftOut).map(([field, count]) => `  ${count} left out: ${field} is missing`);
  const groups = explained.groups.map((group) => groupLine(group, paint));
  const none = groups.length === 0 ? ['  no event touches it'] : [];
  return [head, ...[...counts, ...left].map(printable), ...groups, ...none];
}

function eventLines({ index, matches, wants, has, fits, why }: RuleVerdict, paint: Paint): readonly string[] {
  const verdict = matches ? paint('green', 'matches') : paint('red', 'does not match');
  const source = `${fits ? '✓' : '✗'} log source ${wants}; the event has ${has.length === 0 ? 'none' : has.join(', ')}`;
  return [`  event ${index}: ${verdict}`, `    ${printable(source)}`, ...nodeLines(why, '    ', paint)];
}

function groupLine({ group, asks, value, index, holds, lacks }: GroupVerdict, paint: Paint): string {
  const names = Object.entries(group).map(([name, one]) => `${name}=${one ?? '-'}`);
  const lacking = lacks.length === 0 ? '' : `without ${lacks.join(', ')}, `;
  const verdict = holds ? paint('red', 'holds') : 'does not hold';
  return `  ${printable(`[${names.join(', ')}]: came to ${value} at event ${index}, ${lacking}asks for ${asks}`)}: ${verdict}`;
}
