import type { Command } from 'commander';
import type { EventsOptions } from './events-file.js';
import { eventRules, tellEventFailure, tellUnread, withEvents } from './events-file.js';
import { examples } from './options.js';
import { Out } from './terminal.js';

interface Options extends EventsOptions {
  readonly summary?: boolean;
}

/** Declares `rules match`. */
export function declareRulesMatch(rules: Command): void {
  withEvents(rules.command('match'))
    .description('tell for each event which rules match: one line {index, matched} an event')
    .option('--summary', 'one line {rule, count} for each rule that matched, instead')
    .addHelpText(
      'after',
      examples(
        ['my rule on events as they are', 'sekisho rules match -r rule.yml -e events.ndjson --no-mapping'],
        ['my rule on raw lines', 'sekisho rules match -r rule.yml -t nginx -e access.log'],
        ['how often do rules match?', 'sekisho rules match -r rules/ -e events.ndjson --summary'],
      ),
    )
    .action(async (options: Options) => {
      const ruleSet = await eventRules(options);
      const { matchFile } = await import('../engine/tools/match.js');
      const out = new Out();
      const counts = new Map<string, number>();
      let unread = 0;
      for await (const { index, matched, failure, unread: isUnread } of matchFile(options.events, ruleSet, options)) {
        if (isUnread === true) unread++;
        if (failure !== undefined) tellEventFailure(index, failure);
        if (options.summary === true) for (const rule of matched) counts.set(rule, (counts.get(rule) ?? 0) + 1);
        else await out.json({ index, matched });
      }
      const sorted = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
      for (const [rule, count] of sorted) await out.json({ rule, count });
      await out.flush();
      tellUnread(unread, options);
    });
}
