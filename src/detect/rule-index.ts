import type { EventRule } from '../rule/types.js';
import { AtomIndex } from './atom-index.js';
import type { Frame } from './frame.js';
import { keywordAtoms } from './rule-atoms.js';
import { witnessOf, type Atoms } from './witness.js';

/**
 * Rules hung on their witnesses: event in, candidates out.
 *
 * A witness is a set of atoms one of which every matching event has. Rules that have none are always candidates.
 */
export class RuleIndex {
  readonly index: AtomIndex;
  /** The last event's candidates, as places in the rule list; the first so many as `gather` returned. */
  readonly candidates: Int32Array;
  /** Rules by atom: those of atom a stand in `#byAtom` from `#start[a]` on. */
  readonly #start: Int32Array;
  readonly #byAtom: Int32Array;
  readonly #always: Int32Array;
  readonly #stamps: Int32Array;
  #stamp = 0;

  /** `cost` estimates how often an atom is seen; it decides which witness a rule gets. */
  constructor(rules: readonly EventRule[], atoms: Atoms, frame: Frame, cost: (atom: number) => number) {
    const witnesses = rules.map((rule) => witnessOf(rule.expression, atoms, cost)?.atoms);
    const wanted = new Set(rules.flatMap((rule) => keywordAtoms(rule.expression, atoms)));
    for (const witness of witnesses) for (const atom of witness ?? []) wanted.add(atom);
    this.index = new AtomIndex(atoms, frame, wanted);
    const lists = Array.from({ length: wanted.size }, (): number[] => []);
    witnesses.forEach((witness, rule) => {
      for (const atom of witness ?? []) lists[this.index.localOf(atom) as number]?.push(rule);
    });
    this.#start = new Int32Array(lists.length + 1);
    lists.forEach((list, i) => (this.#start[i + 1] = (this.#start[i] as number) + list.length));
    this.#byAtom = Int32Array.from(lists.flat());
    this.#always = Int32Array.from(witnesses.flatMap((witness, rule) => (witness === undefined ? [rule] : [])));
    this.#stamps = new Int32Array(rules.length);
    this.candidates = new Int32Array(rules.length);
    this.candidates.set(this.#always);
  }

  /** Scans the frame's event and fills `candidates`; returns how many there are. */
  gather(frame: Frame): number {
    this.index.scan(frame);
    const { list, count: seen } = this.index.hits;
    const stamp = this.#nextStamp();
    let count = this.#always.length;
    for (let i = 0; i < seen; i++) {
      const atom = list[i] as number;
      const end = this.#start[atom + 1] as number;
      for (let at = this.#start[atom] as number; at < end; at++) {
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
