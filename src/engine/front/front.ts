import type { LeftOut } from '../../detect/types.js';
import type { DeadLetter, Detection, Source } from '../../event/index.js';
import type { Input, Reader } from '../../input/types.js';
import type { RuleSet } from '../../rule/types.js';
import { noCounts, type PipelineCounts } from '../counts.js';
import { type DetectorOptions, DetectorSide } from '../detector-side.js';

/** One batch of one source, read and matched: `source` is its place in the list of sources. */
export interface BatchStep {
  readonly kind: 'batch';
  readonly source: number;
  /** Offset of the first byte not in this batch. */
  readonly next: number;
  /** Greatest event time that may move the watermark, epoch ms; −Infinity: none. */
  readonly newest: number;
  readonly detections: readonly Detection[];
  readonly deadLetters: readonly DeadLetter[];
}

/** A source came to its end. */
export interface EndStep {
  readonly kind: 'end';
  readonly source: number;
}

/** One step of reading. */
export type Step = BatchStep | EndStep;

/**
 * Where a scan's detections come from: sources read to their end and matched, in this thread or another.
 *
 * Steps come in the same order wherever it runs: the next batch is that of the source with the lowest current time.
 */
export interface Front {
  /** Opens the sources, and tells them. Once, before anything else. */
  open(): Promise<readonly Source[]>;
  /** The next step; undefined: all sources have ended. What it holds is valid until the next call. Rejects where reading can't go on. */
  next(): Promise<Step | undefined>;
  /** Counts up to the last step, all but `detections`. */
  readonly counts: PipelineCounts;
  /** Detections left out until the end. */
  leftOut(): readonly LeftOut[];
  close(): Promise<void>;
}

/** Dead letters kept for the report; the rest are only counted. */
const DEAD_LETTERS_KEPT = 1000;

/** A source being read. */
interface Opened {
  readonly reader: Reader;
  readonly place: number;
  /** Its greatest event time so far. */
  time: number;
}

/** A front in this thread. Holds no more than one batch. */
export class LocalFront implements Front {
  readonly counts = noCounts();
  readonly #input: Input;
  readonly #side: DetectorSide;
  readonly #open: Opened[] = [];
  readonly #detections: Detection[] = [];
  #deadLettersLeft = DEAD_LETTERS_KEPT;

  constructor(ruleSet: RuleSet, input: Input, options: DetectorOptions) {
    this.#input = input;
    this.#side = new DetectorSide(ruleSet, { ...options, gated: true }, this.counts);
  }

  async open(): Promise<readonly Source[]> {
    const readers = await this.#input.discover();
    const side = this.#side;
    readers.forEach((reader, place) => {
      const { source } = reader;
      reader.skimWith?.((bytes, start, end, received) => side.skim(source, bytes, start, end, received));
      this.#open.push({ reader, place, time: -Infinity });
    });
    return readers.map(({ source }) => source);
  }

  async next(): Promise<Step | undefined> {
    const opened = this.#lowest();
    if (opened === undefined) return undefined;
    const { reader, place } = opened;
    const result = await reader.read();
    if (result.kind !== 'batch') {
      this.#open.splice(this.#open.indexOf(opened), 1);
      await reader.close();
      return { kind: 'end', source: place };
    }
    const detections = this.#detections;
    detections.length = 0;
    const deadLetters: DeadLetter[] = [];
    const newest = this.#side.process(result.batch, detections, deadLetters);
    opened.time = Math.max(opened.time, newest);
    deadLetters.length = Math.min(deadLetters.length, this.#deadLettersLeft);
    this.#deadLettersLeft -= deadLetters.length;
    return { kind: 'batch', source: place, next: result.batch.next, newest, detections, deadLetters };
  }

  leftOut(): readonly LeftOut[] {
    return this.#side.leftOut();
  }

  close(): Promise<void> {
    return this.#input.close();
  }

  #lowest(): Opened | undefined {
    let best = this.#open[0];
    for (const opened of this.#open) if (opened.time < (best as Opened).time) best = opened;
    return best;
  }
}
