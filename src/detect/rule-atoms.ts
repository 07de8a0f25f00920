import type { Expression } from '../rule/types.js';
import { KEYWORDS } from './slots.js';
import type { Atoms } from './atoms.js';

/** Every atom that could serve in a witness of the expression or answer one of its tests. */
export function testAtoms(expression: Expression, atoms: Atoms): readonly number[] {
  const found: number[] = [];
  walk(expression, (leaf) => {
    const slot = leaf.kind === 'test' ? atoms.slots.of(leaf.field) : KEYWORDS;
    const atom = atoms.ofTest(slot, leaf.test);
    if (atom !== undefined) found.push(atom.atom);
    if (slot === KEYWORDS) return;
    found.push(atoms.intern({ kind: leaf.test.kind === 'exists' ? 'there' : 'present', slot }));
  });
  return found;
}

/** Interns every slot an expression reads, those of `fieldref` included: before the frame is made. */
export function internSlots(expression: Expression, atoms: Atoms): void {
  walk(expression, (leaf) => {
    if (leaf.kind === 'test') atoms.slots.of(leaf.field);
    if (leaf.test.kind === 'field') atoms.slots.of(leaf.test.other);
  });
}

type Leaf = Exclude<Expression, { readonly kind: 'and' | 'or' | 'not' }>;

function walk(expression: Expression, visit: (leaf: Leaf) => void): void {
  switch (expression.kind) {
    case 'and':
    case 'or':
      for (const item of expression.items) walk(item, visit);
      return;
    case 'not':
      walk(expression.item, visit);
      return;
    case 'test':
    case 'keyword':
      visit(expression);
  }
}
