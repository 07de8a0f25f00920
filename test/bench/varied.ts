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
  /** Each property of an object with that probability of its own; undefined where none is left. */
  readonly some: (probability: number, doc: Doc) => Doc | undefined;
}

/** Lines of one kind: more than any template that is learned from them is worth on its own. */
const LINES = 4000;

/**
 * A kind of JSON log whose lines differ as a real source's do: which event it is, what is there only now and then, how
 * deep it goes. `documents` makes the lines' templates, by chance that is the same in every run; texts in it may hold the
 * placeholders of `lineMaker`, and one that begins with `#` is written as a number.
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
    some: (probability, doc) => {
      const kept = Object.entries(doc).filter(() => random.chance(probability));
      return kept.length === 0 ? undefined : Object.fromEntries(kept);
    },
  };
}

function textOf(document: Doc): string {
  return JSON.stringify(document).replace(/"#([^"]*)"/g, '$1');
}
