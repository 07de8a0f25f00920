import type { FieldValue } from '../../event/index.js';
import { readRuleFiles } from '../../rule/files.js';
import { FILTER_LABEL } from '../../rule/filter.js';
import { loadRules } from '../../rule/load.js';
import type { Correlation, EventRule, Expression, RuleOverride, RuleSet } from '../../rule/types.js';
import { givenTo, type RuleOptions } from '../rules.js';

/** One rule of the effective set, or one that the configuration took out of it. */
export interface ListedRule {
  readonly id: string;
  readonly name: string | undefined;
  readonly title: string;
  readonly level: string;
  /** `rule`, or the type of the correlation. */
  readonly type: string;
  readonly state: 'runs' | 'disabled';
  /** What the configuration changed: `level`, `threshold`, `timespan`. */
  readonly overridden: readonly string[];
  /** Titles of the correlations that refer to it without `generate: true`, where no other says so. */
  readonly silencedBy: readonly string[];
  /** Titles of the filters that are AND-ed to it. */
  readonly filteredBy: readonly string[];
  readonly logsource: string;
  /** Attributes that Sigma does not know, as the rule says them. */
  readonly custom?: Readonly<Record<string, FieldValue>>;
  readonly file: string;
  readonly line: number;
}

/**
 * The effective rule set of some files and folders under a configuration's overrides, sorted by title. Loads the rules
 * twice: as the configuration wants them, and as they are written, to name what it disables.
 */
export function listRules(
  paths: readonly string[],
  overrides: Readonly<Record<string, RuleOverride>>,
  given: Pick<RuleOptions, 'values' | 'lists'> = {},
): readonly ListedRule[] {
  const { files } = readRuleFiles(paths);
  const asked = new Map(Object.entries(overrides));
  const { load } = givenTo(given);
  const ruleSet = loadRules(files, { mapping: true, overrides: asked, ...load });
  const disabled = [...asked].filter(([, override]) => override.disabled === true).map(([id]) => id);
  const written = disabled.length === 0 ? ruleSet : loadRules(files, { mapping: true, ...load });
  const isDisabled = ({ meta }: EventRule | Correlation): boolean =>
    disabled.includes(meta.id) || (meta.name !== undefined && disabled.includes(meta.name));
  const listed = [
    ...rulesIn(ruleSet).map((rule) => listedOf(rule, ruleSet, asked, 'runs')),
    ...rulesIn(written)
      .filter(isDisabled)
      .map((rule) => listedOf(rule, written, asked, 'disabled')),
  ];
  return listed.sort((a, b) => (a.title < b.title ? -1 : 1));
}

function rulesIn({ rules, correlations }: RuleSet): readonly (EventRule | Correlation)[] {
  return [...rules, ...correlations.filter(({ implicit }) => !implicit)];
}

function listedOf(
  rule: EventRule | Correlation,
  ruleSet: RuleSet,
  overrides: ReadonlyMap<string, RuleOverride>,
  state: ListedRule['state'],
): ListedRule {
  const { id, name, title, level, custom, file, line } = rule.meta;
  const override = overrides.get(id) ?? overrides.get(name ?? '') ?? {};
  const titles = new Map(rulesIn(ruleSet).map(({ meta }) => [meta.id, meta.title]));
  const silencers = ruleSet.silenced.filter((one) => one.rule === id).map(({ by }) => titles.get(by) ?? by);
  return {
    id,
    name,
    title,
    level,
    type: rule.kind === 'rule' ? 'rule' : rule.type,
    state,
    overridden: Object.entries(override).flatMap(([key, value]) =>
      key === 'disabled' || value === undefined ? [] : [key],
    ),
    silencedBy: state === 'runs' ? silencers : [],
    filteredBy: rule.kind === 'rule' ? filtersOf(rule.expression) : [],
    logsource: rule.kind === 'rule' ? Object.values(rule.logsource).join('/') : '',
    ...(custom !== undefined && { custom }),
    file,
    line,
  };
}

/** Filters are the further items of the outermost AND; see `withCondition` of the rule room. */
function filtersOf(expression: Expression): readonly string[] {
  if (expression.kind !== 'and' || expression.label !== undefined) return [];
  const labels = expression.items.slice(1).map((item) => item.label ?? '');
  return labels.filter((label) => label.startsWith(FILTER_LABEL)).map((label) => label.slice(FILTER_LABEL.length));
}
