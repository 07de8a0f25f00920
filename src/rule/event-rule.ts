import { readDetection, readsOf } from './detection.js';
import { readMap } from './fields.js';
import { misnamed, readLogsource, readMeta, readTaxonomy, type Origin, type Taxonomy } from './meta.js';
import type { Placeholders } from './placeholder.js';
import type { Report } from './problem.js';
import type { ActedDocument } from './actions.js';
import { readSekisho } from './sekisho-key.js';
import { fieldPaths } from './taxonomy/taxonomy.js';
import { readWhere } from './where.js';
import type { EventRule, Expression, FieldRef } from './types.js';
import type { Logsource } from '../event/index.js';

/** What rules are read with. */
export interface ReadOptions {
  readonly mapping: boolean;
  readonly placeholders: Placeholders;
  /** Names of the operator's lists. */
  readonly lists: ReadonlySet<string>;
}

/** A single-event rule that was read, before filters and links. */
export interface EventRuleDraft {
  readonly rule: Omit<EventRule, 'index'>;
  readonly taxonomy: Taxonomy;
  readonly at: number;
  readonly report: Report;
}

/** Names a field as a rule of this log source and taxonomy means it. */
export function fieldReader(logsource: Logsource, taxonomy: Taxonomy, mapping: boolean): (name: string) => FieldRef {
  return (name) => ({ name, paths: mapping ? fieldPaths(name, logsource, taxonomy) : [name] });
}

/** Reads a rule with a `detection:` section, or reports why it can't run and returns undefined. */
export function readEventRule(
  document: ActedDocument,
  origin: Origin,
  options: ReadOptions,
): EventRuleDraft | undefined {
  const { root, report } = document;
  const meta = readMeta(root, origin, report);
  const sekisho = readSekisho(root, report);
  const logsource = readLogsource(root, report);
  const taxonomy = readTaxonomy(root, options.mapping, report);
  const section = readMap(root, 'detection', 'detection', report);
  if (section === undefined && !report.failed) {
    const fix = misnamed(root, 'detection') ?? 'add `detection:` with selections and a condition';
    report.error('rule.detection', root.at, 'detection', 'the rule has no detection', fix);
  }
  if (section === undefined) return undefined;
  const field = fieldReader(logsource ?? {}, taxonomy, options.mapping);
  const detection = readDetection(section, 'detection', { field, placeholders: options.placeholders, report });
  const where = readWhere(root, { field, lists: options.lists, report });
  const expression: Expression | undefined =
    detection === undefined || where.length === 0 ? detection : { kind: 'and', items: [detection, ...where] };
  if (expression === undefined || logsource === undefined || report.failed) return undefined;
  const shape = { expression, ...readsOf(expression) };
  const rule = {
    kind: 'rule',
    meta,
    logsource,
    looseLogsource: !options.mapping,
    ...shape,
    sekisho,
    place: report.place(root.at),
  } as const;
  return { rule, taxonomy, at: root.at, report };
}

/** The rule with one more condition that must hold as well. */
export function withCondition(draft: EventRuleDraft, added: readonly Expression[]): EventRuleDraft {
  if (added.length === 0) return draft;
  const expression: Expression = { kind: 'and', items: [draft.rule.expression, ...added] };
  return { ...draft, rule: { ...draft.rule, expression, ...readsOf(expression) } };
}
