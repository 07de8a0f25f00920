import type { EcsEvent } from '../event/index.js';
import type { EventRule } from '../rule/types.js';
import { AtomIndex } from './atom-index.js';
import { compileExpression, type Evaluator } from './evaluator.js';
import type { Frame } from './frame.js';
import { testAtoms } from './rule-atoms.js';
import { RuleIndex } from './rule-index.js';
import { priorCost, type Atoms } from './witness.js';

/** Events sampled before a plan chooses its witnesses anew: one in so many of the first ones. */
const SAMPLES = 256;
const SAMPLE_EVERY = 5;
/** How many sampled events the guess made beforehand weighs. */
const GUESS_WEIGHT = 4;

/**
 * The rules that one kind of event (one set of log sources) can match: found by witness, then evaluated.
 *
 * Witnesses are first chosen by guess; after `SAMPLES` events once more, by how often their atoms were really seen.
 * That changes the speed, never the answer.
 */
export class Plan {
  readonly #rules: readonly EventRule[];
  readonly #atoms: Atoms;
  readonly #frame: Frame;
  #index: RuleIndex;
  #evaluators: (Evaluator | undefined)[] = [];
  #seen = 0;
  #samples: EcsEvent[] | undefined = [];
  /** Candidates evaluated since the start: how good the witnesses are. */
  evaluated = 0;

  /** Cost: linear in the rules' sizes; evaluators are compiled when a rule is first a candidate. */
  constructor(rules: readonly EventRule[], atoms: Atoms, frame: Frame) {
    this.#rules = rules;
    this.#atoms = atoms;
    this.#frame = frame;
    this.#index = new RuleIndex(rules, atoms, frame, (atom) => priorCost(atoms.key(atom)));
  }

  /** Appends the indexes (`EventRule.index`) of the rules the frame's event matches to `out`, ascending. */
  match(out: number[]): void {
    if (this.#samples !== undefined) this.#sample(this.#samples);
    const count = this.#index.gather(this.#frame);
    const { candidates } = this.#index;
    this.evaluated += count;
    const before = out.length;
    for (let i = 0; i < count; i++) {
      const rule = candidates[i] as number;
      const evaluate = this.#evaluators[rule] ?? this.#compile(rule);
      if (evaluate()) out.push((this.#rules[rule] as EventRule).index);
    }
    if (out.length - before > 1) sortFrom(out, before);
  }

  #compile(rule: number): Evaluator {
    const context = { frame: this.#frame, atoms: this.#atoms, index: this.#index.index };
    return (this.#evaluators[rule] = compileExpression((this.#rules[rule] as EventRule).expression, context));
  }

  #sample(samples: EcsEvent[]): void {
    const { event } = this.#frame;
    if (this.#seen++ % SAMPLE_EVERY === 0) samples.push(event);
    if (samples.length < SAMPLES) return;
    this.#samples = undefined;
    this.#learn(samples);
    this.#frame.begin(event);
  }

  /** Chooses witnesses by how often each atom of the rules was seen in the samples. */
  #learn(samples: readonly EcsEvent[]): void {
    const { index, counts } = this.#countAtoms(samples);
    this.#index = new RuleIndex(this.#rules, this.#atoms, this.#frame, (atom) => {
      const local = index.localOf(atom);
      const seen = local === undefined ? 0 : (counts[local] as number);
      return (seen + priorCost(this.#atoms.key(atom)) * GUESS_WEIGHT) / (samples.length + GUESS_WEIGHT);
    });
    this.#evaluators = [];
  }

  #countAtoms(samples: readonly EcsEvent[]): { index: AtomIndex; counts: Float64Array } {
    const every = new Set(this.#rules.flatMap((rule) => testAtoms(rule.expression, this.#atoms)));
    const index = new AtomIndex(this.#atoms, this.#frame, every);
    const counts = new Float64Array(every.size);
    for (const sample of samples) {
      this.#frame.begin(sample);
      index.scan(this.#frame);
      const { list, count } = index.hits;
      for (const atom of list.subarray(0, count)) counts[atom] = (counts[atom] as number) + 1;
    }
    return { index, counts };
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
