import type { FieldRef } from '../rule/types.js';

/** The pseudo-slot of keywords: every string value of the event. */
export const KEYWORDS = -1;

/**
 * A number for each distinct way of reading a field (list of paths), so that per-event caches are plain arrays.
 */
export class Slots {
  readonly #numbers = new Map<string, number>();
  readonly paths: (readonly string[])[] = [];

  /** The slot of a field; the same paths give the same slot. */
  of(field: FieldRef): number {
    const key = field.paths.length === 1 ? (field.paths[0] ?? '') : JSON.stringify(field.paths);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const slot = this.paths.length;
    this.paths.push(field.paths);
    this.#numbers.set(key, slot);
    return slot;
  }
}
