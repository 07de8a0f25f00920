import type { EventRule } from '../rule/types.js';
import { AtomIndex } from './atom-index.js';
import { compileExpression, type Evaluator } from './evaluator.js';
import type { Frame } from './frame.js';
import type { RuleAtoms } from './rule-atoms.js';
import { RuleIndex } from './rule-index.js';
import type { Atoms } from './atoms.js';

/** A plan chooses its witnesses anew after so many events, by how often each atom was seen in them. */
const LESSONS: readonly number[] = [200, 2000, 20_000];
/** Atoms seen in more than this share of events are not listened for unless they find rules: their tests are made where they are needed. */
const OFTEN = 0.02;
/** How many events the guess made beforehand weighs. */
const GUESS_WEIGHT = 4;

/** What the plans of a rule set share. */
export interface PlanContext {
  readonly atoms: Atoms;
  /** By the rules' indexes. */
  readonly ruleAtoms: readonly RuleAtoms[];
  readonly frame: Frame;
}

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
  #evaluators: (Evaluator | undefined)[] = [];
  #events = 0;
  /** Events at the last lesson. */
  #learnt = 0;
  #lesson = 0;
  /** How often each of the index's atoms was seen, until the last lesson. */
  #counts: Float64Array | undefined;

  /** Cost: linear in the rules' sizes; evaluators are compiled when a rule is first a candidate. */
  constructor(rules: readonly EventRule[], { atoms, ruleAtoms, frame }: PlanContext) {
    const own = rules.map((rule) => ruleAtoms[rule.index] as RuleAtoms);
    this.#rules = rules;
    this.#atoms = atoms;
    this.#frame = frame;
    this.#index = new AtomIndex(
      atoms,
      frame,
      own.map((one) => one.atoms),
    );
    this.#witnesses = new RuleIndex(
      own.map((one) => one.need),
      this.#index,
    );
    this.#counts = new Float64Array(this.#index.size);
    this.#choose(this.#counts);
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

  #learn(counts: Float64Array): void {
    // What was not listened for went on being seen.
    const growth = this.#events / this.#learnt;
    for (let local = 0; local < counts.length; local++)
      if (!this.#index.hears(local)) counts[local] = (counts[local] as number) * growth;
    this.#learnt = this.#events;
    this.#choose(counts);
    const often = OFTEN * this.#events;
    this.#index.listen((local) => (counts[local] as number) <= often || this.#witnesses.isWitness(local));
    this.#evaluators = [];
    if (++this.#lesson === LESSONS.length) this.#counts = undefined;
  }

  /** Chooses witnesses by how often each atom was seen, and by guess where little was seen yet; one never seen stays. */
  #choose(counts: Float64Array): void {
    const costs = new Float64Array(this.#atoms.keys.length);
    const weight = this.#events + GUESS_WEIGHT;
    for (let local = 0; local < counts.length; local++) {
      const atom = this.#index.globalOf(local);
      costs[atom] = ((counts[local] as number) + this.#atoms.priorCost(atom) * GUESS_WEIGHT) / weight;
    }
    this.#witnesses.choose(costs, (local) => (counts[local] as number) > 0);
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
