/** What a text read that pays is worth in texts that don't, and the most that is saved up. */
const WORTH = 3;
const MOST_CREDIT = 96;
/** What a source begins with: its first texts are learned from. */
const FIRST_CREDIT = 24;
/** Texts not tried once that is spent; with the next one a prime number, so that kinds of texts that take turns all come to be tried. */
const REST = 60;

/**
 * How the texts of one source fare with templates: those of a source that mixes many layouts are left to `JSON.parse`, but
 * for one now and then, whatever its neighbours write. Two numbers a source.
 */
export class Pace {
  #credit = FIRST_CREDIT;
  #rest = 0;

  /** Whether the next text is to be tried. */
  next(): boolean {
    if (this.#rest === 0) return true;
    this.#rest--;
    return false;
  }

  /** Counts a text that was read by a template. */
  gain(): void {
    if (this.#credit < MOST_CREDIT) this.#credit += WORTH;
  }

  /** Counts a text that was tried in vain, or that cost as much as it saved. */
  tire(): void {
    if (--this.#credit >= 0) return;
    this.#credit = 0;
    this.#rest = REST;
  }
}
