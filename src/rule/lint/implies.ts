import { fold as foldText } from '../fold.js';
import { ANY, type Expression, type FieldRef, type PatternPart, type ValueTest } from '../types.js';

/** One selection is only true where the other is; `same`: and the other way round. */
export interface Containment {
  readonly inner: string;
  readonly outer: string;
  readonly same: boolean;
}

/** Which selections of an expression hold which others, each pair once. Costs the square of the selections. */
export function containmentsOf(expression: Expression): readonly Containment[] {
  const selections = [...labelled(expression)];
  return selections.flatMap(([inner, one], i) =>
    selections.flatMap(([outer, other], j): readonly Containment[] => {
      if (i === j || !implies(one, other)) return [];
      const same = implies(other, one);
      return same && i < j ? [] : [{ inner, outer, same }];
    }),
  );
}

/** The selections of an expression by name. */
function labelled(expression: Expression): ReadonlyMap<string, Expression> {
  const found = new Map<string, Expression>();
  const visit = (node: Expression): void => {
    if (node.label !== undefined) found.set(node.label, node);
    else if (node.kind === 'not') visit(node.item);
    else if (node.kind === 'and' || node.kind === 'or') node.items.forEach(visit);
  };
  visit(expression);
  return found;
}

/** Steps one comparison may take; beyond, nothing is said. */
const STEP_LIMIT = 20_000;

/**
 * Whether every event that one expression is true of passes the other too, as far as it shows from what is written: the
 * same tests, more of them joined by `and`, fewer by `or`, and texts that hold the other's text. False: not shown.
 */
export function implies(one: Expression, other: Expression): boolean {
  return new Comparison().implies(one, other);
}

class Comparison {
  #left = STEP_LIMIT;

  implies(one: Expression, other: Expression): boolean {
    if (--this.#left < 0) return false;
    if (one.kind === 'or') return one.items.every((item) => this.implies(item, other));
    if (other.kind === 'and') return other.items.every((item) => this.implies(one, item));
    if (one.kind === 'and' && one.items.some((item) => this.implies(item, other))) return true;
    if (other.kind === 'or') return other.items.some((item) => this.implies(one, item));
    if (one.kind === 'not') return other.kind === 'not' && this.implies(other.item, one.item);
    if (one.kind === 'keyword') return other.kind === 'keyword' && testImplies(one.test, other.test);
    return (
      one.kind === 'test' &&
      other.kind === 'test' &&
      sameField(one.field, other.field) &&
      testImplies(one.test, other.test)
    );
  }
}

function sameField(one: FieldRef, other: FieldRef): boolean {
  return one.paths.length === other.paths.length && one.paths.every((path, i) => path === other.paths[i]);
}

function testImplies(one: ValueTest, other: ValueTest): boolean {
  if (other.kind === 'pattern' && one.kind === 'pattern') return patternImplies(one, other);
  return one.kind === other.kind && keyOf(one) === keyOf(other);
}

/** Tests that hold functions are told apart by what was written. */
function keyOf(test: ValueTest): string {
  if (test.kind === 'field') return JSON.stringify([test.how, test.cased, test.other.paths]);
  return JSON.stringify(test);
}

type Pattern = Extract<ValueTest, { readonly kind: 'pattern' }>;

function patternImplies(one: Pattern, other: Pattern): boolean {
  if (other.cased && !one.cased) return false;
  const fold = (parts: readonly PatternPart[]): readonly PatternPart[] =>
    other.cased ? parts : parts.map((part) => (typeof part === 'string' ? foldText(part) : part));
  const left = fold(one.parts);
  const right = fold(other.parts);
  if (left.length === right.length && left.every((part, i) => part === right[i])) return true;
  const starts = right.at(-1) === ANY;
  const ends = right[0] === ANY;
  const inner = right.slice(ends ? 1 : 0, starts ? -1 : undefined);
  const [text] = inner;
  if (inner.length !== 1 || typeof text !== 'string' || !(starts || ends)) return false;
  return holdsText(left, text, !ends, !starts);
}

/** Whether whatever matches the pattern holds the text, at its start or end where asked. */
function holdsText(parts: readonly PatternPart[], text: string, start: boolean, end: boolean): boolean {
  const first = parts[0];
  const last = parts.at(-1);
  if (start) return typeof first === 'string' && first.startsWith(text);
  if (end) return typeof last === 'string' && last.endsWith(text);
  return parts.some((part) => typeof part === 'string' && part.includes(text));
}
