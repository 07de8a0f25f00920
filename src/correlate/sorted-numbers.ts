/**
 * Numbers in ascending order, repeats kept, reused from window to window.
 *
 * Adding and removing cost a binary search and one shift of memory (`copyWithin`), which for the sizes of a window is
 * cheaper than any tree; reading a rank costs nothing.
 */
export class SortedNumbers {
  #numbers = new Float64Array(64);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#size = 0;
  }

  /** The number at a rank, from 0; NaN beyond. */
  at(rank: number): number {
    return rank < this.#size ? (this.#numbers[rank] as number) : NaN;
  }

  add(number: number): void {
    if (this.#size === this.#numbers.length) this.#grow();
    const at = this.#firstFrom(number);
    this.#numbers.copyWithin(at + 1, at, this.#size++);
    this.#numbers[at] = number;
  }

  /** Takes one of a number out; nothing where there is none. */
  remove(number: number): void {
    const at = this.#firstFrom(number);
    if (at >= this.#size || this.#numbers[at] !== number) return;
    this.#numbers.copyWithin(at, at + 1, this.#size--);
  }

  #firstFrom(number: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#numbers[middle] as number) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(): void {
    const larger = new Float64Array(this.#numbers.length * 2);
    larger.set(this.#numbers);
    this.#numbers = larger;
  }
}
