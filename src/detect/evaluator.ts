import type { FieldValue } from '../event/index.js';
import type { Expression, FieldRef, PatternPart, ValueTest } from '../rule/types.js';
import type { AtomIndex } from './atom-index.js';
import { COMPARE_TEXTS } from './compare.js';
import type { Frame } from './frame.js';
import type { Hits } from './hits.js';
import { matcherOf, shapeOf } from './pattern.js';
import { isScalarTest, scalarTest } from './scalar.js';
import { KEYWORDS } from './slots.js';
import { anyScalar, fold, isList, isNull, textOf, type Scalar } from './text.js';
import type { Atoms } from './atoms.js';
import type { Need } from './witness.js';

/** A compiled expression: true or false of the event the frame points at, after the index has scanned it. */
export type Evaluator = () => boolean;

/** What evaluators read. */
export interface EvaluatorContext {
  readonly frame: Frame;
  readonly atoms: Atoms;
  readonly index: AtomIndex;
}

interface Compiled {
  readonly run: Evaluator;
  /** Relative: `and` and `or` try the cheap ones first. */
  readonly cost: number;
  /** Where the answer is only whether the index saw this atom. */
  readonly atom: number | undefined;
}

/**
 * Compiles an expression to closures. What the index has already seen is looked up, not tested again; what it has not
 * seen saves the test that needs it; cheap tests run first, which changes no answer, for tests have no effects.
 */
export function compileExpression(expression: Expression, context: EvaluatorContext): Evaluator {
  return compile(expression, context).run;
}

function compile(expression: Expression, context: EvaluatorContext): Compiled {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return compileItems(expression.kind, expression.items, context);
    case 'not': {
      const { run, cost } = compile(expression.item, context);
      return { run: () => !run(), cost, atom: undefined };
    }
    case 'test':
      return compileLeaf(context.atoms.slots.of(expression.field), expression.test, context);
    case 'keyword':
      return compileLeaf(KEYWORDS, expression.test, context);
  }
}

function compileItems(kind: 'and' | 'or', expressions: readonly Expression[], context: EvaluatorContext): Compiled {
  const all = expressions.map((expression) => compile(expression, context));
  return joined(kind, all, context.index);
}

function joined(kind: 'and' | 'or', all: readonly Compiled[], index: AtomIndex): Compiled {
  const items = gatherAtoms(kind, all, index).sort((a, b) => a.cost - b.cost);
  const [first, second] = items;
  if (first === undefined) return { run: kind === 'and' ? () => true : () => false, cost: 0, atom: undefined };
  if (second === undefined) return first;
  const runs = items.map((item) => item.run);
  const cost = items.reduce((sum, item) => sum + item.cost, 0);
  return { run: kind === 'and' ? allOf(runs) : anyOf(runs), cost, atom: undefined };
}

/** Several items that only ask the index become one loop over their atoms. */
function gatherAtoms(kind: 'and' | 'or', items: readonly Compiled[], index: AtomIndex): Compiled[] {
  const atoms = items.flatMap(({ atom }) => (atom === undefined ? [] : [atom]));
  if (atoms.length < 2) return [...items];
  const list = Int32Array.from(atoms);
  const run = kind === 'and' ? allSeen(list, index.hits) : anySeen(list, index.hits);
  return [{ run, cost: 1 + atoms.length / 4, atom: undefined }, ...items.filter(({ atom }) => atom === undefined)];
}

function allSeen(atoms: Int32Array, hits: Hits): Evaluator {
  const { stamps } = hits;
  return () => {
    const { now } = hits;
    for (let i = 0; i < atoms.length; i++) if (stamps[atoms[i] as number] !== now) return false;
    return true;
  };
}

function anySeen(atoms: Int32Array, hits: Hits): Evaluator {
  const { stamps } = hits;
  return () => {
    const { now } = hits;
    for (let i = 0; i < atoms.length; i++) if (stamps[atoms[i] as number] === now) return true;
    return false;
  };
}

function allOf(runs: readonly Evaluator[]): Evaluator {
  const [a, b, c] = runs as readonly [Evaluator, Evaluator, Evaluator | undefined];
  if (runs.length === 2) return () => a() && b();
  if (runs.length === 3 && c !== undefined) return () => a() && b() && c();
  return () => {
    for (let i = 0; i < runs.length; i++) if (!(runs[i] as Evaluator)()) return false;
    return true;
  };
}

function anyOf(runs: readonly Evaluator[]): Evaluator {
  const [a, b] = runs as readonly [Evaluator, Evaluator];
  if (runs.length === 2) return () => a() || b();
  return () => {
    for (let i = 0; i < runs.length; i++) if ((runs[i] as Evaluator)()) return true;
    return false;
  };
}

/** A test: answered by the index where it is exactly one of its atoms; else tried only if what it needs was seen. */
function compileLeaf(slot: number, test: ValueTest, context: EvaluatorContext): Compiled {
  const { atoms, index, frame } = context;
  const found = test.kind === 'never' ? undefined : atoms.ofTest(slot, test);
  const atom = found === undefined ? undefined : heardAtom(found.need, index);
  if (found?.exact === true && atom !== undefined && index.isSharp(atom)) return compileAtom(atom, index.hits);
  const { run, cost } = slot === KEYWORDS ? compileKeyword(test, frame) : compileTest(slot, test, context);
  const needed = found && compileNeed(found.need, index);
  if (needed === undefined) return { run, cost, atom: undefined };
  const first = needed.run;
  return { run: () => first() && run(), cost: needed.cost + cost / 4, atom: undefined };
}

function compileAtom(atom: number, hits: Hits): Compiled {
  const { stamps } = hits;
  return { run: () => stamps[atom] === hits.now, cost: 1, atom };
}

/** The index's number of a need that is one atom it listens for. */
function heardAtom(need: Need, index: AtomIndex): number | undefined {
  const local = typeof need === 'number' ? index.localOf(need) : -1;
  return local >= 0 && index.hears(local) ? local : undefined;
}

/** Whether a need is met, as far as the index can tell; undefined where it can't. */
function compileNeed(need: Need, index: AtomIndex): Compiled | undefined {
  if (typeof need === 'number') {
    const atom = heardAtom(need, index);
    return atom === undefined ? undefined : compileAtom(atom, index.hits);
  }
  const items = need.items.map((item) => compileNeed(item, index));
  const told = items.filter((item) => item !== undefined);
  if (told.length === 0 || (!need.all && told.length < items.length)) return undefined;
  return joined(need.all ? 'and' : 'or', told, index);
}

interface Costed {
  readonly run: Evaluator;
  readonly cost: number;
}

function compileTest(slot: number, test: ValueTest, context: EvaluatorContext): Costed {
  const { frame } = context;
  switch (test.kind) {
    case 'pattern':
      return compilePattern(slot, test.parts, test.cased, frame);
    case 'null':
      return { run: () => isNull(frame.value(slot)), cost: 1 };
    case 'exists': {
      const { present } = test;
      return { run: () => (frame.value(slot) !== undefined) === present, cost: 1 };
    }
    case 'never':
      return { run: () => false, cost: 0 };
    case 'field':
      return { run: compileField(slot, context.atoms.slots.of(test.other), test, frame), cost: 8 };
    default: {
      const passes = scalarTest(test);
      return { run: () => anyScalar(frame.value(slot), passes), cost: test.kind === 'regex' ? 50 : 5 };
    }
  }
}

function isThere(frame: Frame, slot: number): boolean {
  const value = frame.value(slot);
  return value !== undefined && value !== null;
}

function compilePattern(slot: number, parts: readonly PatternPart[], cased: boolean, frame: Frame): Costed {
  const shape = shapeOf(parts, cased);
  if (shape.kind === 'any') return { run: () => isThere(frame, slot), cost: 1 };
  const matches = matcherOf(shape);
  const cost = shape.kind === 'general' ? 20 : shape.kind === 'contains' ? 6 : 3;
  if (!cased) return { run: textEvaluator(frame, slot, matches), cost };
  const passes = (value: Scalar): boolean => matches(textOf(value));
  return { run: () => anyScalar(frame.value(slot), passes), cost };
}

/** Tests the folded text of a field: folded once per event where it is a string. */
function textEvaluator(frame: Frame, slot: number, matches: (folded: string) => boolean): Evaluator {
  const passes = (value: Scalar): boolean => matches(fold(textOf(value)));
  return () => {
    const value = frame.value(slot);
    if (typeof value === 'string') return matches(frame.folded(slot, value));
    return value !== undefined && anyScalar(value, passes);
  };
}

interface FieldTest {
  readonly other: FieldRef;
  readonly how: keyof typeof COMPARE_TEXTS;
  readonly cased: boolean;
}

function compileField(slot: number, other: number, test: FieldTest, frame: Frame): Evaluator {
  const compare = COMPARE_TEXTS[test.how];
  const form = test.cased ? textOf : (value: Scalar): string => fold(textOf(value));
  return () =>
    anyScalar(frame.value(slot), (left) => {
      const text = form(left);
      return anyScalar(firstOf(frame.value(other)), (right) => compare(text, form(right)));
    });
}

/** Elements of the other field's array that are compared: two long arrays must not cost their product. */
const COMPARED = 64;

function firstOf(value: FieldValue | undefined): FieldValue | undefined {
  return isList(value) && value.length > COMPARED ? value.slice(0, COMPARED) : value;
}

function compileKeyword(test: ValueTest, frame: Frame): Costed {
  if (!isScalarTest(test)) return { run: () => false, cost: 0 };
  if (test.kind === 'pattern' && !test.cased) {
    const matches = matcherOf(shapeOf(test.parts, false));
    return { run: () => frame.foldedStrings().some(matches), cost: 100 };
  }
  const passes = scalarTest(test);
  return { run: () => frame.strings().some(passes), cost: 100 };
}
