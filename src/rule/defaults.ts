import type { ActedDocument } from './actions.js';
import type { CorrelationDraft } from './correlation.js';
import { implicitGroup } from './implicit.js';
import { nearest } from './problem.js';
import type { EventRule, SekishoOptions } from './types.js';

/** Gap that ends an episode of a plain rule: DESIGN.md section 4. */
const IMPLICIT_QUIET = 3_600_000;
/** An episode is cut after this long: DESIGN.md section 4. */
export const MAX_EPISODE = 86_400_000;

/** Reports a document that is no Sigma rule, with what it may have been meant to be. */
export function reportUnknownDocument({ root, report }: ActedDocument): void {
  const known = ['detection', 'correlation', 'filter', 'logsource', 'action'];
  const near = [...root.entries.keys()]
    .map((key) => [key, nearest(key, known)] as const)
    .find(([, meant]) => meant !== undefined);
  const fix =
    near === undefined
      ? 'add `logsource:` and `detection:`, or remove the document'
      : `rename \`${near[0]}\` to \`${near[1]}\``;
  report.error('rule.document', root.at, '', 'this is no Sigma rule: it has no detection, correlation or filter', fix);
}

/** Reports a quiet time shorter than the timespan: one window would then hold several episodes. */
export function quietHolds({ sekisho, timespan, report, at }: CorrelationDraft): boolean {
  if (sekisho.groupBy !== undefined) {
    report.error(
      'rule.sekisho',
      at,
      'sekisho.group-by',
      '`sekisho: group-by` is for plain rules',
      'use `correlation: group-by`',
    );
  }
  if (sekisho.quiet !== undefined && sekisho.quiet < timespan) {
    const reason = '`quiet` is shorter than the timespan, so that one window could belong to two episodes';
    report.error(
      'rule.sekisho.quiet',
      at,
      'sekisho.quiet',
      reason,
      'make it at least the timespan, or remove it: it is the timespan then',
    );
  }
  return !report.failed;
}

/** What one alert of a plain rule is about, and how long its episodes last, where the rule does not say. */
export function implicitOptions(
  sekisho: SekishoOptions,
  rule: EventRule,
): { groupBy: readonly string[]; quiet: number; maxEpisode: number } {
  return {
    groupBy: sekisho.groupBy ?? implicitGroup(rule.logsource),
    quiet: sekisho.quiet ?? IMPLICIT_QUIET,
    maxEpisode: sekisho.maxEpisode ?? MAX_EPISODE,
  };
}
