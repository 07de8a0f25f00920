import type { EventRule } from '../rule/types.js';
import type { AtomIndex } from './atom-index.js';
import { witnessOf, type Atoms } from './witness.js';

/**
 * Rules hung on their witnesses: atoms seen in, candidates out.
 *
 * A witness is a set of atoms one of which every matching event has. Rules that have none are always candidates.
 */
export class RuleIndex {
  /** The last event's candidates, as places in the rule list; the first so many as `gather` returned. */
  readonly candidates: Int32Array;
  readonly #index: AtomIndex;
  /** Rules by atom: those of atom a stand in `#byAtom` from `#start[a]` on. */
  readonly #start: Int32Array;
  readonly #byAtom: Int32Array;
  readonly #always: number;
  readonly #stamps: Int32Array;
  #stamp = 0;

  /**
   * `cost` estimates how often an atom is seen; it decides which witness a rule gets. `index` looks for all atoms of
   * the rules.
   */
  constructor(rules: readonly EventRule[], atoms: Atoms, index: AtomIndex, cost: (atom: number) => number) {
    this.#index = index;
    const lists = Array.from({ length: index.size }, (): number[] => []);
    const always: number[] = [];
    rules.forEach((rule, place) => {
      const witness = witnessOf(rule.expression, atoms, cost);
      if (witness === undefined) always.push(place);
      for (const atom of witness?.atoms ?? []) lists[index.localOf(atom) as number]?.push(place);
    });
    this.#start = new Int32Array(lists.length + 1);
    lists.forEach((list, i) => (this.#start[i + 1] = (this.#start[i] as number) + list.length));
    this.#byAtom = Int32Array.from(lists.flat());
    this.#stamps = new Int32Array(rules.length);
    this.candidates = new Int32Array(rules.length);
    this.candidates.set(always);
    this.#always = always.length;
  }

  /** Fills `candidates` from what the index has just seen; returns how many there are. */
  gather(): number {
    const { list, count: seen } = this.#index.hits;
    const start = this.#start;
    const stamp = this.#nextStamp();
    let count = this.#always;
    for (let i = 0; i < seen; i++) {
      const atom = list[i] as number;
      const end = start[atom + 1] as number;
      for (let at = start[atom] as number; at < end; at++) {
        const rule = this.#byAtom[at] as number;
        if (this.#stamps[rule] === stamp) continue;
        this.#stamps[rule] = stamp;
        this.candidates[count++] = rule;
      }
    }
    return count;
  }

  #nextStamp(): number {
    if (this.#stamp === 0x7fff_ffff) {
      this.#stamps.fill(0);
      this.#stamp = 0;
    }
    return ++this.#stamp;
  }
}
