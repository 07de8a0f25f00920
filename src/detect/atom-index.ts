import type { Atoms, Numbered } from './atoms.js';
import { FieldWalk } from './field-walk.js';
import type { Frame } from './frame.js';
import { Hits } from './hits.js';

/**
 * Sees in one pass over an event which of its atoms are there: the first stage of matching.
 *
 * Atoms are renumbered from 0; `localOf` translates. Which atoms were seen stands in `hits` until the next `scan`. All
 * atoms are listened for at first; `listen` leaves out those that cost more than they tell.
 */
export class AtomIndex {
  readonly hits: Hits;
  readonly #atoms: Atoms;
  /** By atom: its own number here, or -1; and back. */
  readonly #local: Int32Array;
  readonly #global: number[] = [];
  readonly #bySlot = new Map<number, Numbered[]>();
  /** By own number: 1 for atoms not listened for. */
  readonly #deaf: Uint8Array;
  readonly #walk: FieldWalk;

  /** `wanted`: the atoms of each rule. Cost: linear in them; automata are made when a field first comes. */
  constructor(atoms: Atoms, frame: Frame, wanted: readonly (readonly number[])[]) {
    this.#atoms = atoms;
    this.#local = new Int32Array(atoms.keys.length).fill(-1);
    for (const list of wanted) for (const atom of list) this.#number(atom);
    this.#deaf = new Uint8Array(this.size);
    this.hits = new Hits(this.size);
    const hears = (local: number): boolean => this.hears(local);
    this.#walk = new FieldWalk(this.#bySlot, frame, { hears, collector: new Hits(this.size) });
  }

  /** How many atoms there are. */
  get size(): number {
    return this.#global.length;
  }

  /** The index's number of an atom; -1 where it has none. */
  localOf(atom: number): number {
    return this.#local[atom] ?? -1;
  }

  /** The atom that has a number of the index's. */
  globalOf(local: number): number {
    return this.#global[local] as number;
  }

  /** Whether the atom of that number is listened for: if not, it is never among the hits, though the event has it. */
  hears(local: number): boolean {
    return this.#deaf[local] === 0;
  }

  /** False where an atom may be seen though it is not quite there (its literal was shortened). */
  isSharp(local: number): boolean {
    return !this.#walk.isBlunt(this.#atoms.key(this.globalOf(local)).slot, local);
  }

  /** From now on listens for the atoms `wanted` is true of. Where that changes something, what values held is learnt anew. */
  listen(wanted: (local: number) => boolean): void {
    let changed = false;
    this.#deaf.forEach((before, local) => {
      const deaf = wanted(local) ? 0 : 1;
      if (before === deaf) return;
      this.#deaf[local] = deaf;
      changed = true;
    });
    if (changed) this.#walk.retune();
  }

  /** Fills `hits`. Linear in the event's text. */
  scan(frame: Frame): void {
    this.hits.begin();
    this.#walk.see(frame, this.hits);
  }

  #number(atom: number): void {
    if (this.#local[atom] !== -1) return;
    const local = this.#global.push(atom) - 1;
    this.#local[atom] = local;
    const key = this.#atoms.key(atom);
    const known = this.#bySlot.get(key.slot);
    if (known === undefined) this.#bySlot.set(key.slot, [{ key, local }]);
    else known.push({ key, local });
  }
}
