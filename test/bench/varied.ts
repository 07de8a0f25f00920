import { type Random, seeded } from '../../deploy/sample/random.js';
import type { LogKind } from './log-kinds.js';

/** A document in the making: a property that is undefined is left out. */
export interface Doc {
  readonly [key: string]: unknown;
}

/** Chance with a word for what is there only now and then. */
export interface Chance extends Random {
  /** The value with that probability, else undefined. */
  readonly maybe: <T>(probability: number, value: T) => T | undefined;
  /** One of the items, each as often as its weight among all says. */
  readonly among: <T>(items: readonly (readonly [weight: number, item: T])[]) => T;
}

/** Lines of one kind: what is one in some thousands is among them. */
const LINES = 4000;

/**
 * A kind of JSON log whose lines differ as a real source's do: some dozens of kinds of events, of which a few are most of
 * all, each with the keys that go together in it. `documents` makes the lines' templates, by chance that is the same in
 * every run; texts in it may hold the placeholders of `lineMaker`, and one that begins with `#` is written as a number.
 */
export function varied(name: string, type: string | undefined, document: (chance: Chance) => Doc): LogKind {
  return {
    name: `${name} (varied)`,
    ...(type === undefined ? {} : { type }),
    bare: 'json',
    get lines() {
      const chance = chanceOf(name);
      return Array.from({ length: LINES }, () => textOf(document(chance)));
    },
  };
}

function chanceOf(name: string): Chance {
  const random = seeded(`bench varied ${name}`);
  return {
    ...random,
    maybe: (probability, value) => (random.chance(probability) ? value : undefined),
    among: (items) => {
      let left = random.unit() * items.reduce((sum, [weight]) => sum + weight, 0);
      const found = items.find(([weight]) => (left -= weight) < 0) ?? items[0];
      if (found === undefined) throw new Error('among: no items');
      return found[1];
    },
  };
}

function textOf(document: Doc): string {
  return JSON.stringify(document).replace(/"#([^"]*)"/g, '$1');
}
