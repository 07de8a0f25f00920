import type { Detection, EcsEvent } from '../event/index.js';
import type { EventRule, Gate, RuleSet } from '../rule/types.js';
import { couldMatch, type EventKind } from './could-match.js';
import { Frame } from './frame.js';
import { Keying } from './keying.js';
import { Plans } from './plans.js';
import { atomsOf } from './rule-atoms.js';
import { Slots } from './slots.js';
import type { Detector, LeftOut } from './types.js';
import { Atoms } from './atoms.js';

/**
 * Compiles a rule set. Plans (indexes) are built when the first event of their kind comes; with thousands of rules
 * that takes some hundred milliseconds, once. `gates`: correlations whose detections are made once for all of them.
 */
export function createDetector(ruleSet: RuleSet, gates: readonly Gate[] = []): Detector {
  return new CompiledDetector(ruleSet, gates);
}

class CompiledDetector implements Detector {
  readonly #frame: Frame;
  readonly #plans: Plans;
  readonly #keying: Keying;
  readonly #matched: number[] = [];
  readonly #rules: readonly EventRule[];

  constructor(ruleSet: RuleSet, gates: readonly Gate[]) {
    const atoms = new Atoms(new Slots());
    this.#rules = ruleSet.rules;
    const ruleAtoms = ruleSet.rules.map((rule) => atomsOf(rule, atoms));
    this.#frame = new Frame(atoms.slots);
    this.#plans = new Plans(ruleSet.rules, { atoms, ruleAtoms, frame: this.#frame });
    this.#keying = new Keying(ruleSet, gates);
  }

  match(event: EcsEvent): readonly number[] {
    const matched = this.#matched;
    matched.length = 0;
    const { plan, allowed } = this.#plans.of(event);
    this.#frame.begin(event);
    plan.match(matched);
    return allowed === undefined ? matched : keepAllowed(matched, allowed);
  }

  detect(event: EcsEvent, out: Detection[]): number {
    const matched = this.match(event);
    if (matched.length > 0) this.#keying.detect(event, matched, out);
    return matched.length;
  }

  couldMatch(kind: EventKind): boolean {
    return couldMatch(this.#rules, kind);
  }

  leftOut(): readonly LeftOut[] {
    return this.#keying.leftOut();
  }
}

function keepAllowed(matched: number[], allowed: ReadonlySet<number>): readonly number[] {
  let kept = 0;
  for (const rule of matched) if (allowed.has(rule)) matched[kept++] = rule;
  matched.length = kept;
  return matched;
}
