const MOST = 10_000;
const LONGEST = 256;

/**
 * Names made of other names, each made once: joining and cutting texts for every field of every event costs more than
 * looking them up. Bounded; forgets all where there are too many.
 */
export class Names {
  readonly #made = new Map<string, string>();
  readonly #make: (name: string) => string;

  /** `make` depends on nothing but the name. */
  constructor(make: (name: string) => string) {
    this.#make = make;
  }

  /** What `make` makes of a name. */
  of(name: string): string {
    return this.#made.get(name) ?? this.#add(name);
  }

  #add(name: string): string {
    const made = this.#make(name);
    if (name.length > LONGEST) return made;
    if (this.#made.size >= MOST) this.#made.clear();
    this.#made.set(name, made);
    return made;
  }
}
