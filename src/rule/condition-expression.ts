import { namesOf, parseCondition, type Condition } from './condition.js';
import { instead, nearest, quote, type Report } from './problem.js';
import { child, type MapNode, type RuleNode } from './reader.js';
import type { Expression } from './types.js';

/** Tests one rule may come to, selections counted as often as its condition names them. */
const TEST_LIMIT = 250_000;

/** The selections of a detection section by name; undefined: refused. */
export type Selections = ReadonlyMap<string, Expression | undefined>;

/**
 * The condition of a detection section with its selections in the place of their names; several conditions are alternatives.
 * Reports why not and returns undefined where there is none, or it names what is not there. Bounded in size.
 */
export function buildCondition(
  section: MapNode,
  path: string,
  selections: Selections,
  report: Report,
): Expression | undefined {
  const node = child(section, 'condition');
  const where = `${path}.condition`;
  if (selections.size === 0)
    return report.error(
      'rule.detection',
      section.at,
      path,
      'there is no selection',
      'add a selection: a map of fields, or a list of keywords',
    );
  if (node === undefined)
    return report.error('rule.condition', section.at, where, 'there is no condition', missingFix(section, selections));
  const nodes = node.kind === 'list' ? node.items : [node];
  if (nodes.length === 0)
    return report.error(
      'rule.condition',
      node.at,
      where,
      'the list of conditions is empty',
      'write `condition: selection`',
    );
  const builder = new ConditionBuilder(selections, report, where);
  const items = nodes.map((one) => builder.build(one));
  if (report.failed) return undefined;
  const made = items.filter((item) => item !== undefined);
  return made.length === 1 ? made[0] : { kind: 'or', items: made };
}

/** How to mend a section without a condition: it may be mistyped, or stand a level too deep. */
function missingFix(section: MapNode, selections: Selections): string {
  const near = nearest('condition', [...selections.keys()]);
  if (near !== undefined) return `rename \`${near}\` to \`condition\``;
  const around = [...section.entries.values()].find(
    ({ value }) => value.kind === 'map' && child(value, 'condition') !== undefined,
  );
  return around === undefined
    ? 'add `condition:`, for example `condition: selection`'
    : `indent \`condition\` as ${quote(around.key)}: it stands inside that selection`;
}

/** Puts the selections in the place of their names. */
class ConditionBuilder {
  #tests = 0;
  readonly #sizes = new Map<Expression, number>();
  /** What a quantifier stands for is the same each time. */
  readonly #quantifiers = new Map<string, Expression>();

  constructor(
    private readonly selections: Selections,
    private readonly report: Report,
    private readonly path: string,
  ) {}

  build(node: RuleNode): Expression | undefined {
    if (node.kind !== 'scalar' || node.text.trim() === '') {
      return this.#fail(node.at, 'a condition must be a text', 'write for example `selection and not filter`');
    }
    const parsed = parseCondition(node.text);
    const at = (offset: number): number => (node.textAt === undefined ? node.at : node.textAt + offset);
    return parsed.kind === 'fault'
      ? this.#fail(at(parsed.offset), parsed.reason, parsed.fix)
      : this.#expression(parsed, at);
  }

  #fail(at: number, reason: string, fix: string): undefined {
    return this.report.error('rule.condition', at, this.path, reason, fix);
  }

  #expression(condition: Condition, at: (offset: number) => number): Expression | undefined {
    if (condition.kind === 'name') return this.#selection(condition.name, at(condition.offset));
    if (condition.kind === 'of') return this.#quantified(condition, at(condition.offset));
    if (condition.kind === 'not') {
      const item = this.#expression(condition.item, at);
      return item === undefined ? undefined : { kind: 'not', item };
    }
    const items = condition.items.map((item) => this.#expression(item, at));
    const made = items.filter((item) => item !== undefined);
    return made.length === items.length ? { kind: condition.kind, items: made } : undefined;
  }

  #selection(name: string, at: number): Expression | undefined {
    const found = this.selections.get(name);
    if (found !== undefined) return this.#counted(found, at);
    // A selection that failed has been reported where it stands.
    if (this.selections.has(name) || this.report.full) return undefined;
    return this.#fail(at, `there is no selection ${quote(name)}`, instead(name, [...this.selections.keys()]));
  }

  #quantified(condition: Extract<Condition, { kind: 'of' }>, at: number): Expression | undefined {
    const { pattern, all } = condition;
    const key = `${all} ${pattern}`;
    const known = this.#quantifiers.get(key);
    if (known !== undefined) return this.#counted(known, at);
    const made = this.#selections(condition, at);
    if (made !== undefined) this.#quantifiers.set(key, made);
    return made;
  }

  #selections({ pattern, all }: Extract<Condition, { kind: 'of' }>, at: number): Expression | undefined {
    const names = namesOf(pattern, this.selections.keys());
    if (names.length === 0) {
      const known = [...this.selections.keys()];
      return this.#fail(at, `no selection matches ${quote(pattern)}`, instead(pattern.replaceAll('*', ''), known));
    }
    const items = names.map((name) => this.#selection(name, at)).filter((item) => item !== undefined);
    if (items.length !== names.length) return undefined;
    return items.length === 1 ? items[0] : { kind: all ? 'and' : 'or', items };
  }

  #counted(expression: Expression, at: number): Expression | undefined {
    const size = this.#sizes.get(expression) ?? countTests(expression);
    this.#sizes.set(expression, size);
    this.#tests += size;
    if (this.#tests <= TEST_LIMIT) return expression;
    return this.#fail(at, `the rule comes to more than ${TEST_LIMIT} tests`, 'split it into several rules');
  }
}

function countTests(expression: Expression): number {
  if (expression.kind === 'not') return countTests(expression.item);
  if (expression.kind !== 'and' && expression.kind !== 'or') return 1;
  return expression.items.reduce((sum, item) => sum + countTests(item), 0);
}
