import type { Marker } from './detection.js';
import { type Had, type Mark, TakenMarks } from './taken-marks.js';

/** A partition that so many markers in a row don't list is gone (a topic that was deleted). */
const GONE_AFTER = 60;
const VERSION = 2;

interface Known {
  offset: number;
  /** −∞: it has not reported yet; ∞: it is empty, and holds nothing back until it has an event. */
  watermark: number;
  missed: number;
}

/**
 * What a correlator's partition knows of the raw partitions: how far each has come in time, and the last detection it
 * took from each.
 *
 * The watermark is the least of all listed partitions: −∞ until each has reported, standing still when one is added,
 * never going back. Markers with an older offset than known (of a member that has lost the partition) are ignored, as
 * are detections that were taken already. A pure function of the partition's log; `state` and `restore` carry it over.
 */
export class WatermarkVector {
  readonly #known = new Map<string, Known>();
  readonly #taken = new TakenMarks();
  #watermark = -Infinity;

  /** Epoch ms. */
  get watermark(): number {
    return this.#watermark;
  }

  /** Takes a marker in. Cost: one step for each partition. */
  see({ expected, owned }: Marker): void {
    for (const known of this.#known.values()) known.missed++;
    for (const source of expected) this.#of(source).missed = 0;
    for (const [source, offset, watermark] of owned) {
      const known = this.#of(source);
      if (offset < known.offset) continue;
      known.offset = offset;
      if (watermark === 'empty') known.watermark = known.watermark === -Infinity ? Infinity : known.watermark;
      else known.watermark = Math.max(finiteOr(known.watermark, -Infinity), watermark ?? -Infinity);
    }
    for (const [source, { missed }] of this.#known) if (missed >= GONE_AFTER) this.#forget(source);
    this.#watermark = Math.max(this.#watermark, this.#least());
  }

  /** As `TakenMarks`: whether a detection is new; a second time it is not. */
  isNew(mark: Mark, had: Had): boolean {
    return this.#taken.isNew(mark, had);
  }

  /** As `TakenMarks`: the rule set of the last detection taken from a source. */
  generationOf(source: string): string | undefined {
    return this.#taken.generationOf(source);
  }

  /** All of it as text, for the commit. */
  state(): string {
    const known = [...this.#known].map(([source, { offset, watermark, missed }]) => [
      ...[source, offset, watermark === Infinity ? 'empty' : finite(watermark), missed],
    ]);
    return JSON.stringify({ v: VERSION, known, taken: this.#taken.state(), watermark: finite(this.#watermark) });
  }

  /** Starts from what `state` wrote. */
  restore(state: string): void {
    const { v, known, taken, watermark } = JSON.parse(state) as Kept;
    if (v !== VERSION) {
      throw new Error(
        `the state is of version ${v}, this program reads ${VERSION}: start with empty topics of the site`,
      );
    }
    for (const [source, offset, time, missed] of known) {
      this.#known.set(source, { offset, watermark: time === 'empty' ? Infinity : (time ?? -Infinity), missed });
    }
    this.#taken.restore(taken);
    this.#watermark = watermark ?? -Infinity;
  }

  /** With what was taken of it: a topic of that name that is made anew begins again at offset 0. */
  #forget(source: string): void {
    this.#known.delete(source);
    this.#taken.forget(source);
  }

  #of(source: string): Known {
    let known = this.#known.get(source);
    if (known === undefined) this.#known.set(source, (known = { offset: -1, watermark: -Infinity, missed: 0 }));
    return known;
  }

  /** −∞ where nothing is known. */
  #least(): number {
    let least = Infinity;
    for (const { watermark } of this.#known.values()) least = Math.min(least, watermark);
    return least === Infinity ? -Infinity : least;
  }
}

interface Kept {
  readonly v: number;
  readonly known: readonly (readonly [
    source: string,
    offset: number,
    watermark: number | null | 'empty',
    missed: number,
  ])[];
  readonly taken: ReturnType<TakenMarks['state']>;
  readonly watermark: number | null;
}

function finiteOr(value: number, other: number): number {
  return Number.isFinite(value) ? value : other;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
