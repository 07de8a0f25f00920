import { applyActions, type ActedDocument } from './actions.js';
import { isTemporal, satisfiable } from './correlation-condition.js';
import { readCorrelation, type CorrelationDraft } from './correlation.js';
import { MAX_EPISODE, implicitOptions, quietHolds, reportUnknownDocument } from './defaults.js';
import { fieldReader, readEventRule, type EventRuleDraft, type ReadOptions } from './event-rule.js';
import { applyFilters, readFilter, type FilterDraft } from './filter.js';
import { hashOf, joinAuthors } from './identity.js';
import { loudnessOf } from './loudness.js';
import { linkCorrelations, type Linked, type Target } from './link.js';
import type { Origin, Taxonomy } from './meta.js';
import { nearest, quote } from './problem.js';
import { child, readDocuments } from './reader.js';
import { casesOf } from './roles.js';
import type { Bounds, Correlation, EventRule, FieldRef, RuleOverride, RuleProblem, RuleSet } from './types.js';
import type { RuleMeta } from '../event/index.js';

/** One rule file as it was read; `ruleset` names the rule folder. */
export interface RuleFile {
  readonly file: string;
  readonly text: string;
  readonly ruleset?: string;
}

/** How rules are loaded. */
export interface LoadOptions {
  /** False is `--no-mapping`: every field is looked up by its own name, log sources only exclude contradictions. */
  readonly mapping: boolean;
  /** By rule id. */
  readonly overrides?: ReadonlyMap<string, RuleOverride>;
  /** Values of placeholders (`expand`) by name. */
  readonly placeholders?: ReadonlyMap<string, readonly string[]>;
  /** Names of the operator's lists, which rules ask about (`sekisho: where:`). */
  readonly lists?: ReadonlySet<string>;
}

/**
 * Reads rule files into one rule set: everything that runs, resolved and checked, and a problem with place, reason and
 * fix for everything that does not. Pure, and never throws, whatever the files hold.
 *
 * One bad rule does not stop the others; a correlation that refers to a refused rule is refused and says so.
 * `correlations` begins with the implicit ones, in the order of `rules` (same index), then come the written ones,
 * lowest level first. Costs about half a millisecond a rule, nearly all of it reading YAML.
 */
export function loadRules(files: readonly RuleFile[], options: LoadOptions): RuleSet {
  return new Loader(options).load(files);
}

class Loader {
  readonly #problems: RuleProblem[] = [];
  readonly #events: EventRuleDraft[] = [];
  readonly #correlations: CorrelationDraft[] = [];
  readonly #filters: FilterDraft[] = [];
  /** Ids and names in use, with the place of the rule that has them. */
  readonly #taken = new Map<string, string>();
  readonly #refused = new Set<string>();
  readonly #disabled = new Set<string>();
  readonly #authors = new Map<CorrelationDraft, string | undefined>();
  readonly #overrides: ReadonlyMap<string, RuleOverride>;
  readonly #options: ReadOptions;

  constructor(options: LoadOptions) {
    this.#overrides = options.overrides ?? new Map();
    const { mapping, placeholders = new Map(), lists = new Set() } = options;
    this.#options = { mapping, placeholders, lists };
  }

  load(files: readonly RuleFile[]): RuleSet {
    for (const file of files) this.#read(file);
    const correlations = new Set(this.#correlations.flatMap(({ meta }) => [meta.id, meta.name ?? meta.id]));
    const drafts = applyFilters(this.#events, this.#filters, this.#options, correlations);
    const rules = drafts.map((draft, index): EventRule => ({ ...draft.rule, index }));
    const linked = this.#link(rules, drafts);
    const loudness = loudnessOf(rules, linked);
    const implicit = rules.map((rule, index) =>
      this.#implicit(rule, (drafts[index] as EventRuleDraft).taxonomy, loudness.loud(rule)),
    );
    const written = linked.map((one) => this.#written(one, loudness.loud(one.draft)));
    this.#warnOverrides();
    return { rules, correlations: [...implicit, ...written], silenced: loudness.silenced, problems: this.#problems };
  }

  #read({ file, text, ruleset }: RuleFile): void {
    for (const document of applyActions(readDocuments(file, text, this.#problems))) {
      if (document.report.failed) this.#refuse(document, undefined);
      else this.#readDocument(document, { file, ruleset, ordinal: document.ordinal });
    }
  }

  #readDocument(document: ActedDocument, origin: Origin): void {
    const { root } = document;
    if (child(root, 'correlation') !== undefined) {
      const draft = readCorrelation(document, origin);
      const tuned = draft === undefined ? undefined : this.#accept(draft.meta, document);
      if (draft === undefined || tuned === undefined) this.#refuse(document, draft?.meta);
      else this.#correlations.push(this.#override({ ...draft, meta: tuned }));
    } else if (child(root, 'filter') !== undefined) {
      const draft = readFilter(document, origin, this.#options);
      if (draft !== undefined) this.#filters.push(draft);
    } else if (child(root, 'detection') !== undefined || child(root, 'logsource') !== undefined) {
      const draft = readEventRule(document, origin, this.#options);
      const tuned = draft === undefined ? undefined : this.#accept(draft.rule.meta, document);
      if (draft === undefined || tuned === undefined) this.#refuse(document, draft?.rule.meta);
      else this.#events.push({ ...draft, rule: { ...draft.rule, meta: tuned } });
    } else reportUnknownDocument(document);
  }

  /** Remembers the names of what does not run, so that a correlation that refers to it can say so. */
  #refuse({ root, report }: ActedDocument, meta: RuleMeta | undefined): void {
    if (meta !== undefined && !report.failed) return;
    for (const key of ['id', 'name']) {
      const node = child(root, key);
      if (node?.kind === 'scalar' && node.text !== '' && !this.#taken.has(node.text)) this.#refused.add(node.text);
    }
  }

  /** The rule's meta data as the configuration wants it; undefined where its id is taken or it is disabled. */
  #accept(meta: RuleMeta, document: ActedDocument): RuleMeta | undefined {
    const id = this.#idOf(meta, document);
    const names = [...new Set([id, meta.name])].filter((key) => key !== undefined);
    const override = names.map((key) => this.#overrides.get(key)).find((one) => one !== undefined);
    if (override?.disabled === true) {
      for (const key of names) this.#disabled.add(key);
      return undefined;
    }
    if (this.#duplicate(names, id, document)) return undefined;
    for (const key of names) if (!this.#taken.has(key)) this.#taken.set(key, `${meta.file}:${meta.line}`);
    return { ...meta, id, level: override?.level ?? meta.level };
  }

  /** A rule's own id; where it is only inherited or stands for none (a title) and another rule has it, one made unique. */
  #idOf(meta: RuleMeta, { inheritedId, ordinal }: ActedDocument): string {
    if (!this.#taken.has(meta.id)) return meta.id;
    if (inheritedId) return `${meta.id}#${ordinal}`;
    return meta.uuid === undefined && meta.name === undefined ? `${meta.file}#${ordinal}` : meta.id;
  }

  /** Reports an id or name that another rule has. A name out of a global document is shared on purpose. */
  #duplicate(names: readonly string[], id: string, { report, root, inheritedId }: ActedDocument): boolean {
    const key = names.find((one) => this.#taken.has(one) && !(inheritedId && one !== id));
    if (key === undefined) return false;
    const what = key === id ? 'id' : 'name';
    const reason = `the ${what} ${quote(key)} is already taken by ${this.#taken.get(key) ?? ''}`;
    report.error('rule.duplicate', child(root, what)?.at ?? root.at, what, reason, `give this rule its own ${what}`);
    return true;
  }

  /** Threshold and timespan as the configuration wants them. */
  #override(draft: CorrelationDraft): CorrelationDraft {
    const override = this.#overrides.get(draft.meta.id) ?? this.#overrides.get(draft.meta.name ?? '');
    if (override === undefined) return draft;
    const bounds = override.threshold === undefined ? draft.bounds : this.#threshold(draft, override.threshold);
    return { ...draft, bounds, timespan: override.timespan ?? draft.timespan };
  }

  #threshold({ bounds, report, at, type }: CorrelationDraft, threshold: number): Bounds | undefined {
    const operators = Object.keys(bounds ?? {});
    const [only, more] = operators;
    const fixed: Bounds = only === undefined ? {} : { [only]: threshold };
    if (only === undefined || more !== undefined) {
      const reason = 'the configuration overrides the threshold, but the condition has not exactly one operator';
      report.error(
        'rule.override',
        at,
        'correlation.condition',
        reason,
        'change the rule itself, or drop the override',
      );
    } else if (!satisfiable(fixed, type.endsWith('_count') || isTemporal(type))) {
      report.error(
        'rule.override',
        at,
        'correlation.condition',
        `with the overridden threshold ${threshold} the condition can never be true`,
        'choose another threshold',
      );
    }
    return fixed;
  }

  #link(rules: readonly EventRule[], drafts: readonly EventRuleDraft[]): readonly Linked[] {
    const targets = new Map<string, Target>();
    const add = (meta: RuleMeta, target: Target): void => {
      for (const key of [meta.id, meta.uuid, meta.name])
        if (key !== undefined && !targets.has(key)) targets.set(key, target);
    };
    rules.forEach((rule, index) =>
      add(rule.meta, { kind: 'rule', index, rule, taxonomy: (drafts[index] as EventRuleDraft).taxonomy }),
    );
    const sound = this.#correlations.filter((draft) => !draft.report.failed && quietHolds(draft));
    for (const draft of this.#correlations)
      if (!sound.includes(draft)) this.#refused.add(draft.meta.id).add(draft.meta.name ?? draft.meta.id);
    for (const draft of sound) add(draft.meta, { kind: 'correlation', draft });
    const directory = { targets, refused: this.#refused, disabled: this.#disabled, mapping: this.#options.mapping };
    return linkCorrelations(sound, directory, rules.length);
  }

  #implicit(rule: EventRule, taxonomy: Taxonomy, alerts: boolean): Correlation {
    const { meta, logsource, sekisho, place } = rule;
    const { groupBy, quiet, maxEpisode } = implicitOptions(sekisho, rule);
    const field = fieldReader(logsource, taxonomy, this.#options.mapping);
    const refGroup = groupBy.map(field);
    const ref = { name: meta.id, target: { kind: 'rule', index: rule.index }, groupBy: refGroup, value: [] } as const;
    const hash = hashOf(['event_count', [meta.id], refGroup, quiet, maxEpisode]);
    return {
      kind: 'correlation',
      index: rule.index,
      meta,
      type: 'event_count',
      implicit: true,
      level: 0,
      refs: [ref],
      groupBy,
      missingIsNull: true,
      timespan: quiet,
      bounds: { gte: 1 },
      roles: undefined,
      percentile: undefined,
      quiet,
      maxEpisode,
      alerts,
      hash,
      place,
      tests: sekisho.tests,
    };
  }

  #written(linked: Linked, alerts: boolean): Correlation {
    const { draft, refs, roles, level, index, targets } = linked;
    const { type, groupBy, timespan, bounds, percentile, sekisho, report, at } = draft;
    const cases = casesOf(linked);
    const quiet = sekisho.quiet ?? timespan;
    const maxEpisode = sekisho.maxEpisode ?? MAX_EPISODE;
    const ids = targets.map((target) => (target.kind === 'rule' ? target.rule.meta.id : target.draft.meta.id));
    const fields = refs.map((ref): readonly (readonly FieldRef[])[] => [ref.groupBy, ref.value]);
    const hash = hashOf([
      type,
      draft.meta.id,
      ids,
      groupBy,
      fields,
      timespan,
      bounds ?? null,
      roles ?? null,
      percentile ?? null,
      quiet,
      maxEpisode,
      ...(cases === undefined ? [] : [cases]),
    ]);
    const meta = { ...draft.meta, author: joinAuthors(linked, this.#authors) };
    this.#authors.set(draft, meta.author);
    return {
      kind: 'correlation',
      index,
      meta,
      type,
      implicit: false,
      level,
      refs,
      groupBy,
      missingIsNull: false,
      timespan,
      bounds,
      roles,
      ...(cases === undefined ? {} : { cases }),
      percentile,
      quiet,
      maxEpisode,
      alerts,
      hash,
      place: report.place(at),
      tests: sekisho.tests,
    };
  }

  /** An override for a rule that is not there is a mistake people want to hear of. */
  #warnOverrides(): void {
    for (const id of this.#overrides.keys()) {
      if (this.#taken.has(id) || this.#disabled.has(id)) continue;
      const near = nearest(id, this.#taken.keys());
      const fix = near === undefined ? 'check the id, or remove the override' : `did you mean \`${near}\`?`;
      const place = { file: 'configuration', line: 0, column: 0 };
      this.#problems.push({
        ...place,
        severity: 'warning',
        code: 'rule.override',
        path: `overrides.${id}`,
        reason: `names the rule ${quote(id)}, which is not loaded`,
        fix,
      });
    }
  }
}
