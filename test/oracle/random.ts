/** A small seeded generator of random choices: the same seed gives the same choices on every machine. */
export interface Random {
  /** An integer in [0, bound). */
  below(bound: number): number;
  /** True in `percent` of a hundred cases. */
  chance(percent: number): boolean;
  /** One of the values, each as likely as it is often listed. Throws on an empty list. */
  pick<T>(values: readonly T[]): T;
  /** A copy in random order. */
  shuffled<T>(values: readonly T[]): T[];
}

/** Starts a generator. Source of the mixing step: the finaliser of MurmurHash3 (32 bits) over a Weyl sequence. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    return mixed(state);
  };
  const below = (bound: number): number => Math.floor((next() / 0x1_0000_0000) * bound);
  return {
    below,
    chance: (percent) => below(100) < percent,
    pick: (values) => {
      if (values.length === 0) throw new Error('nothing to pick from');
      return values[below(values.length)] as (typeof values)[number];
    },
    shuffled: (values) => {
      const keyed = values.map((value) => ({ value, key: next() }));
      return keyed.sort((a, b) => a.key - b.key).map(({ value }) => value);
    },
  };
}

/** A seed made of two numbers, so that the n-th pair of a run is reproducible by itself. */
export function mixedSeed(seed: number, index: number): number {
  return mixed((mixed(seed >>> 0) + index) >>> 0);
}

function mixed(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
