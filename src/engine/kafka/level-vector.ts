import type { LevelMarker } from './detection.js';

/**
 * What a correlator's partition knows of the others in chains: how far each has come at each level.
 *
 * The watermark of a level is the least that all partitions told for it: −∞ until each has. It never goes back; what a
 * member that has lost its partition still tells is older, and changes nothing.
 */
export class LevelVector {
  readonly #partitions: number;
  /** By level, then by partition. */
  readonly #known = new Map<number, number[]>();

  constructor(partitions: number) {
    this.#partitions = partitions;
  }

  /** Takes a marker in; one of a partition that there is not is ignored. */
  see({ level, partition, watermark }: LevelMarker): void {
    if (!Number.isInteger(partition) || partition < 0 || partition >= this.#partitions) return;
    const known = this.#of(level);
    known[partition] = Math.max(known[partition] as number, watermark);
  }

  /** Epoch ms. */
  watermark(level: number): number {
    return Math.min(...this.#of(level));
  }

  /** All of it as plain data, for the commit. */
  state(): readonly (readonly [level: number, known: readonly (number | null)[]])[] {
    return [...this.#known].map(([level, known]) => [
      level,
      known.map((watermark) => (Number.isFinite(watermark) ? watermark : null)),
    ]);
  }

  /** Starts from what `state` gave. */
  restore(state: ReturnType<LevelVector['state']>): void {
    for (const [level, known] of state) {
      known.forEach((watermark, partition) => this.see({ level, partition, watermark: watermark ?? -Infinity }));
    }
  }

  #of(level: number): number[] {
    let known = this.#known.get(level);
    if (known === undefined) this.#known.set(level, (known = Array<number>(this.#partitions).fill(-Infinity)));
    return known;
  }
}
