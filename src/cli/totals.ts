import type { RuleSet } from '../engine/rules.js';
import type { ScanResult } from '../engine/scan.js';
import type { AlertDocument, Level } from '../event/index.js';
import { LEVELS } from '../event/index.js';
import type { Paint } from './terminal.js';
import { say } from './terminal.js';
import { counted, fit } from './text.js';
import { Clock } from './when.js';

/** What the totals need besides the result. */
export interface TotalsOptions {
  readonly ruleSet: RuleSet;
  readonly seconds: number;
  readonly paint: Paint;
  /** The type that all lines were said to be of. */
  readonly type?: string | undefined;
  /** What `--since` asked for, epoch ms. */
  readonly since?: number | undefined;
  /** Of the times shown. */
  readonly zone: string;
}

/**
 * Tells on standard error what was read, what came of it, and everything that could not be understood or was left out:
 * silence would look like safety.
 */
export function tellTotals(result: ScanResult, options: TotalsOptions): void {
  const { counts, evictions } = result;
  const rate = Math.round(counts.records / Math.max(options.seconds, 0.001));
  say(
    `${counted(counts.records, 'line')} of ${counted(result.sources, 'source')} in ${options.seconds.toFixed(1)} s ` +
      `(${rate.toLocaleString('en')} a second), ${counted(counts.events, 'event')}: ${alertsText(result.alerts)}`,
  );
  const warn = (text: string): void => say(options.paint('yellow', text));
  if (counts.records === 0 && !result.aborted)
    warn('Nothing was read: all of it is empty. Name the files or folders that your logs are in.');
  if (result.aborted) warn('Stopped before the end: what is shown is what was found until then.');
  if (counts.older > 0) (counts.older < counts.events ? say : warn)(olderText(result, options));
  for (const line of notUnderstood(result, options.type)) warn(line);
  for (const line of leftOut(result, options.ruleSet)) warn(line);
  if (evictions > 0) warn(`Memory ran short: ${counted(evictions, 'group')} forgotten early; raise \`memory\`.`);
}

/** That `--since` left events out, and where all of them, what would not. */
function olderText({ counts: { older, events }, newest }: ScanResult, { since, zone }: TotalsOptions): string {
  const clock = new Clock(zone);
  const left = `${counted(older, 'event')} older than --since (${clock.moment(since)} ${zone})`;
  if (older < events) return `Not matched: ${left}.`;
  return `Nothing was matched: there are only ${left}, the newest of ${clock.moment(newest)}; leave --since out, or name an earlier time.`;
}

function alertsText(alerts: readonly AlertDocument[]): string {
  if (alerts.length === 0) return 'no alerts';
  const levels = [...LEVELS].reverse().flatMap((level) => {
    const count = alerts.filter((alert) => severityOf(alert) === level).length;
    return count === 0 ? [] : [`${count} ${level}`];
  });
  return `${counted(alerts.length, 'alert')} (${levels.join(', ')})`;
}

function severityOf(alert: AlertDocument): Level | undefined {
  return (alert.document as { sekisho?: { alert?: { severity?: Level } } }).sekisho?.alert?.severity;
}

/** Which lines were of no use, why, and what shows or mends it. */
function misfit(unparsed: number, events: number, type: string | undefined): string {
  const lines = counted(unparsed, 'line');
  if (type === undefined)
    return `${lines} of no known format; \`sekisho normalise --report\` with the same paths shows them.`;
  return unparsed === events
    ? `none of the ${lines} is of type ${type}; leave -t out, and each line is looked at.`
    : `${lines} not of type ${type}; \`sekisho normalise --report -t ${type}\` with the same paths shows them.`;
}

function notUnderstood(result: ScanResult, type: string | undefined): readonly string[] {
  const lines: string[] = [];
  const { unparsed } = result.counts;
  if (unparsed > 0) {
    lines.push(`Not understood: ${misfit(unparsed, result.counts.events, type)}`);
  }
  for (const [code, count] of result.counts.failures) {
    const first = result.deadLetters.find((letter) => letter.failure.code === code);
    const place =
      first === undefined ? '' : `, first ${first.label} at byte ${first.position.offset}: ${first.failure.message}`;
    lines.push(fit(`Could not be processed: ${counted(count, 'record')} (${code}${place})`, 400));
  }
  return lines;
}

function leftOut(result: ScanResult, ruleSet: RuleSet): readonly string[] {
  return result.leftOut.map(({ correlation, field, count }) => {
    const name = ruleSet.correlations[correlation]?.meta.title ?? '?';
    return fit(`Left out: ${counted(count, 'detection')} without ${field}, which '${name}' groups by or counts`, 400);
  });
}
