import type { AtomIndex } from './atom-index.js';
import { witnessOf, type Need } from './witness.js';

/**
 * Rules hung on their witnesses: atoms seen in, candidates out.
 *
 * A witness is a set of atoms one of which every matching event has. Rules that have none are always candidates.
 */
export class RuleIndex {
  /** The last event's candidates, as places in the rule list; the first so many as `gather` returned. */
  readonly candidates: Int32Array;
  readonly #index: AtomIndex;
  readonly #needs: readonly (Need | undefined)[];
  /** Rules by atom: those of atom a stand in `#byAtom` from `#start[a]` on. */
  readonly #start: Int32Array;
  #byAtom = new Int32Array(0);
  readonly #always: number;
  /** By rule: the atoms it hangs on, numbered by the index. */
  readonly #witnesses: (readonly number[])[];
  readonly #stamps: Int32Array;
  #stamp = 0;

  /** `index` looks for all atoms of the rules' needs. Candidates come from the first `choose` on. */
  constructor(needs: readonly (Need | undefined)[], index: AtomIndex) {
    this.#index = index;
    this.#needs = needs;
    this.#start = new Int32Array(index.size + 1);
    this.#stamps = new Int32Array(needs.length);
    this.#witnesses = needs.map(() => []);
    this.candidates = new Int32Array(needs.length);
    let always = 0;
    needs.forEach((need, place) => {
      if (need === undefined) this.candidates[always++] = place;
    });
    this.#always = always;
  }

  /**
   * Hangs every rule on its cheapest witness, or those only of whose witness `seen` is true; `costs` says of each atom how
   * often it is expected to be seen. That decides the speed, never the answer. Cost: linear in the sizes of these rules.
   */
  choose(costs: Float64Array, seen: (local: number) => boolean = () => true): void {
    this.#needs.forEach((need, place) => {
      const before = this.#witnesses[place] as readonly number[];
      if (need === undefined || (before.length > 0 && !before.some(seen))) return;
      const witness: number[] = [];
      witnessOf(need, costs, witness);
      this.#witnesses[place] = witness.map((global) => this.#index.localOf(global));
    });
    this.#hang();
  }

  /** Whether a rule hangs on an atom of the index. */
  isWitness(local: number): boolean {
    return (this.#start[local] as number) < (this.#start[local + 1] as number);
  }

  #hang(): void {
    const start = this.#start.fill(0);
    let hung = 0;
    for (const witness of this.#witnesses) {
      for (const atom of witness) start[atom] = (start[atom] as number) + 1;
      hung += witness.length;
    }
    for (let atom = 1; atom < start.length; atom++) start[atom] = (start[atom] as number) + (start[atom - 1] as number);
    const byAtom = new Int32Array(hung);
    for (let place = this.#witnesses.length - 1; place >= 0; place--) {
      for (const atom of this.#witnesses[place] as readonly number[]) {
        const at = (start[atom] as number) - 1;
        byAtom[at] = place;
        start[atom] = at;
      }
    }
    this.#byAtom = byAtom;
  }

  /** Fills `candidates` from what the index has just seen; returns how many there are. */
  gather(): number {
    const { list, count: seen } = this.#index.hits;
    const start = this.#start;
    const byAtom = this.#byAtom;
    const stamps = this.#stamps;
    const stamp = this.#nextStamp();
    let count = this.#always;
    for (let i = 0; i < seen; i++) {
      const atom = list[i] as number;
      const end = start[atom + 1] as number;
      for (let at = start[atom] as number; at < end; at++) {
        const rule = byAtom[at] as number;
        if (stamps[rule] === stamp) continue;
        stamps[rule] = stamp;
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
