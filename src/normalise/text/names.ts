import { detach } from '../../event/index.js';

const MOST = 10_000;
const LONGEST = 256;

/** What is made of names, once for each. Bounded; forgets all where there are too many. */
export class Made<T> {
  readonly #made = new Map<string, T>();
  readonly #make: (name: string) => T;

  /** `make` depends on nothing but the name. */
  constructor(make: (name: string) => T) {
    this.#make = make;
  }

  /** What `make` makes of a name. */
  of(name: string): T {
    return this.#made.get(name) ?? this.#add(name);
  }

  #add(name: string): T {
    const made = this.#make(name);
    if (name.length > LONGEST) return made;
    if (this.#made.size >= MOST) this.#made.clear();
    // A piece of a text would keep the whole in memory.
    this.#made.set(detach(name), made);
    return made;
  }
}

/** Names made of other names: joining and cutting texts for every field of every event costs more than looking them up. */
export class Names extends Made<string> {}
