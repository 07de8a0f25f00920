import type { Command } from 'commander';
import type { RuleSet } from '../engine/rules.js';
import type { EventsOptions } from './events-file.js';
import { eventRules, tellEventFailure, tellTimeless, tellUnread, withEvents } from './events-file.js';
import { examples } from './options.js';
import { Out } from './terminal.js';

interface Options extends EventsOptions {
  readonly trace?: boolean;
}

/** Declares `rules correlate`. */
export function declareRulesCorrelate(rules: Command): void {
  withEvents(rules.command('correlate'))
    .description('run events through rules and correlations: alerts as JSON lines')
    .option('--trace', 'instead, one line {index, rule, group, value, holds} for each event and correlation it touches')
    .addHelpText(
      'after',
      examples(
        ['the alerts', 'sekisho rules correlate -r rules/ -e events.ndjson'],
        ['how near did it come?', 'sekisho rules correlate -r rules/ -e events.ndjson --trace'],
      ) +
        '\nThe time of an event is its @timestamp, timestamp, time, TimeCreated, UtcTime … (ISO 8601 or an epoch number);' +
        '\nwith --no-mapping an event without one has the time of the event before it.\n',
    )
    .action(async (options: Options) => {
      const ruleSet = await eventRules(options);
      await (options.trace === true ? trace(ruleSet, options) : alerts(ruleSet, options));
    });
}

async function alerts(ruleSet: RuleSet, options: Options): Promise<void> {
  const { correlateFile } = await import('../engine/tools/match.js');
  const { alerts, failures, timeless, unread } = await correlateFile(options.events, ruleSet, options);
  for (const { index, failure } of failures) tellEventFailure(index, failure);
  tellTimeless(timeless);
  tellUnread(unread, options);
  const out = new Out();
  for (const alert of alerts) await out.json(alert.document);
  await out.flush();
}

async function trace(ruleSet: RuleSet, options: Options): Promise<void> {
  const { traceFile } = await import('../engine/tools/match.js');
  const out = new Out();
  for await (const line of traceFile(options.events, ruleSet, options)) {
    if ('failure' in line) tellEventFailure(line.index, line.failure);
    else if ('timeless' in line) {
      tellTimeless(line.timeless);
      tellUnread(line.unread, options);
    } else await out.json(line);
  }
  await out.flush();
}
