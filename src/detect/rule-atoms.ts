import type { EventRule, Expression, ValueTest } from '../rule/types.js';
import type { Atoms } from './atoms.js';
import { KEYWORDS } from './slots.js';
import { allOf, anyOf, atomsOfNeed, NEVER, type Need } from './witness.js';

/** What an index must look for so that a rule is found and its tests are answered. */
export interface RuleAtoms {
  /** Every atom that serves in the need or answers a test; some more than once. */
  readonly atoms: readonly number[];
  /** What an event must have for the rule to match; undefined: nothing. */
  readonly need: Need | undefined;
}

/**
 * The atoms and the need of a rule. Interns every slot its expression reads, those of `fieldref` included.
 * Cost: linear in the rule's size.
 */
export function atomsOf({ expression }: EventRule, atoms: Atoms): RuleAtoms {
  const found: number[] = [];
  return { need: needOf(expression, { atoms, found }, false), atoms: found };
}

interface Search {
  readonly atoms: Atoms;
  readonly found: number[];
}

/** The need of an expression, `not` pushed inwards. */
function needOf(expression: Expression, search: Search, negated: boolean): Need | undefined {
  switch (expression.kind) {
    case 'not':
      return needOf(expression.item, search, !negated);
    case 'and':
    case 'or': {
      const items = expression.items.map((item) => needOf(item, search, negated));
      return (expression.kind === 'and') === negated ? anyOf(items) : allOf(items);
    }
    case 'keyword': {
      const { test } = expression;
      const need = search.atoms.ofTest(KEYWORDS, test)?.need;
      if (need !== undefined) collect(need, search.found);
      return negated ? undefined : test.kind === 'never' ? NEVER : need;
    }
    case 'test':
      return needOfTest(search.atoms.slots.of(expression.field), expression.test, search, negated);
  }
}

/** not(missing) needs the field; no other negated test needs anything. */
function needOfTest(slot: number, test: ValueTest, { atoms, found }: Search, negated: boolean): Need | undefined {
  if (test.kind === 'field') atoms.slots.of(test.other);
  const there = atoms.intern({ kind: test.kind === 'exists' ? 'there' : 'present', slot });
  const need = atoms.ofTest(slot, test)?.need;
  found.push(there);
  if (need !== undefined) collect(need, found);
  if (!negated) return test.kind === 'never' ? NEVER : need;
  return test.kind === 'null' || (test.kind === 'exists' && !test.present) ? there : undefined;
}

function collect(need: Need, atoms: number[]): void {
  atomsOfNeed(need, (atom) => atoms.push(atom));
}
