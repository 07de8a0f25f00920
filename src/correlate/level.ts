import type { Bucket } from './bucket.js';
import { Heap } from './heap.js';
import type { KeyState } from './key-state.js';
import type { Derived } from './types.js';

/**
 * The correlations of one level and what the watermark will do to them. Advancing costs nothing when nothing is due,
 * and otherwise as much as there is to do, however many keys live.
 */
export class Level {
  watermark = -Infinity;
  /** Keys with something new in them. */
  stale: KeyState[] = [];
  /** Keys by the watermark beyond which something happens to them: a decision, an end, a derived detection. */
  readonly #dues = new Heap<KeyState>();
  /** Cells that can be dropped once the watermark reaches the bucket's time. */
  readonly #drops = new Heap<Bucket>();

  /** Queues a key to have its firings derived. */
  markStale(key: KeyState): void {
    if (key.isStale) return;
    key.isStale = true;
    this.stale.push(key);
  }

  /** Asks to look at a key when the watermark is greater than `due`. */
  schedule(key: KeyState, due: number): void {
    if (due === Infinity || (key.scheduled !== undefined && due >= key.scheduled)) return;
    key.scheduled = due;
    this.#dues.push(due, key);
  }

  /** Asks to drop a bucket's cells when the watermark reaches `time`. */
  scheduleDrop(bucket: Bucket, time: number): void {
    this.#drops.push(time, bucket);
  }

  /** Brings the firings and episodes of all keys up to date with what came in. */
  derive(): void {
    if (this.stale.length === 0) return;
    const stale = this.stale;
    this.stale = [];
    for (const key of stale) {
      key.isStale = false;
      if (!key.isForgotten) key.table.derive(key);
    }
  }

  /** Moves the watermark (never back) and does everything that is due. Derived detections are in order of time. */
  advance(watermark: number): readonly Derived[] {
    if (watermark > this.watermark) this.watermark = watermark;
    this.derive();
    const derived: Derived[] = [];
    const now = this.watermark;
    while (this.#dues.least < now) {
      const due = this.#dues.least;
      const key = this.#dues.pop();
      if (key.scheduled !== due || key.isForgotten) continue;
      key.scheduled = undefined;
      key.table.process(key, derived);
    }
    while (this.#drops.least <= now) {
      const bucket = this.#drops.pop();
      bucket.table.drop(bucket);
    }
    return derived.length < 2 ? derived : derived.sort(inOrder);
  }
}

function inOrder(a: Derived, b: Derived): number {
  return a.time - b.time || a.correlation - b.correlation || (a.key < b.key ? -1 : 1);
}
