import { hash } from 'node:crypto';

/** Digest of a rule set as far as detections depend on it: the names of its correlations. */
export function generationOf(names: readonly string[]): string {
  return hash('sha256', names.toSorted().join('\n'), 'base64url').slice(0, 11);
}

/** As many rule sets are remembered: a rolling change of rules needs two. */
const REMEMBERED = 4;

/**
 * The rule sets that a partition has had, by generation, the one in force last: which correlations a detection's writer
 * had, and whether a correlation that is not loaded was removed or has yet to come. Kept with the state, so that it
 * outlives restarts with other rules.
 */
export class RuleHistory {
  readonly #sets = new Map<string, ReadonlySet<string>>();
  #current = '';
  #isChanged = false;

  /** Puts a rule set in force, by the names of its correlations. */
  put(names: readonly string[]): void {
    const generation = generationOf(names);
    if (generation === this.#current) return;
    this.#current = generation;
    this.#sets.delete(generation);
    this.#sets.set(generation, new Set(names));
    for (const oldest of this.#sets.keys()) if (this.#sets.size > REMEMBERED) this.#sets.delete(oldest);
    this.#isChanged = true;
  }

  /** The rule set in force. */
  get current(): string {
    return this.#current;
  }

  /** Whether a rule set was in force and is no more. */
  isPast(generation: string): boolean {
    return generation !== this.#current && this.#sets.has(generation);
  }

  /** As `Had`. */
  readonly had = (generation: string, name: string): boolean | undefined => this.#sets.get(generation)?.has(name);

  /** All of it as text where it has changed since the last call, for the commit. */
  changed(): string | undefined {
    if (!this.#isChanged) return undefined;
    this.#isChanged = false;
    return JSON.stringify([...this.#sets.values()].map((names) => [...names]));
  }

  /** Takes in what `changed` gave, older than what is in force here. */
  restore(text: string): void {
    const mine = this.#sets.get(this.#current);
    const before = this.#current;
    this.#sets.clear();
    this.#current = '';
    for (const names of JSON.parse(text) as readonly (readonly string[])[]) this.put(names);
    this.#isChanged = false;
    if (mine !== undefined && before !== this.#current) this.put([...mine]);
  }
}
