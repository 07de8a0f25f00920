import { buildCondition } from './condition-expression.js';
import { planModifiers, type ModifierPlan } from './modifiers.js';
import type { Placeholders } from './placeholder.js';
import { quote, type Report } from './problem.js';
import type { RegexBudget } from './regex/regex.js';
import { child, type MapNode, type RuleNode, type ScalarNode } from './reader.js';
import type { Expression, FieldRef, ValueTest } from './types.js';
import { makeTests } from './value.js';

/** What a detection section is read with. */
export interface DetectionContext {
  readonly field: (name: string) => FieldRef;
  readonly placeholders: Placeholders;
  readonly report: Report;
}

/** Keys of a detection section that are no selections. */
const RESERVED = new Set(['condition', 'timeframe']);
const FILTER_RESERVED = new Set(['condition', 'rules']);

/**
 * Reads a `detection:` section (or the `filter:` section of a filter) into one expression, or reports why not and
 * returns undefined. Every selection is checked, used or not. Linear in the section's size.
 * Source: Sigma Rules Specification 2.0, "Detection".
 */
export function readDetection(
  section: MapNode,
  path: 'detection' | 'filter',
  context: DetectionContext,
): Expression | undefined {
  const selections = new Map<string, Expression | undefined>();
  const reserved = path === 'filter' ? FILTER_RESERVED : RESERVED;
  const budget: RegexBudget = { steps: 0 };
  for (const { key, value, at } of section.entries.values()) {
    if (!reserved.has(key))
      selections.set(key, new SelectionReader(context, budget).read(key, value, at, `${path}.${key}`));
  }
  const timeframe = child(section, 'timeframe');
  if (timeframe !== undefined) {
    const fix = 'write a correlation rule with `timespan`, or remove it';
    context.report.warn(
      'rule.timeframe',
      timeframe.at,
      `${path}.timeframe`,
      '`timeframe` was removed from Sigma and does nothing',
      fix,
    );
  }
  return buildCondition(section, path, selections, context.report);
}

/** Reads one selection: a map (AND), a list (OR) of maps or keywords, or one keyword. */
class SelectionReader {
  readonly #fields = new Map<string, FieldRef>();

  constructor(
    private readonly context: DetectionContext,
    private readonly budget: RegexBudget,
  ) {}

  read(name: string, node: RuleNode, at: number, path: string): Expression | undefined {
    if (/[\s()|]/.test(name)) {
      const reason = `${quote(name)} is the name of a selection: a condition reaches it only by a pattern, modifiers in it do nothing`;
      this.context.report.warn('rule.selection', at, path, reason, 'write modifiers after the name of a field');
    }
    const expression = this.#node(node, path);
    return expression === undefined ? undefined : { ...expression, label: name };
  }

  #fail(at: number, path: string, reason: string, fix: string): undefined {
    return this.context.report.error('rule.selection', at, path, reason, fix);
  }

  #node(node: RuleNode, path: string): Expression | undefined {
    if (node.kind === 'map') return this.#map(node, path);
    if (node.kind === 'scalar') return this.#keywords([node], node.at, path);
    if (node.items.length === 0)
      return this.#fail(node.at, path, 'the selection is empty', 'add a field or a keyword, or remove it');
    const scalars = node.items.filter((item) => item.kind === 'scalar');
    const others = node.items.filter((item) => item.kind !== 'scalar');
    const items = others.map((item, index) => this.#listItem(item, `${path}[${index}]`));
    if (scalars.length > 0) items.push(this.#keywords(scalars, node.at, path));
    return joined('or', items);
  }

  #listItem(item: RuleNode, path: string): Expression | undefined {
    if (item.kind === 'map') return this.#map(item, path);
    return this.#fail(item.at, path, 'a list stands inside a list', 'write one list of keywords, or one list of maps');
  }

  #keywords(nodes: readonly ScalarNode[], at: number, path: string): Expression | undefined {
    if (nodes.some((node) => node.type === 'null' || node.text === '')) {
      return this.#fail(
        at,
        path,
        'an empty keyword would be found in every event',
        'remove it, or write the selection out',
      );
    }
    return this.#values('', [], nodes, at, path);
  }

  #map(node: MapNode, path: string): Expression | undefined {
    if (node.entries.size === 0)
      return this.#fail(node.at, path, 'the selection is empty', 'add a field, or remove the selection');
    const items = [...node.entries.values()].map(({ key, value, at }) => this.#item(key, value, at, `${path}.${key}`));
    return joined('and', items);
  }

  #item(key: string, value: RuleNode, at: number, path: string): Expression | undefined {
    const [name = '', ...modifiers] = key.split('|');
    if (value.kind === 'map') {
      return this.#fail(
        value.at,
        path,
        'the value of a field is a map',
        `write its fields with dots: \`${name}.field: value\``,
      );
    }
    const values = value.kind === 'list' ? value.items : [value];
    if (values.length === 0) return this.#none(name.trim(), modifiers, value.at, path);
    const scalars = values.filter((item) => item.kind === 'scalar');
    if (scalars.length === values.length) return this.#values(name.trim(), modifiers, scalars, at, path);
    return this.#fail(
      values.find((item) => item.kind !== 'scalar')?.at ?? at,
      path,
      'a list of values holds a map or a list',
      name === ''
        ? 'write the maps as one map: its fields are linked by AND'
        : 'write texts, numbers, true, false or null',
    );
  }

  /** An empty list of values is read as null, as pySigma reads it; what only values give a meaning is refused. */
  #none(name: string, modifiers: readonly string[], at: number, path: string): Expression | undefined {
    const reason = 'the list of values is empty';
    if (name === '' || modifiers.some((modifier) => modifier !== 'all' && modifier !== 'neq'))
      return this.#fail(at, path, reason, "add values, or write the plain field with null (missing) or '' (empty)");
    this.context.report.warn(
      'rule.value',
      at,
      path,
      `${reason} and stands for a missing field`,
      'write `null`, or values',
    );
    const test: Expression = this.#leaf(name, { kind: 'null' });
    return modifiers.includes('neq') ? { kind: 'not', item: test } : test;
  }

  #values(
    name: string,
    modifiers: readonly string[],
    nodes: readonly ScalarNode[],
    at: number,
    path: string,
  ): Expression | undefined {
    const { report } = this.context;
    const plan = planModifiers(modifiers, at, path, report);
    if (plan === undefined) return undefined;
    if (name === '' && KEYWORD_SHAPES.indexOf(plan.shape) < 0) {
      return this.#fail(at, path, `\`${plan.shape}\` needs a field`, `write \`field|${modifiers.join('|')}\``);
    }
    this.#advise(plan, nodes, at, path);
    const items = nodes.map((node) => this.#value(name, plan, node, path));
    const expression = joined(plan.all ? 'and' : 'or', items);
    return expression !== undefined && plan.neq ? { kind: 'not', item: expression } : expression;
  }

  #advise(plan: ModifierPlan, nodes: readonly ScalarNode[], at: number, path: string): void {
    const { report } = this.context;
    if (plan.all && nodes.length < 2) {
      report.warn(
        'rule.modifier',
        at,
        path,
        '`all` has a single value and does nothing',
        'remove `all`, or add values',
      );
    }
    if (plan.steps.includes('base64offset') && plan.side === undefined) {
      const reason = '`base64offset` without `contains` only matches a field that is the encoded value';
      report.warn('rule.modifier', at, path, reason, 'write `base64offset|contains`');
    }
  }

  #value(name: string, plan: ModifierPlan, node: ScalarNode, path: string): Expression | undefined {
    const keyword = name === '';
    const field = (other: string): FieldRef => this.#field(other);
    const { placeholders } = this.context;
    const tests = makeTests(node, plan, { placeholders, field, keyword, budget: this.budget });
    if ('kind' in tests) return this.context.report.error(tests.code, node.at, path, tests.reason, tests.fix);
    return joined(
      'or',
      tests.map((test): Expression => this.#leaf(name, test)),
    );
  }

  #leaf(name: string, test: ValueTest): Expression {
    return name === '' ? { kind: 'keyword', test } : { kind: 'test', field: this.#field(name), test };
  }

  #field(name: string): FieldRef {
    let field = this.#fields.get(name);
    if (field === undefined) {
      field = this.context.field(name);
      this.#fields.set(name, field);
    }
    return field;
  }
}

const KEYWORD_SHAPES: readonly ModifierPlan['shape'][] = ['text', 're', 'cidr'];

/** One expression of several, or undefined where one is missing (and was reported) or there is none. */
function joined(kind: 'and' | 'or', items: readonly (Expression | undefined)[]): Expression | undefined {
  const made = items.filter((item) => item !== undefined);
  if (made.length !== items.length) return undefined;
  return made.length === 1 ? made[0] : { kind, items: made };
}

/** Every path an expression can read, sorted, and whether it reads all of them (keywords). */
export function readsOf(expression: Expression): { readonly reads: readonly string[]; readonly keywords: boolean } {
  const reads = new Set<string>();
  let keywords = false;
  const visit = (node: Expression): void => {
    if (node.kind === 'not') visit(node.item);
    else if (node.kind === 'keyword') keywords = true;
    else if (node.kind === 'test') {
      node.field.paths.forEach((path) => reads.add(path));
      if (node.test.kind === 'field') node.test.other.paths.forEach((path) => reads.add(path));
    } else node.items.forEach(visit);
  };
  visit(expression);
  return { reads: [...reads].sort(), keywords };
}
