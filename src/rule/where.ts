import { LIST_PREFIX } from '../event/index.js';
import { readMap, readScalars } from './fields.js';
import { nearest, quote, type Report } from './problem.js';
import { child, type MapNode, type ScalarNode } from './reader.js';
import type { Expression, FieldRef } from './types.js';

/** What `sekisho: where:` is read with. */
export interface WhereContext {
  readonly field: (name: string) => FieldRef;
  /** Names of the operator's lists. */
  readonly lists: ReadonlySet<string>;
  readonly report: Report;
}

/**
 * Reads `sekisho: { where: { 'source.ip|list': tor } }`: conditions on the operator's lists that must hold as well as the
 * rule's own. Several names: one of them holds the value; `|list|neq`: none of them does. A list that is not configured
 * is an error. Absent: none.
 */
export function readWhere(root: MapNode, context: WhereContext): readonly Expression[] {
  const sekisho = child(root, 'sekisho');
  if (sekisho?.kind !== 'map') return [];
  const where = readMap(sekisho, 'where', 'sekisho.where', context.report);
  if (where === undefined) return [];
  return [...where.entries.values()].flatMap(({ key, at }) => readEntry(where, key, at, context) ?? []);
}

/** For rules that can't have it. */
export function refuseWhere(root: MapNode, report: Report): void {
  const sekisho = child(root, 'sekisho');
  const where = sekisho?.kind === 'map' ? child(sekisho, 'where') : undefined;
  if (where === undefined) return;
  const fix = 'put it into the rules that the correlation refers to';
  report.error('rule.where', where.at, 'sekisho.where', '`where` is for rules with a detection', fix);
}

function readEntry(where: MapNode, key: string, at: number, context: WhereContext): Expression | undefined {
  const path = `sekisho.where.${key}`;
  const [name = '', ...modifiers] = key.split('|');
  const isPlain = modifiers.length === 1 && modifiers[0] === 'list';
  const isNegated = modifiers.length === 2 && modifiers[0] === 'list' && modifiers[1] === 'neq';
  if (name === '' || (!isPlain && !isNegated)) {
    const fix = 'write `field|list: name of a list`, or `field|list|neq: name`';
    return context.report.error('rule.where', at, path, `${quote(key)} asks about no list`, fix);
  }
  const named = readScalars(where, key, path, context.report);
  if (named.length === 0) {
    return context.report.error(
      'rule.where',
      at,
      path,
      'no list is named',
      'write the name of a list of the configuration',
    );
  }
  const { paths } = context.field(name);
  const field: FieldRef = { name: `${name}|list`, paths: paths.map((one) => `${LIST_PREFIX}${one}`) };
  const tests = named.flatMap((node) => testOf(node, field, path, context) ?? []);
  const any: Expression = tests.length === 1 ? (tests[0] as Expression) : { kind: 'or', items: tests };
  return isNegated ? { kind: 'not', item: any } : any;
}

function testOf(
  node: ScalarNode,
  field: FieldRef,
  path: string,
  { lists, report }: WhereContext,
): Expression | undefined {
  const name = node.text.trim();
  if (lists.has(name)) return { kind: 'test', field, test: { kind: 'pattern', parts: [name], cased: true } };
  const best = nearest(name, lists);
  const fix =
    best === undefined
      ? `name it in the configuration: \`lists: { ${name}: { path: FILE, kind: ip } }\`, and name that with -c`
      : `did you mean ${quote(best)}?`;
  return report.error('rule.where', node.at, path, `no list is called ${quote(name)}`, fix);
}
