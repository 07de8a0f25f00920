/** A small seeded source of chance: the same scene name always gives the same numbers, on every machine and Node version. */
export interface Random {
  /** A number in [0, 1). */
  unit(): number;
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  /** True with the probability given. */
  chance(probability: number): boolean;
  /** One of the items; throws on an empty list. */
  pick<T>(items: readonly T[]): T;
}

/**
 * Chance for one scene. Each scene of the story has its own, seeded by its name, so that a change to one scene leaves
 * the lines of all others as they are. Integer arithmetic only (mulberry32 over an FNV-1a seed), so no rounding differs between machines.
 */
export function seeded(scene: string): Random {
  let state = fnv1a(scene);
  const unit = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const int = (low: number, high: number): number => low + Math.floor(unit() * (high - low + 1));
  return {
    unit,
    int,
    chance: (probability) => unit() < probability,
    pick: (items) => nth(items, int(0, items.length - 1)),
  };
}

/** The item at an index, counted round the list; throws on an empty list. */
export function nth<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('nth: the list is empty');
  return item;
}

/** A 32-bit hash of a short text (FNV-1a); also settles which web node a client address is sent to. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
