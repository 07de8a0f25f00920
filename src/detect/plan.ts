import type { EventRule } from '../rule/types.js';
import { AtomIndex } from './atom-index.js';
import { compileExpression, type Evaluator } from './evaluator.js';
import type { Frame } from './frame.js';
import { testAtoms } from './rule-atoms.js';
import { RuleIndex } from './rule-index.js';
import { priorCost, type Atoms } from './atoms.js';

/** A plan chooses its witnesses anew after so many events, by how often each atom was seen in them. */
const LESSONS: readonly number[] = [200, 2000, 20_000];
/** How many events the guess made beforehand weighs. */
const GUESS_WEIGHT = 4;

/**
 * The rules that one kind of event (one set of log sources) can match: found by witness, then evaluated.
 *
 * One pass over the event sees all atoms of all rules; what it saw both finds the candidates and answers most of their
 * tests. Witnesses are first chosen by guess, later by how often atoms were really seen: that changes the speed, never
 * the answer.
 */
export class Plan {
  readonly #rules: readonly EventRule[];
  readonly #atoms: Atoms;
  readonly #frame: Frame;
  readonly #index: AtomIndex;
  readonly #witnesses: RuleIndex;
  readonly #evaluators: (Evaluator | undefined)[] = [];
  /** How often each atom is expected to be seen, by guess. */
  readonly #priors: Float64Array;
  #events = 0;
  #lesson = 0;
  /** How often each atom was seen, until the last lesson. */
  #counts: Float64Array | undefined;

  /** Cost: linear in the rules' sizes; evaluators are compiled when a rule is first a candidate. */
  constructor(rules: readonly EventRule[], atoms: Atoms, frame: Frame) {
    this.#rules = rules;
    this.#atoms = atoms;
    this.#frame = frame;
    this.#index = new AtomIndex(atoms, frame, new Set(rules.flatMap((rule) => testAtoms(rule.expression, atoms))));
    this.#witnesses = new RuleIndex(rules, atoms, this.#index);
    this.#priors = Float64Array.from(this.#index.atoms(), (atom) => priorCost(atoms.key(atom)));
    this.#witnesses.choose(this.#priors);
    this.#counts = new Float64Array(this.#index.size);
  }

  /** Appends the indexes (`EventRule.index`) of the rules the frame's event matches to `out`, ascending. */
  match(out: number[]): void {
    this.#index.scan(this.#frame);
    if (this.#counts !== undefined) this.#count(this.#counts);
    const count = this.#witnesses.gather();
    const { candidates } = this.#witnesses;
    const before = out.length;
    for (let i = 0; i < count; i++) {
      const rule = candidates[i] as number;
      const evaluate = this.#evaluators[rule] ?? this.#compile(rule);
      if (evaluate()) out.push((this.#rules[rule] as EventRule).index);
    }
    if (out.length - before > 1) sortFrom(out, before);
  }

  #compile(rule: number): Evaluator {
    const context = { frame: this.#frame, atoms: this.#atoms, index: this.#index };
    return (this.#evaluators[rule] = compileExpression((this.#rules[rule] as EventRule).expression, context));
  }

  #count(counts: Float64Array): void {
    const { list, count } = this.#index.hits;
    for (let i = 0; i < count; i++) {
      const atom = list[i] as number;
      counts[atom] = (counts[atom] as number) + 1;
    }
    if (++this.#events === LESSONS[this.#lesson]) this.#learn(counts);
  }

  /** Chooses witnesses by how often each atom was seen. */
  #learn(counts: Float64Array): void {
    const events = this.#events + GUESS_WEIGHT;
    this.#witnesses.choose(counts.map((seen, i) => (seen + (this.#priors[i] as number) * GUESS_WEIGHT) / events));
    if (++this.#lesson === LESSONS.length) this.#counts = undefined;
  }
}

/** Insertion sort of the last few elements: an event matches few rules. */
function sortFrom(numbers: number[], from: number): void {
  for (let i = from + 1; i < numbers.length; i++) {
    const value = numbers[i] as number;
    let at = i;
    for (; at > from && (numbers[at - 1] as number) > value; at--) numbers[at] = numbers[at - 1] as number;
    numbers[at] = value;
  }
}
