import type { DeadLetter, EcsEvent, RecordBatch } from '../../event/index.js';
import type { Input } from '../../input/types.js';
import { createNormaliser } from '../../normalise/normaliser.js';

/** Lines nobody understood that look alike. */
export interface UnmatchedShape {
  readonly shape: string;
  readonly count: number;
  /** The first of them, and where it stood. */
  readonly example: string;
  readonly source: string;
  readonly offset: number;
}

/** What became of the lines of some files. */
export interface NormaliseReport {
  readonly records: number;
  readonly events: number;
  /** Events by `event.dataset`, most first. */
  readonly datasets: readonly (readonly [dataset: string, count: number])[];
  /** Events by what is doubtful about them: the `sekisho.*` tags. */
  readonly doubts: readonly (readonly [tag: string, count: number])[];
  /** Dead letters by code. */
  readonly failures: readonly (readonly [code: string, count: number])[];
  /** The commonest shapes of lines of no known format (or not of the one told). */
  readonly unmatched: readonly UnmatchedShape[];
}

const SHAPES_KEPT = 10_000;
const SHAPES_TOLD = 20;
const EXAMPLE = 200;
const UNPARSED = 'sekisho.unparsed';

/**
 * Reads sources once to their end and tells what was understood of them. Memory is bounded: beyond 10,000 different
 * shapes of unmatched lines, new ones are counted together.
 */
export async function reportOn(input: Input): Promise<NormaliseReport> {
  const reporter = new Reporter();
  for (const reader of await input.discover()) {
    for (let result = await reader.read(); result.kind === 'batch'; result = await reader.read())
      reporter.take(result.batch);
    await reader.close();
  }
  await input.close();
  return reporter.report();
}

class Reporter {
  readonly #normaliser = createNormaliser({ derive: new Set() });
  readonly #datasets = new Map<string, number>();
  readonly #doubts = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  readonly #shapes = new Map<string, UnmatchedShape & { count: number }>();
  readonly #events: EcsEvent[] = [];
  #records = 0;
  #count = 0;

  take(batch: RecordBatch): void {
    this.#records += batch.records.length + batch.rejected.length;
    for (const rejected of batch.rejected) this.#fail(rejected);
    for (const record of batch.records) {
      const failed = this.#normaliser.normalise(batch.source, record, this.#events);
      if (failed !== undefined) this.#fail(failed);
    }
    for (const event of this.#events) this.#see(event);
    this.#events.length = 0;
  }

  report(): NormaliseReport {
    return {
      records: this.#records,
      events: this.#count,
      datasets: mostFirst(this.#datasets),
      doubts: mostFirst(this.#doubts),
      failures: mostFirst(this.#failures),
      unmatched: [...this.#shapes.values()].sort((a, b) => b.count - a.count).slice(0, SHAPES_TOLD),
    };
  }

  #see(event: EcsEvent): void {
    this.#count++;
    const dataset = event.fields['event.dataset'];
    const name = typeof dataset === 'string' ? dataset : 'unknown';
    count(this.#datasets, name);
    const { tags } = event.fields;
    const doubts = Array.isArray(tags)
      ? tags.filter((tag) => typeof tag === 'string' && tag.startsWith('sekisho.'))
      : [];
    for (const doubt of doubts) count(this.#doubts, String(doubt));
    if (name === 'unknown' || doubts.includes(UNPARSED)) this.#unmatched(event);
  }

  #unmatched({ fields, source, offset }: EcsEvent): void {
    const original = fields['event.original'];
    const text = typeof original === 'string' ? original : '';
    const shape = this.#shapes.size < SHAPES_KEPT ? shapeOf(text) : 'others';
    const known = this.#shapes.get(shape);
    if (known !== undefined) known.count++;
    else {
      const example = Buffer.from(text.slice(0, EXAMPLE)).toString();
      this.#shapes.set(shape, { shape, count: 1, example, source: source.label, offset });
    }
  }

  #fail({ failure }: DeadLetter): void {
    count(this.#failures, failure.code);
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function mostFirst(counts: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  return [...counts].sort((a, b) => b[1] - a[1]);
}

/** What lines that one program wrote have in common: the first 120 characters, numbers and quoted or long words left out. */
function shapeOf(text: string): string {
  return text
    .slice(0, 120)
    .replace(/"[^"]*"?/g, '"…"')
    .replace(/[0-9a-f]{8,}|\d+/gi, '0')
    .replace(/[^\s\]:=,;[(){}"]{24,}/g, '…');
}
