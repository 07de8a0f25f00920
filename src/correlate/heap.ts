/** A smallest-first queue of things by a number. Push and pop cost O(log size); looking at the least costs nothing. */
export class Heap<T> {
  readonly #keys: number[] = [];
  readonly #items: T[] = [];

  /** The least number in the queue; Infinity + 1 does not exist, so an empty queue answers NaN. */
  get least(): number {
    return this.#keys.length === 0 ? NaN : (this.#keys[0] as number);
  }

  push(key: number, item: T): void {
    const keys = this.#keys;
    const items = this.#items;
    let at = keys.length;
    keys.push(key);
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((keys[parent] as number) <= key) break;
      keys[at] = keys[parent] as number;
      items[at] = items[parent] as T;
      at = parent;
    }
    keys[at] = key;
    items[at] = item;
  }

  /** Takes out the item with the least number. The queue must not be empty. */
  pop(): T {
    const keys = this.#keys;
    const items = this.#items;
    const top = items[0] as T;
    const key = keys.pop() as number;
    const item = items.pop() as T;
    if (keys.length > 0) this.#sink(key, item);
    return top;
  }

  #sink(key: number, item: T): void {
    const keys = this.#keys;
    const items = this.#items;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= keys.length) break;
      if (child + 1 < keys.length && (keys[child + 1] as number) < (keys[child] as number)) child++;
      if ((keys[child] as number) >= key) break;
      keys[at] = keys[child] as number;
      items[at] = items[child] as T;
      at = child;
    }
    keys[at] = key;
    items[at] = item;
  }
}
